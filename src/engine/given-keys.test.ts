/** A case as it would be with some keys given: what follows of them, and which keys one request cannot have together (R-COND-65). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ABSENT, type KeyState, PRESENT, several, single, UNKNOWN } from '#iam/key-state.ts'
import type { Request } from '#iam/request.ts'
import { prepareScenario } from './evaluate.ts'
import { areConsistent, type GivenKeys, withKeys } from './given-keys.ts'
import { evaluateLayers, evaluateLayersWith } from './evaluate-layers.ts'
import { normalizeRequest, evaluationInputOf } from './read-request.ts'
import type { PoliciesInForce } from './scenario.ts'

const A = '111122223333'
const QUEUE = `arn:aws:sqs:eu-west-1:${A}:q`

function caseOf(context: NonNullable<Request['context']> = {}, policies: PoliciesInForce = {}) {
  const request: Request = {
    principal: `arn:aws:iam::${A}:user/ann`,
    action: 'sqs:SendMessage',
    resource: QUEUE,
    context,
  }
  return evaluationInputOf(prepareScenario({ request, policies }), normalizeRequest(request, QUEUE), 'same')
}
const keysOf = (keys: Readonly<Record<string, KeyState>>): GivenKeys => new Map(Object.entries(keys))
const ip = single('203.0.113.7')
const vpce = single('vpce-1')

describe('a case with keys given', () => {
  it('has them as if the request listed them, in any letter case, and keeps the rest', () => {
    const input = caseOf({ 'EX:k': 'old', 'ex:j': 'j' })
    const { question, request } = withKeys(input, keysOf({ 'ex:K': single('new') }))
    assert.deepEqual([question.lookup('ex:k'), question.lookup('ex:j')], [single('new'), single('j')])
    assert.deepEqual(request.context, { 'ex:j': 'j', 'ex:K': 'new' })
    assert.deepEqual(input.question.lookup('ex:k'), single('old'))
  })

  it('has every state as it is given', () => {
    const states = {
      'ex:a': ABSENT,
      'ex:p': PRESENT,
      'ex:u': UNKNOWN,
      'ex:e': single(''),
      'aws:TagKeys': several(['a', 'b']),
    }
    const { question } = withKeys(caseOf(), keysOf(states))
    for (const [key, state] of Object.entries(states)) assert.deepEqual(question.lookup(key), state, key)
  })

  it('has what follows of them (R-CTX-03)', () => {
    const { question } = withKeys(caseOf(), keysOf({ 'aws:SourceIp': ip }))
    assert.deepEqual(question.lookup('aws:SourceVpce'), ABSENT)
    const { question: called } = withKeys(caseOf(), keysOf({ 'aws:CalledVia': several(['s3.amazonaws.com']) }))
    assert.deepEqual(called.lookup('aws:ViaAWSService'), single('true'))
  })
})

describe('keys of one request', () => {
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [keys: Readonly<Record<string, KeyState>>, together: boolean, context?: NonNullable<Request['context']>])[] = [
    [{}, true],
    [{ 'ex:k': single('v'), 'ex:j': ABSENT }, true],
    [{ 'aws:SourceIp': ip, 'aws:SourceVpce': ABSENT }, true],
    [{ 'aws:SourceIp': ip, 'aws:SourceVpce': vpce }, false],
    [{ 'AWS:SourceIP': ip, 'AWS:sourceVpce': vpce }, false],
    [{ 'aws:SourceIp': ABSENT, 'aws:SourceVpce': vpce }, true],
    [{ 'aws:SourceVpce': vpce, 'aws:SourceVpc': ABSENT }, false],
    [{ 'aws:SourceVpce': vpce, 'aws:SourceVpc': single('vpc-1') }, true],
    [{ 'aws:SourceVpce': PRESENT, 'aws:SourceVpc': single('vpc-1') }, true],
    [{ 'aws:SourceIp': ip, 'aws:VpcSourceIp': single('10.0.0.1') }, false],
    [{ 'aws:SourceIp': ip, 'aws:SourceVpcArn': single('arn:x') }, false],
    [{ 'aws:SourceIp': ip, 'aws:VpceAccount': single(A) }, false],
    [{ 'aws:SourceIp': ip, 'ex:k': single('v') }, true],
    [{ 'aws:SourceVpce': vpce }, false, { 'aws:SourceIp': '203.0.113.7' }],
    [{ 'aws:SourceIp': ip }, true, { 'aws:SourceIp': '198.51.100.1' }],
    [{ 'aws:ViaAWSService': single('true'), 'aws:CalledVia': several(['s3.amazonaws.com']) }, true],
    [{ 'aws:ViaAWSService': single('false'), 'aws:CalledVia': several(['s3.amazonaws.com']) }, false],
    [{ 'aws:ViaAWSService': single('false'), 'aws:CalledVia': ABSENT }, true],
    [{ 'aws:ViaAWSService': single('false'), 'kms:ViaService': single('s3.eu-west-1.amazonaws.com') }, false],
    [{ 'aws:ViaAWSService': single('false'), 'aws:CalledViaFirst': single('s3.amazonaws.com') }, false],
    [{ 'aws:ViaAWSService': single('false'), 'aws:CalledViaLast': single('s3.amazonaws.com') }, false],
    [{ 'aws:ViaAWSService': ABSENT, 'aws:CalledVia': ABSENT }, false],
    [{ 'aws:ViaAWSService': UNKNOWN, 'aws:CalledVia': ABSENT }, true],
  ]
  for (const [keys, together, context] of ROWS)
    it(`${JSON.stringify(keys)}${context === undefined ? '' : ` and ${JSON.stringify(context)}`} ${together ? 'can' : 'cannot'} be together`, () =>
      assert.equal(areConsistent(caseOf(context), keysOf(keys)), together))
})

describe('a case judged with some keys set', () => {
  const Condition = { StringEquals: { 'ex:k': 'v' } }
  const statement = { Effect: 'Allow', Action: '*', Resource: '*', Condition }
  const identityPolicies = [{ name: 'p', document: { Version: '2012-10-17', Statement: statement } }]
  const input = caseOf({}, { complete: true, identityPolicies })

  it('is what the keys make of it, and only for that judgement', () => {
    const withKey = (state: KeyState, key = 'ex:k') => evaluateLayersWith(input, new Map([[key, state]])).tree.satisfied
    assert.deepEqual(
      [withKey(single('v')), withKey(single('w')), withKey(ABSENT), withKey(single('v'), 'ex:j')],
      [true, false, false, 'unknown'],
    )
    assert.equal(evaluateLayers(input).tree.satisfied, 'unknown')
  })

  it('has what refuses a missing object beside other guards, and in place of the word that there is none (R-S3-08)', () => {
    const OBJECT = 'arn:aws:s3:::b/k'
    const guardsOf = (serviceGuards: NonNullable<PoliciesInForce['serviceGuards']>) => {
      const request: Request = {
        principal: `arn:aws:iam::${A}:user/ann`,
        action: 's3:GetObject',
        resource: OBJECT,
        resourceAccount: A,
      }
      const prepared = prepareScenario({ request, policies: { complete: true, serviceGuards } })
      return evaluateLayers(evaluationInputOf(prepared, normalizeRequest(request, OBJECT), 'same'))
        .trace.filter(({ layer }) => layer === 'service-guard')
        .map(({ guard }) => guard)
    }
    assert.deepEqual(guardsOf({}), [undefined])
    assert.deepEqual(guardsOf({ objectExists: false }), ['hard-rule'])
    assert.deepEqual(guardsOf({ objectExists: false, objectOwner: '444455556666' }), ['acl', 'hard-rule'])
  })

  it('has every layer, none skipped because another refuses (ADR 0004)', () => {
    const layers = (...args: Parameters<typeof caseOf>) =>
      evaluateLayers(caseOf(...args)).trace.map(({ layer }) => layer)
    assert.deepEqual(layers({}, { complete: true, resourcePolicy: null }), [
      'resource-control-policy',
      'service-control-policy',
      'vpc-endpoint-policy',
      'resource-policy',
      'identity-policy',
      'permissions-boundary',
      'session-policy',
      'service-guard',
    ])
  })
})
