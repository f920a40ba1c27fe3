/** One DuckDB file and several processes: they take turns, they are killed, and somebody else keeps the file. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openDuckdbStore } from '#store/duckdb/duckdb-store.ts'
import { startedFile } from '../cli/run-cli.ts'
import { sampleRow } from '../conformance/sample-rows.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-processes-'))
const SCRIPT = startedFile('test/store/add-rows.ts')

function writer(path: string, prefix: string, batches: number, size: number, first = 0, how = '') {
  const args = [...SCRIPT, path, prefix, String(batches), String(size), String(first), how]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const acknowledged: number[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => acknowledged.push(...chunk.toString().trim().split('\n').map(Number)))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  return { child, acknowledged, err, done: once(child, 'exit') }
}

const sum = (rows: readonly { readonly n: number }[]): number => rows.reduce((total, { n }) => total + n, 0)

test('writers and readers of several processes take turns, and nothing is lost', async () => {
  const path = join(folder, 'turns.duckdb')
  const writers = ['a', 'b'].map((prefix) => writer(path, prefix, 15, 40))
  await Promise.race(writers.map(({ child }) => once(child.stdout, 'data')))
  const reader = await openDuckdbStore(path, { create: false })
  let reads = 0
  const over = Promise.all(writers.map(({ done }) => done)).then(() => true)
  while (!(await Promise.race([over, new Promise((resolve) => setTimeout(() => resolve(false), 200))]))) {
    const [day] = await reader.groups('account', {})
    assert.ok(sum(await reader.rollups({})) >= (day?.count ?? 0), 'hours are never behind the denials')
    reads += 1
  }
  for (const { child, err } of writers) assert.equal(child.exitCode, 0, Buffer.concat(err).toString())
  assert.ok(reads > 0, 'the reader had its turn')
  assert.equal((await reader.find({}, 5000)).length, 1200)
  assert.equal(sum(await reader.rollups({})), 1200)
  await reader.close()
})

test('a writer that is killed at any moment has written what it acknowledged, and no part of a batch', () =>
  isKilled(''))

test('so has one whose rows wait in files, which are no part of the store', () => isKilled('spool'))

async function isKilled(how: string): Promise<void> {
  const path = join(folder, `killed${how}.duckdb`)
  let next = 0
  for (const after of [1, 4, 2]) {
    const one = writer(path, 'k', 10_000, 50, next, how)
    while (one.acknowledged.length < after) await once(one.child.stdout, 'data')
    one.child.kill('SIGKILL')
    await one.done
    const store = await openDuckdbStore(path)
    const rows = await store.find({}, 100_000)
    const whole = new Map<string, number>()
    for (const { eventId } of rows) {
      const batch = eventId.split('-')[1] ?? ''
      whole.set(batch, (whole.get(batch) ?? 0) + 1)
    }
    assert.ok(
      [...whole.values()].every((n) => n === 50),
      'whole batches only',
    )
    for (const batch of one.acknowledged) assert.ok(whole.has(String(batch)), `batch ${batch} was acknowledged`)
    assert.equal(sum(await store.rollups({})), rows.length)
    next = Math.max(...one.acknowledged)
    await store.close()
  }
}

test('a full disk stops the writer with what is wrong; what it acknowledged is there, and the rest follows later', () =>
  isFull('', 100))

test('so does one that has no room for the files in which rows wait, and none of them is left', () =>
  isFull('spool', 2000))

async function isFull(how: string, size: number): Promise<void> {
  const path = join(folder, `full${how}.duckdb`)
  // The shell lets no file of the writer grow beyond some megabytes, as a full disk would.
  const shell = `ulimit -f 4000; exec "$0" "$@"`
  const args = ['-c', shell, process.execPath, ...SCRIPT, path, 'f', '100000', String(size), '0', how]
  const child = spawn('sh', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const said: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  const [code] = (await once(child, 'close')) as [number]
  assert.notEqual(code, 0)
  assert.match(Buffer.concat(err).toString(), /cannot grow/)
  const batches = Buffer.concat(said).toString().trim().split('\n').length
  const store = await openDuckdbStore(path)
  const counted = async () => [(await store.find({}, 1_000_000)).length, sum(await store.rollups({}))]
  const [rows = 0, hours] = await counted()
  assert.equal(hours, rows)
  // Of a batch that is written to its place at once, the log is written where there is no room for that: it is there, and told of as refused.
  const most = how === 'spool' ? (batches + 1) * size : batches * size
  assert.ok(rows === batches * size || rows === most, `${rows} rows of ${batches} batches`)
  assert.equal((await store.add({ rows: [sampleRow()] })).fresh, 1)
  await store.close()
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('full') && name.endsWith('.rows')),
    [],
  )
}

const HOLDER = `const { DuckDBInstance } = require('@duckdb/node-api')
DuckDBInstance.create(process.argv[1]).then(async (db) => {
  globalThis.kept = [db, await db.connect()]
  process.stdout.write('held')
  setInterval(() => undefined, 1000)
})`

test('while somebody else keeps the file, readers answer from the last export and say so; writers wait', async () => {
  const path = join(folder, 'kept.duckdb')
  const store = await openDuckdbStore(path)
  await store.add({
    rows: [
      sampleRow(),
      sampleRow({ action: 's3:GetObject' }),
      sampleRow({ sharedEventId: 's' }),
      sampleRow({ sharedEventId: 's' }),
      sampleRow({ sourceKind: 'paste', requestId: 'told', eventTime: '2026-04-20T10:00:00Z' }),
    ],
  })
  await store.close()
  // The pasted text of another day counts no longer: that day is exported again.
  await store.add({ rows: [sampleRow({ requestId: 'told' })] })
  const before = [await store.groups('action', {}), await store.rollups({}), await store.find({}, 10)]
  await store.mark({
    account: '1',
    principalKey: 'p',
    action: 'a',
    resourceFamily: 'f',
    state: 'noise',
    note: null,
    markedAt: '2026-04-27T10:00:00Z',
  })
  await store.close()
  const holder = spawn(process.execPath, ['-e', HOLDER, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: import.meta.dirname,
  })
  await once(holder.stdout, 'data')
  const warnings: string[] = []
  const patience = { read: 300, write: 300, export: 300 }
  const reader = await openDuckdbStore(path, { create: false, patience, warn: (text) => void warnings.push(text) })
  assert.deepEqual([await reader.groups('action', {}), await reader.rollups({}), await reader.find({}, 10)], before)
  assert.equal((await reader.marks()).length, 1)
  assert.deepEqual(await reader.dirtyBuckets(), [])
  assert.equal(warnings.length, 1)
  await assert.rejects(reader.add({ rows: [sampleRow()] }), /keeps/)
  holder.kill()
  await once(holder, 'exit')
  assert.equal((await reader.add({ rows: [sampleRow()] })).fresh, 1)
  await reader.close()
})
