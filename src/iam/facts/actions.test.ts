import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { actionFacts, actionsOf, canonicalAction, isWildcardOnlyAction, resourceTypeNames } from './actions.ts'
import { conditionKeyFacts } from './condition-keys.ts'
import { LISTS_DEPENDENT_ACTIONS } from './data/catalogue.ts'
import { resourceTypeFacts } from './resource-types.ts'
import { allServices } from './services.ts'

const HOSTILE = [
  '',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  's3|',
  '^s3',
  's3 Amazon',
  's3\n=actions',
]

const typesOf = (service: string, name: string) => actionFacts(service, name)?.resourceTypes.map((type) => type.name)

/** Expectations are rows of https://docs.aws.amazon.com/service-authorization/latest/reference/ */
describe('facts about actions', () => {
  it('spells an action as AWS does, whatever the case asked in', () => {
    assert.equal(canonicalAction('s3:putobject'), 's3:PutObject')
    assert.equal(canonicalAction('STS:ASSUMEROLEWITHWEBIDENTITY'), 'sts:AssumeRoleWithWebIdentity')
    assert.equal(canonicalAction('ec2:runinstances'), 'ec2:RunInstances')
  })

  it('knows no wildcard, no half action and no action of another service', () => {
    for (const action of ['s3:*', 's3:Get*', '*', 's3', 's3:', ':GetObject', 's3:RunInstances', 's3:GetObject '])
      assert.equal(canonicalAction(action), undefined, action)
  })

  it('gives s3:PutObject the object, or the object behind an access point', () => {
    const facts = actionFacts('s3', 'PutObject')
    assert.deepEqual(typesOf('s3', 'PutObject'), ['accesspointobject', 'object'])
    assert.equal(facts?.accessLevel, 'Write')
    assert.ok(facts?.conditionKeys.includes('s3:x-amz-server-side-encryption'))
    assert.ok(facts?.conditionKeys.includes('s3:RequestObjectTag/<key>'))
  })

  it('requires the key for kms:Decrypt and the role for sts:AssumeRole and iam:PassRole', () => {
    for (const [service, name, type] of [
      ['kms', 'Decrypt', 'key'],
      ['sts', 'AssumeRole', 'role'],
      ['iam', 'PassRole', 'role'],
    ] as const)
      assert.deepEqual(
        actionFacts(service, name)?.resourceTypes.map(({ name, required }) => ({ name, required })),
        [{ name: type, required: true }],
      )
  })

  it('keeps apart which types ec2:RunInstances requires and which keys come with which type (R-REQ-02)', () => {
    const facts = actionFacts('ec2', 'RunInstances')
    const types = new Map(facts?.resourceTypes.map((type) => [type.name, type]))
    for (const name of ['image', 'instance', 'network-interface', 'security-group', 'subnet'])
      assert.equal(types.get(name)?.required, true, name)
    for (const name of ['volume', 'key-pair', 'snapshot', 'placement-group', 'launch-template'])
      assert.equal(types.get(name)?.required, false, name)
    assert.ok(types.get('instance')?.conditionKeys.includes('ec2:InstanceType'))
    assert.ok(!types.get('image')?.conditionKeys.includes('ec2:InstanceType'))
    assert.ok(facts?.conditionKeys.includes('ec2:InstanceType'), 'the union has it')
    assert.ok(facts?.conditionKeys.includes('ec2:Region'), 'and the keys of the action itself')
  })

  it('judges actions without a resource type on * (R-REQ-03)', () => {
    for (const action of ['iam:ListRoles', 'sts:GetCallerIdentity', 's3:ListAllMyBuckets', 'ec2:DescribeInstances'])
      assert.equal(isWildcardOnlyAction(action), true, action)
    for (const action of ['s3:GetObject', 'kms:Decrypt', 'iam:GetRole', 'ec2:RunInstances'])
      assert.equal(isWildcardOnlyAction(action), false, action)
    for (const action of ['s3:GetObjekt', 'nosuch:GetObject', 's3:*', 'ListRoles'])
      assert.equal(isWildcardOnlyAction(action), undefined, action)
  })

  it('reads the five access levels', () => {
    assert.equal(actionFacts('s3', 'GetObject')?.accessLevel, 'Read')
    assert.equal(actionFacts('s3', 'ListBucket')?.accessLevel, 'List')
    assert.equal(actionFacts('s3', 'DeleteObject')?.accessLevel, 'Write')
    assert.equal(actionFacts('ec2', 'CreateTags')?.accessLevel, 'Tagging')
    assert.equal(actionFacts('s3', 'PutBucketPolicy')?.accessLevel, 'Permissions management')
  })

  it('lists the keys of the action and of its types, each once, in the order of the alphabet', () => {
    const keys = actionFacts('sns', 'Publish')?.conditionKeys ?? []
    assert.deepEqual(keys, [...new Set(keys)].sort())
    const own = actionFacts('ec2', 'CreateVolume')
    assert.ok(own !== undefined && own.conditionKeys.length > 5)
    for (const type of own.resourceTypes)
      for (const key of type.conditionKeys) assert.ok(own.conditionKeys.includes(key), key)
    assert.deepEqual(own.conditionKeys, [...new Set(own.conditionKeys)].sort())
    assert.equal(actionFacts('EC2', 'createvolume'), own, 'read once')
  })

  it('says that it does not know dependent actions, rather than that there are none', () => {
    // AWS's page lists iam:PassRole for this one; the source of this edition lists dependent actions for no action at all.
    const dependent = actionFacts('lambda', 'CreateFunction')?.dependentActions
    if (LISTS_DEPENDENT_ACTIONS) assert.ok(dependent?.includes('iam:PassRole'))
    else assert.equal(dependent, undefined)
  })

  it('is not led to an object prototype or out of a field by a name from outside', () => {
    for (const name of HOSTILE) {
      assert.equal(actionFacts(name, 'GetObject'), undefined, name)
      assert.equal(actionFacts('s3', name), undefined, name)
      assert.deepEqual(actionsOf(name), [], name)
      assert.equal(canonicalAction(`${name}:${name}`), undefined, name)
    }
  })

  it('names of resource types read alone are those of the whole row', () => {
    for (const service of ['s3', 'ec2', 'iam', 'kms', 'sts'])
      for (const name of actionsOf(service))
        assert.deepEqual(resourceTypeNames(service, name), typesOf(service, name), `${service}:${name}`)
    assert.deepEqual(resourceTypeNames('s3', 'NoSuchAction'), [])
  })

  it('has no action that names a type or key the reference does not define', () => {
    let actions = 0
    for (const service of allServices())
      for (const name of actionsOf(service)) {
        actions++
        const facts = actionFacts(service, name)
        assert.equal(facts?.name, name)
        for (const type of facts.resourceTypes)
          assert.ok(resourceTypeFacts(service, type.name), `${service}:${name} names ${type.name}`)
        for (const key of facts.conditionKeys) assert.ok(conditionKeyFacts(key), `${service}:${name} names ${key}`)
      }
    assert.ok(actions > 20_000 && actions < 40_000, `${actions} actions`)
  })
})
