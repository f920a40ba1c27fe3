import type { Cause, Diagnosis } from '#http/wire.ts'
import { article, layerWords } from './names.ts'
import { OTHER } from './say.ts'

/** The one question of a diagnosis, with what each answer comes to. */
export type Question = NonNullable<Diagnosis['question']>

/** The question that a diagnosis asks; undefined: none, or what its answers come to is not worked out yet, as its fixes are not. */
export const questionOf = ({ question }: Pick<Diagnosis, 'question'>): Question | undefined =>
  question !== undefined && 'answers' in question ? question : undefined

type Answer = Question['answers'][number]

/** What an answer would say: its cause in one sentence. */
export function answerCause({ status, causes }: Answer): string {
  const [cause] = causes
  if (status === 'contradicted' || status === 'allowed-now')
    return 'The policies you provided would allow it: they have changed since, or the request was different.'
  return cause === undefined ? 'It would still be open which policy denies it.' : `${causeWords(cause)}.`
}

function causeWords({ layer, kind, denyType, statement, nearest, reason }: Cause): string {
  if (layer === 'service-guard') return upper(reason ?? 'a setting of the service denies it')
  const named = layerWords(layer, kind)
  if (denyType === 'explicit')
    return statement === undefined
      ? upper(`${article(named)} that was not seen denies it`)
      : upper(`the ${named} denies it: \`${statement.policy}\`, ${statementWords(statement)}`)
  return upper(
    nearest === undefined
      ? `no ${named} allows it`
      : `no ${named} allows it; nearest \`${nearest.policy}\`, ${statementWords(nearest)}`,
  )
}

const statementWords = ({ sid, index }: { readonly sid?: string; readonly index: number }): string =>
  sid === undefined ? `statement ${index + 1}` : `statement \`${sid}\``

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** What would be changed then; undefined: no fix is known. */
export const answerFix = ({ fix }: Answer, { fixes: [best] }: Pick<Diagnosis, 'fixes'>): string | undefined =>
  fix === null ? undefined : fix === best?.title ? `${fix} (the one that is shown)` : fix

/** A value of a key in a few words: `not sent`. */
export const saidWords = (value: unknown): string =>
  value === null
    ? 'not sent'
    : value === OTHER
      ? 'another value'
      : Array.isArray(value)
        ? value.join(', ')
        : String(value)
