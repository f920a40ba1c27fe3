import { managedPolicyArnOf, managedPolicyByArn } from '#collect/managed-policies.ts'
import { type DiagnoseOptions, diagnoseForReplay } from '#diagnose/diagnose.ts'
import type { Diagnosis, DiagnoseResult } from '#diagnose/diagnosis.ts'
import { asTold, type ToldValues } from '#diagnose/evidence/chosen-values.ts'
import { unseenIn } from '#diagnose/evidence/why-refused.ts'
import { likelyContext, type ReplayContext, scenariosOf } from '#diagnose/replay-context.ts'
import { newCachingEvaluator } from '#engine/caching-evaluator.ts'
import type { EvaluatedStep } from '#engine/chain.ts'
import { isStandIn, OTHER } from '#engine/representatives.ts'
import type { Scenario } from '#engine/scenario.ts'
import type {
  AnsweredQuestion,
  DiagnosisWithFixes,
  DraftedFix,
  DraftInHand,
  Fix,
  FixInHand,
  OtherFix,
  ResultWithFixes,
  ShownDiagnosis,
  ShownResult,
  ToldSlip,
} from '#fix/proof/fix.ts'
import { mayGrant } from '#fix/change-kinds.ts'
import { openDoubt } from '#fix/gate/gate.ts'
import { otherCallFixes } from '#fix/draft/other-call.ts'
import { draftsOf, gatedDrafts } from '#fix/draft/draft.ts'
import { meantCallerFix } from '#fix/draft/meant-caller.ts'
import { conditionalFixes } from '#fix/proof/conditional-fixes.ts'
import { outcomeWords } from '#answer/outcome-words.ts'
import { asDraft, draftJson, type FixEvidence, fixJson, otherFix, shownFix, wholeFix } from '#fix/proof/finished.ts'
import { askingForExternalId, withExternalId } from '#fix/proof/external-id.ts'
import { type FixSearch, searchFixes, withoutLettingIn } from '#fix/proof/fix-search.ts'
import type { Candidate, RankedPlan } from '#fix/proof/rank.ts'
import { type BudgetedEvaluator, evaluatorWithin } from '#fix/budgeted-evaluator.ts'
import { accessTests } from '#report/access-tests.ts'
import { grantLines } from '#report/grant-lines.ts'
import { deniedWithLint, lintOf, stepsWithLint, type WithStepLint } from './diagnosis-lint.ts'
import { lazy } from '#iam/lazy.ts'
import { withFacts } from './given-facts.ts'
import { takenForFix } from './taken-for-fix.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'

type Options = Omit<DiagnoseOptions, 'managedPolicies'>

/** The diagnoses of a run, and for each the search for its fixes: plans are replayed, and none is proved yet. */
export interface SearchedResult {
  readonly result: DiagnoseResult
  /** As `result.diagnoses`, and in each as its `steps`. */
  readonly scenarios: readonly (readonly Scenario[])[]
  /** As `result.diagnoses`. */
  readonly searches: readonly DiagnosisSearch[]
}

/** A diagnosis as JSON has it: all its fixes, and the findings on what was in force for each step. */
export type WholeDiagnosis = WithStepLint<DiagnosisWithFixes>

/** The diagnoses of a run as JSON has them. */
export interface WholeResult extends ResultWithFixes {
  readonly diagnoses: readonly WholeDiagnosis[]
}

/** How much the text form tells. */
export interface Shown {
  /** With the findings on the policies of the denied step: what the long text form tells. */
  readonly verbose?: boolean
}

/** A diagnosis with the search for its fixes. */
export interface DiagnosisSearch {
  readonly diagnosis: Diagnosis
  readonly search: FixSearch
  readonly evaluator: BudgetedEvaluator
  /** Searched on the simplest explanation, in which what was not seen lets the request pass. */
  readonly isLikely: boolean
  readonly replayContext: ReplayContext | undefined
  /** What lets a caller from outside in, which is offered to nobody who does not choose it; left out: the caller is none (R-ADV-08). */
  readonly withheld?: FixSearch
  /** What either answer to its question would tell; empty: it asks none. Worked out when it is first called. */
  readonly answers: () => readonly AnsweredQuestion[]
}

/** Explains the denials of the evidence against what was in force, and replays the plans that may mend each. */
export function searchEvidence(evidence: Evidence, options: Options = {}): SearchedResult {
  const found = walked(evidence, options)
  const searchOf = searcher(found, evidence, options)
  return {
    result: found.result,
    scenarios: found.replayContexts.map((context) => scenariosOf(stepsOf(context))),
    searches: found.result.diagnoses.map(searchOf),
  }
}

/** The diagnoses, and the replay context of each. */
type Walked = ReturnType<typeof diagnoseForReplay>

/** Searches the fixes of one diagnosis of those that were walked. */
function searcher(
  { replayContexts }: Walked,
  evidence: Evidence,
  options: Options,
): (diagnosis: Diagnosis, index: number) => DiagnosisSearch {
  const answersOf = (diagnosis: Diagnosis): readonly AnsweredQuestion[] =>
    ANSWERS.flatMap((answer) => {
      const said = answeredEvidence(evidence, diagnosis, answer)
      const [search] = said === undefined ? [] : searchEvidence(said, options).searches
      return search === undefined ? [] : [answered(answer, diagnosis, search)]
    })
  return (diagnosis, i) =>
    offered({
      diagnosis,
      replayContext: replayContexts[i],
      answers: lazy(() => answersOf(diagnosis)),
      ...searchFor(diagnosis, knownContext(diagnosis, replayContexts[i])),
    })
}

/** What a caller from outside has to pass is among what the fixes for those who know it are made on. */
const knownContext = ({ identity }: Diagnosis, context: ReplayContext | undefined): ReplayContext | undefined =>
  context === undefined || identity.relation !== 'outside' ? context : withExternalId(context)

/** Holds back what would let in a caller from outside. */
function offered(searched: DiagnosisSearch): DiagnosisSearch {
  const { diagnosis, search } = searched
  if (diagnosis.identity.relation !== 'outside') return searched
  const withheld = askingForExternalId(search)
  return { ...searched, search: withoutLettingIn(search, isAnonymous(diagnosis)), withheld }
}

const isAnonymous = ({ denial, steps }: Diagnosis): boolean =>
  denial.principalType === 'anonymous' || steps[0]?.request.principal === 'anonymous'

/** The fixes that are held back, the first one first. */
export function withheldOf(searched: DiagnosisSearch): Pick<ShownDiagnosis, 'withheldFixes'> {
  const { withheld } = searched
  if (withheld === undefined) return {}
  const open = { ...searched, search: withheld }
  const best = isDraftedFirst(open) ? undefined : withheld.best()
  const known = new Set([...searched.search.exact, ...draftsFor(searched)].map(({ id }) => id))
  const all = [...draftsIn(open), ...(best === undefined ? [] : [best]), ...withheld.exact]
  const fixes = all.filter(({ id }, i) => !known.has(id) && all.findIndex((fix) => fix.id === id) === i)
  return fixes.length === 0 ? {} : { withheldFixes: fixes.map(({ id, title }) => ({ id, title })) }
}

const ANSWERS = ['yes', 'no'] as const

/**
 * The evidence of one diagnosis with its question answered: the fact counts as one that the text states. Undefined: it asks
 * nothing.
 */
export function answeredEvidence(
  evidence: Evidence,
  { denial, question }: Pick<Diagnosis, 'denial' | 'question'>,
  answer: AnsweredQuestion['answer'],
): Evidence | undefined {
  if (question === undefined) return undefined
  const context = { [question.fact]: question.values[answer] }
  return withFacts({ ...evidence, denials: [denial] }, { context }).evidence
}

function answered(
  answer: AnsweredQuestion['answer'],
  { question }: Diagnosis,
  searched: DiagnosisSearch,
): AnsweredQuestion {
  const { status, summary, causes } = searched.diagnosis
  const value = question?.values[answer]
  const tellable: ToldValues =
    question !== undefined && isStandIn(value) ? new Map([[question.fact.toLowerCase(), OTHER]]) : new Map()
  const first = isDraftedFirst(searched) ? offeredDraft(searched) : searched.search.best()
  return {
    answer,
    status,
    summary,
    causes: causes.filter(({ certainty }) => certainty !== 'possible').map((cause) => asTold(cause, tellable)),
    fix: first?.title ?? null,
  }
}

/** The diagnosis, its question with what each answer would tell. */
function asking({
  diagnosis,
  answers,
}: DiagnosisSearch): Omit<Diagnosis, 'question'> & Pick<DiagnosisWithFixes, 'question'> {
  const { question, ...rest } = diagnosis
  return question === undefined ? rest : { ...rest, question: { ...question, answers: answers() } }
}

/** Explains the denials of the evidence against what was in force, each with all its fixes, whole: what JSON has. */
export const diagnoseEvidence = (evidence: Evidence, options: Options = {}): WholeResult =>
  wholeResult(searchEvidence(evidence, options))

/** Explains the denials of the evidence as the text form shows them: of each the smallest fix alone is proved. */
export const diagnoseToShow = (evidence: Evidence, options: Options = {}, shown: Shown = {}): ShownResult =>
  shownResult(searchEvidence(evidence, options), shown)

/** The diagnoses with all their fixes and findings. */
export const wholeResult = ({ result, searches }: SearchedResult): WholeResult => ({
  ...result,
  diagnoses: searches.map(wholeDiagnosis),
})

/** The diagnoses with the smallest fix of each. */
export const shownResult = ({ result, searches }: SearchedResult, shown: Shown = {}): ShownResult => ({
  ...result,
  diagnoses: searches.map((search) => shownDiagnosis(search, shown)),
})

/** The diagnosis with all its fixes, and the findings on each of its steps. */
export function wholeDiagnosis(searched: DiagnosisSearch): WholeDiagnosis {
  const { diagnosis, search, replayContext, evaluator } = searched
  const found = search.all().map((plan) => wholeFixOf(plan, searched).json)
  const drafts = draftsFor(searched).map(draftJson)
  const all = [...drafts, ...found.map((fix) => ({ ...fix, rank: fix.rank + drafts.length }))]
  // A grant to the role of a node would be one to all that runs on it: only who chooses it gets its change (R-ADV-12).
  const isHeldBack = ({ onDemand }: (typeof all)[number]): boolean =>
    onDemand !== undefined && openDoubt(diagnosis.identity)?.kind === 'node-role'
  const fixes = all.filter((fix) => !isHeldBack(fix))
  const heldBack = all.filter(isHeldBack).map(({ id, title }) => ({ id, title }))
  const steps = stepsWithLint(stepsOf(replayContext), evaluator.prepared)
  const slips = slipsOf(searched)
  const whyNoFix = whyNoFixFor(searched)
  return {
    ...asking(searched),
    ...takenFor(search.best(), searched),
    steps,
    fixes,
    ...withheldOf(searched),
    ...(heldBack.length === 0 ? {} : { withheldFixes: [...(withheldOf(searched).withheldFixes ?? []), ...heldBack] }),
    ...(whyNoFix.length === 0 ? {} : { whyNoFix }),
    ...(slips.length === 0 ? {} : { slips }),
    ...untold(searched, jsonFor(diagnosis)),
  }
}

/**
 * Whether AWS's words come to a better first change than the search: where it found none, or where the policy was not seen and all
 * that was found goes around it, as a grant of a key does.
 */
export function isDraftedFirst({ diagnosis, search }: DiagnosisSearch): boolean {
  const best = search.best()
  if (best === undefined) return true
  if (diagnosis.basis === 'policies' || draftsOf(diagnosis).length === 0) return false
  return best.replayed.plan.edits.every((edit) => edit.is === 'attribute' && edit.kind === 'create-grant')
}

/**
 * The drafts of a diagnosis. Where the evidence doubts the caller and all that was found grants something to it, the call as the right
 * one comes first (R-ADV-12).
 */
export function draftsFor(searched: DiagnosisSearch): readonly DraftInHand[] {
  const drafts = draftsIn(searched)
  return searched.withheld === undefined
    ? drafts
    : drafts.filter(({ changes }) => !changes.some(({ kind }) => mayGrant(kind)))
}

/** All drafts, also those that would let in a caller from outside. */
export function draftsIn(searched: DiagnosisSearch): readonly DraftInHand[] {
  const { diagnosis, search } = searched
  const drafts = isDraftedFirst(searched) ? draftsOf(diagnosis) : []
  const found = [...drafts, ...search.exact]
  if (found.length === 0) return otherCallFixes(diagnosis, stepsOf(searched.replayContext)[0]?.scenario)
  const isGrant = ({ changes }: (typeof found)[number]): boolean => changes.some(({ kind }) => mayGrant(kind))
  if (!found.every(isGrant)) return drafts
  return [...[meantCallerFix(diagnosis) ?? []].flat(), ...drafts]
}

/** The first fix or draft that is offered without being asked for by its id. */
export const offeredDraft = (searched: DiagnosisSearch): DraftInHand | undefined =>
  draftsFor(searched).find(({ onDemand }) => onDemand === undefined)

/** What is offered on demand where nothing else is, the first one first. */
export function choosableIn(searched: DiagnosisSearch): readonly Pick<OtherFix, 'id' | 'title' | 'onDemand'>[] {
  const { search } = searched
  if (search.best() !== undefined) return []
  const drafts = draftsFor(searched).filter(({ onDemand }) => onDemand !== undefined)
  return [...drafts, ...[search.onDemand() ?? []].flat()]
}

/** Why fixes are withheld, where none is offered: the reasons for drafts first, then those for what was found. */
export function whyNoFixFor(searched: DiagnosisSearch): readonly string[] {
  const { diagnosis, search } = searched
  if (search.best() !== undefined || offeredDraft(searched) !== undefined) return []
  return [...new Set([...gatedDrafts(diagnosis).withheld, ...search.withheld])]
}

/** A fix of the case that it is for, as JSON has it. */
export const jsonFor =
  ({ steps }: Pick<Diagnosis, 'steps'>) =>
  (plan: RankedPlan): Fix | DraftedFix =>
    toldFix(wholeFix(plan), steps)

/** The fix as JSON has it, with its lines of what it grants and takes away. */
export const toldFix = (fix: FixInHand | DraftInHand, steps: Diagnosis['steps']): Fix | DraftedFix =>
  fix.proof === null
    ? draftJson(fix)
    : fix.basis === 'message'
      ? fixJson(fix)
      : fixJson({ ...fix, outcome: outcomeWords(fix, steps), ...grantLines(fix, steps) })

/**
 * The evidence that a fix of a diagnosis rests on. What the denial settles of its own request it does not settle of what the call
 * needs besides: a fix that mends that, too, takes policies of its own to let it pass.
 */
function evidenceOf(
  { diagnosis, isLikely, replayContext }: DiagnosisSearch,
  { replayed: { cures } }: Candidate,
): FixEvidence {
  const basis = diagnosis.basis === 'policies' ? 'policies' : 'message'
  if (!isLikely) return { basis, unseen: [] }
  const steps = stepsOf(replayContext)
  const besides = cures.flatMap((i) => (i === 0 || steps[i] === undefined ? [] : unseenIn(steps[i].step.decision)))
  const all = [...diagnosis.unseen, ...besides].filter(({ could }) => could !== 'allow')
  return { basis, unseen: [...new Map(all.map((unseen) => [`${unseen.layer} ${unseen.what}`, unseen])).values()] }
}

/** The assumptions of the diagnosis with those that its first fix is replayed on besides. */
function takenFor(
  best: Candidate | undefined,
  { diagnosis, isLikely, replayContext, evaluator }: DiagnosisSearch,
): Pick<Diagnosis, 'assumptions'> {
  const { assumptions } = diagnosis
  const isReplayed = isLikely && diagnosis.basis === 'policies'
  if (best === undefined || !isReplayed || replayContext === undefined) return { assumptions }
  const known = new Set(assumptions.map(({ fact }) => fact.toLowerCase()))
  const taken = takenForFix(best.replayed, stepsOf(replayContext), replayContext, evaluator)
  return { assumptions: [...assumptions, ...taken.filter(({ fact }) => !known.has(fact.toLowerCase()))] }
}

/** The diagnosis with its smallest fix; the others are named, and not proved. */
export function shownDiagnosis(searched: DiagnosisSearch, { verbose = false }: Shown = {}): ShownDiagnosis {
  const { search, replayContext, evaluator } = searched
  const isDrafted = isDraftedFirst(searched)
  const best = isDrafted ? undefined : search.best()
  const whyNoFix = whyNoFixFor(searched)
  return {
    ...asking(searched),
    ...takenFor(best, searched),
    ...(verbose ? { steps: deniedWithLint(stepsOf(replayContext), evaluator.prepared) } : {}),
    fixes: best === undefined ? [] : [shownFix(best, evidenceOf(searched, best))],
    ...withheldOf(searched),
    otherFixes: search.exact.filter(({ id }) => id !== best?.id).map(otherFix),
    slips: slipsOf(searched),
    ...exactlyOf(best, searched),
    fixScopes: search.scopes,
    drafts: draftsFor(searched),
    choosable: choosableIn(searched),
    ...(whyNoFix.length === 0 ? {} : { whyNoFix }),
    // Where there is a fix, what there might be besides is not shown.
    ...(best === undefined ? untold(searched, shownFix) : {}),
  }
}

/** The exact fix behind the readable one. */
const exactlyOf = (best: RankedPlan | undefined, searched: DiagnosisSearch): Pick<ShownDiagnosis, 'exactly'> =>
  best?.insteadOf === undefined
    ? {}
    : { exactly: shownFix({ ...best.insteadOf, rank: 2 }, evidenceOf(searched, best.insteadOf)) }

/** Slips that a replayed fix mends, which are in the way; findings on other elements, or on what does not refuse, are left to `--verbose`. */
function slipsOf({ search, replayContext, evaluator }: DiagnosisSearch): readonly ToldSlip[] {
  const mending = search.exact.flatMap(({ id, replayed: { plan } }) =>
    plan.edits.flatMap((edit) =>
      edit.is === 'document' && edit.mends !== undefined ? [{ id, edit, mends: edit.mends }] : [],
    ),
  )
  if (mending.length === 0) return []
  const [denied] = deniedWithLint(replayContext?.steps ?? [], evaluator.prepared)
  const findings = lintOf(denied)
  const toldSlips = mending.map(({ id, edit, mends: { statement, slips, pointer, elements } }): ToldSlip => {
    const isOn = (at: string): boolean => elements.some((element) => at.startsWith(`${pointer}/${element}`))
    const own = findings.filter(
      ({ policy, pointer: at, severity }) => policy === edit.location.name && severity !== 'suggestion' && isOn(at),
    )
    return { statement, slips, lint: [...new Set(own.map((finding) => finding.id))], fix: id }
  })
  return [...new Map(toldSlips.toReversed().map((slip) => [slip.statement, slip])).values()].toReversed()
}

/** A fix whole, and as JSON has it. */
export function wholeFixOf(
  plan: RankedPlan,
  searched: DiagnosisSearch,
): { readonly fix: FixInHand; readonly json: Fix | DraftedFix } {
  const fix = wholeFix(plan, evidenceOf(searched, plan))
  return { fix, json: toldFix(fix, searched.diagnosis.steps) }
}

/** The fix of a plan as it is written: a draft where no policy was seen that it could be replayed on. */
export function fixToWrite(plan: RankedPlan, searched: DiagnosisSearch): FixInHand | DraftInHand {
  const { fix } = wholeFixOf(plan, searched)
  return fix.basis === 'message' ? asDraft(fix) : fix
}

/** The words beside the fixes: why some are not, and what would mend the request were the facts that are missing so. */
export function untold<F>(
  { diagnosis, search, replayContext, evaluator, withheld }: DiagnosisSearch,
  finish: (plan: RankedPlan) => F,
) {
  const found =
    diagnosis.status === 'undetermined' && withheld === undefined
      ? conditionalFixes(diagnosis, replayContext, evaluator, finish)
      : undefined
  const notTried = search.notTried() ?? found?.notTried
  return {
    ...(notTried === undefined ? {} : { fixesNotTried: notTried }),
    ...(found === undefined ? {} : { fixesIf: found.fixes }),
  }
}

/** A diagnosis with what a page needs beside it: to change a policy and judge again, and to keep a fix as a test. */
export interface ResultWithScenarios extends WholeResult {
  /** As `diagnoses`, and in each as its `steps`. */
  readonly scenarios: readonly (readonly Scenario[])[]
  /** As `diagnoses`, and in each as its `fixes`: a file of access tests (docs/access-tests.md). */
  readonly tests: readonly (readonly string[])[]
}

export function diagnoseWithScenarios(evidence: Evidence, options: Options = {}): ResultWithScenarios {
  const searched = searchEvidence(evidence, options)
  return withTests(wholeResult(searched), searched.scenarios)
}

const withTests = (result: WholeResult, scenarios: ResultWithScenarios['scenarios']): ResultWithScenarios => ({
  ...result,
  scenarios,
  tests: result.diagnoses.map((diagnosis) =>
    diagnosis.fixes.map((fix) => accessTests(diagnosis, fix, { snapshot: './snapshot' })),
  ),
})

/** Told of a diagnosis that is made stage by stage. */
export interface StagesWatch {
  readonly judged: NonNullable<DiagnoseOptions['onJudged']>
  /** What `diagnoseWithoutFixes` gives, before the first fix is looked for. */
  readonly layers: (result: ReturnType<typeof diagnoseWithoutFixes>) => void
  /** Kinds whose fixes are found, of so many. */
  readonly fixed: (kinds: number, of: number) => void
}

/** As `diagnoseWithScenarios`, told of stage by stage: the layers of all kinds first, then the fixes of each. */
export function diagnoseInStages(evidence: Evidence, options: Options, watch: StagesWatch): ResultWithScenarios {
  const found = walked(evidence, { ...options, onJudged: watch.judged })
  const layers = withoutFixes(found, options)
  watch.layers(layers)
  const searchOf = searcher(found, evidence, options)
  const all = found.result.diagnoses
  const diagnoses = all.map((diagnosis, i) => {
    watch.fixed(i, all.length)
    return wholeDiagnosis(searchOf(diagnosis, i))
  })
  return withTests({ ...found.result, diagnoses }, layers.scenarios)
}

/** The diagnoses before any fix was looked for, and beside them the scenarios: most of the time goes into fixes and proofs. */
export const diagnoseWithoutFixes = (evidence: Evidence, options: Options = {}) =>
  withoutFixes(walked(evidence, options), options)

function withoutFixes({ result, replayContexts }: Walked, options: Options) {
  const { prepared } = newCachingEvaluator(options.readings)
  const scenarios = replayContexts.map((context) => scenariosOf(stepsOf(context)))
  const diagnoses = result.diagnoses.map((diagnosis, i) => ({
    ...diagnosis,
    steps: stepsWithLint(stepsOf(replayContexts[i]), prepared),
  }))
  return { ...result, diagnoses, scenarios }
}

/** The diagnoses alone, for whoever prints none: neither fixes nor findings. */
export const explainDenials = (evidence: Evidence, options: Options = {}): DiagnoseResult =>
  walked(evidence, options).result

const walked = (evidence: Evidence, options: Options) =>
  diagnoseForReplay(evidence, { ...options, managedPolicies: managedPolicyByArn, managedPolicyArn: managedPolicyArnOf })

const stepsOf = (replayContext: ReplayContext | undefined): readonly EvaluatedStep[] => replayContext?.steps ?? []

/**
 * Where the decision is not known, on the steps by the simplest explanation of the denial. Between rivals that are mended
 * in different places there is no such one to mend.
 */
function searchFor(
  diagnosis: Diagnosis,
  replayContext: ReplayContext | undefined,
): Pick<DiagnosisSearch, 'search' | 'evaluator' | 'isLikely'> {
  // One for all that is proved of one denial: they share its budget.
  const evaluator = evaluatorWithin(replayContext?.readings, replayContext?.budget)
  const own = { search: searchFixes(diagnosis, replayContext, evaluator), evaluator, isLikely: false }
  const likely = replayContext === undefined ? undefined : likelyContext(replayContext)
  if (likely === undefined || diagnosis.status === 'undetermined') return own
  // What is refused whatever is not known, and mended whatever it is, needs no explanation to be mended on: unless what the
  // denial has settled, such as that no Deny refused it, makes it shorter.
  const fewest = fewestEdits(own.search)
  if (fewest <= diagnosis.steps.filter(({ decision }) => decision.decision === 'denied').length) return own
  const search = searchFixes(diagnosis, likely, evaluator)
  // Where neither has one, why it was not found is told of the explanation.
  return fewestEdits(search) < fewest || own.search.exact.length === 0 ? { search, evaluator, isLikely: true } : own
}

/** Of its fixes the fewest edits, of which two may be of one document; Infinity: there is no fix. */
const fewestEdits = ({ exact }: FixSearch): number =>
  Math.min(...exact.map(({ replayed }) => replayed.plan.edits.length))
