/** What a fix is replayed on beside the diagnosis is said: a key that nobody gave may let another statement refuse the fixed call. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lineWithFiles } from '#app/beside/line-files.ts'
import { searchEvidence, shownResult, wholeResult } from '#app/diagnose.ts'

const DENIED =
  'An error occurred (AccessDenied) when calling the PutObject operation: User: arn:aws:sts::111122223333:assumed-role/etl/job is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::lake-raw/a.parquet" with an explicit deny in a resource-based policy'

const deny = (Sid: string, Condition: object) => ({
  Sid,
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:PutObject',
  Resource: 'arn:aws:s3:::lake-raw/*',
  Condition,
})
const UNENCRYPTED = deny('Unencrypted', { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } })
const OF_OTHERS = deny('OfOthers', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-abc1234567' } })

async function assumedWith(...Statement: readonly object[]) {
  const text = JSON.stringify({ Version: '2012-10-17', Statement })
  const line = { text: DENIED, files: [{ name: 'bucket.json', text, as: 'resource-policy' }] }
  const { evidence } = await lineWithFiles(line, { kind: 'none' })
  const searched = searchEvidence(evidence)
  return [shownResult(searched), wholeResult(searched)].map(({ diagnoses: [diagnosis] }) =>
    diagnosis?.assumptions
      .filter(({ from }) => from.startsWith('the fix'))
      .map(({ fact, value }) => `${fact} ${value}`),
  )
}

test('a key that another Deny hangs on is an assumption of the fix, on the screen and in JSON', async () => {
  const told = ['aws:PrincipalOrgID o-abc1234567']
  assert.deepEqual(await assumedWith(UNENCRYPTED, OF_OTHERS), [told, told])
})

test('a key that the fix itself sets is none, nor one that no statement at hand asks for', async () => {
  assert.deepEqual(await assumedWith(UNENCRYPTED), [[], []])
})
