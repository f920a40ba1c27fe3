/**
 * API operations whose IAM action has another name, or that need several actions, by service and lower-case name. S3 has
 * its own file. Operations that are not here and have an action of their name need no entry (R-CT-20, R-CT-23).
 *
 * [sar] the service's page of https://docs.aws.amazon.com/service-authorization/latest/reference/
 * [map] iann0036/iam-dataset, aws/map.json (MIT)
 */
// biome-ignore format: a table is read by its columns
export const OPERATION_ACTIONS: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['lambda:invoke', ['lambda:InvokeFunction']], // https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
  ['lambda:invokeasync', ['lambda:InvokeFunction']],
  ['lambda:invokewithresponsestream', ['lambda:InvokeFunction']],
  ['kms:reencrypt', ['kms:ReEncryptFrom', 'kms:ReEncryptTo']], // https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html
  ['dynamodb:transactgetitems', ['dynamodb:GetItem']], // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
  ['dynamodb:transactwriteitems', ['dynamodb:ConditionCheckItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem']],
  ['dynamodb:executestatement', ['dynamodb:PartiQLSelect', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate', 'dynamodb:PartiQLDelete']],
  ['dynamodb:batchexecutestatement', ['dynamodb:PartiQLSelect', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate', 'dynamodb:PartiQLDelete']],
  ['dynamodb:executetransaction', ['dynamodb:PartiQLSelect', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate', 'dynamodb:PartiQLDelete']],
  ['glue:updatecolumnstatisticsfortable', ['glue:UpdateTable']], // [map]
  ['glue:deletecolumnstatisticsfortable', ['glue:UpdateTable']],
  ['glue:updatecolumnstatisticsforpartition', ['glue:UpdatePartition']],
  ['glue:deletecolumnstatisticsforpartition', ['glue:UpdatePartition']],
  ['glue:getcolumnstatisticsfortable', ['glue:GetTable']],
  ['glue:getcolumnstatisticsforpartition', ['glue:GetPartition']],
  ['sqs:sendmessagebatch', ['sqs:SendMessage']], // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
  ['sqs:deletemessagebatch', ['sqs:DeleteMessage']],
  ['sqs:changemessagevisibilitybatch', ['sqs:ChangeMessageVisibility']],
  ['sns:publishbatch', ['sns:Publish']], // https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
  ['bedrock:converse', ['bedrock:InvokeModel']], // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
  ['bedrock:conversestream', ['bedrock:InvokeModelWithResponseStream']],
  ['bedrock:startasyncinvoke', ['bedrock:InvokeModel']],
  ['secretsmanager:batchgetsecretvalue', ['secretsmanager:BatchGetSecretValue', 'secretsmanager:GetSecretValue']], // [sar]
  ['cloudfront:createdistributionwithtags', ['cloudfront:CreateDistribution', 'cloudfront:TagResource']], // [map]
  ['cloudfront:createstreamingdistributionwithtags', ['cloudfront:CreateStreamingDistribution', 'cloudfront:TagResource']],
  ['iotdata:publish', ['iot:Publish']], // [sar]
  ['iotdata:getthingshadow', ['iot:GetThingShadow']],
  ['iotdata:updatethingshadow', ['iot:UpdateThingShadow']],
  ['iotdata:deletethingshadow', ['iot:DeleteThingShadow']],
])

/**
 * API Gateway's actions are HTTP methods. Its API names begin with a verb that tells the method.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-create-and-manage-api.html
 */
export const API_GATEWAY_METHODS: readonly (readonly [verb: string, method: string])[] = [
  ['get', 'GET'],
  ['export', 'GET'],
  ['create', 'POST'],
  ['importrestapi', 'POST'],
  ['importapikeys', 'POST'],
  ['importdocumentationparts', 'PUT'],
  ['importapi', 'POST'],
  ['generate', 'POST'],
  ['testinvoke', 'POST'],
  ['put', 'PUT'],
  ['reimport', 'PUT'],
  ['tag', 'PUT'],
  ['update', 'PATCH'],
  ['delete', 'DELETE'],
  ['flush', 'DELETE'],
  ['reset', 'DELETE'],
  ['untag', 'DELETE'],
]

/**
 * Calls that hand a role to a service and so need iam:PassRole on it, where their parameters name one (G-07 to G-105).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
export const PASSES_ROLE: ReadonlySet<string> = new Set([
  'lambda:CreateFunction',
  'lambda:UpdateFunctionConfiguration',
  'ecs:RegisterTaskDefinition',
  'ecs:RunTask',
  'ecs:StartTask',
  'ecs:CreateService',
  'states:CreateStateMachine',
  'states:UpdateStateMachine',
  'events:PutRule',
  'events:PutTargets',
  'glue:CreateJob',
  'glue:UpdateJob',
  'glue:CreateCrawler',
  'glue:UpdateCrawler',
  'cloudformation:CreateStack',
  'cloudformation:UpdateStack',
  'cloudformation:CreateChangeSet',
  'firehose:CreateDeliveryStream',
  'sagemaker:CreateTrainingJob',
  'sagemaker:CreateNotebookInstance',
  'sagemaker:CreateModel',
  'codebuild:CreateProject',
  'codebuild:UpdateProject',
  'codepipeline:CreatePipeline',
  'codedeploy:CreateDeploymentGroup',
  'eks:CreateCluster',
  'eks:CreateNodegroup',
  'eks:CreatePodIdentityAssociation',
  'logs:PutSubscriptionFilter',
  'logs:PutDestination',
  's3:PutReplicationConfiguration',
  's3:CreateJob',
  'scheduler:CreateSchedule',
  'scheduler:UpdateSchedule',
  'pipes:CreatePipe',
  'elasticmapreduce:RunJobFlow',
  'backup:StartBackupJob',
  'backup:StartRestoreJob',
  'datasync:CreateLocationS3',
  'transfer:CreateUser',
  'transfer:CreateServer',
  'ec2:AssociateIamInstanceProfile',
  'cloudtrail:CreateTrail',
  'cloudtrail:UpdateTrail',
])
