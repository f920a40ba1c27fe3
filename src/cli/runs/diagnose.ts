import { diagnoseEvidence, diagnoseHolding } from '#app/diagnose.ts'
import { openInputs } from '#app/files.ts'
import { type Evidence, isDenial, noDenial, readEvidence } from '#app/inputs.ts'
import { lookedUp, type LookupOptions } from '#app/lookup.ts'
import { loadSubject } from '#app/subject.ts'
import type { DiagnoseOptions } from '#diagnose/diagnose.ts'
import type { Diagnosis, Subject } from '#diagnose/diagnosis.ts'
import type { RunbookReport } from '#diagnose/runbook.ts'
import type { ResultWithFixes } from '#prove/fix.ts'
import { toJson } from '#report/json.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'
import type { UserError } from '../../errors.ts'
import { awsSettings } from '../aws-options.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import { decodeIfAsked, refuseInBatch } from '../decode.ts'
import { diagnoseOptions } from '../diagnose-options.ts'
import { type DIAGNOSE_OPTIONS, lookupOf } from '../lookup-options.ts'
import { startProgress } from '../progress.ts'
import { namesOf, promptForPaste, tellFault } from '../tell.ts'
import { besides } from '../told-anyway.ts'
import { warnOfProblems } from '../warn.ts'

type Args = Arguments<typeof DIAGNOSE_OPTIONS>

export async function runDiagnose(args: Args, io: Io): Promise<number> {
  const { values, files, given } = args
  refuseInBatch('decode', values.decode, values.batch)
  refuseInBatch('cross-check', values['cross-check'], values.batch)
  refuseInBatch('runbook', asksRunbook(values), values.batch)
  const subject = await loadSubject({ snapshot: values.snapshot, scenario: values.scenario, given }, io.stdin)
  const options = await diagnoseOptions(values, io)
  if (values.batch !== undefined) {
    const [{ batch }, { diagnoseLine }] = await Promise.all([import('../batch.ts'), import('#app/batch-diagnose.ts')])
    const code = await batch({ values, files }, diagnoseLine(subject, options), io)
    warnOfProblems(io, subject)
    return code
  }
  const lookup = lookupOf(values, files)
  const inputs = lookup === undefined ? openInputs(files, io.stdin) : []
  const found = lookup === undefined ? await readPasted(inputs, files, io) : await askCloudTrail(values, lookup, io)
  const evidence = await decodeIfAsked(values, found, io)
  const { result, faults } = await diagnosed(evidence, subject, options, values, io)
  const runbook = asksRunbook(values) ? await askedRunbook(result, values, io) : undefined
  await show(result, runbook?.answer, values, io)
  warnOfProblems(io, subject)
  const [fault] = [...faults, ...(runbook?.fault === undefined ? [] : [runbook.fault])]
  if (fault !== undefined) {
    tellFault(io, fault)
    return EXIT.aws
  }
  if (evidence.denials.some(isDenial)) return exitOf(result.diagnoses)
  tellFault(io, noDenial(namesOf(inputs)))
  return EXIT.unreadable
}

/** The diagnosis, and why AWS's evaluators do not stand beside it where they were asked in vain. */
async function diagnosed(
  evidence: Evidence,
  subject: Subject,
  options: DiagnoseOptions,
  values: Args['values'],
  io: Io,
): Promise<{ readonly result: ResultWithFixes; readonly faults: readonly UserError[] }> {
  if (!values['cross-check']) return { result: diagnoseEvidence(evidence, subject, options), faults: [] }
  // What asks AWS is read by those runs alone that ask.
  const [{ crossCheckDiagnoses }, { askingOf }] = await Promise.all([
    import('#app/cross-check.ts'),
    import('../cross-check.ts'),
  ])
  const held = diagnoseHolding(evidence, subject, options)
  const { answer, fault } = await besides(crossCheckDiagnoses(held, askingOf(values, io)))
  return fault === undefined ? { result: answer, faults: [] } : { result: held.result, faults: [fault] }
}

const asksRunbook = (values: Args['values']): boolean => values.runbook || values['runbook-execution'] !== undefined

async function askedRunbook({ diagnoses }: ResultWithFixes, values: Args['values'], io: Io) {
  const { askRunbook } = await import('../runbook.ts')
  return besides(askRunbook(values, diagnoses, io))
}

async function show(
  result: ResultWithFixes,
  runbook: readonly RunbookReport[] | undefined,
  { format }: Args['values'],
  io: Io,
): Promise<void> {
  if (format === 'json') return io.out(toJson(runbook === undefined ? result : { ...result, runbook }))
  const text = diagnosesText(result, io.page)
  if (runbook === undefined) return io.out(text)
  const { runbookText } = await import('#report/text-runbook.ts')
  io.out(`${text}\n${runbookText(runbook, io.page)}`)
}

function readPasted(inputs: ReturnType<typeof openInputs>, files: readonly string[], io: Io): Promise<Evidence> {
  promptForPaste(io, files)
  return readEvidence(inputs)
}

async function askCloudTrail(values: Args['values'], lookup: LookupOptions, io: Io): Promise<Evidence> {
  const progress = startProgress(io, 'lookup')
  const tell = (events: number): void => progress.tell(events, 0, `events of the last ${lookup.hours} hours`)
  return lookedUp(awsSettings(values), lookup, tell).finally(progress.end)
}

/** The highest counts (docs/json.md, "Exit codes"). */
function exitOf(diagnoses: readonly Diagnosis[]): number {
  const has = (status: Diagnosis['status']): boolean => diagnoses.some((one) => one.status === status)
  return has('undetermined') ? EXIT.undetermined : has('contradicted') ? EXIT.bad : EXIT.ok
}
