/** Services that act as a role of their own or in their own name, in words that name no action. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readText } from '../read-text.ts'

function read(text: string) {
  const [denial, ...others] = readText(text)
  assert.deepEqual(others, [])
  assert.equal(denial?.kind, 'aws-access-denied')
  return denial
}

const FROM_S3 =
  'S3ServiceException:Access Denied,Status 403,Error AccessDenied,Rid D14F284FE3B45734,ExtRid AXDzORM+/=,CanRetry 1'
const COPIER = 'arn:aws:iam::111122223333:role/redshift-to-s3'
const COPIES: readonly (readonly [
  text: string,
  principal: string | null,
  action: string | null,
  resource: string | null,
])[] = [
  // https://github.com/aws-samples/aws-redshift-spectrum-poc/issues/3: the statement stands beside
  [
    `copy dwdate from 's3://awssampledbuswest2/ssbgz/dwdate' \niam_role '${COPIER}'\ngzip region 'us-west-2'\n\n[Amazon](500310) Invalid operation: ${FROM_S3}\nDetails: \n -----------------------------------------------\n  error:  ${FROM_S3}\n  code:      8001\n  context:   Listing bucket=awssampledbuswest2 prefix=ssbgz/dwdate\n  query:     12`,
    COPIER,
    's3:ListBucket',
    'arn:aws:s3:::awssampledbuswest2',
  ],
  // https://github.com/embulk/embulk-output-jdbc/issues/85
  [
    `  error:  ${FROM_S3}\n  code:      8001\n  context:   S3 key being read : s3://big_bucket/tmp/json_test2/3138c507\n  query:     672099`.replaceAll(
      '_',
      '-',
    ),
    null,
    's3:GetObject',
    'arn:aws:s3:::big-bucket/tmp/json-test2/3138c507',
  ],
  // The last role of a chain works: https://docs.aws.amazon.com/redshift/latest/mgmt/authorizing-redshift-service.html
  [
    `UNLOAD ('select 1') TO 's3://out/x' IAM_ROLE 'arn:aws:iam::111122223333:role/first,${COPIER}'\nERROR: ${FROM_S3}\nDETAIL: error: ${FROM_S3} code: 8001 context: Failed to initialize S3 output stream. S3 path: s3://out/x0000_part_00`,
    COPIER,
    's3:PutObject',
    'arn:aws:s3:::out/x0000_part_00',
  ],
  [`ERROR: ${FROM_S3}`, null, null, null],
]
for (const [text, ...expected] of COPIES)
  test(`Amazon Redshift: ${text.slice(0, 60)}`, () => {
    const denials = readText(text)
    assert.deepEqual(
      denials.map((denial) => [denial.roleArn, denial.action, denial.resource]),
      [expected],
    )
  })

// https://github.com/awslabs/aws-refarch-cross-account-pipeline/issues/5 and https://github.com/aws-samples/aws-simple-streaming-webapp/issues/8
const BUILD =
  'AccessDenied: Access Denied status code: 403, request id: D18C063FBD, host id: q8QSdgeMXd9GzqiHAn9aR7e+Qh5TNjYfRjbXxQP73FZbZWjFj78IXQ= for primary source'
for (const [text, resource] of [
  [
    `${BUILD} and source version arn:aws:s3:::pre-reqartifactbucket-1btcbp1ce/Infra-Prov/SourceOutp/EEB5s`,
    'arn:aws:s3:::pre-reqartifactbucket-1btcbp1ce/Infra-Prov/SourceOutp/EEB5s',
  ],
  [`[Container] 2022/05/27 21:28:40 Waiting for DOWNLOAD_SOURCE\n${BUILD.replaceAll(' status', '\n\tstatus')}`, null],
] as const)
  test(`AWS CodeBuild: the source of a project, ${resource ?? 'not named'}`, () => {
    const denials = readText(text)
    assert.deepEqual(
      denials.map((denial) => [denial.principal, denial.action, denial.resource, denial.requestId]),
      [[null, 's3:GetObject', resource, 'D18C063FBD']],
    )
  })

/** Other services whose words name no action, or name who acts in words of their own. */
const OTHERS: readonly (readonly [
  text: string,
  principal: string | null,
  actions: readonly string[],
  resource: string | null,
])[] = [
  // https://repost.aws/knowledge-center/sns-not-receive-cloudwatch-alarm
  [
    'Failed to execute action arn:aws:sns:us-east-1:111122223333:alerts. Received error: "CloudWatch Alarms is not authorized to perform: SNS:Publish on resource: arn:aws:sns:us-east-1:111122223333:alerts because no resource-based policy allows the SNS:Publish action"',
    'cloudwatch.amazonaws.com',
    ['sns:Publish'],
    'arn:aws:sns:us-east-1:111122223333:alerts',
  ],
  [
    'Received error: "CloudWatch Alarms does not have authorization to access the SNS topic encryption key."',
    'cloudwatch.amazonaws.com',
    ['kms:Decrypt', 'kms:GenerateDataKey'],
    null,
  ],
  [
    'An error occurred (KMSKeyNotAccessibleFault) when calling the CreateDBInstance operation: The specified KMS key [arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab] does not exist, is not enabled or you do not have permissions to access it.',
    null,
    ['kms:CreateGrant', 'kms:DescribeKey'],
    'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  ],
  [
    'Status Reason: Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: Client.InternalError: Client error on launch',
    null,
    ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKeyWithoutPlaintext'],
    null,
  ],
  [
    'AccessDeniedException: Unable to assume role for arn:aws:iam::111122223333:role/on-premises',
    'rolesanywhere.amazonaws.com',
    ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
    'arn:aws:iam::111122223333:role/on-premises',
  ],
  [
    'Error when retrieving credentials from container-role: Error retrieving metadata: Received non 200 response 400 from container metadata: [b69b1279-d140-4eee-b7ea-b124286f544c]: (AccessDeniedException): Unauthorized Exception! EKS does not have permissions to assume the associated role., fault: client',
    'pods.eks.amazonaws.com',
    ['sts:AssumeRole', 'sts:TagSession'],
    null,
  ],
  [
    "fatal: unable to access 'https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/app/': The requested URL returned error: 403",
    null,
    ['codecommit:GitPull', 'codecommit:GitPush'],
    null,
  ],
]
for (const [text, ...expected] of OTHERS)
  test(`in words of its own: ${text.slice(0, 80)}`, () => {
    const denial = read(text)
    const actions = denial?.action == null ? denial?.candidates.map(({ action }) => action) : [denial.action]
    assert.deepEqual([denial?.principal, actions, denial?.resource], expected)
  })

test('a second request id is S3’s, whoever prints it', () => {
  for (const text of [
    'Error: error loading state: AccessDenied: Access Denied\n\tstatus code: 403, request id: 4VB6J0KXQ8H2A1ZZ, host id: abcdEFGHijkl0123456789+/abcd=',
    'Error: service error: unhandled error (AccessDenied): Error { code: "AccessDenied", message: "Access Denied", aws_request_id: "4VB6J0KXQ8H2A1ZZ", s3_extended_request_id: "abcdEFGHijkl0123456789+/abcd=" }',
    'Read-S3Object : Access Denied\n    + FullyQualifiedErrorId : Amazon.S3.AmazonS3Exception,Amazon.PowerShell.Cmdlets.S3.ReadS3ObjectCmdlet',
  ])
    assert.equal(read(text)?.eventSource, 's3.amazonaws.com', text)
})
