import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { storeConformance } from '../../../test/conformance/denial-store.ts'
import { sampleRow } from '../../../test/conformance/sample-rows.ts'
import { UserError } from '../../errors.ts'
import { sql } from '../sql/statement.ts'
import { duckdbFile } from './duckdb-file.ts'
import { openDuckdbStore } from './duckdb-store.ts'
import { onExport } from './last-export.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-duckdb-'))
let made = 0

const open = () => openDuckdbStore(join(folder, `store-${(made += 1)}.duckdb`))

storeConformance('duckdb', open)

storeConformance('duckdb, by a spool', async () => {
  const store = await open()
  return {
    ...store,
    add: async ({ rows, ...rest }) => {
      const spool = store.spool?.()
      assert.ok(spool)
      for (const row of rows) spool.put(row)
      return spool.add(rest, rows.length % 2 === 0).finally(spool.close)
    },
  }
})

test('that DuckDB finds no memory is no bug of ours, and what to do is said', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'denytrace-memory-')), 's.duckdb')
  const file = duckdbFile(path, async () => async () => undefined)
  await assert.rejects(
    file.use('write', 0, async (connection) => {
      await connection.run("set memory_limit = '4MB'")
      await connection.run('create temp table t as select list(random()) from range(40_000_000) r group by range % 3')
    }),
    (error) => error instanceof UserError && error.code === 'store/no-memory' && error.hint.includes('--since'),
  )
  await file.close()
})

test('a path with what could be a placeholder, a pattern or a column is a path', async () => {
  const within = join(mkdtempSync(join(tmpdir(), 'denytrace-paths-')), 'region=x', 'event_day=y', '[1]*')
  mkdirSync(within, { recursive: true })
  const path = join(within, "it's:a#time $1 ?.duckdb")
  const store = await openDuckdbStore(path)
  await store.add({ rows: [sampleRow()] })
  const spool = store.spool?.()
  spool?.put(sampleRow())
  assert.equal((await spool?.add({}, true))?.fresh, 1)
  spool?.close()
  await store.close()
  const question = sql('select distinct region, event_day from denial')
  assert.deepEqual(await onExport(path, (session) => session.run(question)), [
    { region: 'us-east-1', event_day: '2026-04-27' },
  ])
  assert.equal((await onExport(path, (session) => session.run(sql('select * from denial')))).length, 2)
})
