/** Another request is proposed only where whoever makes the call can make it, and where it can work (R-ADV-06, R-ADV-07). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnoseToShow } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { Request } from '#iam/request.ts'
import { firstFix } from './diagnosed.ts'
import { fixesOf } from './on-paper.ts'

const A = '111122223333'
const ROLE = `arn:aws:iam::${A}:role/app`
const ALL = { Effect: 'Allow', Action: '*', Resource: '*' }
const when = (operator: string, key: string, value: string | readonly string[]) => ({ [operator]: { [key]: value } })
const denyIf = (Condition: object) => ({ Effect: 'Deny', Action: '*', Resource: '*', Condition })

const scenario = (request: Partial<Request>, ...Statement: readonly object[]): Scenario => ({
  request: {
    principal: `arn:aws:sts::${A}:assumed-role/app/s1`,
    principalDetails: { roleArn: ROLE },
    principalTags: { team: 'red' },
    action: 'sqs:SendMessage',
    resource: `arn:aws:sqs:us-east-1:${A}:q`,
    context: {},
    contextComplete: true,
    ...request,
  },
  policies: {
    complete: true,
    identityPolicies: [{ name: 'p', document: { Version: '2012-10-17', Statement } }],
  },
  organization: null,
})

/** What the fixes that change the request do. */
const requests = (asked: Scenario): readonly string[] =>
  fixesOf(asked).flatMap(({ changes }) =>
    changes.filter(({ policy }) => policy === 'the request').map(({ does }) => does),
  )

describe('no change of the request is', () => {
  it('the service that a role is passed to', () => {
    const pass = { action: 'iam:PassRole', resource: `arn:aws:iam::${A}:role/task` }
    const context = { 'iam:PassedToService': 'ec2.amazonaws.com' }
    const toEcs = { ...ALL, Condition: when('StringEquals', 'iam:PassedToService', 'ecs-tasks.amazonaws.com') }
    assert.deepEqual(requests(scenario({ ...pass, context }, toEcs)), [])
  })

  it('a session tag, unless the trust policy is known to allow tags', () => {
    const forFinance = { ...ALL, Condition: when('StringEquals', 'aws:PrincipalTag/team', 'finance') }
    assert.deepEqual(requests(scenario({}, forFinance)), [])
    const same = { ...ALL, Condition: when('StringEquals', 'aws:ResourceTag/team', '${aws:PrincipalTag/team}') }
    assert.deepEqual(requests(scenario({ context: { 'aws:ResourceTag/team': 'blue' } }, same)), [])
  })

  it('the id of a VPC for an endpoint, or of an endpoint for a VPC', () => {
    const context = { 'aws:SourceVpce': 'vpce-2', 'aws:SourceVpc': 'vpc-2' }
    for (const [key, id] of [
      ['aws:SourceVpce', 'vpc-1'],
      ['aws:SourceVpc', 'vpce-1'],
    ] as const)
      assert.deepEqual(requests(scenario({ context }, { ...ALL, Condition: when('StringEquals', key, id) })), [], key)
    const possible = { ...ALL, Condition: when('StringEquals', 'aws:SourceVpce', 'vpce-1') }
    assert.equal(requests(scenario({ context }, possible)).length, 1)
  })

  it('the tag of a user', () => {
    const forFinance = { ...ALL, Condition: when('StringEquals', 'aws:PrincipalTag/team', 'finance') }
    assert.deepEqual(requests(scenario({ principal: `arn:aws:iam::${A}:user/ann` }, forFinance)), [])
  })

  it('a private address, which aws:SourceIp never holds (R-COND-05)', () => {
    const context = { 'aws:SourceIp': '198.51.100.7' }
    const office = (...ranges: string[]) => denyIf(when('NotIpAddress', 'aws:SourceIp', ranges))
    assert.deepEqual(requests(scenario({ context }, ALL, office('10.0.0.0/8'))), [])
    const allowed = { ...ALL, Condition: when('IpAddress', 'aws:SourceIp', ['192.168.0.0/16', '203.0.113.0/24']) }
    const offered = requests(scenario({ context }, allowed))
    assert.deepEqual(offered, ['send the request from an address in 203.0.113.0/24'])
  })

  it('TLS, unless the evidence shows a call without it', () => {
    const tls = denyIf(when('Bool', 'aws:SecureTransport', 'false'))
    assert.deepEqual(requests(scenario({ context: { 'aws:SecureTransport': false } }, ALL, tls)), [
      'send the request over TLS',
    ])
    const { request } = scenario({ contextComplete: false, action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' })
    const Statement = [{ ...tls, Principal: '*', Action: 's3:*' }]
    const resourcePolicy = { name: 'bucket policy', kind: 'bucket', document: { Version: '2012-10-17', Statement } }
    const text = `User: ${request.principal} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/k"`
    const given = { kind: 'scenario', scenario: { request, policies: { resourcePolicy } } } as const
    const shown = diagnoseToShow({ ...rawEvidence(text), policySource: given })
    const does = shown.diagnoses.flatMap(({ fixes }) =>
      fixes.flatMap(({ changes }) => changes.map((change) => change.does)),
    )
    assert.deepEqual(does, [])
  })

  it('what a service sends on behalf of the caller', () => {
    const decrypt = { action: 'kms:Decrypt', resource: `arn:aws:kms:us-east-1:${A}:key/1` }
    const wants = { ...ALL, Condition: when('StringEquals', 'kms:EncryptionContext:app', 'a') }
    const Statement = [{ ...ALL, Principal: { AWS: `arn:aws:iam::${A}:root` } }]
    const resourcePolicy = { name: 'k', kind: 'key', document: { Version: '2012-10-17', Statement } }
    const asked = (context: Request['context']): Scenario => {
      const plain = scenario({ ...decrypt, ...(context === undefined ? {} : { context }) }, wants)
      return { ...plain, policies: { ...plain.policies, resourcePolicy } }
    }
    assert.deepEqual(requests(asked({})), ['pass the encryption context app=a'])
    assert.deepEqual(requests(asked({ 'kms:ViaService': 's3.us-east-1.amazonaws.com' })), [])
    assert.deepEqual(requests(asked({ 'aws:CalledVia': ['athena.amazonaws.com'] })), [])
  })

  it('a key that the service never sends with the action', () => {
    const wants = { ...ALL, Condition: when('StringEquals', 's3:prefix', 'a/') }
    const get = { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k', resourceAccount: A }
    assert.deepEqual(requests(scenario(get, wants)), [])
  })
})

it('a VPC comes before an address for code that runs as a role, and not for a person', () => {
  const outside = denyIf({
    ...when('NotIpAddressIfExists', 'aws:SourceIp', '203.0.113.0/24'),
    ...when('StringNotEqualsIfExists', 'aws:SourceVpc', 'vpc-0a1b2c3d4e5f60718'),
  })
  const toVpc = 'send the request from VPC `vpc-0a1b2c3d4e5f60718`, through an endpoint in it'
  const fromAddress = 'send the request from an address in 203.0.113.0/24'
  const context = { 'aws:SourceIp': '198.51.100.7' }
  assert.deepEqual(requests(scenario({ context }, ALL, outside)), [toVpc, fromAddress])
  const user = { principal: `arn:aws:iam::${A}:user/ann`, principalDetails: {}, context }
  assert.deepEqual(requests(scenario(user, ALL, outside)), [fromAddress, toVpc])
})

it('a key behind a service, which nobody names, may be of the account whose secret the policy names (R-KMS-05)', () => {
  const text = 'Secrets Manager Error Message: AccessDeniedException: Access to KMS is not allowed'
  const keyFor = (account: string): string => {
    const secret = `arn:aws:secretsmanager:eu-central-1:${account}:secret:shared/token-AbCdEf`
    const { request, policies } = scenario(
      { action: 'kms:Decrypt', resource: null, contextComplete: false },
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secret },
    )
    const held = { identityPolicies: policies?.identityPolicies ?? null }
    const given = { kind: 'scenario', scenario: { request, policies: held } } as const
    const shown = diagnoseToShow({ ...rawEvidence(text), policySource: given })
    return JSON.stringify(shown.diagnoses[0]?.fixes[0]?.changes[0]?.patch)
  }
  assert.match(keyFor('444455556666'), /arn:aws:kms:[^:]*:ACCOUNT_ID:key\/NAME/)
  assert.match(keyFor(A), /arn:aws:kms:[^:]*:111122223333:key\/NAME/)
})

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html (Require SSE-KMS for a bucket)
describe('a guardrail on the KMS key of an upload is met by naming a key (R-ADV-06)', () => {
  const upload = (test: object) => {
    const object = 'arn:aws:s3:::acme-vault/report.csv'
    const caller = `arn:aws:sts::${A}:assumed-role/writer/s1`
    const text =
      'An error occurred (AccessDenied) when calling the PutObject operation: ' +
      `User: ${caller} is not authorized to perform: s3:PutObject on resource: "${object}" with an explicit deny in a resource-based policy`
    const deny = { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::acme-vault/*' }
    return firstFix(text, { Version: '2012-10-17', Statement: [{ ...deny, Condition: test }] })
  }
  const KEY = 's3:x-amz-server-side-encryption-aws-kms-key-id'

  it('the key that the policy names', async () => {
    const arn = `arn:aws:kms:us-east-1:${A}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
    const { does, commands } = await upload(when('StringNotEquals', KEY, arn))
    assert.equal(does, `encrypt with KMS key ${arn} (SSE-KMS)`)
    assert.match(commands, new RegExp(`--server-side-encryption aws:kms --ssekms-key-id ${arn}$`))
  })

  it('any key, where the policy only asks for one', async () => {
    const { does, commands } = await upload(when('Null', KEY, 'true'))
    assert.equal(does, 'encrypt with a KMS key of your choice (SSE-KMS)')
    assert.match(commands, /--server-side-encryption aws:kms --ssekms-key-id VALUE$/)
  })
})
