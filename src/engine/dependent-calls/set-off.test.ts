/** Every action that sets a hop off, by the pages that the rows cite; hops.test.ts has a whole case of each rule. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { canonicalAction } from '#iam/facts/actions.ts'
import { PASSING_CALLS, PROFILE_CALLS } from '#iam/passing-calls.ts'
import { DEPENDENT_CALLS, dependentCallsOn } from './table.ts'

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [rule: string, actions: string, dependentActions: string])[] = [
  ['G-02', 's3:GetObject s3:GetObjectVersion',                                                  'kms:Decrypt'],
  ['G-05', 's3:GetObject s3:PutObject s3:DeleteObject',                                         's3:ListBucket'],
  ['G-10', 'lambda:CreateFunction lambda:UpdateFunctionConfiguration',                          'iam:PassRole'],
  ['G-11', 'lambda:CreateFunction lambda:UpdateFunctionConfiguration',                          'ec2:DescribeSubnets ec2:DescribeSecurityGroups ec2:DescribeVpcs ec2:CreateNetworkInterface'],
  ['G-12', 'lambda:CreateFunction lambda:UpdateFunctionConfiguration',                          'lambda:GetLayerVersion'],
  ['G-13', 'lambda:CreateFunction lambda:UpdateFunctionConfiguration',                          'kms:CreateGrant kms:Encrypt'],
  ['G-14', 'lambda:CreateFunction lambda:UpdateFunctionCode',                                   'ecr:BatchGetImage ecr:GetDownloadUrlForLayer ecr:GetRepositoryPolicy ecr:SetRepositoryPolicy'],
  ['G-18', 'ecs:RunTask ecs:StartTask ecs:CreateService ecs:RegisterTaskDefinition',            'iam:PassRole'],
  ['G-19', 'ecs:RunTask ecs:StartTask ecs:CreateService',                                       'ecr:GetAuthorizationToken ecr:BatchCheckLayerAvailability ecr:GetDownloadUrlForLayer ecr:BatchGetImage logs:CreateLogStream logs:PutLogEvents secretsmanager:GetSecretValue ssm:GetParameters kms:Decrypt'],
  ['G-22', 'ec2:RunInstances ec2:CreateVolume ec2:AttachVolume ec2:CopySnapshot ec2:CopyImage',  'kms:CreateGrant kms:Decrypt kms:DescribeKey kms:GenerateDataKeyWithoutPlaintext kms:ReEncryptFrom kms:ReEncryptTo'],
  ['G-23', 'autoscaling:CreateAutoScalingGroup autoscaling:UpdateAutoScalingGroup',             'kms:Encrypt kms:Decrypt kms:ReEncryptFrom kms:ReEncryptTo kms:GenerateDataKey kms:DescribeKey kms:CreateGrant'],
  ['G-22', 'ec2:StartInstances',                                                                'kms:CreateGrant'],
  ['G-29', 'secretsmanager:BatchGetSecretValue',                                                'secretsmanager:GetSecretValue secretsmanager:ListSecrets kms:Decrypt'],
  ['G-116', 'ec2:CreateFleet',                                                                  'ec2:RunInstances iam:PassRole kms:CreateGrant'],
  ['G-117', 'bedrock:InvokeModel',                                                              'bedrock:InvokeModel'],
  ['G-117', 'bedrock:InvokeModelWithResponseStream',                                            'bedrock:InvokeModelWithResponseStream'],
  ['G-28', 'sns:Publish sns:Subscribe',                                                         'sqs:SendMessage kms:GenerateDataKey kms:Decrypt'],
  ['G-30', 'secretsmanager:CreateSecret secretsmanager:PutSecretValue secretsmanager:UpdateSecret', 'kms:GenerateDataKey kms:Decrypt'],
  ['G-33', 'ssm:GetParameter ssm:GetParameters ssm:GetParametersByPath ssm:GetParameterHistory', 'kms:Decrypt'],
  ['G-35', 'logs:AssociateKmsKey logs:CreateLogGroup',                                          'kms:Encrypt kms:Decrypt kms:ReEncryptFrom kms:ReEncryptTo kms:GenerateDataKey kms:DescribeKey'],
  ['G-37', 'ecr:BatchGetImage ecr:GetDownloadUrlForLayer',                                      'ecr:GetAuthorizationToken'],
  ['G-38', 'ecr:BatchGetImage ecr:GetDownloadUrlForLayer',                                      's3:GetObject'],
  ['G-40', 'dynamodb:BatchGetItem dynamodb:BatchWriteItem dynamodb:ConditionCheckItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:Scan dynamodb:UpdateItem dynamodb:PartiQLSelect dynamodb:PartiQLInsert dynamodb:PartiQLUpdate dynamodb:PartiQLDelete', 'kms:Decrypt'],
  ['G-41', 'kinesis:PutRecord kinesis:PutRecords',                                              'kms:GenerateDataKey'],
  ['G-41', 'kinesis:GetRecords kinesis:SubscribeToShard',                                       'kms:Decrypt'],
  ['G-43', 'glue:CreateJob glue:UpdateJob glue:CreateCrawler glue:UpdateCrawler glue:CreateDevEndpoint', 'iam:PassRole'],
  ['G-44', 'states:CreateStateMachine states:UpdateStateMachine',                               'iam:PassRole'],
  ['G-46', 'events:PutRule events:PutTargets',                                                  'iam:PassRole'],
  ['G-49', 'cloudformation:CreateStack cloudformation:UpdateStack cloudformation:DeleteStack',  'iam:PassRole'],
  ['G-50', 'firehose:CreateDeliveryStream firehose:UpdateDestination',                          'iam:PassRole'],
  ['G-51', 'rds:CreateDBInstance rds:CreateDBCluster rds:RestoreDBInstanceFromDBSnapshot',      'kms:CreateGrant kms:DescribeKey'],
  ['G-51', 'rds:CreateDBInstance rds:ModifyDBInstance rds:RestoreDBInstanceFromS3',             'iam:PassRole'],
  ['G-52', 'sagemaker:CreateTrainingJob sagemaker:CreateModel sagemaker:CreateNotebookInstance sagemaker:CreateProcessingJob', 'iam:PassRole'],
  ['G-53', 'codebuild:CreateProject codebuild:UpdateProject codepipeline:CreatePipeline codepipeline:UpdatePipeline codedeploy:CreateDeploymentGroup codedeploy:UpdateDeploymentGroup', 'iam:PassRole'],
  ['G-55', 'cloudtrail:CreateTrail cloudtrail:UpdateTrail',                                     's3:GetBucketAcl s3:PutObject kms:GenerateDataKey iam:PassRole'],
  ['G-58', 'bedrock:InvokeModel bedrock:InvokeModelWithResponseStream',                         'aws-marketplace:ViewSubscriptions aws-marketplace:Subscribe'],
  ['G-62', 's3:GetObject s3:GetObjectVersion',                                                  's3:ListBucket'],
  ['G-64', 's3:GetObject s3:PutObject s3:DeleteObject s3:ListBucket s3:AbortMultipartUpload',   's3express:CreateSession'],
  ['G-69', 'glue:StartJobRun glue:StartCrawler',                                                's3:GetObject s3:PutObject s3:ListBucket s3:GetBucketLocation'],
  ['G-70', 'glue:CreateConnection glue:UpdateConnection',                                       'kms:Encrypt'],
  ['G-72', 'redshift:ModifyClusterIamRoles redshift:CreateCluster',                             'iam:PassRole'],
  ['G-73', 'redshift-data:ExecuteStatement redshift-data:BatchExecuteStatement',                'secretsmanager:GetSecretValue'],
  ['G-75', 'lambda:CreateFunction lambda:UpdateFunctionConfiguration lambda:PutFunctionEventInvokeConfig lambda:UpdateFunctionEventInvokeConfig', 'sqs:SendMessage sns:Publish lambda:InvokeFunction events:PutEvents'],
  ['G-75', 'lambda:PutFunctionEventInvokeConfig lambda:UpdateFunctionEventInvokeConfig',        's3:PutObject s3:ListBucket'],
  ['G-76', 'lambda:CreateFunction lambda:UpdateFunctionCode',                                   's3:GetObject kms:Decrypt'],
  ['G-80', 'eks:CreateNodegroup eks:CreateAccessEntry',                                         'iam:PassRole'],
  ['G-83', 'cloudformation:CreateStack cloudformation:UpdateStack cloudformation:CreateChangeSet cloudformation:ValidateTemplate', 's3:GetObject'],
  ['G-84', 'cloudformation:CreateChangeSet cloudformation:CreateStackSet cloudformation:UpdateStackSet', 'iam:PassRole'],
  ['G-85', 'ec2:CreateVolume ec2:CreateSnapshot ec2:CreateSecurityGroup ec2:CreateVpc ec2:CreateSubnet ec2:CreateNetworkInterface ec2:CreateLaunchTemplate', 'ec2:CreateTags'],
  ['G-85', 'secretsmanager:CreateSecret',                                                       'secretsmanager:TagResource'],
  ['G-85', 'lambda:CreateFunction',                                                             'lambda:TagResource'],
  ['G-85', 'sqs:CreateQueue',                                                                   'sqs:TagQueue'],
  ['G-85', 'sns:CreateTopic',                                                                   'sns:TagResource'],
  ['G-85', 'dynamodb:CreateTable',                                                              'dynamodb:TagResource'],
  ['G-85', 'kms:CreateKey',                                                                     'kms:TagResource'],
  ['G-85', 'iam:CreateRole',                                                                    'iam:TagRole'],
  ['G-85', 'iam:CreateUser',                                                                    'iam:TagUser'],
  ['G-85', 'iam:CreatePolicy',                                                                  'iam:TagPolicy'],
  ['G-85', 'logs:CreateLogGroup',                                                               'logs:TagResource'],
  ['G-85', 'ecr:CreateRepository',                                                              'ecr:TagResource'],
  ['G-85', 'rds:CreateDBInstance rds:CreateDBCluster',                                          'rds:AddTagsToResource'],
  ['G-85', 'cloudwatch:PutMetricAlarm',                                                         'cloudwatch:TagResource'],
  ['G-86', 'states:StartSyncExecution states:DescribeExecution states:GetExecutionHistory',     'kms:Decrypt'],
  ['G-86', 'states:StartExecution states:StartSyncExecution',                                   'kms:GenerateDataKey kms:Decrypt'],
  ['G-87', 'states:StartExecution states:StartSyncExecution',                                   'sts:AssumeRole'],
  ['G-89', 'scheduler:CreateSchedule scheduler:UpdateSchedule pipes:CreatePipe pipes:UpdatePipe', 'iam:PassRole'],
  ['G-91', 'sns:Subscribe sns:Publish',                                                         'lambda:InvokeFunction'],
  ['G-92', 'dynamodb:CreateTable dynamodb:UpdateTable',                                         'kms:DescribeKey kms:CreateGrant'],
  ['G-93', 'rds:CopyDBSnapshot rds:RestoreDBInstanceFromDBSnapshot',                            'kms:CreateGrant kms:DescribeKey kms:Decrypt kms:GenerateDataKey kms:ReEncryptFrom kms:ReEncryptTo'],
  ['G-95', 'ec2:RunInstances ec2:CreateVolume ec2:CopySnapshot',                                'kms:DescribeKey kms:Decrypt kms:CreateGrant kms:ReEncryptFrom kms:ReEncryptTo'],
  ['G-96', 'ec2:AssociateIamInstanceProfile ec2:ReplaceIamInstanceProfileAssociation',          'iam:PassRole'],
  ['G-97', 'backup:StartBackupJob backup:StartRestoreJob backup:CreateBackupSelection',         'iam:PassRole'],
  ['G-99', 'datasync:CreateLocationS3 datasync:CreateTask',                                     'iam:PassRole'],
  ['G-100', 'transfer:CreateUser transfer:CreateServer transfer:CreateConnector',               'iam:PassRole'],
  ['G-101', 'ssm:GetParameter ssm:GetParameters',                                               'secretsmanager:GetSecretValue'],
  ['G-102', 'ssm:SendCommand ssm:StartAutomationExecution',                                     'iam:PassRole'],
  ['G-104', 'apigateway:PUT apigateway:POST apigateway:PATCH',                                  'iam:PassRole'],
  ['G-105', 'appsync:CreateDataSource appsync:UpdateDataSource iot:CreateTopicRule iot:ReplaceTopicRule kinesisanalytics:CreateApplication', 'iam:PassRole'],
  ['G-106', 's3:GetObject s3:GetObjectVersion',                                                 'kms:Decrypt'],
  ['G-107', 'ecr:BatchGetImage ecr:GetDownloadUrlForLayer',                                     'ecr:GetAuthorizationToken'],
  ['G-110', 'cloudtrail:CreateTrail cloudtrail:UpdateTrail',                                    's3:PutObject'],
  ['G-111', 'route53:CreateHostedZone route53:AssociateVPCWithHostedZone',                      'ec2:DescribeVpcs'],
]

describe('what sets a hop off, and what it asks for', () => {
  for (const [rule, actions, expected] of ROWS)
    for (const action of actions.split(' '))
      it(`${rule}: ${action}`, () => {
        const needed = dependentCallsOn(action)
          .filter((call) => call.rule === rule)
          .flatMap((call) => call.needs.flatMap((need) => need.actions))
        assert.deepEqual(
          expected.split(' ').filter((name) => !needed.includes(name)),
          [],
        )
      })

  it('is nothing where no page says so', () => {
    for (const action of ['s3:ListAllMyBuckets', 'ec2:DescribeInstances', 'iam:GetRole', ''])
      assert.deepEqual(dependentCallsOn(action), [])
    assert.ok(DEPENDENT_CALLS.every((call) => !call.on.includes('')))
  })
})

describe('a call that hands over a role and is not in the list of known hops', () => {
  const calls = PASSING_CALLS.flatMap(([service, operations]) =>
    operations.split(' ').map((name) => `${service}:${name}`),
  )

  it('is an action of AWS’s, as AWS spells it, and asks for iam:PassRole (R-PASS-01)', () => {
    for (const action of [...calls, ...PROFILE_CALLS]) {
      assert.equal(canonicalAction(action), action)
      const passing = dependentCallsOn(action).flatMap(({ rule, needs }) => (rule === 'R-PASS-01' ? needs : []))
      assert.ok(passing.some(({ actions }) => actions.includes('iam:PassRole')))
    }
  })

  it('stands once, and in no row of the list that passes roles', () => {
    assert.equal(new Set(calls).size, calls.length)
    const listed = DEPENDENT_CALLS.filter(
      ({ rule, who }) => rule !== 'R-PASS-01' && who.kind === 'passes-role',
    ).flatMap(({ on }) => on)
    assert.deepEqual(
      calls.filter((call) => listed.includes(call)),
      [],
    )
  })
})
