import type { Readings } from '#iam/readings.ts'
import { conditionKeyFacts } from '#iam/facts/condition-keys.ts'
import {
  ABSENT,
  isMultivaluedGlobalKey,
  type KeyState,
  type Lookup,
  PRESENT,
  several,
  single,
  UNKNOWN,
} from '#iam/key-state.ts'
import { lowerCase, rememberText } from '#iam/remember.ts'
import type { ContextValue } from '#iam/request.ts'
import { availability } from './availability.ts'
import type { ContextSource } from './context-source.ts'
import { derivedKey } from './derived-keys.ts'

/**
 * The context of a request: a listed value beats a derived one; a key in neither is what R-CTX-03 says of its class;
 * else absent if the context is complete, else unknown. A key is looked for when a condition first asks for it.
 */
export function contextOf(source: ContextSource): Lookup {
  const entries = listedEntries(source)
  const listed = (key: string): KeyState | undefined => {
    const entry = entries.get(key)
    if (entry?.value === undefined) return undefined
    return (entry.state ??= stateOf(entry.value, key))
  }
  return (key) => {
    const folded = lowerCase(key) // R-CTX-01, R-VAR-08
    const known = entries.get(folded)?.state
    if (known !== undefined) return known
    const said = listed(folded)
    if (said !== undefined) return said
    const state = derivedKey(folded, source, listed) ?? tagState(folded, source) ?? otherwise(folded, source)
    entries.set(folded, { value: undefined, state })
    return state
  }
}

/** An importer's condition on what its file does not tell; no request carries it, however complete its context. */
const isImporters = (key: string): boolean => key.startsWith('denytrace:unknown/')

function otherwise(key: string, { request, caller }: ContextSource): KeyState {
  if (isImporters(key)) return UNKNOWN
  switch (availability(key, caller.kind)) {
    case 'present':
      return PRESENT
    case 'absent':
      return ABSENT
    default:
      return request.contextComplete === true ? ABSENT : UNKNOWN
  }
}

/** What is known of a key: the value as listed, and its state once somebody asked for it. */
interface Entry {
  readonly value: ContextValue | typeof TWICE | undefined
  state: KeyState | undefined
}

/** By lower-case key. */
function listedEntries({ request: { context = {} }, readings }: ContextSource): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  for (const key of Object.keys(context)) {
    const value = context[key]
    if (value === undefined) continue
    const before = entries.size
    const first = entries.get(lowerCase(key))?.value
    entries.set(lowerCase(key), { value, state: undefined })
    if (entries.size === before)
      entries.set(lowerCase(key), { value: survivor(first, value, readings), state: undefined })
  }
  return entries
}

/** R-CTX-01: which of two spellings of one key survives is not documented. */
const TWICE: unique symbol = Symbol('listed in two spellings')

function survivor(first: Entry['value'], last: ContextValue, readings: Readings): Entry['value'] {
  const which = readings['keys-differing-in-case']
  return which === 'unknown' ? TWICE : which === 'first' ? first : last
}

/** `key` is in lower case. */
const isMultivalued = rememberText(
  (key) => isMultivaluedGlobalKey(key) || (conditionKeyFacts(key)?.multivalued ?? false),
)

/** A value as docs/json.md, "Scenario" writes it. A list is a multi-valued key; an empty list is absent. */
function stateOf(value: ContextValue | typeof TWICE, key: string): KeyState {
  if (value === TWICE) return UNKNOWN
  if (value === null) return ABSENT
  if (typeof value !== 'object') return isMultivalued(key) ? several([String(value)]) : single(String(value))
  if (isList(value)) return several(value.map(String))
  return value.state === 'present' ? PRESENT : UNKNOWN
}

const isList = (value: ContextValue): value is readonly (string | number | boolean)[] => Array.isArray(value)

/** `aws:PrincipalTag/…` and the ResourceTag keys follow from the tags, where those are known (R-PRIN-06). */
function tagState(key: string, source: ContextSource): KeyState | undefined {
  const slash = key.indexOf('/')
  if (slash < 0) return undefined
  const prefix = key.slice(0, slash)
  const name = key.slice(slash + 1)
  if (prefix === 'aws:principaltag') {
    if (availability(key, source.caller.kind) === 'absent') return ABSENT
    const tags = source.request.principalTags
    return tags === undefined ? undefined : tagOf(tags, name)
  }
  if (!prefix.endsWith(':resourcetag') && prefix !== 's3:buckettag') return undefined
  return source.resourceTags === undefined ? undefined : tagOf(source.resourceTags, name)
}

function tagOf(tags: Readonly<Record<string, unknown>>, name: string): KeyState {
  const entry = Object.entries(tags).find(([key]) => key.toLowerCase() === name)
  return entry === undefined ? ABSENT : single(String(entry[1]))
}
