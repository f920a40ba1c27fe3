/** Leases over a real PostgreSQL: a reader that is slow and alive keeps its own, one that stands still loses them. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openPostgresStore } from '#store/postgres/postgres-store.ts'
import { startedFile } from '../cli/run-cli.ts'
import { type DatabaseServer, noPostgres, usePostgres } from './postgres.ts'

const SCRIPT = startedFile('test/store/slow-reader.ts')
const OBJECTS = 3
const LEASE_SECONDS = 8
/** Longer than two leases. */
const READING_MS = 20_000

describe('leases', { skip: noPostgres ?? false }, () => {
  let server: DatabaseServer | undefined
  before(async () => void (server = await usePostgres()))
  after(() => server?.remove())

  const reader = (url: string, readingMs: number) => {
    const child = spawn(process.execPath, [...SCRIPT, url, String(LEASE_SECONDS), String(readingMs)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const said: string[] = []
    child.stdout.on('data', (chunk: Buffer) => said.push(...chunk.toString().trim().split('\n')))
    return { child, said, exit: once(child, 'exit') }
  }

  const ledgerOf = async () => {
    assert.ok(server !== undefined)
    const url = await server.database()
    const store = await openPostgresStore(url)
    await store.enqueue(Array.from({ length: OBJECTS }, (_, i) => ({ bucket: 'b', key: `object-${i}`, version: '1' })))
    return { url, store }
  }

  test('a reader that takes longer than its lease, and is alive, keeps it: nobody else gets the objects', async () => {
    const { url, store } = await ledgerOf()
    const slow = reader(url, READING_MS)
    await once(slow.child.stdout, 'data')
    let asked = 0
    for (; slow.child.exitCode === null; asked++) {
      assert.deepEqual(await store.claim(OBJECTS, LEASE_SECONDS), [], `after ${asked} looks`)
      await sleep(100)
    }
    assert.deepEqual([(await slow.exit)[0], slow.said.at(-1)], [0, `new ${OBJECTS}`])
    assert.ok(asked > 10, `${asked} looks`)
    assert.deepEqual(await store.ledger(), { ready: 0, leased: 0, done: OBJECTS, dead: 0 })
    await store.close()
  })

  test('one that stands still for longer loses them; what it had read is not counted twice', async () => {
    const { url, store } = await ledgerOf()
    const frozen = reader(url, READING_MS)
    await once(frozen.child.stdout, 'data')
    frozen.child.kill('SIGSTOP')
    await sleep(LEASE_SECONDS * 1000 + 500)
    const other = reader(url, 0)
    assert.equal((await other.exit)[0], 0)
    assert.equal(other.said.at(-1), `new ${OBJECTS}`)
    frozen.child.kill('SIGCONT')
    assert.deepEqual([(await frozen.exit)[0], frozen.said.at(-1)], [0, 'new 0'])
    assert.deepEqual(await store.ledger(), { ready: 0, leased: 0, done: OBJECTS, dead: 0 })
    assert.equal((await store.find({}, 10)).length, OBJECTS)
    await store.close()
  })
})
