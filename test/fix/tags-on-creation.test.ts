/** Tags that a call sets on what it creates: a tag of the resource is not there yet (G-85, R-ADV-04, R-ADV-05). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { outcomeWords } from '#answer/outcome-words.ts'
import { diagnosed, firstFix } from './diagnosed.ts'

const A = '111122223333'
const ofRole = (...Statement: readonly object[]) => ({
  RoleName: 'deploy',
  PolicyName: 'own',
  PolicyDocument: { Version: '2012-10-17', Statement },
})
const allow = (Action: unknown, condition: object, Resource: unknown = '*') => ({
  Effect: 'Allow',
  Action,
  Resource,
  Condition: condition,
})
const denied = (action: string, on = '') =>
  `AccessDenied: User: arn:aws:sts::${A}:assumed-role/deploy/ci is not authorized to perform: ${action}${on === '' ? '' : ` on resource: ${on}`} because no identity-based policy allows the ${action} action`
const added = async (text: string, file: object) => {
  const [first, ...more] = (await firstFix(text, file)).patch as { readonly value?: unknown }[]
  assert.deepEqual(more, [])
  return first?.value
}

describe('a policy that asks for a tag of a resource which the call only creates', () => {
  const newKey = ofRole(
    allow('kms:CreateKey', {}),
    allow(['kms:TagResource', 'kms:PutKeyPolicy'], { StringEqualsIgnoreCase: { 'aws:ResourceTag/Project': 'web' } }),
  )

  // https://docs.aws.amazon.com/kms/latest/developerguide/manage-tags-api.html: "the permission must cover all KMS keys in the account and Region"
  it('gets a statement that asks for the tag in the request, on all keys', async () => {
    assert.deepEqual(await added(`Error: creating KMS Key: ${denied('kms:TagResource')}`, newKey), {
      Sid: 'AllowTagResource',
      Effect: 'Allow',
      Action: 'kms:TagResource',
      Resource: `arn:aws:kms:REGION:${A}:key/*`,
      Condition: { StringEqualsIgnoreCase: { 'aws:RequestTag/Project': 'web' } },
    })
  })

  it('is said to work if the call passes the tag, and why it did not', async () => {
    const { fixes, causes, steps } = await diagnosed(`Error: creating KMS Key: ${denied('kms:TagResource')}`, newKey)
    const [fix] = fixes
    assert.ok(fix !== undefined)
    assert.match(
      outcomeWords(fix as never, steps as never),
      /^Replace REGION with the real Region first: .* if it passes the tag Project, unless/,
    )
    assert.equal(causes[0]?.nearest?.failedOn[0]?.hint, 'the call creates it, so it has no tags yet')
  })

  // The policy of the AWS Load Balancer Controller before and after the release that asks for the tag on creation:
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/tagging-resources-during-creation.html
  it('gets the operation as a condition where the service has a key for it', async () => {
    const cluster = 'elbv2.k8s.aws/cluster'
    const balancer = `arn:aws:elasticloadbalancing:us-east-1:${A}:loadbalancer/app/k8s-web/*`
    const update = allow('elasticloadbalancing:AddTags', {
      Null: { [`aws:RequestTag/${cluster}`]: 'true', [`aws:ResourceTag/${cluster}`]: 'false' },
    })
    assert.deepEqual(await added(denied('elasticloadbalancing:AddTags', balancer), ofRole(update)), {
      Sid: 'AllowAddTags',
      Effect: 'Allow',
      Action: 'elasticloadbalancing:AddTags',
      Resource: balancer,
      Condition: {
        StringEquals: { 'elasticloadbalancing:CreateAction': 'CreateLoadBalancer' },
        Null: { [`aws:RequestTag/${cluster}`]: 'false' },
      },
    })
  })

  it('is never answered by tagging the resource first', async () => {
    const web = allow('sqs:*', { StringEquals: { 'aws:ResourceTag/team': 'web' } })
    const queue = `arn:aws:sqs:us-east-1:${A}:jobs`
    const text = `An error occurred (AccessDenied) when calling the CreateQueue operation: ${denied('sqs:tagqueue', queue)}`
    for (const { changes } of (await diagnosed(text, ofRole(web))).fixes)
      for (const { does } of changes) assert.doesNotMatch(does, /^tag /i)
    assert.match((await firstFix(denied('sqs:tagqueue', queue), ofRole(web))).does, /^tag /i, 'a queue that is there')
  })
})

describe('a policy that lets the call tag what it creates', () => {
  it('is not changed, and one for another call is', async () => {
    const text = `An error occurred (UnauthorizedOperation) when calling the RunInstances operation: ${denied('ec2:CreateTags', `arn:aws:ec2:us-east-1:${A}:instance/*`)}`
    const holds = allow('ec2:CreateTags', { StringEquals: { 'ec2:CreateAction': 'RunInstances' } })
    const other = allow('ec2:CreateTags', { StringEquals: { 'ec2:CreateAction': 'CreateVolume' } })
    const [allowed, refused] = await Promise.all([diagnosed(text, ofRole(holds)), diagnosed(text, ofRole(other))])
    assert.equal(allowed.causes[0]?.nearest, undefined)
    assert.deepEqual(allowed.fixes, [])
    assert.equal(refused.causes[0]?.nearest?.failedOn[0]?.actual, 'RunInstances')
  })
})
