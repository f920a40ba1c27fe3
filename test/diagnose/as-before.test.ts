/** "As it was yesterday": where older policies allowed it, the very element that changed is put back, and no more. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { diagnoseToShow } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import type { Scenario } from '#engine/scenario.ts'

const document = (...Statement: readonly unknown[]) => ({ Version: '2012-10-17', Statement })
const READ = {
  Sid: 'Read',
  Effect: 'Allow',
  Action: ['s3:GetObject', 's3:GetObjectTagging'],
  Resource: 'arn:aws:s3:::files/*',
}
const LIST = { Sid: 'List', Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::files' }
const inline = (...statements: readonly unknown[]): Scenario['policies'] => ({
  identityPolicies: [{ name: 'reader', document: document(...statements) }],
})

const ROLE = 'arn:aws:sts::111122223333:assumed-role/app/run'
const TEXT = `User: ${ROLE} is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::files/a.txt because no identity-based policy allows the s3:GetObject action`

function fixed(text: string, now: Scenario['policies'], then: Scenario['policies']) {
  const scenario = (policies: Scenario['policies']) => ({ policies }) as Scenario
  const { diagnoses } = diagnoseToShow(
    rawEvidence(text),
    { kind: 'scenario', scenario: scenario(now) },
    { older: { name: 'yesterday', policySource: { kind: 'scenario', scenario: scenario(then) } } },
  )
  const fix = diagnoses.find(({ denial }) => denial.kind === 'aws-access-denied')?.fixes[0]
  return {
    id: fix?.id,
    does: fix?.changes[0]?.does ?? '',
    patch: fix?.changes.flatMap(({ patch }) => patch),
    proof: fix?.proof,
  }
}

describe('what changed since is put back first', () => {
  test('one action of a list, though another left it, too', () => {
    const { id, patch, does, proof } = fixed(
      TEXT,
      inline({ ...READ, Action: ['s3:GetBucketLocation'] }, LIST),
      inline(READ, LIST),
    )
    assert.equal(id, 'put-back-identity-policy.exact')
    assert.deepEqual(patch, [{ op: 'add', path: '/Statement/0/Action/-', value: 's3:GetObject' }])
    assert.match(does, /^put back Action in statement 1 "Read" of `reader` as it was in yesterday$/)
    // It was for all objects then: what that opens is told.
    assert.equal(proof?.status, 'refuted')
    assert.ok((proof?.beyond ?? []).length > 0)
  })

  test('a resource, and not the description of another statement', () => {
    const { patch } = fixed(
      TEXT,
      inline(
        { ...READ, Resource: 'arn:aws:s3:::other/*' },
        { ...LIST, Action: ['s3:ListBucket', 's3:ListBucketVersions'] },
      ),
      inline(READ, LIST),
    )
    assert.deepEqual(patch, [{ op: 'replace', path: '/Statement/0/Resource', value: 'arn:aws:s3:::files/*' }])
  })

  test('an element of the one statement of a document, which holds it without a list', () => {
    const lone = (Action: string): Scenario['policies'] => ({
      identityPolicies: [{ name: 'reader', document: { Version: '2012-10-17', Statement: { ...READ, Action } } }],
    })
    const { patch, does } = fixed(TEXT, lone('s3:PutObject'), lone('s3:GetObject'))
    assert.deepEqual(patch, [{ op: 'replace', path: '/Statement/Action', value: 's3:GetObject' }])
    assert.match(does, /^put back Action in statement 1 "Read" of `reader`/)
  })

  test('one statement among others that only changed their order', () => {
    const many = Array.from({ length: 30 }, (_, i) => ({
      Sid: `S${i}`,
      Effect: 'Allow',
      Action: 'sns:Publish',
      Resource: `arn:aws:sns:us-east-1:111122223333:t${i}`,
    }))
    const { patch } = fixed(TEXT, inline(...many), inline(READ, ...many.toReversed()))
    assert.deepEqual(patch, [{ op: 'add', path: '/Statement/-', value: READ }])
  })

  test('a statement that is gone', () => {
    const { patch } = fixed(TEXT, inline(LIST), inline(READ, LIST))
    assert.deepEqual(patch, [{ op: 'add', path: '/Statement/-', value: READ }])
  })

  test('an inline policy that is gone', () => {
    const { patch, id } = fixed(TEXT, { identityPolicies: [] }, inline(READ))
    assert.equal(id, 'put-back-identity-policy.exact')
    assert.deepEqual(patch, [{ op: 'add', path: '', value: document(READ) }])
  })

  test('a Deny that came goes again; what else came stays', () => {
    const deny = { Sid: 'No', Effect: 'Deny', Action: 's3:*', Resource: '*' }
    const more = { Sid: 'More', Effect: 'Allow', Action: 's3:GetBucketAcl', Resource: 'arn:aws:s3:::files' }
    const { patch, proof } = fixed(
      TEXT.replace(/because.*/, 'with an explicit deny in an identity-based policy'),
      inline(READ, deny, more),
      inline(READ),
    )
    assert.deepEqual(patch, [{ op: 'remove', path: '/Statement/1' }])
    assert.equal(proof?.status, 'refuted')
  })

  test('a value of a guardrail’s condition', () => {
    const regions = (...values: readonly string[]) =>
      document(
        { Effect: 'Allow', Action: '*', Resource: '*' },
        {
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: { StringNotEquals: { 'aws:RequestedRegion': values } },
        },
      )
    const policies = (...values: readonly string[]): Scenario['policies'] => ({
      identityPolicies: [{ name: 'own', document: document({ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }) }],
      serviceControlPolicies: [{ target: 'r-1', policies: [{ name: 'regions', document: regions(...values) }] }],
    })
    const { patch, does } = fixed(
      `User: ${ROLE} is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:eu-west-1:111122223333:jobs with an explicit deny in a service control policy`,
      policies('us-east-1'),
      policies('us-east-1', 'eu-west-1'),
    )
    assert.deepEqual(patch, [
      { op: 'add', path: '/Statement/1/Condition/StringNotEquals/aws:RequestedRegion/-', value: 'eu-west-1' },
    ])
    assert.match(does, /Condition in statement 2/)
  })
})

describe('it is left', () => {
  test('where it was refused then, too', () => {
    const { id } = fixed(TEXT, inline(LIST), inline({ ...LIST, Sid: 'Other' }))
    assert.equal(id, 'identity-policy.exact')
  })

  test('where everything was allowed', () => {
    const { id } = fixed(TEXT, inline(LIST), inline({ Effect: 'Allow', Action: '*', Resource: '*' }, LIST))
    assert.equal(id, 'identity-policy.exact')
  })
})

test('who changed it and when is read off the records beside the denial', () => {
  const record = (more: object) => ({
    eventVersion: '1.08',
    awsRegion: 'us-east-1',
    eventType: 'AwsApiCall',
    recipientAccountId: '111122223333',
    ...more,
  })
  const session = (name: string, role: string) => ({
    type: 'AssumedRole',
    arn: `arn:aws:sts::111122223333:assumed-role/${role}/${name}`,
    accountId: '111122223333',
    sessionContext: { sessionIssuer: { type: 'Role', arn: `arn:aws:iam::111122223333:role/${role}`, userName: role } },
  })
  const text = JSON.stringify({
    Records: [
      record({
        eventTime: '2026-05-04T16:20:00Z',
        eventID: '11111111-1111-4111-8111-111111111111',
        eventSource: 'iam.amazonaws.com',
        eventName: 'PutRolePolicy',
        userIdentity: session('kim', 'platform'),
        requestParameters: { roleName: 'app', policyName: 'reader', policyDocument: JSON.stringify(document(LIST)) },
      }),
      record({
        eventTime: '2026-05-05T07:00:00Z',
        eventID: '22222222-2222-4222-8222-222222222222',
        eventSource: 's3.amazonaws.com',
        eventName: 'GetObject',
        userIdentity: session('run', 'app'),
        errorCode: 'AccessDenied',
        errorMessage: TEXT,
        requestParameters: { bucketName: 'files', key: 'a.txt' },
      }),
    ],
  })
  const { does } = fixed(text, inline(LIST), inline(READ, LIST))
  assert.match(
    does,
    /as it was in yesterday \(changed by arn:aws:sts::111122223333:assumed-role\/platform\/kim with iam:PutRolePolicy, 2026-05-04 16:20:00/,
  )
})
