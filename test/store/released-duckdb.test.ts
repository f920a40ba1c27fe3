/** Stores of every released version: files that were made by it, opened by the program of today. */
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import type { DenialStore } from '#store/denial-store.ts'
import { DUCKDB_RELEASES, tablesOf } from '#store/duckdb/duckdb-releases.ts'
import { openDuckdbStore } from '#store/duckdb/duckdb-store.ts'
import { onExport } from '#store/duckdb/last-export.ts'
import { findQuery } from '#store/queries/denials.ts'
import { sql } from '#store/sql/statement.ts'
import { sampleRow } from '../conformance/sample-rows.ts'

const FOLDER = new URL('released/', import.meta.url)

const released = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.duckdb.gz'))
  .toSorted()

async function withStoreOf(name: string, work: (path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-released-'))
  const path = join(folder, 'store.duckdb')
  writeFileSync(path, gunzipSync(readFileSync(new URL(name, FOLDER))))
  await work(path).finally(() => rmSync(folder, { recursive: true, force: true }))
}

const ROLE = 'arn:aws:iam::111122223333:role/ci/deploy'

async function assertHolds(store: DenialStore, ids: readonly string[]): Promise<void> {
  const rows = (await store.find({}, 10)).toSorted((a, b) => (a.eventId < b.eventId ? -1 : 1))
  assert.deepEqual(
    rows.map(({ eventId, principalKey, authorizationId }) => [eventId, principalKey, authorizationId]),
    ids.map((id) => [id, ROLE, null]),
  )
  const [group] = await store.groups('action', {})
  assert.deepEqual([group?.key, group?.count], ['s3:PutObject', ids.length])
  assert.deepEqual(
    (await store.marks()).map(({ state, note }) => [state, note]),
    [['accepted', 'known']],
  )
  assert.equal((await store.quarantined())[0]?.reason, 'it is no JSON')
}

const CHANGE = {
  eventId: 'c-1',
  changedAt: '2026-04-27T09:00:00Z',
  account: '111122223333',
  principalArn: 'arn:aws:iam::111122223333:user/kim',
  action: 'iam:PutRolePolicy',
  record: '{}',
}
const IDS = [1, 2, 3].map((i) => `11111111-0000-4000-8000-00000000000${i}`)

test('there is a file of every version but that of today', () => {
  assert.deepEqual(
    released,
    DUCKDB_RELEASES.slice(0, -1).map((_, i) => `duckdb-${i + 1}.duckdb.gz`),
  )
})

for (const name of released)
  test(`${name}: it is read as it is, and then brought to what is known now`, () =>
    withStoreOf(name, async (path) => {
      const before = readFileSync(path)
      const reader = await openDuckdbStore(path, { create: false })
      await assertHolds(reader, IDS)
      assert.equal((await reader.byId('REQUEST2')).length, 1, 'before it is opened to write')
      assert.deepEqual(await reader.policyChanges({}, 10), [], 'it keeps none')
      await reader.close()
      assert.deepEqual(readFileSync(path), before, 'reading changes nothing')
      const store = await openDuckdbStore(path)
      await assertHolds(store, IDS)
      assert.deepEqual(await store.policyChanges({}, 10), [])
      const more = sampleRow({ eventId: 'e-4', requestId: 'REQUEST2', principalKey: ROLE })
      const known = await store.byId('REQUEST2')
      assert.deepEqual(await store.add({ rows: [...known, more] }), { fresh: 1, duplicates: 1 })
      const spool = store.spool?.()
      spool?.put(sampleRow({ eventId: 'e-5', authorizationId: 'a-5' }))
      assert.equal((await spool?.add({ changes: [CHANGE] }, true))?.fresh, 1)
      spool?.close()
      assert.equal((await store.byId('e-5'))[0]?.authorizationId, 'a-5')
      assert.deepEqual(
        (await store.byId('REQUEST2')).map(({ eventId }) => eventId),
        [IDS[1], 'e-4'],
      )
      await store.close()
      const again = await openDuckdbStore(path, { create: false })
      assert.equal((await again.byId('e-4')).length, 1)
      assert.deepEqual(await again.policyChanges({}, 10), [CHANGE])
      await again.close()
    }))

test('the tables that the releases make are those that they say', async () => {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  for (const [i, { statements }] of DUCKDB_RELEASES.entries()) {
    for (const statement of statements) await connection.run(statement)
    const made = (await connection.runAndReadAll('select table_name, sql from duckdb_tables()')).getRowsJS()
    const other = await DuckDBInstance.create(':memory:')
    const fresh = await other.connect()
    for (const text of Object.values(tablesOf(i + 1))) await fresh.run(text)
    assert.deepEqual(made, (await fresh.runAndReadAll('select table_name, sql from duckdb_tables()')).getRowsJS())
    fresh.closeSync()
    other.closeSync()
  }
  connection.closeSync()
  instance.closeSync()
})

test('an authorization id that an older version kept elsewhere is in its column after the migration', () =>
  withStoreOf('duckdb-2.duckdb.gz', async (path) => {
    await changed(path, `update denial set rest = '{"given":{},"authorizationId":"a-1"}' where request_id = 'REQUEST1'`)
    const store = await openDuckdbStore(path)
    assert.deepEqual((await store.find({}, 10)).map(({ authorizationId }) => authorizationId).toSorted(), [
      'a-1',
      null,
      null,
    ])
    await store.close()
  }))

/** What somebody does to a file with DuckDB itself. */
async function changed(path: string, ...statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  for (const statement of statements) await connection.run(statement)
  connection.closeSync()
  instance.closeSync()
}

test('a store of a newer version is refused, to read too, and nothing of it is changed', () =>
  withStoreOf('duckdb-2.duckdb.gz', async (path) => {
    await changed(path, 'insert into store_version values (99)', 'alter table denial add column later varchar')
    const before = readFileSync(path)
    const reader = await openDuckdbStore(path, { create: false })
    await assert.rejects(reader.find({}, 1), { code: 'store/newer', message: /tables 99, known 4/ })
    await reader.close()
    await assert.rejects(openDuckdbStore(path), { code: 'store/newer' })
    assert.deepEqual(readFileSync(path), before)
  }))

const CHANGES = sql('select event_id from policy_change')

test('an export of an older version is read; one of a newer version is refused', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-released-'))
  const path = join(folder, 'store.duckdb')
  cpSync(new URL('export-2/', FOLDER), `${path}.parquet`, { recursive: true })
  const rows = await onExport(path, (session) => session.run(findQuery({}, 10)))
  assert.deepEqual(
    rows.map((row) => [row['event_id'], row['authorization_id']]).toSorted(),
    IDS.map((id) => [id, null]),
  )
  const store = await openDuckdbStore(path)
  assert.deepEqual(await onExport(path, (session) => session.run(CHANGES)), [], 'it has no file of them')
  await store.add({
    rows: [sampleRow({ eventTime: '2026-04-28T00:00:00Z', authorizationId: 'a-1' })],
    changes: [CHANGE],
  })
  await store.close()
  assert.deepEqual(await onExport(path, (session) => session.run(CHANGES)), [{ event_id: 'c-1' }])
  const both = await onExport(path, (session) => session.run(findQuery({}, 10)))
  assert.deepEqual(both.map((row) => row['authorization_id']).toSorted(), ['a-1', null, null, null])
  const day = join(`${path}.parquet`, 'denial', 'event_day=2026-04-28', 'denials.parquet')
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(`create table t as select * from read_parquet('${day}')`)
  await connection.run(`copy t to '${day}' (format parquet, kv_metadata {denytrace_tables: '99'})`)
  connection.closeSync()
  instance.closeSync()
  await assert.rejects(
    onExport(path, (session) => session.run(findQuery({}, 10))),
    { code: 'store/newer' },
  )
  rmSync(folder, { recursive: true })
})
