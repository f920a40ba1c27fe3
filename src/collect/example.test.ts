import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { policiesInForce } from '#snapshot/in-force.ts'
import { loadSnapshot } from './folder.ts'

const EXAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'kms-behind-s3')
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-56ef-78ab-90cd-1234567890ef'
const upload = {
  principal: 'arn:aws:sts::111122223333:assumed-role/deploy-role/GitHubActions',
  action: 's3:PutObject',
  resource: 'arn:aws:s3:::prod-artifacts/releases/app.zip',
}

test('the example answers every layer of the upload but the session policy, which no snapshot holds', async () => {
  const snapshot = await loadSnapshot(join(EXAMPLE, 'snapshot'))
  const { policies, resources, request, notes } = policiesInForce(snapshot, upload)
  assert.deepEqual(Object.keys(policies).sort(), [
    'identityPolicies',
    'permissionsBoundary',
    'resourceControlPolicies',
    'resourcePolicy',
    'serviceControlPolicies',
    'serviceGuards',
  ])
  assert.deepEqual(
    policies.serviceControlPolicies?.map(({ target }) => target),
    ['r-ab12', 'ou-ab12-11111111', 'ou-ab12-22222222', '111122223333'],
  )
  assert.deepEqual(
    resources.map(({ arn }) => arn),
    [KEY],
  )
  assert.equal(request.resourceAccount, '111122223333')
  assert.deepEqual([notes, snapshot.problems], [[], []])
})

test('every statement of the example is cited with the line it starts at', async () => {
  const snapshot = await loadSnapshot(join(EXAMPLE, 'snapshot'))
  const { policies, resources } = policiesInForce(snapshot, upload)
  const cited = [
    ...(policies.identityPolicies ?? []),
    ...(policies.serviceControlPolicies ?? []).flatMap((level) => level.policies ?? []),
    ...(policies.resourcePolicy ? [policies.resourcePolicy] : []),
    ...resources.map((resource) => ({ document: resource.policy, file: resource.file, lines: resource.lines })),
  ].filter(({ file }) => file !== undefined)
  assert.equal(cited.length, 6)
  for (const { document, file = '', lines } of cited) {
    const text = readFileSync(join(EXAMPLE, 'snapshot', file), 'utf8').split('\n')
    const statements = (document as { Statement: readonly { Sid: string }[] }).Statement
    assert.equal(lines?.length, statements.length)
    for (const [index, { Sid }] of statements.entries())
      assert.equal((text[lines[index] ?? 0] ?? '').trim(), `"Sid": "${Sid}",`, file)
  }
})

test('the events of the example are the two of the incident, as CloudTrail delivers them', () => {
  const { Records } = JSON.parse(readFileSync(join(EXAMPLE, 'denial.json'), 'utf8')) as {
    Records: readonly Record<string, unknown>[]
  }
  assert.deepEqual(
    Records.map((record) => [record['eventTime'], record['eventName'], record['errorCode'] ?? null]),
    [
      ['2026-04-27T10:02:00Z', 'AssumeRoleWithWebIdentity', null],
      ['2026-04-27T10:03:00Z', 'PutObject', 'AccessDenied'],
    ],
  )
})
