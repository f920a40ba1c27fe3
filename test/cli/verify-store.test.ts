/** `verify` by what `ingest --successes` kept. */
import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { denytraceInside as denytrace } from './run-inside.ts'

const store = `duckdb:${join(mkdtempSync(join(tmpdir(), 'denytrace-verify-')), 'store.duckdb')}`
const ROLE = 'arn:aws:iam::111122223333:role/ci/deploy'

const call = (eventID: string, hour: number, bucket: string, key: string | undefined, more: object = {}) => ({
  eventVersion: '1.11',
  userIdentity: {
    type: 'AssumedRole',
    arn: `arn:aws:sts::111122223333:assumed-role/deploy/run-${hour}`,
    accountId: '111122223333',
    sessionContext: { sessionIssuer: { type: 'Role', arn: ROLE } },
  },
  eventTime: `2026-04-27T${hour}:00:00Z`,
  eventSource: 's3.amazonaws.com',
  eventName: key === undefined ? 'PutBucketTagging' : 'PutObject',
  awsRegion: 'us-east-1',
  requestParameters: { bucketName: bucket, ...(key === undefined ? {} : { key }) },
  requestID: `request-${eventID}`,
  eventID,
  recipientAccountId: '111122223333',
  ...more,
})
const REFUSED = { errorCode: 'AccessDenied', errorMessage: 'Access Denied' }

const answer = async (args: readonly string[], expected = 0, stdin = '') => {
  const { code, out, err } = await denytrace([...args, '--store', store, '--format', 'json'], { stdin })
  assert.equal(code, expected, `${err}${out}`)
  return JSON.parse(out) as { status: string; why: string; commands: string[]; events: { time: string }[] }
}

test('a success that the store kept confirms a call on one resource, and no call on one of many', async () => {
  const records = [
    call('bucket-denied', 10, 'b', undefined, REFUSED),
    call('bucket-allowed', 12, 'b', undefined),
    call('again-denied', 10, 'c', undefined, REFUSED),
    call('again-allowed', 12, 'c', undefined),
    call('again-denied-2', 13, 'c', undefined, REFUSED),
    call('object-denied', 10, 'b', 'one', REFUSED),
    call('object-allowed', 12, 'b', 'other'),
    call('silent-denied', 10, 'd', undefined, REFUSED),
  ]
  await answer(['ingest', '-', '--successes'], 0, JSON.stringify({ Records: records }))
  const confirmed = await answer(['verify', '--denial', 'bucket-denied'])
  assert.equal(confirmed.status, 'confirmed')
  assert.deepEqual(
    confirmed.events.map(({ time }) => time),
    ['2026-04-27T12:00:00Z'],
  )
  assert.equal(
    (await answer(['verify', '--denial', 'bucket-denied', '--after', '2026-04-27T12:00:00Z'], 4)).status,
    'no-evidence',
  )
  assert.equal((await answer(['verify', '--denial', 'again-denied'], 1)).status, 'still-denied')
  const object = await answer(['verify', '--denial', 'object-denied'], 4)
  assert.equal(object.status, 'no-evidence')
  assert.ok(object.commands.includes('denytrace verify --denial object-denied --events trail'), 'what would bring it')
  assert.ok(!object.commands.some((one) => one.includes('--successes')), 'what would not')
  const silent = await answer(['verify', '--denial', 'silent-denied'], 4)
  assert.ok(silent.commands.some((one) => one.includes('--successes')))
})
