import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { CreateAliasCommand, CreateGrantCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import {
  AttachPolicyCommand,
  CreateAccountCommand,
  CreateOrganizationCommand,
  CreateOrganizationalUnitCommand,
  CreatePolicyCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations'
import {
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'

/** moto's own account. */
export const ACCOUNT = '123456789012'
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/ci/deploy-role`

export const document = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements })

export const BUCKET_POLICY = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'TlsOnly',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: 'arn:aws:s3:::prod-artifacts/*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ],
}

export interface Estate {
  readonly organization: string
  readonly unit: string
  readonly member: string
  readonly scp: string
  readonly key: string
}

export interface Keys {
  readonly id: string
  readonly secret: string
}

export interface Config {
  readonly region: string
  readonly endpoint: string
  readonly credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
}

export const configOf = (url: string, { id, secret } = { id: 'AKIAIOSFODNN7EXAMPLE', secret: 'none' }): Config => {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'
  return { region: 'us-east-1', endpoint: url, credentials: { accessKeyId: id, secretAccessKey: secret } }
}

/** An organization with an SCP, a role, a bucket behind a key, and a queue, made by the SDK as a person would. */
export async function buildEstate(config: Config): Promise<Estate> {
  const [organization, key] = await Promise.all([buildOrganization(config), buildKey(config)])
  await buildRole(config)
  await buildBucket(config, key)
  await new SQSClient(config).send(new CreateQueueCommand({ QueueName: 'jobs' }))
  return { ...organization, key }
}

async function buildOrganization(config: Config): Promise<Omit<Estate, 'key'>> {
  const client = new OrganizationsClient(config)
  const { Organization } = await client.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }))
  const { Roots } = await client.send(new ListRootsCommand({}))
  const root = Roots?.[0]?.Id ?? ''
  const { OrganizationalUnit } = await client.send(
    new CreateOrganizationalUnitCommand({ ParentId: root, Name: 'prod' }),
  )
  const unit = OrganizationalUnit?.Id ?? ''
  const { CreateAccountStatus } = await client.send(
    new CreateAccountCommand({ AccountName: 'app', Email: 'app@example.com' }),
  )
  const member = CreateAccountStatus?.AccountId ?? ''
  await client.send(new MoveAccountCommand({ AccountId: member, SourceParentId: root, DestinationParentId: unit }))
  const { Policy } = await client.send(
    new CreatePolicyCommand({
      Name: 'deny-leaving',
      Description: 'Nobody leaves.',
      Type: 'SERVICE_CONTROL_POLICY',
      Content: document({ Sid: 'Stay', Effect: 'Deny', Action: 'organizations:LeaveOrganization', Resource: '*' }),
    }),
  )
  const scp = Policy?.PolicySummary?.Id ?? ''
  await client.send(new AttachPolicyCommand({ PolicyId: scp, TargetId: unit }))
  return { organization: Organization?.Id ?? '', unit, member, scp }
}

async function buildKey(config: Config): Promise<string> {
  const client = new KMSClient(config)
  const { KeyMetadata } = await client.send(
    new CreateKeyCommand({
      Policy: document({
        Sid: 'Account',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
        Action: 'kms:*',
        Resource: '*',
      }),
    }),
  )
  const key = KeyMetadata?.Arn ?? ''
  await client.send(new CreateAliasCommand({ AliasName: 'alias/app', TargetKeyId: key }))
  await client.send(new CreateGrantCommand({ KeyId: key, GranteePrincipal: ROLE, Operations: ['Decrypt'] }))
  return key
}

/** A role that may upload, and nothing else. */
export async function buildRole(config: Config): Promise<void> {
  const client = new IAMClient(config)
  await client.send(
    new CreateRoleCommand({
      Path: '/ci/',
      RoleName: 'deploy-role',
      AssumeRolePolicyDocument: document({
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
        Action: 'sts:AssumeRole',
      }),
    }),
  )
  const put = document({
    Sid: 'Put',
    Effect: 'Allow',
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::prod-artifacts/*',
  })
  await client.send(new PutRolePolicyCommand({ RoleName: 'deploy-role', PolicyName: 'put', PolicyDocument: put }))
}

async function buildBucket(config: Config, key: string): Promise<void> {
  const client = new S3Client({ ...config, forcePathStyle: true })
  const Bucket = 'prod-artifacts'
  await client.send(new CreateBucketCommand({ Bucket }))
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(BUCKET_POLICY) }))
  await client.send(
    new PutBucketEncryptionCommand({
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key },
            BucketKeyEnabled: true,
          },
        ],
      },
    }),
  )
  await client.send(
    new PutPublicAccessBlockCommand({
      Bucket,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: false,
      },
    }),
  )
}

/** A user with one inline policy, and a key of its own. */
export async function buildUser(config: Config, name: string, ...statements: readonly object[]): Promise<Keys> {
  const client = new IAMClient(config)
  await client.send(new CreateUserCommand({ UserName: name }))
  await client.send(
    new PutUserPolicyCommand({ UserName: name, PolicyName: 'own', PolicyDocument: document(...statements) }),
  )
  const { AccessKey } = await client.send(new CreateAccessKeyCommand({ UserName: name }))
  return { id: AccessKey?.AccessKeyId ?? '', secret: AccessKey?.SecretAccessKey ?? '' }
}
