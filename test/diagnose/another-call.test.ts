/** Where nobody says who called, nothing is granted to a caller who was assumed; the policies may still show another call (R-EVID-12). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnoseEvidence } from '#app/diagnose.ts'
import { readDenials } from '#intake/read.ts'

const allow = (rest: object) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...rest }] })

function firstFix(text: string, document: object, request: object = {}) {
  const scenario = { request, policies: { resourcePolicy: { document, name: 'given' } } }
  const { denials } = readDenials(text)
  const evidence = { denials, events: [], policySource: { kind: 'scenario', scenario } as never }
  const [diagnosis] = diagnoseEvidence(evidence).diagnoses
  assert.ok(diagnosis !== undefined)
  return diagnosis.fixes[0]
}

const PUT = 'An error occurred (AccessDenied) when calling the PutObject operation: Access Denied'
const objects = { Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::photos/*' }

test('what a condition asks of every caller is sent, and nothing is granted', () => {
  const fix = firstFix(PUT, allow({ ...objects, Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1a2b3c4d' } } }))
  assert.match(fix?.title ?? '', /from VPC `vpc-1a2b3c4d`, through an endpoint/)
  assert.deepEqual(
    fix?.changes.map(({ kind }) => kind),
    ['edit-request'],
  )
  assert.equal(fix.proof, null)
})

test('a condition on what a caller cannot send shows no other call', () => {
  const ofOrganization = { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorg1' } }
  assert.equal(firstFix(PUT, allow({ ...objects, Condition: ofOrganization })), undefined)
})

test('a pattern in a condition is no value to send', () => {
  const fix = firstFix(PUT, allow({ ...objects, Condition: { StringLike: { 'aws:SourceVpc': 'vpc-*' } } }))
  assert.equal(fix, undefined)
})

// R-COND-05: a private address is never under aws:SourceIp; the id of a VPC is no endpoint; nobody takes MFA away to be let in.
test('a value that no request has, or that protects, is not sent', () => {
  for (const Condition of [
    { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
    { StringEquals: { 'aws:SourceVpce': 'vpc-1a2b3c4d' } },
    { Bool: { 'aws:MultiFactorAuthPresent': 'false' } },
  ])
    assert.equal(firstFix(PUT, allow({ ...objects, Condition })), undefined, JSON.stringify(Condition))
})

test('a public address that a condition asks of every caller is one to call from', () => {
  const fix = firstFix(PUT, allow({ ...objects, Condition: { IpAddress: { 'aws:SourceIp': '198.51.100.0/24' } } }))
  assert.match(fix?.title ?? '', /from an address in 198\.51\.100\.0\/24/)
})

const WEB_IDENTITY = 'Error: Not authorized to perform sts:AssumeRoleWithWebIdentity'
const ROLE = { resource: 'arn:aws:iam::111122223333:role/deploy' }

// https://github.com/aws-actions/configure-aws-credentials: the second role of a chain is assumed with the first's credentials.
test('a role that trusts another role alone is assumed with that role, and not with a token', () => {
  const first = 'arn:aws:iam::111122223333:role/first'
  const trust = allow({ Principal: { AWS: first }, Action: 'sts:AssumeRole' })
  assert.match(firstFix(WEB_IDENTITY, trust, ROLE)?.title ?? '', /credentials of arn:aws:iam::111122223333:role\/first/)
})

test('a role that trusts a provider, or everything in the account, is in no chain', () => {
  const provider = 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com'
  const both = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:role/first' }, Action: 'sts:AssumeRole' },
      { Effect: 'Allow', Principal: { Federated: provider }, Action: 'sts:AssumeRoleWithWebIdentity' },
    ],
  }
  const account = allow({ Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'sts:AssumeRole' })
  for (const trust of [both, account])
    assert.doesNotMatch(firstFix(WEB_IDENTITY, trust, ROLE)?.title ?? '', /credentials of/)
})

// https://docs.aws.amazon.com/cli/latest/reference/s3/cp.html, --copy-props
test('a copy between buckets may leave out the tags', () => {
  const readable = allow({ Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*' })
  const text =
    'copy failed: s3://photos/a.jpg to s3://mine/a.jpg An error occurred (AccessDenied) when calling the GetObjectTagging operation: Access Denied'
  assert.match(firstFix(text, readable)?.title ?? '', /--copy-props metadata-directive/)
})
