/** The store on a real PostgreSQL: what every store does, and what only several workers can show. */
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import assert from 'node:assert/strict'
import { openPool } from '#store/postgres/driver.ts'
import { openPostgresStore } from '#store/postgres/postgres-store.ts'
import { storeConformance } from '../conformance/denial-store.ts'
import { sampleRow } from '../conformance/sample-rows.ts'
import { noPostgres, type Postgres, startPostgres } from './postgres.ts'

let server: Postgres | undefined

const skip = noPostgres ?? false
if (noPostgres === undefined) {
  before(async () => void (server = await startPostgres()))
  after(() => server?.remove())
}

const database = async (): Promise<string> => {
  if (server === undefined) throw new Error('PostgreSQL did not start')
  return server.database()
}

if (noPostgres === undefined) storeConformance('postgres', async () => openPostgresStore(await database()))
else test('postgres: what every store does', { skip }, () => undefined)

test('many workers with the same events and hot hours: counts are exact', { skip }, async () => {
  const url = await database()
  const stores = await Promise.all([0, 1, 2, 3].map(() => openPostgresStore(url, { connections: 2 })))
  const rows = Array.from({ length: 600 }, (_, i) =>
    sampleRow({
      eventId: `hot-${i}`,
      eventTime: `2026-04-27T1${i % 3}:0${i % 10}:00Z`,
      action: `s3:Action${i % 7}`,
      ...(i % 20 === 0 ? { sharedEventId: `pair-${i}`, recipientAccount: '444455556666' } : {}),
    }),
  )
  const others = rows
    .filter(({ sharedEventId }) => sharedEventId !== null)
    .map((row) => ({ ...row, eventId: `${row.eventId}-caller`, recipientAccount: '111122223333' }))
  const all = [...rows, ...others]
  await Promise.all(
    stores.map(async (store, worker) => {
      const mine = all.toSorted((a, b) => order(a.eventId, worker) - order(b.eventId, worker))
      for (let at = 0; at < mine.length; at += 50) await store.add({ rows: mine.slice(at, at + 50) })
    }),
  )
  const [store] = stores
  assert.ok(store !== undefined)
  const sum = (await store.rollups({})).reduce((total, { n }) => total + n, 0)
  assert.equal(sum, 600)
  assert.equal((await store.find({}, 10_000)).length, 600)
  assert.equal((await store.find({ uncounted: true }, 10_000)).length, 630)
  await Promise.all(stores.map((one) => one.close()))
})

/** Another order for each worker, the same in each run. */
const order = (id: string, worker: number): number =>
  [...id].reduce((sum, c) => (sum * 31 + c.charCodeAt(0) * (worker + 3)) % 10_007, worker)

test('a database of another program is no store', { skip }, async () => {
  const url = await database()
  const pool = openPool(url, 1)
  const client = await pool.connect()
  await client.query('create table denial (x integer)', [])
  client.release()
  await pool.end()
  await assert.rejects(openPostgresStore(url), { code: 'store/unreadable' })
})

test('a server that is stopped at once and started again loses nothing and doubles nothing', { skip }, async () => {
  const store = await openPostgresStore(await database())
  const batches = Array.from({ length: 30 }, (_, b) =>
    Array.from({ length: 20 }, (_, i) => sampleRow({ eventId: `crash-${b}-${i}` })),
  )
  for (const [b, rows] of batches.entries()) {
    if (b === 10) {
      await server?.stop('immediate')
      void server?.start()
    }
    await store.add({ rows })
  }
  assert.equal(
    (await store.rollups({})).reduce((total, { n }) => total + n, 0),
    600,
  )
  await store.close()
})

test('old weeks are dropped whole, and events of impossible times are kept apart', { skip }, async () => {
  const store = await openPostgresStore(await database())
  const at = (eventTime: string) => sampleRow({ eventTime })
  await store.add({
    rows: [
      at('2026-01-05T00:00:00Z'),
      at('2026-01-11T23:59:59Z'),
      at('2026-01-13T00:00:00Z'),
      at('1970-01-01T00:00:01Z'),
    ],
  })
  assert.equal(await store.forget('2026-01-12T12:00:00Z'), 3)
  assert.deepEqual(
    (await store.find({}, 10)).map(({ eventTime }) => eventTime),
    ['2026-01-13T00:00:00Z'],
  )
  await store.close()
})

test('a full disk stalls the workers and breaks no count; with room they go on', { skip }, async (t) => {
  const disk = await server?.smallDisk(48)
  if (disk === undefined) {
    t.skip('this machine lets nobody make a disk; root may')
    return
  }
  const stores = await Promise.all([0, 1].map(() => openPostgresStore(disk.url, { patience: 120_000 })))
  // Reads all the while: with a full disk the server may let no new session begin.
  const reader = await openPostgresStore(disk.url)
  const counted = async () => (await reader.rollups({})).reduce((total, { n }) => total + n, 0)
  // Six weeks of it, as large as rows are: with their indexes a good deal more than the disk has.
  const batches = Array.from({ length: 50 }, (_, b) =>
    Array.from({ length: 1000 }, (_, i) =>
      sampleRow({
        eventId: `full-${b}-${i}`,
        requestId: `request-${b}-${i}`,
        eventTime: new Date(Date.UTC(2026, 3, 1) + ((b * 1000 + i) % 1008) * 3_600_000)
          .toISOString()
          .replace('.000', ''),
        errorMessage: `User: … is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::b/k-${i}" ${'.'.repeat(400)}`,
      }),
    ),
  )
  let written = 0
  const work = Promise.all(
    stores.map(async (one, worker) => {
      for (const [b, rows] of batches.entries()) {
        if (b % 2 !== worker) continue
        await one.add({ rows })
        written += 1
      }
    }),
  )
  for (let before = -1; written !== before || disk.free() > 1e6; await sleep(2000)) {
    before = written
    await counted()
  }
  assert.ok(written > 0 && written < 50, `${written} of 50 batches were written before the disk was full`)
  assert.equal(await counted(), written * 1000)
  assert.equal((await reader.groups('account', {}))[0]?.count, written * 1000)
  disk.enlarge(400)
  await work
  assert.equal(await counted(), 50_000)
  assert.equal((await reader.groups('account', {}))[0]?.count, 50_000)
  // Five of the six weeks are over before the time, and go whole.
  const gone = await reader.forget('2026-05-06T00:00:00Z')
  const left = (await reader.groups('account', {}))[0]?.count ?? 0
  assert.equal(gone + left, 50_000)
  assert.equal(await counted(), left)
  await Promise.all([reader, ...stores].map((one) => one.close()))
})
