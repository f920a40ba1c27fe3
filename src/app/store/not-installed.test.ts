import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { DUCKDB_VERSION, withDuckdb } from './not-installed.ts'

test('the line to type names the version that we are built with', () => {
  const { dependencies } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))
  assert.equal(dependencies['@duckdb/node-api'], DUCKDB_VERSION)
})

test('what is thrown for another reason stays as it is', async () => {
  const bug = new Error('no such thing')
  await assert.rejects(
    withDuckdb(() => Promise.reject(bug)),
    (error) => error === bug,
  )
})
