/**
 * Which key a resource names and what a request to it carries (R-HOP-02, R-KMS-08, R-CTX-15), where the resource has its
 * settings, and the linked roles of services by AWS's pages (G-114).
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ContextValue } from '#iam/request.ts'
import { furtherRequests } from '../chain.ts'
import type { Resource } from '../scenario.ts'
import { policyHolderOf, isBucket, isObject, isResource } from './call-view.ts'

const A = '111122223333'
const B = '444455556666'
const R = 'eu-west-1'
const KEY = `arn:aws:kms:${R}:${A}:key/k1`
const KEY2 = `arn:aws:kms:${R}:${A}:key/k2`
const QUEUE = `arn:aws:sqs:${R}:${A}:q`

interface Call {
  readonly action?: string
  readonly resource?: string
  readonly owner?: string
  readonly context?: Readonly<Record<string, ContextValue>>
  readonly resources?: readonly Resource[]
}

const further = ({ action = 'sqs:SendMessage', resource = QUEUE, owner = A, context, resources = [] }: Call) =>
  furtherRequests({
    request: {
      principal: `arn:${resource.split(':')[1] ?? 'aws'}:iam::${A}:user/ann`,
      action,
      resource,
      resourceAccount: owner,
      ...(context === undefined ? {} : { context }),
    },
    resources,
  })
/** The keys that the further requests are about. */
const keys = (call: Call, rule?: string) => [
  ...new Set(
    further(call)
      .filter((needed) => needed.request.action.startsWith('kms:') && (rule === undefined || needed.rule === rule))
      .map(({ request }) => request.resource),
  ),
]
/** A queue that names this key, beside other resources. */
const queue = (kmsKeyArn: unknown, ...others: readonly Resource[]): Call => ({
  resources: [{ arn: QUEUE, attributes: { kmsKeyArn } }, ...others],
})
const named = (arn: string, ...aliases: readonly string[]): Resource => ({ arn, attributes: { aliases } })

describe('the key that a resource names', () => {
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [title: string, call: Call, keys: readonly unknown[]])[] = [
    ['by its ARN', queue(KEY), [KEY]],
    ['by its ARN, beside another key', queue(KEY, { arn: KEY2 }), [KEY]],
    ['by its id', queue('k9'), [`arn:aws:kms:${R}:${A}:key/k9`]],
    ['by its id, the key being known', queue('k2', named(KEY), { arn: KEY2 }), [KEY2]],
    ['by its id in another account that is known', queue('k3', { arn: `arn:aws:kms:${R}:${B}:key/k3` }), [`arn:aws:kms:${R}:${B}:key/k3`]],
    ['by an alias of a known key', queue('alias/team', named(KEY, 'alias/other'), named(KEY2, 'alias/one', 'alias/team')), [KEY2]],
    ['by an alias as an ARN', queue(`arn:aws:kms:${R}:${A}:alias/team`, named(KEY, 'alias/other'), named(KEY2, 'alias/team')), [KEY2]],
    ['by an alias that is known as an ARN', queue(`arn:aws:kms:${R}:${A}:alias/team`, named(KEY2, `arn:aws:kms:${R}:${A}:alias/team`)), [KEY2]],
    ['by an alias that no fact resolves', queue('alias/team', named(KEY, 'alias/other')), [null]],
    ['by an alias as an ARN that no fact resolves', queue(`arn:aws:kms:${R}:${A}:alias/team`), [null]],
    ['by an alias that a resource of another kind lists', queue('alias/team', named(`arn:aws:sns:${R}:${A}:t`, 'alias/team')), [null]],
    ['the AWS managed key by its alias: nothing is asked (R-HOP-02)', queue('alias/aws/sqs'), []],
    ['the AWS managed key by its alias as an ARN', queue(`arn:aws:kms:${R}:${A}:alias/aws/sqs`), []],
    ['the AWS managed key by its ARN', queue(KEY, { arn: KEY, attributes: { keyManager: 'AWS' } }), []],
    ['a key of the customer, beside an AWS managed one', queue(KEY2, { arn: KEY, attributes: { keyManager: 'AWS' } }, { arn: KEY2, attributes: { keyManager: 'CUSTOMER' } }), [KEY2]],
    ['none', queue(null), []],
    ['an empty text', queue(''), []],
    ['a number', queue(5), []],
    ['nothing is known', {}, []],
  ]
  for (const [title, call, expected] of ROWS) it(title, () => assert.deepEqual(keys(call), expected))

  it('an AWS managed key of another account, which lets nobody else in (R-KMS-12)', () => {
    const theirs = `arn:aws:sqs:${R}:${B}:q`
    const needed = further({
      resource: theirs,
      owner: B,
      resources: [{ arn: theirs, account: B, attributes: { kmsKeyArn: 'alias/aws/sqs' } }],
    }).filter(({ request }) => request.action.startsWith('kms:'))
    assert.ok(needed.length > 0)
    for (const { request } of needed) assert.deepEqual([request.resource, request.resourceAccount], [null, B])
  })

  it('the id of a key in the account that owns the resource', () => {
    const theirs = `arn:aws:sqs:${R}:${B}:q`
    const resources = [{ arn: theirs, account: B, attributes: { kmsKeyArn: 'k9' } }]
    assert.deepEqual(keys({ resource: theirs, owner: B, resources }), [`arn:aws:kms:${R}:${B}:key/k9`])
  })

  it('a secret of another account without a key of its own has the AWS managed one of that account (R-KMS-12)', () => {
    const secret = `arn:aws:secretsmanager:${R}:${B}:secret:s-AbCdEf`
    const decryptOf = (attributes: Readonly<Record<string, unknown>>) =>
      further({
        action: 'secretsmanager:GetSecretValue',
        resource: secret,
        owner: B,
        resources: [{ arn: secret, account: B, attributes }],
      })
        .filter(({ request }) => request.action === 'kms:Decrypt')
        .map(({ request }) => [request.resource, request.resourceAccount])
    assert.deepEqual(decryptOf({ kmsKeyArn: null }), [[null, B]])
    assert.deepEqual(decryptOf({}), [[null, B]])
    const theirs = `arn:aws:kms:${R}:${B}:key/k3`
    assert.deepEqual(decryptOf({ kmsKeyArn: theirs }), [[theirs, B]])
  })

  it('a key among the resources is the one a call sets, unless it is an AWS managed one', () => {
    const create = (...resources: readonly Resource[]) =>
      keys({ action: 'lambda:CreateFunction', resource: `arn:aws:lambda:${R}:${A}:function:f`, resources }, 'G-13')
    assert.deepEqual(create({ arn: KEY }), [KEY])
    assert.deepEqual(create({ arn: KEY, attributes: { keyManager: 'CUSTOMER' } }), [KEY])
    assert.deepEqual(create({ arn: KEY, attributes: { keyManager: 'AWS' } }), [])
    assert.deepEqual(create({ arn: `arn:aws:kms:${R}:${A}:alias/a` }), [null], 'which key it stands for is not known')
    assert.deepEqual(create({ arn: `arn:aws:kms:${R}:${A}:alias/aws/lambda` }), [])
    const behind = { arn: KEY, attributes: { aliases: ['alias/a'] } }
    assert.deepEqual(create({ arn: `arn:aws:kms:${R}:${A}:alias/a` }, behind), [KEY])
    assert.deepEqual(create({ arn: QUEUE }), [])
  })
})

describe('what a request to KMS carries', () => {
  const contextOf = (call: Call, action: string) =>
    further(call).find(({ request }) => request.action === action)?.request.context ?? {}

  it('kms:ViaService with the Region and the suffix of AWS and GovCloud; elsewhere only that it is there (R-CTX-15)', () => {
    const via = (partition: string, region: string) => {
      const arn = `arn:${partition}:sqs:${region}:${A}:q`
      const key = `arn:${partition}:kms:${region}:${A}:key/k1`
      return contextOf({ resource: arn, resources: [{ arn, attributes: { kmsKeyArn: key } }] }, 'kms:GenerateDataKey')[
        'kms:ViaService'
      ]
    }
    assert.equal(via('aws', 'eu-west-1'), 'sqs.eu-west-1.amazonaws.com')
    assert.equal(via('aws-us-gov', 'us-gov-west-1'), 'sqs.us-gov-west-1.amazonaws.com')
    assert.deepEqual(via('aws-cn', 'cn-north-1'), { state: 'present' })
  })

  it('on a volume: the id of the volume, no context where none is read, and that the grant is for AWS (G-22)', () => {
    const call: Call = {
      action: 'ec2:CreateVolume',
      resource: `arn:aws:ec2:${R}:${A}:volume/*`,
      resources: [{ arn: KEY }],
    }
    for (const action of ['Decrypt', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptFrom', 'ReEncryptTo']) {
      const context = contextOf(call, `kms:${action}`)
      assert.deepEqual(context['kms:EncryptionContext:aws:ebs:id'], { state: 'present' }, action)
      assert.deepEqual(context['kms:EncryptionContextKeys'], ['aws:ebs:id'], action)
      assert.ok(!Object.hasOwn(context, 'kms:GrantIsForAWSResource'), action)
    }
    const described = contextOf(call, 'kms:DescribeKey')
    assert.equal(described['kms:EncryptionContextKeys'], null)
    assert.ok(!Object.hasOwn(described, 'kms:EncryptionContext:aws:ebs:id'))
    assert.ok(!Object.hasOwn(described, 'kms:GrantIsForAWSResource'))
    const grant = contextOf(call, 'kms:CreateGrant')
    assert.equal(grant['kms:GrantIsForAWSResource'], true)
    assert.ok(!Object.hasOwn(grant, 'kms:EncryptionContextKeys'))
  })
})

describe('where a resource has its settings', () => {
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [arn: string, carrier: string])[] = [
    ['arn:aws:s3:::bucket/a/b.txt', 'arn:aws:s3:::bucket'],
    ['arn:aws:s3:::bucket', 'arn:aws:s3:::bucket'],
    [`arn:aws:s3:${R}:${A}:accesspoint/p/object/k`, `arn:aws:s3:${R}:${A}:accesspoint/p/object/k`],
    [`arn:aws:dynamodb:${R}:${A}:table/T/index/i`, `arn:aws:dynamodb:${R}:${A}:table/T`],
    [`arn:aws:dynamodb:${R}:${A}:table/T`, `arn:aws:dynamodb:${R}:${A}:table/T`],
    [`arn:aws:logs:${R}:${A}:log-group:g:log-stream:s`, `arn:aws:logs:${R}:${A}:log-group:g`],
    [`arn:aws:logs:${R}:${A}:log-group:g:*`, `arn:aws:logs:${R}:${A}:log-group:g`],
    [`arn:aws:lambda:${R}:${A}:function:f:live`, `arn:aws:lambda:${R}:${A}:function:f`],
    [`arn:aws:lambda:${R}:${A}:function:f`, `arn:aws:lambda:${R}:${A}:function:f`],
    [`arn:aws:lambda:${R}:${A}:layer:l:3`, `arn:aws:lambda:${R}:${A}:layer:l:3`],
    [`arn:aws:sqs:${R}:${A}:q`, `arn:aws:sqs:${R}:${A}:q`],
    [`arn:aws:ecr:${R}:${A}:repository/a/b/c`, `arn:aws:ecr:${R}:${A}:repository/a/b/c`],
    [`arn:aws:rds:${R}:${A}:db:a:b:c`, `arn:aws:rds:${R}:${A}:db:a:b:c`],
    ['no-arn', 'no-arn'],
  ]
  for (const [arn, holder] of ROWS) it(arn, () => assert.equal(policyHolderOf(arn), holder))

  it('a bucket and an object are told by the path, an access point is neither', () => {
    const kinds = (arn: string) => [isBucket(arn), isObject(arn)]
    assert.deepEqual(kinds('arn:aws:s3:::b'), [true, false])
    assert.deepEqual(kinds('arn:aws:s3:::b/k'), [false, true])
    assert.deepEqual(kinds(`arn:aws:s3:${R}:${A}:accesspoint/p`), [false, false])
    assert.deepEqual(kinds(`arn:aws:s3:${R}:${A}:name`), [false, false])
    assert.deepEqual(kinds('arn:aws:sns:::b'), [false, false])
    assert.deepEqual(kinds('arn:aws:sns:::b/k'), [false, false])
    assert.deepEqual(kinds('b'), [false, false])
  })
  it('a resource is of a type by its service and how it begins', () => {
    assert.ok(isResource(KEY, 'kms', 'key/'))
    assert.ok(isResource('arn:aws:s3:::b', 's3', 'b'))
    assert.ok(!isResource(KEY, 'sqs', 'key/'))
    assert.ok(!isResource(KEY, 'kms', 'alias/'))
    assert.ok(!isResource('key/k1', 'kms', 'key/'))
  })
})

/** By the pages of the services that make them, each called "Using service-linked roles". */
// biome-ignore format: a table is read by its columns
const LINKED: readonly (readonly [actions: string, service: string, role: string])[] = [
  ['autoscaling:CreateAutoScalingGroup', 'autoscaling', 'AutoScaling'],
  ['cloudtrail:CreateTrail', 'cloudtrail', 'CloudTrail'],
  ['connect:CreateInstance', 'connect', 'AmazonConnect_*'],
  ['ec2:RequestSpotInstances', 'spot', 'EC2Spot'],
  ['ec2:RequestSpotFleet', 'spotfleet', 'EC2SpotFleet'],
  ['ecs:CreateCluster ecs:CreateService', 'ecs', 'ECS'],
  ['eks:CreateCluster', 'eks', 'AmazonEKS'],
  ['eks:CreateNodegroup', 'eks-nodegroup', 'AmazonEKSNodegroup'],
  ['elasticache:CreateCacheCluster elasticache:CreateReplicationGroup', 'elasticache', 'ElastiCache'],
  ['elasticfilesystem:CreateMountTarget elasticfilesystem:PutBackupPolicy', 'elasticfilesystem', 'AmazonElasticFileSystem'],
  ['elasticloadbalancing:CreateLoadBalancer', 'elasticloadbalancing', 'ElasticLoadBalancing'],
  ['elasticmapreduce:RunJobFlow', 'elasticmapreduce', 'EMRCleanup'],
  ['es:CreateDomain', 'opensearchservice', 'AmazonOpenSearchService'],
  ['guardduty:CreateDetector', 'guardduty', 'AmazonGuardDuty'],
  ['kafka:CreateCluster kafka:CreateClusterV2', 'kafka', 'Kafka'],
  ['organizations:CreateOrganization', 'organizations', 'Organizations'],
  ['rds:CreateDBInstance rds:CreateDBCluster', 'rds', 'RDS'],
  ['redshift:CreateCluster', 'redshift', 'Redshift'],
  ['securityhub:EnableSecurityHub', 'securityhub', 'SecurityHub'],
]

describe('the linked role that a call makes on its first use in an account (G-114)', () => {
  for (const [actions, name, role] of LINKED)
    for (const action of actions.split(' '))
      it(`${action}: AWSServiceRoleFor${role}`, () => {
        const [needed, ...more] = further({ action, resource: '*' }).filter(({ rule }) => rule === 'G-114')
        assert.equal(more.length, 0)
        const service = `${name}.amazonaws.com`
        assert.equal(needed?.request.action, 'iam:CreateServiceLinkedRole')
        const arn = `arn:aws:iam::${A}:role/aws-service-role/${service}/AWSServiceRoleFor${role}`
        assert.equal(needed.request.resource, arn)
        assert.equal(needed.request.context?.['iam:AWSServiceName'], service)
      })
})
