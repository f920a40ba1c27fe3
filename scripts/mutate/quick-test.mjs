/**
 * Stands for `node:test` in the scripts of bundle.mjs: what our tests use of it, one test after the other, and the end at
 * the first that fails. Node's own takes half a millisecond a test, which is most of the time of a mutant. An error
 * before the first test is a failure too: the program would not start.
 *
 * The first run, without a mutant, writes down which tests come by which mutants; a mutant then meets only those. A value
 * that one test computed and later ones were handed is seen to be used by the first alone: at worst a mutant survives that
 * they would have killed.
 *
 * warm-runner.mjs reads the script many times in one process, and says which tests to run when.
 */
import { writeFileSync, writeSync } from 'node:fs'
import { NOT_OURS, TOO_SLOW } from './rooms.mjs'

const { STRYKER_DRY_RUN, STRYKER_NAMESPACE } = process.env
const warm = globalThis.__mutateWarm__
const COVERED = `${process.argv[1]}.covered.json`
const stryker = globalThis[STRYKER_NAMESPACE ?? '__stryker__'] ?? {}

const suiteOf = (outer, name = '') => ({
  outer,
  name: `${outer?.name ?? ''}${name} `,
  before: [],
  after: [],
  isOpen: false,
})
let open = suiteOf()
const tests = []

export function describe(name, body) {
  open = suiteOf(open, name)
  body()
  open = open.outer
}

export function test(name, ...rest) {
  const run = rest.at(-1)
  const { skip } = rest.length > 1 ? rest[0] : {}
  const whole = `${open.name}${name}`.trim()
  const isLeftOut = whole.startsWith(NOT_OURS) || TOO_SLOW.some((end) => whole.endsWith(end))
  if ((skip === undefined || skip === false) && !isLeftOut)
    tests.push({ name: whole, run, suite: open, id: String(tests.length) })
}

export const it = test
export const before = (run) => open.before.push(run)
export const after = (run) => open.after.push(run)

/** The hooks of a suite run only for a test of it. */
async function enter(suite, opened) {
  if (suite === undefined || suite.isOpen) return
  await enter(suite.outer, opened)
  suite.isOpen = true
  opened.push(suite)
  for (const run of suite.before) await run()
}

/** @returns the first test that fails, or nothing */
async function runAll(asked, took) {
  const opened = []
  for (const one of asked) {
    const began = performance.now()
    try {
      if (!one.suite.isOpen) await enter(one.suite, opened)
      const running = one.run()
      if (running !== undefined) await running
    } catch (error) {
      return { ...one, error }
    } finally {
      took?.set(one.id, performance.now() - began)
    }
  }
  for (const suite of opened.toReversed()) for (const run of suite.after) await run()
  return undefined
}

/** Stryker counts what comes before the first id as belonging to no test. */
const counted = (one) => ({
  ...one,
  run: async () => {
    stryker.currentTestId = `test ${one.id}`
    await one.run()
    stryker.currentTestId = undefined
  },
})

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

function end(isOk, name, error) {
  const text = String(name).replaceAll(/[#\\\n]/g, ' ')
  writeSync(1, `TAP version 13\n${isOk ? 'ok' : 'not ok'} 1 - ${text}\n1..1\n`)
  if (error !== undefined && STRYKER_DRY_RUN === 'true') writeSync(2, `${error.stack}\n`)
  process.exit(isOk ? 0 : 1)
}

if (warm === undefined) {
  process.on('uncaughtException', (error) => end(false, 'the tests start', error))
  setImmediate(async () => {
    const failed = await runAll(tests.map(counted))
    if (failed !== undefined) end(false, failed.name, failed.error)
    writeCovered()
    end(tests.length > 0, `${tests.length} tests`)
  })
} else {
  warm.ids = () => tests.map(({ id }) => id)
  warm.run = (ids, took) =>
    runAll(
      ids.map((id) => tests[Number(id)]),
      took,
    )
}
