/**
 * Stands for `node:test` in the scripts of bundle.mjs: what our tests use of it, one test after the other, and the end at
 * the first that fails. Node's own takes half a millisecond a test, which is most of the time of a mutant. An error
 * before the first test is a failure too: the program would not start.
 */
import { writeSync } from 'node:fs'

const root = suiteOf('', undefined)
let open = root

function suiteOf(name, outer) {
  return { name, outer, before: [], after: [], each: [] }
}

export function describe(name, body) {
  const suite = suiteOf(name, open)
  open.each.push(suite)
  open = suite
  body()
  open = suite.outer
}

export function test(name, ...rest) {
  const run = rest.at(-1)
  const { skip } = rest.length > 1 ? rest[0] : {}
  if (skip === undefined || skip === false) open.each.push({ name, run })
}

export const it = test
export const before = (run) => open.before.push(run)
export const after = (run) => open.after.push(run)

let ran = 0

async function runAll({ before, each, after }) {
  for (const run of before) await run()
  for (const one of each) {
    if (one.run === undefined) await runAll(one)
    else await runOne(one)
  }
  for (const run of after) await run()
}

async function runOne({ name, run }) {
  ran++
  try {
    const running = run()
    if (running !== undefined) await running
  } catch (error) {
    end(false, name, error)
  }
}

function end(isOk, name, error) {
  const text = String(name).replaceAll(/[#\\\n]/g, ' ')
  writeSync(1, `TAP version 13\n${isOk ? 'ok' : 'not ok'} 1 - ${text}\n1..1\n`)
  if (error !== undefined && process.env.STRYKER_DRY_RUN === 'true') writeSync(2, `${error.stack}\n`)
  process.exit(isOk ? 0 : 1)
}

process.on('uncaughtException', (error) => end(false, 'the tests start', error))
setImmediate(async () => {
  await runAll(root)
  end(ran > 0, `${ran} tests`)
})
