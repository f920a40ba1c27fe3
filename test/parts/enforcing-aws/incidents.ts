/**
 * Incidents of an account in an organization: what was built, and the job that is refused. What refuses stands in
 * `layer`; nothing here says how it is to be mended.
 */
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
  TagRoleCommand,
} from '@aws-sdk/client-iam'
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import {
  AttachPolicyCommand,
  CreatePolicyCommand as CreateScpCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations'
import { CreateBucketCommand, PutBucketEncryptionCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { DynamoDBClient, CreateTableCommand } from '@aws-sdk/client-dynamodb'
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns'
import { type Config, document } from '../estate.ts'

export interface Job {
  /** `cli`: arguments of `aws`; `python` and `node`: a program with boto3 or the SDK for JavaScript. */
  readonly by: 'cli' | 'python' | 'node'
  readonly args: readonly string[]
}

export interface World {
  readonly member: Config
  readonly management: Config
  readonly account: string
}

export interface Incident {
  readonly name: string
  readonly layer: string
  /** Who runs the job: a user, or a role that a session is made of. */
  readonly as: 'user' | 'role'
  /** Statements of the inline policy that the caller has from the beginning. */
  readonly has: readonly object[]
  /** What else there is; `caller` is the name of the user or role. */
  readonly build: (world: World, caller: string) => Promise<void>
  readonly job: (world: World) => Job
  /** In which account the change is made. */
  readonly mendedIn?: 'management'
  /**
   * Who reads for the last `diagnose --live`: `management` reads SCPs, and assumes a role in the account of the caller. AWS's words
   * about an explicit deny, or about no policy at all, do not say what SCPs hold.
   */
  readonly confirmedBy?: 'management'
  /** Further words of the last `diagnose --live`. */
  readonly confirmedWith?: readonly string[]
  /** Further words of the command that writes the fix, as the answer before printed them. */
  readonly fixedWith?: readonly string[]
  /** Tags of the role. */
  readonly tags?: Readonly<Record<string, string>>
  /** Options of `denytrace run` before the command. */
  readonly runWith?: readonly string[]
  /** How many denials follow each other: the next is met once the one before is fixed. 1 when left out. */
  readonly denials?: number
  /** A job of the same caller that stays denied after the fix: what the fix must not open. */
  readonly staysDenied?: (world: World) => Job
  /**
   * What a person would write, for all that the statement is about (an exception by name, `/*` beside the bucket): `fix` says what
   * that opens, and ends with 1.
   */
  readonly opensMore?: true
}

export const allow = (Action: string | readonly string[], Resource: string | readonly string[]): object => ({
  Effect: 'Allow',
  Action,
  Resource,
})
export const s3 = (config: Config): S3Client => new S3Client({ ...config, forcePathStyle: true })
export const bucket =
  (Bucket: string) =>
  async ({ member }: World): Promise<void> =>
    void (await s3(member).send(new CreateBucketCommand({ Bucket })))
export const upload = (name: string): Job => ({
  by: 'cli',
  args: ['s3', 'cp', 'package.json', `s3://${name}/releases/app.json`],
})
export const python = (...lines: readonly string[]): Job => ({
  by: 'python',
  args: ['-c', ['import boto3', ...lines].join('\n')],
})
const node = (text: string): Job => ({ by: 'node', args: ['--input-type=module', '-e', text] })

export async function roleOf({ member }: World, RoleName: string, principal: object): Promise<void> {
  const AssumeRolePolicyDocument = document({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' })
  await new IAMClient(member).send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
}

export async function managedPolicy(
  { member }: World,
  PolicyName: string,
  ...statements: readonly object[]
): Promise<string> {
  const { Policy } = await new IAMClient(member).send(
    new CreatePolicyCommand({ PolicyName, PolicyDocument: document(...statements) }),
  )
  return Policy?.Arn ?? ''
}

/** The ARN of the key of one incident, once it was built. */
let lockedKey = ''

export const INCIDENTS: readonly Incident[] = [
  {
    name: 'an upload that nothing allows',
    layer: 'identity-policy',
    as: 'user',
    has: [allow('s3:ListBucket', 'arn:aws:s3:::one')],
    build: bucket('one'),
    job: () => upload('one'),
  },
  {
    name: 'objects, where the policy names the bucket',
    layer: 'identity-policy',
    as: 'role',
    has: [allow('s3:*', 'arn:aws:s3:::two')],
    build: bucket('two'),
    job: () => upload('two'),
    opensMore: true,
  },
  {
    name: 'a table whose name the policy has wrong',
    layer: 'identity-policy',
    as: 'role',
    has: [],
    build: async (world, RoleName) => {
      const { member, account } = world
      await new DynamoDBClient(member).send(
        new CreateTableCommand({
          TableName: 'orders',
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        }),
      )
      const PolicyArn = await managedPolicy(
        world,
        'tables',
        allow('dynamodb:GetItem', `arn:aws:dynamodb:us-east-1:${account}:table/order`),
      )
      await new IAMClient(member).send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))
    },
    job: () => python("boto3.client('dynamodb').get_item(TableName='orders', Key={'id': {'S': '1'}})"),
  },
  {
    name: 'a Deny of a group',
    layer: 'identity-policy',
    as: 'user',
    has: [allow('sqs:*', '*')],
    build: async (world, UserName) => {
      const iam = new IAMClient(world.member)
      await new SQSClient(world.member).send(new CreateQueueCommand({ QueueName: 'jobs' }))
      await iam.send(new CreateGroupCommand({ GroupName: 'readers' }))
      await iam.send(new AddUserToGroupCommand({ GroupName: 'readers', UserName }))
      const deny = { Sid: 'NoSending', Effect: 'Deny', Action: 'sqs:SendMessage', Resource: '*' }
      await iam.send(
        new AttachGroupPolicyCommand({
          GroupName: 'readers',
          PolicyArn: await managedPolicy(world, 'no-sending', deny),
        }),
      )
    },
    job: ({ account }) =>
      python(`boto3.client('sqs').send_message(QueueUrl='http://x/${account}/jobs', MessageBody='hello')`),
    confirmedBy: 'management',
  },
  {
    name: 'a Deny of a service control policy',
    layer: 'service-control-policy',
    as: 'role',
    has: [allow('sns:*', '*')],
    build: async ({ management, member, account }) => {
      await new SNSClient(member).send(new CreateTopicCommand({ Name: 'alerts' }))
      const organizations = new OrganizationsClient(management)
      const { Policy } = await organizations.send(
        new CreateScpCommand({
          Name: 'no-publishing',
          Description: 'Only break-glass publishes.',
          Type: 'SERVICE_CONTROL_POLICY',
          Content: document({
            Sid: 'NoPublishing',
            Effect: 'Deny',
            Action: 'sns:Publish',
            Resource: 'arn:aws:sns:*:*:alerts',
            Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/break-glass' } },
          }),
        }),
      )
      await organizations.send(
        new AttachPolicyCommand({ PolicyId: Policy?.PolicySummary?.Id ?? '', TargetId: account }),
      )
    },
    job: ({ account }) => ({
      by: 'cli',
      args: ['sns', 'publish', '--topic-arn', `arn:aws:sns:us-east-1:${account}:alerts`, '--message', 'hello'],
    }),
    mendedIn: 'management',
    confirmedBy: 'management',
    opensMore: true,
  },
  {
    name: 'a permissions boundary that does not allow it',
    layer: 'permissions-boundary',
    as: 'role',
    has: [allow('ssm:GetParameter', '*')],
    build: async (world, RoleName) => {
      await new SSMClient(world.member).send(new PutParameterCommand({ Name: '/app/url', Value: 'x', Type: 'String' }))
      const PermissionsBoundary = await managedPolicy(world, 'limits', allow(['s3:*', 'sqs:*'], '*'))
      const { PutRolePermissionsBoundaryCommand } = await import('@aws-sdk/client-iam')
      await new IAMClient(world.member).send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }))
    },
    job: () =>
      node(
        "import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'\nawait new SSMClient({}).send(new GetParameterCommand({ Name: '/app/url' }))",
      ),
  },
  {
    name: 'a Deny of a key policy',
    layer: 'resource-policy',
    as: 'role',
    has: [allow('kms:Encrypt', '*')],
    build: async ({ member, account }) => {
      const admins = {
        Sid: 'Account',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      }
      const deny = {
        Sid: 'OnlyRelease',
        Effect: 'Deny',
        Principal: '*',
        Action: 'kms:Encrypt',
        Resource: '*',
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/release` } },
      }
      const client = new KMSClient(member)
      const { KeyMetadata } = await client.send(new CreateKeyCommand({ Policy: document(admins, deny) }))
      lockedKey = KeyMetadata?.Arn ?? ''
    },
    job: () => python(`boto3.client('kms').encrypt(KeyId='${lockedKey}', Plaintext=b'hello')`),
    confirmedBy: 'management',
  },
  {
    name: 'the key behind a bucket',
    layer: 'resource-policy',
    as: 'role',
    has: [allow('s3:PutObject', 'arn:aws:s3:::eight/*')],
    build: async (world) => {
      await bucket('eight')(world)
      const admin = {
        Sid: 'Admin',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${world.account}:user/admin` },
        Action: 'kms:*',
        Resource: '*',
      }
      const { KeyMetadata } = await new KMSClient(world.member).send(new CreateKeyCommand({ Policy: document(admin) }))
      const byKey = { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: KeyMetadata?.Arn }
      const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault: byKey }] }
      await s3(world.member).send(
        new PutBucketEncryptionCommand({ Bucket: 'eight', ServerSideEncryptionConfiguration }),
      )
    },
    job: () => upload('eight'),
  },
  {
    name: 'a role whose trust policy names another',
    layer: 'resource-policy',
    as: 'role',
    has: [allow('sts:AssumeRole', '*')],
    build: (world) => roleOf(world, 'target', { AWS: `arn:aws:iam::${world.account}:role/admin` }),
    job: ({ account }) => ({
      by: 'cli',
      args: ['sts', 'assume-role', '--role-arn', `arn:aws:iam::${account}:role/target`, '--role-session-name', 'job'],
    }),
  },
  {
    name: 'a role that is passed',
    layer: 'identity-policy',
    as: 'user',
    has: [allow('lambda:*', '*')],
    build: (world) => roleOf(world, 'function-role', { Service: 'lambda.amazonaws.com' }),
    job: ({ account }) => ({
      by: 'cli',
      args: `lambda create-function --function-name f --runtime python3.12 --handler f.f --role arn:aws:iam::${account}:role/function-role --code ImageUri=x`.split(
        ' ',
      ),
    }),
  },
  {
    name: 'a Deny of a topic policy',
    layer: 'resource-policy',
    as: 'user',
    has: [allow('sns:Publish', '*')],
    build: async ({ member, account }) => {
      const deny = {
        Sid: 'OnlyMonitoring',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: `arn:aws:sns:us-east-1:${account}:eleven`,
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': `arn:aws:iam::${account}:user/monitoring` } },
      }
      await new SNSClient(member).send(
        new CreateTopicCommand({ Name: 'eleven', Attributes: { Policy: document(deny) } }),
      )
    },
    job: ({ account }) =>
      node(
        `import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'\nawait new SNSClient({}).send(new PublishCommand({ TopicArn: 'arn:aws:sns:us-east-1:${account}:eleven', Message: 'hello' }))`,
      ),
    confirmedBy: 'management',
  },
  {
    name: 'a listing, where the policy names objects',
    layer: 'identity-policy',
    as: 'role',
    has: [allow(['s3:ListBucket', 's3:GetObject'], 'arn:aws:s3:::twelve/*')],
    build: async (world) => {
      await bucket('twelve')(world)
      await s3(world.member).send(new PutObjectCommand({ Bucket: 'twelve', Key: 'a.txt', Body: 'x' }))
    },
    job: () => ({ by: 'cli', args: ['s3', 'ls', 's3://twelve'] }),
  },
]

/** The caller with its inline policy, as IAM knows it. */
export async function buildCaller(world: World, { as, has, tags = {} }: Incident, name: string): Promise<void> {
  if (as === 'user') return
  await roleOf(world, name, { AWS: `arn:aws:iam::${world.account}:root` })
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  if (Tags.length > 0) await new IAMClient(world.member).send(new TagRoleCommand({ RoleName: name, Tags }))
  if (has.length > 0)
    await new IAMClient(world.member).send(
      new PutRolePolicyCommand({ RoleName: name, PolicyName: 'own', PolicyDocument: document(...has) }),
    )
}
