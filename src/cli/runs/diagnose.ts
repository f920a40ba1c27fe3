import { type SearchedResult, searchEvidence, shownResult, wholeResult } from '#app/diagnose.ts'
import { type WithPolicies, withPolicies } from '#app/beside/policy-source-beside.ts'
import { withToken } from '#app/beside/token-beside.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { isDenial, noDenial, together } from '#app/inputs.ts'
import { type Grouped, inIncidents } from '#app/incidents.ts'
import { lookedUp, type LookupOptions } from '#app/lookup.ts'
import { hasPolicies, loadPolicySource } from '#app/policy-source.ts'
import type { Diagnosis, DiagnoseResult, PolicySource } from '#diagnose/diagnosis.ts'
import type { RunbookReport } from '#diagnose/runbook.ts'
import { shellWord } from '#quote/shell.ts'
import { toJson } from '#report/json.ts'
import { diagnosesText, type DiagnosisView } from '#report/text-diagnosis.ts'
import type { UserError } from '../../errors.ts'
import { awsSettings } from '../aws-options.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import { authorizedIfAsked } from '../authorization.ts'
import { againstWords } from '../against-option.ts'
import { besideOf, factsOf } from '../at-hand-options.ts'
import { decodeIfAsked, refuseInBatch } from '../decode.ts'
import { evidenceBeside, repeatedWords, tellLeftAside, tellReadAs, toldFacts } from '../denials-beside.ts'
import { diagnoseOptions, sessionPoliciesOf } from '../diagnose-options.ts'
import { type DIAGNOSE_OPTIONS, lookupOf } from '../lookup-options.ts'
import { checkLive, liveSource, liveWords, printLivePolicy } from '../live.ts'
import type { ShowAgain, Shown } from './ask-question.ts'
import { startProgress } from '../progress.ts'
import { recordedChangesOf, storeWords } from '../recorded-changes.ts'
import { namesOf, tellFault } from '../tell.ts'
import { besides } from '../told-anyway.ts'
import { warnOfProblems } from '../warn.ts'

type Args = Arguments<typeof DIAGNOSE_OPTIONS>

export async function runDiagnose(args: Args, io: Io): Promise<number> {
  const { values, files, given } = args
  refuseInBatch('decode', values.decode, values.batch)
  refuseInBatch('cross-check', values['cross-check'], values.batch)
  refuseInBatch('runbook', asksRunbook(values), values.batch)
  const lookup = lookupOf(values, files)
  const facts = factsOf(values)
  const isPasted = lookup === undefined && values.batch === undefined
  const sorted = await besideOf(isPasted ? files : [], values, io, isPasted && values.scenario !== '-')
  checkLive(values, given)
  const loaded = values.live ? NO_SOURCE : await loadPolicySource(namedSource(values, given), io.stdin)
  const chosen = await diagnoseOptions(values, io)
  const sessionPolicies = await sessionPoliciesOf(values, io)
  if (values.batch !== undefined)
    return diagnoseLines(args, { ...withPolicies(together([]), loaded, sorted), ...sessionPolicies }, chosen, io)
  const asked = lookup === undefined ? evidenceBeside(sorted, files, facts, io) : askCloudTrail(values, lookup, io)
  const decoded = await decodeIfAsked(values, await asked, io)
  const authorized = await authorizedIfAsked(values, decoded, sorted, io)
  const { beside } = authorized
  const denied = toldFacts(withToken(authorized.evidence, beside), facts, io)
  const recordedChanges = await recordedChangesOf(values, given, denied, io)
  const options = { ...chosen, recordedChanges }
  const provided = { ...denied, ...sessionPolicies, provided: beside.atHand }
  tellReadAs(beside, io)
  if (values.live && values['print-policy']) {
    await printLivePolicy(provided, options, io)
    return EXIT.ok
  }
  const source = values.live ? await liveSource(provided, values, options, io) : loaded
  const evidence = withPolicies(provided, source, beside)
  const grouped = values.format === 'json' || values.verbose ? undefined : inIncidents(evidence, options)
  const found = searchEvidence(grouped?.evidence ?? evidence, options)
  const fault = await show(found, args, evidence, io, { withOccurrences: grouped?.withOccurrences })
  const searched = await askedIfOpen({ evidence, searched: found }, args, options, io)
  warnOfProblems(io, evidence.policySource)
  const isCut = tellLeftAside(beside, searched.scenarios, io)
  if (fault !== undefined) {
    tellFault(io, fault)
    return EXIT.aws
  }
  if (evidence.denials.some(isDenial)) {
    const code = exitOf(searched.result.diagnoses)
    return isCut ? Math.max(code, EXIT.unreadable) : code
  }
  tellFault(io, noDenial(namesOf(beside.inputs), evidence.denials))
  return EXIT.unreadable
}

/** Diagnoses each line of a batch with the policies that the options give. */
async function diagnoseLines(
  { values, files }: Args,
  common: WithPolicies,
  options: Parameters<typeof searchEvidence>[1] & object,
  io: Io,
): Promise<number> {
  const [{ batch }, { diagnoseLine }] = await Promise.all([import('../batch.ts'), import('#app/batch-diagnose.ts')])
  const code = await batch({ values, files }, diagnoseLine(common, options), io)
  warnOfProblems(io, common.policySource)
  return code
}

/** On a terminal the question of a diagnosis is answered at once; elsewhere it stands as it was told. */
async function askedIfOpen(
  shown: Shown,
  args: Args,
  options: Parameters<typeof searchEvidence>[1],
  io: Io,
): Promise<SearchedResult> {
  const isOpen = shown.searched.result.diagnoses.some(({ question }) => question !== undefined)
  if (!isOpen || args.values.format === 'json') return shown.searched
  const { answeredOnTerminal, canAsk } = await import('./ask-question.ts')
  if (!canAsk(io, args.files, args.values.scenario)) return shown.searched
  const again: ShowAgain = async (evidence, words) => {
    const searched = searchEvidence(evidence, options)
    await show(searched, args, evidence, io, { words })
    return searched
  }
  return answeredOnTerminal(shown, again, io)
}

const NO_SOURCE: PolicySource = { kind: 'none' }

const namedSource = ({ snapshot, scenario }: Args['values'], given: ReadonlySet<string>) => ({
  snapshot,
  scenario,
  commandLineOptions: given,
})

interface Telling {
  readonly withOccurrences?: Grouped['withOccurrences'] | undefined
  /** Further options of the commands that are printed. */
  readonly words?: readonly string[]
}

/** All is asked and worked out before anything is printed. What AWS did not answer is given back, and told behind it. */
async function show(
  searched: SearchedResult,
  args: Args,
  evidence: Evidence,
  io: Io,
  { withOccurrences = (result) => result, words = [] }: Telling,
): Promise<UserError | undefined> {
  const { values } = args
  if (values.format === 'json') {
    const checked = await crossChecked(wholeResult(searched), searched.scenarios, values, io)
    const runbook = await runbookOf(checked.answer, values, io)
    io.out(toJson(runbook.answer === undefined ? checked.answer : { ...checked.answer, runbook: runbook.answer }))
    return checked.fault ?? runbook.fault
  }
  const checked = await crossChecked(withOccurrences(shownResult(searched, values)), searched.scenarios, values, io)
  const runbook = await runbookOf(checked.answer, values, io)
  const text = diagnosesText(checked.answer, io.page, tellingOf(args, evidence, words))
  if (runbook.answer === undefined) io.out(text)
  else {
    const { runbookText } = await import('#report/text-runbook.ts')
    io.out(`${text}\n${runbookText(runbook.answer, io.page)}`)
  }
  return checked.fault ?? runbook.fault
}

/** `fix` reads what was pasted from a file: only then can its command be printed. Without a policy the one that reads it comes first. */
function tellingOf({ values, files, given }: Args, evidence: Evidence, words: readonly string[]): DiagnosisView {
  const { snapshot, scenario, verbose } = values
  const isFiles = files.length > 0 && !files.includes('-')
  const asked = isFiles ? files.map(shellWord) : ['-']
  const live = ['denytrace diagnose', '--live', ...asked].join(' ')
  const decode = ['denytrace diagnose', ...asked, '--decode'].join(' ')
  if (!hasPolicies(evidence)) return { verbose, live, decode }
  if (!isFiles) return { verbose }
  const options = [
    ...againstWords(values),
    ...storeWords(values, given),
    ...repeatedWords(values),
    ...words,
    ...(values.live ? liveWords(values) : []),
  ]
  return {
    verbose,
    live,
    decode,
    invocation: { files, options, ...(evidence.policySource?.kind === 'snapshot' ? { snapshot } : { scenario }) },
  }
}

interface Besides<T> {
  readonly answer: T
  /** Why AWS's word does not stand beside it, where it was asked in vain. */
  readonly fault?: UserError
}

// What asks AWS is read by those runs alone that ask.
async function crossChecked<R extends DiagnoseResult>(
  result: R,
  scenarios: SearchedResult['scenarios'],
  values: Args['values'],
  io: Io,
): Promise<Besides<R>> {
  if (!values['cross-check']) return { answer: result }
  const [{ crossCheckDiagnoses }, { askingOf }] = await Promise.all([
    import('#app/cross-check.ts'),
    import('../cross-check.ts'),
  ])
  const { answer, fault } = await besides(crossCheckDiagnoses(result, scenarios, askingOf(values, io)))
  return fault === undefined ? { answer } : { answer: result, fault }
}

const asksRunbook = (values: Args['values']): boolean => values.runbook || values['runbook-execution'] !== undefined

async function runbookOf(
  { diagnoses }: DiagnoseResult,
  values: Args['values'],
  io: Io,
): Promise<Besides<readonly RunbookReport[] | undefined>> {
  if (!asksRunbook(values)) return { answer: undefined }
  const { askRunbook } = await import('../runbook.ts')
  const { answer, fault } = await besides(askRunbook(values, diagnoses, io))
  return fault === undefined ? { answer } : { answer: undefined, fault }
}

async function askCloudTrail(values: Args['values'], lookup: LookupOptions, io: Io): Promise<Evidence> {
  const progress = startProgress(io, 'lookup')
  const tell = (events: number): void => progress.tell(events, 0, `events of the last ${lookup.hours} hours`)
  return lookedUp(awsSettings(values), lookup, tell).finally(progress.end)
}

/** The highest counts (docs/json.md, "Exit codes"). */
function exitOf(diagnoses: readonly Diagnosis[]): number {
  const has = (status: Diagnosis['status']): boolean => diagnoses.some((diagnosis) => diagnosis.status === status)
  const isOutside = diagnoses.some(({ identity }) => identity.relation === 'outside')
  return has('undetermined') ? EXIT.undetermined : has('contradicted') || isOutside ? EXIT.bad : EXIT.ok
}
