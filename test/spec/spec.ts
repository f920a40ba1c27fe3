/**
 * The second evaluator: AWS's evaluation logic written down as slowly and plainly as possible, to be held against the
 * engine on random input. It knows decisions and layers; it explains nothing.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
import type { Decision, Verdict } from '#engine/decision.ts'
import { POLICY_LAYERS, type PolicyLayer } from '#iam/layers.ts'
import type { Scenario } from '#engine/scenario.ts'
import { DEFAULT_READINGS, type Readings, type SomeReadings } from '#iam/readings.ts'
import { and, andAll, not, or, orAll, type Truth } from '#iam/truth.ts'
import { byOwnerBehind } from './access-point.ts'
import { apiOf, asAnonymous, asAuthenticated, clientsOf } from './api.ts'
import { callOf } from './calls.ts'
import { grantOf } from './combine.ts'
import { isBucketPolicyAction, isRefusedByRule } from './hard-rules.ts'
import { grantAllows, isKey, isRetiring } from './kms.ts'
import * as layers from './layers.ts'
import { isOneAccount } from './masked.ts'
import { callersThatMayBe } from './open-caller.ts'
import { questionsAbout, readCaller, UNKNOWN_RESOURCE, type Question } from './question.ts'
import { isOutsider, s3Guards, type S3Guards } from './s3.ts'
import { isRefusedByS3, listingInstead } from './s3-rules.ts'
import { isForManagerOnly, isForMembers, isForStrangers, isPermissionless, isUnsigned } from './services.ts'
import { judgePolicy } from './statement.ts'

export interface SpecLayer {
  readonly layer: PolicyLayer
  readonly where?: string
  readonly kind?: string
  readonly guard?: 'block-public-access' | 'acl' | 'kms-grant' | 'hard-rule'
  readonly verdict: Verdict
}
export interface SpecDecision extends Pick<Decision, 'decision' | 'denyType' | 'blockedBy'> {
  readonly layers: readonly SpecLayer[]
}

const GUARD: PolicyLayer = 'service-guard'

/** Of disputed rules other readings may be asked for. */
export function spec(scenario: Scenario, some: SomeReadings = {}): SpecDecision {
  const call = callOf(scenario.request)
  if (call === undefined) return oneAction(scenario, some)
  const parts = call.requests.map((request) => oneAction({ ...scenario, request }, some))
  const alike = parts.every((part) => part.decision === parts[0]?.decision)
  // Which of them the call uses is not known: only what all of them come to is.
  if (call.some && !alike) return { ...nothingKnown, layers: worst(parts)?.layers ?? [] }
  return worst(parts) ?? nothingKnown
}

/** A list of resources: the call needs the action on each (R-REQ-02). */
function oneAction(scenario: Scenario, some: SomeReadings): SpecDecision {
  const readings: Readings = { ...DEFAULT_READINGS, ...some }
  const { resource } = scenario.request
  const list = resource === null ? [UNKNOWN_RESOURCE] : typeof resource === 'string' ? [resource] : resource
  const parts = list.map((one) => decideOn(scenario, one, readings))
  return worst(parts) ?? nothingKnown
}

const worst = (parts: readonly SpecDecision[]): SpecDecision | undefined =>
  (['denied', 'undetermined', 'allowed'] as const)
    .map((effect) => parts.find((part) => part.decision === effect))
    .find((part) => part !== undefined)

const nothingKnown: SpecDecision = {
  decision: 'undetermined',
  denyType: null,
  blockedBy: [],
  layers: POLICY_LAYERS.map((layer) => ({ layer, verdict: 'unknown' })),
}

function decideOn(scenario: Scenario, resource: string, readings: Readings): SpecDecision {
  if (readCaller(scenario.request, readings).kind === 'unknown') return forEveryCaller(scenario, resource, readings)
  const [first, second] = questionsAbout(scenario, resource, readings)
    .flatMap(byOwnerBehind)
    .map(asAuthenticated)
    .map(decide)
  if (first === undefined) return nothingKnown
  const [asked] = questionsAbout(scenario, resource, readings)
  const { complete, resourcePolicy } = asked?.scenario.policies ?? {}
  return second === undefined
    ? first
    : inBothRelations(first, second, complete === true && resourcePolicy === undefined)
}

/** R-EVID-12: what every caller gets that it may be. Which layers decide depends on who it is. */
function forEveryCaller(scenario: Scenario, resource: string, readings: Readings): SpecDecision {
  const callers = callersThatMayBe(scenario) ?? []
  const [first, ...others] = callers.map((caller) => {
    const { principalDetails: _, ...request } = scenario.request
    return decideOn({ ...scenario, request: { ...request, ...caller } }, resource, readings)
  })
  if (first === undefined || others.some(({ decision }) => decision !== first.decision)) return nothingKnown
  return { ...nothingKnown, decision: first.decision, denyType: first.denyType }
}

/** R-XACC-04: the account of the resource is not known, and the answer must hold either way. */
function inBothRelations(same: SpecDecision, cross: SpecDecision, isLeftOut: boolean): SpecDecision {
  const merged = mergeLayers(same.layers, cross.layers)
  if (same.decision !== cross.decision)
    return { decision: 'undetermined', denyType: null, blockedBy: [], layers: merged }
  // To be allowed either way, all that refuses in one of the two must be cured.
  const all = POLICY_LAYERS.filter((layer) => same.blockedBy.includes(layer) || cross.blockedBy.includes(layer))
  // A policy that nobody gave is not blamed for what it would do if the resource were another account's.
  const sure = all.filter((layer) => layer !== 'resource-policy' || same.blockedBy.includes(layer))
  const blockedBy = isLeftOut && sure.length > 0 ? sure : all
  const explicit = same.denyType === 'explicit' || cross.denyType === 'explicit'
  const denied = explicit ? 'explicit' : 'implicit'
  return { decision: same.decision, denyType: same.decision === 'denied' ? denied : null, blockedBy, layers: merged }
}

function mergeLayers(same: readonly SpecLayer[], cross: readonly SpecLayer[]): SpecLayer[] {
  const isOf = (a: SpecLayer, b: SpecLayer) =>
    a.layer === b.layer && a.where === b.where && a.guard === b.guard && a.kind === b.kind
  return POLICY_LAYERS.flatMap((layer) => {
    const [one, two] = [same, cross].map((list) => list.filter((l) => l.layer === layer))
    const both = [...(one ?? []), ...(two ?? []).filter((b) => !(one ?? []).some((a) => isOf(a, b)))]
    return both
      .filter((l) => both.length === 1 || l.verdict !== 'not-applicable')
      .map((l): SpecLayer => {
        const verdicts = [one, two].map((list) => list?.find((x) => isOf(x, l))?.verdict ?? 'not-applicable')
        return { ...l, verdict: verdicts[0] === verdicts[1] ? l.verdict : 'unknown' }
      })
  })
}

/** Everything that is judged, before it is put together. */
interface Findings {
  readonly rcp: readonly layers.Entry[]
  readonly scp: readonly layers.Entry[]
  readonly vpce: layers.Entry
  readonly resource: readonly layers.ResourceEntry[]
  readonly identity: layers.Entry
  readonly boundary: layers.Entry
  readonly session: layers.Entry
  readonly s3: S3Guards
  readonly kmsGrant: Truth
  readonly hardRule: Truth
  /** Not another account's object, or one that its ACL opens (R-S3-02). */
  readonly objectReachable: Truth
}

function judge(question: Question): Findings {
  const s3 = s3Guards(question)
  return {
    rcp: layers.resourceControlPolicies(question),
    scp: layers.serviceControlPolicies(question),
    vpce: layers.vpcEndpointPolicy(question),
    resource: layers.resourcePolicies(question),
    identity: layers.identityPolicies(question),
    boundary: layers.permissionsBoundary(question),
    session: layers.sessionPolicies(question),
    s3,
    kmsGrant: grantAllows(question),
    hardRule: orAll([
      isRefusedByRule(question),
      isRefusedByS3(question),
      hidesAbsence(question),
      isForManagement(question),
    ]),
    objectReachable: or(not(s3.foreignObject), s3.aclAllows),
  }
}

/** Who may not list the bucket gets 403 for an object that is not there (R-S3-08). */
function hidesAbsence(question: Question): Truth {
  const listing = listingInstead(question)
  if (listing === undefined) return false
  const { decision } = decide(listing)
  return decision === 'undetermined' ? 'unknown' : decision === 'denied'
}

/**
 * "This operation can be called only from the organization's management account or by a member account that is a delegated
 * administrator" (API reference, nearly each operation), or what its resource policy gives (G-109). Which account that is, has to
 * be said: who is in no organization cannot be asking (R-UNK-03). Which operations are for whom: organizations/latest/APIReference/
 * action-reference.html, "API operations by account".
 */
function isForManagement(question: Question): Truth {
  const { caller, scenario, service, relation, action } = question
  const manager = scenario.organization?.managementAccount
  const { resourcePolicy, complete } = scenario.policies ?? {}
  if (service !== 'organizations' || caller.account === undefined) return false
  const manages = manager === undefined ? 'unknown' : isOneAccount(manager, caller.account)
  const isOpen = scenario.organization === null ? isForStrangers(action) : isForMembers(action)
  if (isOpen || manages === true) return false
  if (isForManagerOnly(action)) return not(manages)
  if (relation !== 'same') return false
  const given = resourcePolicy ? judgePolicy(resourcePolicy, 'resource', question).allow : false
  return not(or(given, manages === false && complete === true ? false : 'unknown'))
}

/**
 * Only IAM authorization tells an API who calls. Where nobody says how it authorizes, what stops the caller does not stop nobody, and
 * only what stops both is sure (R-OTH-02).
 */
function eitherKind(signed: Findings, nobody: Findings): Findings {
  const same = (a: Truth, b: Truth): Truth => (a === b ? a : 'unknown')
  const entry = <E extends layers.Entry>(a: E, b: layers.Entry, isGate: boolean): E => {
    const said = a.applies ? a : { ...a, ...b }
    const allow = isGate ? same(a.allow, b.allow) : said.allow
    return { ...said, applies: a.applies || b.applies, deny: same(a.deny, b.deny), allow }
  }
  const level = (list: readonly layers.Entry[], others: readonly layers.Entry[], isGate: boolean): layers.Entry[] => {
    const none = { applies: false, deny: false, allow: true, kinds: {} } as const
    return list.map((one) => entry(one, others.find(({ where }) => where === one.where) ?? { ...one, ...none }, isGate))
  }
  return {
    ...signed,
    rcp: level(signed.rcp, nobody.rcp, false),
    scp: level(signed.scp, nobody.scp, true),
    vpce: entry(signed.vpce, nobody.vpce, true),
    resource: signed.resource.map((one, i) => entry(one, nobody.resource[i] ?? one, false)),
    identity: entry(signed.identity, nobody.identity, false),
    boundary: entry(signed.boundary, nobody.boundary, false),
    session: entry(signed.session, nobody.session, false),
  }
}

/** No Deny in any layer; then the gates; then the service's own rules; then something must allow (D.3, D.4). */
function decide(question: Question): SpecDecision {
  const isOfEitherKind = question.caller.kind !== 'anonymous' && apiOf(question).api?.startsWith('not-known') === true
  const found = isOfEitherKind ? eitherKind(judge(question), judge(asAnonymous(question))) : judge(question)
  const { rcp, scp, vpce, resource, identity, boundary, session, s3, hardRule, objectReachable } = found
  const usual = grantOf({
    ...found,
    caller: question.caller.kind,
    relation: question.relation,
    authoritative: (isKey(question) && !isRetiring(question)) || layers.isTrustQuestion(question),
    trust: layers.isTrustQuestion(question),
    readings: question.readings,
    aclAllows: s3.aclAllows,
    aclIgnored: s3.aclIgnored,
    grantAllows: found.kmsGrant,
    clients: clientsOf(question),
    ...apiOf(question),
  })
  // R-ANON-02: nobody has to allow a call that is made without credentials.
  const free = question.caller.kind === 'anonymous' && isUnsigned(question.action)
  const grant = free ? { allowed: true as const, refusing: [] } : usual
  const denying = [...rcp, ...scp, vpce, ...(canMend(question) ? [] : resource), identity, boundary, session]
  const gates = [...scp, vpce]
  const noDeny = not(orAll([...denying.map((entry) => entry.deny), s3.restricts]))
  const open = andAll(gates.map((entry) => entry.allow))
  const permissionless = isPermissionless(question.action)
  const allowed = and(not(hardRule), permissionless || andAll([noDeny, open, objectReachable, grant.allowed]))

  const refusedBy = {
    rule: hardRule === true ? [GUARD] : [],
    deny: [...denying.filter((e) => e.deny === true).map((e) => e.layer), ...(s3.restricts === true ? [GUARD] : [])],
    silence: [
      ...gates.filter((entry) => entry.applies && entry.allow === false).map((entry) => entry.layer),
      ...(objectReachable === false ? [GUARD] : []),
      ...grant.refusing,
    ],
  }
  const counted = permissionless ? { ...refusedBy, deny: [], silence: [] } : refusedBy
  const refusing = [...counted.rule, ...counted.deny, ...counted.silence]
  const entries = [...rcp, ...scp, vpce, ...resource, identity, boundary, session]
  return {
    ...effectOf(allowed, counted.deny.length > 0),
    blockedBy: allowed === false ? POLICY_LAYERS.filter((layer) => refusing.includes(layer)) : [],
    layers: [...entries.map((entry) => specLayer(entry, refusedBy.silence)), ...guardLayers(question, found)],
  }
}

/** The root user of the bucket's account can mend the bucket's policy whatever that policy says (R-EVAL-20). */
const canMend = (question: Question): boolean =>
  question.caller.kind === 'root' && question.relation === 'same' && isBucketPolicyAction(question)

function effectOf(allowed: Truth, explicit: boolean): Pick<SpecDecision, 'decision' | 'denyType'> {
  if (allowed === 'unknown') return { decision: 'undetermined', denyType: null }
  if (allowed) return { decision: 'allowed', denyType: null }
  return { decision: 'denied', denyType: explicit ? 'explicit' : 'implicit' }
}

function specLayer(entry: layers.Entry, implicit: readonly PolicyLayer[]): SpecLayer {
  const { layer, where, kind } = entry
  const at = { layer, ...(where === undefined ? {} : { where }), ...(kind === undefined ? {} : { kind }) }
  return { ...at, verdict: verdictOf(entry, implicit.includes(layer)) }
}

/** Contract, "Words": where a layer must allow and surely does not, a Deny that may match leaves it implicit-deny. */
function verdictOf({ applies, deny, allow }: layers.Entry, mustAllow: boolean): Verdict {
  if (!applies) return allow === false && mustAllow ? 'implicit-deny' : 'not-applicable'
  if (deny === true) return 'explicit-deny'
  if (allow === false) return deny === false || mustAllow ? 'implicit-deny' : 'unknown'
  return allow === true && deny === false ? 'allow' : 'unknown'
}

function guardLayers(question: Question, { s3, kmsGrant, hardRule, objectReachable }: Findings): SpecLayer[] {
  const guards: (readonly [NonNullable<SpecLayer['guard']>, Verdict])[] = [
    ['block-public-access', refusalIf(s3.restricts, 'explicit-deny')],
    ['acl', aclVerdict(question, s3, objectReachable)],
    ['kms-grant', kmsGrant === true ? 'allow' : kmsGrant === 'unknown' ? 'unknown' : 'not-applicable'],
    ['hard-rule', refusalIf(hardRule, 'implicit-deny')],
  ]
  const bearing = guards.filter(([, verdict]) => verdict !== 'not-applicable')
  if (bearing.length === 0) return [{ layer: GUARD, verdict: 'not-applicable' }]
  return bearing.map(([guard, verdict]) => ({ layer: GUARD, guard, verdict }))
}

const refusalIf = (refuses: Truth, verdict: Verdict): Verdict =>
  refuses === true ? verdict : refuses === 'unknown' ? 'unknown' : 'not-applicable'

/** An ACL bears on callers from outside, and on everyone for an object that another account owns. */
function aclVerdict(question: Question, s3: S3Guards, objectReachable: Truth): Verdict {
  if (objectReachable === false || s3.aclIgnored) return 'implicit-deny'
  if (objectReachable === 'unknown') return 'unknown'
  if (!isOutsider(question) && s3.foreignObject !== true) return 'not-applicable'
  return s3.aclAllows === true ? 'allow' : s3.aclAllows === 'unknown' ? 'unknown' : 'not-applicable'
}
