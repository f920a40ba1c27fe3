import { parseArn } from '#iam/arn.ts'
import {
  bucketObjects,
  buckets,
  functionRoles,
  functions,
  groupsOf,
  listed,
  named,
  onAnything,
  own,
  ownRole,
  queues,
  repositories,
  roles,
  secrets,
  soleRole,
  streams,
  streamsOf,
  topics,
  workingRole,
} from './target-selectors.ts'
import type { TargetSelector, DependentCall, Target } from './dependent-call.ts'
import { keyOf, onKey, ownKey, READ_KEY, WRITE_AND_READ } from './keys.ts'
import { isSent, type CallView } from './call-view.ts'
import { SAME_CALL, through } from './who.ts'
import { QUEUE_READS, STREAM_READS, TABLE_STREAM_READS } from './event-source-reads.ts'

const AWS = 'https://docs.aws.amazon.com/'

/** Actions with which Lambda handles the network interfaces of a function, all of them with its role. */
export const ROLE_NETWORK = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
]

const isInVpc = (view: CallView): boolean =>
  ['lambda:VpcIds', 'lambda:SubnetIds', 'lambda:SecurityGroupIds'].some((key) => isSent(view, key))

const SETS_FUNCTION = ['lambda:CreateFunction', 'lambda:UpdateFunctionConfiguration']

/** The log group a function writes to unless it is told another. */
const functionLogs =
  (suffix: string): TargetSelector =>
  ({ ownArn }) => {
    const name = ownArn?.service === 'lambda' ? ownArn.resource.split(':')[1] : undefined
    if (ownArn === undefined || name === undefined) return []
    return [
      { arn: `arn:${ownArn.partition}:logs:${ownArn.region}:${ownArn.account}:log-group:/aws/lambda/${name}${suffix}` },
    ]
  }

const tableStreams: TargetSelector = (view) =>
  listed('dynamodb', 'table/')(view).filter(({ arn }) => arn?.includes('/stream/') === true)

/** A consumer of a stream has an ARN below it: `stream/NAME/consumer/…`; it reads by enhanced fan-out. */
const isConsumer = ({ arn }: Target): boolean => arn?.includes('/consumer/') === true
const consumers: TargetSelector = (view) => streams(view).filter(isConsumer)
const plainStreams: TargetSelector = (view) => streams(view).filter((target) => !isConsumer(target))

const mappingRole: TargetSelector = (view) => {
  const ofFunctions = functionRoles(view)
  return ofFunctions.length > 0 ? ofFunctions : soleRole(view)
}

/** AWS Lambda (G-11, G-12, G-14..G-17, G-74, G-77). */
export const LAMBDA_CALLS: readonly DependentCall[] = [
  {
    rule: 'G-11',
    on: SETS_FUNCTION,
    when: isInVpc,
    who: through('lambda'),
    needs: onAnything('ec2:DescribeSubnets', 'ec2:DescribeSecurityGroups', 'ec2:DescribeVpcs'),
    why: 'Lambda looks the network up as the caller',
    docs: `${AWS}lambda/latest/dg/configuration-vpc.html`,
  },
  {
    rule: 'G-11',
    on: SETS_FUNCTION,
    when: isInVpc,
    who: { kind: 'role', role: roles },
    needs: onAnything(...ROLE_NETWORK),
    why: 'the network interfaces of the function are made with its role',
    docs: `${AWS}lambda/latest/dg/configuration-vpc.html`,
  },
  {
    rule: 'G-12',
    on: SETS_FUNCTION,
    who: SAME_CALL,
    needs: [{ actions: ['lambda:GetLayerVersion'], on: named('lambda:Layer') }],
    why: 'the function uses this layer, which the caller must be allowed to use',
    docs: `${AWS}lambda/latest/dg/permissions-user-function.html`,
  },
  {
    rule: 'G-14',
    on: ['lambda:CreateFunction', 'lambda:UpdateFunctionCode'],
    who: { kind: 'service', name: 'lambda.amazonaws.com', source: own },
    needs: [{ actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], on: repositories }],
    why: 'Lambda pulls the image itself, so that the repository must let it in',
    docs: `${AWS}lambda/latest/dg/images-create.html`,
  },
  {
    rule: 'G-14',
    on: ['lambda:CreateFunction', 'lambda:UpdateFunctionCode'],
    who: through('lambda'),
    needs: [
      {
        actions: ['ecr:GetRepositoryPolicy', 'ecr:SetRepositoryPolicy'],
        on: (view) => repositories(view).filter(({ arn }) => parseArn(arn ?? '')?.account === view.callerAccount),
      },
    ],
    why: 'Lambda adds itself to the policy of a repository in the same account as the caller',
    docs: `${AWS}lambda/latest/dg/images-create.html`,
  },
  {
    rule: 'G-15',
    on: ['lambda:CreateEventSourceMapping'],
    who: { kind: 'role', role: mappingRole },
    needs: [{ actions: QUEUE_READS, on: queues }, onKey(keyOf(queues), READ_KEY, { via: 'sqs' })],
    why: 'Lambda reads the queue with the role of the function and tries that when the mapping is made',
    docs: `${AWS}lambda/latest/dg/with-sqs.html`,
  },
  {
    rule: 'G-16',
    on: ['lambda:CreateEventSourceMapping'],
    who: { kind: 'role', role: mappingRole },
    needs: [
      {
        actions: STREAM_READS,
        on: plainStreams,
      },
      { actions: ['kinesis:ListStreams'], on: (view) => (plainStreams(view).length === 0 ? [] : [{ arn: '*' }]) },
      { actions: ['kinesis:SubscribeToShard'], on: consumers },
      onKey(keyOf(streams), READ_KEY, { via: 'kinesis' }),
      { actions: TABLE_STREAM_READS, on: tableStreams },
      { actions: ['dynamodb:ListStreams'], on: (view) => (tableStreams(view).length === 0 ? [] : [{ arn: '*' }]) },
      onKey(keyOf(tableStreams), READ_KEY, { via: 'dynamodb' }),
    ],
    why: 'Lambda reads the stream with the role of the function',
    docs: `${AWS}lambda/latest/dg/with-kinesis.html`,
  },
  {
    rule: 'G-17',
    on: ['lambda:InvokeFunction'],
    who: { kind: 'role', role: ownRole },
    needs: [
      { actions: ['logs:CreateLogGroup', 'logs:CreateLogStream'], on: groupsOf(functionLogs('')) },
      { actions: ['logs:PutLogEvents'], on: streamsOf(functionLogs(':log-stream:*')) },
    ],
    later: true,
    why: 'the function writes its log with its role',
    docs: `${AWS}lambda/latest/dg/monitoring-cloudwatchlogs.html`,
  },
  {
    rule: 'G-74',
    on: ['lambda:CreateEventSourceMapping'],
    when: (view) => listed('kafka', 'cluster/')(view).length > 0,
    who: { kind: 'role', role: mappingRole },
    needs: [
      {
        actions: ['kafka:DescribeCluster', 'kafka:DescribeClusterV2', 'kafka:GetBootstrapBrokers'],
        on: listed('kafka', 'cluster/'),
      },
      { actions: ['secretsmanager:GetSecretValue'], on: secrets },
      onKey(keyOf(secrets), READ_KEY, { via: 'secretsmanager' }),
    ],
    why: 'Lambda reads the cluster with the role of the function',
    docs: `${AWS}lambda/latest/dg/with-msk.html`,
  },
  {
    rule: 'G-75',
    on: [...SETS_FUNCTION, 'lambda:PutFunctionEventInvokeConfig', 'lambda:UpdateFunctionEventInvokeConfig'],
    who: { kind: 'role', role: workingRole },
    needs: [
      { actions: ['sqs:SendMessage'], on: queues },
      { actions: ['sns:Publish'], on: topics },
      { actions: ['lambda:InvokeFunction'], on: functions },
      { actions: ['events:PutEvents'], on: listed('events', 'event-bus/') },
      onKey(keyOf(queues), WRITE_AND_READ, { via: 'sqs' }),
      onKey(keyOf(topics), WRITE_AND_READ, { via: 'sns' }),
    ],
    later: true,
    why: 'what a function could not handle, and its results, go to this destination with its role',
    docs: `${AWS}lambda/latest/dg/invocation-async-retain-records.html`,
  },
  {
    rule: 'G-75',
    on: ['lambda:PutFunctionEventInvokeConfig', 'lambda:UpdateFunctionEventInvokeConfig'],
    who: { kind: 'role', role: workingRole },
    needs: [
      { actions: ['s3:PutObject'], on: bucketObjects },
      { actions: ['s3:ListBucket'], on: buckets },
      onKey(keyOf(buckets), ['kms:GenerateDataKey'], { via: 's3' }),
    ],
    later: true,
    why: 'failed events are written to this bucket with the role of the function',
    docs: `${AWS}lambda/latest/dg/invocation-async-retain-records.html`,
  },
  {
    rule: 'G-77',
    on: ['lambda:InvokeFunction'],
    who: { kind: 'role', role: ownRole },
    needs: [onKey(ownKey, READ_KEY, { via: 'lambda' })],
    why: 'the environment of the function is encrypted with this key, which its role, not the invoker, decrypts',
    docs: `${AWS}lambda/latest/dg/configuration-envvars-encryption.html`,
  },
]
