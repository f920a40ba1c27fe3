/** A call that the given policies of the caller allow, and AWS denied without a reason (R-EVID-15). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnosisWithFiles, likelyLayers } from './incident-files.ts'

const policy = (...Statement: readonly object[]) => ({
  RoleName: 'nightly',
  PolicyName: 'own',
  PolicyDocument: { Version: '2012-10-17', Statement },
})
const allow = (Action: string | readonly string[], Resource: string | readonly string[]) => ({
  Effect: 'Allow',
  Action,
  Resource,
})
const s3 = (operation: string) =>
  `An error occurred (AccessDenied) when calling the ${operation} operation: Access Denied`

describe('a read of S3', () => {
  it('is most likely one of an object that does not exist, where the caller may not list the bucket', async () => {
    const diagnosis = await diagnosisWithFiles(s3('GetObject'), [policy(allow('s3:GetObject', 'arn:aws:s3:::scans/*'))])
    assert.ok(diagnosis)
    assert.deepEqual(
      [diagnosis.steps[0]?.request.action, diagnosis.steps[0]?.request.resource],
      ['s3:ListBucket', 'arn:aws:s3:::scans'],
    )
    assert.deepEqual(
      diagnosis.causes.filter(({ certainty }) => certainty === 'certain'),
      [],
    )
    assert.deepEqual(likelyLayers(diagnosis), ['identity-policy'])
  })

  it('has the other usual causes, where the caller may list the bucket', async () => {
    const given = policy(allow('s3:*', ['arn:aws:s3:::scans', 'arn:aws:s3:::scans/*']))
    const diagnosis = await diagnosisWithFiles(s3('GetObject'), [given])
    assert.ok(diagnosis)
    const layers = (diagnosis.usualCauses ?? []).map(({ layer }) => layer)
    assert.ok(layers.includes('service-guard'))
    assert.ok(!layers.includes('identity-policy'))
  })
})

describe('a call that passes a role', () => {
  const text = 'An error occurred (AccessDeniedException) when calling the PutTargets operation: '

  it('is most likely denied iam:PassRole, where the given policy passes roles to another service only', async () => {
    const passes = {
      ...allow('iam:PassRole', '*'),
      Condition: { StringEquals: { 'iam:PassedToService': 'glue.amazonaws.com' } },
    }
    const diagnosis = await diagnosisWithFiles(text, [policy(allow('events:*', '*'), passes)])
    assert.ok(diagnosis)
    assert.equal(diagnosis.steps[0]?.request.action, 'iam:PassRole')
    assert.equal(diagnosis.steps[0]?.request.context?.['iam:PassedToService'], 'events.amazonaws.com')
    assert.deepEqual(likelyLayers(diagnosis), ['identity-policy'])
  })

  it('is not, where the given policy passes any role', async () => {
    const diagnosis = await diagnosisWithFiles(text, [policy(allow(['events:*', 'iam:PassRole'], '*'))])
    assert.deepEqual(diagnosis === undefined ? undefined : likelyLayers(diagnosis), [])
  })
})

describe('a denial in short', () => {
  it('is about the action directly behind the code, and a given SCP decides it', async () => {
    const scp = {
      Policy: {
        PolicySummary: { Name: 'keep', Type: 'SERVICE_CONTROL_POLICY' },
        Content: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Deny', Action: 'guardduty:DeleteDetector', Resource: '*' }],
        }),
      },
    }
    const diagnosis = await diagnosisWithFiles('deploy failed: AccessDeniedException guardduty:DeleteDetector', [scp])
    assert.ok(diagnosis)
    assert.equal(diagnosis.denial.action, 'guardduty:DeleteDetector')
    assert.deepEqual(likelyLayers(diagnosis), ['service-control-policy'])
  })
})

describe('a text message of SNS', () => {
  it('goes to a phone number, which no ARN of a topic matches', async () => {
    const text =
      'User: arn:aws:sts::111122223333:assumed-role/nightly/x is not authorized to perform: SNS:Publish on resource: +15550100999'
    const topics = await diagnosisWithFiles(text, [policy(allow('sns:*', 'arn:aws:sns:*:*:*'))])
    assert.deepEqual(topics === undefined ? undefined : likelyLayers(topics), ['identity-policy'])
    const all = await diagnosisWithFiles(text, [policy(allow('sns:Publish', '*'))])
    assert.deepEqual(all === undefined ? undefined : likelyLayers(all), [])
  })
})
