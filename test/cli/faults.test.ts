/** What a trail can bring that is wrong, late or twice: every count is exact, and nothing else is lost (scale and faults). */
import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { openDuckdbStore } from '#store/duckdb/duckdb-store.ts'
import { burst, deniedRecord, everyday } from './cloudtrail-history.ts'
import { denytraceInside as denytrace } from './run-inside.ts'

const HOUR = 3_600_000
const folder = mkdtempSync(join(tmpdir(), 'denytrace-faults-'))
const AT = Date.parse('2026-04-27T10:00:00Z')

const record = (n: number, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...deniedRecord({ time: AT, role: 'deploy', bucket: 'artifacts' }, n),
  ...more,
})
const textOf = (records: readonly object[]): string => JSON.stringify({ Records: records })

let made = 0
function put(content: string | Uint8Array, ending = 'json'): string {
  const path = join(folder, `trail-${(made += 1)}.${ending}`)
  writeFileSync(path, content)
  return path
}

function newStore() {
  const file = join(folder, `store-${(made += 1)}.duckdb`)
  const json = async (args: readonly string[]) => {
    const { code, out, err } = await denytrace([...args, '--store', `duckdb:${file}`, '--format', 'json'])
    assert.equal(code, 0, err)
    return JSON.parse(out) as Record<string, unknown>
  }
  const ingest = async (...paths: string[]) => {
    const { records, new: fresh, duplicates, quarantined } = await json(['ingest', ...paths])
    return [records, fresh, duplicates, quarantined]
  }
  const stored = async () => {
    const store = await openDuckdbStore(file)
    const [rows, hours] = [await store.find({}, 10_000), await store.rollups({})]
    await store.close()
    assert.equal(
      hours.reduce((sum, { n }) => sum + n, 0),
      rows.length,
    )
    return rows
  }
  return { json, ingest, stored }
}

test('two hundred files that are delivered twice, under other names, add nothing the second time', async () => {
  const { ingest, stored } = newStore()
  const files = Array.from({ length: 200 }, (_, i) => textOf([record(2 * i), record(2 * i + 1)]))
  const deliver = (): string[] => files.map((text) => put(gzipSync(text), 'json.gz'))
  assert.deepEqual(await ingest(...deliver()), [400, 400, 0, 0])
  assert.deepEqual(await ingest(...deliver()), [400, 0, 400, 0])
  assert.equal((await stored()).length, 400)
})

test('a record of 256 KB keeps what a denial needs, and no more of its text', async () => {
  const { ingest, stored } = newStore()
  const errorMessage = `${String(record(1)['errorMessage'])} ${'y'.repeat(256 * 1024)}`
  const large = record(1, {
    errorMessage,
    requestParameters: { bucketName: 'artifacts', key: 'a', policy: 'x'.repeat(256 * 1024) },
  })
  assert.deepEqual(await ingest(put(textOf([record(0), large, record(2)]))), [3, 3, 0, 0])
  for (const row of await stored()) {
    assert.deepEqual(
      [row.action, row.resource, row.layer],
      ['s3:PutObject', 'arn:aws:s3:::artifacts/a', 'identity-policy'],
    )
    assert.ok(JSON.stringify(row).length < 16_384, `${JSON.stringify(row).length} characters`)
  }
})

test('bytes that are no UTF-8 lose no record; a control character that JSON forbids loses its record alone', async () => {
  const { ingest, stored } = newStore()
  const withBytes = (n: number, bytes: readonly number[]): Uint8Array => {
    const [before = '', after = ''] = textOf([record(n), record(n + 1, { userAgent: 'MARK' }), record(n + 2)]).split(
      'MARK',
    )
    return Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)])
  }
  assert.deepEqual(await ingest(put(withBytes(0, [0xff, 0xfe, 0xc3, 0x28]))), [3, 3, 0, 0])
  assert.deepEqual(await ingest(put(withBytes(10, [0x00, 0x80]))), [2, 2, 0, 1])
  assert.equal((await stored()).length, 5)
})

test('numbers of 64 bits in a record change nothing of its denial', async () => {
  const { ingest, stored } = newStore()
  const text = textOf([record(0, { additionalEventData: { bytes: 'MARK' } })]).replace('"MARK"', '18446744073709551615')
  assert.deepEqual(await ingest(put(text)), [1, 1, 0, 0])
  assert.equal((await stored())[0]?.eventId, String(record(0)['eventID']))
})

test('a file of a hundred megabytes in one of a few kilobytes is read to its end', async () => {
  const { ingest } = newStore()
  const { errorCode: _, errorMessage: __, ...fine } = record(0)
  const piece = Array.from({ length: 1000 }, () => JSON.stringify(fine)).join(',')
  const pieces = Math.ceil((100 * 1024 * 1024) / piece.length)
  const text = `{"Records":[${`${piece},`.repeat(pieces)}${JSON.stringify(record(1))}]}`
  assert.deepEqual(await ingest(put(gzipSync(text, { level: 1 }), 'json.gz')), [pieces * 1000 + 1, 1, 0, 0])
})

test('events that are late, of the future and in any order come into their hours, and no baseline is poisoned', async () => {
  const start = Math.floor(Date.now() / HOUR) * HOUR - 24 * 24 * HOUR
  const incident = start + 20 * 24 * HOUR + 10 * HOUR
  const usual = everyday(start, 23)
  const sudden = burst(incident, 15)
  const all = [...usual, ...sudden].map((call, i) => deniedRecord(call, i))
  const found = async (...deliveries: (readonly object[])[]) => {
    const { ingest, json } = newStore()
    for (const records of deliveries) await ingest(put(textOf(records)))
    const { spikes } = (await json(['spikes'])) as {
      spikes: { kind: string; from: string; count: number; p: number }[]
    }
    return spikes.filter(({ kind }) => kind === 'spike').map(({ from, count, p }) => ({ from, count, p }))
  }
  const inOrder = await found(all)
  assert.deepEqual(
    inOrder.map(({ from, count }) => [from, count]),
    [[`${new Date(incident).toISOString().slice(0, 19)}Z`, 15]],
  )
  const late = all.slice(usual.length)
  assert.deepEqual(await found(all.slice(0, usual.length), late), inOrder, 'the incident came days late')
  const unordered = [...all.filter((_, i) => i % 3 === 1).toReversed(), ...all.filter((_, i) => i % 3 !== 1)]
  assert.deepEqual(await found(unordered), inOrder, 'in any order')
  const ahead = Array.from({ length: 500 }, (_, i) =>
    deniedRecord({ time: Date.now() + HOUR, role: 'deploy', bucket: 'artifacts' }, 5000 + i),
  )
  assert.deepEqual(await found([...all, ...ahead]), inOrder, 'beside five hundred of the future')
})

test('what is older than `--keep` is forgotten when all is read, and hours with it', async () => {
  const { ingest, json, stored } = newStore()
  const now = Date.now()
  const at = (n: number, days: number) =>
    deniedRecord({ time: now - days * 24 * HOUR, role: 'deploy', bucket: 'artifacts' }, n)
  await ingest(put(textOf([at(0, 100), at(1, 91), at(2, 89)])))
  const { forgotten } = await json(['ingest', put(textOf([at(3, 1)])), '--keep', '90d'])
  assert.equal(forgotten, 2)
  assert.equal((await stored()).length, 2)
})
