import { isObject } from '#snapshot/fields.ts'
import { digestOf } from './digest.ts'

const MARK: unique symbol = Symbol('not known')

/**
 * A value that the file does not say: known after apply, or an intrinsic that nobody can resolve before the deploy.
 * It stands anywhere a value may stand, and no reader takes it for a missing one.
 */
export interface Unknown {
  readonly [MARK]: true
  /** What is not known, for a person: `aws_s3_bucket.logs.arn`. */
  readonly what: string
  /** A text that the value is known to match, with `*` for what is open; undefined: nothing is known of it. */
  readonly pattern: string | undefined
  /** Whether it surely holds no colon, so that `*` may stand for it between two colons of an ARN. */
  readonly isSegment: boolean
  /** A digest of all that the file says of it, so that nobody takes two that differ for one; '' where it says nothing. */
  readonly told: string
}

export const unknown = (what: string, pattern?: string, isSegment = false, told = ''): Unknown => ({
  [MARK]: true,
  what,
  pattern,
  isSegment,
  told,
})

/** An unknown with a digest of what the file says of it. */
export const withDigest = ({ what, pattern, isSegment }: Unknown, said: unknown): Unknown =>
  unknown(what, pattern, isSegment, digestOf(said))

export const isUnknown = (value: unknown): value is Unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, MARK)

/** The first thing that is not known anywhere inside a value. */
export function unknownIn(value: unknown): Unknown | undefined {
  const open: unknown[] = [value]
  while (open.length > 0) {
    const next = open.pop()
    if (isUnknown(next)) return next
    if (Array.isArray(next)) open.push(...next)
    else if (isObject(next)) open.push(...Object.values(next))
  }
  return undefined
}

/**
 * Texts put together. One that is not known leaves a `*` where the rest of the text shows that it cannot change which part
 * of an ARN stands where: behind the fifth colon, or for a single part before it.
 */
export function joinTexts(parts: readonly (string | Unknown)[]): string | Unknown {
  if (parts.every((part) => typeof part === 'string')) return parts.join('')
  let pattern: string | undefined = ''
  for (const part of parts) {
    if (typeof part === 'string') pattern = pattern === undefined ? undefined : pattern + part
    else if (pattern !== undefined) pattern = withHole(pattern, part)
  }
  const what = parts.find(isUnknown)?.what ?? 'a text'
  return unknown(what, pattern, false, digestOf(parts))
}

function withHole(before: string, hole: Unknown): string | undefined {
  if (hole.isSegment) return `${before}*`
  if (before === '') return hole.pattern
  return before.startsWith('arn:') && before.split(':').length >= 6 ? `${before}${hole.pattern ?? '*'}` : undefined
}
