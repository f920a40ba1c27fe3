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
  const network = networkKeys(record)
  const session = sessionKeys(record)
  return recorded.length > 0 || requested.some(isNamedByRecord)
    ? byAnyCase([...network, ...session, ...withoutTwins(requested), ...recorded])
    : bySpelling([...network, ...session, ...requested])
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

/** By the names of the keys, one after the other: what has them all, with nothing in it. */
interface Shape {
  readonly next: Map<string, Shape>
  empty?: ContextValues
}

const shapes: Shape = { next: new Map() }

/** Records have their keys in some dozen ways; a log that has more is read all the same. */
const MOST_SHAPES = 2000
let known = 0

/**
 * Filled name by name, an object of twenty keys becomes one that V8 reads and copies slowly, and to make it of entries takes as long as
 * the rest of the context. So the first with these names is copied.
 */
function bySpelling(entries: readonly ContextEntry[]): ContextValues {
  const shape = shapeOf(entries)
  if (shape === undefined) return Object.fromEntries(entries)
  shape.empty ??= Object.fromEntries(entries.map(([name]) => [name, null]))
  const values: Record<string, ContextEntry[1]> = { ...shape.empty }
  for (const [name, value] of entries) values[name] = value
  return values
}

function shapeOf(entries: readonly ContextEntry[]): Shape | undefined {
  let shape = shapes
  for (const [name] of entries) {
    let next = shape.next.get(name)
    if (next === undefined) {
      if (known >= MOST_SHAPES) return undefined
      known += 1
      next = { next: new Map() }
      shape.next.set(name, next)
    }
    shape = next
  }
  return shape
}
