/**
 * What a recorded call needs next, by what its own parameters name: the rows of docs/hops.md, started from a CloudTrail
 * record as AWS writes it and a caller who may do nothing. The expectations are the rules' sentences (docs/rules.md, G).
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Resource, Scenario } from '#engine/scenario.ts'
import { readDenials } from '#intake/read.ts'
import { evidenceOf } from '#intake/parse-result.ts'
import { diagnose } from './diagnose.ts'

const A = '111122223333'
const B = '444455556666'
const R = 'eu-west-1'
const ROLE = `arn:aws:iam::${A}:role/work`
const ROLE2 = `arn:aws:iam::${A}:role/start`
const ID = '1234abcd-12ab-34cd-56ef-1234567890ab'
const KEY = `arn:aws:kms:${R}:${A}:key/${ID}`
const FUNCTION = `arn:aws:lambda:${R}:${A}:function:f`
const QUEUE = `arn:aws:sqs:${R}:${A}:q`
const TOPIC = `arn:aws:sns:${R}:${A}:t`
const STREAM = `arn:aws:kinesis:${R}:${A}:stream/s`
const MACHINE = `arn:aws:states:${R}:${A}:stateMachine:m`
const LAYER = `arn:aws:lambda:${R}:${B}:layer:l:3`
const PROFILE = `arn:aws:iam::${A}:instance-profile/web`
const withRole: readonly Resource[] = [{ arn: FUNCTION, attributes: { roleArn: ROLE } }]
const workflow: Resource = { arn: MACHINE, attributes: { roleArn: ROLE } }

type Parameters = Readonly<Record<string, unknown>>
type Row = readonly [
  rule: string,
  operation: string,
  parameters: Parameters,
  /** `caller`, `work` or a service; what is asked of what; a context key in brackets. */
  next: readonly string[],
  resources?: readonly Resource[],
]

const passed = (service: string, role = ROLE) =>
  `caller iam:PassRole ${role} [iam:PassedToService=${service}.amazonaws.com]`
const keyed = (service: string, actions: readonly string[], more = '') =>
  actions.map((operation) => `caller kms:${operation} ${KEY} [kms:ViaService=${service}.${R}.amazonaws.com]${more}`)
const GRANT = ['CreateGrant', 'DescribeKey']

// biome-ignore format: a table is read by its columns
const ROWS: readonly Row[] = [
  ['G-01', 's3 PutObject', { bucketName: 'b', key: 'k', 'x-amz-server-side-encryption': 'aws:kms', 'x-amz-server-side-encryption-aws-kms-key-id': KEY }, [`caller kms:GenerateDataKey ${KEY} [kms:EncryptionContext:aws:s3:arn=arn:aws:s3:::b/k]`]],
  ['G-04', 's3 CopyObject', { bucketName: 'b', key: 'k', 'x-amz-copy-source': 'src/a' }, ['caller s3:GetObject arn:aws:s3:::src/a']],
  ['G-06', 's3 PutBucketReplication', { bucketName: 'b', ReplicationConfiguration: { Role: ROLE, Rule: { Destination: { Bucket: 'arn:aws:s3:::dst', EncryptionConfiguration: { ReplicaKmsKeyID: KEY } } } } },
    ['work s3:GetReplicationConfiguration arn:aws:s3:::b', 'work s3:GetObjectVersionForReplication arn:aws:s3:::b/*', 'work s3:ReplicateObject arn:aws:s3:::dst/*', `work kms:Encrypt ${KEY} [kms:ViaService=s3.${R}.amazonaws.com]`]],
  ['G-07', 's3 PutBucketReplication', { bucketName: 'b', ReplicationConfiguration: { Role: ROLE } }, [passed('s3')]],
  ['G-08', 's3 PutBucketNotification', { bucketName: 'b', NotificationConfiguration: { QueueConfiguration: { Queue: QUEUE }, TopicConfiguration: { Topic: TOPIC }, CloudFunctionConfiguration: { CloudFunction: FUNCTION } } },
    [`s3.amazonaws.com sns:Publish ${TOPIC} [aws:SourceArn=arn:aws:s3:::b]`, `s3.amazonaws.com sqs:SendMessage ${QUEUE}`, `s3.amazonaws.com lambda:InvokeFunction ${FUNCTION}`]],
  ['G-09', 's3 PutBucketInventoryConfiguration', { bucketName: 'b', InventoryConfiguration: { Destination: { S3BucketDestination: { Bucket: 'arn:aws:s3:::dst' } } } }, ['s3.amazonaws.com s3:PutObject arn:aws:s3:::dst/* [aws:SourceArn=arn:aws:s3:::b]']],
  ['G-10', 'lambda CreateFunction20150331', { functionName: 'f', role: ROLE }, [passed('lambda')]],
  ['G-11', 'lambda CreateFunction20150331', { functionName: 'f', role: ROLE, vpcConfig: { subnetIds: ['subnet-1'] } }, ['caller ec2:DescribeSubnets * [aws:CalledVia=lambda.amazonaws.com]', 'work ec2:CreateNetworkInterface null']],
  ['G-12', 'lambda UpdateFunctionConfiguration20150331v2', { functionName: 'f', layers: [LAYER] }, [`caller lambda:GetLayerVersion ${LAYER}`]],
  ['G-13', 'lambda CreateFunction20150331', { functionName: 'f', role: ROLE, kMSKeyArn: KEY }, keyed('lambda', ['CreateGrant', 'Encrypt'])],
  ['G-14', 'lambda CreateFunction20150331', { functionName: 'f', role: ROLE, code: { imageUri: `${A}.dkr.ecr.${R}.amazonaws.com/team/app:1` } }, [`lambda.amazonaws.com ecr:BatchGetImage arn:aws:ecr:${R}:${A}:repository/team/app`]],
  ['G-15', 'lambda CreateEventSourceMapping20150331', { eventSourceArn: QUEUE, functionName: FUNCTION }, [`work sqs:ReceiveMessage ${QUEUE}`, `work sqs:DeleteMessage ${QUEUE}`, `work sqs:GetQueueAttributes ${QUEUE}`], withRole],
  ['G-16', 'lambda CreateEventSourceMapping20150331', { eventSourceArn: STREAM, functionName: FUNCTION }, [`work kinesis:GetRecords ${STREAM}`, 'work kinesis:ListStreams *'], withRole],
  ['G-17', 'lambda Invoke', { functionName: FUNCTION }, [`work logs:PutLogEvents arn:aws:logs:${R}:${A}:log-group:/aws/lambda/f:log-stream:*`], withRole],
  ['G-18', 'ecs RegisterTaskDefinition', { family: 'd', taskRoleArn: ROLE, executionRoleArn: ROLE2 }, [passed('ecs-tasks', ROLE2)]],
  ['G-20', 'ec2 RunInstances', { instancesSet: { items: [{ imageId: 'ami-1' }] }, iamInstanceProfile: { arn: PROFILE } }, [passed('ec2')], [{ arn: PROFILE, attributes: { roleArns: [ROLE] } }]],
  ['G-22', 'ec2 CreateVolume', { size: '10', zone: `${R}a`, encrypted: true, kmsKeyId: KEY }, keyed('ec2', ['Decrypt', 'GenerateDataKeyWithoutPlaintext'])],
  ['G-22', 'ec2 CreateVolume', { size: '10', zone: `${R}a`, encrypted: true, kmsKeyId: 'alias/disks' }, keyed('ec2', ['Decrypt', 'GenerateDataKeyWithoutPlaintext']), [{ arn: KEY, attributes: { aliases: ['alias/disks'] } }]],
  ['G-116', 'ec2 CreateFleet', { CreateFleetRequest: { Type: 'instant', TargetCapacitySpecification: { TotalTargetCapacity: 1 }, LaunchTemplateConfigs: { LaunchTemplateSpecification: { LaunchTemplateId: 'lt-0abc', Version: '1' }, Overrides: [{ SubnetId: 'subnet-0aa' }] } } },
    ['launch-template/lt-0abc', 'subnet/subnet-0aa', 'instance/*', 'volume/*', 'security-group/*'].map((path) => `caller ec2:RunInstances arn:aws:ec2:${R}:${A}:${path}`)],
  ['G-24', 'autoscaling CreateAutoScalingGroup', { autoScalingGroupName: 'g', launchTemplate: { launchTemplateId: 'lt-1', version: '3' } }, ['caller ec2:RunInstances null [aws:CalledVia=autoscaling.amazonaws.com]']],
  ['G-30', 'secretsmanager CreateSecret', { name: 's', kmsKeyId: ID }, keyed('secretsmanager', ['GenerateDataKey', 'Decrypt'])],
  ['G-32', 'secretsmanager RotateSecret', { secretId: 's', rotationLambdaARN: FUNCTION }, [`secretsmanager.amazonaws.com lambda:InvokeFunction ${FUNCTION}`]],
  ['G-34', 'ssm PutParameter', { name: 'p', type: 'SecureString', keyId: KEY }, keyed('ssm', ['Encrypt'], ` [kms:EncryptionContext:PARAMETER_ARN=arn:aws:ssm:${R}:${A}:parameter/p]`)],
  ['G-35', 'logs AssociateKmsKey', { logGroupName: 'g', kmsKeyId: KEY }, [`logs.${R}.amazonaws.com kms:GenerateDataKey ${KEY}`]],
  ['G-36', 'logs PutSubscriptionFilter', { logGroupName: 'g', destinationArn: STREAM, roleArn: ROLE }, [passed('logs')]],
  ['G-43', 'glue CreateJob', { name: 'j', role: ROLE }, [passed('glue')]],
  ['G-44', 'states CreateStateMachine', { name: 'm', roleArn: ROLE }, [passed('states')]],
  ['G-45', 'states StartExecution', { stateMachineArn: MACHINE }, [`work lambda:InvokeFunction ${FUNCTION}`], [workflow, { arn: FUNCTION }]],
  ['G-46', 'events PutTargets', { rule: 'r', targets: [{ id: '1', arn: STREAM, roleArn: ROLE }] }, [passed('events')]],
  ['G-47', 'events PutTargets', { rule: 'r', targets: [{ id: '1', arn: FUNCTION }, { id: '2', arn: QUEUE }] }, [`events.amazonaws.com lambda:InvokeFunction ${FUNCTION} [aws:SourceArn=arn:aws:events:${R}:${A}:rule/r]`, `events.amazonaws.com sqs:SendMessage ${QUEUE}`]],
  ['G-49', 'cloudformation CreateStack', { stackName: 's', roleARN: ROLE }, [passed('cloudformation')]],
  ['G-50', 'firehose CreateDeliveryStream', { deliveryStreamName: 'd', extendedS3DestinationConfiguration: { roleARN: ROLE, bucketARN: 'arn:aws:s3:::dst' } }, [passed('firehose')]],
  ['G-51', 'rds CreateDBInstance', { dBInstanceIdentifier: 'd', engine: 'mysql', kmsKeyId: KEY }, keyed('rds', GRANT)],
  ['G-52', 'sagemaker CreateTrainingJob', { trainingJobName: 'j', roleArn: ROLE }, [passed('sagemaker')]],
  ['G-53', 'codebuild CreateProject', { name: 'p', serviceRole: ROLE }, [passed('codebuild')]],
  ['G-53', 'codepipeline CreatePipeline', { pipeline: { name: 'p', roleArn: ROLE } }, [passed('codepipeline')]],
  ['G-53', 'codedeploy CreateDeploymentGroup', { applicationName: 'a', deploymentGroupName: 'g', serviceRoleArn: ROLE }, [passed('codedeploy')]],
  ['G-54', 'eks CreateCluster', { name: 'c', roleArn: ROLE }, [passed('eks')]],
  ['G-55', 'cloudtrail CreateTrail', { name: 't', s3BucketName: 'dst', kmsKeyId: KEY }, ['cloudtrail.amazonaws.com s3:GetBucketAcl arn:aws:s3:::dst', `cloudtrail.amazonaws.com s3:PutObject arn:aws:s3:::dst/AWSLogs/${A}/*`, `cloudtrail.amazonaws.com kms:GenerateDataKey ${KEY}`]],
  ['G-56', 'iam AddRoleToInstanceProfile', { instanceProfileName: 'web', roleName: 'work' }, ['caller iam:PassRole null']],
  ['G-60', 'kms ReplicateKey', { keyId: `arn:aws:kms:${R}:${A}:key/mrk-1234567890abcdef1234567890abcdef`, replicaRegion: 'us-west-2' }, ['caller kms:CreateKey *']],
  ['G-65', 's3 CreateJob', { accountId: A, CreateJobRequest: { RoleArn: ROLE } }, [passed('batchoperations.s3')]],
  ['G-66', 's3 PutBucketLogging', { bucketName: 'b', BucketLoggingStatus: { LoggingEnabled: { TargetBucket: 'dst', TargetPrefix: '' } } }, ['logging.s3.amazonaws.com s3:PutObject arn:aws:s3:::dst/*']],
  ['G-66', 'ec2 CreateFlowLogs', { CreateFlowLogsRequest: { LogDestinationType: 's3', LogDestination: 'arn:aws:s3:::dst', ResourceId: { content: 'vpc-1', tag: 1 } } }, ['caller logs:CreateLogDelivery *', 'delivery.logs.amazonaws.com s3:PutObject arn:aws:s3:::dst/*']],
  ['G-71', 'elasticmapreduce RunJobFlow', { name: 'c', serviceRole: ROLE, jobFlowRole: 'web' }, ['caller iam:PassRole null [iam:PassedToService=ec2.amazonaws.com]']],
  ['G-72', 'redshift ModifyClusterIamRoles', { clusterIdentifier: 'c', addIamRoles: [ROLE] }, [passed('redshift')]],
  ['G-73', 'redshift-data ExecuteStatement', { secretArn: `arn:aws:secretsmanager:${R}:${A}:secret:s-AbCdEf`, clusterIdentifier: 'c' }, [`caller secretsmanager:GetSecretValue arn:aws:secretsmanager:${R}:${A}:secret:s-AbCdEf`]],
  ['G-75', 'lambda PutFunctionEventInvokeConfig', { functionName: 'f', destinationConfig: { onFailure: { destination: QUEUE } } }, [`work sqs:SendMessage ${QUEUE}`], withRole],
  ['G-76', 'lambda CreateFunction20150331', { functionName: 'f', role: ROLE, code: { s3Bucket: 'codes', s3Key: 'a/f.zip' } }, ['caller s3:GetObject arn:aws:s3:::codes/a/f.zip [aws:CalledVia=lambda.amazonaws.com]']],
  ['G-77', 'lambda Invoke', { functionName: FUNCTION }, [`work kms:Decrypt ${KEY} [kms:ViaService=lambda.${R}.amazonaws.com]`], [{ arn: FUNCTION, attributes: { roleArn: ROLE, kmsKeyArn: KEY } }]],
  ['G-79', 'eks CreatePodIdentityAssociation', { clusterName: 'c', namespace: 'n', serviceAccount: 's', roleArn: ROLE }, [passed('pods.eks'), `pods.eks.amazonaws.com sts:AssumeRole ${ROLE}`, `pods.eks.amazonaws.com sts:TagSession ${ROLE}`]],
  ['G-80', 'eks CreateNodegroup', { clusterName: 'c', nodegroupName: 'n', nodeRole: ROLE }, [passed('ec2')]],
  ['G-83', 'cloudformation CreateStack', { stackName: 's', roleARN: ROLE, templateURL: `https://tpl.s3.${R}.amazonaws.com/a.yaml` }, ['caller s3:GetObject arn:aws:s3:::tpl/a.yaml [aws:CalledVia=cloudformation.amazonaws.com]']],
  ['G-84', 'cloudformation CreateChangeSet', { stackName: 's', changeSetName: 'x', roleARN: ROLE }, [passed('cloudformation')]],
  ['G-85', 'secretsmanager CreateSecret', { name: 's', tags: [{ key: 'a', value: 'b' }] }, [`caller secretsmanager:TagResource arn:aws:secretsmanager:${R}:${A}:secret:s-?????? [aws:RequestTag/a=b]`]],
  ['G-87', 'states StartExecution', { stateMachineArn: MACHINE }, [`work sts:AssumeRole arn:aws:iam::${B}:role/there`], [workflow, { arn: `arn:aws:iam::${B}:role/there` }]],
  ['G-88', 'events PutTargets', { rule: 'r', targets: [{ id: '1', arn: MACHINE, roleArn: ROLE }] }, [`work states:StartExecution ${MACHINE}`]],
  ['G-89', 'scheduler CreateSchedule', { name: 's', target: { arn: QUEUE, roleArn: ROLE } }, [passed('scheduler')]],
  ['G-89', 'pipes CreatePipe', { name: 'p', roleArn: ROLE, source: QUEUE, target: FUNCTION }, [passed('pipes')]],
  ['G-91', 'sns Subscribe', { topicArn: TOPIC, protocol: 'lambda', endpoint: FUNCTION }, [`sns.amazonaws.com lambda:InvokeFunction ${FUNCTION} [aws:SourceArn=${TOPIC}]`]],
  ['G-28', 'sns Subscribe', { topicArn: TOPIC, protocol: 'sqs', endpoint: QUEUE }, [`sns.amazonaws.com sqs:SendMessage ${QUEUE} [aws:SourceArn=${TOPIC}]`]],
  ['G-92', 'dynamodb CreateTable', { tableName: 'T', sSESpecification: { sSEType: 'KMS', kMSMasterKeyId: KEY } }, keyed('dynamodb', GRANT)],
  ['G-92', 'dynamodb ExportTableToPointInTime', { tableArn: `arn:aws:dynamodb:${R}:${A}:table/T`, s3Bucket: 'dst' }, ['caller s3:PutObject arn:aws:s3:::dst/* [aws:CalledVia=dynamodb.amazonaws.com]']],
  ['G-93', 'rds CopyDBSnapshot', { sourceDBSnapshotIdentifier: `arn:aws:rds:${R}:${B}:snapshot:s`, kmsKeyId: KEY }, keyed('rds', GRANT)],
  ['G-94', 'rds StartExportTask', { sourceArn: `arn:aws:rds:${R}:${A}:snapshot:s`, s3BucketName: 'dst', iamRoleArn: ROLE, kmsKeyId: KEY }, [passed('export.rds'), ...keyed('rds', ['CreateGrant', 'GenerateDataKey']), 'work s3:PutObject arn:aws:s3:::dst/*']],
  ['G-96', 'ec2 AssociateIamInstanceProfile', { AssociateIamInstanceProfileRequest: { IamInstanceProfile: { Arn: PROFILE }, InstanceId: 'i-1' } }, [passed('ec2')], [{ arn: PROFILE, attributes: { roleArns: [ROLE] } }]],
  ['G-97', 'backup StartBackupJob', { backupVaultName: 'v', resourceArn: `arn:aws:dynamodb:${R}:${A}:table/T`, iamRoleArn: ROLE }, [passed('backup')]],
  ['G-98', 'backup StartCopyJob', { recoveryPointArn: `arn:aws:backup:${R}:${A}:recovery-point:1`, sourceBackupVaultName: 'v', destinationBackupVaultArn: `arn:aws:backup:${R}:${B}:backup-vault:w`, iamRoleArn: ROLE },
    [passed('backup'), `work backup:CopyFromBackupVault arn:aws:backup:${R}:${A}:recovery-point:1`, `work backup:CopyIntoBackupVault arn:aws:backup:${R}:${B}:backup-vault:w`]],
  ['G-99', 'datasync CreateLocationS3', { s3BucketArn: 'arn:aws:s3:::dst', s3Config: { bucketAccessRoleArn: ROLE } }, [passed('datasync'), 'work s3:ListBucket arn:aws:s3:::dst']],
  ['G-100', 'transfer CreateUser', { serverId: 's-1', userName: 'u', role: ROLE }, [passed('transfer')]],
  ['G-102', 'ssm SendCommand', { documentName: 'AWS-RunShellScript', serviceRoleArn: ROLE, instanceIds: ['i-1'] }, [passed('ssm')]],
  ['G-102', 'ssm StartAutomationExecution', { documentName: 'AWS-RestartEC2Instance', parameters: { AutomationAssumeRole: [ROLE], InstanceId: ['i-1'] } }, [passed('ssm')]],
  ['G-103', 'cognito-identity SetIdentityPoolRoles', { identityPoolId: `${R}:p`, roles: { authenticated: ROLE } }, [passed('cognito-identity')]],
  ['G-105', 'iot CreateTopicRule', { ruleName: 'r', topicRulePayload: { actions: [{ sns: { roleArn: ROLE, targetArn: TOPIC } }] } }, [passed('iot')]],
  ['G-108', 'codeartifact GetAuthorizationToken', { domain: 'd' }, ['caller sts:GetServiceBearerToken * [sts:AWSServiceName=codeartifact.amazonaws.com]']],
  ['G-111', 'route53 AssociateVPCWithHostedZone', { hostedZoneId: 'Z1', vPC: { vPCId: 'vpc-1', vPCRegion: R } }, ['caller ec2:DescribeVpcs *']],
  ['G-112', 'elasticfilesystem CreateMountTarget', { fileSystemId: 'fs-1', subnetId: 'subnet-1' }, ['caller ec2:CreateNetworkInterface null']],
  ['G-113', 'cloudwatch PutMetricStream', { name: 'm', roleArn: ROLE }, [passed('streams.metrics.cloudwatch')]],
  ['G-114', 'rds CreateDBInstance', { dBInstanceIdentifier: 'd', engine: 'mysql' }, [`caller iam:CreateServiceLinkedRole arn:aws:iam::${A}:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS [iam:AWSServiceName=rds.amazonaws.com]`]],
  ['R-PASS-01', 'batch RegisterJobDefinition', { jobDefinitionName: 'j', type: 'container', containerProperties: { image: 'x', jobRoleArn: ROLE, executionRoleArn: ROLE2 } }, [passed('ecs-tasks'), passed('ecs-tasks', ROLE2)]],
  ['R-PASS-01', 'batch CreateComputeEnvironment', { computeEnvironmentName: 'c', serviceRole: ROLE, computeResources: { instanceRole: 'web' } }, [`caller iam:PassRole ${ROLE}`, 'caller iam:PassRole null [iam:PassedToService=ec2.amazonaws.com]']],
  ['R-PASS-01', 'rds AddRoleToDBCluster', { dBClusterIdentifier: 'c', roleArn: ROLE, featureName: 's3Import' }, [passed('rds')]],
  ['R-PASS-01', 'ec2 CreateFlowLogs', { CreateFlowLogsRequest: { ResourceId: { content: 'vpc-1', tag: 1 }, LogGroupName: 'g', DeliverLogsPermissionArn: ROLE } }, [passed('vpc-flow-logs')]],
  ['R-PASS-01', 'ec2 RequestSpotFleet', { spotFleetRequestConfig: { iamFleetRole: ROLE, launchSpecifications: [{ imageId: 'ami-1', iamInstanceProfile: { arn: PROFILE } }] } }, [passed('spotfleet'), passed('ec2', ROLE2)], [{ arn: PROFILE, attributes: { roleArns: [ROLE2] } }]],
  ['R-PASS-01', 'config PutConfigurationRecorder', { configurationRecorder: { name: 'default', roleARN: ROLE } }, [passed('config')]],
  ['R-PASS-01', 'ssm CreateActivation', { iamRole: 'work' }, [passed('ssm')]],
  ['R-PASS-01', 'bedrock CreateAgent', { agentName: 'a', agentResourceRoleArn: ROLE }, [passed('bedrock')]],
  ['R-PASS-01', 'apprunner CreateService', { serviceName: 's', sourceConfiguration: { authenticationConfiguration: { accessRoleArn: ROLE } }, instanceConfiguration: { instanceRoleArn: ROLE2 } }, [`caller iam:PassRole ${ROLE}`, `caller iam:PassRole ${ROLE2}`]],
  ['R-PASS-01', 'airflow CreateEnvironment', { name: 'e', executionRoleArn: ROLE }, [passed('airflow')]],
  ['R-PASS-01', 'imagebuilder CreateInfrastructureConfiguration', { name: 'i', instanceProfileName: 'web' }, [passed('ec2')], [{ arn: PROFILE, attributes: { roleArns: [ROLE] } }]],
  ['R-PASS-01', 'dms CreateEndpoint', { endpointIdentifier: 'e', s3Settings: { serviceAccessRoleArn: ROLE } }, [`caller iam:PassRole ${ROLE}`]],
  ['R-PASS-01', 'es CreateDomain', { domainName: 'd', cognitoOptions: { enabled: true, roleArn: ROLE } }, [`caller iam:PassRole ${ROLE}`]],
  ['R-PASS-01', 'lakeformation RegisterResource', { resourceArn: 'arn:aws:s3:::b', roleArn: ROLE }, [passed('lakeformation')]],
  ['G-115', 'logs PutDestination', { destinationName: 'd', targetArn: STREAM, roleArn: ROLE }, [passed('logs')]],
]

/** Of a bucket nothing is known here, and of a linked role not whether it is needed (ADR 0020). */
const OPEN: ReadonlySet<string> = new Set(['G-04', 'G-83', 'G-114'])

const CALLER = `arn:aws:sts::${A}:assumed-role/deploy/ci`

function record(operation: string, requestParameters: Parameters, errorMessage: string): Parameters {
  const [service = '', eventName = ''] = operation.split(' ')
  const issuer = { type: 'Role', arn: `arn:aws:iam::${A}:role/deploy`, accountId: A, userName: 'deploy' }
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      principalId: 'AROA1:ci',
      arn: CALLER,
      accountId: A,
      sessionContext: { sessionIssuer: issuer },
    },
    eventTime: '2026-11-01T10:00:00Z',
    eventSource: `${service}.amazonaws.com`,
    eventName,
    awsRegion: R,
    sourceIPAddress: '203.0.113.9',
    errorCode: 'AccessDenied',
    errorMessage,
    requestParameters,
    eventID: '00000000-0000-4000-8000-000000000001',
    recipientAccountId: A,
  }
}

/** Nothing is allowed, so that the call itself is what is refused. */
function nextOf(operation: string, parameters: Parameters, resources: readonly Resource[], message = 'Access Denied') {
  const evidence = evidenceOf(readDenials(JSON.stringify(record(operation, parameters, message))))
  const scenario: Scenario = {
    request: { principal: CALLER, action: 'iam:ListUsers', resource: '*' },
    policies: { complete: true, identityPolicies: [] },
    resources,
  }
  const [diagnosis] = diagnose({ ...evidence, policySource: { kind: 'scenario', scenario } }).diagnoses
  return (diagnosis?.steps ?? []).filter(({ relation }) => relation === 'next')
}

type Next = ReturnType<typeof nextOf>[number]

const whoOf = ({ request: { principal } }: Next): string =>
  principal === CALLER ? 'caller' : principal === ROLE ? 'work' : principal

/** Whether the step is the one that is written, with the context in its brackets. */
function isStep(step: Next, written: string): boolean {
  const [plain = '', ...brackets] = written.split(' [')
  const { action, resource, context = {} } = step.request
  if (plain !== `${whoOf(step)} ${action} ${String(resource)}`) return false
  return brackets.every((bracket) => {
    const [key = '', value] = bracket.slice(0, -1).split(/=(.*)/s)
    return [context[key]].flat().includes(value as never)
  })
}

describe('a recorded call that is refused', () => {
  for (const [rule, operation, parameters, wanted, resources = []] of ROWS)
    it(`${rule}: ${operation} needs ${wanted.length} further requests that its parameters show`, () => {
      const next = nextOf(operation, parameters, resources)
      const found = next.filter((step) => step.rule === rule)
      for (const written of wanted) {
        const step = found.find((step) => isStep(step, written))
        const shown = found.map(
          (step) =>
            `${whoOf(step)} ${step.request.action} ${String(step.request.resource)} ${JSON.stringify(step.request.context)}`,
        )
        assert.ok(step !== undefined, `${written} is not among\n${shown.join('\n')}`)
        assert.equal(step.decision.schemaVersion, 1, 'it is judged')
        if (whoOf(step) === 'caller' && !OPEN.has(rule))
          assert.equal(step.decision.decision, 'denied', 'its own layers say nothing')
      }
    })

  it('needs what the call needs, whichever of its requests is refused, and that one not again', () => {
    const message = `User: ${CALLER} is not authorized to perform: iam:PassRole on resource: ${ROLE} because no identity-based policy allows the iam:PassRole action`
    const parameters = { functionName: 'f', role: ROLE, layers: [LAYER], kMSKeyArn: KEY }
    const actions = nextOf('lambda CreateFunction20150331', parameters, [], message).map(
      ({ request }) => request.action,
    )
    assert.deepEqual(actions, ['kms:CreateGrant', 'kms:Encrypt', 'lambda:GetLayerVersion'])
  })

  it('tags what its tag specifications name, and nothing else that it makes (G-21)', () => {
    const tags = [{ key: 'k', value: 'v' }]
    const launch = {
      instancesSet: { items: [{ imageId: 'ami-1' }] },
      tagSpecificationSet: { items: [{ resourceType: 'instance', tags }] },
    }
    const instance = `arn:aws:ec2:${R}:${A}:instance/*`
    const tagged = (action: string) =>
      nextOf(
        'ec2 RunInstances',
        launch,
        [],
        `User: ${CALLER} is not authorized to perform: ${action} on resource: ${instance}`,
      )
        .filter(({ rule }) => rule === 'G-21')
        .map(({ request }) => request.resource)
    assert.deepEqual(tagged('ec2:RunInstances'), [instance])
    assert.deepEqual(tagged('ec2:CreateTags'), [], 'that one was refused; volumes and interfaces get no tags')
  })

  it('asks KMS what its part of a multipart upload asks, and that alone (G-01, G-03, G-04)', () => {
    const part = { bucketName: 'b', key: 'k', partNumber: '1', uploadId: 'u' }
    const bucket = [{ arn: 'arn:aws:s3:::b', account: A, attributes: { sseKmsKeyArn: KEY } }]
    const actionsOf = (operation: string, more: Parameters = {}) =>
      nextOf(
        `s3 ${operation}`,
        { ...part, ...more },
        bucket,
        `User: ${CALLER} is not authorized to perform: s3:PutObject on resource: arn:aws:s3:::b/k`,
      )
        .filter(({ request }) => request.action.startsWith('kms:'))
        .map(({ rule, request }) => `${rule} ${request.action}`)
    assert.deepEqual(actionsOf('CreateMultipartUpload'), ['G-01 kms:GenerateDataKey', 'G-03 kms:Decrypt'])
    assert.deepEqual(actionsOf('UploadPart'), ['G-03 kms:Decrypt'])
    assert.deepEqual(actionsOf('UploadPartCopy', { 'x-amz-copy-source': 'src/a' }), ['G-03 kms:Decrypt'])
    assert.deepEqual(actionsOf('CompleteMultipartUpload'), ['G-03 kms:Decrypt'])
  })

  it('asks for what its tier, its new key and its network say', () => {
    const actions = (operation: string, parameters: Parameters) =>
      nextOf(operation, parameters, []).map(
        ({ rule, request }) => `${rule} ${request.action} ${String(request.resource)}`,
      )
    const parameter = { name: 'p', type: 'SecureString', keyId: KEY }
    assert.deepEqual(actions('ssm PutParameter', { ...parameter, tier: 'Advanced' }), [
      `G-34 kms:GenerateDataKey ${KEY}`,
    ])
    assert.deepEqual(actions('ssm PutParameter', { ...parameter, tier: 'Standard' }), [`G-34 kms:Encrypt ${KEY}`])
    assert.deepEqual(actions('secretsmanager UpdateSecret', { secretId: 's', kmsKeyId: ID }), [
      `G-30 kms:GenerateDataKey ${KEY}`,
      `G-30 kms:Decrypt ${KEY}`,
      `G-30 kms:Encrypt ${KEY}`,
    ])
    assert.deepEqual(actions('secretsmanager UpdateSecret', { secretId: 's', description: 'd' }), [])
    const zone = { name: 'a.test', callerReference: 'r' }
    assert.deepEqual(actions('route53 CreateHostedZone', { ...zone, vPC: { vPCId: 'vpc-1', vPCRegion: R } }), [
      'G-111 ec2:DescribeVpcs *',
    ])
    assert.deepEqual(actions('route53 CreateHostedZone', zone), [])
  })

  it('is not about what it hands on to whatever runs', () => {
    const parameters = { stackName: 's', parameters: [{ parameterKey: 'Role', parameterValue: ROLE2 }] }
    assert.deepEqual(nextOf('cloudformation CreateStack', parameters, []), [])
    const job = nextOf('glue CreateJob', { name: 'j', role: ROLE, defaultArguments: { '--role': ROLE2 } }, [])
    assert.deepEqual(
      job.map(({ request }) => request.resource),
      [ROLE],
    )
  })

  it('passes no role that it gives to nobody: its own user, one taken away, one of another account', () => {
    const passedBy = (operation: string, parameters: Parameters) =>
      nextOf(operation, parameters, []).flatMap(({ request }) =>
        request.action === 'iam:PassRole' ? [request.resource] : [],
      )
    const user = { advancedSecurityOptions: { masterUserOptions: { masterUserARN: ROLE } } }
    assert.deepEqual(passedBy('es CreateDomain', { domainName: 'd', ...user }), [])
    assert.deepEqual(
      passedBy('redshift ModifyClusterIamRoles', {
        clusterIdentifier: 'c',
        removeIamRoles: [ROLE],
        addIamRoles: [ROLE2],
      }),
      [ROLE2],
    )
    const logs = {
      ResourceId: { content: 'vpc-1', tag: 1 },
      DeliverLogsPermissionArn: ROLE,
      DeliverCrossAccountRole: `arn:aws:iam::${B}:role/there`,
    }
    assert.deepEqual(passedBy('ec2 CreateFlowLogs', { CreateFlowLogsRequest: logs }), [ROLE])
    const pod = { clusterName: 'c', associationId: 'a-1', roleArn: ROLE, targetRoleArn: `arn:aws:iam::${B}:role/there` }
    assert.deepEqual(passedBy('eks UpdatePodIdentityAssociation', pod), [ROLE])
    const linked = `arn:aws:iam::${A}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig`
    assert.deepEqual(passedBy('config PutConfigurationRecorder', { configurationRecorder: { roleARN: linked } }), [])
  })

  it('is not about what its parameters only mention: documents, patterns, an environment, tags', () => {
    const mentions = {
      functionName: 'f',
      environment: { variables: { TARGET: ROLE2 } },
      tags: { owner: ROLE2 },
      policy: JSON.stringify({ Principal: { AWS: ROLE2 } }),
      description: `works as ${ROLE2}`,
      pattern: `${ROLE2}*`,
    }
    const resources = nextOf('lambda CreateFunction20150331', mentions, []).map(({ request }) => request.resource)
    assert.deepEqual(resources, [null, FUNCTION], 'the role of a function, which is not known, and its tags')
  })
})
