/**
 * Stands for `node:test` in the scripts of bundle.mjs: what our tests use of it, one test after the other, and the end at
 * the first that fails. Node's own takes half a millisecond a test, which is most of the time of a mutant. An error
 * before the first test is a failure too: the program would not start.
 *
 * The first run, without a mutant, writes down which tests come by which mutants; a mutant then meets only those. A value
 * that one test computed and later ones were handed is seen to be used by the first alone: at worst a mutant survives that
 * they would have killed. `MUTATE_WHOLE=1` runs all of them.
 */
import { existsSync, readFileSync, writeFileSync, writeSync } from 'node:fs'

const { STRYKER_DRY_RUN, STRYKER_NAMESPACE, __STRYKER_ACTIVE_MUTANT__: MUTANT, MUTATE_WHOLE } = process.env
const COVERED = `${process.argv[1]}.covered.json`
const stryker = globalThis[STRYKER_NAMESPACE ?? '__stryker__'] ?? {}

const suiteOf = (outer) => ({ outer, before: [], after: [], each: [] })
const root = suiteOf()
let open = root
let tests = 0

export function describe(_name, body) {
  const suite = suiteOf(open)
  open.each.push(suite)
  open = suite
  body()
  open = suite.outer
}

export function test(name, ...rest) {
  const run = rest.at(-1)
  const { skip } = rest.length > 1 ? rest[0] : {}
  if (skip === undefined || skip === false) open.each.push({ name, run, id: String(tests++) })
}

export const it = test
export const before = (run) => open.before.push(run)
export const after = (run) => open.after.push(run)

/** @param isAsked which tests to run, by id; the hooks of a suite run only for a test of it */
async function runAll({ before, each, after }, isAsked) {
  const asked = each.filter((one) => hasAsked(one, isAsked))
  if (asked.length === 0) return
  for (const run of before) await run()
  for (const one of asked) {
    if (one.run === undefined) await runAll(one, isAsked)
    else await runOne(one)
  }
  for (const run of after) await run()
}

const hasAsked = (one, isAsked) =>
  one.run === undefined ? one.each.some((inner) => hasAsked(inner, isAsked)) : isAsked(one.id)

async function runOne({ name, run, id }) {
  // Stryker counts what comes before the first id as belonging to no test.
  if (STRYKER_DRY_RUN === 'true') stryker.currentTestId = `test ${id}`
  try {
    const running = run()
    if (running !== undefined) await running
  } catch (error) {
    end(false, name, error)
  }
  stryker.currentTestId = undefined
}

/** By mutant the tests that come by it. One that is met while the tests are read bears on all, and is left out. */
function writeCovered() {
  const { static: always = {}, perTest = {} } = stryker.mutantCoverage ?? {}
  const covered = {}
  for (const [id, counts] of Object.entries(perTest))
    for (const [mutant, count] of Object.entries(counts)) {
      if (always[mutant] === undefined) (covered[mutant] ??= []).push(id.slice('test '.length))
      else always[mutant] += count
    }
  for (const mutant of Object.keys(covered))
    always[mutant] = covered[mutant].reduce((sum, id) => sum + perTest[`test ${id}`][mutant], 0)
  writeFileSync(COVERED, JSON.stringify(covered))
  // The runner knows the script alone as a test.
  stryker.mutantCoverage = { static: always, perTest: {} }
}

function askedFor() {
  if (MUTANT === undefined || MUTATE_WHOLE === '1' || !existsSync(COVERED)) return () => true
  const ids = JSON.parse(readFileSync(COVERED, 'utf8'))[MUTANT]
  if (ids === undefined) return () => true
  const asked = new Set(ids)
  return (id) => asked.has(id)
}

function end(isOk, name, error) {
  const text = String(name).replaceAll(/[#\\\n]/g, ' ')
  writeSync(1, `TAP version 13\n${isOk ? 'ok' : 'not ok'} 1 - ${text}\n1..1\n`)
  if (error !== undefined && STRYKER_DRY_RUN === 'true') writeSync(2, `${error.stack}\n`)
  process.exit(isOk ? 0 : 1)
}

process.on('uncaughtException', (error) => end(false, 'the tests start', error))
setImmediate(async () => {
  await runAll(root, askedFor())
  if (STRYKER_DRY_RUN === 'true') writeCovered()
  end(tests > 0, `${tests} tests`)
})
