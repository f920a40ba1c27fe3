import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sampleRow } from '../../../test/conformance/sample-rows.ts'
import { openDuckdbStore } from './duckdb-store.ts'
import { migrate } from './duckdb-tables.ts'
import { memoryInstance } from './memory-instance.ts'

test('a file with blocks and parts of other sizes goes on with its blocks, and is added to', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-tables-'))
  const path = join(folder, 'store.duckdb')
  const instance = await memoryInstance(path, { files: [path, `${path}.wal`] })
  const connection = await instance.connect()
  await connection.run(`attach '${path}' as store (row_group_size 40960, block_size 262144)`)
  await connection.run('use store')
  await migrate(connection, 'empty')
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
