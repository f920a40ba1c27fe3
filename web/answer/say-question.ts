import { causeWords } from '#answer/cause-words.ts'
import { plainText } from '#answer/marked-words.ts'
import { callerInWords } from '#answer/name-in-words.ts'
import type { Diagnosis } from '#http/wire.ts'
import { OTHER } from './say.ts'

/** The one question of a diagnosis, with what each answer comes to. */
export type Question = NonNullable<Diagnosis['question']>

/** The question that a diagnosis asks; undefined: none, or what its answers come to is not worked out yet, as its fixes are not. */
export const questionOf = ({ question }: Pick<Diagnosis, 'question'>): Question | undefined =>
  question !== undefined && 'answers' in question ? question : undefined

type Answer = Question['answers'][number]

/** The cause that follows from an answer, in one sentence. */
export function answerCause(
  { status, causes }: Answer,
  { denial, steps }: Pick<Diagnosis, 'denial' | 'steps'>,
): string {
  const [cause] = causes
  if (status === 'contradicted' || status === 'allowed-now')
    return 'The policies you provided would allow it: they have changed since, or the request was different.'
  if (cause === undefined) return 'It would still be open which policy denies it.'
  const words = plainText(causeWords(cause, callerInWords(denial.principal ?? steps[0]?.request.principal)))
  return `${upper(cause.certainty === 'likely' ? `most likely ${words}` : words)}.`
}

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
