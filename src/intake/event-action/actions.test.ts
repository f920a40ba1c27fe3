import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actionsForEvent, actionsForOperation } from './actions.ts'
import { servicePrefix, withoutVersion } from '#iam/event-sources.ts'

test('the action is the service prefix and the event name where the reference has it (R-CT-20)', () => {
  assert.deepEqual(actionsForEvent('ec2.amazonaws.com', 'DescribeVolumes'), {
    actions: ['ec2:DescribeVolumes'],
    from: 'mapped',
  })
  assert.deepEqual(actionsForEvent('sns.amazonaws.com', 'getsmssandboxaccountstatus').actions, [
    'sns:GetSMSSandboxAccountStatus',
  ])
})

test('event sources that are no IAM prefixes are translated (R-CT-21)', () => {
  assert.equal(servicePrefix('monitoring.amazonaws.com'), 'cloudwatch')
  assert.equal(servicePrefix('agreement-marketplace.amazonaws.com'), 'aws-marketplace')
  assert.equal(servicePrefix('servicecatalog-appregistry.amazonaws.com'), 'servicecatalog')
  assert.equal(servicePrefix('rdsdata.amazonaws.com'), 'rds-data')
  assert.equal(servicePrefix('partnercentral-selling.amazonaws.com'), 'partnercentral')
  assert.equal(servicePrefix('metering-marketplace.amazonaws.com'), 'aws-marketplace')
  assert.equal(servicePrefix('s3.amazonaws.com.cn'), 's3')
  assert.equal(servicePrefix('streams.dynamodb.amazonaws.com'), 'dynamodb')
  assert.equal(servicePrefix('S3'), 's3')
})

test('the channels of Session Manager log as Systems Manager and are judged as ssmmessages (R-CT-21)', () => {
  assert.deepEqual(actionsForEvent('ssm.amazonaws.com', 'OpenControlChannel'), {
    actions: ['ssmmessages:OpenControlChannel'],
    from: 'mapped',
  })
  assert.deepEqual(actionsForEvent('ssm.amazonaws.com', 'StartSession').actions, ['ssm:StartSession'])
})

test('sign-in events are no IAM actions (R-CT-21)', () => {
  assert.deepEqual(actionsForEvent('signin.amazonaws.com', 'ConsoleLogin').actions, [])
})

test('an unknown service or operation is kept as written and marked guessed (R-CT-21, R-MSG-34)', () => {
  assert.deepEqual(actionsForEvent('madeup.amazonaws.com', 'DoIt'), { actions: ['madeup:DoIt'], from: 'guessed' })
  assert.deepEqual(actionsForEvent('iam.amazonaws.com', 'InventThing'), {
    actions: ['iam:InventThing'],
    from: 'guessed',
  })
})

test('API versions are cut off event names (R-CT-22)', () => {
  assert.equal(withoutVersion('GetFunction20150331v2'), 'GetFunction')
  assert.equal(withoutVersion('ListDistributions2020_05_31'), 'ListDistributions')
  assert.equal(withoutVersion('PutObject'), 'PutObject')
  assert.deepEqual(actionsForEvent('lambda.amazonaws.com', 'Invoke20150331').actions, ['lambda:InvokeFunction'])
})

const CASES: readonly (readonly [source: string, name: string, parameters: unknown, actions: readonly string[]])[] = [
  ['lambda', 'InvokeWithResponseStream', null, ['lambda:InvokeFunction']],
  ['s3', 'ListBuckets', null, ['s3:ListAllMyBuckets']],
  ['s3', 'ListObjectsV2', null, ['s3:ListBucket']],
  ['s3', 'HeadBucket', null, ['s3:ListBucket']],
  ['s3', 'ListObjectVersions', null, ['s3:ListBucketVersions']],
  ['s3', 'ListParts', null, ['s3:ListMultipartUploadParts']],
  ['s3', 'HeadObject', { key: 'a' }, ['s3:GetObject']],
  ['s3', 'GetObject', { versionId: '1' }, ['s3:GetObjectVersion']],
  ['s3', 'SelectObjectContent', null, ['s3:GetObject']],
  ['s3', 'GetObjectAttributes', null, ['s3:GetObject', 's3:GetObjectAttributes']],
  ['s3', 'GetObjectAttributes', { versionId: '1' }, ['s3:GetObjectVersion', 's3:GetObjectVersionAttributes']],
  ['s3', 'GetObjectAcl', { versionId: '1' }, ['s3:GetObjectVersionAcl']],
  ['s3', 'DeleteObjectTagging', { versionId: '1' }, ['s3:DeleteObjectVersionTagging']],
  ['s3', 'CompleteMultipartUpload', null, ['s3:PutObject']],
  [
    's3',
    'PutObject',
    { 'x-amz-tagging': 'a=b', 'x-amz-acl': 'private' },
    ['s3:PutObject', 's3:PutObjectTagging', 's3:PutObjectAcl'],
  ],
  ['s3', 'DeleteObject', { versionId: '1' }, ['s3:DeleteObjectVersion', 's3:DeleteObject']],
  ['s3', 'DeleteObjects', null, ['s3:DeleteObject']],
  [
    's3',
    'CopyObject',
    { 'x-amz-copy-source': 'b/k?versionId=3' },
    ['s3:PutObject', 's3:GetObjectVersion', 's3:GetObjectTagging'],
  ],
  ['s3', 'UploadPartCopy', { 'x-amz-copy-source': 'b/k' }, ['s3:PutObject', 's3:GetObject']],
  ['s3', 'GetBucketLifecycle', null, ['s3:GetLifecycleConfiguration']],
  ['s3', 'PutBucketLifecycleConfiguration', null, ['s3:PutLifecycleConfiguration']],
  ['s3', 'DeleteBucketLifecycle', null, ['s3:PutLifecycleConfiguration']],
  ['s3', 'GetBucketCors', null, ['s3:GetBucketCORS']],
  ['s3', 'DeleteBucketCors', null, ['s3:PutBucketCORS']],
  ['s3', 'GetBucketEncryption', null, ['s3:GetEncryptionConfiguration']],
  ['s3', 'GetBucketReplication', null, ['s3:GetReplicationConfiguration']],
  ['s3', 'ListBucketInventoryConfigurations', null, ['s3:GetInventoryConfiguration']],
  ['s3', 'GetAccelerateConfiguration', null, ['s3:GetAccelerateConfiguration']],
  ['s3', 'GetBucketAccelerateConfiguration', null, ['s3:GetAccelerateConfiguration']],
  ['s3', 'GetBucketIntelligentTieringConfiguration', null, ['s3:GetIntelligentTieringConfiguration']],
  ['s3', 'GetObjectLockConfiguration', null, ['s3:GetBucketObjectLockConfiguration']],
  ['s3', 'GetBucketObjectLockConfiguration', null, ['s3:GetBucketObjectLockConfiguration']],
  ['s3', 'GetPublicAccessBlock', null, ['s3:GetBucketPublicAccessBlock']],
  ['s3', 'DeleteBucketPublicAccessBlock', null, ['s3:PutBucketPublicAccessBlock']],
  ['s3', 'DeleteAccountPublicAccessBlock', null, ['s3:PutAccountPublicAccessBlock']],
  ['s3', 'DeleteBucketTagging', null, ['s3:PutBucketTagging']],
  ['s3', 'DeleteBucketOwnershipControls', null, ['s3:PutBucketOwnershipControls']],
  ['s3', 'DeleteBucketPolicy', null, ['s3:DeleteBucketPolicy']],
  ['s3', 'DeleteBucketWebsite', null, ['s3:DeleteBucketWebsite']],
  ['s3', 'DeleteBucket', null, ['s3:DeleteBucket']],
  ['s3', 'CreateBucketMetadataConfiguration', null, ['s3:CreateBucketMetadataTableConfiguration']],
  ['s3', 'DeleteBucketMetadataConfiguration', null, ['s3:DeleteBucketMetadataTableConfiguration']],
  ['kms', 'ReEncrypt', null, ['kms:ReEncryptFrom', 'kms:ReEncryptTo']],
  ['dynamodb', 'TransactGetItems', null, ['dynamodb:GetItem']],
  ['dynamodb', 'TransactWriteItems', { transactItems: [{ put: { tableName: 't' } }] }, ['dynamodb:PutItem']],
  ['dynamodb', 'ExecuteStatement', { statement: 'SELECT * FROM t' }, ['dynamodb:PartiQLSelect']],
  // As the records of DynamoDB write transactions and batches
  [
    'dynamodb',
    'TransactWriteItems',
    {
      requestItems: [
        { operation: 'Put', tableName: 't' },
        { operation: 'ConditionCheck', TableName: 't' },
      ],
    },
    ['dynamodb:ConditionCheckItem', 'dynamodb:PutItem'],
  ],
  [
    'dynamodb',
    'BatchExecuteStatement',
    { requestItems: [{ statement: 'UPDATE t SET a = 1' }, { statement: " insert into t value {'k' : 1}" }] },
    ['dynamodb:PartiQLUpdate', 'dynamodb:PartiQLInsert'],
  ],
  [
    'dynamodb',
    'ExecuteTransaction',
    { transactStatements: [{ statement: 'DELETE FROM t' }, { statement: 'DELETE FROM s' }] },
    ['dynamodb:PartiQLDelete'],
  ],
  [
    'dynamodb',
    'BatchExecuteStatement',
    { statements: [{ statement: 'SELECT * FROM t' }, { statement: '***' }] },
    ['dynamodb:PartiQLSelect', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate', 'dynamodb:PartiQLDelete'],
  ],
  // Statements of the query language, as Keyspaces logs them
  ['cassandra', 'DropTable', null, ['cassandra:Drop']],
  ['cassandra', 'AlterKeyspace', null, ['cassandra:Alter']],
  ['cassandra', 'Insert', null, ['cassandra:Modify']],
  ['cassandra', 'Delete', null, ['cassandra:Modify']],
  // Calls on the objects of a table
  ['s3tables', 'GetObject', null, ['s3tables:GetTableData']],
  ['s3tables', 'CompleteMultipartUpload', null, ['s3tables:PutTableData']],
  ['s3tables', 'ListTables', null, ['s3tables:ListTables']],
  ['elasticfilesystem', 'NewClientConnection', null, ['elasticfilesystem:ClientMount']],
  ['bedrock', 'InvokeModelWithBidirectionalStream', null, ['bedrock:InvokeModel']],
  ['bedrock', 'RetrieveAndGenerateStream', null, ['bedrock:RetrieveAndGenerate']],
  [
    'neptune-graph',
    'ExecuteQuery',
    null,
    ['neptune-graph:ReadDataViaQuery', 'neptune-graph:WriteDataViaQuery', 'neptune-graph:DeleteDataViaQuery'],
  ],
  ['rdsdataapi', 'ExecuteStatement', null, ['rds-data:ExecuteStatement']],
  ['pinpoint', 'GetCampaigns', null, ['mobiletargeting:GetCampaigns']],
  ['aoss', 'Search', { pathPrefix: '/_search' }, ['aoss:APIAccessAll']],
  ['aoss', 'CreateCollection', { name: 'c' }, ['aoss:CreateCollection']],
  ['aoss', 'InventThing', { name: 'c' }, ['aoss:InventThing']],
  ['apigateway', 'CreateRestApi', null, ['apigateway:POST']],
  ['apigateway', 'GetStage', null, ['apigateway:GET']],
  ['apigateway', 'UpdateStage', null, ['apigateway:PATCH']],
  [
    'sts',
    'AssumeRole',
    { tags: [{ key: 'a', value: 'b' }], sourceIdentity: 'x' },
    ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
  ],
  ['glue', 'UpdateColumnStatisticsForTable', null, ['glue:UpdateTable']],
  ['sqs', 'SendMessageBatch', null, ['sqs:SendMessage']],
  [
    'lambda',
    'CreateFunction20150331',
    { role: 'arn:aws:iam::111122223333:role/x' },
    ['lambda:CreateFunction', 'iam:PassRole'],
  ],
  [
    'batch',
    'RegisterJobDefinition',
    { containerProperties: { jobRoleArn: 'arn:aws:iam::111122223333:role/x' } },
    ['batch:RegisterJobDefinition', 'iam:PassRole'],
  ],
  [
    'config',
    'PutConfigurationRecorder',
    { configurationRecorder: { roleARN: 'arn:aws:iam::111122223333:role/aws-service-role/config.amazonaws.com/X' } },
    ['config:PutConfigurationRecorder'],
  ],
]

test('operations whose action has another name, or that need several, follow the table (R-CT-23)', () => {
  for (const [source, name, parameters, actions] of CASES) {
    assert.deepEqual(actionsForEvent(`${source}.amazonaws.com`, name, parameters).actions, actions, `${source}:${name}`)
  }
})

test('RunInstances needs CreateTags with tags and PassRole with a profile (G-20, G-21)', () => {
  const parameters = {
    tagSpecificationSet: { items: [{ resourceType: 'instance' }] },
    iamInstanceProfile: { name: 'p' },
  }
  const { actions } = actionsForEvent('ec2.amazonaws.com', 'RunInstances', parameters)
  assert.deepEqual(actions, ['ec2:RunInstances', 'ec2:CreateTags', 'iam:PassRole'])
})

test('an operation without a service gives an action only where one service has it', () => {
  assert.deepEqual(actionsForOperation(null, 'HeadObject').actions, ['s3:GetObject'])
  assert.deepEqual(actionsForOperation(null, 'GenerateDataKey').actions, ['kms:GenerateDataKey'])
  assert.deepEqual(actionsForOperation(null, 'TagResource').actions, [])
  assert.deepEqual(actionsForOperation('s3', 'ListObjectsV2'), { actions: ['s3:ListBucket'], from: 'mapped' })
})

test("a directory bucket's object calls are judged as the session they are made in, by either event source (G-64)", () => {
  const onDirectory = { bucketName: 'bb--euw1-az1--x-s3', key: 'k' }
  for (const source of ['s3express.amazonaws.com', 's3.amazonaws.com']) {
    for (const name of ['PutObject', 'GetObject', 'HeadBucket', 'ListObjectsV2', 'CompleteMultipartUpload'])
      assert.deepEqual(actionsForEvent(source, name, onDirectory), {
        actions: ['s3express:CreateSession'],
        from: 'mapped',
      })
    assert.deepEqual(actionsForEvent(source, 'DeleteBucket', onDirectory).actions, ['s3express:DeleteBucket'])
    assert.deepEqual(actionsForEvent(source, 'GetBucketEncryption', onDirectory).actions, [
      's3express:GetEncryptionConfiguration',
    ])
    const copy = { ...onDirectory, 'x-amz-copy-source': '/plain/k' }
    assert.deepEqual(actionsForEvent(source, 'CopyObject', copy).actions, ['s3express:CreateSession', 's3:GetObject'])
  }
  assert.deepEqual(actionsForEvent('s3.amazonaws.com', 'PutObject', { bucketName: 'b' }).actions, ['s3:PutObject'])
})

test('calls on buckets and objects that others of its family have too are those of S3 (R-CT-23)', () => {
  for (const name of ['CreateBucket', 'DeleteBucket', 'AbortMultipartUpload', 'RestoreObject', 'PutObjectLegalHold'])
    assert.deepEqual(actionsForOperation(null, name), { actions: [`s3:${name}`], from: 'guessed' }, name)
  assert.deepEqual(actionsForOperation(null, 'TagResource').actions, [])
})
