import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readNotification } from './notification.ts'

const read = (value: unknown) => readNotification(JSON.stringify(value))
const s3 = {
  Records: [
    { eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'b' }, object: { key: 'a+b%2Fc.json.gz', eTag: 'e' } } },
  ],
}
const object = { kind: 'objects', objects: [{ bucket: 'b', key: 'a b/c.json.gz', etag: 'e' }] }

test("S3's notification is read, through SNS too, with its encoded key", () => {
  assert.deepEqual(read(s3), object)
  assert.deepEqual(read({ Type: 'Notification', Message: JSON.stringify(s3) }), object)
})

test('so are those of EventBridge and of CloudTrail', () => {
  const detail = { bucket: { name: 'b' }, object: { key: 'a b/c.json.gz', etag: 'e' } }
  assert.deepEqual(read({ 'detail-type': 'Object Created', detail }), object)
  assert.deepEqual(read({ s3Bucket: 'b', s3ObjectKey: ['x', 'y'] }), {
    kind: 'objects',
    objects: ['x', 'y'].map((key) => ({ bucket: 'b', key, etag: '' })),
  })
})

test('a CloudTrail event of EventBridge is a record; the test of S3 tells nothing; the rest is nothing we know', () => {
  const detail = { eventName: 'PutObject', eventSource: 's3.amazonaws.com' }
  assert.deepEqual(read({ 'detail-type': 'AWS API Call via CloudTrail', detail }), {
    kind: 'records',
    records: [detail],
  })
  assert.deepEqual(read({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'b' }), { kind: 'test' })
  for (const body of ['', 'poison', '[]', '{}', '{"Type":"Notification"}', '{"Records":[{"s3":{}}]}'])
    assert.equal(readNotification(body), undefined, body)
})
