/** Several watches on one PostgreSQL store: each alert is told once, and what one that died did not tell, another does. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { burst, everyday, writeTrail } from '../cli/cloudtrail-history.ts'
import { denytrace } from '../cli/run-cli.ts'
import { startReceiver } from '../conformance/alert-sinks.ts'
import { noPostgres, type Postgres, startPostgres } from './postgres.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-watch-postgres-'))
let server: Postgres | undefined
const HOUR = 3_600_000
const RECENT = Math.floor(Date.now() / HOUR) * HOUR - 6 * HOUR

describe('watches on one store', { skip: noPostgres ?? false }, () => {
  before(async () => {
    server = await startPostgres()
  })
  after(async () => {
    await server?.stop('fast')
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
})
