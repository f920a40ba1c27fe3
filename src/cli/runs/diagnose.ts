import { diagnoseEvidence } from '#app/diagnose.ts'
import { openInputs } from '#app/files.ts'
import { isDenial, noDenial, readEvidence } from '#app/inputs.ts'
import { loadSubject } from '#app/subject.ts'
import type { Diagnosis } from '#diagnose/diagnosis.ts'
import { toJson } from '#report/json.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'
import { type Arguments, type COMMON, EXIT, type Io } from '../command.ts'
import { diagnoseOptions } from '../diagnose-options.ts'
import { namesOf, promptForPaste, tellFault } from '../tell.ts'
import { warnOfProblems } from '../warn.ts'

type Args = Arguments<typeof COMMON>

export async function runDiagnose(args: Args, io: Io): Promise<number> {
  const { values, files, given } = args
  const subject = await loadSubject({ snapshot: values.snapshot, scenario: values.scenario, given }, io.stdin)
  const options = await diagnoseOptions(values, io)
  if (values.batch !== undefined) {
    const [{ batch }, { diagnoseLine }] = await Promise.all([import('../batch.ts'), import('#app/batch-diagnose.ts')])
    const code = await batch(values.batch, diagnoseLine(subject, options), io, values.debug)
    warnOfProblems(io, subject)
    return code
  }
  promptForPaste(io, files)
  const inputs = openInputs(files, io.stdin)
  const evidence = await readEvidence(inputs)
  const result = diagnoseEvidence(evidence, subject, options)
  io.out(values.format === 'json' ? toJson(result) : diagnosesText(result, io.page))
  warnOfProblems(io, subject)
  if (evidence.denials.some(isDenial)) return exitOf(result.diagnoses)
  tellFault(io, noDenial(namesOf(inputs)))
  return EXIT.unreadable
}

/** The highest counts (docs/json.md, "Exit codes"). */
function exitOf(diagnoses: readonly Diagnosis[]): number {
  const has = (status: Diagnosis['status']): boolean => diagnoses.some((one) => one.status === status)
  return has('undetermined') ? EXIT.undetermined : has('contradicted') ? EXIT.bad : EXIT.ok
}
