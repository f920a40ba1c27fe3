import { driftIn, loadDriftConfig } from '#app/drift.ts'
import { toJson } from '#report/json.ts'
import { driftText } from '#report/suite/text-drift.ts'
import { UserError } from '../../errors.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import type { DRIFT_OPTIONS } from '../drift-options.ts'
import { warn } from '../warn.ts'

type Args = Arguments<typeof DRIFT_OPTIONS>

export async function runDrift({ values, files, given }: Args, io: Io): Promise<number> {
  if (values.schema) {
    const { FILE_SCHEMAS } = await import('#app/file-schemas.ts')
    io.out(toJson(FILE_SCHEMAS.drift()))
    return EXIT.ok
  }
  const { config, snapshot } = await loadDriftConfig(files[0], io.stdin)
  const folder = given.has('snapshot') ? values.snapshot : (snapshot ?? values.snapshot)
  if (folder === undefined)
    throw new UserError('usage/missing-option', 'there is no snapshot to look into', 'give `--snapshot DIR`')
  const { report, problems } = await driftIn(folder, config)
  io.out(values.format === 'json' ? toJson(report) : driftText(report, io.page))
  for (const problem of problems) warn(io, problem)
  const order = ['security', 'warning', 'suggestion']
  const mildest = order.indexOf(values['fail-on'] ?? 'warning')
  const all = [...report.findings, ...report.groups.flatMap(({ deviations }) => deviations)]
  return all.some(({ severity }) => order.indexOf(severity) <= mildest) ? EXIT.bad : EXIT.ok
}
