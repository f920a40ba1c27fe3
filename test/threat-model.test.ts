/** docs/threat-model.md: every row names a test, and every test that it names is there. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'

const ROOT = join(import.meta.dirname, '..')
const page = readFileSync(join(ROOT, 'docs', 'threat-model.md'), 'utf8')
const rows = page.split('\n').filter((line) => line.startsWith('| ') && !/^\| (?:---|An attacker )/.test(line))

it('every row has a test that exists', () => {
  assert.ok(rows.length > 25, `${rows.length} rows`)
  for (const row of rows) {
    const cells = row.split(' | ')
    assert.equal(cells.length, 3, row)
    const tests = [...(cells[2] ?? '').matchAll(/\]\(\.\.\/([^)]+\.test\.ts)\)/g)].map(([, path]) => path ?? '')
    assert.ok(tests.length > 0, `no test shows: ${row}`)
    for (const path of tests) assert.ok(existsSync(join(ROOT, path)), `${path} does not exist`)
  }
})

it('SECURITY.md leads there', () => {
  assert.match(readFileSync(join(ROOT, 'SECURITY.md'), 'utf8'), /\(docs\/threat-model\.md\)/)
})
