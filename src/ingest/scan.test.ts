import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { recordsIn } from '#intake/cloudtrail/record.ts'
import { readRecord } from '#intake/cloudtrail/read-record.ts'
import type { JsonObject } from '#intake/cloudtrail/loose-record.ts'
import { BadObject } from './plain.ts'
import { readObject } from './read-object.ts'
import { scanBytes } from './scan.ts'

const base = {
  eventVersion: '1.11',
  userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/ann', accountId: '111122223333' },
  eventTime: '2026-04-27T10:03:00Z',
  eventSource: 's3.amazonaws.com',
  eventName: 'PutObject',
  requestParameters: { bucketName: 'b', key: 'k' },
}

/** Records of every sort: refused, failed, fine, and fine ones that look like refused ones. */
const SORTS: readonly JsonObject[] = [
  base,
  { ...base, errorCode: 'AccessDenied' },
  { ...base, errorCode: 'NoSuchBucket', errorMessage: 'no such bucket' },
  { ...base, errorMessage: 'User: x is not authorized to perform: s3:PutObject' },
  { ...base, responseElements: { message: 'User: x is not authorized to perform: s3:PutObject' } },
  { ...base, responseElements: { items: [{ errorCode: 'AccessDenied', key: 'other' }] } },
  { ...base, requestParameters: { policy: '{"errorCode":"AccessDenied","eventVersion":"1.0"}' } },
  { ...base, requestParameters: { key: '"errorCode":"AccessDenied"},{"eventVersion":"1.0"' } },
  { ...base, requestParameters: { nested: [{ eventVersion: '1', errorCode: 'AccessDenied' }] } },
  { ...base, requestParameters: { nested: [{ a: 1 }, { eventVersion: '1', errorCode: 'AccessDenied' }] } },
  { ...base, requestParameters: { terror: 'mirror' }, errorCode: 'AccessDenied', additionalEventData: { ünï: '🙂' } },
]

const denialsIn = (records: readonly unknown[]): readonly unknown[] =>
  records.flatMap((record) => {
    const denial = readRecord(record)
    return denial?.kind === 'aws-access-denied' ? [denial] : []
  })

test('the quick way finds the denials that parsing all finds, and as many records, whatever stands beside what', () => {
  let seed = 20_261_124
  const next = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((seed / 2_147_483_648) * below)
  }
  for (let round = 0; round < 400; round += 1) {
    const records = Array.from({ length: 1 + next(8) }, () => SORTS[next(SORTS.length)] ?? base)
    const text = JSON.stringify({ Records: records }) + ['', '\n', ' '][next(3)]
    const scanned = scanBytes(Buffer.from(text))
    const all = recordsIn(JSON.parse(text))
    assert.equal(scanned.count, all.length, `seed 20261124, round ${round}`)
    assert.deepEqual(denialsIn(scanned.records), denialsIn(all), `seed 20261124, round ${round}`)
  }
})

test('files that are written otherwise are read as well: spaces, another order of keys, other envelopes', () => {
  const denied = { errorCode: 'AccessDenied', ...base }
  for (const text of [
    JSON.stringify({ Records: [denied, base] }, null, 2),
    JSON.stringify({ Records: [denied, base] }),
    `${JSON.stringify(denied)}\n${JSON.stringify(base)}\n`,
    JSON.stringify([{ detail: denied }, { CloudTrailEvent: JSON.stringify(base) }]),
  ]) {
    const { count, records } = scanBytes(Buffer.from(text))
    assert.deepEqual([count, denialsIn(records).length], [2, 1], text.slice(0, 60))
  }
})

test('a record that is broken or none is set aside, and the others of its file are read', () => {
  const denied = JSON.stringify({ ...base, errorCode: 'AccessDenied' })
  const broken = scanBytes(Buffer.from(`{"Records":[${denied},{"eventVersion":"1.11","errorCode":},${denied}]}`))
  assert.deepEqual([broken.records.length, broken.unreadable.map(({ position }) => position)], [2, [1]])
  const strange = scanBytes(Buffer.from(`{"Records":[null,7,"x",{"a":1},${denied}]}`))
  assert.deepEqual([strange.records.length, strange.unreadable.length], [1, 4])
  const bytes = Buffer.from(`{"Records":[${denied.replace('"k"', '"\u0000"')}]}`)
  bytes[bytes.indexOf(0)] = 0xff
  assert.equal(scanBytes(bytes).records.length, 1, 'bytes that are no UTF-8')
})

test('what is no file of records says why; an empty list of records is one', () => {
  const denied = JSON.stringify({ Records: [{ ...base, errorCode: 'AccessDenied' }] })
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [bytes: Buffer, reason: string])[] = [
    [Buffer.alloc(0),                            'it is empty'],
    [gzipSync(''),                               'it is empty'],
    [gzipSync(denied).subarray(0, 120),          'its gzip is cut short'],
    [Buffer.from([0x1f, 0x8b, 1, 2, 3, 4]),      'its gzip is broken (Z_DATA_ERROR)'],
    [Buffer.from('{"digest":true}'),             'it holds no CloudTrail records'],
    [Buffer.from('hello'),                       'it holds no CloudTrail records'],
  ]
  for (const [bytes, reason] of ROWS)
    assert.throws(
      () => readObject(bytes),
      (error) => error instanceof BadObject && error.message === reason,
      reason,
    )
  assert.equal(readObject(gzipSync('{"Records":[]}')).count, 0)
  assert.equal(readObject(gzipSync(denied)).records.length, 1)
})

test('a file that inflates beyond all measure is refused before it is in memory', () => {
  const bomb = gzipSync(Buffer.alloc(8 * 1024 * 1024))
  assert.throws(() => readObject(bomb, {}, 4 * 1024 * 1024), /inflates to more than/)
})
