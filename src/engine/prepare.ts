import type { Action } from '#iam/action.ts'
import { DEFAULT_READINGS, type Readings, type SomeReadings, withReadings } from '#iam/readings.ts'
import { lazy } from '#iam/lazy.ts'
import { ANEW, type Compilers, ONCE } from '#iam/compilers.ts'
import { compiled, type PolicyDocument, readPolicyDocument, type Statement } from '#iam/policy.ts'
import type { MatchKind } from '#iam/principal-element.ts'
import { memoize } from '#iam/memoize.ts'
import type { PolicyPlace } from '#iam/resource.ts'
import { actionTruth, hasPrincipal, matchBeyondAction, type Question, type StatementMatch } from '#iam/statement.ts'
import { or, type Truth } from '#iam/truth.ts'
import type { Attributes, PoliciesInForce, Policy, PolicyLevel, ResourcePolicy } from './scenario.ts'

/** A policy with its document read, and where it came from. */
export interface PreparedPolicy {
  readonly name: string
  readonly arn: string | undefined
  readonly file: string | undefined
  readonly isNameOfFile?: true
  readonly lines: readonly (number | undefined)[]
  readonly place: PolicyPlace
  readonly document: PolicyDocument
  /** The document as it was given, for findings on what the engine does not read. */
  readonly source?: unknown
  /** The statements whose action matches: found once for each action asked for. */
  readonly bearingOn: (action: Action) => BearingStatements
}

export interface BearingStatements {
  readonly denies: readonly Statement[]
  readonly allows: readonly Statement[]
  /** The indexes of both. */
  readonly indexes: () => ReadonlySet<number>
}

export interface PreparedLevel {
  readonly target: string
  /** Undefined: the level exists, its policies are not known. */
  readonly policies: readonly PreparedPolicy[] | undefined
}

type KnownOrNone<T> = T | null | undefined

/** `PoliciesInForce` prepared: made once, evaluated for any number of requests. The documents stay in use and must not change. `null`: there is none; undefined: not known. */
export interface PreparedPolicies {
  readonly complete: boolean
  readonly serviceControlPolicies: KnownOrNone<readonly PreparedLevel[]>
  readonly resourceControlPolicies: KnownOrNone<readonly PreparedLevel[]>
  readonly vpcEndpointPolicy: KnownOrNone<PreparedPolicy>
  readonly resourcePolicy: KnownOrNone<PreparedPolicy>
  readonly resourcePolicyKind: string | undefined
  /** Whether something was said of it: left out, the scenario's resources may have it. */
  readonly resourcePolicyGiven: boolean
  readonly identityPolicies: KnownOrNone<readonly PreparedPolicy[]>
  readonly permissionsBoundary: KnownOrNone<PreparedPolicy>
  readonly sessionPolicies: KnownOrNone<readonly PreparedPolicy[]>
  readonly serviceGuards: KnownOrNone<Attributes>
  /** As it was given, for what asks which layers were left out. */
  readonly inForce?: PoliciesInForce
  /** How disputed rules are read, in these policies and in what is made of them. */
  readonly readings: Readings
}

export function preparePolicies(
  inForce: PoliciesInForce,
  some?: SomeReadings,
  prepareOne: PreparePolicy = preparePolicy,
): PreparedPolicies {
  const readings = withReadings(some)
  const prepare = (policy: Policy, place: PolicyPlace): PreparedPolicy => prepareOne(policy, place, readings)
  const complete = inForce.complete === true
  const trust = inForce.resourcePolicy?.kind === 'trust'
  const single = (policy: KnownOrNone<Policy>, place: PolicyPlace): KnownOrNone<PreparedPolicy> => {
    if (policy === undefined) return complete ? null : undefined
    return policy === null ? null : prepare(policy, place)
  }
  const list = (
    policies: KnownOrNone<readonly Policy[]>,
    place: PolicyPlace,
  ): KnownOrNone<readonly PreparedPolicy[]> => {
    if (policies === undefined) return complete ? null : undefined
    return policies === null || policies.length === 0 ? null : policies.map((policy) => prepare(policy, place))
  }
  return {
    complete,
    serviceControlPolicies: prepareLevels(inForce.serviceControlPolicies, 'scp', complete, prepare),
    resourceControlPolicies: prepareLevels(inForce.resourceControlPolicies, 'rcp', complete, prepare),
    vpcEndpointPolicy: single(inForce.vpcEndpointPolicy, 'vpce'),
    resourcePolicy: single(inForce.resourcePolicy, trust ? 'trust' : 'resource'),
    resourcePolicyKind: kindOf(inForce.resourcePolicy),
    resourcePolicyGiven: inForce.resourcePolicy !== undefined,
    identityPolicies: list(inForce.identityPolicies, 'identity'),
    permissionsBoundary: single(inForce.permissionsBoundary, 'boundary'),
    sessionPolicies: list(inForce.sessionPolicies, 'session'),
    serviceGuards: inForce.serviceGuards,
    inForce,
    readings,
  }
}

const kindOf = (policy: KnownOrNone<ResourcePolicy>): string | undefined => policy?.kind

function prepareLevels(
  levels: KnownOrNone<readonly PolicyLevel[]>,
  place: PolicyPlace,
  complete: boolean,
  prepare: (policy: Policy, place: PolicyPlace) => PreparedPolicy,
): KnownOrNone<readonly PreparedLevel[]> {
  if (levels === undefined) return complete ? null : undefined
  if (levels === null || levels.length === 0) return null
  return levels.map((level) => ({
    target: level.target,
    policies: level.policies?.map((policy) => prepare(policy, place)),
  }))
}

export type PreparePolicy = (policy: Policy, place: PolicyPlace, readings?: Readings) => PreparedPolicy

/**
 * Prepares a document once, however often it comes back: for many scenarios that share most of their policies. The
 * documents must not change while it is in use.
 */
export function preparingOnce(): PreparePolicy {
  const known = new WeakMap<object, PreparedPolicy[]>()
  return (policy, place, readings = DEFAULT_READINGS) => {
    const { document } = policy
    if (typeof document !== 'object' || document === null || readings !== DEFAULT_READINGS)
      return preparePolicy(policy, place, readings)
    const made = known.get(document) ?? []
    const same = made.find(
      (candidate) => candidate.place === place && candidate.name === policy.name && candidate.arn === policy.arn,
    )
    if (same !== undefined && same.file === policy.file) return same
    const prepared = preparePolicy(policy, place, readings)
    known.set(document, [...made, prepared])
    return prepared
  }
}

export function preparePolicy(
  policy: Policy,
  place: PolicyPlace,
  readings: Readings = DEFAULT_READINGS,
): PreparedPolicy {
  return preparedWith(policy, place, readings, ANEW, (statements) => memoize(bearingIn(statements), isUsual))
}

function preparedWith(
  policy: Policy,
  place: PolicyPlace,
  readings: Readings,
  compilers: Compilers,
  bearingOf: (statements: readonly Statement[]) => PreparedPolicy['bearingOn'],
): PreparedPolicy {
  const document: PolicyDocument =
    policy.document === undefined
      ? { version: '2012-10-17', statements: [], unreadable: [{ pointer: '', why: 'the document is not at hand' }] }
      : readPolicyDocument(policy.document, place, readings, compilers, endpointOf(policy, place))
  return {
    name: policy.name,
    arn: policy.arn,
    file: policy.file,
    lines: policy.lines ?? [],
    place,
    document,
    source: policy.document,
    ...(policy.isNameOfFile === undefined ? {} : { isNameOfFile: policy.isNameOfFile }),
    bearingOn: bearingOf(document.statements),
  }
}

/** The type of a VPC endpoint as AWS writes it, or in lower case. */
const endpointOf = ({ kind }: ResourcePolicy, place: PolicyPlace): string | undefined =>
  place === 'vpce' ? kind?.toLowerCase() : undefined

const isUsual = ({ service, name }: Action): boolean => service.length + name.length < 128

/** A policy prepared for a few requests only: nothing is compiled that a request does not reach, or memoized. */
export function preparePolicyOnce(policy: Policy, place: PolicyPlace): PreparedPolicy {
  return preparedWith(
    policy,
    place,
    DEFAULT_READINGS,
    ONCE,
    (statements) => (action) => bearingAmong(statements, action, asItIs),
  )
}

const asItIs = (statement: Statement): Statement => statement

function bearingIn(statements: readonly Statement[]): (action: Action) => BearingStatements {
  const reached = statements.map((statement) => lazy(() => compiled(statement)))
  return (action) => bearingAmong(statements, action, (statement, i) => reached[i]?.() ?? statement)
}

function bearingAmong(
  statements: readonly Statement[],
  action: Action,
  reached: (statement: Statement, i: number) => Statement,
): BearingStatements {
  const denies: Statement[] = []
  const allows: Statement[] = []
  statements.forEach((statement, i) => {
    if (actionTruth(statement, action)) (statement.effect === 'Deny' ? denies : allows).push(reached(statement, i))
  })
  if (denies.length + allows.length === 0) return NONE
  const indexes = lazy(() => new Set([...denies, ...allows].map(({ index }) => index)))
  return { denies, allows, indexes }
}

const NO_INDEXES: ReadonlySet<number> = new Set()
const NONE: BearingStatements = { denies: [], allows: [], indexes: () => NO_INDEXES }

export interface PolicyTruth {
  readonly deny: Truth
  readonly allow: Truth
  readonly kinds: ReadonlyMap<MatchKind, Truth>
  /** The statement that settles it: the first Deny that surely matches, else the first such Allow. */
  readonly by: { readonly policy: PreparedPolicy; readonly statement: Statement } | undefined
}

const NO_KINDS: ReadonlyMap<MatchKind, Truth> = new Map()

/** R-COND-63: deny is the OR of the Deny statements, allow of the Allow statements. What cannot be read may be either. */
export function truthOfPolicies(policies: readonly PreparedPolicy[], question: Question): PolicyTruth {
  let deny: Truth = false
  let allow: Truth = false
  let kinds: Map<MatchKind, Truth> | undefined
  let denied: PolicyTruth['by']
  let allowed: PolicyTruth['by']
  for (const policy of policies) {
    const { place, document } = policy
    if (document.unreadable.length > 0) {
      deny = or(deny, 'unknown')
      allow = or(allow, 'unknown')
    }
    const { denies, allows } = policy.bearingOn(question.action)
    for (const statement of denies) {
      if (deny === true) break
      deny = or(deny, matchBeyondAction(statement, place, question).matches)
      if (deny === true) denied = { policy, statement }
    }
    const namesPrincipals = hasPrincipal(place)
    for (const statement of allows) {
      if (allow === true && !namesPrincipals) break
      const match = matchBeyondAction(statement, place, question)
      if (match.matches === true) allowed ??= { policy, statement }
      allow = or(allow, match.matches)
      if (match.kinds.size > 0) kinds = withKinds(kinds, match)
    }
  }
  return { deny, allow, kinds: kinds ?? NO_KINDS, by: denied ?? allowed }
}

function withKinds(into: Map<MatchKind, Truth> | undefined, { kinds }: StatementMatch): Map<MatchKind, Truth> {
  const all = into ?? new Map<MatchKind, Truth>()
  for (const [kind, truth] of kinds) all.set(kind, or(all.get(kind) ?? false, truth))
  return all
}
