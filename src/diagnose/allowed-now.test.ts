import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readDenials } from '#intake/read.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'
import { diagnose } from './diagnose.ts'
import type { PolicySource } from './diagnosis.ts'

const ROLE = 'arn:aws:iam::111122223333:role/app'
const QUEUE = 'arn:aws:sqs:us-east-1:111122223333:orders'
const SENTENCE = `User: arn:aws:sts::111122223333:assumed-role/app/s is not authorized to perform: sqs:SendMessage on resource: ${QUEUE} because no identity-based policy allows the sqs:SendMessage action`

function sourceWith(action: string, collectedAt: string, isReadNow?: true): PolicySource {
  const files = {
    'meta.json': { collectedAt, tool: 't', coverage: [{ part: '', state: 'complete' }] },
    'organization.json': null,
    'accounts/111122223333/authorization-details.json': {
      UserDetailList: [],
      GroupDetailList: [],
      Policies: [],
      RoleDetailList: [
        {
          RoleName: 'app',
          Path: '/',
          Arn: ROLE,
          RoleId: 'AROAEXAMPLE',
          AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
          RolePolicyList: [
            {
              PolicyName: 'p',
              PolicyDocument: {
                Version: '2012-10-17',
                Statement: { Effect: 'Allow', Action: action, Resource: QUEUE },
              },
            },
          ],
          AttachedManagedPolicies: [],
          Tags: [],
        },
      ],
    },
  }
  const snapshot = readSnapshot(new Map(Object.entries(files).map(([path, value]) => [path, JSON.stringify(value)])))
  return { kind: 'snapshot', snapshot, ...(isReadNow === true ? { isReadNow } : {}) }
}

const NOW = '2026-12-01T15:03:22.123Z'

function statusOf(source: PolicySource, time: string | null = null) {
  const denials = readDenials(SENTENCE).denials.map((denial) => ({ ...denial, time }))
  const [diagnosis] = diagnose({ denials, events: [] }, source).diagnoses
  assert.ok(diagnosis)
  return diagnosis
}

describe('a denial whose policies were changed since (R-ADV-15)', () => {
  it('is allowed now when policies read from AWS for it allow the call', () => {
    const { status, summary, causes } = statusOf(sourceWith('sqs:SendMessage', NOW, true))
    assert.equal(status, 'allowed-now')
    assert.deepEqual(causes, [])
    assert.match(summary, /is allowed now\. The policies allow the call, as read at 2026-12-01 15:03 UTC\./)
  })

  it('is allowed now when a snapshot that is newer than the denial allows the call', () => {
    assert.equal(statusOf(sourceWith('sqs:SendMessage', NOW), '2026-12-01T10:03:00Z').status, 'allowed-now')
  })

  it('is not allowed now when nothing shows that the policies are newer', () => {
    assert.equal(statusOf(sourceWith('sqs:SendMessage', NOW)).status, 'contradicted')
    assert.equal(statusOf(sourceWith('sqs:SendMessage', NOW), '2026-12-01T16:00:00Z').status, 'contradicted')
  })

  it('is not allowed now when the policies still deny the call', () => {
    assert.equal(statusOf(sourceWith('sqs:ReceiveMessage', NOW, true)).status, 'explained')
  })
})
