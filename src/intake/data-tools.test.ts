/** Warehouses, their loaders and consoles that print AWS's refusal in words of their own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readText } from './read-text.ts'

function read(text: string) {
  const denials = readText(text)
  assert.equal(denials.length, 1)
  const [denial] = denials
  assert.equal(denial?.kind, 'aws-access-denied')
  return denial
}

const REDSHIFT = (context: string): string =>
  `ERROR: S3ServiceException:Access Denied,Status 403,Error AccessDenied,Rid 8B2EXAMPLE047BAA,ExtRid abc=,CanRetry 1
  -----------------------------------------------
  code:      8001
  context:   ${context}
  query:     672099
  location:  table_s3_scanner.cpp:354`

test('Redshift names the object that COPY could not read', () => {
  const denial = read(REDSHIFT('S3 key being read : s3://amzn-s3-demo-bucket/tmp/a.csv'))
  assert.deepEqual(
    [denial?.action, denial?.resource, denial?.requestId],
    ['s3:GetObject', 'arn:aws:s3:::amzn-s3-demo-bucket/tmp/a.csv', '8B2EXAMPLE047BAA'],
  )
  assert.deepEqual([denial?.evidence.actionFrom, denial?.evidence.resourceFrom], ['mapped', 'derived'])
  assert.equal(denial?.eventSource, 's3.amazonaws.com')
})

test('without an object, what Redshift asked for is not said', () => {
  const denial = read(REDSHIFT('S3 bucket'))
  assert.deepEqual([denial?.action, denial?.resource], [null, null])
})

test('Snowflake could not assume the role of a storage integration', () => {
  const denial = read(
    'SQL execution error: Error assuming AWS_ROLE.\nPlease verify the role and externalId are configured correctly in your AWS policy.',
  )
  assert.deepEqual([denial?.action, denial?.resource, denial?.reported.layer], ['sts:AssumeRole', null, null])
})

test('where Snowflake prints the sentence, the sentence is read', () => {
  const role = 'arn:aws:iam::444455556666:role/stage-role'
  const denial = read(
    `Error assuming AWS_ROLE:\nUser: arn:aws:iam::111122223333:user/externalstages/ci is not authorized to perform: sts:AssumeRole on resource: ${role}`,
  )
  assert.equal(denial?.resource, role)
})

test('a token that Snowflake’s role was refused for is authentication', () => {
  const text = 'Error assuming AWS_ROLE: The security token included in the request is expired'
  assert.equal(readText(text)[0]?.kind, 'aws-authentication')
})

test('the billing pages say who may not see them, and no action', () => {
  const denial = read(
    'You Need Permissions\nYou don’t have permission to access billing information for this account. Contact your AWS administrator if you need help.',
  )
  assert.deepEqual([denial?.action, denial?.principal], [null, null])
})

test('a broker of Amazon MSK refuses the connection of an IAM client', () => {
  const id = '[0a1b2c3d-1111-2222-3333-444455556666]'
  for (const text of [
    `org.apache.kafka.common.errors.SaslAuthenticationException: ${id}: Access denied`,
    `[Error 58] SaslAuthenticationFailedError: ${id}: Access denied`,
    `kafka server: SASL Authentication failed: ${id}: Access denied`,
    `SASL authentication error: ${id}: Access denied (after 312ms in state AUTH_REQ)`,
  ]) {
    const denial = read(text)
    assert.deepEqual([denial?.action, denial?.evidence.actionFrom], ['kafka-cluster:Connect', 'mapped'], text)
    assert.deepEqual(
      denial?.notes.map(({ code }) => code),
      ['connect-or-credentials'],
    )
  }
  const other = 'org.apache.kafka.common.errors.SaslAuthenticationException: Authentication failed: Invalid username'
  assert.equal(readText(other)[0]?.kind, 'other')
})

test('a collection of OpenSearch Serverless refuses by its data access policy, and names no action', () => {
  const reason = 'User does not have permissions for the requested resource'
  for (const text of [
    `AuthorizationException(403, 'security_exception', 'OpenSearch exception [type=authorization_exception, reason=${reason}]')`,
    `Error: elastic: Error 403 (Forbidden): OpenSearch exception [type=authorization_exception, reason=${reason}] [type=security_exception]`,
    `{"status":403,"error":{"reason":"OpenSearch exception [type=authorization_exception, reason=${reason}]","type":"security_exception"}}`,
  ]) {
    const denial = read(text)
    assert.deepEqual([denial?.action, denial?.resource, denial?.reported.layer], [null, null, null], text)
    assert.deepEqual(
      denial?.notes.map(({ code }) => code),
      ['data-access-policy'],
    )
  }
})

test('DuckDB prints the status of a catalog of AWS’s, and no more', () => {
  const asked = (host: string) =>
    `Request to '${host}/iceberg/v1/config?warehouse=x' returned a non-200 status code (Forbidden_403), with reason:`
  assert.equal(read(asked('s3tables.eu-west-1.amazonaws.com'))?.action, null)
  assert.equal(readText(asked('catalog.example.com'))[0]?.kind, 'other')
})

test('Lake Formation refuses calls of AWS Glue, whoever else has one of that name', () => {
  const text =
    'An error occurred (AccessDeniedException) when calling the GetTable operation\nInsufficient Lake Formation permission(s) on orders'
  const denial = read(text)
  assert.deepEqual([denial?.action, denial?.resource], ['glue:GetTable', 'orders'])
})

const DATABRICKS = (message: string, asked: string, name: string, code: string): string =>
  `com.amazonaws.services.s3.model.AmazonS3Exception: ${message}; request: ${asked} Hadoop 3.3.2, aws-sdk-java/1.12.189 Linux/5.4.0 java/1.8.0_345 vendor/Azul_Systems,_Inc. com.amazonaws.services.s3.model.${name}Request; Request ID: 4KZAEXAMPLE0RSG, Extended Request ID: abc=, Cloud Provider: AWS, Instance ID: i-0abc1234 (Service: Amazon S3; Status Code: 403; Error Code: ${code}; Request ID: 4KZAEXAMPLE0RSG)`

test('Databricks prints the request that was refused: its address and its class', () => {
  const host = 'https://amzn-s3-demo-bucket.s3.us-east-2.amazonaws.com'
  const object = 'arn:aws:s3:::amzn-s3-demo-bucket/a/b.csv'
  for (const [text, action, operation, resource] of [
    [
      DATABRICKS('Forbidden', `HEAD ${host} a/b.csv {}`, 'GetObjectMetadata', '403 Forbidden'),
      's3:GetObject',
      'HeadObject',
      object,
    ],
    [
      DATABRICKS('Access Denied', `PUT ${host} a/b.csv {}`, 'PutObject', 'AccessDenied'),
      's3:PutObject',
      'PutObject',
      object,
    ],
    [
      DATABRICKS('Access Denied', `GET ${host}  {key=[2], key=[a/]}`, 'ListObjectsV2', 'AccessDenied'),
      's3:ListBucket',
      'ListObjectsV2',
      'arn:aws:s3:::amzn-s3-demo-bucket',
    ],
  ] as const) {
    for (const whole of [
      text,
      `java.nio.file.AccessDeniedException: s3a://amzn-s3-demo-bucket/a: x on s3a://y: ${text}`,
    ]) {
      const denial = read(whole)
      assert.deepEqual([denial?.action, denial?.operation, denial?.resource], [action, operation, resource], whole)
      assert.deepEqual([denial?.eventSource, denial?.requestId], ['s3.amazonaws.com', '4KZAEXAMPLE0RSG'], whole)
    }
  }
})

test('the request that Databricks printed for an earlier error is not that of the next', () => {
  const first = DATABRICKS(
    'Forbidden',
    'HEAD https://amzn-s3-demo-bucket.s3.amazonaws.com a {}',
    'GetObjectMetadata',
    '403 Forbidden',
  )
  const denial = readText(
    `${first}\n\nUser: arn:aws:iam::111122223333:user/ana is not authorized to perform: glue:GetTable on resource: arn:aws:glue:us-east-1:111122223333:catalog`,
  ).at(-1)
  assert.deepEqual([denial?.action, denial?.operation], ['glue:GetTable', null])
})

test('`Forbidden` as a class of either SDK for Ruby, or behind what says that it is AWS’s, is a refusal', () => {
  for (const text of [
    'Pipeline aborted due to error {:pipeline_id=>"main", :exception=>Aws::S3::Errors::Forbidden, :backtrace=>["/usr/share/a.rb"]}',
    '  Error: AWS::S3::Errors::Forbidden {:level=>:error}',
    '[12:42:39]\tFailed to publish artifacts: AWS error: Forbidden\nHTTP Status Code:    403\nAWS Error Code:      403 Forbidden',
  ])
    assert.equal(read(text)?.code, 'Forbidden', text)
  assert.equal(readText('Error: Web::S3::Errors::Forbidden')[0]?.kind, 'other')
})

test('the SDKs for Ruby name the service in the class', () => {
  for (const name of ['Aws', 'AWS'])
    assert.equal(read(`${name}::S3::Errors::Forbidden`)?.eventSource, 's3.amazonaws.com', name)
})

const GLUE: readonly (readonly [
  text: string,
  action: string | null,
  resource: string | null,
  of?: readonly string[],
])[] = [
  // https://github.com/aws-samples/aws-glue-samples/issues/2
  [
    '[626034be-45ee-4e8d-ae26-e985e8131ff9] ERROR : Error Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: F24B84B451EAEC7A) retrieving file at s3://awsglue-datasets/examples/us-legislators/house/persons.json. Tables created did not infer schemas from this file.',
    's3:GetObject',
    'arn:aws:s3:::awsglue-datasets/examples/us-legislators/house/persons.json',
  ],
  // https://github.com/hashicorp/terraform-provider-aws/issues/30371
  [
    "│ Error: creating Glue Crawler (crawler-job-name): InvalidInputException: Service is unable to assume provided role. Please verify role's TrustPolicy\n│ \n│   with aws_glue_crawler.crawler,",
    'sts:AssumeRole',
    null,
  ],
  [
    "An error occurred (InvalidInputException) when calling the CreateCrawler operation: Service is unable to assume role arn:aws:iam::111122223333:role/crawler. Please verify role's TrustPolicy",
    'sts:AssumeRole',
    'arn:aws:iam::111122223333:role/crawler',
  ],
  // https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1921
  [
    'User does not have access to target s3://path-bucket/to/data',
    null,
    'arn:aws:s3:::path-bucket/to/data',
    ['s3:ListBucket', 's3:GetObject', 'lakeformation:GetDataAccess'],
  ],
  [
    'LAUNCH ERROR | Error downloading from S3 for bucket: aws-glue-scripts-111122223333-us-east-1, key: admin/script.py.Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: 8B2EXAMPLE047BAA; S3 Extended Request ID: abc=)',
    's3:GetObject',
    'arn:aws:s3:::aws-glue-scripts-111122223333-us-east-1/admin/script.py',
  ],
  // https://github.com/ministryofjustice/modernisation-platform-environments/pull/12190: of Lake Formation, and no policy of IAM
  [
    '[e336681b-5005-4423-b6b6-0dc6eb4af378] ERROR : Insufficient Lake Formation permission(s) on moj (Database name: moj) (Service: AWSGlue; Status Code: 400; Error Code: AccessDeniedException; Request ID: 1a6d13ca-ddbf-4fe6-a5c4-bd1f72e4d2a8; Proxy: null).',
    null,
    'moj',
  ],
  // https://github.com/dacort/metabase-athena-driver/issues/105
  [
    'com.simba.athena.amazonaws.services.glue.model.AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/metabase-TaskRole30FC0FBB/a499929205b74b0c is not authorized to perform: glue:GetCatalogImportStatus on resource: arn:aws:glue:eu-west-1:111122223333:catalog because no identity-based policy allows the glue:GetCatalogImportStatus action (Service: AWSGlue; Status Code: 400; Error Code: AccessDeniedException; Request ID: e8fb47f5-70a2-4c43-81e2-95af8b11fdc3; Proxy: null)',
    'glue:GetCatalogImportStatus',
    'arn:aws:glue:eu-west-1:111122223333:catalog',
  ],
]
for (const [text, action, resource, of = []] of GLUE)
  test(`AWS Glue: ${text.slice(0, 90)}`, () => {
    const denial = read(text)
    assert.deepEqual([denial?.action, denial?.resource], [action, resource])
    assert.deepEqual(
      denial?.candidates.map((candidate) => candidate.action),
      of,
    )
  })

test('what Athena writes below the path is no part of it', () => {
  const denial = read(
    'Permission denied on S3 path: s3://amzn-s3-demo-bucket/year=2026/part-0.parquet\nThis query ran against the "default" database, unless qualified by the query.',
  )
  assert.equal(denial?.resource, 'arn:aws:s3:::amzn-s3-demo-bucket/year=2026/part-0.parquet')
})
