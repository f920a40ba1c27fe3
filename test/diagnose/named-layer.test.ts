import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { diagnoseToShow } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import type { PolicySource } from '#diagnose/diagnosis.ts'
import { diagnosisWithFiles } from './incident-files.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'

const PAGE = { columns: undefined, isTerminal: false, color: false }
const SESSION = 'arn:aws:sts::111122223333:assumed-role/app/job'
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
const refused = (action: string, resource: string, why: string): string =>
  `User: ${SESSION} is not authorized to perform: ${action} on resource: ${resource} ${why}`
const told = (text: string, policySource: PolicySource = { kind: 'none' }) => {
  const result = diagnoseToShow({ ...rawEvidence(text), policySource })
  const [diagnosis] = result.diagnoses
  assert.ok(diagnosis !== undefined)
  return { diagnosis, text: diagnosesText(result, PAGE) }
}

describe('a layer that AWS names as the one that does not allow', () => {
  // R-EVID-03: a key's grant, an ACL or another way had allowed in its place, and then nothing had been refused by it.
  for (const [named, layer, action, resource] of [
    ['session policy', 'session-policy', 'kms:Decrypt', KEY],
    ['identity-based policy', 'identity-policy', 'kms:Decrypt', KEY],
    ['permissions boundary', 'permissions-boundary', 'kms:Decrypt', KEY],
    ['resource-based policy', 'resource-policy', 'kms:Decrypt', KEY.replace('111122223333', '444455556666')],
    ['resource-based policy', 'resource-policy', 's3:GetObject', '"arn:aws:s3:::b/k"'],
    ['resource-based policy', 'resource-policy', 'sqs:SendMessage', 'arn:aws:sqs:eu-west-1:111122223333:q'],
  ] as const)
    test(`is a certain cause, and the words say so: ${named}, ${action} on ${resource}`, () => {
      const { diagnosis, text } = told(refused(action, resource, `because no ${named} allows the ${action} action`))
      assert.equal(diagnosis.status, 'explained')
      assert.deepEqual(
        diagnosis.causes.slice(0, 1).map(({ layer: own, certainty, from }) => [own, certainty, from]),
        [[layer, 'certain', ['message']]],
      )
      assert.match(text, /^Cause {4}(?:No|The) .* AWS's message says so\.$/m)
      assert.doesNotMatch(text, /Most likely.*AWS's message says so/)
    })

  test('has a draft for a fix where no policy was provided', () => {
    for (const text of [
      refused('kms:Decrypt', KEY, 'because no session policy allows the kms:Decrypt action'),
      refused('kms:Decrypt', KEY, ''),
      'An error occurred (AccessDenied) when calling the PutObject operation: Access Denied',
    ])
      assert.match(told(text).text, /^Fix .*[Aa] draft from AWS's message, not verified$/m)
  })
})

describe('of a layer in which AWS says that a Deny refused', () => {
  const text = refused('s3:PutObject', '"arn:aws:s3:::b/k"', 'with an explicit deny in an identity-based policy')
  const region = {
    Sid: 'Region',
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
  }
  const network = {
    Sid: 'Network',
    Effect: 'Deny',
    Action: 's3:*',
    Resource: '*',
    Condition: { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
  }
  const holding = (...denies: readonly object[]): PolicySource => {
    const statements = [...denies, { Effect: 'Allow', Action: '*', Resource: '*' }]
    const document = { Version: '2012-10-17', Statement: statements }
    return {
      kind: 'scenario',
      scenario: { request: {}, policies: { identityPolicies: [{ name: 'own', document }] } } as never,
    }
  }

  test('the statement is that one where no other can match (R-EVID-02)', () => {
    const { diagnosis, text: words } = told(text, holding(network))
    const [cause] = diagnosis.causes
    assert.deepEqual(
      [cause?.certainty, cause?.statement?.sid, cause?.statementCertainty],
      ['certain', 'Network', undefined],
    )
    assert.match(
      words,
      /^Cause {4}Policy own, statement Network, an identity policy of role app, denies it because aws:SourceIp is not in 10\.0\.0\.0\/8, or was not sent\. AWS agrees\.$/m,
    )
  })

  test('the layer is certain and the statement is not, where two can match', () => {
    const { diagnosis, text: words } = told(text, holding(region, network))
    const [cause] = diagnosis.causes
    assert.deepEqual([cause?.certainty, cause?.statementCertainty], ['certain', 'likely'])
    assert.match(
      words,
      /^Cause {4}A Deny in an identity policy of role app denies it, most likely policy own, statement \w+\. AWS names the identity policy\.$/m,
    )
    assert.match(words, /^Fix {6}If this is the cause, the call then succeeds/m)
    assert.match(
      diagnosis.summary,
      /: a Deny in an identity policy of role app denies it, most likely policy own, statement Network/,
    )
  })
})

test('a bare document with two Denies is the SCP that AWS named, and the call without parameters meets the first', async () => {
  const instance = 'arn:aws:ec2:us-east-1:111122223333:instance/*'
  const deny = (condition: object): object => ({
    Effect: 'Deny',
    Action: 'ec2:RunInstances',
    Resource: 'arn:aws:ec2:*:*:instance/*',
    Condition: condition,
  })
  const scp = {
    Version: '2012-10-17',
    Statement: [
      deny({ StringNotEquals: { 'ec2:MetadataHttpTokens': 'required' } }),
      deny({ NumericGreaterThan: { 'ec2:MetadataHttpPutResponseHopLimit': '3' } }),
    ],
  }
  const text = refused('ec2:RunInstances', instance, 'with an explicit deny in a service control policy')
  const found = await diagnosisWithFiles(text, [scp])
  const [cause] = found?.causes ?? []
  assert.deepEqual([cause?.layer, cause?.statement?.index], ['service-control-policy', 0])
  assert.ok(
    found?.assumptions.some(({ fact, value }) => fact === 'layer of f0.json' && value === 'service control policy'),
  )
})

test('a given RCP with a Deny that matches is the one that AWS named, also where our rules leave open whether it applies (R-EVID-16)', async () => {
  const text =
    'User: anonymous is not authorized to perform: cognito-identity:GetId on resource: * with an explicit deny in a resource control policy'
  const deny = { Effect: 'Deny', Principal: '*', Action: 'cognito-identity:*', Resource: '*' }
  const Content = JSON.stringify({ Version: '2012-10-17', Statement: [deny] })
  const PolicySummary = { Id: 'p-example1', Name: 'perimeter', Type: 'RESOURCE_CONTROL_POLICY' }
  const diagnosis = await diagnosisWithFiles(text, [{ Policy: { PolicySummary, Content } }])
  const [cause] = diagnosis?.causes ?? []
  assert.equal(cause?.layer, 'resource-control-policy')
  assert.equal(cause?.denyType, 'explicit')
  assert.equal(cause?.statement?.policy, 'perimeter')
  assert.deepEqual(cause?.from, ['policies', 'message'])
})
