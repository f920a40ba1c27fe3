import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sampleRow } from '../../../test/conformance/sample-rows.ts'
import { tableRow } from '../sql/rows.ts'
import { DENIAL_TABLE } from '../sql/tables.ts'
import { duckdbFile } from './duckdb-file.ts'
import { appendRows } from './append-rows.ts'
import { cellsOf } from './duckdb-session.ts'
import { openDuckdbStore } from './duckdb-store.ts'
import { DUCKDB_MIGRATIONS, migrate } from './duckdb-tables.ts'
import { rowsOfId } from './id-hash.ts'
import { onExport } from './last-export.ts'
import { memoryInstance } from './memory-instance.ts'

test('a file with blocks and parts of other sizes goes on with its blocks, and is added to', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-tables-'))
  const path = join(folder, 'store.duckdb')
  const instance = await memoryInstance(path)
  const connection = await instance.connect()
  await connection.run(`attach '${path}' as store (row_group_size 40960, block_size 262144)`)
  await connection.run('use store')
  await migrate(connection)
  connection.closeSync()
  instance.closeSync()
  const store = await openDuckdbStore(path)
  const rows = Array.from({ length: 5000 }, (_, i) => sampleRow({ eventId: `e-${i}` }))
  assert.equal((await store.add({ rows: rows.slice(0, 3000) })).fresh, 3000)
  const spool = store.spool?.()
  for (const row of rows.slice(2000)) spool?.put(row)
  assert.deepEqual(await spool?.add({}, true), { fresh: 2000, duplicates: 1000 })
  spool?.close()
  await store.close()
  const again = await openDuckdbStore(path, { create: false })
  assert.equal((await again.groups('day', {}))[0]?.count, 5000)
  assert.equal((await again.byId('e-4999')).length, 1)
  await again.close()
  rmSync(folder, { recursive: true })
})

test('a store of the first version is brought to what is known now, and its denials are found by their ids', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-tables-'))
  const path = join(folder, 'store.duckdb')
  const old = duckdbFile(path, async (connection) => {
    for (const statement of DUCKDB_MIGRATIONS[0] ?? []) await connection.run(statement)
    await connection.run('create table store_version (version integer)')
    await connection.run('insert into store_version values (1)')
    const row = sampleRow({ eventId: 'e-1', requestId: 'r-1' })
    await appendRows(connection, { table: 'denial' }, cellsOf(DENIAL_TABLE), [tableRow(row)])
  })
  await old.use('write', 1000, async () => undefined)
  await old.close()
  const reader = await openDuckdbStore(path, { create: false })
  assert.deepEqual((await reader.byId('r-1')).length, 1, 'before it is opened to write')
  await reader.close()
  const store = await openDuckdbStore(path)
  assert.deepEqual(
    await store.add({
      rows: [sampleRow({ eventId: 'e-1', requestId: 'r-1' }), sampleRow({ eventId: 'e-2', requestId: 'r-1' })],
    }),
    { fresh: 1, duplicates: 1 },
  )
  for (const [id, events] of [
    ['e-1', ['e-1']],
    ['r-1', ['e-1', 'e-2']],
    ['r-2', []],
  ] as const)
    assert.deepEqual(
      (await store.byId(id)).map(({ eventId }) => eventId),
      events,
      id,
    )
  await store.close()
  const exported = await onExport(path, (session) => rowsOfId(session, 'r-1'))
  assert.deepEqual(exported.length, 2, 'of the export')
  rmSync(folder, { recursive: true })
})
