/** What npm test prints where nobody watches: TAP that names, right before its counts, each test that failed. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

const REPORTER = join(import.meta.dirname, '../scripts/tap-with-failures.mjs')

const TESTS = `
import assert from 'node:assert/strict'
import test from 'node:test'
test('a table', async (t) => {
  await t.test('its first row', () => assert.equal(1, 2, 'one is\\n\\nnot two'))
  await t.test('its second row', () => {})
})
test('to be done', { todo: true }, () => { throw new Error('later') })
test('left out', { skip: true }, () => {})
`

test('what failed is named before the counts, and the counts stay last', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-reporter-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'rows.test.mjs')
  writeFileSync(file, TESTS)
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const ran = spawnSync(process.execPath, [`--test-reporter=${REPORTER}`, '--test', file], { env, encoding: 'utf8' })

  assert.equal(ran.status, 1, ran.stderr)
  const lines = ran.stdout.trimEnd().split('\n')
  const counts = lines.findIndex((line) => /^# tests \d+$/.test(line))
  assert.match(lines[counts - 1] ?? '', /^# failed: its first row \(.*rows\.test\.mjs:5\): one is not two\b/)
  assert.equal(lines.filter((line) => line.startsWith('# failed: ')).length, 1)
  assert.match(lines.at(-1) ?? '', /^# duration_ms /)
})
