/** docs/coverage.md counts the rules that the code cites and tests name. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { citations, coverage, idsIn, rulesOf } from '../../scripts/coverage.ts'

test('every rule of evaluation is named by a test or listed as not modelled', () => {
  assert.deepEqual(coverage().bare, [])
})

test('docs/coverage.md is what `npm run coverage -- --write` writes', () => {
  assert.equal(readFileSync(new URL('../../docs/coverage.md', import.meta.url), 'utf8'), coverage().page)
})

test('a span of ids cites each of them, a letter its rule too', () => {
  assert.deepEqual(
    [...idsIn('R-KMS-05..07, G-01 and R-OTH-02a')],
    ['R-KMS-05', 'R-KMS-06', 'R-KMS-07', 'G-01', 'R-OTH-02', 'R-OTH-02a'],
  )
})

test('rules are the rows of the page, and a file that names none cites none', () => {
  assert.deepEqual(rulesOf('| Rule | Says |\n| R-REQ-01 | one tuple |\n'), [{ id: 'R-REQ-01', says: 'one tuple' }])
  assert.equal(citations([['a.ts', 'nothing']]).size, 0)
})
