import type { EvaluatedStep } from '#engine/chain.ts'
import type { Scenario } from '#engine/scenario.ts'
import { readCaller } from '#iam/caller.ts'
import type { SomeReadings } from '#iam/readings.ts'
import type { Request } from '#iam/request.ts'
import type { AtHand } from '#snapshot/at-hand/piece.ts'
import type { CallEvent } from '#intake/cloudtrail/call-event.ts'
import type { Denial } from '#intake/denial.ts'
import type { PolicySource } from './diagnosis.ts'
import type { ToldValues } from './evidence/chosen-values.ts'
import { asIfUnseenPasses } from './evidence/why-refused.ts'
import { controlPolicyOf } from '#snapshot/organization.ts'
import { managedPolicy, policyVersionText } from '#snapshot/entities.ts'
import { policiesOfGroup } from '#snapshot/principal.ts'
import { changesOf, earlierPolicies, type PolicyTexts } from './before-changes.ts'
import { existing } from './request-of.ts'
import { type ScenarioWithAssumptions, scenarioFor, dependentRequests, type ScenarioSources } from './scenario-for.ts'

/** The steps of a denial with their scenarios, and the way to the scenario of any other request. */
export interface ReplayContext {
  /** The steps of the diagnosis, in its order, each with the scenario that it was evaluated on. */
  readonly steps: readonly EvaluatedStep[]
  readonly policySource: PolicySource
  readonly provided?: AtHand | undefined
  readonly readings: SomeReadings | undefined
  /** The steps by the simplest explanation, where the decision on the denied one is not known; else undefined. */
  readonly likely?: readonly EvaluatedStep[] | undefined
  /** What may be told of the values that the simplest explanation chose; left out: it chose none. */
  readonly tellable?: ToldValues | undefined
  /** Words that stand in the denied request for what nobody knows; left out: none does. */
  readonly placeholders?: readonly string[] | undefined
  /** Policies of before, those that were given first; then those that the records tell, the latest first. */
  readonly older?: readonly OlderPolicies[] | undefined
  /** Steps of work that fixes and proofs may cost; undefined: as many as usual. */
  readonly budget?: number | undefined
  /** The scenario of another request. Session policies of the denied session bear on no other principal. */
  readonly scenarioFor: (request: Request) => Scenario
  /** The scenarios of what a call needs next. */
  readonly dependentScenarios: (first: Scenario) => readonly Scenario[]
  /** Other requests of the same principal that the input or a store shows, with their outcome: they should not change. */
  readonly seen: readonly SeenRequest[]
}

/** Older policies: what was in force before, and the changes of policies that the input's records show. */
export interface OlderPolicies {
  /** To go on after "as it was": `in monday`, `before 2026-05-04 16:20:00Z`. */
  readonly when: string
  readonly scenarioFor: (request: Request) => Scenario
  readonly changes: readonly CallEvent[]
}

/** The scenarios of evaluated steps, in their order. */
export const scenariosOf = (steps: readonly EvaluatedStep[]): readonly Scenario[] =>
  steps.map(({ scenario }) => scenario)

/** A request of the same principal that the input or a store shows. */
export interface SeenRequest {
  readonly request: Request
  readonly outcome: 'allowed' | 'denied'
  readonly eventId: string | null
}

/** Calls that the input's records tell of, and changes of policies that a store kept. */
interface RecordedCalls {
  readonly events: readonly CallEvent[]
  readonly recordedChanges: readonly CallEvent[]
}

export function replayContextOf(
  steps: readonly EvaluatedStep[],
  sources: ScenarioSources,
  denial: Denial,
  { events, recordedChanges }: RecordedCalls,
  kept: readonly Denial[],
  { likely, placeholders, tellable }: Pick<ReplayContext, 'likely' | 'placeholders' | 'tellable'>,
): ReplayContext {
  const [first] = steps
  const own = first === undefined ? undefined : whoOf(first.scenario.request)
  const others: ScenarioSources = { ...sources, sessionPolicies: undefined, sessionPolicyNamed: false }
  const held = (request: Request): ScenarioWithAssumptions =>
    scenarioFor(whoOf(request) === own ? sources : others, request)
  return {
    steps,
    policySource: sources.policySource,
    provided: sources.provided,
    readings: sources.readings,
    likely,
    placeholders,
    tellable,
    older: olderOf(
      sources,
      denial,
      [...events, ...bearingOn(recordedChanges, events, scenariosOf(steps), policyTexts(sources))],
      (request) => held(request).scenario,
    ),
    budget: sources.budget,
    scenarioFor: (request) => held(request).scenario,
    dependentScenarios: (scenario) => {
      const owner = whoOf(scenario.request) === own ? sources : others
      return dependentRequests(owner, scenario).map((dependent) => dependent.scenario)
    },
    seen: [...seenBy(denial, events), ...keptOf(denial, kept)].slice(0, MAX_SEEN),
  }
}

/** The changes that bear on what was in force for a step; those of the input are there already. */
function bearingOn(
  changes: readonly CallEvent[],
  events: readonly CallEvent[],
  scenarios: readonly Scenario[],
  texts: PolicyTexts,
): readonly CallEvent[] {
  if (changes.length === 0) return []
  const known = new Set(events.map(({ eventId }) => eventId))
  const others = changes.filter(({ eventId }) => eventId === null || !known.has(eventId))
  return changesOf(others, scenarios, texts)
}

function olderOf(
  sources: ScenarioSources,
  denial: Denial,
  events: readonly CallEvent[],
  now: (request: Request) => Scenario,
): readonly OlderPolicies[] {
  const changes = events.filter(({ isPolicyWrite, outcome }) => isPolicyWrite && outcome === 'allowed')
  const recorded = earlierPolicies(events, denial.time, policyTexts(sources)).map(
    ({ time, scenarioFor }): OlderPolicies => ({
      when: `before ${time.replace('T', ' ')}`,
      scenarioFor: (request) => scenarioFor(now(request)),
      changes,
    }),
  )
  const { older } = sources
  if (older === undefined) return recorded
  // What is at hand is of now.
  const then: ScenarioSources = { ...sources, policySource: older.policySource, provided: undefined }
  return [
    { when: `in ${older.name}`, scenarioFor: (request) => scenarioFor(then, request).scenario, changes },
    ...recorded,
  ]
}

/** Texts of policies that are attached to nobody, from the snapshot and AWS's own. */
function policyTexts({ policySource, managedPolicies }: ScenarioSources): PolicyTexts {
  const snapshot = policySource.kind === 'snapshot' ? policySource.snapshot : undefined
  return {
    managed: (arn, account) => {
      const name = arn.slice(arn.lastIndexOf('/') + 1)
      const own = snapshot === undefined ? { name, arn } : managedPolicy(snapshot, account, name, arn)
      const document = own.document ?? managedPolicies(arn)
      return document === undefined ? undefined : { ...own, document }
    },
    version: (arn, version, account) =>
      snapshot === undefined ? undefined : policyVersionText(snapshot, account, arn, version),
    control: (id) => (snapshot === undefined ? undefined : controlPolicyOf(snapshot, id)),
    group: (name, account) => (snapshot === undefined ? undefined : policiesOfGroup(snapshot, account, name)),
  }
}

/**
 * The context as it was by the simplest explanation. Another request is evaluated on the same policies: what stands in for unseen
 * ones bears on it where the caller, or the resource, is the same; what else was not seen lets it pass.
 */
export function likelyContext(context: ReplayContext): ReplayContext | undefined {
  const { likely, readings, older } = context
  const first = likely?.[0]?.scenario
  if (likely === undefined || first === undefined) return undefined
  return {
    ...context,
    steps: likely,
    older: (older ?? []).map((policies) => ({
      ...policies,
      scenarioFor: (request) => asIfUnseenPasses(policies.scenarioFor(request), readings),
    })),
    scenarioFor: (request) => asLikely(context.scenarioFor(request), first, readings),
    dependentScenarios: (scenario) =>
      context.dependentScenarios(scenario).map((scenario) => asIfUnseenPasses(scenario, readings)),
  }
}

const OF_CALLER = ['serviceControlPolicies', 'identityPolicies', 'permissionsBoundary', 'sessionPolicies'] as const
const OF_RESOURCE = ['resourceControlPolicies', 'resourcePolicy'] as const

function asLikely(held: Scenario, first: Scenario, readings: SomeReadings | undefined): Scenario {
  const passing = asIfUnseenPasses(held, readings)
  const { request, policies = {} } = held
  const isSameResource = JSON.stringify(request.resource) === JSON.stringify(first.request.resource)
  const unseen = [
    ...(whoOf(request) === whoOf(first.request) ? OF_CALLER : []),
    ...(isSameResource ? OF_RESOURCE : []),
  ].filter((layer) => policies[layer] === undefined)
  const known = Object.fromEntries(unseen.map((layer) => [layer, first.policies?.[layer]]))
  return { ...passing, policies: { ...passing.policies, ...known } }
}

const whoOf = (request: Request): string => readCaller(request).arn

const MAX_SEEN = 100

/** Requests that the principal was refused before, each once. */
function keptOf(denial: Denial, kept: readonly Denial[]): readonly SeenRequest[] {
  const found = new Map<string, SeenRequest>()
  const who = ({ roleArn, principal }: Denial): string | null => roleArn ?? principal
  for (const keptDenial of kept) {
    const { principal, action, resource, roleArn, eventId, context } = keptDenial
    if (principal === null || action === null || resource === null || who(keptDenial) !== who(denial)) continue
    if (action === denial.action && resource === denial.resource) continue
    const key = `${action} ${resource}`
    if (found.has(key)) continue
    const request: Request = {
      principal,
      ...(roleArn === null || roleArn === principal ? {} : { principalDetails: { roleArn } }),
      action,
      ...existing(action),
      resource,
      context: { ...context } as NonNullable<Request['context']>,
    }
    found.set(key, { request, outcome: 'denied', eventId })
  }
  return [...found.values()]
}

/** Other requests of the principal, as far as the records tell, with their outcome. */
function seenBy(denial: Denial, events: readonly CallEvent[]): readonly SeenRequest[] {
  const found = new Map<string, SeenRequest>()
  for (const event of events) {
    if (event.outcome === 'failed' || event.principal !== denial.principal) continue
    if (event.principal === null || (event.eventId !== null && event.eventId === denial.eventId)) continue
    for (const { action, resource } of event.requests) {
      const isDenied = action === denial.action && resource === denial.resource
      if (resource === null || isDenied) continue
      const request: Request = {
        principal: event.principal,
        ...(event.roleArn !== null && event.roleArn.split('/').length > 2
          ? { principalDetails: { roleArn: event.roleArn } }
          : {}),
        action,
        ...existing(action),
        resource,
        context: { ...event.context } as NonNullable<Request['context']>,
      }
      found.set(`${event.outcome} ${action} ${resource}`, { request, outcome: event.outcome, eventId: event.eventId })
      if (found.size >= MAX_SEEN) return [...found.values()]
    }
  }
  return [...found.values()]
}
