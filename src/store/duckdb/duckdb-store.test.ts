import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { storeConformance } from '../../../test/conformance/denial-store.ts'
import { UserError } from '../../errors.ts'
import { duckdbFile } from './duckdb-file.ts'
import { openDuckdbStore } from './duckdb-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-duckdb-'))
let made = 0

storeConformance('duckdb', () => openDuckdbStore(join(folder, `store-${(made += 1)}.duckdb`)))

test('that DuckDB finds no memory is no bug of ours, and what to do is said', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'denytrace-memory-')), 's.duckdb')
  const file = duckdbFile(path, async () => undefined)
  await assert.rejects(
    file.use('write', 0, async (connection) => {
      await connection.run("set memory_limit = '4MB'")
      await connection.run('create temp table t as select list(random()) from range(40_000_000) r group by range % 3')
    }),
    (error) => error instanceof UserError && error.code === 'store/no-memory' && error.hint.includes('--since'),
  )
  await file.close()
})
