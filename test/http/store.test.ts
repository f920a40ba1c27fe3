/** What the service reads out of the store, in its own thread, on a real DuckDB file. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openStore } from '#app/store/open-store.ts'
import { fillStore } from '../../bench/many-denials.ts'
import { denytrace } from '../cli/run-cli.ts'
import { type Service, startService } from './start-service.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-serve-'))
const path = join(folder, 'denials.duckdb')
const COUNT = 3000

let service: Service
before(async () => {
  await fillStore(COUNT, path, { incidentEvery: 10 })
  await markFixed()
  service = await startService({ store: `duckdb:${path}` })
})
after(async () => {
  await service.stop()
  rmSync(folder, { recursive: true })
})

/** Before the service starts: within one process DuckDB does not tell two openings of a file apart. */
async function markFixed(): Promise<void> {
  const store = await openStore(`duckdb:${path}`, { env: {} })
  const tuple = {
    account: '111111111114',
    principalKey: 'arn:aws:iam::111111111114:role/service-3',
    action: 's3:PutObject',
    resourceFamily: 'arn:aws:s3:::prod-artifacts',
  }
  await store.mark({ ...tuple, state: 'fixed', note: null, markedAt: '2020-01-01T00:00:00Z' })
  await store.close()
}

async function get(at: string, of = service): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(new URL(at, of.url))
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

const cli = async (...args: string[]): Promise<unknown> => {
  const { out, err } = await denytrace([...args, '--store', `duckdb:${path}`, '--format', 'json'])
  assert.equal(err, '')
  return JSON.parse(out)
}

test('denials are those of the command line, counted and listed', async () => {
  assert.deepEqual((await get('/api/denials?by=action')).body, await cli('denials', '--by', 'action'))
  assert.deepEqual(
    (await get('/api/denials?limit=5&action=s3:PutObject')).body,
    await cli('denials', '--limit', '5', '--action', 's3:PutObject'),
  )
})

test('the list is walked page by page, and no denial comes twice or not at all', async () => {
  const seen: string[] = []
  let query = '?limit=700&action=s3:PutObject'
  for (;;) {
    const { status, body } = await get(`/api/denials${query}`)
    assert.equal(status, 200)
    seen.push(...(body['denials'] as { eventId: string }[]).map(({ eventId }) => eventId))
    if (body['next'] === undefined) break
    query = `?limit=700&action=s3:PutObject&cursor=${String(body['next'])}`
  }
  const all = (await get('/api/denials?limit=1000&action=s3:PutObject')).body['denials'] as { eventId: string }[]
  assert.ok(seen.length > 700 || all.length <= 700)
  assert.deepEqual([seen.length, new Set(seen).size], [seen.length, seen.length])
  assert.deepEqual(
    seen.slice(0, 1000),
    all.slice(0, 1000).map(({ eventId }) => eventId),
  )
  const whole = await get('/api/overview?action=s3:PutObject')
  assert.equal(seen.length, whole.body['total'])
})

test('what the caller has already is not sent again', async () => {
  for (const path of ['/api/denials?limit=5', '/api/denials?by=action', '/api/overview']) {
    const first = await fetch(new URL(path, service.url))
    const etag = first.headers.get('etag') ?? ''
    assert.match(etag, /^"[\w-]{22}"$/)
    assert.notEqual(await first.text(), '')
    const again = await fetch(new URL(path, service.url), { headers: { 'if-none-match': etag } })
    assert.deepEqual([again.status, await again.text(), again.headers.get('etag')], [304, '', etag])
    const other = await fetch(new URL(path, service.url), { headers: { 'if-none-match': '"other"' } })
    assert.equal(other.status, 200)
    await other.text()
  }
})

test('one denial is explained, by its event id or its request id; an unknown id is none', async () => {
  for (const id of ['REQ7', '00000000-0000-4000-8000-000000000007']) {
    const { status, body } = await get(`/api/denials/${id}`)
    assert.equal(status, 200)
    assert.equal((body['stored'] as { requestId: string }[])[0]?.requestId, 'REQ7')
    assert.equal((body['diagnoses'] as unknown[]).length, 1)
  }
  const { status, body } = await get('/api/denials/none')
  assert.deepEqual([status, (body['error'] as { code: string }).code], [404, 'store/no-such-denial'])
})

test('the overview counts the same denials by time as by action', async () => {
  interface Overview {
    readonly total: number
    readonly buckets: readonly { readonly from: string; readonly count: number }[]
    readonly groups: { readonly action: readonly { readonly count: number }[] }
    readonly firstSeen: readonly unknown[]
  }
  const sum = (of: readonly { readonly count: number }[]): number => of.reduce((all, { count }) => all + count, 0)
  const all = (await get('/api/overview')).body as unknown as Overview
  assert.equal(all.total, COUNT)
  assert.equal(sum(all.buckets), COUNT)
  assert.equal(sum(all.groups.action), COUNT)
  const some = (await get('/api/overview?since=3d&action=s3:PutObject')).body as unknown as Overview & {
    bucket: string
  }
  assert.equal(some.bucket, 'hour')
  assert.equal(sum(some.buckets), some.total)
  assert.ok(some.total >= COUNT / 10 && some.total < COUNT)
})

test('what was marked fixed and came again is a regression', async () => {
  const { body } = await get('/api/overview')
  const [found] = body['regressions'] as Record<string, unknown>[]
  assert.deepEqual(
    [found?.['action'], found?.['reason'], found?.['count']],
    ['s3:PutObject', 'marked-fixed', COUNT / 10],
  )
})

test('the incident stands out, and its series shows it above what was expected', async () => {
  const { status, body } = await get('/api/spikes')
  assert.equal(status, 200)
  const spikes = body['spikes'] as { key: string; kind: string; family: string; from: string; to: string }[]
  const found = spikes.find(({ kind, key }) => kind === 'spike' && key.includes('arn:aws:s3:::prod-artifacts'))
  assert.ok(found, JSON.stringify(spikes.map(({ key }) => key)))
  const { family, key, from, to } = found
  const all = body['series'] as { family: string; key: string; from: string; counts: number[]; high: number[] }[]
  const series = all.find((one) => one.family === family && one.key === key)
  assert.ok(series)
  const place = (time: string): number => (Date.parse(time) - Date.parse(series.from)) / 3_600_000
  const above = series.counts
    .slice(place(from), place(to))
    .filter((count, i) => count > (series.high[place(from) + i] ?? 0))
  assert.ok(above.length > 0)
})

test('an answer that takes longer than one may wait is told to be asked for again, and then is there', async () => {
  const hurried = await startService({ store: `duckdb:${path}`, waitSeconds: 0 })
  try {
    const first = await get('/api/spikes?since=30d', hurried)
    assert.equal(first.status, 202)
    assert.deepEqual(first.body, { schemaVersion: 1, status: 'computing', retryAfterSeconds: 2 })
    for (;;) {
      const answer = await fetch(new URL('/api/spikes?since=30d', hurried.url))
      await answer.text()
      if (answer.status === 200) break
      assert.deepEqual([answer.status, answer.headers.get('retry-after')], [202, '2'])
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
  } finally {
    await hurried.stop()
  }
})

// biome-ignore format: a table is read by its columns
const WRONG: readonly (readonly [path: string, status: number, code: string])[] = [
  ['/api/denials?by=nonsense',      400, 'usage/not-a-value'],
  ['/api/denials?limit=0',          400, 'usage/not-a-value'],
  ['/api/denials?cursor=nonsense',  400, 'usage/not-a-value'],
  ['/api/denials?cursor=WyIyMDI2LTk5LTk5VDAwOjAwOjAwWiIsImEiXQ', 400, 'usage/not-a-value'],
  ['/api/denials?since=yesterday',  400, 'usage/not-a-value'],
  ['/api/denials?since=2026-02-30', 400, 'usage/not-a-value'],
  ['/api/denials?layer=nosuch',     400, 'usage/not-a-value'],
  ['/api/overview?since=;drop',     400, 'usage/not-a-value'],
  ['/api/spikes?since=--store',     400, 'usage/not-a-value'],
]
for (const [at, status, code] of WRONG)
  test(`wrong: ${at}`, async () => {
    const got = await get(at)
    assert.deepEqual([got.status, (got.body['error'] as { code: string }).code], [status, code])
    assert.deepEqual(service.bugs, [])
  })

test('a filter is a value, never a piece of a query', async () => {
  const { status, body } = await get(`/api/denials?action=${encodeURIComponent("' or 1=1 --")}`)
  assert.deepEqual([status, body['denials']], [200, []])
})

test('without a store the service runs, and says how to get one', async () => {
  const bare = await startService({ store: `duckdb:${join(folder, 'nowhere.duckdb')}` })
  try {
    const { status, body } = await get('/api/denials', bare)
    assert.deepEqual([status, (body['error'] as { code: string }).code], [503, 'store/not-found'])
    assert.equal((await get('/healthz', bare)).status, 200)
  } finally {
    await bare.stop()
  }
})

test('denials are followed as server-sent events, and the service ends while somebody follows', async () => {
  const own = await startService({ store: `duckdb:${path}` })
  const gone = new AbortController()
  const answer = await fetch(new URL('/api/denials/live?action=s3:PutObject', own.url), { signal: gone.signal })
  assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'text/event-stream; charset=utf-8'])
  const reader = answer.body?.getReader()
  const first = await reader?.read()
  assert.equal(new TextDecoder().decode(first?.value), 'retry: 5000\n\n')
  const head = await fetch(new URL('/api/denials/live', own.url), { method: 'HEAD' })
  assert.deepEqual([head.status, await head.text()], [200, ''])
  const wrong = await get('/api/denials/live?limit=5', own)
  assert.deepEqual([wrong.status, (wrong.body['error'] as { code: string }).code], [400, 'usage/unknown-option'])
  await own.stop()
  assert.deepEqual(own.bugs, [])
})
