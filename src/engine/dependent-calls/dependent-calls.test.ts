import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ContextValue, Request } from '#iam/request.ts'
import { canonicalAction } from '#iam/facts/actions.ts'
import { furtherRequests } from '../chain.ts'
import type { Resource, Scenario } from '../scenario.ts'
import { DEPENDENT_CALLS } from './table.ts'

const A = '111122223333'
const B = '444455556666'
const R = 'eu-west-1'
const USER = `arn:aws:iam::${A}:user/ann`
const KEY = `arn:aws:kms:${R}:${A}:key/k1`
const KEY2 = `arn:aws:kms:${R}:${A}:key/k2`
const FOREIGN_KEY = `arn:aws:kms:${R}:${B}:key/k3`
const ROLE = `arn:aws:iam::${A}:role/work`
const ROLE2 = `arn:aws:iam::${A}:role/other`
const PROFILE = `arn:aws:iam::${A}:instance-profile/web`
const BUCKET = 'arn:aws:s3:::bucket'
const OBJECT = 'arn:aws:s3:::bucket/a/b.txt'
const TARGET = 'arn:aws:s3:::target'
const QUEUE = `arn:aws:sqs:${R}:${A}:q`
const TOPIC = `arn:aws:sns:${R}:${A}:t`
const FUNCTION = `arn:aws:lambda:${R}:${A}:function:f`
const SECRET = `arn:aws:secretsmanager:${R}:${A}:secret:s-AbCdEf`
const RDS_ROLE = `arn:aws:iam::${A}:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS`
const FOREIGN_SECRET = `arn:aws:secretsmanager:${R}:${B}:secret:s-AbCdEf`
const PARAMETER = `arn:aws:ssm:${R}:${A}:parameter/p`
const TABLE = `arn:aws:dynamodb:${R}:${A}:table/T`
const STREAM = `arn:aws:kinesis:${R}:${A}:stream/s`
const GROUP = `arn:aws:logs:${R}:${A}:log-group:g`
const REPOSITORY = `arn:aws:ecr:${R}:${A}:repository/r`
const MACHINE = `arn:aws:states:${R}:${A}:stateMachine:m`
const RULE = `arn:aws:events:${R}:${A}:rule/r`
const VOLUME = `arn:aws:ec2:${R}:${A}:volume/vol-1`
const INSTANCE = `arn:aws:ec2:${R}:${A}:instance/*`

interface Call {
  readonly principal?: string
  readonly action: string
  readonly resource: string | readonly string[]
  readonly account?: string
  readonly context?: Readonly<Record<string, ContextValue>>
  readonly resources?: readonly Resource[]
  readonly organization?: Scenario['organization']
}

const keyed = (arn: string, key: string = KEY): Resource => ({ arn, attributes: { kmsKeyArn: key } })
const bucket = (arn: string, attributes = {}): Resource => ({ arn, account: A, attributes })

function further(call: Call) {
  const request: Request = {
    principal: call.principal ?? USER,
    action: call.action,
    resource: call.resource,
    resourceAccount: call.account ?? A,
    ...(call.context === undefined ? {} : { context: call.context }),
  }
  const organization = call.organization === undefined ? {} : { organization: call.organization }
  return furtherRequests({ request, resources: call.resources ?? [], ...organization })
}

/** `caller kms:Decrypt arn:…`: who, action and resource of each further request of a row. */
const shown = (call: Call, rule: string): string[] =>
  further(call)
    .filter((needed) => needed.rule === rule)
    .map(
      ({ request }) =>
        `${request.principal === USER ? 'caller' : request.principal} ${request.action} ${String(request.resource)}`,
    )

const passed = (service: string): Record<string, ContextValue> => ({ 'iam:PassedToService': service })
const via = (service: string, encryption: Record<string, ContextValue> = {}): Record<string, ContextValue> => ({
  'kms:ViaService': `${service}.${R}.amazonaws.com`,
  'aws:ViaAWSService': true,
  ...Object.fromEntries(Object.entries(encryption).map(([name, value]) => [`kms:EncryptionContext:${name}`, value])),
})
const from = (arn: string): Record<string, ContextValue> => ({ 'aws:SourceArn': arn, 'aws:SourceAccount': A })
const sent = (action: string, resource: string | null) => `caller ${action} ${String(resource)}`
const roles: readonly Resource[] = [{ arn: ROLE, kind: 'role' }]

type Case = readonly [
  rule: string,
  call: Call,
  expected: readonly string[],
  carries?: Readonly<Record<string, ContextValue>>,
]
const pass = (rule: string, action: string, resource: string, service: string): Case => [
  rule,
  { action, resource, resources: roles },
  [sent('iam:PassRole', ROLE)],
  passed(service),
]
const onBucket = (extra = {}) => [bucket(BUCKET, { sseKmsKeyArn: KEY, ...extra }), { arn: KEY }]
const SLR = `arn:aws:iam::${A}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`
const FLEET_SLR = `arn:aws:iam::${A}:role/aws-service-role/ec2fleet.amazonaws.com/AWSServiceRoleForEC2Fleet`
const ec2 = (resource: string) => `arn:aws:ec2:${R}:${A}:${resource}`
const ebs = ['CreateGrant', 'Decrypt', 'DescribeKey', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptFrom', 'ReEncryptTo']

// biome-ignore format: a table is read by its columns
const CASES: readonly Case[] = [
  ['G-01', { action: 's3:PutObject', resource: OBJECT, resources: onBucket() }, [sent('kms:GenerateDataKey', KEY)], via('s3', { 'aws:s3:arn': OBJECT })],
  ['G-01', { action: 's3:PutObject', resource: OBJECT, resources: onBucket({ bucketKeyEnabled: true }) }, [sent('kms:GenerateDataKey', KEY)], via('s3', { 'aws:s3:arn': BUCKET })],
  ['G-02', { action: 's3:GetObject', resource: OBJECT, resources: onBucket() }, [sent('kms:Decrypt', KEY)], via('s3', { 'aws:s3:arn': OBJECT })],
  ['G-02', { action: 's3:GetObjectVersion', resource: OBJECT, resources: onBucket() }, [sent('kms:Decrypt', KEY)]],
  ['G-03', { action: 's3:PutObject', resource: OBJECT, context: { 's3:ObjectCreationOperation': false }, resources: onBucket() }, [sent('kms:Decrypt', KEY)], via('s3', { 'aws:s3:arn': OBJECT })],
  ['G-03', { action: 's3:UploadPart', resource: OBJECT, resources: onBucket() }, [sent('kms:Decrypt', KEY)], via('s3', { 'aws:s3:arn': OBJECT })],
  ['G-03', { action: 's3:PutObject', resource: OBJECT, context: { 'denytrace:call/operation': 'UploadPart' }, resources: onBucket() }, [sent('kms:Decrypt', KEY)], via('s3', { 'aws:s3:arn': OBJECT })],
  ['G-03', { action: 's3:PutObject', resource: OBJECT, context: { 'denytrace:call/operation': 'CompleteMultipartUpload' }, resources: onBucket() }, [sent('kms:Decrypt', KEY)], via('s3', { 'aws:s3:arn': OBJECT })],
  ['G-03', { action: 's3:CreateMultipartUpload', resource: OBJECT, resources: onBucket() }, [sent('kms:Decrypt', KEY)], via('s3', { 'aws:s3:arn': OBJECT })],
  ['G-01', { action: 's3:PutObject', resource: OBJECT, context: { 'denytrace:call/operation': 'CreateMultipartUpload' }, resources: onBucket() }, [sent('kms:GenerateDataKey', KEY)], via('s3', { 'aws:s3:arn': OBJECT })],
  ['G-04', { action: 's3:PutObject', resource: OBJECT, context: { 'denytrace:call/operation': 'UploadPartCopy' } }, [sent('s3:GetObject', null)]],
  ['G-04', { action: 's3:PutObject', resource: OBJECT, context: { 'denytrace:call/operation': 'CopyObject' }, resources: onBucket() }, [sent('s3:GetObject', null), sent('kms:GenerateDataKey', KEY)]],
  ['G-03', { action: 's3:ListMultipartUploadParts', resource: OBJECT, resources: onBucket() }, [sent('kms:Decrypt', KEY)]],
  ['G-04', { action: 's3:PutObject', resource: OBJECT, context: { 's3:x-amz-copy-source': 'source/a%20b' }, resources: [...onBucket(), bucket('arn:aws:s3:::source', { sseKmsKeyArn: KEY2 })] },
    [sent('s3:GetObject', 'arn:aws:s3:::source/a b'), sent('kms:Decrypt', KEY2), sent('kms:GenerateDataKey', KEY)]],
  ['G-04', { action: 's3:PutObject', resource: OBJECT, context: { 's3:x-amz-copy-source': '/source/k?versionId=v1' }, resources: [] }, [sent('s3:GetObjectVersion', 'arn:aws:s3:::source/k')]],
  ['G-04', { action: 's3:PutObject', resource: OBJECT, resources: [{ arn: 'arn:aws:s3:::source/k', kind: 'object' }, ...onBucket({ bucketKeyEnabled: true })] },
    [sent('s3:GetObject', 'arn:aws:s3:::source/k'), sent('kms:GenerateDataKey', KEY), sent('kms:Decrypt', KEY)]],
  ['G-05', { action: 's3:GetObject', resource: OBJECT, context: { 'aws:UserAgent': 'aws-cli/2.17 md/command#s3.sync' } }, [sent('s3:ListBucket', BUCKET)]],
  ['G-05', { action: 's3:GetObject', resource: OBJECT, context: { 'aws:UserAgent': 'aws-cli/2.9 command/s3.cp' } }, [sent('s3:ListBucket', BUCKET)]],
  ['G-06', { action: 's3:PutReplicationConfiguration', resource: BUCKET, resources: [...roles, ...onBucket(), bucket(TARGET, { sseKmsKeyArn: FOREIGN_KEY })] },
    ['s3:GetReplicationConfiguration arn:aws:s3:::bucket', 's3:ListBucket arn:aws:s3:::bucket', 's3:GetObjectVersionForReplication arn:aws:s3:::bucket/*', 's3:GetObjectVersionAcl arn:aws:s3:::bucket/*',
      's3:GetObjectVersionTagging arn:aws:s3:::bucket/*', 's3:ReplicateObject arn:aws:s3:::target/*', 's3:ReplicateDelete arn:aws:s3:::target/*', 's3:ReplicateTags arn:aws:s3:::target/*',
      `kms:Decrypt ${KEY}`, `kms:Encrypt ${FOREIGN_KEY}`].map((need) => `${ROLE} ${need}`)],
  pass('G-07', 's3:PutReplicationConfiguration', BUCKET, 's3.amazonaws.com'),
  ['G-08', { action: 's3:PutBucketNotification', resource: BUCKET, resources: [keyed(QUEUE), keyed(TOPIC, KEY2), { arn: FUNCTION }] },
    [`sns:Publish ${TOPIC}`, `kms:GenerateDataKey ${KEY2}`, `kms:Decrypt ${KEY2}`, `sqs:SendMessage ${QUEUE}`, `kms:GenerateDataKey ${KEY}`, `kms:Decrypt ${KEY}`, `lambda:InvokeFunction ${FUNCTION}`].map((need) => `s3.amazonaws.com ${need}`), from(BUCKET)],
  ['G-09', { action: 's3:PutInventoryConfiguration', resource: BUCKET, resources: [bucket(TARGET, { sseKmsKeyArn: KEY })] }, [`s3.amazonaws.com s3:PutObject ${TARGET}/*`, `s3.amazonaws.com kms:GenerateDataKey ${KEY}`], from(BUCKET)],
  ['G-09', { action: 's3:PutStorageLensConfiguration', resource: `arn:aws:s3:${R}:${A}:storage-lens/x`, resources: [bucket(TARGET)] }, [`storage-lens.s3.amazonaws.com s3:PutObject ${TARGET}/*`]],
  ['G-06', { action: 's3:PutReplicationConfiguration', resource: BUCKET, resources: [...roles, ...onBucket(), bucket(TARGET), { arn: KEY2 }] },
    [...['s3:GetReplicationConfiguration', 's3:ListBucket'].map((action) => `${ROLE} ${action} ${BUCKET}`), ...['s3:GetObjectVersionForReplication', 's3:GetObjectVersionAcl', 's3:GetObjectVersionTagging'].map((action) => `${ROLE} ${action} ${BUCKET}/*`),
      ...['s3:ReplicateObject', 's3:ReplicateDelete', 's3:ReplicateTags'].map((action) => `${ROLE} ${action} ${TARGET}/*`), `${ROLE} kms:Decrypt ${KEY}`, `${ROLE} kms:Encrypt ${KEY2}`]],
  pass('G-10', 'lambda:CreateFunction', FUNCTION, 'lambda.amazonaws.com'),
  pass('G-10', 'lambda:UpdateFunctionConfiguration', FUNCTION, 'lambda.amazonaws.com'),
  ['G-11', { action: 'lambda:CreateFunction', resource: FUNCTION, context: { 'lambda:VpcIds': ['vpc-1'] }, resources: roles },
    [sent('ec2:DescribeSubnets', '*'), sent('ec2:DescribeSecurityGroups', '*'), sent('ec2:DescribeVpcs', '*'),
      `${ROLE} ec2:CreateNetworkInterface null`, `${ROLE} ec2:DescribeNetworkInterfaces *`, `${ROLE} ec2:DescribeSubnets *`, `${ROLE} ec2:DeleteNetworkInterface null`, `${ROLE} ec2:AssignPrivateIpAddresses null`, `${ROLE} ec2:UnassignPrivateIpAddresses null`]],
  ['G-12', { action: 'lambda:CreateFunction', resource: FUNCTION, context: { 'lambda:Layer': [`arn:aws:lambda:${R}:${B}:layer:l:3`] } }, [sent('lambda:GetLayerVersion', `arn:aws:lambda:${R}:${B}:layer:l:3`)]],
  ['G-13', { action: 'lambda:CreateFunction', resource: FUNCTION, resources: [{ arn: KEY }] }, [sent('kms:CreateGrant', KEY), sent('kms:Encrypt', KEY)], via('lambda')],
  ['G-14', { action: 'lambda:CreateFunction', resource: FUNCTION, resources: [{ arn: REPOSITORY }] },
    ['BatchGetImage', 'GetDownloadUrlForLayer'].map((operation) => `lambda.amazonaws.com ecr:${operation} ${REPOSITORY}`).concat(sent('ecr:GetRepositoryPolicy', REPOSITORY), sent('ecr:SetRepositoryPolicy', REPOSITORY))],
  ['G-15', { action: 'lambda:CreateEventSourceMapping', resource: '*', resources: [{ arn: FUNCTION, attributes: { roleArn: ROLE } }, keyed(QUEUE)] },
    [...['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((operation) => `${ROLE} sqs:${operation} ${QUEUE}`), `${ROLE} kms:Decrypt ${KEY}`]],
  ['G-16', { action: 'lambda:CreateEventSourceMapping', resource: '*', resources: [...roles, { arn: `${STREAM}/consumer/c:1` }] }, [`${ROLE} kinesis:SubscribeToShard ${STREAM}/consumer/c:1`]],
  ['G-16', { action: 'lambda:CreateEventSourceMapping', resource: '*', resources: [...roles, { arn: STREAM }] },
    [...['DescribeStream', 'DescribeStreamSummary', 'GetRecords', 'GetShardIterator', 'ListShards'].map((operation) => `${ROLE} kinesis:${operation} ${STREAM}`), `${ROLE} kinesis:ListStreams *`]],
  ['G-16', { action: 'lambda:CreateEventSourceMapping', resource: '*', resources: [...roles, { arn: `${TABLE}/stream/1` }] },
    [...['DescribeStream', 'GetRecords', 'GetShardIterator'].map((operation) => `${ROLE} dynamodb:${operation} ${TABLE}/stream/1`), `${ROLE} dynamodb:ListStreams *`]],
  ['G-17', { action: 'lambda:InvokeFunction', resource: FUNCTION, resources: [{ arn: FUNCTION, attributes: { roleArn: ROLE } }] },
    [...['CreateLogGroup', 'CreateLogStream'].map((operation) => `${ROLE} logs:${operation} arn:aws:logs:${R}:${A}:log-group:/aws/lambda/f`), `${ROLE} logs:PutLogEvents arn:aws:logs:${R}:${A}:log-group:/aws/lambda/f:log-stream:*`]],
  ['G-18', { action: 'ecs:RunTask', resource: `arn:aws:ecs:${R}:${A}:task-definition/d:1`, resources: [...roles, { arn: ROLE2 }] }, [sent('iam:PassRole', ROLE), sent('iam:PassRole', ROLE2)], passed('ecs-tasks.amazonaws.com')],
  ['G-19', { action: 'ecs:RunTask', resource: `arn:aws:ecs:${R}:${A}:task-definition/d:1`, resources: [...roles, { arn: REPOSITORY }, { arn: GROUP }, keyed(SECRET), { arn: PARAMETER }] },
    ['ecr:GetAuthorizationToken *', `ecr:BatchCheckLayerAvailability ${REPOSITORY}`, `ecr:GetDownloadUrlForLayer ${REPOSITORY}`, `ecr:BatchGetImage ${REPOSITORY}`, `logs:CreateLogStream ${GROUP}`, `logs:PutLogEvents ${GROUP}`,
      `secretsmanager:GetSecretValue ${SECRET}`, `kms:Decrypt ${KEY}`, `ssm:GetParameters ${PARAMETER}`].map((need) => `${ROLE} ${need}`)],
  ['G-20', { action: 'ec2:RunInstances', resource: INSTANCE, context: { 'ec2:InstanceProfile': PROFILE }, resources: [{ arn: PROFILE, attributes: { roleArns: [ROLE] } }] }, [sent('iam:PassRole', ROLE)], passed('ec2.amazonaws.com')],
  ['G-20', { action: 'ec2:RunInstances', resource: INSTANCE, context: { 'ec2:InstanceProfile': PROFILE } }, [sent('iam:PassRole', null)], passed('ec2.amazonaws.com')],
  ['G-21', { action: 'ec2:RunInstances', resource: [INSTANCE, `arn:aws:ec2:${R}:${A}:subnet/s`], context: { 'aws:TagKeys': ['team'] } }, [sent('ec2:CreateTags', INSTANCE)], { 'ec2:CreateAction': 'RunInstances' }],
  ['G-22', { action: 'ec2:RunInstances', resource: [INSTANCE, `arn:aws:ec2:${R}:${A}:volume/*`], resources: [{ arn: KEY }] }, ebs.map((operation) => sent(`kms:${operation}`, KEY)), { ...via('ec2'), 'kms:GrantIsForAWSResource': true }],
  ['G-22', { action: 'ec2:CreateVolume', resource: `arn:aws:ec2:${R}:${A}:volume/*`, context: { 'ec2:KmsKeyId': KEY } }, ebs.map((operation) => sent(`kms:${operation}`, KEY))],
  ['G-22', { action: 'ec2:AttachVolume', resource: [`arn:aws:ec2:${R}:${A}:instance/i-1`, VOLUME], resources: [keyed(VOLUME)] }, ebs.map((operation) => sent(`kms:${operation}`, KEY))],
  ['G-23', { action: 'autoscaling:CreateAutoScalingGroup', resource: `arn:aws:autoscaling:${R}:${A}:autoScalingGroup:*:autoScalingGroupName/g`, resources: [{ arn: KEY }] },
    ['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo', 'GenerateDataKey', 'DescribeKey', 'CreateGrant'].map((operation) => `${SLR} kms:${operation} ${KEY}`)],
  ['G-24', { action: 'autoscaling:CreateAutoScalingGroup', resource: `arn:aws:autoscaling:${R}:${A}:autoScalingGroup:*:autoScalingGroupName/g`, context: { 'autoscaling:LaunchTemplateVersionSpecified': true }, resources: [{ arn: PROFILE, attributes: { roleArns: [ROLE] } }] },
    [sent('iam:PassRole', ROLE), sent('ec2:RunInstances', null)]],
  ['G-25', { action: 'sqs:SendMessage', resource: QUEUE, resources: [keyed(QUEUE)] }, [sent('kms:GenerateDataKey', KEY), sent('kms:Decrypt', KEY)], via('sqs', { 'aws:sqs:arn': QUEUE })],
  ['G-26', { action: 'sqs:ReceiveMessage', resource: QUEUE, resources: [keyed(QUEUE)] }, [sent('kms:Decrypt', KEY)], via('sqs', { 'aws:sqs:arn': QUEUE })],
  ['G-27', { action: 'sns:Publish', resource: TOPIC, resources: [keyed(TOPIC)] }, [sent('kms:GenerateDataKey', KEY), sent('kms:Decrypt', KEY)], via('sns', { 'aws:sns:topicArn': TOPIC })],
  ['G-28', { action: 'sns:Publish', resource: TOPIC, resources: [keyed(QUEUE)] }, [`sqs:SendMessage ${QUEUE}`, `kms:GenerateDataKey ${KEY}`, `kms:Decrypt ${KEY}`].map((need) => `sns.amazonaws.com ${need}`), from(TOPIC)],
  ['G-29', { action: 'secretsmanager:GetSecretValue', resource: SECRET, resources: [keyed(SECRET)] }, [sent('kms:Decrypt', KEY)], via('secretsmanager', { SecretARN: SECRET })],
  ['G-31', { action: 'secretsmanager:GetSecretValue', resource: FOREIGN_SECRET, account: B, resources: [keyed(FOREIGN_SECRET, FOREIGN_KEY)] }, [sent('kms:Decrypt', FOREIGN_KEY)], via('secretsmanager', { SecretARN: FOREIGN_SECRET })],
  ['G-31', { action: 'secretsmanager:GetSecretValue', resource: FOREIGN_SECRET, account: B }, [sent('kms:Decrypt', null)]],
  ['G-30', { action: 'secretsmanager:PutSecretValue', resource: SECRET, resources: [keyed(SECRET)] }, [sent('kms:GenerateDataKey', KEY), sent('kms:Decrypt', KEY)], via('secretsmanager')],
  ['G-30', { action: 'secretsmanager:UpdateSecret', resource: SECRET, context: { 'secretsmanager:KmsKeyArn': KEY2 }, resources: [keyed(SECRET)] }, [sent('kms:GenerateDataKey', KEY2), sent('kms:Decrypt', KEY2), sent('kms:Encrypt', KEY2)]],
  ['G-30', { action: 'secretsmanager:ReplicateSecretToRegions', resource: SECRET, resources: [keyed(SECRET)] }, [sent('kms:Decrypt', KEY)]],
  ['G-32', { action: 'secretsmanager:RotateSecret', resource: SECRET, resources: [{ arn: FUNCTION, attributes: { roleArn: ROLE } }, keyed(SECRET)] },
    [sent('lambda:InvokeFunction', FUNCTION), `secretsmanager.amazonaws.com lambda:InvokeFunction ${FUNCTION}`, ...['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'].map((operation) => `${ROLE} secretsmanager:${operation} ${SECRET}`),
      `${ROLE} secretsmanager:GetRandomPassword *`, `${ROLE} kms:GenerateDataKey ${KEY}`, `${ROLE} kms:Decrypt ${KEY}`]],
  ['G-33', { action: 'ssm:GetParameter', resource: PARAMETER, resources: [keyed(PARAMETER)] }, [sent('kms:Decrypt', KEY)], via('ssm', { PARAMETER_ARN: PARAMETER })],
  ['G-34', { action: 'ssm:PutParameter', resource: PARAMETER, resources: [keyed(PARAMETER)] }, [sent('kms:Encrypt', KEY)], via('ssm', { PARAMETER_ARN: PARAMETER })],
  ['G-34', { action: 'ssm:PutParameter', resource: PARAMETER, context: { 'denytrace:call/tier': 'Advanced' }, resources: [keyed(PARAMETER)] }, [sent('kms:GenerateDataKey', KEY)]],
  ['G-34', { action: 'ssm:PutParameter', resource: PARAMETER, context: { 'denytrace:call/tier': 'Standard' }, resources: [keyed(PARAMETER)] }, [sent('kms:Encrypt', KEY)]],
  ['G-34', { action: 'ssm:PutParameter', resource: PARAMETER, context: { 'denytrace:call/tier': 'Intelligent-Tiering' }, resources: [keyed(PARAMETER)] }, [sent('kms:GenerateDataKey', KEY), sent('kms:Encrypt', KEY)]],
  ['G-34', { action: 'ssm:PutParameter', resource: PARAMETER, resources: [{ arn: PARAMETER, attributes: { kmsKeyArn: KEY, tier: 'Advanced' } }] }, [sent('kms:GenerateDataKey', KEY)]],
  ['G-35', { action: 'logs:AssociateKmsKey', resource: `${GROUP}:*`, resources: [{ arn: KEY }] },
    ['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo', 'GenerateDataKey', 'DescribeKey'].map((operation) => `logs.${R}.amazonaws.com kms:${operation} ${KEY}`), { 'kms:EncryptionContext:aws:logs:arn': GROUP }],
  ['G-36', { action: 'logs:PutSubscriptionFilter', resource: GROUP, resources: roles }, [sent('iam:PassRole', ROLE)], passed('logs.amazonaws.com')],
  ['G-36', { action: 'logs:PutSubscriptionFilter', resource: GROUP, resources: [{ arn: FUNCTION }] }, [`logs.amazonaws.com lambda:InvokeFunction ${FUNCTION}`], from(`${GROUP}:*`)],
  ['G-37', { action: 'ecr:BatchGetImage', resource: REPOSITORY }, [sent('ecr:GetAuthorizationToken', '*'), sent('ecr:GetDownloadUrlForLayer', REPOSITORY)]],
  ['G-39', { action: 'codeartifact:GetPackageVersionAsset', resource: `arn:aws:codeartifact:${R}:${A}:package/d/r/npm/n/p`, context: { 'aws:SourceVpce': 'vpce-1' } }, [`unknown s3:GetObject arn:aws:s3:::assets-438097961670-${R}/*`]],
  ['G-39', { action: 'codeartifact:ReadFromRepository', resource: `arn:aws:codeartifact:sa-east-1:${A}:repository/d/r`, context: { 'aws:SourceVpce': 'vpce-1' } }, ['unknown s3:GetObject null']],
  ['G-58', { action: 'bedrock:InvokeModel', resource: `arn:aws:bedrock:${R}::foundation-model/anthropic.claude-v2` }, [sent('aws-marketplace:ViewSubscriptions', '*'), sent('aws-marketplace:Subscribe', '*')]],
  ['G-67', { action: 'athena:StartQueryExecution', resource: `arn:aws:athena:${R}:${A}:workgroup/w`, resources: [{ arn: `arn:aws:glue:${R}:${A}:table/d/t` }] }, [sent('lakeformation:GetDataAccess', '*')]],
  ['G-110', { action: 'cloudtrail:CreateTrail', resource: `arn:aws:cloudtrail:${R}:${A}:trail/t`, resources: [bucket(TARGET)], organization: { id: 'o-1', managementAccount: A } }, [`cloudtrail.amazonaws.com s3:PutObject ${TARGET}/AWSLogs/o-1/*`], from(`arn:aws:cloudtrail:${R}:${A}:trail/t`)],
  pass('R-PASS-01', 'rds:AddRoleToDBCluster', `arn:aws:rds:${R}:${A}:cluster:c`, 'rds.amazonaws.com'),
  ['G-114', { action: 'rds:CreateDBInstance', resource: `arn:aws:rds:${R}:${A}:db:x` }, [sent('iam:CreateServiceLinkedRole', RDS_ROLE)], { 'iam:AWSServiceName': 'rds.amazonaws.com' }],
  ['G-38', { action: 'ecr:GetDownloadUrlForLayer', resource: REPOSITORY, context: { 'aws:SourceVpc': 'vpc-1' } }, [`unknown s3:GetObject arn:aws:s3:::prod-${R}-starport-layer-bucket/*`]],
  ['G-40', { action: 'dynamodb:Query', resource: `${TABLE}/index/i`, resources: [keyed(TABLE)] }, [sent('kms:Decrypt', KEY)], via('dynamodb', { 'aws:dynamodb:tableName': 'T', 'aws:dynamodb:subscriberId': A })],
  ['G-41', { action: 'kinesis:PutRecord', resource: STREAM, resources: [keyed(STREAM)] }, [sent('kms:GenerateDataKey', KEY)], via('kinesis', { 'aws:kinesis:arn': STREAM })],
  ['G-41', { action: 'kinesis:GetRecords', resource: STREAM, resources: [keyed(STREAM)] }, [sent('kms:Decrypt', KEY)]],
  ['G-42', { action: 'athena:StartQueryExecution', resource: `arn:aws:athena:${R}:${A}:workgroup/w`, resources: [{ arn: `arn:aws:glue:${R}:${A}:table/db/t` }, bucket(BUCKET, { sseKmsKeyArn: KEY })] },
    [...['table/db/t', 'database/db', 'catalog'].flatMap((on) => ['GetTable', 'GetPartitions'].map((operation) => sent(`glue:${operation}`, `arn:aws:glue:${R}:${A}:${on}`))), ...['database/db', 'catalog'].map((on) => sent('glue:GetDatabase', `arn:aws:glue:${R}:${A}:${on}`)),
      sent('s3:GetBucketLocation', BUCKET), sent('s3:ListBucket', BUCKET), sent('s3:GetObject', `${BUCKET}/*`), sent('s3:PutObject', null), sent('kms:Decrypt', KEY)], { 'aws:CalledVia': ['athena.amazonaws.com'] }],
  ['G-42', { action: 'athena:StartQueryExecution', resource: `arn:aws:athena:${R}:${A}:workgroup/w` },
    ['glue:GetTable', 'glue:GetPartitions', 'glue:GetDatabase', 's3:GetBucketLocation', 's3:ListBucket', 's3:GetObject', 's3:PutObject'].map((need) => sent(need, null))],
  ['G-50', { action: 'firehose:CreateDeliveryStream', resource: `arn:aws:firehose:${R}:${A}:deliverystream/d` }, [sent('iam:PassRole', null)], passed('firehose.amazonaws.com')],
  pass('G-43', 'glue:CreateJob', `arn:aws:glue:${R}:${A}:job/j`, 'glue.amazonaws.com'),
  pass('G-44', 'states:CreateStateMachine', MACHINE, 'states.amazonaws.com'),
  ['G-45', { action: 'states:StartExecution', resource: MACHINE, resources: [{ arn: MACHINE, attributes: { roleArn: ROLE } }, { arn: FUNCTION }] }, [`${ROLE} lambda:InvokeFunction ${FUNCTION}`]],
  pass('G-46', 'events:PutTargets', RULE, 'events.amazonaws.com'),
  ['G-47', { action: 'events:PutTargets', resource: RULE, context: { 'events:TargetArn': [FUNCTION, QUEUE] } }, [`events.amazonaws.com lambda:InvokeFunction ${FUNCTION}`, `events.amazonaws.com sqs:SendMessage ${QUEUE}`], from(RULE)],
  ['G-49', { action: 'cloudformation:CreateStack', resource: `arn:aws:cloudformation:${R}:${A}:stack/s/*`, context: { 'cloudformation:RoleArn': ROLE } }, [sent('iam:PassRole', ROLE)], passed('cloudformation.amazonaws.com')],
  pass('G-50', 'firehose:CreateDeliveryStream', `arn:aws:firehose:${R}:${A}:deliverystream/d`, 'firehose.amazonaws.com'),
  ['G-51', { action: 'rds:CreateDBInstance', resource: `arn:aws:rds:${R}:${A}:db:d`, resources: [{ arn: KEY }] }, [sent('kms:CreateGrant', KEY), sent('kms:DescribeKey', KEY)], { ...via('rds'), 'kms:GrantIsForAWSResource': true }],
  pass('G-52', 'sagemaker:CreateTrainingJob', `arn:aws:sagemaker:${R}:${A}:training-job/j`, 'sagemaker.amazonaws.com'),
  ['G-53', { action: 'codebuild:CreateProject', resource: `arn:aws:codebuild:${R}:${A}:project/p`, context: { 'codebuild:serviceRole': ROLE } }, [sent('iam:PassRole', ROLE)], passed('codebuild.amazonaws.com')],
  pass('G-53', 'codepipeline:CreatePipeline', `arn:aws:codepipeline:${R}:${A}:p`, 'codepipeline.amazonaws.com'),
  pass('G-54', 'eks:CreateCluster', `arn:aws:eks:${R}:${A}:cluster/c`, 'eks.amazonaws.com'),
  ['G-55', { action: 'cloudtrail:CreateTrail', resource: `arn:aws:cloudtrail:${R}:${A}:trail/t`, resources: [bucket(BUCKET), { arn: KEY }] },
    [`s3:GetBucketAcl ${BUCKET}`, `s3:PutObject ${BUCKET}/AWSLogs/${A}/*`, `kms:GenerateDataKey ${KEY}`].map((need) => `cloudtrail.amazonaws.com ${need}`), from(`arn:aws:cloudtrail:${R}:${A}:trail/t`)],
  ['G-56', { action: 'iam:AddRoleToInstanceProfile', resource: PROFILE, resources: roles }, [sent('iam:PassRole', ROLE)]],
  ['G-59', { action: 'wafv2:AssociateWebACL', resource: `arn:aws:elasticloadbalancing:${R}:${A}:loadbalancer/app/l/1` }, [sent('elasticloadbalancing:SetWebAcl', `arn:aws:elasticloadbalancing:${R}:${A}:loadbalancer/app/l/1`)]],
  ['G-60', { action: 'kms:ReplicateKey', resource: KEY, context: { 'kms:ReplicaRegion': 'us-west-2' } }, [sent('kms:CreateKey', '*')], { 'aws:RequestedRegion': 'us-west-2' }],
  ['G-61', { action: 's3:GetObject', resource: OBJECT, context: { 's3:versionid': 'v' } }, [sent('s3:GetObjectVersion', OBJECT)]],
  ['G-61', { action: 's3:GetObjectAttributes', resource: OBJECT }, [sent('s3:GetObject', OBJECT)]],
  ['G-62', { action: 's3:GetObject', resource: OBJECT, resources: [bucket(BUCKET, { objectExists: false })] }, [sent('s3:ListBucket', BUCKET)]],
  ['G-63', { action: 's3:PutObject', resource: OBJECT, context: { 's3:RequestObjectTag/a': 'b', 's3:x-amz-acl': 'private', 's3:object-lock-mode': 'GOVERNANCE', 's3:object-lock-legal-hold': 'ON' } },
    ['Tagging', 'Acl', 'Retention', 'LegalHold'].map((suffix) => sent(`s3:PutObject${suffix}`, OBJECT))],
  ['G-64', { action: 's3:GetObject', resource: `arn:aws:s3express:${R}:${A}:bucket/b--x-s3/k` }, [sent('s3express:CreateSession', `arn:aws:s3express:${R}:${A}:bucket/b--x-s3`)]],
  ['G-64', { action: 's3express:CreateSession', resource: `arn:aws:s3express:${R}:${A}:bucket/b`, resources: [{ arn: `arn:aws:s3express:${R}:${A}:bucket/b`, attributes: { sseKmsKeyArn: KEY } }] }, [sent('kms:GenerateDataKey', KEY), sent('kms:Decrypt', KEY)], via('s3express')],
  pass('G-65', 's3:CreateJob', '*', 'batchoperations.s3.amazonaws.com'),
  ['G-66', { action: 's3:PutBucketLogging', resource: BUCKET, resources: [bucket(TARGET)] }, [`logging.s3.amazonaws.com s3:PutObject ${TARGET}/*`], from(BUCKET)],
  ['G-66', { action: 'ec2:CreateFlowLogs', resource: `arn:aws:ec2:${R}:${A}:vpc/v`, resources: [bucket(TARGET)] }, [sent('logs:CreateLogDelivery', '*'), `delivery.logs.amazonaws.com s3:PutObject ${TARGET}/*`]],
  ['G-68', { action: 'athena:StartQueryExecution', resource: `arn:aws:athena:${R}:${A}:workgroup/w`, resources: [{ arn: FUNCTION }] }, [sent('lambda:InvokeFunction', FUNCTION)], { 'aws:CalledVia': ['athena.amazonaws.com'] }],
  ['G-69', { action: 'glue:StartJobRun', resource: `arn:aws:glue:${R}:${A}:job/j`, resources: [...roles, bucket(BUCKET)] },
    [`s3:ListBucket ${BUCKET}`, `s3:GetBucketLocation ${BUCKET}`, `s3:GetBucketAcl ${BUCKET}`, `s3:GetObject ${BUCKET}/*`, `s3:PutObject ${BUCKET}/*`, ...['CreateLogGroup', 'CreateLogStream', 'PutLogEvents'].map((operation) => `logs:${operation} arn:aws:logs:${R}:${A}:log-group:/aws-glue/*`), 'cloudwatch:PutMetricData null'].map((need) => `${ROLE} ${need}`)],
  ['G-70', { action: 'glue:CreateConnection', resource: `arn:aws:glue:${R}:${A}:connection/c`, resources: [{ arn: KEY }] }, [sent('kms:Encrypt', KEY)], via('glue')],
  ['G-71', { action: 'elasticmapreduce:RunJobFlow', resource: '*', resources: [{ arn: PROFILE, attributes: { roleArns: [ROLE2] } }, ...roles] }, [sent('iam:PassRole', ROLE2), sent('iam:PassRole', ROLE)], passed('ec2.amazonaws.com')],
  pass('G-72', 'redshift:ModifyClusterIamRoles', `arn:aws:redshift:${R}:${A}:cluster:c`, 'redshift.amazonaws.com'),
  ['G-73', { action: 'redshift-data:ExecuteStatement', resource: `arn:aws:redshift-serverless:${R}:${A}:workgroup/w` }, [sent('redshift-serverless:GetCredentials', `arn:aws:redshift-serverless:${R}:${A}:workgroup/w`)]],
  ['G-73', { action: 'redshift-data:ExecuteStatement', resource: `arn:aws:redshift:${R}:${A}:cluster:c`, resources: [{ arn: SECRET }] }, [sent('secretsmanager:GetSecretValue', SECRET)]],
  ['G-75', { action: 'lambda:PutFunctionEventInvokeConfig', resource: FUNCTION, resources: [...roles, keyed(QUEUE), bucket(TARGET)] },
    [`sqs:SendMessage ${QUEUE}`, `kms:GenerateDataKey ${KEY}`, `kms:Decrypt ${KEY}`, `s3:PutObject ${TARGET}/*`, `s3:ListBucket ${TARGET}`].map((need) => `${ROLE} ${need}`)],
  ['G-74', { action: 'lambda:CreateEventSourceMapping', resource: '*', resources: [...roles, { arn: `arn:aws:kafka:${R}:${A}:cluster/c/1` }, { arn: SECRET }] },
    [...['DescribeCluster', 'DescribeClusterV2', 'GetBootstrapBrokers'].map((operation) => `${ROLE} kafka:${operation} arn:aws:kafka:${R}:${A}:cluster/c/1`), `${ROLE} secretsmanager:GetSecretValue ${SECRET}`]],
  ['G-76', { action: 'lambda:CreateFunction', resource: FUNCTION, resources: [{ arn: OBJECT }, bucket(BUCKET, { sseKmsKeyArn: KEY })] }, [sent('s3:GetObject', OBJECT), sent('kms:Decrypt', KEY)]],
  ['G-77', { action: 'lambda:InvokeFunction', resource: FUNCTION, resources: [{ arn: FUNCTION, attributes: { roleArn: ROLE, kmsKeyArn: KEY } }] }, [`${ROLE} kms:Decrypt ${KEY}`]],
  ['G-79', { action: 'eks:CreatePodIdentityAssociation', resource: `arn:aws:eks:${R}:${A}:cluster/c`, resources: roles }, [sent('iam:PassRole', ROLE), `pods.eks.amazonaws.com sts:AssumeRole ${ROLE}`, `pods.eks.amazonaws.com sts:TagSession ${ROLE}`], passed('pods.eks.amazonaws.com')],
  pass('G-80', 'eks:CreateNodegroup', `arn:aws:eks:${R}:${A}:cluster/c`, 'ec2.amazonaws.com'),
  ['G-81', { action: 'codebuild:StartBuild', resource: `arn:aws:codebuild:${R}:${A}:project/p`, resources: [{ arn: `arn:aws:codebuild:${R}:${A}:project/p`, attributes: { roleArn: ROLE } }, { arn: REPOSITORY }] },
    [...['CreateLogGroup', 'CreateLogStream', 'PutLogEvents'].map((operation) => `${ROLE} logs:${operation} arn:aws:logs:${R}:${A}:log-group:/aws/codebuild/*`), `${ROLE} ecr:BatchGetImage ${REPOSITORY}`, `${ROLE} ecr:GetDownloadUrlForLayer ${REPOSITORY}`]],
  ['G-82', { action: 'codepipeline:StartPipelineExecution', resource: `arn:aws:codepipeline:${R}:${A}:p`, resources: [...roles, bucket(BUCKET, { sseKmsKeyArn: KEY })] },
    [`s3:GetObject ${BUCKET}/*`, `s3:GetObjectVersion ${BUCKET}/*`, `s3:PutObject ${BUCKET}/*`, `kms:GenerateDataKey ${KEY}`, `kms:Decrypt ${KEY}`].map((need) => `${ROLE} ${need}`)],
  ['G-83', { action: 'cloudformation:CreateStack', resource: `arn:aws:cloudformation:${R}:${A}:stack/s/*`, context: { 'cloudformation:TemplateUrl': 'https://tpl.s3.eu-west-1.amazonaws.com/a/b.yaml' } }, [sent('s3:GetObject', 'arn:aws:s3:::tpl/a/b.yaml')]],
  ['G-83', { action: 'cloudformation:CreateStack', resource: `arn:aws:cloudformation:${R}:${A}:stack/s/*`, context: { 'cloudformation:TemplateUrl': 'https://s3.amazonaws.com/tpl/b.yaml' } }, [sent('s3:GetObject', 'arn:aws:s3:::tpl/b.yaml')]],
  ['G-84', { action: 'cloudformation:CreateChangeSet', resource: `arn:aws:cloudformation:${R}:${A}:stack/s/*`, context: { 'cloudformation:RoleArn': ROLE } }, [sent('iam:PassRole', ROLE)], passed('cloudformation.amazonaws.com')],
  ['G-85', { action: 'secretsmanager:CreateSecret', resource: SECRET, context: { 'aws:RequestTag/a': 'b' } }, [sent('secretsmanager:TagResource', SECRET)]],
  ['G-85', { action: 'ec2:CreateVolume', resource: VOLUME, context: { 'aws:TagKeys': ['a'] } }, [sent('ec2:CreateTags', VOLUME)], { 'ec2:CreateAction': 'CreateVolume' }],
  ['G-85', { action: 'kms:CreateKey', resource: '*', context: { 'aws:TagKeys': ['a'] } }, [sent('kms:TagResource', null)]],
  ['G-85', { action: 'ec2:CreateNatGateway', resource: `arn:aws:ec2:${R}:${A}:subnet/s`, context: { 'aws:TagKeys': ['a'] } }, [sent('ec2:CreateTags', `arn:aws:ec2:${R}:${A}:natgateway/*`)], { 'ec2:CreateAction': 'CreateNatGateway' }],
  ['G-85', { action: 'rds:CreateDBSnapshot', resource: `arn:aws:rds:${R}:${A}:snapshot:s`, context: { 'aws:TagKeys': ['a'] } }, [sent('rds:AddTagsToResource', `arn:aws:rds:${R}:${A}:snapshot:s`)]],
  ['G-85', { action: 'rds:CreateDBSnapshot', resource: `arn:aws:rds:${R}:${A}:db:d`, context: { 'aws:TagKeys': ['a'] } }, [sent('rds:AddTagsToResource', null)]],
  ['G-85', { action: 'wafv2:CreateWebACL', resource: `arn:aws:wafv2:${R}:${A}:regional/webacl/w/*`, context: { 'aws:TagKeys': ['a'] } }, [sent('wafv2:TagResource', `arn:aws:wafv2:${R}:${A}:regional/webacl/w/*`)]],
  ['G-86', { action: 'states:DescribeExecution', resource: `arn:aws:states:${R}:${A}:execution:m:e`, resources: [keyed(`arn:aws:states:${R}:${A}:execution:m:e`)] }, [sent('kms:Decrypt', KEY)], via('states', { 'aws:states:stateMachineArn': MACHINE })],
  ['G-86', { action: 'states:StartExecution', resource: MACHINE, resources: [{ arn: MACHINE, attributes: { roleArn: ROLE, kmsKeyArn: KEY } }] }, [`${ROLE} kms:GenerateDataKey ${KEY}`, `${ROLE} kms:Decrypt ${KEY}`]],
  ['G-87', { action: 'states:StartExecution', resource: MACHINE, resources: [{ arn: MACHINE, attributes: { roleArn: ROLE } }, { arn: `arn:aws:iam::${B}:role/there` }] }, [`${ROLE} sts:AssumeRole arn:aws:iam::${B}:role/there`]],
  ['G-88', { action: 'events:PutTargets', resource: RULE, context: { 'events:TargetArn': [MACHINE] }, resources: roles }, [`${ROLE} states:StartExecution ${MACHINE}`]],
  ['G-88', { action: 'events:PutTargets', resource: RULE, resources: [keyed(QUEUE)] }, [`events.amazonaws.com kms:GenerateDataKey ${KEY}`, `events.amazonaws.com kms:Decrypt ${KEY}`], from(RULE)],
  pass('G-89', 'scheduler:CreateSchedule', `arn:aws:scheduler:${R}:${A}:schedule/default/s`, 'scheduler.amazonaws.com'),
  pass('G-89', 'pipes:CreatePipe', `arn:aws:pipes:${R}:${A}:pipe/p`, 'pipes.amazonaws.com'),
  ['G-90', { action: 's3:PutBucketNotification', resource: BUCKET, resources: [keyed(QUEUE, 'alias/aws/sqs')] }, ['s3.amazonaws.com kms:GenerateDataKey null', 's3.amazonaws.com kms:Decrypt null']],
  ['G-91', { action: 'sns:Subscribe', resource: TOPIC, context: { 'sns:Endpoint': FUNCTION } }, [`sns.amazonaws.com lambda:InvokeFunction ${FUNCTION}`], from(TOPIC)],
  ['G-92', { action: 'dynamodb:CreateTable', resource: TABLE, resources: [{ arn: KEY }] }, [sent('kms:DescribeKey', KEY), sent('kms:CreateGrant', KEY)], via('dynamodb')],
  ['G-92', { action: 'dynamodb:GetRecords', resource: `${TABLE}/stream/1`, resources: [keyed(TABLE)] }, [sent('kms:Decrypt', KEY)]],
  ['G-92', { action: 'dynamodb:ExportTableToPointInTime', resource: TABLE, resources: [bucket(BUCKET)] }, ['PutObject', 'AbortMultipartUpload', 'PutObjectAcl'].map((operation) => sent(`s3:${operation}`, `${BUCKET}/*`))],
  ['G-93', { action: 'rds:CopyDBSnapshot', resource: `arn:aws:rds:${R}:${B}:snapshot:s`, account: B, resources: [keyed(`arn:aws:rds:${R}:${B}:snapshot:s`, FOREIGN_KEY)] }, ['CreateGrant', 'DescribeKey', 'Decrypt', 'GenerateDataKey', 'ReEncryptFrom', 'ReEncryptTo'].map((operation) => sent(`kms:${operation}`, FOREIGN_KEY)), via('rds')],
  ['G-93', { action: 'rds:CopyDBSnapshot', resource: `arn:aws:rds:${R}:${A}:snapshot:s`, resources: [{ arn: KEY }] }, [sent('kms:CreateGrant', KEY), sent('kms:DescribeKey', KEY)], via('rds')],
  ['G-94', { action: 'rds:StartExportTask', resource: `arn:aws:rds:${R}:${A}:snapshot:s`, resources: [...roles, bucket(BUCKET), { arn: KEY }] },
    [sent('iam:PassRole', ROLE), ...['Encrypt', 'Decrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptFrom', 'ReEncryptTo', 'CreateGrant', 'DescribeKey', 'RetireGrant'].map((operation) => sent(`kms:${operation}`, KEY)),
      ...[`s3:ListBucket ${BUCKET}`, `s3:GetBucketLocation ${BUCKET}`, `s3:PutObject ${BUCKET}/*`, `s3:GetObject ${BUCKET}/*`, `s3:DeleteObject ${BUCKET}/*`].map((need) => `${ROLE} ${need}`)], passed('export.rds.amazonaws.com')],
  ['G-95', { action: 'ec2:CreateVolume', resource: `arn:aws:ec2:${R}:${A}:volume/*`, resources: [keyed(`arn:aws:ec2:${R}::snapshot/snap-1`, FOREIGN_KEY)] }, ['DescribeKey', 'Decrypt', 'CreateGrant', 'ReEncryptFrom', 'ReEncryptTo'].map((operation) => sent(`kms:${operation}`, FOREIGN_KEY)), via('ec2')],
  ['G-96', { action: 'ec2:RunInstances', resource: `arn:aws:ec2:${R}:${A}:instance/*`, context: { 'ec2:LaunchTemplate': `arn:aws:ec2:${R}:${A}:launch-template/lt-1` } }, [sent('iam:PassRole', null)], passed('ec2.amazonaws.com')],
  ['G-96', { action: 'ec2:ReplaceIamInstanceProfileAssociation', resource: `arn:aws:ec2:${R}:${A}:instance/i-1`, context: { 'ec2:NewInstanceProfile': PROFILE }, resources: [{ arn: PROFILE, attributes: { roleArns: [ROLE] } }] }, [sent('iam:PassRole', ROLE)], passed('ec2.amazonaws.com')],
  pass('G-97', 'backup:StartBackupJob', `arn:aws:backup:${R}:${A}:backup-vault:v`, 'backup.amazonaws.com'),
  ['G-98', { action: 'backup:StartCopyJob', resource: `arn:aws:backup:${R}:${A}:recovery-point:1`, context: { 'backup:CopyTargets': [`arn:aws:backup:${R}:${B}:backup-vault:w`] }, resources: roles },
    [sent('iam:PassRole', ROLE), `${ROLE} backup:CopyFromBackupVault arn:aws:backup:${R}:${A}:recovery-point:1`, `${ROLE} backup:CopyIntoBackupVault arn:aws:backup:${R}:${B}:backup-vault:w`]],
  ['G-99', { action: 'datasync:CreateLocationS3', resource: '*', resources: [...roles, bucket(BUCKET)] },
    [sent('iam:PassRole', ROLE), ...['GetBucketLocation', 'ListBucket', 'ListBucketMultipartUploads'].map((operation) => `${ROLE} s3:${operation} ${BUCKET}`),
      ...['AbortMultipartUpload', 'DeleteObject', 'GetObject', 'GetObjectTagging', 'GetObjectVersion', 'ListMultipartUploadParts', 'PutObject', 'PutObjectTagging'].map((operation) => `${ROLE} s3:${operation} ${BUCKET}/*`)]],
  pass('G-100', 'transfer:CreateUser', `arn:aws:transfer:${R}:${A}:server/s`, 'transfer.amazonaws.com'),
  ['G-101', { action: 'ssm:GetParameter', resource: `arn:aws:ssm:${R}:${A}:parameter/aws/reference/secretsmanager/s` }, [sent('secretsmanager:GetSecretValue', `arn:aws:secretsmanager:${R}:${A}:secret:s-??????`)]],
  pass('G-102', 'ssm:SendCommand', `arn:aws:ssm:${R}:${A}:document/d`, 'ssm.amazonaws.com'),
  pass('G-103', 'cognito-identity:SetIdentityPoolRoles', `arn:aws:cognito-identity:${R}:${A}:identitypool/p`, 'cognito-identity.amazonaws.com'),
  pass('G-104', 'apigateway:PUT', `arn:aws:apigateway:${R}::/restapis/x`, 'apigateway.amazonaws.com'),
  ['G-104', { action: 'execute-api:Invoke', resource: `arn:aws:execute-api:${R}:${A}:x/prod/GET/p`, resources: [{ arn: FUNCTION }] }, [`apigateway.amazonaws.com lambda:InvokeFunction ${FUNCTION}`], from(`arn:aws:execute-api:${R}:${A}:x/prod/GET/p`)],
  pass('G-105', 'iot:CreateTopicRule', `arn:aws:iot:${R}:${A}:rule/r`, 'iot.amazonaws.com'),
  ['G-106', { principal: 'cloudfront.amazonaws.com', action: 's3:GetObject', resource: OBJECT, context: { 'aws:SourceArn': `arn:aws:cloudfront::${A}:distribution/D` }, resources: onBucket() }, [`cloudfront.amazonaws.com kms:Decrypt ${KEY}`], { 'aws:SourceArn': `arn:aws:cloudfront::${A}:distribution/D` }],
  ['G-107', { action: 'ecr:BatchGetImage', resource: `arn:aws:ecr:${R}:${B}:repository/r`, account: B }, [sent('ecr:GetAuthorizationToken', '*'), sent('ecr:GetDownloadUrlForLayer', `arn:aws:ecr:${R}:${B}:repository/r`), sent('ecr:BatchCheckLayerAvailability', `arn:aws:ecr:${R}:${B}:repository/r`)]],
  ['G-108', { action: 'codeartifact:GetAuthorizationToken', resource: `arn:aws:codeartifact:${R}:${A}:domain/d` }, [sent('sts:GetServiceBearerToken', '*')], { 'sts:AWSServiceName': 'codeartifact.amazonaws.com' }],
  ['G-111', { action: 'route53:CreateHostedZone', resource: '*', context: { 'route53:VPCs': ['VPCId=v,VPCRegion=r'] } }, [sent('ec2:DescribeVpcs', '*')]],
  ['G-112', { action: 'elasticfilesystem:CreateMountTarget', resource: `arn:aws:elasticfilesystem:${R}:${A}:file-system/f` }, [sent('ec2:DescribeSubnets', '*'), sent('ec2:DescribeNetworkInterfaces', '*'), sent('ec2:CreateNetworkInterface', null)]],
  pass('G-113', 'cloudwatch:PutMetricStream', `arn:aws:cloudwatch:${R}:${A}:metric-stream/m`, 'streams.metrics.cloudwatch.amazonaws.com'),
  ['G-22', { action: 'ec2:CopyImage', resource: `arn:aws:ec2:${R}::image/*`, resources: [{ arn: KEY }] }, ebs.map((operation) => sent(`kms:${operation}`, KEY)), via('ec2')],
  ['G-22', { action: 'ec2:StartInstances', resource: `arn:aws:ec2:${R}:${A}:instance/i-1`, resources: [keyed(VOLUME)] }, [sent('kms:CreateGrant', KEY)], { ...via('ec2'), 'kms:GrantIsForAWSResource': true }],
  ['G-22', { action: 'ec2:CreateVolume', resource: `arn:aws:ec2:${R}:${A}:volume/*`, resources: [{ arn: `arn:aws:kms:${R}:${A}:alias/ebs` }] }, ebs.map((operation) => sent(`kms:${operation}`, null))],
  ['G-29', { action: 'secretsmanager:BatchGetSecretValue', resource: '*', resources: [keyed(SECRET)] }, [sent('secretsmanager:GetSecretValue', SECRET), sent('secretsmanager:ListSecrets', '*'), sent('kms:Decrypt', KEY)]],
  ['G-29', { action: 'secretsmanager:BatchGetSecretValue', resource: '*' }, [sent('secretsmanager:GetSecretValue', null), sent('secretsmanager:ListSecrets', '*')]],
  ['G-116', { action: 'ec2:CreateFleet', resource: [ec2('fleet/*'), ec2('launch-template/lt-1'), ec2('subnet/subnet-1')], context: { 'denytrace:call/fleettype': 'instant' }, resources: [{ arn: PROFILE, attributes: { roleArns: [ROLE] } }] }, [...['launch-template/lt-1', 'subnet/subnet-1', 'instance/*', 'network-interface/*', 'volume/*'].map((name) => sent('ec2:RunInstances', ec2(name))), sent('ec2:RunInstances', `arn:aws:ec2:${R}::image/*`), sent('ec2:RunInstances', ec2('security-group/*')), sent('iam:PassRole', ROLE)]],
  ['G-116', { action: 'ec2:CreateFleet', resource: [ec2('fleet/*'), ec2('launch-template/lt-1')], context: { 'denytrace:call/fleettype': 'maintain' }, resources: [{ arn: KEY }] }, [sent('iam:PassRole', null), ...[...ebs, 'Encrypt', 'GenerateDataKey'].map((operation) => `${FLEET_SLR} kms:${operation} ${KEY}`)]],
  ['G-117', { action: 'bedrock:InvokeModel', resource: `arn:aws:bedrock:${R}:${A}:inference-profile/eu.amazon.nova-pro-v1:0` }, [sent('bedrock:InvokeModel', 'arn:aws:bedrock:*::foundation-model/amazon.nova-pro-v1:0')], { 'bedrock:InferenceProfileArn': `arn:aws:bedrock:${R}:${A}:inference-profile/eu.amazon.nova-pro-v1:0` }],
  ['G-117', { action: 'bedrock:InvokeModelWithResponseStream', resource: `arn:aws:bedrock:${R}:${A}:application-inference-profile/p1` }, [sent('bedrock:InvokeModelWithResponseStream', null)]],
  pass('G-115', 'logs:PutDestination', `arn:aws:logs:${R}:${A}:destination:d`, 'logs.amazonaws.com'),
]

describe('each row of the table of hops', () => {
  for (const [rule, call, expected, carries = {}] of CASES)
    it(`${rule}: ${call.action} with ${call.resources?.length ?? 0} other resources asks for ${expected.length} more`, () => {
      assert.deepEqual(shown(call, rule), expected)
      const [first] = further(call).filter((needed) => needed.rule === rule)
      assert.ok(first !== undefined)
      const contexts = further(call)
        .filter((needed) => needed.rule === rule)
        .map((needed) => needed.request.context ?? {})
      for (const [key, value] of Object.entries(carries))
        assert.ok(
          contexts.some((context) => JSON.stringify(context[key]) === JSON.stringify(value)),
          `${key} is not ${JSON.stringify(value)}: ${JSON.stringify(contexts[0])}`,
        )
    })

  it('has a case', () => {
    const covered = new Set(CASES.map(([rule]) => rule))
    assert.deepEqual(
      [...new Set(DEPENDENT_CALLS.map((call) => call.rule))].filter((rule) => !covered.has(rule)),
      [],
    )
  })

  it('names actions as AWS spells them, and its page', () => {
    for (const call of DEPENDENT_CALLS) {
      for (const action of [...call.on, ...call.needs.flatMap((need) => need.actions)])
        assert.equal(canonicalAction(action), action, call.rule)
      assert.match(call.docs, /^https:\/\/docs\.aws\.amazon\.com\/[\w./#-]+$/)
    }
  })

  it('says of a hop that runs later that the caller does not hear of it, and only of such (R-HOP-06)', () => {
    for (const [, call] of CASES)
      for (const needed of further(call))
        assert.equal(needed.why.includes('does not come back to the caller'), needed.later === true, needed.why)
  })
})

describe('a row whose facts are not there', () => {
  it('stays silent: no role, key, target or header is guessed', () => {
    for (const action of [
      'lambda:UpdateFunctionConfiguration',
      'ecs:RunTask',
      's3:PutObject',
      's3:PutBucketNotification',
      'ec2:RunInstances',
      'events:PutTargets',
      'states:StartExecution',
    ])
      assert.deepEqual(further({ action, resource: action.startsWith('s3') ? OBJECT : INSTANCE }), [], action)
  })

  it('passes a role that is not known where the call cannot be made without one', () => {
    for (const [action, service] of [
      ['lambda:CreateFunction', 'lambda.amazonaws.com'],
      ['states:CreateStateMachine', 'states.amazonaws.com'],
      ['codebuild:CreateProject', 'codebuild.amazonaws.com'],
      ['eks:CreateNodegroup', 'ec2.amazonaws.com'],
    ] as const) {
      const [needed] = further({ action, resource: '*' }).filter(({ request }) => request.action === 'iam:PassRole')
      assert.deepEqual(
        [needed?.request.resource, needed?.request.context?.['iam:PassedToService']],
        [null, service],
        action,
      )
    }
  })

  it('stays silent where the key is the AWS managed one, which serves its own account (R-HOP-02)', () => {
    assert.deepEqual(
      further({ action: 'sqs:SendMessage', resource: QUEUE, resources: [keyed(QUEUE, 'alias/aws/sqs')] }),
      [],
    )
  })

  it('asks a key that is not known where only its alias or id is written and nothing resolves it', () => {
    const [needed] = further({ action: 'sqs:SendMessage', resource: QUEUE, resources: [keyed(QUEUE, 'alias/team')] })
    assert.deepEqual([needed?.request.resource, needed?.request.resourceAccount], [null, A])
  })

  it('resolves an alias by the key that lists it', () => {
    const [needed] = further({
      action: 'sqs:SendMessage',
      resource: QUEUE,
      resources: [keyed(QUEUE, 'alias/team'), { arn: KEY2, attributes: { aliases: ['alias/team'] } }],
    })
    assert.equal(needed?.request.resource, KEY2)
  })

  it('asks nothing of a profile without roles', () => {
    assert.deepEqual(
      further({
        action: 'ec2:RunInstances',
        resource: INSTANCE,
        context: { 'ec2:InstanceProfile': PROFILE },
        resources: [{ arn: PROFILE, attributes: { roleArns: [] } }],
      }),
      [],
    )
  })

  // biome-ignore format: a table is read by its columns
  const SILENT: readonly (readonly [rule: string, call: Call, expected: readonly string[]])[] = [
    ['G-05', { action: 's3:PutObject', resource: OBJECT, context: { 'aws:UserAgent': 'aws-cli/2.9 command/s3.cp' } }, []],
    ['G-39', { action: 'codeartifact:GetPackageVersionAsset', resource: `arn:aws:codeartifact:${R}:${A}:package/d/r/pypi//p`, context: { 'aws:SourceVpce': 'vpce-1' } }, []],
    ['G-58', { action: 'bedrock:InvokeModel', resource: `arn:aws:bedrock:${R}::foundation-model/amazon.titan-text-lite-v1` }, []],
    ['G-110', { action: 'cloudtrail:CreateTrail', resource: `arn:aws:cloudtrail:${R}:${A}:trail/t`, resources: [bucket(TARGET)], organization: { id: 'o-1', managementAccount: B } }, []],
    ['G-114', { action: 'rds:CreateDBInstance', resource: `arn:aws:rds:${R}:${A}:db:x`, resources: [{ arn: RDS_ROLE }] }, []],
  ]
  for (const [rule, call, expected] of SILENT)
    it(`stays silent: ${rule} on ${call.action} ${String(call.resource)}`, () =>
      assert.deepEqual(shown(call, rule), expected))
})
