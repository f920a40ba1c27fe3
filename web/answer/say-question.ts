import type { Diagnosis } from '#http/wire.ts'

/** The one question of a diagnosis, with what each answer comes to. */
export type Question = NonNullable<Diagnosis['question']>

/** The question that a diagnosis asks; undefined: none, or what its answers come to is not worked out yet, as its fixes are not. */
export const questionOf = ({ question }: Pick<Diagnosis, 'question'>): Question | undefined =>
  question !== undefined && 'answers' in question ? question : undefined

/** A value of a key in a few words: `not sent`. */
export const saidWords = (value: unknown): string =>
  value === null
    ? 'not sent'
    : value === '(other)'
      ? 'another value'
      : Array.isArray(value)
        ? value.join(', ')
        : String(value)
