/** What a row claims by the facts at hand, and what it leaves open: rows of the table, each by its own text (docs/hops.md). */
import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import type { ContextValue } from '#iam/request.ts'
import { evaluateChain, furtherRequests } from '../chain.ts'
import type { Resource, Scenario } from '../scenario.ts'

const A = '111122223333'
const R = 'eu-west-1'
const KEY = `arn:aws:kms:${R}:${A}:key/k1`
const KEY2 = `arn:aws:kms:${R}:${A}:key/k2`
const ROLE: Resource = { arn: `arn:aws:iam::${A}:role/work`, kind: 'role' }
const BUCKET = 'arn:aws:s3:::bucket'
const OBJECT = 'arn:aws:s3:::bucket/a/b.txt'
const TARGET = 'arn:aws:s3:::target'
const FUNCTION = `arn:aws:lambda:${R}:${A}:function:f`
const SECRET = `arn:aws:secretsmanager:${R}:${A}:secret:s-AbCdEf`
const GROUP = `arn:aws:logs:${R}:${A}:log-group:g`
const VOLUME = `arn:aws:ec2:${R}:${A}:volume/vol-1`
const TRAIL = `arn:aws:cloudtrail:${R}:${A}:trail/t`

interface Call {
  readonly action: string
  readonly resource: string | readonly string[]
  readonly context?: Readonly<Record<string, ContextValue>>
  readonly resources?: readonly Resource[]
}

const scenario = ({ action, resource, context = {}, resources = [] }: Call): Scenario => ({
  request: {
    principal: `arn:${[resource].flat()[0]?.split(':')[1] ?? 'aws'}:iam::${A}:user/ann`,
    action,
    resource,
    resourceAccount: A,
    context,
  },
  policies: {
    complete: true,
    identityPolicies: [{ name: 'p', document: { Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] } }],
  },
  resources: resources.map((resource) => ({ account: A, ...resource })),
})
const neededBy = (call: Call, rule: string) => furtherRequests(scenario(call)).filter((needed) => needed.rule === rule)
const shown = (call: Call, rule: string) =>
  neededBy(call, rule).map(({ request }) => `${request.action} ${String(request.resource)}`)
const valueOf = (call: Call, rule: string, action: string, key: string) =>
  neededBy(call, rule).find(({ request }) => request.action === action)?.request.context?.[key]
/** What comes of one further request. */
const judged = (call: Call, rule: string, action: string) => {
  const step = evaluateChain(scenario(call)).steps?.find((step) => step.rule === rule && step.request.action === action)
  return [step?.decision.decision, ...(step?.decision.missing ?? []).map(({ fact }) => fact)]
}
const opened = (service: string, action: string, condition: object = {}): unknown => ({
  Statement: [
    { Effect: 'Allow', Principal: { Service: service }, Action: action, Resource: '*', Condition: condition },
  ],
})
const bucket = (arn: string, attributes: Resource['attributes'] = {}): Resource => ({ arn, attributes })

describe('a key that nothing asks for', () => {
  const ATTACH = { action: 'ec2:AttachVolume', resource: [`arn:aws:ec2:${R}:${A}:instance/i-1`, VOLUME] }
  it('is no key of a volume that is known to have none, or the AWS managed one (G-22)', () => {
    for (const kmsKeyArn of [null, 'alias/aws/ebs'])
      assert.deepEqual(
        shown({ ...ATTACH, resources: [{ arn: VOLUME, attributes: { kmsKeyArn } }, { arn: KEY }] }, 'G-22'),
        [],
      )
    assert.equal(shown({ ...ATTACH, resources: [{ arn: KEY }] }, 'G-22').length, 6)
  })

  it('is the AWS managed one behind its alias, which serves its own account (G-22, R-HOP-02)', () => {
    const createVolume = { action: 'ec2:CreateVolume', resource: `arn:aws:ec2:${R}:${A}:volume/*` }
    const named = (alias: string) =>
      shown({ ...createVolume, resources: [{ arn: `arn:aws:kms:${R}:${A}:${alias}` }] }, 'G-22')
    assert.deepEqual(named('alias/aws/ebs'), [])
    assert.equal(named('alias/disks').length, 6)
  })

  it('is not asked to decrypt the parts of an upload that is none in parts (G-03)', () => {
    const putObject = {
      action: 's3:PutObject',
      resource: OBJECT,
      resources: [bucket(BUCKET, { sseKmsKeyArn: KEY }), { arn: KEY }],
    }
    assert.deepEqual(shown(putObject, 'G-03'), [])
    assert.equal(
      shown({ ...putObject, context: { 'denytrace:call/operation': 'CreateMultipartUpload' } }, 'G-03').length,
      1,
    )
  })

  it('is no key of a new volume that is not encrypted (G-22)', () => {
    const call = { action: 'ec2:CreateVolume', resource: `arn:aws:ec2:${R}:${A}:volume/*`, resources: [{ arn: KEY }] }
    assert.deepEqual(shown({ ...call, context: { 'ec2:Encrypted': false } }, 'G-22'), [])
    assert.equal(shown({ ...call, context: { 'ec2:Encrypted': true } }, 'G-22').length, 6)
  })

  it('is no key of a secret that has none of its own and gets none (G-30)', () => {
    for (const kmsKeyArn of [null, 'alias/aws/secretsmanager'])
      assert.deepEqual(
        shown(
          {
            action: 'secretsmanager:PutSecretValue',
            resource: SECRET,
            resources: [{ arn: SECRET, attributes: { kmsKeyArn } }, { arn: KEY }],
          },
          'G-30',
        ),
        [],
      )
  })

  it('is perhaps the one the call sets, where another resource has it (G-13, G-76)', () => {
    const call = {
      action: 'lambda:CreateFunction',
      resource: FUNCTION,
      resources: [
        ROLE,
        { arn: OBJECT },
        bucket(BUCKET, { sseKmsKeyArn: KEY }),
        { arn: KEY, policy: opened('x.amazonaws.com', 'kms:*') },
      ],
    }
    assert.deepEqual(judged(call, 'G-13', 'kms:Encrypt').slice(0, 2), [
      'undetermined',
      `whether the call sets ${KEY}, which is the key of ${BUCKET}`,
    ])
    assert.equal(judged(call, 'G-76', 'kms:Decrypt')[0], 'denied')
    assert.equal(judged({ ...call, resources: [ROLE, { arn: KEY, policy: null }] }, 'G-13', 'kms:Encrypt')[0], 'denied')
  })
})

describe('what CloudWatch Logs does itself', () => {
  const FILTER = { action: 'logs:PutSubscriptionFilter', resource: GROUP }
  const onlyFor = { ArnLike: { 'aws:SourceArn': `${GROUP}:*` } }
  it('is done for the streams of the group (G-36)', () => {
    for (const resource of [GROUP, `${GROUP}:*`])
      assert.equal(
        valueOf(
          { ...FILTER, resource, resources: [{ arn: FUNCTION }] },
          'G-36',
          'lambda:InvokeFunction',
          'aws:SourceArn',
        ),
        `${GROUP}:*`,
      )
  })

  it('is let in under its plain name and under that of the Region (G-36)', () => {
    for (const name of ['logs.amazonaws.com', `logs.${R}.amazonaws.com`])
      assert.deepEqual(
        judged(
          { ...FILTER, resources: [{ arn: FUNCTION, policy: opened(name, 'lambda:InvokeFunction', onlyFor) }] },
          'G-36',
          'lambda:InvokeFunction',
        ),
        ['allowed'],
      )
    const other = opened('logs.us-east-1.amazonaws.com', 'lambda:InvokeFunction', onlyFor)
    assert.deepEqual(
      judged({ ...FILTER, resources: [{ arn: FUNCTION, policy: other }] }, 'G-36', 'lambda:InvokeFunction'),
      ['denied'],
    )
  })

  it('is done under a name of the China partition there, which a refusal leaves open (G-35)', () => {
    const call = { action: 'logs:AssociateKmsKey', resource: `arn:aws-cn:logs:cn-north-1:${A}:log-group:g` }
    const key = `arn:aws-cn:kms:cn-north-1:${A}:key/k1`
    const open = (name: string) => ({ ...call, resources: [{ arn: key, policy: opened(name, 'kms:*') }] })
    assert.deepEqual(judged(open('logs.cn-north-1.amazonaws.com.cn'), 'G-35', 'kms:Encrypt'), ['allowed'])
    assert.equal(judged(open('logs.cn-north-1.amazonaws.com'), 'G-35', 'kms:Encrypt')[0], 'undetermined')
  })
})

describe('logs of a load balancer (G-66)', () => {
  const logs = (type: string, service: string): Call => ({
    action: 'elasticloadbalancing:ModifyLoadBalancerAttributes',
    resource: `arn:aws:elasticloadbalancing:${R}:${A}:loadbalancer/${type}/lb/1`,
    resources: [{ arn: TARGET, policy: opened(service, 's3:PutObject') }],
  })
  it('come from the delivery of logs for a Network Load Balancer', () => {
    assert.deepEqual(judged(logs('net', 'delivery.logs.amazonaws.com'), 'G-66', 's3:PutObject'), ['allowed'])
    assert.deepEqual(judged(logs('net', 'logdelivery.elasticloadbalancing.amazonaws.com'), 'G-66', 's3:PutObject'), [
      'denied',
    ])
  })

  it('may come from an account of Elastic Load Balancing for the others', () => {
    assert.deepEqual(judged(logs('app', 'logdelivery.elasticloadbalancing.amazonaws.com'), 'G-66', 's3:PutObject'), [
      'allowed',
    ])
    assert.equal(judged(logs('app', 'delivery.logs.amazonaws.com'), 'G-66', 's3:PutObject')[0], 'undetermined')
  })

  it('go to no bucket with a key but for a Network Load Balancer, and those of a bucket to none', () => {
    const key = `arn:aws:kms:${R}:${A}:key/k1`
    const into = (call: Call, service: string): Call => ({
      ...call,
      resources: [
        { arn: TARGET, policy: opened(service, 's3:PutObject'), attributes: { sseKmsKeyArn: key } },
        { arn: key, policy: opened(service, 'kms:*') },
      ],
    })
    const keyDecision = (type: string, service: string) =>
      judged(into(logs(type, service), service), 'G-66', 'kms:GenerateDataKey')
    assert.deepEqual(keyDecision('net', 'delivery.logs.amazonaws.com'), ['allowed'])
    assert.deepEqual(keyDecision('app', 'logdelivery.elasticloadbalancing.amazonaws.com'), ['denied'])
    const server: Call = { action: 's3:PutBucketLogging', resource: 'arn:aws:s3:::source' }
    const service = 'logging.s3.amazonaws.com'
    assert.deepEqual(judged(into(server, service), 'G-66', 'kms:GenerateDataKey'), ['denied'])
    const plain = { ...server, resources: [{ arn: TARGET, policy: opened(service, 's3:PutObject') }] }
    assert.deepEqual(judged(plain, 'G-66', 's3:PutObject'), ['allowed'])
    assert.deepEqual(judged(plain, 'G-66', 'kms:GenerateDataKey'), [undefined])
  })
})

it('a secret behind a parameter is decrypted as the caller (G-101)', () => {
  const call = {
    action: 'ssm:GetParameter',
    resource: `arn:aws:ssm:${R}:${A}:parameter/aws/reference/secretsmanager/s`,
    resources: [{ arn: SECRET, attributes: { kmsKeyArn: KEY } }],
  }
  assert.deepEqual(shown(call, 'G-101'), [`secretsmanager:GetSecretValue ${SECRET}`, `kms:Decrypt ${KEY}`])
  assert.equal(valueOf(call, 'G-101', 'kms:Decrypt', 'kms:ViaService'), `secretsmanager.${R}.amazonaws.com`)
  assert.equal(valueOf(call, 'G-101', 'kms:Decrypt', 'kms:EncryptionContext:SecretARN'), SECRET)
})

it('code from a bucket with a Bucket Key is decrypted in the context of the bucket (G-76)', () => {
  const callWith = (bucketKeyEnabled: boolean): Call => ({
    action: 'lambda:UpdateFunctionCode',
    resource: FUNCTION,
    resources: [{ arn: OBJECT }, bucket(BUCKET, { sseKmsKeyArn: KEY, bucketKeyEnabled })],
  })
  const key = 'kms:EncryptionContext:aws:s3:arn'
  assert.equal(valueOf(callWith(true), 'G-76', 'kms:Decrypt', key), BUCKET)
  assert.equal(valueOf(callWith(false), 'G-76', 'kms:Decrypt', key), OBJECT)
})

it('an object that is missing is one also beside its bucket (G-62)', () => {
  const object = { arn: OBJECT, attributes: { objectExists: false } }
  for (const resources of [
    [bucket(BUCKET), object],
    [object, bucket(BUCKET)],
  ])
    assert.deepEqual(shown({ action: 's3:GetObject', resource: OBJECT, resources }, 'G-62'), [
      `s3:ListBucket ${BUCKET}`,
    ])
})

it('a trail is encrypted in the context of its ARN (G-55)', () => {
  const condition = { StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': `arn:aws:cloudtrail:*:${A}:trail/*` } }
  const policy = opened('cloudtrail.amazonaws.com', 'kms:GenerateDataKey*', condition)
  const call = { action: 'cloudtrail:CreateTrail', resource: TRAIL, resources: [{ arn: KEY, policy }] }
  assert.deepEqual(judged(call, 'G-55', 'kms:GenerateDataKey'), ['allowed'])
})

describe('replicas that are encrypted (G-06)', () => {
  const keys = (source: Resource['attributes'], target: Resource['attributes']) =>
    shown(
      {
        action: 's3:PutReplicationConfiguration',
        resource: BUCKET,
        resources: [ROLE, bucket(BUCKET, source), bucket(TARGET, target)],
      },
      'G-06',
    ).filter((need) => need.startsWith('kms:'))
  it('are encrypted anew, or with a data key where the source is plain', () => {
    assert.deepEqual(keys({ sseKmsKeyArn: KEY }, { sseKmsKeyArn: KEY2 }), [`kms:Decrypt ${KEY}`, `kms:Encrypt ${KEY2}`])
    assert.deepEqual(keys({ sseKmsKeyArn: null }, { sseKmsKeyArn: KEY2 }), [`kms:GenerateDataKey ${KEY2}`])
  })

  it('need the key of a destination with a Bucket Key decrypted, too', () => {
    assert.deepEqual(keys({ sseKmsKeyArn: null }, { sseKmsKeyArn: KEY2, bucketKeyEnabled: true }), [
      `kms:GenerateDataKey ${KEY2}`,
      `kms:Decrypt ${KEY2}`,
    ])
  })
})

describe('a key of an object whose head alone is read (G-02)', () => {
  const call = { resource: OBJECT, resources: [bucket(BUCKET, { sseKmsKeyArn: KEY }), { arn: KEY, policy: null }] }
  const open = ['undetermined', 'whether the call asked for the checksum of the object']
  it('is asked for with a checksum only', () => {
    assert.deepEqual(judged({ ...call, action: 's3:HeadObject' }, 'G-02', 'kms:Decrypt').slice(0, 2), open)
    const context = { 'denytrace:call/operation': 'HeadObject' }
    assert.deepEqual(judged({ ...call, action: 's3:GetObject', context }, 'G-02', 'kms:Decrypt').slice(0, 2), open)
    assert.equal(judged({ ...call, action: 's3:GetObject' }, 'G-02', 'kms:Decrypt')[0], 'denied')
  })
})

it('an alarm that is made with tags is what is tagged (G-85)', () => {
  const resource = `arn:aws:cloudwatch:${R}:${A}:alarm:a`
  const context = { 'aws:RequestTag/team': 'a' }
  assert.deepEqual(shown({ action: 'cloudwatch:PutMetricAlarm', resource, context }, 'G-85'), [
    `cloudwatch:TagResource ${resource}`,
  ])
})

describe('objects and streams whose names are not known', () => {
  const open = (service: string, action: string, resource: string): unknown => ({
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: action, Resource: resource }],
  })
  it('may lie below the prefix that a bucket policy opens (G-66)', () => {
    const logs = (resource: string, service = 'logging.s3.amazonaws.com'): Call => ({
      action: 's3:PutBucketLogging',
      resource: BUCKET,
      resources: [{ arn: TARGET, policy: open(service, 's3:PutObject', resource) }],
    })
    assert.deepEqual(judged(logs(`${TARGET}/*`), 'G-66', 's3:PutObject'), ['allowed'])
    assert.equal(judged(logs(`${TARGET}/logs/*`), 'G-66', 's3:PutObject')[0], 'undetermined')
    assert.deepEqual(judged(logs(`${TARGET}/*`, 'x.amazonaws.com'), 'G-66', 's3:PutObject'), ['denied'])
  })

  it('may lie below the prefix that the caller may read (G-42)', () => {
    const outer = scenario({
      action: 'athena:StartQueryExecution',
      resource: `arn:aws:athena:${R}:${A}:workgroup/w`,
      resources: [{ arn: TARGET, policy: null }],
    })
    const document = { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: `${TARGET}/data/*` }] }
    const policies = { ...outer.policies, identityPolicies: [{ name: 'p', document }] }
    const step = evaluateChain({ ...outer, policies }).steps?.find((step) => step.request.action === 's3:GetObject')
    assert.equal(step?.decision.decision, 'undetermined')
  })

  it('are streams of the log group that its policy opens (G-47)', () => {
    const callWith = (resource: string): Call => ({
      action: 'events:PutTargets',
      resource: `arn:aws:events:${R}:${A}:rule/r`,
      resources: [{ arn: GROUP, policy: open('events.amazonaws.com', 'logs:PutLogEvents', resource) }],
    })
    assert.deepEqual(judged(callWith(`${GROUP}:*`), 'G-47', 'logs:PutLogEvents'), ['allowed'])
    assert.deepEqual(judged(callWith(`${GROUP}2:*`), 'G-47', 'logs:PutLogEvents'), ['denied'])
  })

  it('leave open which of its two forms a log group has (G-17)', () => {
    const roleArn = ROLE.arn
    const call = {
      action: 'lambda:InvokeFunction',
      resource: FUNCTION,
      resources: [{ arn: FUNCTION, attributes: { roleArn } }],
    }
    const group = `arn:aws:logs:${R}:${A}:log-group:/aws/lambda/f`
    assert.deepEqual(
      neededBy(call, 'G-17').map(({ request }) => request.resourcePatterns),
      [
        { [group]: [group, `${group}:*`] },
        { [group]: [group, `${group}:*`] },
        { [`${group}:log-stream:*`]: [`${group}:log-stream:*`] },
      ],
    )
  })
})

test('an SCP for one Region leaves open whether it denies the model behind an inference profile (G-117)', () => {
  const outer = scenario({
    action: 'bedrock:InvokeModel',
    resource: `arn:aws:bedrock:${R}:${A}:inference-profile/eu.amazon.nova-pro-v1:0`,
    context: { 'aws:RequestedRegion': R },
  })
  const onlyHere = {
    Statement: [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: '*', Resource: '*', Condition: { StringNotEquals: { 'aws:RequestedRegion': R } } },
    ],
  }
  const level = { target: 'r-1', policies: [{ name: 'scp', document: onlyHere }] }
  const policies = { ...outer.policies, serviceControlPolicies: [level] }
  const steps = evaluateChain({ ...outer, policies }).steps ?? []
  assert.deepEqual(
    steps.map(({ decision }) => decision.decision),
    ['undetermined'],
  )
})
