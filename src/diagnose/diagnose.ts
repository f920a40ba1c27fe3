import { type EvaluatedStep, nextStep as chainStep } from '#engine/chain.ts'
import { evaluate } from '#engine/evaluate.ts'
import type { Step } from '#engine/decision.ts'
import type { ManagedPolicies } from '#engine/managed-policies.ts'
import type { Scenario } from '#engine/scenario.ts'
import { unusedInputs } from '#snapshot/at-hand/unused.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import type { SomeReadings } from '#iam/readings.ts'
import { readCaller, UNKNOWN_PRINCIPAL } from '#iam/caller.ts'
import type { Request } from '#iam/request.ts'
import { type CallEvent, eventById } from '#intake/cloudtrail/call-event.ts'
import type { Denial } from '#intake/denial.ts'
import { withConsistencyNote } from './eventual-consistency.ts'
import { guideFor, verifyCommands, whatNotToDo } from './advice.ts'
import { SAID, withoutRepeats } from '#engine/assumptions.ts'
import type { Assumption } from '#engine/decision.ts'
import type { Cause, Diagnosis, DiagnoseResult, UsualCause } from './diagnosis.ts'
import { type Evidence, knowsPolicies, sourceIn } from './evidence/evidence.ts'
import { evidenceFacts } from './evidence/evidence-facts.ts'
import { type WhyCallRefused, whyCallRefused } from './evidence/why-call-refused.ts'
import { hasEveryText } from './evidence/likely-scenario.ts'
import { namedCause, unseenIn, whyRefused } from './evidence/why-refused.ts'
import { callerRelation } from './caller-relation.ts'
import { outerCall } from './outer-call.ts'
import { identityOf } from './identity.ts'
import { type Occurrence, occurrencesOf } from './occurrences.ts'
import { type StateNow, stateNow } from './allowed-now.ts'
import { COMPANION } from '#iam/companion-rule.ts'
import { allowedNamesake } from './namesake.ts'
import { questionText } from './question-text.ts'
import { isKnownByName, reconcile, statusOf, statusOfCauses } from './reconcile.ts'
import { passedRoleAssumptions } from './passed-role-trust.ts'
import { promoteDeniedDependency, dependencyAssumption } from './denied-dependency.ts'
import { asOfCall, requestOfScenario, isNamed, type RequestOf, requestOf } from './request-of.ts'
import { sessionPoliciesFor, withSessionTags } from './session-evidence.ts'
import { sessionSteps } from './session-step.ts'
import { launchOf, withoutAskedNext } from './siblings.ts'
import {
  scenarioFor,
  companionRequests,
  withoutSame,
  dependentRequest,
  dependentRequests,
  type OlderSource,
  type ScenarioSources,
  type DependentRequest,
} from './scenario-for.ts'
import { summaryCodes } from './no-denial.ts'
import { callerWarning, summaryWords } from '#answer/summary-words.ts'
import { timelineOf } from './timeline.ts'
import { withPlaceholderCaller } from './unnamed-caller.ts'
import { type ReplayContext, replayContextOf, scenariosOf } from './replay-context.ts'
import { cluesOf } from './usual/clues.ts'
import { type BeyondPolicies, refusedBeyondPolicies, refusedBySetting } from './evidence/beyond-policies.ts'
import { isWrappedRefusal, keyUsesOf, mayHaveRefused } from './evidence/wrapped-refusal.ts'
import { usualCauses } from './usual/usual-causes.ts'
import { usualRequest } from './evidence/usual-request.ts'

export interface DiagnoseOptions {
  readonly expectPrincipal?: string
  /** Documents of AWS managed policies given by ARN alone; left out: unknown. */
  readonly managedPolicies?: ManagedPolicies
  /** The ARN of the AWS managed policy with a text; left out: it is not looked up. */
  readonly managedPolicyArn?: (document: unknown) => string | undefined
  /** Other readings of disputed rules than the default ones (docs/disputed.md). */
  readonly readings?: SomeReadings
  /** Denials that were kept, of the same principals: a fix must not flip them unawares. */
  readonly kept?: readonly Denial[]
  /** Changes of policies that a store of denials kept; those of the input are known without it. */
  readonly recordedChanges?: readonly CallEvent[]
  /** Policies of before: what changed since is put back first, where that cures the denial. */
  readonly older?: OlderSource
  /** Steps of work that fixes and proofs of one denial may cost; left out: as many as usual. */
  readonly budget?: number
  /** Told how many kinds of denials are judged, of how many, and how many denials those are of; first that none is. */
  readonly onJudged?: (kinds: number, of: number, denials: number) => void
}

/**
 * Explains every denial of the input against what was in force (docs/json.md, "Diagnosis"): who was evaluated, every layer and
 * statement that refuses, what the same call needs next, and whether AWS and we agree. Pure.
 */
export const diagnose = (evidence: Evidence, options: DiagnoseOptions = {}): DiagnoseResult =>
  diagnoseForReplay(evidence, options).result

/** The result of `diagnose`, and for each denial its replay context: fixes and their proofs go on from there. */
export function diagnoseForReplay(
  evidence: Evidence,
  options: DiagnoseOptions = {},
): { readonly result: DiagnoseResult; readonly replayContexts: readonly (ReplayContext | undefined)[] } {
  const occurrences = occurrencesOf(evidence.denials.map((denial) => withConsistencyNote(denial, evidence.events)))
  const count = occurrences.reduce((sum, occurrence) => sum + occurrence.count, 0)
  options.onJudged?.(0, occurrences.length, count)
  const walked = occurrences.map((occurrence, i) => {
    const diagnosed = diagnoseOne(occurrence, { evidence, options })
    options.onJudged?.(i + 1, occurrences.length, count)
    return diagnosed
  })
  const diagnoses = walked.map(({ diagnosis }) => diagnosis)
  const timeline = timelineOf(evidence.events, occurrences, diagnoses)
  return {
    result: { schemaVersion: 1, diagnoses, timeline },
    replayContexts: walked.map(({ replayContext }) => replayContext),
  }
}

function diagnoseOne(
  occurrence: Occurrence,
  subject: Subject,
): { readonly diagnosis: Diagnosis; readonly replayContext: ReplayContext | undefined } {
  const { denial } = occurrence
  const { evidence, options } = subject
  const policySource = sourceIn(evidence)
  const explained = denial.kind === 'aws-access-denied' ? explain(occurrence, subject) : NOTHING
  const { steps } = explained
  const decision = steps[0]?.decision
  const collectedAt = policySource.kind === 'snapshot' ? policySource.snapshot.collectedAt : undefined
  const compared = reconcile(denial, decision, explained.scenario, options.readings, collectedAt)
  const refusal = refusalOf(denial, explained, compared)
  const now = stateOf(occurrence, explained, refusal, subject)
  const { status, causes, beyond, why, isByName } =
    now === undefined ? refusal : { ...refusal, status: now.status, causes: [] }
  const identity: Diagnosis['identity'] = {
    ...callerOf(denial, explained, subject),
    ...callerRelation({ denial, scenario: explained.evidenceScenario, policySource }),
  }
  const facts = { ...explained, ...summaryCodes(denial), denial, status, causes, isOlder: now !== undefined }
  const said = beyond?.summary ?? summaryWords(facts)
  const assumptions = withoutRepeats([...explained.assumptions, ...(now?.assumptions ?? [])])
  const diagnosis: Diagnosis = {
    denial,
    occurrences: { count: occurrence.count, first: occurrence.first, last: occurrence.last },
    ...(occurrence.call === undefined ? {} : { call: outerCall(occurrence.call, denial) }),
    status,
    basis: basisOf(denial, explained.why),
    summary: [`${callerWarning(identity)}${said}`, ...(now === undefined ? [] : [now.text])].join(' '),
    causes,
    unseen: now?.status === 'undetermined' && decision !== undefined ? unseenIn(decision) : (why?.unseen ?? []),
    ...unusedOf(evidence.provided, explained),
    ...questionOf(status, why),
    ...(beyond === undefined ? usualOf(denial, explained) : usualList(beyond.usualCauses)),
    identity,
    assumptions,
    evidence: evidenceFacts({ denial, evidence, scenarios: scenariosIn(explained), assumptions }),
    steps,
    reconciliation: now === undefined ? compared : { ...compared, explanation: now.text, denialIsOlder: true },
    fixes: [],
    whatNotToDo: whatNotToDo(steps, identity),
    verify: verifyCommands(denial, steps),
    guide: guideFor(denial),
  }
  return { diagnosis, replayContext: isByName ? undefined : explained.replayContext }
}

/** What newer policies say of the call; of what no policy denied, they say nothing. */
const stateOf = (
  { denial }: Occurrence,
  { steps, scenario }: Explained,
  { status, beyond }: Refusal,
  { evidence, options: { readings } }: Subject,
): StateNow | undefined =>
  beyond === undefined
    ? stateNow({ denial, status, steps, scenario, policySource: sourceIn(evidence), readings })
    : undefined

interface Refusal extends Pick<Diagnosis, 'status' | 'causes'> {
  /** No policy of IAM refused it. */
  readonly beyond: BeyondPolicies | undefined
  readonly why: WhyCallRefused | undefined
  /** The layer or the setting is known by AWS's word alone: no replay shows what would mend it. */
  readonly isByName: boolean
}

const scenariosIn = ({ replayContext }: Pick<Explained, 'replayContext'>): readonly Scenario[] =>
  replayContext === undefined ? [] : scenariosOf(replayContext.steps)

/** The files that count for nothing in this diagnosis; left out: none (R-EVID-14). */
function unusedOf(provided: Evidence['provided'], { replayContext }: Explained): Pick<Diagnosis, 'unusedInputs'> {
  if (provided === undefined || (provided.pieces.length === 0 && provided.federation === undefined)) return {}
  const unused = unusedInputs(provided, scenariosIn({ replayContext }))
  return unused.length === 0 ? {} : { unusedInputs: unused }
}

/** What refused, as far as AWS's words and what is at hand settle it. */
function refusalOf(denial: Denial, { why: found }: Explained, reconciliation: Diagnosis['reconciliation']): Refusal {
  const { kind, reported } = denial
  if (kind !== 'aws-access-denied')
    return { status: 'not-a-denial', causes: [], beyond: undefined, why: found, isByName: false }
  const byRule = refusedBeyondPolicies(denial)
  const beyond = byRule ?? refusedBySetting(denial, found?.causes ?? [])
  if (beyond !== undefined)
    return { status: 'explained', causes: beyond.causes, beyond, why: undefined, isByName: byRule === undefined }
  const named = namedCause(reported)
  if (isKnownByName(reported, found, reconciliation))
    return { status: statusOfCauses(named), causes: named, beyond, why: found, isByName: true }
  if (found !== undefined && isGivenPolicyPassed(denial, found))
    return { status: 'undetermined', causes: found.causes.map(asPossible), beyond, why: found, isByName: false }
  const status = statusOf(found, reconciliation)
  const causes = status === 'contradicted' ? named : (found?.causes ?? [])
  return { status, causes, beyond, why: found, isByName: false }
}

/**
 * Whether all that is left are RCPs that nobody provided, because the given policies let a service or the holder of a token in. An RCP is
 * rare: what the evidence leaves open, such as a condition or a provider that is not there, is denied in the same words (R-EVID-17).
 */
const isGivenPolicyPassed = ({ action, principalType, reported }: Denial, { causes }: WhyCallRefused): boolean => {
  const found = causes.filter(({ certainty }) => certainty !== 'possible')
  return (
    (principalType === 'service' || /^sts:AssumeRoleWith(?:WebIdentity|SAML)$/.test(action ?? '')) &&
    reported.layer === null &&
    found.length > 0 &&
    found.every(({ layer, from }) => layer === 'resource-control-policy' && from.every((source) => source === 'denial'))
  )
}

const asPossible = ({ step, layer, denyType, from }: Cause): Cause => ({
  step,
  layer,
  denyType,
  certainty: 'possible',
  from,
})

/** Who was evaluated, against who was expected, or a role of that name that a snapshot has and that may do it. */
function callerOf(
  denial: Denial,
  { scenario, roleArn }: Explained,
  { evidence, options }: Subject,
): ReturnType<typeof identityOf> {
  const policySource = sourceIn(evidence)
  const namesake =
    scenario === undefined || policySource.kind !== 'snapshot' || options.expectPrincipal !== undefined
      ? undefined
      : allowedNamesake(scenario, policySource.snapshot, sourcesOf(denial, { evidence, options }))
  return identityOf(denial, roleArn, options.expectPrincipal, scenario?.policies, namesake)
}

/** Of an answer that is only likely, or of rivals; where no policy was seen, the usual causes say what to look at. */
function questionOf(status: Diagnosis['status'], why: WhyCallRefused | undefined): Pick<Diagnosis, 'question'> {
  const { telling, hasPolicies } = why ?? {}
  if (telling === undefined || hasPolicies !== true || (status !== 'likely' && status !== 'undetermined')) return {}
  const { key, howToGet, yes, no } = telling
  return { question: { fact: key, text: questionText(telling), howToGet, values: { yes, no } } }
}

function basisOf({ reported }: Denial, why: WhyCallRefused | undefined): Diagnosis['basis'] {
  if (why?.hasPolicies === true) return 'policies'
  return reported.checks === undefined ? 'message' : 'authorization'
}

/** The usual causes of a refusal that is known by its message alone, or stands behind a call that policies at hand allow. */
function usualOf(denial: Denial, { why, steps, evidenceScenario }: Explained): Pick<Diagnosis, 'usualCauses'> {
  const isUnexplained =
    why?.hasPolicies !== true ||
    (why.causes.length === 0 && isWrappedRefusal(denial)) ||
    isGivenPolicyPassed(denial, why) ||
    hasRivalsAlone(why)
  if (denial.kind !== 'aws-access-denied' || !isUnexplained) return {}
  const { action, resource } = steps[0]?.request ?? {}
  const behind = isWrappedRefusal(denial)
    ? steps.slice(1).find(({ request }) => mayHaveRefused(denial, request.action))
    : undefined
  const clues = cluesOf(denial, action, resourceOf(resource), resourceOf(behind?.request.resource))
  const allowed = why?.hasPolicies === true ? allowingLayers(evidenceScenario) : new Set<string>()
  return usualList(usualCauses(clues, why?.causes ?? []).filter(({ layer }) => layer === null || !allowed.has(layer)))
}

/** Whether several layers may have denied it, and no known fact tells them apart. */
const hasRivalsAlone = ({ causes, telling }: WhyCallRefused): boolean =>
  causes.length > 1 &&
  telling === undefined &&
  causes.every(({ certainty, toldApartBy }) => certainty === 'possible' && toldApartBy === undefined)

/** Layers of the caller in which a given statement allows the request: they are no usual cause of its denial (R-EVID-15). */
function allowingLayers(scenario: Scenario | undefined): ReadonlySet<string> {
  if (scenario === undefined) return new Set()
  const { layers } = evaluate(usualRequest(scenario, undefined)?.scenario ?? scenario)
  return new Set(
    layers.flatMap(({ layer, statements }) =>
      layer !== 'resource-policy' && statements.some(({ effect, matches }) => effect === 'Allow' && matches === true)
        ? [layer]
        : [],
    ),
  )
}

/** The one that is named. */
const resourceOf = (resource: Step['request']['resource'] | undefined): string | undefined =>
  typeof resource === 'string' && resource !== '*' ? resource : undefined

const usualList = (usual: readonly UsualCause[]): Pick<Diagnosis, 'usualCauses'> =>
  usual.length === 0 ? {} : { usualCauses: usual }

interface Explained {
  readonly why: WhyCallRefused | undefined
  readonly steps: readonly Step[]
  readonly assumptions: readonly Assumption[]
  readonly lacks: readonly string[]
  readonly roleArn: string | undefined
  readonly scenario: Scenario | undefined
  /** The request as the evidence has it, with nothing assumed. */
  readonly evidenceScenario?: Scenario
  readonly replayContext: ReplayContext | undefined
}

const NOTHING: Explained = {
  why: undefined,
  steps: [],
  assumptions: [],
  lacks: [],
  roleArn: undefined,
  scenario: undefined,
  replayContext: undefined,
}

const sourcesOf = (denial: Denial, { evidence, options }: Subject): ScenarioSources => ({
  policySource: sourceIn(evidence),
  provided: evidence.provided === undefined ? undefined : { ...evidence.provided, namedLayer: denial.reported.layer },
  older: options.older,
  sessionPolicies: evidence.sessionPolicies ?? sessionPoliciesFor(denial, evidence.events, sourceIn(evidence)),
  sessionPolicyNamed: isNamed(denial, 'session-policy'),
  denyNamed: denial.reported.denyType === 'explicit',
  managedPolicies: options.managedPolicies ?? (() => undefined),
  managedPolicyArn: options.managedPolicyArn,
  readings: options.readings,
  budget: options.budget,
  ...callOf(denial, evidence.events),
})

function explain(occurrence: Occurrence, subject: Subject): Explained {
  const { denial } = occurrence
  const scenario = scenarioIn(subject)
  const explainAs = (choices: readonly Denial[]): Explained => explainChoices(occurrence, choices, subject)
  const ofKey = asUseOfKey(denial, subject.evidence)
  if (ofKey !== undefined) {
    const { assumptions, ...rest } = explainChoices(
      { ...occurrence, denial: ofKey },
      choicesOf(ofKey, undefined),
      subject,
    )
    return { ...rest, assumptions: [...assumptions, KEY_TAKEN] }
  }
  const ofCall = asOfCall(denial, scenario)
  const explained = ofCall === undefined ? undefined : explainAs([ofCall])
  const isBehind = ({ request }: Step): boolean => denial.candidates.some(({ action }) => action === request.action)
  return explained?.steps.some(isBehind) === true ? explained : explainAs(choicesOf(denial, scenario))
}

/**
 * The denial as that of the use of a key, where AWS says that KMS refused behind the call, and the policy of one key is all that was given
 * of a resource (R-EVID-13). Undefined: it is none.
 */
function asUseOfKey(denial: Denial, evidence: Evidence): Denial | undefined {
  const uses = keyUsesOf(denial)
  const ofFiles = (evidence.provided?.pieces ?? []).flatMap((piece) => (piece.is === 'resource' ? [piece.kind] : []))
  const kinds = [...ofFiles, ...kindInScenario(evidence)]
  if (uses.length === 0 || kinds.length !== 1 || kinds[0] !== 'key') return undefined
  const candidates = uses.map((action) => ({ action, resource: null }))
  return { ...denial, action: null, candidates, resource: null, resourceAccount: null }
}

const KEY_TAKEN: Assumption = {
  fact: 'key',
  value: 'the one whose policy was given',
  from: 'AWS says that KMS denied a request of the call, and no other policy of a resource was given',
  ifWrong:
    'the call uses another key: read it from the settings of the resource, then its policy with aws kms get-key-policy',
}

function kindInScenario({ policySource }: Evidence): readonly (string | undefined)[] {
  const { policies } = policySource?.kind === 'scenario' ? policySource.scenario : {}
  const policy = policies?.resourcePolicy ?? null
  return policy === null ? [] : [policy.kind]
}

interface Subject {
  readonly evidence: Evidence
  readonly options: DiagnoseOptions
}

/** The given scenario, whose request says what a text leaves out. */
function scenarioIn({ evidence: { policySource } }: Subject): Scenario | undefined {
  return policySource?.kind === 'scenario' ? policySource.scenario : undefined
}

/**
 * The denial explained as that of one of the requests that it may be of. For a caller of whom nothing is known, fixes are
 * searched for a placeholder that is to be replaced (R-EVID-12), where the same layers deny it; else for an anonymous caller, to whom
 * nothing can be granted, and who is allowed by what is allowed to everyone. For one whom AWS names by its account alone, for the account.
 */
function explainChoices(occurrence: Occurrence, among: readonly Denial[], subject: Subject): Explained {
  const explained = explainRequests(occurrence, among, subject, (request) => request)
  const principal = explained.scenario?.request.principal ?? ''
  const callers = isAccountId(principal) ? [asItsAccount] : principal === UNKNOWN_PRINCIPAL ? CALLERS_OF_FIXES : []
  for (const withCaller of callers) {
    const named = explainRequests(occurrence, among, subject, (request) => withCaller(request, subject))
    if (layersOf(named) === layersOf(explained)) return { ...explained, replayContext: named.replayContext }
  }
  return explained
}

const asItsAccount = (request: Request): Request => {
  const partition = parseArn([request.resource ?? ''].flat()[0] ?? '')?.partition ?? 'aws'
  return { ...request, principal: `arn:${partition}:iam::${request.principal}:root` }
}

/** For whom fixes are searched where nobody knows who called. */
const CALLERS_OF_FIXES: readonly ((request: Request, subject: Subject) => Request)[] = [
  (request, subject) => withPlaceholderCaller(request, scenarioIn(subject)?.policies, subject.evidence.provided),
  (request) => ({ ...request, principal: 'anonymous' }),
]

const layersOf = ({ why }: Explained): string => JSON.stringify(why?.causes.map(({ layer }) => layer))

function explainRequests(
  { denial }: Occurrence,
  among: readonly Denial[],
  subject: Subject,
  withCaller: (request: Request) => Request,
): Explained {
  const { evidence, options } = subject
  const sources = sourcesOf(denial, subject)
  const choices = withoutAskedNext(among, sources.call?.named ?? []).map((choice) => {
    const found = requestOf(choice, scenarioIn(subject), knowsPolicies(evidence), evidence.provided)
    return found.ok ? { ...found, request: withCaller(found.request) } : found
  })
  const [first] = choices
  if (first === undefined || !first.ok) return { ...NOTHING, lacks: first?.ok === false ? first.lacks : [] }
  const denied = refusedOf(
    choices.flatMap((choice) => (choice.ok ? [evaluatedChoice(choice, denial, sources, subject)] : [])),
    denial,
    options.readings,
  )
  if (denied === undefined) return NOTHING
  const before = sessionSteps(denial, denied.scenario, sources, evidence.events)
  const next = nextSteps(sources, denied.scenario, denial, subject)
  const why = whyOfCall(denial, [denied, ...next], subject)
  const [refused = denied] = why.steps
  const evaluated = [...why.steps, ...before.steps]
  const steps = evaluated.map(({ step }) => step)
  return {
    why,
    steps,
    assumptions: withThoseOf(steps, [
      ...choiceMade(choices.length, denied.step),
      ...dependencyAssumption(why.steps),
      ...(denied.assumptions ?? []),
      ...before.assumptions,
      ...why.assumptions,
    ]),
    lacks: [],
    roleArn: readCaller(denied.scenario.request).roleArn,
    scenario: refused.scenario,
    evidenceScenario: denied.scenario,
    replayContext: replayContextOf(
      evaluated,
      sources,
      denial,
      { events: evidence.events, recordedChanges: options.recordedChanges ?? [] },
      options.kept ?? [],
      isDecided(why) ? {} : why,
    ),
  }
}

/** What the call needs next, and what its work needs together with it; for a caller that was not meant no more is granted (R-ADV-12). */
function nextSteps(
  sources: ScenarioSources,
  scenario: Scenario,
  denial: Denial,
  { evidence, options }: Subject,
): readonly EvaluatedStep[] {
  const dependent = dependentRequests(sources, scenario)
  const { agrees, doubt } = identityOf(denial, readCaller(scenario.request).roleArn, options.expectPrincipal)
  // A service that calls with the role that it was given is who was meant.
  const isMeant = agrees !== false && (doubt === undefined || doubt.kind === 'service-role')
  const companions = isMeant ? companionRequests(sources, scenario, denial) : []
  const stepsOf = (requests: readonly DependentRequest[]): readonly EvaluatedStep[] =>
    requests.map((request) => nextStep(request, evidence.denials, denial, options))
  const next = stepsOf([...withoutSame(dependent, companions), ...companions])
  const assumed = passedRoleAssumptions([scenario.request, ...next.map(({ step }) => step.request)])
  const trusts = stepsOf(assumed.map((further) => dependentRequest(sources, scenario, further)))
  return [...next, ...trusts.filter(isDeniedByTrust)]
}

/** Why AWS denied the call, out of its steps: the denied request first. */
function whyOfCall(
  denial: Denial,
  steps: readonly EvaluatedStep[],
  { evidence, options: { readings } }: Subject,
): WhyCallRefused {
  const why = withoutGuardedCompanions(whyCallRefused(denial, promoteDeniedDependency(denial, steps), readings))
  // Where nothing was given, what AWS's rules settle by themselves is no policy that was seen.
  return { ...why, hasPolicies: why.hasPolicies && knowsPolicies(evidence) }
}

/** Where a Deny denies the request, no other action is taken out of it: an exception is limited to the one (R-ADV-11). */
function withoutGuardedCompanions(why: WhyCallRefused): WhyCallRefused {
  const isGuarded = why.causes.some(({ denyType, certainty }) => denyType === 'explicit' && certainty !== 'possible')
  if (!isGuarded) return why
  const isOwn = ({ step }: EvaluatedStep): boolean => step.rule !== COMPANION
  const { likely } = why
  return { ...why, steps: why.steps.filter(isOwn), ...(likely === undefined ? {} : { likely: likely.filter(isOwn) }) }
}

/** Every role has a trust policy: of one that was not read nothing is known. */
const isDeniedByTrust = ({ step, scenario }: EvaluatedStep): boolean =>
  step.decision.decision === 'denied' && (scenario.policies?.resourcePolicy ?? null) !== null

/** A request that the denial may be a refusal of, evaluated on what was in force for it. */
function evaluatedChoice(
  { request, assumptions }: Extract<RequestOf, { readonly ok: true }>,
  denial: Denial,
  sources: ScenarioSources,
  { evidence: { events }, options: { readings } }: Subject,
): EvaluatedStep {
  const found = scenarioFor(sources, withSessionTags(request, denial, events, sources.policySource))
  const { scenario } = found
  return {
    step: deniedStep(scenario, denial, readings),
    scenario,
    assumptions: [...assumptions, ...found.assumptions],
  }
}

/** Every layer is evaluated on what is at hand, so that the steps themselves are what is mended. */
const isDecided = ({ unseen, assumptions, steps }: WhyCallRefused): boolean =>
  unseen.length === 0 &&
  assumptions.length === 0 &&
  steps.every(({ step: { decision }, scenario }) => decision.decision !== 'undetermined' && hasEveryText(scenario)) &&
  steps[0]?.step.decision.layers.every(({ verdict }) => verdict !== 'unknown') === true

/** The record of the denial shows the call that was made: what it is about besides what was refused (docs/hops.md). */
function callOf(denial: Denial, events: readonly CallEvent[]): Pick<ScenarioSources, 'call'> {
  const recorded = eventById(events, denial.eventId)
  const call = recorded ?? { principal: denial.principal, own: launchOf(denial), named: [] }
  if (call.principal !== denial.principal || (recorded === undefined && call.own === undefined)) return {}
  const { own, named } = call
  const actions = [denial.action, ...denial.candidates.map(({ action }) => action), own?.action ?? null]
  const all = [...new Set([...named, ...namedInEc2(own)])]
  return { call: { actions: actions.filter((action) => action !== null), own, named: all } }
}

/** What a call of EC2's names by id, whichever of it was refused: the snapshot of a volume, the subnets of a fleet. */
const namedInEc2 = (own: CallEvent['own']): readonly string[] =>
  own?.action.startsWith('ec2:') === true
    ? own.resources.filter((arn) => arn !== null).filter((arn) => !arn.endsWith('/*'))
    : []

function nextStep(
  { further, scenario }: DependentRequest,
  denials: readonly Denial[],
  denial: Denial,
  { readings }: DiagnoseOptions,
): EvaluatedStep {
  const observed = observedDenial(further.request, denials, denial)
  const step: Step = {
    ...chainStep({ ...further, request: scenario.request }, evaluate(scenario, readings)),
    ...(observed === undefined ? {} : { observed }),
  }
  return { further, scenario, step }
}

/** The denial, or one for each authorization the call needs where nothing says which was refused (R-CT-25). */
function choicesOf(denial: Denial, scenario: Scenario | undefined): readonly Denial[] {
  if (denial.candidates.length < 2) return [denial]
  const givenAction = denial.action === null ? requestOfScenario(scenario)?.action : undefined
  const fitting = denial.candidates.filter((candidate) => candidate.action === givenAction)
  return (fitting.length > 0 ? fitting : denial.candidates).map(({ action, resource: own }) => {
    const resource = own ?? (mayBeOn(action, denial.resource) ? denial.resource : null)
    return {
      ...denial,
      action,
      resource,
      resourceAccount: resource === denial.resource ? denial.resourceAccount : null,
      candidates: [],
    }
  })
}

/** Whether the resource that the evidence names may be that of the action: it is of the same service. */
const mayBeOn = (action: string, resource: string | null): boolean =>
  resource === '*' || parseArn(resource ?? '')?.service === action.split(':', 1)[0]?.toLowerCase()

/** The one that is denied here; else one whose denial the given policies explain; else one that may be; else the first. */
function refusedOf(
  evaluated: readonly EvaluatedStep[],
  { reported }: Denial,
  readings: SomeReadings | undefined,
): EvaluatedStep | undefined {
  const open = evaluated.filter(({ step }) => step.decision.decision === 'undetermined')
  return (
    evaluated.find(({ step }) => step.decision.decision === 'denied') ??
    (open.length < 2 ? undefined : open.find(({ scenario }) => isExplainedByPolicies(scenario, reported, readings))) ??
    open[0] ??
    evaluated[0]
  )
}

const isExplainedByPolicies = (scenario: Scenario, reported: Denial['reported'], readings?: SomeReadings): boolean =>
  whyRefused(scenario, reported, readings).causes.some(
    ({ certainty, from }) => certainty !== 'possible' && from.includes('policies'),
  )

/** Assumptions made for the requests, and those of the decisions on them. What a scenario calls complete it says itself. */
function withThoseOf(steps: readonly Step[], known: readonly Assumption[]): readonly Assumption[] {
  const named = new Set(known.map(({ fact }) => fact))
  const taken = steps
    .flatMap(({ decision }) => decision.assumptions)
    .filter(({ fact, from }) => !named.has(fact) && !SAID.has(from))
  return [...known, ...withoutRepeats(taken)]
}

const choiceMade = (choices: number, { request }: Step): readonly Assumption[] =>
  choices < 2
    ? []
    : [
        {
          fact: 'action',
          value: request.resource === null ? request.action : `${request.action} on ${String(request.resource)}`,
          from: `the ${choices} authorizations of the call; the denial does not say which was refused`,
          ifWrong: 'another authorization of the call may be the one that was refused',
        },
      ]

function deniedStep(scenario: Scenario, denial: Denial, readings: SomeReadings | undefined): Step {
  const why = denial.evidence.actionFrom === 'stated' ? 'stated in the evidence' : 'read from the name of the API call'
  return {
    relation: 'denied',
    request: scenario.request,
    why,
    decision: evaluate(scenario, readings),
    ...(denial.eventId === null ? {} : { observed: denial.eventId }),
  }
}

/** The event of another denial in the same input that is this very step: predicted and seen. */
function observedDenial(request: Step['request'], denials: readonly Denial[], outer: Denial): string | undefined {
  const match = denials.find(
    (denial) =>
      denial !== outer &&
      denial.principal === request.principal &&
      denial.action === request.action &&
      (denial.resource === request.resource || denial.resource === null),
  )
  return match?.eventId ?? match?.requestId ?? undefined
}
