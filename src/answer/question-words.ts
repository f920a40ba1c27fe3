import { type CauseFacts, causeWords } from './cause-words.ts'
import { plainText } from './marked-words.ts'
import { callerInWords } from './name-in-words.ts'

type Cause = CauseFacts & { readonly certainty: 'certain' | 'likely' | 'possible' }

interface Answer {
  readonly status: string
  readonly causes: readonly Cause[]
  readonly fix: string | null
}

interface AskedFacts {
  readonly denial: { readonly principal: string | null }
  readonly steps: readonly { readonly request: { readonly principal: string } }[]
  readonly causes: readonly Cause[]
  /** Of what is shown with the question. */
  readonly fixes: readonly { readonly title: string }[]
}

/** What an answer to the question of a diagnosis means: the cause then, and the fix. A cause or fix that is shown is not repeated. */
export function answerWords({ status, causes: [cause], fix }: Answer, facts: AskedFacts): string {
  const shown = facts.causes.map((each) => sentenceOf(each, facts))
  const why = cause === undefined ? undefined : sentenceOf(cause, facts)
  const means =
    status === 'contradicted' || status === 'allowed-now'
      ? 'The policies you provided allow it: they have changed since, or the request was different.'
      : why === undefined
        ? 'It is still open which policy denies it.'
        : shown.includes(why)
          ? `Then this is ${cause?.certainty === 'likely' ? 'still the most likely' : 'the'} cause${shown.length > 1 ? `: ${why}` : ''}.`
          : `Then ${cause?.certainty === 'likely' ? 'most likely ' : ''}${why}.`
  if (fix === null) return means
  return fix === facts.fixes[0]?.title ? `${means} The fix is the one shown.` : `${means} Fix: ${fix}.`
}

/** The cause alone: how certain it is then is what the answer changes. */
const sentenceOf = (cause: Cause, { denial, steps }: AskedFacts): string =>
  plainText(causeWords(cause, callerInWords(denial.principal ?? steps[0]?.request.principal)))
