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

/** Seconds of the processors by folder, the most first: a line each, and one of all. */
export function costsByFolder(taken) {
  const folders = new Map()
  for (const [name, seconds] of taken) {
    const folder = name
      .split('/')
      .slice(0, name.startsWith('test/') ? -1 : 2)
      .join('/')
    folders.set(folder, (folders.get(folder) ?? 0) + seconds)
  }
  folders.set(
    'all',
    [...taken.values()].reduce((sum, seconds) => sum + seconds, 0),
  )
  const rows = [...folders].sort(([, a], [, b]) => b - a)
  return rows.map(([folder, seconds]) => `${seconds.toFixed(1)} ${folder}\n`).join('')
}

/**
 * Keeps what each took; what takes less than a second is not worth a line.
 *
 * @param {ReadonlyMap<string, number>} taken seconds by name
 * @param {boolean} isAll whether all tests ran; else groups of files are others, and what they took before stays
 */
export function keepCosts(taken, isAll) {
  const isGroup = (name) => name.startsWith('together/')
  const measured = [...taken].filter(([name]) => isAll || !isGroup(name))
  // What a file in a group took alone, is known from before.
  const before = Object.entries(costs).filter(([name]) => (isGroup(name) ? !isAll : existsSync(join(ROOT, name))))
  const rows = [...new Map([...before, ...measured])].filter(([, seconds]) => seconds >= 1)
  const sorted = rows.sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  writeFileSync(COSTS, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`)
}
