import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EventResources } from './event-resources.ts'
import { apiGatewayMethod } from '#iam/api-operations.ts'
import { actionFacts } from '#iam/facts/actions.ts'
import { resourceTypeFacts } from '#iam/facts/resource-types.ts'
import { allServices } from '#iam/facts/services.ts'
import { filled, formOf } from './arn-pattern.ts'
import { furtherResources, isFurtherAction } from './further-resources.ts'
import { resourcesForAction } from './resources.ts'

const event = (operation: string, parameters: unknown, more: Partial<EventResources> = {}): EventResources => ({
  operation,
  parameters,
  partition: 'aws',
  region: 'eu-west-1',
  account: '111122223333',
  listed: [],
  ...more,
})

const R = 'eu-west-1:111122223333'

const PLACES: ReadonlyMap<string, string> = new Map([
  ['Partition', 'aws'],
  ['Region', 'eu-west-1'],
  ['Account', '111122223333'],
])

const CASES: readonly (readonly [
  action: string,
  operation: string,
  parameters: unknown,
  resources: readonly string[],
])[] = [
  ['s3:PutObject', 'PutObject', { bucketName: 'b', key: 'x/y z' }, ['arn:aws:s3:::b/x/y z']],
  ['s3:ListBucket', 'ListObjects', { bucketName: 'b', prefix: 'p/' }, ['arn:aws:s3:::b']],
  ['s3:GetObject', 'GetObject', { Host: 'bkt.s3.eu-west-1.amazonaws.com', key: 'k' }, ['arn:aws:s3:::bkt/k']],
  [
    's3:GetObject',
    'GetObject',
    { host: ['app-444455556666.s3-accesspoint.eu-west-1.amazonaws.com'], key: 'k' },
    ['arn:aws:s3:eu-west-1:444455556666:accesspoint/app/object/k'],
  ],
  [
    's3:GetObject',
    'GetObject',
    { bucketName: 'arn:aws:s3:eu-west-1:444455556666:accesspoint/ap', key: 'k' },
    ['arn:aws:s3:eu-west-1:444455556666:accesspoint/ap/object/k'],
  ],
  ['s3:DeleteObject', 'DeleteObjects', { bucketName: 'b' }, ['arn:aws:s3:::b/*']],
  ['s3:ListAllMyBuckets', 'ListBuckets', {}, ['*']],
  [
    'backup:StartCopyJob',
    'StartCopyJob',
    { recoveryPointArn: 'arn:aws:ec2:eu-west-1::snapshot/snap-1', sourceBackupVaultName: 'v' },
    ['arn:aws:ec2:eu-west-1::snapshot/snap-1'],
  ],
  ['dynamodb:Query', 'Query', { tableName: 't', indexName: 'i' }, [`arn:aws:dynamodb:${R}:table/t/index/i`]],
  [
    'dynamodb:GetItem',
    'GetItem',
    { tableName: 'arn:aws:dynamodb:eu-west-1:444455556666:table/t' },
    ['arn:aws:dynamodb:eu-west-1:444455556666:table/t'],
  ],
  [
    'dynamodb:BatchGetItem',
    'BatchGetItem',
    { requestItems: { a: {}, b: {} } },
    [`arn:aws:dynamodb:${R}:table/a`, `arn:aws:dynamodb:${R}:table/b`],
  ],
  ['lambda:InvokeFunction', 'Invoke', { functionName: 'f' }, [`arn:aws:lambda:${R}:function:f`]],
  [
    'lambda:InvokeFunction',
    'Invoke',
    { functionName: 'f', qualifier: 'live' },
    [`arn:aws:lambda:${R}:function:f:live`],
  ],
  [
    'lambda:InvokeFunction',
    'Invoke',
    { functionName: '444455556666:function:f' },
    ['arn:aws:lambda:eu-west-1:444455556666:function:f'],
  ],
  [
    'sqs:SendMessage',
    'SendMessage',
    { queueUrl: 'https://sqs.us-east-2.amazonaws.com/444455556666/q' },
    ['arn:aws:sqs:us-east-2:444455556666:q'],
  ],
  [
    'sqs:SendMessage',
    'SendMessage',
    { queueUrl: 'https://queue.amazonaws.com/444455556666/q' },
    ['arn:aws:sqs:eu-west-1:444455556666:q'],
  ],
  ['sns:Publish', 'Publish', { topicArn: `arn:aws:sns:${R}:t` }, [`arn:aws:sns:${R}:t`]],
  ['kms:Encrypt', 'Encrypt', { keyId: '1234abcd' }, [`arn:aws:kms:${R}:key/1234abcd`]],
  ['kms:Encrypt', 'Encrypt', { keyId: 'alias/a' }, [`arn:aws:kms:${R}:alias/a`]],
  [
    'secretsmanager:GetSecretValue',
    'GetSecretValue',
    { secretId: 'db/main' },
    [`arn:aws:secretsmanager:${R}:secret:db/main-??????`],
  ],
  [
    'secretsmanager:GetSecretValue',
    'BatchGetSecretValue',
    { secretIdList: ['db/main', `arn:aws:secretsmanager:${R}:secret:api-AbCdEf`] },
    [`arn:aws:secretsmanager:${R}:secret:db/main-??????`, `arn:aws:secretsmanager:${R}:secret:api-AbCdEf`],
  ],
  [
    'ssm:UpdateInstanceInformation',
    'UpdateInstanceInformation',
    { instanceId: 'i-EXAMPLE1234567890' },
    [`arn:aws:ec2:${R}:instance/i-EXAMPLE1234567890`],
  ],
  ['ssm:GetParameter', 'GetParameter', { name: '/a/b' }, [`arn:aws:ssm:${R}:parameter/a/b`]],
  [
    'ssm:GetParameters',
    'GetParameters',
    { names: ['x', '/y'] },
    [`arn:aws:ssm:${R}:parameter/x`, `arn:aws:ssm:${R}:parameter/y`],
  ],
  [
    'ssm:GetParameter',
    'GetParameter',
    { name: '/aws/service/ami-amazon-linux-latest/al2023' },
    ['arn:aws:ssm:eu-west-1::parameter/aws/service/ami-amazon-linux-latest/al2023'],
  ],
  [
    'ssm:SendCommand',
    'SendCommand',
    { documentName: 'AWS-RunShellScript', instanceIds: ['i-0123456789abcdef0', 'mi-0123456789abcdef0'] },
    [
      'arn:aws:ssm:eu-west-1::document/AWS-RunShellScript',
      `arn:aws:ec2:${R}:instance/i-0123456789abcdef0`,
      `arn:aws:ssm:${R}:managed-instance/mi-0123456789abcdef0`,
    ],
  ],
  [
    'ssm:SendCommand',
    'SendCommand',
    { documentName: 'own', targets: [{ key: 'InstanceIds', values: ['i-0123456789abcdef0'] }] },
    [`arn:aws:ssm:${R}:document/own`, `arn:aws:ec2:${R}:instance/i-0123456789abcdef0`],
  ],
  ['ssm:StartSession', 'StartSession', { target: 'i-01234567' }, [`arn:aws:ec2:${R}:instance/i-01234567`]],
  [
    'ssm:StartSession',
    'StartSession',
    { target: `ecs:prod_${'a1'.repeat(16)}_${'a1'.repeat(16)}-123456`, documentName: 'AWS-StartPortForwardingSession' },
    ['arn:aws:ssm:eu-west-1::document/AWS-StartPortForwardingSession', `arn:aws:ecs:${R}:task/prod/${'a1'.repeat(16)}`],
  ],
  [
    'ssm:StartAutomationExecution',
    'StartAutomationExecution',
    { documentName: 'AWS-RestartEC2Instance', parameters: { InstanceId: ['i-0123456789abcdef0'] } },
    ['arn:aws:ssm:eu-west-1::document/AWS-RestartEC2Instance', `arn:aws:ssm:${R}:automation-execution/*`],
  ],
  [
    'ssm:UpdateAssociation',
    'UpdateAssociation',
    { associationId: 'a1', name: 'AWS-UpdateSSMAgent' },
    [`arn:aws:ssm:${R}:association/a1`, 'arn:aws:ssm:eu-west-1::document/AWS-UpdateSSMAgent'],
  ],
  ['ssm:GetDocument', 'GetDocument', { name: 'own' }, [`arn:aws:ssm:${R}:document/own`]],
  [
    'sts:AssumeRole',
    'AssumeRole',
    { roleArn: 'arn:aws:iam::444455556666:role/x' },
    ['arn:aws:iam::444455556666:role/x'],
  ],
  ['iam:GetUser', 'GetUser', { userName: 'u' }, ['arn:aws:iam::111122223333:user/u']],
  ['iam:CreateRole', 'CreateRole', { roleName: 'r', path: '/ci/' }, ['arn:aws:iam::111122223333:role/ci/r']],
  [
    'iam:AttachRolePolicy',
    'AttachRolePolicy',
    { roleName: 'r', policyArn: 'arn:aws:iam::aws:policy/P' },
    ['arn:aws:iam::111122223333:role/r'],
  ],
  [
    'iam:GetPolicy',
    'GetPolicy',
    { policyArn: 'arn:aws:iam::111122223333:policy/p' },
    ['arn:aws:iam::111122223333:policy/p'],
  ],
  [
    'ec2:StopInstances',
    'StopInstances',
    { instancesSet: { items: [{ instanceId: 'i-1' }, { instanceId: 'i-2' }] } },
    [`arn:aws:ec2:${R}:instance/i-1`, `arn:aws:ec2:${R}:instance/i-2`],
  ],
  [
    'ec2:RunInstances',
    'RunInstances',
    {
      launchTemplate: { launchTemplateId: 'lt-0a' },
      networkInterfaceSet: { items: [{ networkInterfaceId: 'eni-1' }] },
    },
    [
      'arn:aws:ec2:eu-west-1::image/*',
      `arn:aws:ec2:${R}:instance/*`,
      `arn:aws:ec2:${R}:launch-template/lt-0a`,
      `arn:aws:ec2:${R}:network-interface/eni-1`,
      `arn:aws:ec2:${R}:volume/*`,
    ],
  ],
  [
    'ec2:CopyImage',
    'CopyImage',
    { sourceImageId: 'ami-1', sourceRegion: 'us-west-2', name: 'n' },
    ['arn:aws:ec2:us-west-2::image/ami-1', 'arn:aws:ec2:eu-west-1::image/*', 'arn:aws:ec2:eu-west-1::snapshot/*'],
  ],
  [
    'ec2:CopySnapshot',
    'CopySnapshot',
    { sourceSnapshotId: 'snap-1', sourceRegion: 'us-west-2' },
    ['arn:aws:ec2:us-west-2::snapshot/snap-1', 'arn:aws:ec2:eu-west-1::snapshot/*'],
  ],
  [
    'ec2:CreateImage',
    'CreateImage',
    { instanceId: 'i-1', name: 'n' },
    ['arn:aws:ec2:eu-west-1::image/*', `arn:aws:ec2:${R}:instance/i-1`, 'arn:aws:ec2:eu-west-1::snapshot/*'],
  ],
  [
    'elasticloadbalancing:CreateLoadBalancer',
    'CreateLoadBalancer',
    { name: 'lb', subnets: ['subnet-1'] },
    [`arn:aws:elasticloadbalancing:${R}:loadbalancer/app/lb/*`],
  ],
  [
    'elasticloadbalancing:CreateTargetGroup',
    'CreateTargetGroup',
    { name: 'tg', port: 80 },
    [`arn:aws:elasticloadbalancing:${R}:targetgroup/tg/*`],
  ],
  [
    'elasticloadbalancing:CreateLoadBalancer',
    'CreateLoadBalancer',
    { name: 'lb', type: 'network' },
    [`arn:aws:elasticloadbalancing:${R}:loadbalancer/net/lb/*`],
  ],
  [
    'elasticloadbalancing:CreateLoadBalancer',
    'CreateLoadBalancer',
    { loadBalancerName: 'lb', listeners: [] },
    [`arn:aws:elasticloadbalancing:${R}:loadbalancer/lb`],
  ],
  [
    'ec2:RunInstances',
    'RunInstances',
    { instancesSet: { items: [{ imageId: 'ami-1' }] } },
    [
      'arn:aws:ec2:eu-west-1::image/ami-1',
      ...['instance', 'network-interface', 'security-group', 'subnet', 'volume'].map(
        (type) => `arn:aws:ec2:${R}:${type}/*`,
      ),
    ],
  ],
  [
    'ec2:RunInstances',
    'RunInstances',
    { networkInterfaceSet: { items: [{ networkInterfaceId: 'eni-1' }] } },
    [`arn:aws:ec2:${R}:instance/*`, `arn:aws:ec2:${R}:network-interface/eni-1`, `arn:aws:ec2:${R}:volume/*`],
  ],
  ['ec2:DeleteSnapshot', 'DeleteSnapshot', { snapshotId: 'snap-1' }, ['arn:aws:ec2:eu-west-1::snapshot/snap-1']],
  ['ec2:DescribeVolumes', 'DescribeVolumes', { volumeSet: { items: [{ volumeId: 'vol-1' }] } }, ['*']],
  ['ec2:CreateVpc', 'CreateVpc', { cidrBlock: '10.0.0.0/16' }, [`arn:aws:ec2:${R}:vpc/*`]],
  ['rds:DeleteDBInstance', 'DeleteDBInstance', { dBInstanceIdentifier: 'd' }, [`arn:aws:rds:${R}:db:d`]],
  ['rds:DeleteDBCluster', 'DeleteDBCluster', { dBClusterIdentifier: 'c' }, [`arn:aws:rds:${R}:cluster:c`]],
  ['eks:DescribeCluster', 'DescribeCluster', { name: 'c' }, [`arn:aws:eks:${R}:cluster/c`]],
  [
    'eks:DescribeNodegroup',
    'DescribeNodegroup',
    { name: 'c', nodegroupName: 'n' },
    [`arn:aws:eks:${R}:nodegroup/c/n/*`],
  ],
  ['guardduty:GetDetector', 'GetDetector', { detectorId: 'd' }, [`arn:aws:guardduty:${R}:detector/d`]],
  ['ecs:UpdateService', 'UpdateService', { cluster: 'c', service: 's' }, [`arn:aws:ecs:${R}:service/c/s`]],
  [
    'ecs:UpdateService',
    'UpdateService',
    { cluster: `arn:aws:ecs:${R}:cluster/c`, service: 's' },
    [`arn:aws:ecs:${R}:service/c/s`],
  ],
  ['ecr:BatchGetImage', 'BatchGetImage', { repositoryName: 'a/b' }, [`arn:aws:ecr:${R}:repository/a/b`]],
  [
    'logs:PutRetentionPolicy',
    'PutRetentionPolicy',
    { logGroupName: '/g' },
    [`arn:aws:logs:${R}:log-group:/g:log-stream:`],
  ],
  [
    'logs:DeleteLogStream',
    'DeleteLogStream',
    { logGroupName: 'g', logStreamName: 's' },
    [`arn:aws:logs:${R}:log-group:g:log-stream:s`],
  ],
  [
    'logs:StartQuery',
    'StartQuery',
    { logGroupNames: ['/aws/lambda/a', 'b'], queryString: 'fields @message' },
    [`arn:aws:logs:${R}:log-group:/aws/lambda/a:log-stream:`, `arn:aws:logs:${R}:log-group:b:log-stream:`],
  ],
  [
    'logs:StartQuery',
    'StartQuery',
    { logGroupIdentifiers: ['arn:aws:logs:eu-west-1:444455556666:log-group:/g'] },
    ['arn:aws:logs:eu-west-1:444455556666:log-group:/g:log-stream:'],
  ],
  [
    'route53:ChangeResourceRecordSets',
    'ChangeResourceRecordSets',
    { hostedZoneId: '/hostedzone/Z1' },
    ['arn:aws:route53:::hostedzone/Z1'],
  ],
  ['route53:GetHostedZone', 'GetHostedZone', { id: 'Z1' }, ['arn:aws:route53:::hostedzone/Z1']],
  [
    'sso:CreateAccountAssignment',
    'CreateAccountAssignment',
    {
      instanceArn: 'arn:aws:sso:::instance/ssoins-1',
      targetId: '444455556666',
      targetType: 'AWS_ACCOUNT',
      permissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-1/ps-1',
    },
    [
      'arn:aws:sso:::account/444455556666',
      'arn:aws:sso:::instance/ssoins-1',
      'arn:aws:sso:::permissionSet/ssoins-1/ps-1',
    ],
  ],
  [
    'states:StartExecution',
    'StartExecution',
    { stateMachineArn: `arn:aws:states:${R}:stateMachine:m` },
    [`arn:aws:states:${R}:stateMachine:m`],
  ],
  ['events:PutRule', 'PutRule', { name: 'r' }, [`arn:aws:events:${R}:rule/r`]],
  ['events:PutTargets', 'PutTargets', { rule: 'r', eventBusName: 'bus' }, [`arn:aws:events:${R}:rule/bus/r`]],
  ['kinesis:PutRecord', 'PutRecord', { streamName: 's' }, [`arn:aws:kinesis:${R}:stream/s`]],
  ['kinesis:PutRecord', 'PutRecord', { streamARN: `arn:aws:kinesis:${R}:stream/s` }, [`arn:aws:kinesis:${R}:stream/s`]],
  ['cloudtrail:StopLogging', 'StopLogging', { name: 't' }, [`arn:aws:cloudtrail:${R}:trail/t`]],
  [
    'cloudtrail:StopLogging',
    'StopLogging',
    { name: `arn:aws:cloudtrail:${R}:trail/t` },
    [`arn:aws:cloudtrail:${R}:trail/t`],
  ],
  [
    'wafv2:GetWebACL',
    'GetWebACL',
    { name: 'n', id: 'i', scope: 'REGIONAL' },
    [`arn:aws:wafv2:${R}:regional/webacl/n/i`],
  ],
  ['cloudfront:GetDistribution', 'GetDistribution', { id: 'E1' }, ['arn:aws:cloudfront::111122223333:distribution/E1']],
  ['cloudformation:UpdateStack', 'UpdateStack', { stackName: 's' }, [`arn:aws:cloudformation:${R}:stack/s/*`]],
  [
    'autoscaling:UpdateAutoScalingGroup',
    'UpdateAutoScalingGroup',
    { autoScalingGroupName: 'g' },
    [`arn:aws:autoscaling:${R}:autoScalingGroup:*:autoScalingGroupName/g`],
  ],
  [
    'elasticfilesystem:DeleteFileSystem',
    'DeleteFileSystem',
    { fileSystemId: 'fs-1' },
    [`arn:aws:elasticfilesystem:${R}:file-system/fs-1`],
  ],
]

test('resources come from the parameters by the reference and its exceptions (R-CT-31, R-CT-31a, R-CT-31b)', () => {
  const found = CASES.map(([action, operation, parameters]) => [
    action,
    parameters,
    resourcesForAction(action, event(operation, parameters)).resources,
  ])
  assert.deepEqual(
    found,
    CASES.map(([action, , parameters, resources]) => [action, parameters, resources]),
  )
})

test('a resource of the record comes before one derived from parameters (R-CT-30)', () => {
  const listed = ['arn:aws:kms:eu-west-1:444455556666:key/real']
  assert.deepEqual(
    resourcesForAction('kms:Decrypt', event('Decrypt', { keyId: 'alias/a' }, { listed })).resources,
    listed,
  )
  const buckets = { listed: ['arn:aws:s3:::b', 'arn:aws:s3:::b/k'] }
  assert.deepEqual(
    resourcesForAction('s3:GetObject', event('GetObject', { bucketName: 'b', key: 'k' }, buckets)).resources,
    ['arn:aws:s3:::b/k'],
  )
  assert.deepEqual(resourcesForAction('s3:ListBucket', event('ListObjects', { bucketName: 'b' }, buckets)).resources, [
    'arn:aws:s3:::b',
  ])
})

test('without parameters an action with resource types has no resource, one without has * (R-CT-30 (5), R-REQ-05)', () => {
  assert.deepEqual(resourcesForAction('iam:DeleteUser', event('DeleteUser', null)).resources, [])
  assert.deepEqual(resourcesForAction('ec2:DescribeRegions', event('DescribeRegions', null)).resources, ['*'])
  assert.deepEqual(resourcesForAction('madeup:DoIt', event('DoIt', { name: 'x' })).resources, [])
})

test('an ARN is taken for the resource only if the action has its type; arguments never (R-CT-30c)', () => {
  const role = { functionName: undefined, role: 'arn:aws:iam::111122223333:role/x', kmsKeyId: `arn:aws:kms:${R}:key/k` }
  assert.deepEqual(resourcesForAction('lambda:CreateFunction', event('CreateFunction', role)).resources, [])
  const encoded = { name: 'c', principalArn: 'arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fx' }
  assert.ok(
    !resourcesForAction('eks:DescribeAccessEntry', event('DescribeAccessEntry', encoded)).resources.some((arn) =>
      arn.includes(':iam:'),
    ),
  )
})

test('the partition of ARNs is that of the event', () => {
  const china = event('PutObject', { bucketName: 'b', key: 'k' }, { partition: 'aws-cn', region: 'cn-north-1' })
  assert.deepEqual(resourcesForAction('s3:PutObject', china).resources, ['arn:aws-cn:s3:::b/k'])
})

test('copies read from the source and write to the destination (G-04)', () => {
  const parameters = { bucketName: 'dst', key: 'k', 'x-amz-copy-source': '/src/a%20b?versionId=1' }
  const source = resourcesForAction('s3:GetObjectVersion', event('CopyObject', parameters, { on: 'source' }))
  assert.deepEqual(source.resources, ['arn:aws:s3:::src/a b'])
  const destination = resourcesForAction('s3:PutObject', event('CopyObject', parameters, { on: 'destination' }))
  assert.deepEqual(destination.resources, ['arn:aws:s3:::dst/k'])
})

test("a further request's resource is an ARN of its own kind in the record (R-CT-25a, R-CT-30c)", () => {
  const parameters = { functionName: 'f', role: 'arn:aws:iam::111122223333:role/x' }
  assert.deepEqual(furtherResources('iam:PassRole', event('CreateFunction', parameters)).resources, [parameters.role])
  const put = { bucketName: 'b', key: 'k', 'x-amz-server-side-encryption-aws-kms-key-id': 'k-1' }
  assert.deepEqual(furtherResources('kms:GenerateDataKey', event('PutObject', put)).resources, [
    `arn:aws:kms:${R}:key/k-1`,
  ])
  assert.deepEqual(furtherResources('ec2:DescribeSubnets', event('CreateFunction', parameters)).resources, ['*'])
})

test('parameters that are written with hyphens are found as all others are (R-CT-32)', () => {
  const parameters = { 'application-id': 'a1', 'campaign-id': 'c1' }
  assert.deepEqual(resourcesForAction('mobiletargeting:GetCampaign', event('GetCampaign', parameters)).resources, [
    `arn:aws:mobiletargeting:${R}:apps/a1/campaigns/c1`,
  ])
})

test("the record's own ARN of a table comes before one that is made of its name (R-CT-30)", () => {
  const listed = ['arn:aws:dynamodb:eu-west-1:444455556666:table/t']
  const on = (tableName: string) =>
    resourcesForAction('dynamodb:PutItem', event('PutItem', { tableName }, { listed })).resources
  assert.deepEqual(on('t'), listed)
  assert.deepEqual(on('u'), [`arn:aws:dynamodb:${R}:table/u`])
})

test('only actions of another service are further requests', () => {
  assert.equal(isFurtherAction('iam:PassRole', 'lambda.amazonaws.com'), true)
  assert.equal(isFurtherAction('SNS:Publish', 'sns.amazonaws.com'), false)
  assert.equal(isFurtherAction('cloudwatch:PutMetricData', 'monitoring.amazonaws.com'), false)
})

test('an ARN fits a pattern of the reference by its fixed texts', () => {
  const table = 'arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}'
  assert.ok(formOf('arn:aws:dynamodb:eu-west-1:111122223333:table/t', table) !== undefined)
  assert.equal(formOf('arn:aws:dynamodb:eu-west-1:111122223333:index/t', table), undefined)
  assert.equal(formOf('arn:aws:sqs:eu-west-1:111122223333:table/t', table), undefined)
  assert.equal(formOf('arn:aws:dynamodb:eu-west-1:111122223333:table/', table), undefined)
})

test('the ARN that `resourceArn` gives is the resource, and no part of another (R-CT-30, R-CT-30c)', () => {
  const given = (action: string, arn: string, more: object = {}) =>
    resourcesForAction(`${action}:TagResource`, event('TagResource', { resourceArn: arn, ...more })).resources
  const arns = [
    `arn:aws:eks:${R}:cluster/k`,
    `arn:aws:codedeploy:${R}:application:app`,
    `arn:aws:dynamodb:${R}:table/T`,
    `arn:aws:logs:${R}:log-group:/g`,
    `arn:aws:appsync:${R}:apis/x`,
  ]
  assert.deepEqual(
    arns.map((arn) => given(arn.split(':')[2] ?? '', arn, { tags: { team: 'a' } })),
    arns.map((arn) => [arn]),
  )
  assert.deepEqual(given('eks', 'arn%3Aaws%3Aeks%3Aeu-west-1%3A111122223333%3Acluster%2Fk'), [
    `arn:aws:eks:${R}:cluster/k`,
  ])
})

test("of every service's TagResource the ARN is the only resource, of whichever type it is", () => {
  const wrong = allServices().flatMap((service) => {
    const types = actionFacts(service, 'TagResource')?.resourceTypes ?? []
    const patterns = types.flatMap(({ name }) => resourceTypeFacts(service, name)?.arnPatterns ?? [])
    const arns = patterns.flatMap((pattern) => filled(pattern, (name) => PLACES.get(name) ?? `a-${name}`) ?? [])
    return arns.filter((resourceArn) => {
      const found = resourcesForAction(`${service}:TagResource`, event('TagResource', { resourceArn })).resources
      return found.length !== 1 || found[0] !== resourceArn
    })
  })
  assert.deepEqual(wrong, [])
})

test('an ARN of another type that `resourceArn` gives fills no pattern (R-CT-30c)', () => {
  const balancer = `arn:aws:elasticloadbalancing:${R}:loadbalancer/app/l/1`
  const found = resourcesForAction('shield:DescribeProtection', event('DescribeProtection', { resourceArn: balancer }))
  assert.deepEqual(found.resources, [])
})

test('the owner that a parameter names is the account of the resource (R-CT-31, R-XACC-01)', () => {
  const other = 'eu-west-1:444455556666'
  const cases: readonly (readonly [action: string, operation: string, parameters: unknown, ...arns: string[]])[] = [
    [
      'ecr:BatchGetImage',
      'BatchGetImage',
      { registryId: '444455556666', repositoryName: 'app' },
      `arn:aws:ecr:${other}:repository/app`,
    ],
    [
      'sqs:GetQueueUrl',
      'GetQueueUrl',
      { queueName: 'q', queueOwnerAWSAccountId: '444455556666' },
      `arn:aws:sqs:${other}:q`,
    ],
    [
      'codeartifact:GetAuthorizationToken',
      'GetAuthorizationToken',
      { domain: 'd', domainOwner: '444455556666' },
      `arn:aws:codeartifact:${other}:domain/d`,
    ],
    [
      'glue:GetTable',
      'GetTable',
      { catalogId: '444455556666', databaseName: 'db', name: 't' },
      `arn:aws:glue:${other}:database/db`,
      `arn:aws:glue:${other}:catalog`,
      `arn:aws:glue:${other}:table/db/t`,
    ],
    ['lambda:InvokeFunction', 'Invoke', { functionName: '444455556666:fn' }, `arn:aws:lambda:${other}:function:fn`],
    [
      'lambda:InvokeFunction',
      'Invoke',
      { functionName: 'us-east-1:444455556666:function:fn:live' },
      'arn:aws:lambda:us-east-1:444455556666:function:fn:live',
    ],
    ['lambda:InvokeFunction', 'Invoke', { functionName: 'function:fn' }, `arn:aws:lambda:${R}:function:fn`],
    ['sts:AssumeRoot', 'AssumeRoot', { targetPrincipal: '444455556666' }, 'arn:aws:iam::444455556666:root'],
  ]
  assert.deepEqual(
    cases.map(([action, operation, parameters]) => resourcesForAction(action, event(operation, parameters)).resources),
    cases.map(([, , , ...arns]) => arns),
  )
})

test('a catalogue that a further table of the call lies in is not that of the call', () => {
  const parameters = { databaseName: 'db', tableInput: { name: 't', targetTable: { catalogId: '444455556666' } } }
  const { resources } = resourcesForAction('glue:CreateTable', event('CreateTable', parameters))
  assert.ok(resources.length > 0 && resources.every((arn) => arn.includes(':111122223333:')))
})

test('API Gateway judges the path of the call, which its operation says (R-CT-30)', () => {
  const path = (operation: string, parameters: unknown) =>
    resourcesForAction(`apigateway:${apiGatewayMethod(operation) ?? ''}`, event(operation, parameters)).resources
  const inMethod = { restApiId: 'a1', resourceId: 'r1', httpMethod: 'GET' }
  const cases: readonly (readonly [operation: string, parameters: unknown, path: string])[] = [
    ['GetRestApi', { restApiId: 'a1' }, '/restapis/a1'],
    ['GetRestApis', {}, '/restapis'],
    ['CreateRestApi', { createRestApiInput: { name: 'n' } }, '/restapis'],
    ['ImportRestApi', { body: '' }, '/restapis'],
    ['PutRestApi', { restApiId: 'a1' }, '/restapis/a1'],
    ['CreateDeployment', { restApiId: 'a1', createDeploymentInput: { stageName: 's' } }, '/restapis/a1/deployments'],
    ['DeleteStage', { restApiId: 'a1', stageName: 's' }, '/restapis/a1/stages/s'],
    ['CreateResource', { restApiId: 'a1', parentId: 'r0' }, '/restapis/a1/resources/r0'],
    ['PutMethod', inMethod, '/restapis/a1/resources/r1/methods/GET'],
    ['PutIntegration', inMethod, '/restapis/a1/resources/r1/methods/GET/integration'],
    [
      'PutIntegrationResponse',
      { ...inMethod, statusCode: '200' },
      '/restapis/a1/resources/r1/methods/GET/integration/responses/200',
    ],
    ['CreateApi', { name: 'n' }, '/apis'],
    ['CreateRoute', { apiId: 'b1', routeKey: 'GET /' }, '/apis/b1/routes'],
    ['UpdateIntegration', { apiId: 'b1', integrationId: 'i1' }, '/apis/b1/integrations/i1'],
    ['CreateUsagePlanKey', { usagePlanId: 'u1', keyId: 'k1' }, '/usageplans/u1/keys'],
    ['GetUsagePlanKey', { usagePlanId: 'u1', keyId: 'k1' }, '/usageplans/u1/keys/k1'],
    ['UpdateAccount', {}, '/account'],
    ['FlushStageCache', { restApiId: 'a1', stageName: 's' }, '/restapis/a1/stages/s/cache/data'],
    [
      'TagResource',
      { resourceArn: 'arn:aws:apigateway:eu-west-1::/restapis/a1' },
      '/tags/arn%3Aaws%3Aapigateway%3Aeu-west-1%3A%3A%2Frestapis%2Fa1',
    ],
    ['DeleteBasePathMapping', { domainName: 'x.org', basePath: 'v1' }, '/domainnames/x.org/basepathmappings/v1'],
    [
      'DeleteBasePathMapping',
      { domainName: 'x.org', domainNameId: 'd1', basePath: 'v1' },
      '/domainnames/x.org+d1/basepathmappings/v1',
    ],
  ]
  assert.deepEqual(
    cases.map(([operation, parameters]) => [operation, path(operation, parameters)]),
    cases.map(([operation, , expected]) => [operation, [`arn:aws:apigateway:eu-west-1::${expected}`]]),
  )
})

test('of an API Gateway call whose path is not given whole nothing is said', () => {
  const { resources } = resourcesForAction('apigateway:GET', event('GetStage', { restApiId: 'a1' }))
  assert.deepEqual(resources, [])
})

test("a host of S3's names the bucket or the access point in each of its forms (R-CT-31b)", () => {
  const point = 'arn:aws:s3:eu-west-1:444455556666:accesspoint/app/object/k'
  const cases: readonly (readonly [host: string, arn: string])[] = [
    ['bkt.s3.amazonaws.com', 'arn:aws:s3:::bkt/k'],
    ['bkt.s3-eu-west-1.amazonaws.com', 'arn:aws:s3:::bkt/k'],
    ['my.bkt.s3.dualstack.eu-west-1.amazonaws.com', 'arn:aws:s3:::my.bkt/k'],
    ['bkt.s3-accelerate.amazonaws.com', 'arn:aws:s3:::bkt/k'],
    ['bkt.s3-accelerate.dualstack.amazonaws.com', 'arn:aws:s3:::bkt/k'],
    ['bkt.s3-fips.us-east-1.amazonaws.com', 'arn:aws:s3:::bkt/k'],
    ['bkt.s3-fips.dualstack.us-east-1.amazonaws.com', 'arn:aws:s3:::bkt/k'],
    ['bkt.bucket.vpce-0a1b2c3d-4e5f.s3.eu-west-1.vpce.amazonaws.com', 'arn:aws:s3:::bkt/k'],
    ['app-444455556666.s3-accesspoint.dualstack.eu-west-1.amazonaws.com', point],
    ['app-444455556666.s3-accesspoint-fips.eu-west-1.amazonaws.com', point],
    ['app-444455556666.accesspoint.vpce-0a1b2c3d-4e5f.s3.eu-west-1.vpce.amazonaws.com', point],
  ]
  const found = cases.map(
    ([host]) => resourcesForAction('s3:GetObject', event('GetObject', { Host: host, key: 'k' })).resources,
  )
  assert.deepEqual(
    found,
    cases.map(([, arn]) => [arn]),
  )
})

test('a call through an access point is judged on it, though the record names the bucket too (R-CT-31b, R-S3-07)', () => {
  const point = 'arn:aws:s3:eu-west-1:111122223333:accesspoint/ap1'
  const listed = ['arn:aws:s3:::b1/x/y', 'arn:aws:s3:::b1', point]
  const through = (action: string, parameters: object) =>
    resourcesForAction(action, event(action.slice(3), parameters, { listed })).resources
  const host = 'ap1-111122223333.s3-accesspoint.eu-west-1.amazonaws.com'
  assert.deepEqual(through('s3:GetObject', { bucketName: 'b1', key: 'x/y', Host: host }), [`${point}/object/x/y`])
  assert.deepEqual(through('s3:ListBucket', { bucketName: 'b1', Host: host }), [point])
  assert.deepEqual(through('s3:GetObject', { bucketName: 'b1', key: 'x/y' }), [`${point}/object/x/y`])
  const copied = { bucketName: 'b1', key: 'x/y', 'x-amz-copy-source': `${point}/object/k` }
  assert.deepEqual(through('s3:PutObject', copied), ['arn:aws:s3:::b1/x/y'])
  assert.deepEqual(through('s3:GetObject', { bucketName: 'b1', key: 'x/y', Host: 'b1.s3.eu-west-1.amazonaws.com' }), [
    'arn:aws:s3:::b1/x/y',
  ])
})

test('the resource of a session is the directory bucket, or the access point for one (G-64)', () => {
  const of = (parameters: object, more: Partial<EventResources> = {}) =>
    resourcesForAction('s3express:CreateSession', event('PutObject', { key: 'k', ...parameters }, more)).resources
  const bucket = `arn:aws:s3express:${R}:bucket/bb--euw1-az1--x-s3`
  assert.deepEqual(of({ bucketName: 'bb--euw1-az1--x-s3' }), [bucket])
  assert.deepEqual(of({ Host: 'bb--euw1-az1--x-s3.s3express-euw1-az1.eu-west-1.amazonaws.com' }), [bucket])
  assert.deepEqual(of({ bucketName: 'ap--euw1-az1--xa-s3' }), [
    `arn:aws:s3express:${R}:accesspoint/ap--euw1-az1--xa-s3`,
  ])
  const others = 'arn:aws:s3express:eu-west-1:444455556666:bucket/bb--euw1-az1--x-s3'
  assert.deepEqual(of({ bucketName: 'bb--euw1-az1--x-s3' }, { listed: [`${others}/k`, others] }), [others])
  const copy = { bucketName: 'dst--euw1-az1--x-s3', 'x-amz-copy-source': 'bb--euw1-az1--x-s3/k' }
  assert.deepEqual(of(copy, { on: 'source' }), [bucket])
})

test('what EC2 tags is told by its ids; of an id of an unknown kind nothing is said (R-CT-31)', () => {
  const tagged = (operation: string, ...ids: readonly string[]) =>
    resourcesForAction(
      `ec2:${operation}`,
      event(operation, {
        resourcesSet: { items: ids.map((resourceId) => ({ resourceId })) },
        tagSet: { items: [{ key: 'k', value: 'v' }] },
      }),
    ).resources
  assert.deepEqual(tagged('CreateTags', 'i-0123456789abcdef0', 'vol-01234567', 'snap-01234567', 'ami-01234567'), [
    `arn:aws:ec2:${R}:instance/i-0123456789abcdef0`,
    `arn:aws:ec2:${R}:volume/vol-01234567`,
    'arn:aws:ec2:eu-west-1::snapshot/snap-01234567',
    'arn:aws:ec2:eu-west-1::image/ami-01234567',
  ])
  assert.deepEqual(tagged('DeleteTags', 'tgw-rtb-01234567', 'vpce-0123456789abcdef0'), [
    `arn:aws:ec2:${R}:transit-gateway-route-table/tgw-rtb-01234567`,
    `arn:aws:ec2:${R}:vpc-endpoint/vpce-0123456789abcdef0`,
  ])
  assert.deepEqual(tagged('CreateTags', 'i-0123456789abcdef0', 'new-0123456789abcdef0'), [])
})
