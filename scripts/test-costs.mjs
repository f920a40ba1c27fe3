// What each test file takes of the processors: kept in test/costs.json by `npm test -- --costs`, so that what takes longest
// is begun first, and looked at after each run.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './start.mjs'

const COSTS = join(ROOT, 'test', 'costs.json')

/** Seconds by the name of a file, or of some that run together, as they were measured last. */
export const costs = existsSync(COSTS) ? JSON.parse(readFileSync(COSTS, 'utf8')) : {}

/** The most seconds that a file should take: what is longer keeps the end of a run waiting, and is split or made cheaper. */
export const MOST_SECONDS = 15

/** What the processes of a run wrote down (measure-test.mjs): seconds by path. */
export function readTaken(file) {
  if (!existsSync(file)) return new Map()
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return new Map(lines.map((line) => [line.slice(line.indexOf(' ') + 1), Number(line.slice(0, line.indexOf(' ')))]))
}

/** Keeps what each took; what takes less than a second is not worth a line. */
export function keepCosts(taken) {
  const rows = [...taken].filter(([, seconds]) => seconds >= 1)
  const sorted = rows.sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  writeFileSync(COSTS, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`)
}
