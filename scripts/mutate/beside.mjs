/**
 * `--beside`: what the last run left meets the tests beside the sources alone, which is where new tests stand. That is a
 * tenth of the time. What any test killed before stays killed, and what the other tests let live has nothing new to fear
 * from them: the result is that of a whole run, if nothing but tests beside the sources has changed.
 */
import { writeFileSync } from 'node:fs'

/** In place of the script of a group that is left out. */
const NO_TESTS = `const warm = globalThis.__mutateWarm__
if (warm === undefined) console.log('TAP version 13\\nok 1 - left out\\n1..1')
else Object.assign(warm, { ids: () => [], run: async () => undefined })
`
export const writeNoTests = (file) => writeFileSync(file, NO_TESTS)

const isKilled = ({ status }) => status === 'Killed' || status === 'Timeout'
const keyOf = ({ mutatorName, replacement, location }) => JSON.stringify([mutatorName, replacement, location])

/** The mutants that the last run left, which Stryker tries again; it tries what was killed by a group that is left out, too. */
export function onlyLeft(report, beside) {
  const id = Object.values(report.testFiles)
    .flatMap(({ tests }) => tests)
    .find(({ name }) => name === beside)?.id
  for (const { mutants } of Object.values(report.files))
    for (const mutant of mutants.filter(isKilled))
      Object.assign(mutant, { status: 'Killed', killedBy: [id], coveredBy: [id] })
}

/** Puts back what the last run knew of mutants that no test beside comes by. A file that has changed since keeps what it got. */
export function withLast(report, last) {
  for (const [name, file] of Object.entries(report.files)) {
    if (last.files[name]?.source !== file.source) continue
    const known = new Map(last.files[name].mutants.map((mutant) => [keyOf(mutant), mutant]))
    for (const mutant of file.mutants) {
      const before = known.get(keyOf(mutant))
      if (before !== undefined && (isKilled(before) || mutant.status === 'NoCoverage'))
        Object.assign(mutant, { status: before.status })
    }
  }
  return report
}
