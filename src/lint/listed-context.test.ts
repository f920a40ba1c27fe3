/** Values that a request lists although another follows (R-CTX-03): which are told, and where. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Request } from '#iam/request.ts'
import { evaluateWithLint } from './evaluate-with-lint.ts'
import type { Attributes, Scenario } from '#engine/scenario.ts'

const A = '111122223333'
const USER = `arn:aws:iam::${A}:user/ann`
const QUEUE = `arn:aws:sqs:eu-west-1:${A}:q`

function found(
  context: NonNullable<Request['context']>,
  request: Partial<Request> = {},
  rest: { readonly serviceGuards?: Attributes } & Omit<Scenario, 'request' | 'policies'> = {},
) {
  const { serviceGuards, ...known } = rest
  const asked = { principal: USER, action: 'sqs:SendMessage', resource: QUEUE, context, ...request }
  const policies = serviceGuards === undefined ? {} : { serviceGuards }
  return evaluateWithLint({ request: asked, policies, ...known }).lint.filter(
    ({ id }) => id === 'listed-overrides-derived',
  )
}

describe('a listed value beside one that follows', () => {
  it('is told with the key’s place, what is listed and what follows', () => {
    const [one, ...more] = found({ 'aws:PrincipalTag/a~b': 'x', 'AWS:username': 'bob' })
    assert.deepEqual(more, [])
    assert.deepEqual([one?.severity, one?.policy, one?.pointer], ['warning', '', '/request/context/AWS:username'])
    assert.match(one?.message ?? '', /the listed `AWS:username` counts, though `ann` follows .* \(R-CTX-03\)/)
    const [tag] = found({ 'aws:PrincipalTag/a~b': 'x' }, { principalTags: { 'a~b': 'y' } })
    assert.equal(tag?.pointer, '/request/context/aws:PrincipalTag~1a~0b')
    const [absent] = found({ 'aws:PrincipalServiceName': 'x.amazonaws.com' })
    assert.match(absent?.message ?? '', /though that it is absent follows/)
  })

  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [context: NonNullable<Request['context']>, told: boolean, request?: Partial<Request>, rest?: Parameters<typeof found>[2]])[] = [
    [{ 'aws:username': 'ann' }, false],
    [{ 'aws:username': null }, true],
    [{ 'aws:username': ['ann'] }, false],
    [{ 'aws:username': ['ann', 'bob'] }, true],
    [{ 'aws:username': { state: 'present' } }, false],
    [{ 'aws:username': { state: 'unknown' } }, false],
    [{ 'aws:PrincipalAccount': Number(A) }, false],
    [{ 'aws:PrincipalServiceName': null }, false],
    [{ 'ex:k': 'v' }, false],
    [{ 'ex:k': 'v' }, false, { contextComplete: true }],
    [{ 'aws:SecureTransport': 'false' }, false],
    [{ 'aws:PrincipalArn': `arn:aws:iam::${A}:role/team/app` }, false, { principal: `arn:aws:sts::${A}:assumed-role/app/s` }],
    [{ 'aws:PrincipalArn': null }, true, { principal: `arn:aws:sts::${A}:assumed-role/app/s` }],
    [{ 'aws:ResourceTag/env': 'prod' }, true, {}, { serviceGuards: { tags: { env: 'dev' } } }],
    [{ 'aws:ResourceTag/env': 'dev' }, false, {}, { serviceGuards: { tags: { env: 'dev' } } }],
    [{ 'aws:ResourceTag/env': 'prod' }, false, {}, { serviceGuards: {} }],
    [{ 'aws:ResourceTag/env': 'prod' }, false, { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' }, { serviceGuards: { tags: { env: 'dev' } } }],
    [{ 'aws:ResourceTag/env': 'prod' }, false, { action: 'iam:PassRole', resource: `arn:aws:iam::${A}:role/r` }, { serviceGuards: { tags: { env: 'dev' } } }],
    [{ 'aws:RequestedRegion': 'eu-west-1' }, true, { action: 'iam:GetRole', resource: `arn:aws:iam::${A}:role/r` }],
    [{ 'aws:RequestedRegion': 'us-east-1' }, false, { action: 'iam:GetRole', resource: `arn:aws:iam::${A}:role/r` }],
    [{ 'aws:RequestedRegion': 'us-east-1' }, true],
    [{ 'aws:ResourceOrgPaths': ['o-1/r-1/', 'o-1/r-2/'] }, true, {}, { organization: { principalPath: 'o-1/r-1/' } }],
    [{ 'aws:ResourceOrgPaths': ['o-1/r-1/'] }, false, {}, { organization: { principalPath: 'o-1/r-1/' } }],
    [{ 'aws:ResourceOrgPaths': [] }, true, {}, { organization: { principalPath: 'o-1/r-1/' } }],
    [{ 'aws:SourceVpce': 'vpce-1', 'aws:SourceIp': '203.0.113.7' }, false],
  ]
  for (const [context, told, request, rest] of ROWS)
    it(`${JSON.stringify(context)} is ${told ? 'told' : 'no finding'} of ${JSON.stringify({ ...request, ...rest })}`, () =>
      assert.equal(found(context, request, rest).length, told ? 1 : 0))
})
