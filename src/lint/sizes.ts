import { type Check, documentCheck, type Found, NONE, when } from './check.ts'
import type { PolicyView } from './view.ts'

/** How long a policy may be (docs/rules.md, Validation). The quotas of Organizations stand with its other checks. */
export const SIZE_CHECKS: readonly Check[] = [
  documentCheck('warning', 'Policy size exceeds identity policy quota', 'R-QUOTA-01', (policy) => {
    if (policy.place !== 'identity' && policy.place !== 'boundary') return NONE
    // A document without an ARN is an inline policy; a role may have 10,240 characters of them, a user or group less.
    const quota = policy.arn === undefined && policy.place === 'identity' ? 10_240 : 6144
    return beyond(sizeOf(policy, 'ignores whitespace'), quota)
  }),
  documentCheck('warning', 'Policy size exceeds role trust policy quota', 'R-QUOTA-01', (policy) =>
    policy.place === 'trust' ? beyond(sizeOf(policy, 'ignores whitespace'), 2048) : NONE,
  ),
  documentCheck('warning', 'Policy size exceeds resource policy quota', 'R-QUOTA-01', (policy) => {
    if (policy.place !== 'resource' && policy.place !== 'vpce') return NONE
    const quota = policy.place === 'vpce' ? 20_480 : OF_KINDS.get(policy.kind ?? '')
    return quota === undefined ? NONE : beyond(sizeOf(policy, 'counts whitespace'), quota)
  }),
]

/** Kinds of resource whose quota stands in the documentation of their service. */
const OF_KINDS: ReadonlyMap<string, number> = new Map([
  ['bucket', 20_480],
  ['key', 32_768],
])

const beyond = (size: number, quota: number): readonly Found[] =>
  when(size > quota, '', `${size} characters, of at most ${quota}`)

/** Length in characters. Of a document that was given as an object, how it is laid out is not known: without whitespace. */
export function sizeOf(
  { source, compact }: PolicyView,
  whitespace: 'counts whitespace' | 'ignores whitespace',
): number {
  const given = typeof source === 'string' && !source.trimStart().startsWith('%') ? source : undefined
  if (whitespace === 'counts whitespace') return (given ?? compact).length
  // Spaces inside texts do not count either.
  return compact.length - countSpaces(compact)
}

function countSpaces(text: string): number {
  let spaces = 0
  for (let at = text.indexOf(' '); at >= 0; at = text.indexOf(' ', at + 1)) spaces++
  return spaces
}
