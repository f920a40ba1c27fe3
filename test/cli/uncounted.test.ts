/** A denial that is named by an event of it that does not count: the owner's, one that was corrected, a text. */
import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { denytraceInside as denytrace } from './run-inside.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-uncounted-'))
const KEY = 'arn:aws:kms:us-east-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab'
const SESSION = 'arn:aws:sts::111122223333:assumed-role/reader/ci'

const caller = {
  type: 'AssumedRole',
  arn: SESSION,
  accountId: '111122223333',
  sessionContext: { sessionIssuer: { type: 'Role', arn: 'arn:aws:iam::111122223333:role/ci/reader' } },
}

const event = (eventID: string, more: object = {}) => ({
  eventVersion: '1.11',
  userIdentity: caller,
  eventTime: '2026-04-27T10:03:00Z',
  eventSource: 'kms.amazonaws.com',
  eventName: 'Decrypt',
  awsRegion: 'us-east-1',
  errorCode: 'AccessDenied',
  errorMessage: `User: ${SESSION} is not authorized to perform: kms:Decrypt on resource: ${KEY} because no resource-based policy allows the kms:Decrypt action`,
  requestParameters: { keyId: KEY },
  requestID: '11111111-2222-4333-8444-555555555555',
  eventID,
  sharedEventID: 'shared-1',
  recipientAccountId: '111122223333',
  ...more,
})
const owner = event('owner-1', {
  userIdentity: { type: 'AWSAccount', principalId: 'AROAEXAMPLEREADER001:ci', accountId: '111122223333' },
  recipientAccountId: '444455556666',
})
const other = event('other-1', { sharedEventID: 'shared-2', eventName: 'Encrypt', errorMessage: 'x' })

const store = `duckdb:${join(folder, 'store.duckdb')}`
const answer = async (args: readonly string[], stdin = '', expected = 0) => {
  const { code, out, err } = await denytrace([...args, '--store', store, '--format', 'json'], { stdin })
  assert.equal(code, expected, err)
  return JSON.parse(out) as Record<string, unknown>
}

test('an event that does not count is marked, verified and tested as the one that does', async () => {
  const records = [event('caller-1'), owner, other]
  assert.equal((await answer(['ingest', '-'], JSON.stringify({ Records: records })))['new'], 2)
  const marked = (id: string) => answer(['denials', 'mark', id, 'noise']).then((one) => one['marked'])
  const [mark] = (await marked('owner-1')) as { principalKey: string; action: string }[]
  assert.equal(mark?.principalKey, 'arn:aws:iam::111122223333:role/ci/reader')
  assert.equal(((await marked('owner-1')) as object[]).length, 1, 'the other call of the request is another')

  const later = event('caller-2', { eventTime: '2026-04-27T11:00:00Z', requestID: 'later', sharedEventID: 'shared-3' })
  await answer(['ingest', '-'], JSON.stringify({ Records: [later] }))
  assert.equal((await answer(['verify', '--denial', 'owner-1'], '', 1))['status'], 'still-denied')
  const { code, out, err } = await denytrace(['test', '--from-denial', '--denial', 'owner-1', '--store', store])
  assert.equal(code, 0, err)
  assert.match(out, /kms:Decrypt/)
})
