import type { Readings } from '#iam/readings.ts'
import { conditionKeyFacts } from '#iam/facts/condition-keys.ts'
import { lacksEndpointKey } from '#iam/facts/endpoint-keys.ts'
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
import { lowerCase, memoizeText } from '#iam/memoize.ts'
import { OPEN_KEY } from '#iam/open-value.ts'
import type { ContextValue } from '#iam/request.ts'
import { availability } from './availability.ts'
import type { ContextSource } from './context-source.ts'
import { derivedKey, type Listed } from './derived-keys.ts'
import { isOfOtherTypes } from './keys-of-types.ts'
import { launchTag } from './launch-tags.ts'
import { isTagOfResource, otherTagKey } from './resource-facts.ts'

/**
 * The context of a request: a key that the resource cannot carry, or the service never sends, is absent; a listed value beats a derived one; a key in neither is what R-CTX-03 says of its class;
 * else absent if the context is complete, else unknown. A key is looked for when a condition first asks for it.
 */
export function contextOf(source: ContextSource): Lookup {
  const listed = listedKeys(source)
  /** By the key as it was asked for. */
  const known = new Map<string, KeyState>()
  return (key) => {
    const before = known.get(key)
    if (before !== undefined) return before
    const folded = lowerCase(key) // R-CTX-01, R-VAR-08
    const state =
      launchTag(folded, source, listed) ??
      (isOfOtherTypes(folded, source) || lacksEndpointKey(folded, source.action) ? ABSENT : undefined) ??
      listedTag(folded, source, listed) ??
      derivedKey(folded, source, listed) ??
      tagState(folded, source, listed) ??
      otherwise(folded, source)
    known.set(key, state)
    return state
  }
}

/** As the request lists it; a tag of which one key is listed as unknown may be listed under its other key. */
function listedTag(key: string, source: ContextSource, listed: Listed): KeyState | undefined {
  const own = listed(key)
  return own?.state === 'unknown' ? (listedUnderOther(key, source, listed) ?? own) : own
}

function listedUnderOther(key: string, { action }: ContextSource, listed: Listed): KeyState | undefined {
  const other = otherTagKey(key, action.service)
  return other === undefined ? undefined : listed(other)
}

/** An importer's condition on what its file does not tell; no request carries it, however complete its context. */
const isImporters = (key: string): boolean => key.startsWith(OPEN_KEY)

function otherwise(key: string, { request, caller }: ContextSource): KeyState {
  if (isImporters(key)) return UNKNOWN
  switch (availability(key, caller.kind)) {
    case 'present':
      return PRESENT
    case 'absent':
      return ABSENT
    default:
      // Which keys a request has follows from its caller, too (R-EVID-12).
      return request.contextComplete === true && caller.kind !== 'unknown' ? ABSENT : UNKNOWN
  }
}

/**
 * Context keys that the request lists, by lower-case key. A request lists a dozen keys, of which conditions ask for a few:
 * they are searched, not indexed.
 */
export function listedKeys({
  request: { context = {} },
  readings,
}: Pick<ContextSource, 'request' | 'readings'>): (key: string) => KeyState | undefined {
  const written = Object.keys(context)
  const folded = written.map(lowerCase)
  return (key) => {
    const at = folded.indexOf(key)
    if (at < 0) return undefined
    const again = folded.indexOf(key, at + 1)
    const first = context[written[at] ?? '']
    const value = again < 0 ? first : survivor(first, context[written[again] ?? ''], readings)
    return value === undefined ? undefined : stateOf(value, key)
  }
}

/** R-CTX-01: which of two spellings of one key survives is not documented. */
const TWICE: unique symbol = Symbol('listed in two spellings')
type Spelled = ContextValue | typeof TWICE

function survivor(
  first: ContextValue | undefined,
  last: ContextValue | undefined,
  readings: Readings,
): Spelled | undefined {
  if (first === undefined || last === undefined) return first ?? last
  const which = readings['keys-differing-in-case']
  return which === 'unknown' ? TWICE : which === 'first' ? first : last
}

/** `key` is in lower case. */
const isMultivalued = memoizeText(
  (key) => isMultivaluedGlobalKey(key) || (conditionKeyFacts(key)?.multivalued ?? false),
)

/** A value as docs/json.md, "Scenario" writes it. A list is a multi-valued key; an empty list is absent. */
function stateOf(value: Spelled, key: string): KeyState {
  if (value === TWICE) return UNKNOWN
  if (value === null) return ABSENT
  if (typeof value !== 'object') return isMultivalued(key) ? several([String(value)]) : single(String(value))
  if (isList(value)) return several(value.map(String))
  return value.state === 'present' ? PRESENT : UNKNOWN
}

const isList = (value: ContextValue): value is readonly (string | number | boolean)[] => Array.isArray(value)

/** `aws:PrincipalTag/…` and the ResourceTag keys follow from the tags, where those are known (R-PRIN-06). */
function tagState(key: string, source: ContextSource, listed: Listed): KeyState | undefined {
  const slash = key.indexOf('/')
  if (slash < 0) return undefined
  const prefix = key.slice(0, slash)
  const name = key.slice(slash + 1)
  if (prefix === 'aws:principaltag') {
    if (availability(key, source.caller.kind) === 'absent') return ABSENT
    const tags = source.request.principalTags
    return tags === undefined ? undefined : tagOf(tags, name, source.readings)
  }
  if (!isTagOfResource(key)) return undefined
  const underOther = listedUnderOther(key, source, listed)
  if (underOther !== undefined) return underOther
  if (source.resourceTags === undefined) return undefined
  const state = tagOf(source.resourceTags, name, source.readings)
  return source.tagsInDoubt === true && state !== ABSENT ? UNKNOWN : state
}

/** R-CTX-01: of tags whose keys differ in case alone one survives, which one is not documented. */
function tagOf(tags: Readonly<Record<string, unknown>>, name: string, readings: Readings): KeyState {
  const found = Object.entries(tags).filter(([key]) => key.toLowerCase() === name)
  const which = readings['keys-differing-in-case']
  if (found.length > 1 && which === 'unknown') return PRESENT
  const entry = found.at(which === 'last' ? -1 : 0)
  return entry === undefined ? ABSENT : single(String(entry[1]))
}
