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
import type { ContextValue, Request } from '#iam/request.ts'
import { availability } from './availability.ts'
import type { ContextSource } from './context-source.ts'
import { derivedKey } from './derived-keys.ts'

/**
 * The context of a request: a listed value beats a derived one; a key in neither is what R-CTX-03 says of its class;
 * else absent if the context is complete, else unknown. A key is looked for when a condition first asks for it.
 */
export function contextOf(source: ContextSource): Lookup {
  const listed = listedKeys(source.request)
  const known = new Map<string, KeyState>()
  return (key) => {
    const before = known.get(key)
    if (before !== undefined) return before
    const folded = lowerCase(key) // R-CTX-01, R-VAR-08
    const state =
      listed(folded) ?? derivedKey(folded, source, listed) ?? tagState(folded, source) ?? otherwise(folded, source)
    known.set(key, state)
    return state
  }
}

function otherwise(key: string, { request, caller }: ContextSource): KeyState {
  switch (availability(key, caller.kind)) {
    case 'present':
      return PRESENT
    case 'absent':
      return ABSENT
    default:
      return request.contextComplete === true ? ABSENT : UNKNOWN
  }
}

/** What the request lists, by lower-case key. */
function listedKeys({ context = {} }: Request): (key: string) => KeyState | undefined {
  const values = new Map<string, ContextValue | typeof TWICE>()
  for (const key of Object.keys(context)) {
    const value = context[key]
    if (value === undefined) continue
    const folded = lowerCase(key)
    const before = values.size
    values.set(folded, value)
    if (values.size === before) values.set(folded, TWICE)
  }
  return (key) => {
    const value = values.get(key)
    if (value === undefined) return undefined
    return value === TWICE ? UNKNOWN : stateOf(value, isMultivalued(key))
  }
}

/** R-CTX-01: which of two spellings of one key survives is not documented. */
const TWICE = Symbol('listed in two spellings')

/** `key` is in lower case. */
const isMultivalued = rememberText(
  (key) => isMultivaluedGlobalKey(key) || (conditionKeyFacts(key)?.multivalued ?? false),
)

/** A value as contract.md §4 writes it. A list is a multi-valued key; an empty list is absent. */
function stateOf(value: ContextValue, multivalued: boolean): KeyState {
  if (value === null) return ABSENT
  if (typeof value !== 'object') return multivalued ? several([String(value)]) : single(String(value))
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
