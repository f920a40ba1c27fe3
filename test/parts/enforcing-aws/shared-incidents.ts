/** Incidents in which others share the policy, the resource or the account, so that a careless fix lets somebody else in. */
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  CreateGroupCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns'
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { ACCOUNT, document } from '../estate.ts'
import { allow, bucket, type Incident, managedPolicy, python, roleOf, upload, type World } from './incidents.ts'

const REGION = 'us-east-1'

/** A role beside the caller, with an inline policy. */
async function another(world: World, name: string, ...has: readonly object[]): Promise<void> {
  await roleOf(world, name, { AWS: `arn:aws:iam::${world.account}:root` })
  const PolicyDocument = document(...has)
  await new IAMClient(world.member).send(
    new PutRolePolicyCommand({ RoleName: name, PolicyName: 'own', PolicyDocument }),
  )
}

/** A key that its account's policies open (`delegates`), or that only an administrator may use. Gives its ARN. */
async function keyOf({ member, account }: World, delegates: boolean): Promise<string> {
  const AWS = delegates ? `arn:aws:iam::${account}:root` : `arn:aws:iam::${account}:user/admin`
  const statement = { Sid: 'Admin', Effect: 'Allow', Principal: { AWS }, Action: 'kms:*', Resource: '*' }
  const { KeyMetadata } = await new KMSClient(member).send(new CreateKeyCommand({ Policy: document(statement) }))
  return KeyMetadata?.Arn ?? ''
}

const sent = (account: string, queue: string) =>
  python(`boto3.client('sqs').send_message(QueueUrl='http://x/${account}/${queue}', MessageBody='hello')`)

/** Reads an item of one tenant of a table whose partition key begins with the tenant. */
const item = (operation: string, tenant: string) =>
  python(`boto3.client('dynamodb').${operation}(TableName='tenants', Key={'id': {'S': '${tenant}'}})`)

export const SHARED: readonly Incident[] = [
  {
    name: 'a permissions boundary that another role has, too',
    layer: 'permissions-boundary',
    as: 'role',
    has: [allow('sqs:SendMessage', '*')],
    build: async (world, RoleName) => {
      await new SQSClient(world.member).send(new CreateQueueCommand({ QueueName: 'thirteen' }))
      const PermissionsBoundary = await managedPolicy(world, 'team-boundary', allow('s3:*', '*'))
      await another(world, 'worker-13', allow('sqs:SendMessage', '*'))
      for (const name of [RoleName, 'worker-13'])
        await new IAMClient(world.member).send(
          new PutRolePermissionsBoundaryCommand({ RoleName: name, PermissionsBoundary }),
        )
    },
    job: ({ account }) => sent(account, 'thirteen'),
  },
  {
    name: 'a managed policy that another role has, too',
    layer: 'identity-policy',
    as: 'role',
    has: [],
    build: async (world, RoleName) => {
      await new SQSClient(world.member).send(new CreateQueueCommand({ QueueName: 'fourteen' }))
      const PolicyArn = await managedPolicy(
        world,
        'team-queues',
        allow('sqs:ReceiveMessage', `arn:aws:sqs:${REGION}:${world.account}:fourteen`),
      )
      await another(world, 'worker-14', allow('s3:ListBucket', '*'))
      for (const name of [RoleName, 'worker-14'])
        await new IAMClient(world.member).send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn }))
    },
    job: ({ account }) => sent(account, 'fourteen'),
  },
  {
    name: 'a policy of a group with another member',
    layer: 'identity-policy',
    as: 'user',
    has: [allow('s3:ListBucket', '*')],
    build: async (world, UserName) => {
      const iam = new IAMClient(world.member)
      await new SQSClient(world.member).send(new CreateQueueCommand({ QueueName: 'fifteen' }))
      await iam.send(new CreateUserCommand({ UserName: 'colleague-15' }))
      await iam.send(new CreateGroupCommand({ GroupName: 'senders' }))
      const PolicyArn = await managedPolicy(
        world,
        'senders',
        allow('sqs:GetQueueUrl', `arn:aws:sqs:${REGION}:${world.account}:fifteen`),
      )
      await iam.send(new AttachGroupPolicyCommand({ GroupName: 'senders', PolicyArn }))
      for (const name of [UserName, 'colleague-15'])
        await iam.send(new AddUserToGroupCommand({ GroupName: 'senders', UserName: name }))
    },
    job: ({ account }) => sent(account, 'fifteen'),
  },
  {
    name: 'a topic of a partner account, whose policy lets somebody else in',
    layer: 'resource-policy',
    as: 'role',
    has: [allow('sns:Publish', '*')],
    build: async ({ management, account }) => {
      const Policy = document({
        Sid: 'Monitoring',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:user/admin` },
        Action: 'sns:Publish',
        Resource: `arn:aws:sns:${REGION}:${ACCOUNT}:partner`,
      })
      await new SNSClient(management).send(new CreateTopicCommand({ Name: 'partner', Attributes: { Policy } }))
    },
    job: () => ({
      by: 'cli',
      args: ['sns', 'publish', '--topic-arn', `arn:aws:sns:${REGION}:${ACCOUNT}:partner`, '--message', 'hello'],
    }),
    mendedIn: 'management',
    fixedWith: ['--role', 'OrganizationAccountAccessRole'],
  },
  {
    name: 'the key behind a queue',
    layer: 'identity-policy',
    as: 'role',
    has: [allow('sqs:SendMessage', '*')],
    build: async (world) => {
      const KmsMasterKeyId = await keyOf(world, true)
      await new SQSClient(world.member).send(
        new CreateQueueCommand({ QueueName: 'seventeen', Attributes: { KmsMasterKeyId } }),
      )
    },
    job: ({ account }) => sent(account, 'seventeen'),
  },
  {
    name: 'the key behind a topic',
    layer: 'identity-policy',
    as: 'role',
    has: [allow('sns:Publish', '*')],
    build: async (world) => {
      const KmsMasterKeyId = await keyOf(world, true)
      await new SNSClient(world.member).send(
        new CreateTopicCommand({ Name: 'eighteen', Attributes: { KmsMasterKeyId } }),
      )
    },
    job: ({ account }) => ({
      by: 'cli',
      args: ['sns', 'publish', '--topic-arn', `arn:aws:sns:${REGION}:${account}:eighteen`, '--message', 'hello'],
    }),
  },
  {
    name: 'the key behind a secret',
    layer: 'resource-policy',
    as: 'role',
    has: [allow('secretsmanager:GetSecretValue', '*')],
    build: async (world) => {
      const KmsKeyId = await keyOf(world, false)
      await new SecretsManagerClient(world.member).send(
        new CreateSecretCommand({ Name: 'nineteen', SecretString: 'x', KmsKeyId }),
      )
    },
    job: () => python("boto3.client('secretsmanager').get_secret_value(SecretId='nineteen')"),
  },
  {
    name: 'a table of many tenants, of which a role may read its own',
    layer: 'identity-policy',
    as: 'role',
    tags: { tenant: 'blue' },
    has: [
      {
        Sid: 'OwnTenant',
        Effect: 'Allow',
        Action: 'dynamodb:GetItem',
        Resource: `arn:aws:dynamodb:${REGION}:*:table/tenants-old`,
        Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['${aws:PrincipalTag/tenant}'] } },
      },
    ],
    build: async ({ member }) =>
      void (await new DynamoDBClient(member).send(
        new CreateTableCommand({
          TableName: 'tenants',
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        }),
      )),
    job: () => item('get_item', 'blue'),
    staysDenied: () => item('get_item', 'red'),
    confirmedWith: ['--context', 'dynamodb:LeadingKeys=blue'],
  },
  {
    name: 'a trust policy that asks for an external id, and names another account',
    layer: 'resource-policy',
    as: 'role',
    has: [allow('sts:AssumeRole', '*')],
    build: async ({ member, account }) => {
      const AssumeRolePolicyDocument = document({
        Sid: 'Vendor',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:user/admin` },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': 'tenant-7' } },
      })
      await new IAMClient(member).send(new CreateRoleCommand({ RoleName: 'twentyone', AssumeRolePolicyDocument }))
    },
    job: ({ account }) => ({
      by: 'cli',
      args: `sts assume-role --role-arn arn:aws:iam::${account}:role/twentyone --role-session-name job --external-id tenant-7`.split(
        ' ',
      ),
    }),
    staysDenied: ({ account }) => ({
      by: 'cli',
      args: `sts assume-role --role-arn arn:aws:iam::${account}:role/twentyone --role-session-name job`.split(' '),
    }),
  },
  {
    name: 'an upload that S3 denies without a word of who called',
    layer: 'identity-policy',
    as: 'role',
    has: [allow('s3:ListBucket', 'arn:aws:s3:::twentytwo-bare')],
    build: bucket('twentytwo-bare'),
    job: () => upload('twentytwo-bare'),
    // S3 names no layer, and an administrator of the account may not read the SCPs, which could have denied it.
    confirmedBy: 'management',
  },
  {
    name: 'a job that is run while an administrator reads the policies',
    layer: 'identity-policy',
    as: 'user',
    has: [allow('s3:ListBucket', 'arn:aws:s3:::twentythree')],
    build: bucket('twentythree'),
    job: () => upload('twentythree'),
    runWith: ['--profile', 'reader'],
  },
]
