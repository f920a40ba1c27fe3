/** What a request that a service makes as the caller has of the caller's own request (R-CTX-10, R-CTX-16, R-PASS-04). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DEFAULT_READINGS } from '#iam/readings.ts'
import type { Request } from '#iam/request.ts'
import { type DependentAction, forwardedRequest, permissionRequest, actionAndResource } from './forward-session.ts'

const A = '111122223333'
const R = 'eu-west-1'
const KEY = `arn:aws:kms:us-west-2:${A}:key/k1`
const DECRYPT: DependentAction = {
  action: 'kms:Decrypt',
  resource: KEY,
  resourceAccount: A,
  context: { 'kms:ViaService': 'x' },
}
const SESSION = `arn:aws:sts::${A}:assumed-role/deploy/ci`

const outer = (request: Partial<Request> = {}): Request => ({
  principal: SESSION,
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::b/k',
  ...request,
})
const forwarded = (request: Partial<Request> = {}, dependent = DECRYPT) =>
  forwardedRequest(outer(request), 's3.amazonaws.com', dependent, DEFAULT_READINGS)
const permission = (request: Partial<Request> = {}, dependent = DECRYPT) => permissionRequest(outer(request), dependent)

const AWAY = { 'aws:SourceVpce': null, 'aws:SourceVpc': null, 'aws:VpcSourceIp': null, 'aws:VpceAccount': null }
const VIA = {
  'aws:ViaAWSService': true,
  'aws:CalledVia': ['s3.amazonaws.com'],
  'aws:CalledViaFirst': 's3.amazonaws.com',
  'aws:CalledViaLast': 's3.amazonaws.com',
}

describe('a forwarded request', () => {
  it('is the same principal’s, on the resource asked for, with the keys of the service and no endpoint', () => {
    assert.deepEqual(forwarded(), {
      principal: SESSION,
      action: 'kms:Decrypt',
      resource: KEY,
      resourceAccount: A,
      context: { ...AWAY, ...VIA, 'kms:ViaService': 'x' },
    })
  })

  for (const key of `aws:SourceIp aws:CurrentTime aws:EpochTime aws:TokenIssueTime aws:SourceIdentity
    aws:FederatedProvider aws:PrincipalOrgID aws:PrincipalOrgPaths aws:username aws:userid aws:MultiFactorAuthPresent
    aws:PrincipalTag/team AWS:SOURCEIP aws:principaltag/Team`.split(/\s+/))
    it(`carries ${key}`, () => {
      assert.equal(forwarded({ context: { [key]: 'v' } }).context?.[key], 'v')
      assert.equal(permission({ context: { [key]: 'v' } }).context?.[key], 'v')
    })

  for (const key of `aws:SourceVpce aws:SourceVpc aws:VpcSourceIp aws:VpceAccount`.split(' '))
    it(`does not carry ${key}`, () => assert.equal(forwarded({ context: { [key]: 'v' } }).context?.[key], null))

  for (const key of `s3:prefix aws:UserAgent aws:Referer aws:SecureTransport aws:ResourceTag/a aws:RequestTag/a aws:TagKeys
    aws:SourceArn kms:x aws:PrincipalTagX`.split(/\s+/))
    it(`does not carry ${key}, which is the first request’s own`, () => {
      assert.ok(!Object.hasOwn(forwarded({ context: { [key]: 'v' } }).context ?? {}, key))
      assert.ok(!Object.hasOwn(permission({ context: { [key]: 'v' } }).context ?? {}, key))
    })

  it('has absent what a complete context would have listed, and no tags where none were given', () => {
    const { context, contextComplete, principalTags } = forwarded({ contextComplete: true })
    for (const key of `aws:SourceIp aws:SourceIdentity aws:FederatedProvider aws:MultiFactorAuthPresent
      aws:MultiFactorAuthAge`.split(/\s+/))
      assert.equal(context?.[key], null, key)
    assert.ok(!Object.hasOwn(context ?? {}, 'aws:CurrentTime'))
    assert.deepEqual(principalTags, {})
    assert.equal(contextComplete, undefined, 'the keys of the second service are not known')
    const listed = forwarded({ contextComplete: true, context: { 'aws:sourceip': '203.0.113.1' } }).context
    assert.equal(listed?.['aws:sourceip'], '203.0.113.1')
    assert.ok(!Object.hasOwn(listed ?? {}, 'aws:SourceIp'))
  })

  it('has nothing absent where the context is not complete', () => {
    const { context, principalTags } = forwarded({ contextComplete: false })
    assert.ok(!Object.hasOwn(context ?? {}, 'aws:SourceIp'))
    assert.equal(principalTags, undefined)
    assert.deepEqual(forwarded({ principalTags: { a: 'b' } }).principalTags, { a: 'b' })
  })

  it('keeps what is known of the principal', () => {
    const principalDetails = { roleArn: `arn:aws:iam::${A}:role/deploy` }
    assert.deepEqual(forwarded({ principalDetails }).principalDetails, principalDetails)
    assert.ok(!Object.hasOwn(forwarded(), 'principalDetails'))
  })

  it('is without MFA where a user’s long-term key had none (R-CTX-16)', () => {
    const mfa = (request: Partial<Request>) => forwarded(request).context?.['aws:MultiFactorAuthPresent']
    const principal = `arn:aws:iam::${A}:user/ann`
    assert.equal(mfa({ principal, context: { 'aws:MultiFactorAuthPresent': null } }), false)
    assert.equal(mfa({ principal, contextComplete: true }), false)
    assert.equal(mfa({ principal }), undefined)
    assert.equal(mfa({ principal, context: { 'aws:MultiFactorAuthPresent': true } }), true)
    assert.equal(mfa({ principal, contextComplete: true, context: { 'aws:MultiFactorAuthPresent': true } }), true)
    assert.equal(mfa({ contextComplete: true }), null, 'a role’s session')
    assert.equal(mfa({ context: { 'aws:MultiFactorAuthPresent': null } }), null)
  })

  it('takes the Region of its own resource; else that of the call (R-CTX-10)', () => {
    const region = (request: Partial<Request>, dependent: Partial<DependentAction> = {}) =>
      forwarded(request, { ...DECRYPT, ...dependent }).context?.['aws:RequestedRegion']
    const queue = `arn:aws:sqs:${R}:${A}:q`
    const here = { 'aws:RequestedRegion': 'eu-north-1' }
    assert.equal(region({ context: here }), undefined, 'the key’s ARN tells it')
    assert.equal(region({ context: here }, { resource: null }), 'eu-north-1')
    assert.equal(region({ context: here, resource: queue }, { resource: null }), 'eu-north-1')
    assert.equal(region({ resource: queue }, { resource: null }), R)
    assert.equal(region({ resource: queue }, { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' }), R)
    assert.equal(region({ resource: [queue] }, { resource: null }), undefined)
    assert.equal(region({}, { resource: null }), undefined)
    assert.equal(region({ context: here }, { action: 'iam:PassRole', resource: null }), undefined, 'IAM has none')
  })
})

describe('a permission that is checked with a call (R-PASS-04)', () => {
  it('is no call of a service', () => {
    const { context } = permission()
    for (const key of Object.keys(VIA)) assert.ok(!Object.hasOwn(context ?? {}, key), key)
    assert.deepEqual(context, { ...AWAY, 'kms:ViaService': 'x' })
  })
  for (const key of ['aws:SourceVpce', 'aws:SourceVpc', 'aws:VpcSourceIp', 'aws:VpceAccount', 'aws:sourcevpce'])
    it(`leaves the network open where the call came with ${key}`, () => {
      const { context } = permission({ context: { [key]: 'v' } })
      for (const networkKey of ['aws:SourceVpce', 'aws:SourceVpc', 'aws:VpcSourceIp'])
        assert.deepEqual(context?.[networkKey], { state: 'unknown' }, networkKey)
      for (const none of [null, []])
        assert.equal(permission({ context: { [key]: none } }).context?.['aws:SourceVpce'], null)
    })
})

it('a further request names the owner of its resource only where that is known', () => {
  assert.deepEqual(actionAndResource({ action: 'a:B', resource: null, context: {} }), { action: 'a:B', resource: null })
  assert.deepEqual(actionAndResource(DECRYPT), { action: 'kms:Decrypt', resource: KEY, resourceAccount: A })
})
