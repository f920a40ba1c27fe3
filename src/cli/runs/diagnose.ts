import { diagnoseEvidence, diagnoseHolding } from '#app/diagnose.ts'
import { openInputs } from '#app/files.ts'
import { type Evidence, isDenial, noDenial, readEvidence } from '#app/inputs.ts'
import { lookedUp, type LookupOptions } from '#app/lookup.ts'
import { loadSubject } from '#app/subject.ts'
import type { Diagnosis } from '#diagnose/diagnosis.ts'
import type { ResultWithFixes } from '#prove/fix.ts'
import { toJson } from '#report/json.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'
import { awsSettings } from '../aws-options.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import { decodeIfAsked, refuseInBatch } from '../decode.ts'
import { diagnoseOptions } from '../diagnose-options.ts'
import { type DIAGNOSE_OPTIONS, lookupOf } from '../lookup-options.ts'
import { startProgress } from '../progress.ts'
import { namesOf, promptForPaste, tellFault } from '../tell.ts'
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
  const result = values['cross-check']
    ? await crossChecked(diagnoseHolding(evidence, subject, options), values, io)
    : diagnoseEvidence(evidence, subject, options)
  if (asksRunbook(values)) await showWithRunbook(result, values, io)
  else io.out(values.format === 'json' ? toJson(result) : diagnosesText(result, io.page))
  warnOfProblems(io, subject)
  if (evidence.denials.some(isDenial)) return exitOf(result.diagnoses)
  tellFault(io, noDenial(namesOf(inputs)))
  return EXIT.unreadable
}

// What asks AWS is read by those runs alone that ask.
async function crossChecked(held: ReturnType<typeof diagnoseHolding>, values: Args['values'], io: Io) {
  const [{ crossCheckDiagnoses }, { askingOf }] = await Promise.all([
    import('#app/cross-check.ts'),
    import('../cross-check.ts'),
  ])
  return crossCheckDiagnoses(held, askingOf(values, io))
}

const asksRunbook = (values: Args['values']): boolean => values.runbook || values['runbook-execution'] !== undefined

async function showWithRunbook(result: ResultWithFixes, values: Args['values'], io: Io): Promise<void> {
  const [{ askRunbook }, { runbookText }] = await Promise.all([
    import('../runbook.ts'),
    import('#report/text-runbook.ts'),
  ])
  const runbook = await askRunbook(values, result.diagnoses, io)
  io.out(
    values.format === 'json'
      ? toJson({ ...result, runbook })
      : `${diagnosesText(result, io.page)}\n${runbookText(runbook, io.page)}`,
  )
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
