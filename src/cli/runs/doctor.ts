import { doctor } from '#app/doctor.ts'
import { FACTS_VARIABLE } from '#app/newer-facts.ts'
import { doctorText } from '#report/text-doctor.ts'
import { toJson } from '#report/json.ts'
import { type Arguments, type Command, EXIT, type Io } from '../command.ts'
import type { DOCTOR_OPTIONS } from '../doctor-options.ts'
import { nearest } from '../nearest.ts'
import { packageVersion } from '../version.ts'

/** Variables that no option stands for. */
const FURTHER = ['DENYTRACE_REQUIRE', FACTS_VARIABLE]

export async function runDoctor(
  { values }: Arguments<typeof DOCTOR_OPTIONS>,
  io: Io,
  all: readonly Command[],
): Promise<number> {
  const options = all.flatMap((command) => Object.values(command.options))
  const known = new Set([...options.flatMap(({ env }) => (env === undefined ? [] : [env])), ...FURTHER])
  const report = await doctor({
    version: packageVersion(),
    env: io.env,
    isKnown: (name) => known.has(name),
    nearestKnown: (name) =>
      nearest(
        name.toLowerCase(),
        [...known].map((one) => one.toLowerCase()),
      )?.toUpperCase(),
    snapshot: values.snapshot,
    store: values.store,
  })
  io.out(values.format === 'json' ? toJson(report) : doctorText(report, io.page))
  return report.checks.some(({ status }) => status === 'bad') ? EXIT.bad : EXIT.ok
}
