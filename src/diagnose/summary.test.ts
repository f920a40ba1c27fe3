/** The summary of a call that is allowed here: a further request of its caller may be what was refused (R-HOP-01). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Policy, Resource, Scenario } from '#engine/scenario.ts'
import { readDenials } from '#intake/read.ts'
import { evidenceOf } from '#intake/parse-result.ts'
import { diagnose } from './diagnose.ts'

const A = '111122223333'
const CALLER = `arn:aws:sts::${A}:assumed-role/deploy/ci`
const KEY = `arn:aws:kms:eu-west-1:${A}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
const document = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement })
const allow = (...Action: readonly string[]) => ({ Effect: 'Allow', Action, Resource: '*' })
const policy = (...Statement: readonly object[]): Policy => ({ name: 'p', document: document(...Statement) })
const BUCKET: Resource = { arn: 'arn:aws:s3:::data', account: A, kind: 'bucket', attributes: { sseKmsKeyArn: KEY } }
const OPEN_KEY: Resource = {
  arn: KEY,
  account: A,
  kind: 'key',
  policy: document({ Effect: 'Allow', Principal: { AWS: A }, Action: 'kms:*', Resource: '*' }),
  attributes: { kmsGrants: [] },
}

const record = (errorMessage: string, more: object = {}): string =>
  JSON.stringify({
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      arn: CALLER,
      accountId: A,
      sessionContext: { sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${A}:role/deploy`, accountId: A } },
    },
    eventTime: '2026-11-01T10:00:00Z',
    eventSource: 's3.amazonaws.com',
    eventName: 'PutObject',
    awsRegion: 'eu-west-1',
    errorCode: 'AccessDenied',
    errorMessage,
    requestParameters: { bucketName: 'data', key: 'a.txt' },
    eventID: '00000000-0000-4000-8000-000000000001',
    ...more,
  })

function ask(identity: Policy, text: string, resources: readonly Resource[] = [BUCKET, OPEN_KEY]) {
  const scenario: Scenario = {
    request: { principal: CALLER, action: 's3:PutObject', resource: 'arn:aws:s3:::data/a.txt', resourceAccount: A },
    policies: { complete: true, identityPolicies: [identity] },
    resources,
  }
  const [diagnosis] = diagnose({
    ...evidenceOf(readDenials(text)),
    policySource: { kind: 'scenario', scenario },
  }).diagnoses
  assert.ok(diagnosis !== undefined)
  const shown = diagnosis.steps.map(({ relation, rule, request, decision }) =>
    [relation, rule, request.action, decision.decision].filter((part) => part !== undefined).join(' '),
  )
  return { ...diagnosis, shown: shown.filter((step) => !step.startsWith('before')) }
}

describe('an upload that is allowed here and was refused by words alone', () => {
  it('is told with the key that its caller is refused', () => {
    const { status, shown, summary } = ask(policy(allow('s3:*')), record('Access Denied'))
    // R-HOP-01: the denial of the key comes back as one of the upload.
    assert.equal(status, 'explained')
    assert.deepEqual(shown, ['denied G-01 kms:GenerateDataKey denied', 'next R-HOP-01 s3:PutObject allowed'])
    assert.equal(
      summary,
      `role deploy can't kms:GenerateDataKey on ${KEY}, which s3:PutObject needs: no identity policy of role deploy allows it.`,
    )
  })

  it('is a contradiction where nothing is refused', () => {
    const { summary } = ask(policy(allow('s3:*', 'kms:*')), record('Access Denied'))
    assert.match(summary, /, but the policies provided allow it: they have changed since the denial/)
  })

  it('is one where AWS names the upload itself', () => {
    const named = `User: ${CALLER} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::data/a.txt" because no identity-based policy allows the s3:PutObject action`
    assert.match(ask(policy(allow('s3:*')), record(named)).summary, /but the policies provided allow it/)
  })

  it('is one where only a further call of the client would be refused', () => {
    const text = record('Access Denied', { eventName: 'GetObject', userAgent: '[aws-cli/2.17 md/command#s3.sync]' })
    const { status, shown } = ask(policy(allow('s3:GetObject')), text, [{ ...BUCKET, attributes: {} }])
    assert.equal(status, 'contradicted')
    assert.deepEqual(shown, ['denied s3:GetObject allowed', 'next G-05 s3:ListBucket denied'])
  })

  it('is one where only a service would be refused', () => {
    const queue: Resource = { arn: `arn:aws:sqs:eu-west-1:${A}:q`, account: A, kind: 'queue', policy: null }
    const text = record('Access Denied', {
      eventName: 'PutBucketNotification',
      requestParameters: {
        bucketName: 'data',
        NotificationConfiguration: { QueueConfiguration: { Queue: queue.arn } },
      },
    })
    const { shown, summary } = ask(policy(allow('s3:*')), text, [{ ...BUCKET, attributes: {} }, queue])
    assert.deepEqual(shown, ['denied s3:PutBucketNotification allowed', 'next G-08 sqs:SendMessage denied'])
    assert.match(summary, /but the policies provided allow it/)
  })
})

it('an upload that is refused here is told with what comes next', () => {
  const { summary } = ask(policy(allow('s3:Get*')), record('Access Denied'))
  assert.match(
    summary,
    /^role deploy can't s3:PutObject on .*: no identity policy of role deploy allows it\. Next: kms:GenerateDataKey on .* will be denied too/,
  )
})

it('a role that a service may not assume is no denial of the caller, and no matter without policies either', () => {
  const text =
    'An error occurred (InvalidParameterValueException) when calling the CreateFunction operation: The role defined for the function cannot be assumed by Lambda.'
  const [diagnosis] = diagnose({ denials: readDenials(text).denials, events: [] }).diagnoses
  assert.match(diagnosis?.summary ?? '', /is no denial of the caller: the role that the call names lacks something/)
})

it('EC2’s short form points to its encoded message, which says what was refused (R-MSG-13)', () => {
  const said = (message: string) => {
    const text = `UnauthorizedOperation: You are not authorized to perform this operation. Encoded authorization failure message: ${message}`
    const [diagnosis] = diagnose({ denials: readDenials(text).denials, events: [] }).diagnoses
    return diagnosis?.summary ?? ''
  }
  assert.match(said('Ab1_'.repeat(20)), /`aws sts decode-authorization-message` decodes it, and so does `--decode`/)
  assert.match(said(`${'Ab1_'.repeat(20)}...`), /Provide a snapshot/, 'one that was cut cannot be decoded')
})

describe('a call that was allowed, with a request behind it that was refused', () => {
  it('is told by the actions of which one was refused, not by the call (R-MSG-33)', () => {
    const text =
      "An error occurred (ValidationException) when calling the CreateAgentRuntime operation: Access denied while validating ECR URI '111122223333.dkr.ecr.us-east-1.amazonaws.com/agent:latest'. The execution role requires permissions for ecr:GetAuthorizationToken, and ecr:BatchGetImage operations."
    const [diagnosis] = diagnose({ denials: readDenials(text).denials, events: [] }).diagnoses
    assert.match(diagnosis?.summary ?? '', /^someone can't ecr:GetAuthorizationToken or ecr:BatchGetImage/)
  })
})

describe('a service that could not assume a role', () => {
  it('is not asked in whose name it runs: `aws sts get-caller-identity` shows somebody else', () => {
    const text = 'The principal states.amazonaws.com is not authorized to assume the provided role.'
    const [diagnosis] = diagnose({ denials: readDenials(text).denials, events: [] }).diagnoses
    assert.deepEqual(diagnosis?.verify, [])
  })
})
