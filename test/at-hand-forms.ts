/**
 * A file of each form that docs/at-hand.md says is recognized, as AWS's reference pages print it, about a role that may not
 * put an object into a bucket: `aws CLI command` or the words of the page → its text.
 */

const ACCOUNT = '111122223333'
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd-56ef-78ab-90cd-1234567890ef`
const statement = (more: object) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...more }] })
const UPLOAD = statement({ Sid: 'Upload', Action: 's3:PutObject', Resource: 'arn:aws:s3:::staging-artifacts/*' })
const FULL = statement({ Action: '*', Resource: '*' })
const TRUST = statement({ Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' })
const toAccount = (Action: string, Resource: string): string =>
  JSON.stringify(statement({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action, Resource }))
const BUCKET = 'arn:aws:s3:::prod-artifacts'
const inRegion = (service: string, rest: string): string => `arn:aws:${service}:us-east-1:${ACCOUNT}:${rest}`

/** What is refused in all of them. */
export const REFUSAL = `User: arn:aws:sts::${ACCOUNT}:assumed-role/deploy-role/ci is not authorized to perform: s3:PutObject on resource: "${BUCKET}/releases/app.zip" because no identity-based policy allows the s3:PutObject action`

/** By the command of the page, without its options. */
export const AWS_FORMS: readonly (readonly [form: string, value: unknown])[] = [
  ['a policy document', statement({ Action: 's3:ListAllMyBuckets', Resource: '*' })],
  ['aws iam get-role-policy', { RoleName: 'deploy-role', PolicyName: 'artifact-upload', PolicyDocument: UPLOAD }],
  ['aws iam get-user-policy', { UserName: 'ada', PolicyName: 'own', PolicyDocument: UPLOAD }],
  ['aws iam get-group-policy', { GroupName: 'builders', PolicyName: 'shared', PolicyDocument: UPLOAD }],
  ['aws iam get-policy', { Policy: { PolicyName: 'shared', Arn: `arn:aws:iam::${ACCOUNT}:policy/shared` } }],
  ['aws iam get-policy-version', { PolicyVersion: { Document: UPLOAD, VersionId: 'v1', IsDefaultVersion: true } }],
  [
    'aws iam get-role',
    {
      Role: {
        RoleName: 'deploy-role',
        Arn: `arn:aws:iam::${ACCOUNT}:role/deploy-role`,
        Path: '/',
        AssumeRolePolicyDocument: TRUST,
      },
    },
  ],
  ['aws iam get-user', { User: { UserName: 'ada', Arn: `arn:aws:iam::${ACCOUNT}:user/ada`, Path: '/' } }],
  ['aws iam list-attached-role-policies', { AttachedPolicies: [] }],
  ['aws iam list-role-policies', { PolicyNames: ['artifact-upload'] }],
  ['aws iam list-groups-for-user', { Groups: [{ GroupName: 'builders' }] }],
  ['aws s3api get-bucket-policy', { Policy: toAccount('s3:ListBucket', BUCKET) }],
  ['aws s3api get-public-access-block', { PublicAccessBlockConfiguration: { BlockPublicAcls: true } }],
  ['aws s3api get-bucket-acl', { Owner: { ID: 'owner' }, Grants: [] }],
  [
    'aws s3api get-bucket-ownership-controls',
    { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } },
  ],
  ['aws s3api get-bucket-encryption', { ServerSideEncryptionConfiguration: { Rules: [] } }],
  ['aws kms get-key-policy', { Policy: toAccount('kms:*', '*'), PolicyName: 'default' }],
  ['aws kms list-grants', { Grants: [{ KeyId: KEY, GrantId: 'g', GranteePrincipal: 'x', Operations: [] }] }],
  ['aws kms describe-key', { KeyMetadata: { Arn: KEY, KeyManager: 'CUSTOMER' } }],
  [
    'aws sqs get-queue-attributes',
    { Attributes: { QueueArn: inRegion('sqs', 'q'), Policy: toAccount('sqs:*', inRegion('sqs', 'q')) } },
  ],
  [
    'aws sns get-topic-attributes',
    { Attributes: { TopicArn: inRegion('sns', 't'), Policy: toAccount('sns:Publish', inRegion('sns', 't')) } },
  ],
  ['aws lambda get-policy', { Policy: toAccount('lambda:*', inRegion('lambda', 'function:report')), RevisionId: 'x' }],
  [
    'aws secretsmanager get-resource-policy',
    {
      ARN: inRegion('secretsmanager', 'secret:db-AbCdEf'),
      Name: 'db',
      ResourcePolicy: toAccount('secretsmanager:*', '*'),
    },
  ],
  [
    'aws ecr get-repository-policy',
    { registryId: ACCOUNT, repositoryName: 'app', policyText: toAccount('ecr:*', '*') },
  ],
  [
    'aws ec2 describe-vpc-endpoints',
    { VpcEndpoints: [{ VpcEndpointId: 'vpce-1', PolicyDocument: JSON.stringify(FULL) }] },
  ],
  [
    'aws organizations describe-policy',
    {
      Policy: {
        PolicySummary: { Id: 'p-1', Name: 'guard', Type: 'SERVICE_CONTROL_POLICY' },
        Content: JSON.stringify(FULL),
      },
    },
  ],
]

/** Files that say all of an account, or all of a request: each is a file alone beside the denial. */
export const WHOLE_FORMS: readonly (readonly [form: string, value: unknown])[] = [
  [
    'aws iam get-account-authorization-details',
    {
      UserDetailList: [],
      GroupDetailList: [],
      Policies: [],
      RoleDetailList: [
        {
          Path: '/',
          RoleName: 'deploy-role',
          RoleId: 'AROAEXAMPLEEXAMPLEEX',
          Arn: `arn:aws:iam::${ACCOUNT}:role/deploy-role`,
          AssumeRolePolicyDocument: TRUST,
          RolePolicyList: [{ PolicyName: 'artifact-upload', PolicyDocument: UPLOAD }],
          AttachedManagedPolicies: [],
          Tags: [],
        },
      ],
    },
  ],
  [
    'a Terraform plan or state',
    {
      format_version: '1.2',
      terraform_version: '1.9.0',
      values: {
        root_module: {
          resources: [
            {
              address: 'aws_iam_role.deploy',
              mode: 'managed',
              type: 'aws_iam_role',
              name: 'deploy',
              values: {
                name: 'deploy-role',
                arn: `arn:aws:iam::${ACCOUNT}:role/deploy-role`,
                assume_role_policy: JSON.stringify(TRUST),
                inline_policy: [{ name: 'artifact-upload', policy: JSON.stringify(UPLOAD) }],
              },
            },
          ],
        },
      },
    },
  ],
  [
    'a CloudFormation template',
    {
      Resources: {
        Role: {
          Type: 'AWS::IAM::Role',
          Properties: {
            RoleName: 'deploy-role',
            AssumeRolePolicyDocument: TRUST,
            Policies: [{ PolicyName: 'artifact-upload', PolicyDocument: UPLOAD }],
          },
        },
      },
    },
  ],
  [
    'a scenario',
    {
      request: {
        principal: `arn:aws:sts::${ACCOUNT}:assumed-role/deploy-role/ci`,
        action: 's3:PutObject',
        resource: `${BUCKET}/releases/app.zip`,
      },
      policies: { identityPolicies: [{ name: 'artifact-upload', document: UPLOAD }] },
    },
  ],
  ['aws iam-toolbox get-request-authorization-policy', { policyDocument: UPLOAD }],
]

/** A name for the file of a form: what it is, and not what its name says. */
export const fileOfForm = (form: string): string => `${form.replace(/^aws /, '').replaceAll(/[^a-z0-9]+/gi, '-')}.json`
