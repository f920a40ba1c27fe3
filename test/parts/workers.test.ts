/** Several workers on one ledger: one is killed, one is frozen past its lease, the server is stopped at once. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openPostgresStore } from '#store/postgres/postgres-store.ts'
import { startedFile } from '../cli/run-cli.ts'
import { noPostgres, type Postgres, startPostgres } from './postgres.ts'

const skip = noPostgres ?? false
let server: Postgres | undefined
if (noPostgres === undefined) {
  before(async () => void (server = await startPostgres()))
  after(() => server?.remove())
}

const SCRIPT = startedFile('test/store/ledger-worker.ts')

const SKEW = join(import.meta.dirname, '..', 'store', 'clock-skew.mjs')

/** `hours`: by how many its clock is wrong. */
function startWorker(url: string, hours = 0) {
  const env = { ...process.env, CLOCK_SKEW_HOURS: String(hours) }
  const child = spawn(process.execPath, ['--import', SKEW, ...SCRIPT, url, '2'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  })
  const err: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  const said: string[] = []
  child.stdout.on('data', (chunk: Buffer) => said.push(...chunk.toString().trim().split('\n')))
  return { child, err, said, exit: once(child, 'exit') }
}

test('objects are counted once though workers are killed and frozen and the server is stopped', { skip }, async () => {
  assert.ok(server !== undefined)
  const url = await server.database()
  const store = await openPostgresStore(url)
  const objects = Array.from({ length: 80 }, (_, i) => ({ bucket: 'logs', key: `object-${i}`, version: '1' }))
  await store.enqueue(objects)
  const [killed, frozen, ...others] = [0, 1, 2].map(() => startWorker(url))
  assert.ok(killed !== undefined && frozen !== undefined)
  await once(killed.child.stdout, 'data')
  await sleep(150)
  killed.child.kill('SIGKILL')
  frozen.child.kill('SIGSTOP')
  await server.stop('immediate')
  await server.start()
  // Longer than the lease: what the frozen one holds goes to another.
  await sleep(2500)
  frozen.child.kill('SIGCONT')
  for (const { exit, err } of [frozen, ...others]) {
    const [code] = (await exit) as [number]
    assert.equal(code, 0, Buffer.concat(err).toString())
  }
  assert.deepEqual(await store.ledger(), { ready: 0, leased: 0, done: 80, dead: 0 })
  const sum = (await store.rollups({})).reduce((total, { n }) => total + n, 0)
  assert.deepEqual([(await store.find({}, 1000)).length, sum], [400, 400])
  await store.close()
})

test('workers whose clocks are two hours wrong share the work as others do', { skip }, async () => {
  assert.ok(server !== undefined)
  const url = await server.database()
  const store = await openPostgresStore(url)
  await store.enqueue(Array.from({ length: 40 }, (_, i) => ({ bucket: 'logs', key: `object-${i}`, version: '1' })))
  const workers = [2, -2, 0].map((hours) => startWorker(url, hours))
  for (const { exit, err, said } of workers) {
    const [code] = (await exit) as [number]
    assert.equal(code, 0, Buffer.concat(err).toString())
    // A lease by a clock of one's own would be over at once, or never, for the others.
    assert.ok(!said.includes('lost'), said.join(' '))
  }
  assert.deepEqual(await store.ledger(), { ready: 0, leased: 0, done: 40, dead: 0 })
  assert.equal(
    (await store.rollups({})).reduce((total, { n }) => total + n, 0),
    200,
  )
  await store.close()
})
