import { type EffectWithTrace, evaluateEffect } from '#engine/evaluate-effect.ts'
import type { LayerFinding } from '#engine/layers/finding.ts'
import type { PreparedScenario } from '#engine/read-request.ts'
import { canonicalAction } from '#iam/facts/actions.ts'
import { conditionKeyFacts } from '#iam/facts/condition-keys.ts'
import type { KeyState } from '#iam/key-state.ts'
import type { ContextValue, Request } from '#iam/request.ts'
import type { ResourcePattern } from '#iam/resource.ts'
import { onStarItself } from '#iam/star-itself.ts'
import type { ActionClass } from '#space/known-actions.ts'
import { heldBy } from '#space/resource-classes.ts'
import type { CompareOptions } from './comparison.ts'
import type { InForceSearch } from './in-force-search.ts'
import { isPossible } from './key-space.ts'
import { TypedArns } from './typed-resources.ts'

const MAX_ACTIONS = 8

export interface Witnessed {
  /** A full request that the engine decides differently with what is in force; undefined: it does not, for lack of facts. */
  readonly witness: Request | undefined
  /** Whether it shows the difference to whoever asks. */
  readonly isShown?: boolean
  /** Fact for lack of which nothing is witnessed; undefined: none that a layer names. */
  readonly lacking?: string | undefined
}

/** Where a difference was found. */
export interface WitnessPlace {
  readonly sides: readonly [PreparedScenario, PreparedScenario]
  readonly side: 0 | 1
  readonly search: InForceSearch
  readonly context: ReadonlyMap<string, KeyState>
  readonly actions: ActionClass
  readonly resource: string
  readonly patterns: readonly ResourcePattern[]
  readonly owner: string | undefined
  /** Undefined: on every resource. */
  readonly onlyOn: readonly ResourcePattern[] | undefined
  readonly shows: CompareOptions['shows']
}

/** The request that what was found comes to, asked of the engine with what is in force; one that shows it, if any does. */
export function inForceWitness(place: WitnessPlace): Witnessed {
  const { sides, side, search, actions, owner, shows = () => true } = place
  const filled = withOpenKeys(search, place.context)
  let witness: Request | undefined
  let last: Request | undefined
  for (const [name, arn] of candidates(place)) {
    last = requestOf(search, filled, actions.service, name, arn, owner)
    if (!differs(sides, side, last)) continue
    if (shows(last, side)) return { witness: last, isShown: true }
    witness ??= last
  }
  if (witness !== undefined || last === undefined) return { witness }
  return { witness, lacking: lackingFor(sides, last) }
}

/** Each action on a resource of its own types; at last on the one that was found. */
function* candidates(place: WitnessPlace): Generator<readonly [name: string, arn: string]> {
  const { search, actions, resource, patterns, onlyOn } = place
  const typed = new TypedArns(actions, resource, patterns, search.facts.caller.account)
  for (const name of actions.names.slice(0, MAX_ACTIONS))
    for (const arn of typed.of(name)) if (onlyOn === undefined || heldBy(onlyOn, arn).length > 0) yield [name, arn]
  yield [actions.first, resource]
}

function withOpenKeys(search: InForceSearch, context: ReadonlyMap<string, KeyState>): ReadonlyMap<string, KeyState> {
  const filled = new Map(context)
  const { facts: input, keySpace } = search
  for (const key of search.openKeys) {
    if (filled.has(key)) continue
    const presence = { mayBeAbsent: input.question.lookup(key).state !== 'present', mayBePresent: true }
    const any = keySpace.classes(key, presence).classes.find(({ state }) => isPossible(key, state, filled))
    if (any !== undefined) filled.set(key, any.state)
  }
  return filled
}

function requestOf(
  { facts: input }: InForceSearch,
  context: ReadonlyMap<string, KeyState>,
  service: string,
  name: string,
  resource: string,
  owner: string | undefined,
): Request {
  const { principal, principalDetails, principalTags } = input.request
  const written = `${service}:${name}`
  const listed: Record<string, ContextValue> = {}
  for (const [key, state] of context) {
    const known = conditionKeyFacts(key)?.name ?? key
    if (state.state === 'absent') listed[known] = null
    if (state.state === 'values') listed[known] = state.multivalued ? state.values : (state.values[0] ?? '')
  }
  return onStarItself({
    principal,
    ...(principalDetails === undefined ? {} : { principalDetails }),
    ...(principalTags === undefined ? {} : { principalTags }),
    action: canonicalAction(written) ?? written,
    resource,
    ...(owner === undefined ? {} : { resourceAccount: owner }),
    context: listed,
    contextComplete: true,
  })
}

function decided({ policies, scenario }: PreparedScenario, request: Request): EffectWithTrace {
  return evaluateEffect(policies, { ...request, principal: scenario.request.principal }, scenario)
}

/** The facts that the layers lack where a side cannot be decided. */
function lackingFor(sides: readonly [PreparedScenario, PreparedScenario], request: Request): string | undefined {
  const facts = sides.flatMap((side) => {
    const { decision, trace } = decided(side, request)
    return decision === 'undetermined' ? trace.filter(isOpen).flatMap(({ lacking }) => lacking) : []
  })
  const named = [...new Set(facts.flatMap(({ fact, kind }) => (kind === 'context-key' ? [] : [fact])))]
  return named.length === 0 ? undefined : `it depends on what is not known: ${named.join('; ')}`
}

const isOpen = ({ applies, deny, allow }: LayerFinding): boolean =>
  applies && (deny === 'unknown' || (allow === 'unknown' && deny !== true))

function differs(sides: readonly [PreparedScenario, PreparedScenario], side: 0 | 1, request: Request): boolean {
  const [old, next] = sides.map((side) => decided(side, request).decision)
  return side === 1 ? next === 'allowed' && old === 'denied' : old === 'allowed' && next === 'denied'
}
