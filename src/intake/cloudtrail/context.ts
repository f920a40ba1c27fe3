import type { ContextEntry } from './context-entry.ts'
import { eventContextKeys } from './event-context.ts'
import { tokenClaims } from './federated-caller.ts'
import type { JsonObject } from './loose-record.ts'
import { networkKeys } from './network-keys.ts'
import { requestKeys } from './request-keys.ts'
import { sessionKeys } from './session-keys.ts'

export type ContextValues = Readonly<Record<string, string | number | boolean | readonly string[] | null>>

/**
 * The condition keys that a record settles (R-CT-02 to R-CT-06, F.2, R-CTX-03). A key that the record leaves open is not
 * in it. Where CloudTrail Lake recorded the evaluated keys themselves, these win.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function contextOf(record: JsonObject, accountId: string | null): ContextValues {
  const requested = requestKeys(record, accountId)
  const recorded = [...tokenClaims(record), ...eventContextKeys(record)]
  const own = [...networkKeys(record), ...sessionKeys(record)]
  return recorded.length > 0 || requested.some(isNamedByRecord)
    ? byAnyCase([...own, ...withoutTwins(requested), ...recorded])
    : bySpelling([...own, ...requested])
}

/** A tag's key, or one of an encryption context, may be that of another in other letters; all else is spelled as our tables do. */
const isNamedByRecord = ([name]: ContextEntry): boolean =>
  name.includes('/') || name.indexOf(':') < name.lastIndexOf(':')

/** Of two tags whose keys differ only in their letters' case one counts, and AWS does not say which: neither is known (R-CTX-01). */
function withoutTwins(entries: readonly ContextEntry[]): readonly ContextEntry[] {
  const spellings = new Map<string, Set<string>>()
  for (const [name] of entries) {
    const lower = name.toLowerCase()
    spellings.set(lower, (spellings.get(lower) ?? new Set()).add(name))
  }
  return entries.filter(([name]) => spellings.get(name.toLowerCase())?.size === 1)
}

/** Of entries that name a key twice, in whatever letters, the last. */
function byAnyCase(entries: readonly ContextEntry[]): ContextValues {
  return Object.fromEntries(new Map(entries.map((entry) => [entry[0].toLowerCase(), entry])).values())
}

function bySpelling(entries: readonly ContextEntry[]): ContextValues {
  const values: Record<string, ContextEntry[1]> = {}
  for (const [name, value] of entries) values[name] = value
  return values
}
