/** Several watches on one PostgreSQL store: each alert is told once, and what one that died did not tell, another does. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openPostgresStore } from '#store/postgres/postgres-store.ts'
import { burst, everyday, writeTrail } from '../cli/cloudtrail-history.ts'
import { denytrace } from '../cli/run-cli.ts'
import { startReceiver } from '../conformance/alert-sinks.ts'
import { type DatabaseServer, noPostgres, usePostgres } from './postgres.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-watch-postgres-'))
let server: DatabaseServer | undefined
const HOUR = 3_600_000
const RECENT = Math.floor(Date.now() / HOUR) * HOUR - 6 * HOUR

describe('watches on one store', { skip: noPostgres ?? false }, () => {
  before(async () => {
    server = await usePostgres()
  })
  after(async () => {
    server?.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  test('four rounds at once tell an alert once, and everybody sees it', async () => {
    const store = (await server?.database()) ?? ''
    const receiver = await startReceiver()
    writeTrail(join(folder, 'trail.json'), [...everyday(RECENT - 20 * 24 * HOUR, 20), ...burst(RECENT, 15)])
    const args = ['watch', '--once', '--store', store, '--sink', `webhook=${receiver.url}`, '--format', 'json']
    const rounds = await Promise.all(Array.from({ length: 4 }, () => denytrace([...args, join(folder, 'trail.json')])))
    for (const { code, err } of rounds) assert.equal(code, 0, err)
    const fresh = rounds.map(({ out }) => (JSON.parse(out) as { ingest: { new: number } }).ingest.new)
    assert.equal(
      fresh.reduce((sum, count) => sum + count, 0),
      everyday(0, 20).length + 15,
    )
    const keys = receiver.received.map(({ headers }) => headers['webhook-id'])
    assert.equal(new Set(keys).size, keys.length, `told twice: ${keys.join(', ')}`)
    const ids = new Set(receiver.received.map(({ body }) => (JSON.parse(body) as { data: { id: string } }).data.id))
    assert.equal(ids.size, 1)
    const { out } = await denytrace(['spikes', '--store', store, '--format', 'json', '--severity', 'medium'])
    assert.deepEqual(
      (JSON.parse(out) as { spikes: { id: string }[] }).spikes.map(({ id }) => id),
      [...ids],
    )
    await receiver.stop()
  })

  test("one judges at a time; the turn of one that dies is another's, and of one that is frozen too", async () => {
    const url = (await server?.database()) ?? ''
    const [first, second] = [await openPostgresStore(url), await openPostgresStore(url, { turn: 400 })]
    const said: string[] = []
    const hold = (name: string, store: typeof first, until: Promise<void>): Promise<void> =>
      store.withDetectionLock(async () => {
        said.push(`${name} begins`)
        await until
        said.push(`${name} ends`)
      })
    const short = new Promise<void>((resolve) => setTimeout(resolve, 150))
    await Promise.all([hold('first', first, short), hold('second', second, Promise.resolve())])
    assert.deepEqual(
      said.map((text) => text.split(' ')[1]),
      ['begins', 'ends', 'begins', 'ends'],
    )
    const script = `import { openPostgresStore } from '#store/postgres/postgres-store.ts'
const store = await openPostgresStore(${JSON.stringify(url)})
await store.withDetectionLock(async () => { console.log('mine'); await new Promise(() => setInterval(() => undefined, 1000)) })`
    const child = spawn(
      process.execPath,
      ['--conditions=denytrace-src', '--import', import.meta.resolve('tsx'), '--input-type=module', '-e', script],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    await once(child.stdout, 'data')
    said.length = 0
    // Alive, and not done: after its patience the second goes ahead, the first still waits.
    const patient = hold('first', first, Promise.resolve())
    await hold('second', second, Promise.resolve())
    assert.deepEqual(said, ['second begins', 'second ends'])
    child.kill('SIGKILL')
    await patient
    assert.deepEqual(said.slice(2), ['first begins', 'first ends'])
    await first.close()
    await second.close()
  })
})
