/** What checks the loopback server's answers would notice an answer that AWS does not give. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { faultsOf, hasModels } from './api-models.ts'

const skip = hasModels() ? false : 'the API models are not installed: npm ci in test/parts/api-models'

describe('AWS API models', { skip }, () => {
  test('an answer of the right form', () => {
    const answer = { Arn: 'arn:aws:iam::111122223333:user/ops', UserId: 'AIDA', Account: '111122223333' }
    assert.deepEqual(faultsOf('sts', 'GetCallerIdentity', 'output', answer), [])
  })

  const wrong = [
    ['sts', 'GetCallerIdentity', 'output', { ARN: 'a' }, 'sts:GetCallerIdentity output has no member ARN'],
    ['sts', 'DecodeAuthorizationMessage', 'input', {}, 'sts:DecodeAuthorizationMessage input lacks EncodedMessage'],
    ['iam', 'SimulateEverything', 'input', {}, 'iam has no operation SimulateEverything'],
    [
      'iam',
      'SimulateCustomPolicy',
      'output',
      { EvaluationResults: [{ EvalActionName: 's3:GetObject', EvalDecision: true }] },
      'iam:SimulateCustomPolicy output.EvaluationResults[0].EvalDecision is boolean, and is to be a string',
    ],
    [
      'cloudtrail',
      'LookupEvents',
      'output',
      { Events: { EventId: 'e' } },
      'cloudtrail:LookupEvents output.Events is object, and is to be a list',
    ],
  ] as const
  for (const [service, operation, part, value, fault] of wrong)
    test(`${service}:${operation} ${part}, wrong: ${fault}`, () =>
      assert.deepEqual(faultsOf(service, operation, part, value), [fault]))
})
