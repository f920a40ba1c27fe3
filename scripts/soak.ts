/**
 * `npm run soak`: the engine against the second evaluator on a million random scenarios, for the night. Stops at the
 * first disagreement, shrinks it and writes it as a scenario that `denytrace evaluate` reads. Half of the cases are judged
 * by other readings of disputed rules (docs/disputed.md).
 *
 *   npm run soak -- --cases 200000 --seeds 4 --seed 7 --out soak
 *   npm run soak -- --readers            instead: a million changed inputs for all readers (scripts/fuzz.ts)
 *
 * `--seed` is the first of the seeds (default: the day, so that every night draws others), `--seeds` how many share the
 * cases. Exit code 1 where the two disagree.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as fc from 'fast-check'
import type { Scenario } from '#engine/scenario.ts'
import type { SomeReadings } from '#iam/readings.ts'
import { judgeTwice } from '../test/property/agreement.ts'
import { arbitraryReadings, arbitraryScenario } from '../test/property/arbitrary-scenario.ts'

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000000' },
    seeds: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Math.floor(Date.now() / 86_400_000)) },
    out: { type: 'string', default: '.' },
    readers: { type: 'boolean', default: false },
  },
})
if (values.readers) process.exit(soakReaders())
const cases = positive('cases', values.cases)
const seeds = Math.min(cases, positive('seeds', values.seeds))
const firstSeed = positive('seed', values.seed)
const started = Date.now()
let done = 0

for (let i = 0; i < seeds; i++) {
  const seed = firstSeed + i
  const runs = Math.floor(((i + 1) * cases) / seeds) - done
  const failure = soak(seed, runs)
  done += failure === undefined ? runs : failure.runs
  const seconds = (Date.now() - started) / 1000
  console.log(`seed ${seed}: ${done} of ${cases} cases, ${Math.round(done / seconds)} a second`)
  if (failure === undefined) continue
  report(seed, failure)
  process.exit(1)
}
console.log(`the engine and the second evaluator agree on all ${done} cases`)

/** The other soak has a script of its own, which also runs for minutes in CI. */
function soakReaders(): number {
  const words = ['--cases', values.cases, '--seed', values.seed, '--out', join(values.out, 'fuzz-failures')]
  const script = join(import.meta.dirname, 'fuzz.ts')
  return spawnSync(process.execPath, [...process.execArgv, script, ...words], { stdio: 'inherit' }).status ?? 1
}

interface Failure {
  readonly scenario: Scenario
  readonly readings: SomeReadings
  readonly runs: number
}

/** The smallest case of this seed on which the two disagree; undefined: there is none. */
function soak(seed: number, numRuns: number): Failure | undefined {
  const readings = fc.oneof({ withCrossShrink: true }, fc.constant<SomeReadings>({}), arbitraryReadings)
  const result = fc.check(
    fc.property(arbitraryScenario, readings, (scenario, read) => judgeTwice(scenario, read).agree),
    { seed, numRuns },
  )
  const [scenario, read] = result.counterexample ?? []
  return scenario === undefined || read === undefined ? undefined : { scenario, readings: read, runs: result.numRuns }
}

function report(seed: number, { scenario, readings }: Failure): void {
  const { want, got } = judgeTwice(scenario, readings)
  const options = Object.entries(readings).map(([name, choice]) => ` --reading ${name}=${choice}`)
  mkdirSync(values.out, { recursive: true })
  const file = join(values.out, `disagreement-${seed}.json`)
  writeFileSync(file, `${JSON.stringify(scenario, undefined, 2)}\n`)
  console.error(`they disagree; second evaluator: ${JSON.stringify(want)}, engine: ${JSON.stringify(got)}`)
  console.error(`the smallest such scenario: ${file}; see it with: npx denytrace evaluate ${file}${options.join('')}`)
}

function positive(name: string, text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number > 0) return number
  console.error(`usage/not-a-value: \`--${name}\` cannot be \`${text}\`\nhint: give a whole number above 0`)
  process.exit(2)
}
