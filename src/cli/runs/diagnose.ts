import { crossCheckDiagnoses } from '#app/cross-check.ts'
import { diagnoseEvidence, diagnoseHolding } from '#app/diagnose.ts'
import { openInputs } from '#app/files.ts'
import { type Evidence, isDenial, noDenial, readEvidence } from '#app/inputs.ts'
import { lookedUp, type LookupOptions } from '#app/lookup.ts'
import { loadSubject } from '#app/subject.ts'
import type { Diagnosis } from '#diagnose/diagnosis.ts'
import { toJson } from '#report/json.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'
import { runbookText } from '#report/text-runbook.ts'
import { awsSettings } from '../aws-options.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import { askingOf } from '../cross-check.ts'
import { decodeIfAsked, refuseInBatch } from '../decode.ts'
import { diagnoseOptions } from '../diagnose-options.ts'
import { type DIAGNOSE_OPTIONS, lookupOf } from '../lookup-options.ts'
import { startProgress } from '../progress.ts'
import { runbookIfAsked } from '../runbook.ts'
import { namesOf, promptForPaste, tellFault } from '../tell.ts'
import { warnOfProblems } from '../warn.ts'

type Args = Arguments<typeof DIAGNOSE_OPTIONS>

export async function runDiagnose(args: Args, io: Io): Promise<number> {
  const { values, files, given } = args
  refuseInBatch('decode', values.decode, values.batch)
  refuseInBatch('cross-check', values['cross-check'], values.batch)
  refuseInBatch('runbook', values.runbook || values['runbook-execution'] !== undefined, values.batch)
  const subject = await loadSubject({ snapshot: values.snapshot, scenario: values.scenario, given }, io.stdin)
  const options = await diagnoseOptions(values, io)
  if (values.batch !== undefined) {
    const [{ batch }, { diagnoseLine }] = await Promise.all([import('../batch.ts'), import('#app/batch-diagnose.ts')])
    const code = await batch(values.batch, diagnoseLine(subject, options), io, values.debug)
    warnOfProblems(io, subject)
    return code
  }
  const lookup = lookupOf(values, files)
  const inputs = lookup === undefined ? openInputs(files, io.stdin) : []
  const found = lookup === undefined ? await readPasted(inputs, files, io) : await askCloudTrail(values, lookup, io)
  const evidence = await decodeIfAsked(values, found, io)
  const result = values['cross-check']
    ? await crossCheckDiagnoses(diagnoseHolding(evidence, subject, options), askingOf(values, io))
    : diagnoseEvidence(evidence, subject, options)
  const runbook = await runbookIfAsked(values, result.diagnoses, io)
  io.out(
    values.format === 'json'
      ? toJson(runbook === undefined ? result : { ...result, runbook })
      : `${diagnosesText(result, io.page)}${runbook === undefined ? '' : `\n${runbookText(runbook, io.page)}`}`,
  )
  warnOfProblems(io, subject)
  if (evidence.denials.some(isDenial)) return exitOf(result.diagnoses)
  tellFault(io, noDenial(namesOf(inputs)))
  return EXIT.unreadable
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
