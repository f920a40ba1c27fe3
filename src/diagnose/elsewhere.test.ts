import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Request } from '#iam/request.ts'
import { byPrincipal, inAccount } from './elsewhere.ts'

const HERE = '111122223333'
const THERE = '444455556666'
const table = (account: string): string => `arn:aws:dynamodb:us-east-1:${account}:table/orders`
const request: Request = {
  principal: `arn:aws:sts::${HERE}:assumed-role/ops/ci`,
  principalDetails: { roleArn: `arn:aws:iam::${HERE}:role/team/ops`, userId: 'AROAEXAMPLE:ci' },
  principalTags: { team: 'a' },
  action: 'dynamodb:GetItem',
  resource: table(HERE),
  resourceAccount: HERE,
}

test('the principal of that name, its role and its own resource move to the other account', () => {
  const moved = inAccount(request, THERE)
  assert.equal(moved.principal, `arn:aws:sts::${THERE}:assumed-role/ops/ci`)
  assert.deepEqual(moved.principalDetails, { roleArn: `arn:aws:iam::${THERE}:role/team/ops` })
  assert.equal(moved.resource, table(THERE))
  assert.equal(moved.resourceAccount, THERE)
})

test('a resource of a third account stays where it is', () => {
  const moved = inAccount({ ...request, resource: table('777788889999'), resourceAccount: '777788889999' }, THERE)
  assert.equal(moved.resource, table('777788889999'))
  assert.equal(moved.resourceAccount, '777788889999')
})

test('of several resources only those of the own account move', () => {
  const moved = inAccount({ ...request, resource: [table(HERE), table('777788889999')] }, THERE)
  assert.deepEqual(moved.resource, [table(THERE), table('777788889999')])
})

test('a bucket keeps its owner, alone and in a list', () => {
  const bucket = 'arn:aws:s3:::orders/a'
  for (const resource of [bucket, [bucket, 'arn:aws:s3:::orders/b']]) {
    const moved = inAccount({ ...request, action: 's3:GetObject', resource }, THERE)
    assert.deepEqual(moved.resource, resource)
    assert.equal(moved.resourceAccount, HERE)
  }
})

test('a resource that is not known stays not known', () => {
  assert.equal(inAccount({ ...request, resource: null }, THERE).resource, null)
})

test('the own account, and a principal without an account, leave the request as it is', () => {
  assert.deepEqual(inAccount(request, HERE), request)
  const service = { ...request, principal: 's3.amazonaws.com' }
  assert.deepEqual(inAccount(service, THERE), service)
})

test('another principal brings neither the details nor the tags of the first', () => {
  const principal = `arn:aws:iam::${HERE}:role/other`
  const { principalDetails: _details, principalTags: _tags, ...rest } = request
  assert.deepEqual(byPrincipal(request, principal), { ...rest, principal })
})

test('what was said of the principal itself is not said of the other', () => {
  const context = {
    'aws:PrincipalArn': request.principal,
    'AWS:userid': 'AROAEXAMPLE:ci',
    'aws:SourceIp': '203.0.113.7',
  }
  const kept = { 'aws:SourceIp': '203.0.113.7' }
  assert.deepEqual(inAccount({ ...request, context }, THERE).context, kept)
  assert.deepEqual(byPrincipal({ ...request, context }, `arn:aws:iam::${HERE}:role/other`).context, kept)
})

test('the tags of the principal and of its resource are those there, not those here', () => {
  const context = { 'aws:PrincipalTag/team': 'a', 'aws:ResourceTag/env': 'dev', 'aws:RequestTag/env': 'dev' }
  const moved = inAccount({ ...request, context }, THERE)
  assert.equal(moved.principalTags, undefined)
  assert.deepEqual(moved.context, { 'aws:RequestTag/env': 'dev' })
})

test('a resource that stays keeps what was said of it', () => {
  const context = { 'aws:ResourceTag/env': 'dev', 'aws:ResourceAccount': '777788889999' }
  const moved = inAccount({ ...request, resource: table('777788889999'), context }, THERE)
  assert.deepEqual(moved.context, context)
})
