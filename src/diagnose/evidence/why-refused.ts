import type { Assumption, Decision, LayerVerdict } from '#engine/decision.ts'
import { isGrantingGuard, POLICY_LAYERS, type PolicyLayer } from '#iam/layers.ts'
import { evaluate } from '#engine/evaluate.ts'
import { isFurther } from '#engine/further-policies.ts'
import { parseArn } from '#iam/arn.ts'
import { readCaller } from '#iam/caller.ts'
import { documentValue } from '#iam/json-value.ts'
import type { Request } from '#iam/request.ts'
import { lazy } from '#iam/lazy.ts'
import { howToGet } from '#engine/how-to-get.ts'
import type { LayerFinding } from '#engine/layers/finding.ts'
import { documentFact } from '#engine/missing.ts'
import { allowsOtherActions, nearestStatements } from '#iam/nearest-statements.ts'
import { evaluateRelations } from '#engine/open-cases.ts'
import type { Tree } from '#engine/requirement-tree.ts'
import { isStandIn, OTHER, toldValue } from '#engine/representatives.ts'
import type { Scenario } from '#engine/scenario.ts'
import { statementRef } from '#engine/statement-ref.ts'
import type { SomeReadings } from '#iam/readings.ts'
import type { Reported } from '#intake/denial.ts'
import type { Cause, CauseSource, Unseen } from '../diagnosis.ts'
import { isKeyOfAws } from '#iam/facts/claim-keys.ts'
import { isNeverSent } from '#iam/facts/keys-of-actions.ts'
import { type Certainty, explainRefusal, type Explanation, isUsualValue, tellingKey, type World } from './causes.ts'
import { asTold, type ToldValues } from './chosen-values.ts'
import { deniesInAll, type WorldsLeft } from './denying-statement.ts'
import { isNotSeen, likelyScenario, NOT_SEEN } from './likely-scenario.ts'
import { type TellingFact, tellingFact } from './telling-fact.ts'
import { isNotAtHand, isPartlyUnseen, isUnseen, leavesOf, unseenLetsPass, withLeaves } from './settled-requirement.ts'
import { otherAccount, unreadKey } from './unread-elsewhere.ts'
import { type UsualRequest, usualRequest } from './usual-request.ts'

/** Why AWS refused one request (docs/json.md, "Diagnosis": `causes`, `unseen`). */
export interface WhyRefused {
  readonly explanation: Explanation
  readonly causes: readonly Cause[]
  readonly unseen: readonly Unseen[]
  /** Whether of any layer of policies it was known what it holds, be it nothing. */
  readonly hasPolicies: boolean
  /** Assumptions that something was as it usually is, where the answer hangs on them (R-EVID-09). */
  readonly assumptions: readonly Assumption[]
  /** The scenario by the simplest explanation, and the decision on it; undefined: nothing explains the denial. */
  readonly likely?: { readonly scenario: Scenario; readonly decision: Decision }
  /** Words that stand in it for what the evidence masks, cuts or leaves out (R-EVID-10). */
  readonly placeholders?: readonly string[]
  /** What may be told of the values that the simplest explanation chose. */
  readonly tellable?: ToldValues
  /** The one fact by which the explanation stands or falls, with how to get it; left out: there is none that a yes or no tells. */
  readonly telling?: TellingFact & { readonly howToGet: string }
}

/** More worlds than this are not tried. */
const MAX_TRIED = 4

/** Reasons that the denial, and what is at hand, give for the refusal of the request of step `step` (R-EVID-01 to R-EVID-10). */
export function whyRefused(
  scenario: Scenario,
  reported: Reported,
  readings: SomeReadings | undefined,
  step = 0,
): WhyRefused {
  const how = eitherWay(scenario, reported, readings)
  const { explanation: found, usual, assumptions, placeholders } = explainAsUsual(scenario, how, readings)
  const explanation = { ...found, causes: withNamed(found, reported) }
  const hasPolicies = evaluateRelations(scenario, readings).some(({ trace }) => trace.some(isKnownLayer))
  const rivals = explanation.likely.length > 0 ? explanation.likely : explanation.worlds
  const isOfOther = isExplainedByOwner(explanation.likely, usual)
  const tried = rivals.slice(0, MAX_TRIED).map((world) => {
    const held = likelyScenario(usual, { ...world, tree: withSilentCauses(world.tree, explanation.causes) }, isOfOther)
    return { world, held, decision: lazy(() => evaluate(held, readings)) }
  })
  // A world with a masked value decides nothing (R-EVID-10).
  const chosen = tried.find(({ decision }) => decision().decision === 'denied') ?? tried[0]
  if (chosen === undefined) return { explanation, causes: [], unseen: [], hasPolicies, assumptions }
  const { world, held } = chosen
  const decision = chosen.decision()
  const likely =
    explanation.likely.length > 0 && decision.decision === 'denied' ? { scenario: held, decision } : undefined
  const tellable = tellableOf(world, scenario.request.action, explanation.likely)
  const causes = explanation.causes.flatMap(({ layer, certainty }) => {
    const key = certainty === 'possible' ? tellingKey(rivals, layer) : undefined
    const fact =
      key === undefined
        ? {}
        : { toldApartBy: { fact: key, howToGet: howToGet('context-key', key, world.judged.input) } }
    const held = { decision, tree: world.tree, left: { worlds: explanation.worlds, scenario: usual, readings } }
    return causesOf(layer, certainty, held, reported, step).map((cause) => ({
      ...asTold(cause, tellable),
      ...fact,
    }))
  })
  return {
    explanation,
    causes,
    ...tellingOf(explanation, causes, rivals),
    unseen: unseenOf(scenario, explanation),
    hasPolicies,
    assumptions:
      likely === undefined
        ? assumptions
        : [...assumptions, ...usualKeys(world, explanation.worlds), ...(isOfOther ? [OF_OTHER_ACCOUNT] : [])],
    ...(likely === undefined ? {} : { likely, placeholders, tellable }),
  }
}

/** What may be told of the values that a world chose for the keys of a request. */
const tellableOf = ({ keys }: World, action: string, likely: readonly World[]): ToldValues =>
  new Map(
    [...keys].map(([key, choice]) => [
      key.toLowerCase(),
      !isNeverSent(action, key) && mayHaveOther(key, choice.shown, likely) ? OTHER : toldValue(choice),
    ]),
  )

/** Whether a key that was taken to be absent may as well have another value: nothing but the choice says that it was not sent (R-EVID-09). */
const mayHaveOther = (key: string, shown: unknown, likely: readonly World[]): boolean =>
  shown === null &&
  isKeyOfAws(key) &&
  !isUsualValue(key, null) &&
  likely.some(({ keys }) => isStandIn(keys.get(key)?.shown))

/** Whether nobody knows the account of the resource, and the simplest explanation is that it is not the caller's. */
const isExplainedByOwner = (likely: readonly World[], { request, policies }: Scenario): boolean =>
  request.resourceAccount === undefined &&
  likely.length > 0 &&
  // Nothing is granted to a caller of an account that the policy of the resource does not know (R-ADV-08).
  namesCaller(policies?.resourcePolicy?.document, request) &&
  likely.every(({ judged }) => judged.input.relation === 'cross') &&
  parseArn([request.resource ?? ''].flat()[0] ?? '')?.account === ''

function namesCaller(document: unknown, { principal, ...request }: Request): boolean {
  const { roleArn, kind } = readCaller({ principal, ...request })
  const text = JSON.stringify(documentValue(document) ?? '')
  return kind !== 'root' && [principal, roleArn].some((arn) => arn !== undefined && text.includes(`"${arn}"`))
}

const OF_OTHER_ACCOUNT: Assumption = {
  fact: 'account of the resource',
  value: 'another than the caller’s',
  from: 'the policies that were given allow the call within one account',
  ifWrong: 'another policy denied it: give the account with --context aws:ResourceAccount=ACCOUNT_ID',
}

/**
 * What AWS said, where it names a layer and not whether that denies or does not allow (R-MSG-12): it does not allow, unless what is at
 * hand speaks against it.
 */
function eitherWay(scenario: Scenario, reported: Reported, readings: SomeReadings | undefined): Reported {
  const { layer, denyType, checks } = reported
  if (layer === null || denyType !== null || checks !== undefined) return reported
  const evaluated = evaluateRelations(scenario, readings)
  const ways = (['implicit', 'explicit'] as const).map((way): Reported => ({ ...reported, denyType: way }))
  const agrees = (way: Reported): boolean => {
    const { contradicted, outOfOrder } = explainRefusal(evaluated, way)
    return !contradicted && outOfOrder !== true
  }
  return ways.find(agrees) ?? reported
}

/**
 * The causes with the layer that AWS says does not allow: that is certain, whoever else could have made up for it
 * (R-EVID-03 a). Where what is at hand contradicts AWS's words, they are told by themselves.
 */
function withNamed({ causes, worlds, outOfOrder }: Explanation, { layer, denyType }: Reported): Explanation['causes'] {
  if (layer === null || denyType === 'explicit' || worlds.length === 0 || outOfOrder === true) return causes
  return [{ layer, certainty: sureness(layer, denyType) }, ...causes.filter((cause) => cause.layer !== layer)]
}

/** KMS names the policy of the key in one breath with a key that is not there (R-MSG-12). */
const sureness = (layer: PolicyLayer, denyType: Reported['denyType']): Certainty =>
  denyType === null && layer === 'resource-policy' ? 'likely' : 'certain'

/** The first fact that settles it: of rivals the one that tells them apart, of a likely cause the usual value that it hangs on. */
function tellingOf(
  { worlds }: Explanation,
  causes: readonly Cause[],
  rivals: readonly World[],
): Pick<WhyRefused, 'telling'> {
  if (causes.some(({ certainty }) => certainty === 'certain')) return {}
  const ofRivals = causes.flatMap(({ toldApartBy }) => (toldApartBy === undefined ? [] : [toldApartBy.fact]))
  const [world] = rivals
  const facts = [
    ...ofRivals.map((key) => tellingFact(rivals, key)),
    ...(world === undefined ? [] : usualKeys(world, worlds))
      .filter(({ fact }) => fact.toLowerCase() !== ALWAYS_SENT)
      .map(({ fact }) => tellingFact(worlds, fact)),
  ]
  const telling = facts.find((fact) => fact !== undefined)
  if (telling === undefined || world === undefined) return {}
  return { telling: { ...telling, howToGet: howToGet('context-key', telling.key, world.judged.input) } }
}

/** AWS's tools and SDKs call over TLS, so that nobody is asked for it (R-ADV-07). */
const ALWAYS_SENT = 'aws:securetransport'

/** Keys that the explanation takes to be as they usually are, where the denial leaves them another value (R-EVID-09). */
const usualKeys = ({ keys }: World, worlds: readonly World[]): readonly Assumption[] =>
  [...keys].flatMap(([key, { shown }]): Assumption[] => {
    const isOpen = worlds.some((other) => other.keys.has(key) && other.keys.get(key)?.shown !== shown)
    if (!isOpen || !isUsualValue(key, shown)) return []
    return [
      {
        fact: key,
        value: shown === null ? 'absent' : String(shown),
        from: 'nothing speaks against its usual value',
        ifWrong: 'a statement that asks for another value may refuse it, or may have been meant',
      },
    ]
  })

interface AsUsual {
  readonly explanation: Explanation
  /** The scenario with what was assumed. */
  readonly usual: Scenario
  readonly assumptions: readonly Assumption[]
  readonly placeholders: readonly string[]
}

/** The explanation with what the evidence leaves open of the request as it usually is. What is certain is so however that is. */
function explainAsUsual(scenario: Scenario, reported: Reported, readings: SomeReadings | undefined): AsUsual {
  const open = explainRefusal(evaluateRelations(scenario, readings), reported)
  const usual = usualRequest(scenario, readings)
  const nothing: AsUsual = { explanation: open, usual: scenario, assumptions: [], placeholders: [] }
  if (usual === undefined) return nothing
  const taken = explainRefusal(evaluateRelations(usual.scenario, readings), reported)
  if (taken.contradicted) return nothing
  const certain = new Set(open.causes.flatMap(({ layer, certainty }) => (certainty === 'certain' ? [layer] : [])))
  // A mask that was compared with what a policy says proves nothing, but for what AWS says itself.
  const isSure = (layer: PolicyLayer): boolean =>
    certain.has(layer) && (!usual.isFilled || (layer === reported.layer && reported.denyType !== null))
  const causes = taken.causes.map((cause) =>
    cause.certainty === 'certain' && !isSure(cause.layer) ? { ...cause, certainty: 'likely' as const } : cause,
  )
  return {
    explanation: { ...taken, causes },
    usual: usual.scenario,
    assumptions: toldOf(usual, open.causes, causes),
    placeholders: usual.placeholders,
  }
}

/** A path that nothing hangs on is not told. */
function toldOf(
  { assumptions, isFilled }: UsualRequest,
  open: Explanation['causes'],
  taken: Explanation['causes'],
): readonly Assumption[] {
  const isTold = isFilled ? namesRole(taken) : namesRole(taken) || JSON.stringify(open) !== JSON.stringify(taken)
  return assumptions.filter(({ fact }) => isTold || (isFilled && !fact.startsWith('path of ')))
}

/** Policies that are not the role's own name the role by its ARN, path and all. */
const namesRole = (causes: Explanation['causes']): boolean =>
  causes.some(({ layer, certainty }) => certainty !== 'possible' && !OF_CALLER_ALONE.has(layer))

const OF_CALLER_ALONE: ReadonlySet<PolicyLayer> = new Set(['identity-policy', 'session-policy'])

const isKnownLayer = (finding: LayerFinding): boolean =>
  finding.layer !== 'service-guard' && finding.applies && !isUnseen(finding)

/** A layer that surely or likely refuses and was not seen does so by allowing nothing, where no Deny is known. */
function withSilentCauses(tree: Tree, causes: Explanation['causes']): Tree {
  const refusing = new Set(causes.filter(({ certainty }) => certainty !== 'possible').map(({ layer }) => layer))
  return withLeaves(tree, ({ finding, needs, satisfied }) =>
    !refusing.has(finding.layer) ? satisfied : needs === 'no-explicit-deny',
  )
}

/**
 * The scenario where nothing that was not seen refuses: for what a call needs besides, of which nobody says that it was
 * refused. What only could allow does not; unknown keys stay unknown.
 */
export function asIfUnseenPasses(scenario: Scenario, readings: SomeReadings | undefined): Scenario {
  const usual = mayPassOnSome(scenario, readings) ? scenario : (usualRequest(scenario, readings)?.scenario ?? scenario)
  const [judged] = evaluateRelations(usual, readings)
  if (judged === undefined) return scenario
  const tree = withLeaves(judged.tree, unseenLetsPass(judged, true))
  return likelyScenario(usual, { judged, tree, keys: new Map() })
}

/**
 * Whether nobody says which resource it is about, and on some the policies at hand may let it pass: no other is made up then,
 * to be refused on.
 */
function mayPassOnSome(scenario: Scenario, readings: SomeReadings | undefined): boolean {
  const { request, policies } = scenario
  if (request.resource !== null || !Array.isArray(policies?.identityPolicies)) return false
  const seen = policies.identityPolicies.filter(({ name }) => !isFurther(name))
  const atHand = seen.length === 0 ? scenario : { ...scenario, policies: { ...policies, identityPolicies: seen } }
  return evaluateRelations(atHand, readings).every(({ tree }) => tree.satisfied !== false)
}

/** The entries of the layer that refuse by the simplest explanation; where none does, what AWS said of it. */
function causesOf(
  layer: PolicyLayer,
  certainty: Certainty,
  { decision, tree, left }: { readonly decision: Decision; readonly tree: Tree; readonly left: WorldsLeft },
  reported: Reported,
  step: number,
): readonly Cause[] {
  const refusing = decision.layers.filter(
    (entry) =>
      entry.layer === layer &&
      entry.counted &&
      (entry.verdict === 'explicit-deny' || entry.verdict === 'implicit-deny'),
  )
  const isNamed = reported.layer === layer
  const said = saidOf(layer, reported)
  // What hangs on a fact that has no value to choose, such as one in the middle of an ARN, refuses by its nearest statement.
  const open = decision.layers.filter(
    (entry) => entry.layer === layer && entry.counted && entry.verdict === 'unknown' && hasNearest(entry),
  )
  const isSilent = refusing.length === 0 && certainty !== 'possible' && reported.denyType !== 'explicit'
  if (isSilent && open.length > 0) return open.map((entry) => causeOf(entry, certainty, said, step, left))
  if (refusing.length === 0 || certainty === 'possible')
    return [
      {
        step,
        layer,
        denyType: (isNamed ? reported.denyType : null) ?? 'implicit',
        certainty,
        from: said.length > 0 ? said : ['denial'],
        ...(certainty === 'possible' ? {} : ofGuard(layer, tree)),
      },
    ]
  return refusing.map((entry) => withKnownReason(asSaid(causeOf(entry, certainty, said, step, left), reported), tree))
}

/** Of a layer that nobody provided the reason is that it is not known, not what its placeholder lacks. */
function withKnownReason(cause: Cause, tree: Tree): Cause {
  if ((cause.reason === undefined && cause.denyType === 'explicit') || cause.from.includes('policies')) return cause
  const unseen = leavesOf(tree).find(({ finding }) => finding.layer === cause.layer && isUnseen(finding))
  if (unseen === undefined) return cause
  const { reason: _, ...rest } = cause
  return unseen.finding.reason === undefined ? rest : { ...rest, reason: unseen.finding.reason }
}

/** Of a policy that nobody has seen, whether it denies or does not allow is as AWS says it. */
const asSaid = (cause: Cause, { denyType }: Reported): Cause =>
  denyType !== null && cause.from.length === 1 && cause.from[0] === 'message' ? { ...cause, denyType } : cause

/** The cause that AWS names, whatever the policies at hand say: those were not what was in force (R-EVID-04). None is named: none. */
export function namedCause(reported: Reported): readonly Cause[] {
  const { layer, denyType } = reported
  if (layer === null) return []
  const certainty = sureness(layer, denyType)
  return [{ step: 0, layer, denyType: denyType ?? 'implicit', certainty, from: saidOf(layer, reported) }]
}

/** AWS's own word for the layer: its message, or its authorization details (R-EVID-07). */
function saidOf(layer: PolicyLayer, { layer: named, checks = [] }: Reported): readonly CauseSource[] {
  const isChecked = checks.some((check) => check.layer === layer && check.effect.endsWith('DENY'))
  if (isChecked) return ['authorization']
  return named === layer ? ['message'] : []
}

/** A rule of the service that refuses by the simplest explanation, though its setting is not known. */
function ofGuard(layer: PolicyLayer, tree: Tree): Pick<Cause, 'kind' | 'reason'> {
  const refusing = leavesOf(tree).find(
    ({ finding, satisfied }) => finding.layer === layer && finding.guard !== undefined && satisfied === false,
  )
  const { guard, reason } = refusing?.finding ?? {}
  return guard === undefined ? {} : { kind: guard, ...(reason === undefined ? {} : { reason }) }
}

const hasNearest = ({ statements }: LayerVerdict): boolean =>
  nearestStatements(statements.filter(({ policy }) => !isNotSeen(policy))).length > 0

function causeOf(
  entry: LayerVerdict,
  certainty: Certainty,
  said: readonly CauseSource[],
  step: number,
  left: WorldsLeft,
): Cause {
  const seen = entry.statements.filter(({ policy }) => !isNotSeen(policy))
  const deny = seen.find(({ effect, matches }) => effect === 'Deny' && matches === true)
  const isExplicit = entry.verdict === 'explicit-deny'
  const [nearest] = isExplicit ? [] : [...nearestStatements(seen), ...ofOtherActions(entry.layer, seen)]
  const from: CauseSource[] = [
    ...(deny !== undefined || (!isExplicit && seen.length > 0) || entry.guard !== undefined
      ? (['policies'] as const)
      : []),
    ...said,
  ]
  return {
    step,
    layer: entry.layer,
    ...(entry.where === undefined || entry.where === NOT_SEEN || isStandIn(entry.where) ? {} : { where: entry.where }),
    denyType: isExplicit ? 'explicit' : 'implicit',
    certainty,
    from: from.length > 0 ? from : ['denial'],
    ...kindOf(entry),
    ...(entry.reason === undefined ? {} : { reason: entry.reason }),
    ...(deny === undefined ? {} : { statement: statementRef(entry, deny) }),
    ...(deny === undefined || certainty !== 'certain' || deniesInAll(entry, deny, left)
      ? {}
      : { statementCertainty: 'likely' as const }),
    ...(deny?.metBy === undefined || deny.metBy.length === 0 ? {} : { metBy: deny.metBy }),
    ...(nearest === undefined ? {} : { nearest: { ...statementRef(entry, nearest), failedOn: nearest.failedOn } }),
  }
}

/** Of what there is one policy, the statement that allows other actions shows what it leaves out; of several policies it shows little. */
const ofOtherActions = (layer: PolicyLayer, statements: LayerVerdict['statements']): LayerVerdict['statements'] =>
  layer === 'resource-policy' || layer === 'vpc-endpoint-policy' || layer === 'permissions-boundary'
    ? statements.filter(allowsOtherActions)
    : []

const kindOf = ({ kind, guard }: LayerVerdict): Pick<Cause, 'kind'> => {
  const shown = kind ?? guard
  return shown === undefined ? {} : { kind: shown }
}

/** Policies that nobody has seen and what the denial leaves open of each, in the order of the layers. */
function unseenOf(scenario: Scenario, { worlds, causes }: Explanation): readonly Unseen[] {
  const found = new Map<string, Unseen>()
  const isCause = causes.some(({ layer, certainty }) => layer === 'resource-policy' && certainty !== 'possible')
  for (const { judged: evaluated, tree } of worlds)
    for (const { finding, satisfied } of leavesOf(tree)) {
      // What AWS says of the resource policy does not say what else is in it (R-ADV-03).
      const isUnreadCause = isCause && finding.layer === 'resource-policy' && isUnseen(finding)
      if ((satisfied !== 'unknown' && !isUnreadCause) || !(isUnseen(finding) || isPartlyUnseen(finding))) continue
      for (const { fact, kind } of [...finding.lacking, ...notAtHand(finding)]) {
        if (kind === 'context-key') continue
        const what = fact
        found.set(`${finding.layer} ${what}`, {
          layer: finding.layer,
          ...(kind === 'policy' && finding.layer === 'resource-policy' && finding.kind !== undefined
            ? { kind: finding.kind }
            : {}),
          what,
          could: couldOf(finding),
          howToGet: howToGet(kind, fact, evaluated.input),
          ...otherAccount(finding, evaluated.input),
        })
      }
    }
  for (const { judged } of worlds) for (const key of unreadKey(scenario, judged.input)) found.set(key.what, key)
  return POLICY_LAYERS.flatMap((layer) => [...found.values()].filter((unseen) => unseen.layer === layer))
}

/** Policies that nobody has seen, by a decision of which AWS says nothing: each is open. */
export const unseenIn = ({ missing, layers }: Decision): readonly Unseen[] =>
  missing.flatMap(({ fact, kind, layer, howToGet: how }) =>
    kind === 'policy'
      ? [{ layer, ...kindOfResource(layers, layer), what: fact, could: couldOf({ layer }), howToGet: how }]
      : [],
  )

/** The kind of resource whose policy is not known, where there is one alone. */
function kindOfResource(layers: Decision['layers'], layer: PolicyLayer): Pick<Unseen, 'kind'> {
  const kinds = layers.flatMap((entry) => (entry.layer === layer && entry.verdict === 'unknown' ? [entry.kind] : []))
  const [kind, ...more] = new Set(kinds)
  return layer !== 'resource-policy' || kind === undefined || more.length > 0 ? {} : { kind }
}

const notAtHand = ({ policies }: LayerFinding) =>
  policies.filter(isNotAtHand).map((policy) => ({ fact: documentFact(policy), kind: 'policy' as const }))

/** R-EVID-08: guardrails only refuse, ACLs and grants only allow; policies of caller and resource do either. */
function couldOf({ layer, guard }: Pick<LayerFinding, 'layer' | 'guard'>): Unseen['could'] {
  if (layer === 'identity-policy' || layer === 'resource-policy') return 'either'
  return isGrantingGuard(guard) ? 'allow' : 'refuse'
}
