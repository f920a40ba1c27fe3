import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { test } from 'node:test'
import { EXAMPLE, ROOT } from './run-cli.ts'

/** Loaded before the program: writes which modules of Node and which files it has when it ends, and an empty Node has not. */
const WATCH = `
const before = new Set(process.moduleLoadList)
const files = require('node:module')._cache
process.on('exit', () => {
  const builtin = process.moduleLoadList.filter((name) => !before.has(name))
  require('node:fs').writeFileSync(process.env.LOADED_TO, JSON.stringify({ builtin, files: Object.keys(files) }))
})
`

/** Each takes milliseconds to load, which a diagnosis of what is at hand has no use for. */
const DEAR = /^NativeModule (?:crypto|stream|http2?|https|net|tls|zlib|worker_threads|child_process|readline)(?:$|\/)/

test('a diagnosis from files loads nothing that reaches out, and no module of Node that is dear', {
  skip: built(),
}, () => {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-'))
  try {
    const [watch, loaded] = [join(folder, 'watch.cjs'), join(folder, 'loaded.json')]
    writeFileSync(watch, WATCH)
    const args = ['diagnose', '--snapshot', join(EXAMPLE, 'snapshot'), join(EXAMPLE, 'denial.json')]
    const program = join('dist', 'cli', 'main.js')
    execFileSync(process.execPath, ['--require', watch, program, ...args], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'] ?? '', LOADED_TO: loaded },
      stdio: 'ignore',
    })
    const { builtin, files } = JSON.parse(readFileSync(loaded, 'utf8')) as { builtin: string[]; files: string[] }
    assert.deepEqual(
      builtin.filter((name) => DEAR.test(name)),
      [],
    )
    assert.deepEqual(
      files.filter((file) => file !== watch).map((file) => relative(ROOT, file)),
      [program],
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})

function built(): string | false {
  return process.env['TEST_AS_BUILT'] === '1' ? false : 'only the built program is what starts'
}
