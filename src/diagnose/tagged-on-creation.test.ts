/** https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/tagging-resources-during-creation.html */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDenials } from '#intake/read.ts'
import { creationKeys } from './tagged-on-creation.ts'

const AT = 'eu-west-1:111122223333'
const facts = (action: string, resource: string, operation?: string) => {
  const call =
    operation === undefined ? '' : `An error occurred (AccessDenied) when calling the ${operation} operation: `
  const on = resource === '' ? '' : ` on resource: ${resource}`
  const [denial] = readDenials(
    `${call}AccessDenied: User: arn:aws:sts::111122223333:assumed-role/ci/run is not authorized to perform: ${action}${on} because no identity-based policy allows the ${action} action`,
  ).denials
  assert.ok(denial !== undefined)
  return creationKeys(denial)
}
const called = (operation: string, key?: string) => ({
  'denytrace:call/operation': operation,
  ...(key === undefined ? {} : { [key]: operation }),
})

test('the operation that the evidence names was making what it tags', () => {
  assert.deepEqual(
    facts('ec2:CreateTags', `arn:aws:ec2:${AT}:instance/*`, 'RunInstances'),
    called('RunInstances', 'ec2:CreateAction'),
  )
  assert.deepEqual(facts('sqs:TagQueue', `arn:aws:sqs:${AT}:jobs`, 'CreateQueue'), called('CreateQueue'))
})

test('a star for an id shows the call where only one makes such a thing', () => {
  const key = 'elasticloadbalancing:CreateAction'
  const made = (name: string) => facts('elasticloadbalancing:AddTags', `arn:aws:elasticloadbalancing:${AT}:${name}`)
  assert.deepEqual(made('loadbalancer/app/web/*'), called('CreateLoadBalancer', key))
  assert.deepEqual(made('targetgroup/web/*'), called('CreateTargetGroup', key))
  assert.deepEqual(made('listener/app/web/50dc6c495c0c9188/*'), called('CreateListener', key))
  assert.deepEqual(facts('ec2:CreateTags', `arn:aws:ec2:${AT}:network-interface/*`), {}, 'several calls make one')
})

// "To add tags while creating a KMS key, the principal must have permission in an IAM policy that isn't restricted to particular KMS keys":
// https://docs.aws.amazon.com/kms/latest/developerguide/tag-permissions.html
test('a key that AWS does not name is being made', () => {
  assert.deepEqual(facts('kms:TagResource', ''), called('CreateKey'))
  assert.deepEqual(facts('kms:TagResource', `arn:aws:kms:${AT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`), {})
})

test('nothing is said of a resource that is there, or of another action', () => {
  assert.deepEqual(facts('sqs:TagQueue', `arn:aws:sqs:${AT}:jobs`, 'TagQueue'), {})
  assert.deepEqual(facts('sqs:TagQueue', `arn:aws:sqs:${AT}:jobs`), {})
  assert.deepEqual(
    facts('elasticloadbalancing:AddTags', `arn:aws:elasticloadbalancing:${AT}:loadbalancer/app/web/50dc6c495c0c9188`),
    {},
  )
  assert.deepEqual(facts('kms:CreateKey', '', 'CreateKey'), {})
})
