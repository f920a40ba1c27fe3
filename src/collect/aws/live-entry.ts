import type { LiveTargets } from './live/live.ts'
import { PATH_ACTIONS } from './live/organization-path.ts'
import { GROUP_ACTIONS, POLICY_ACTIONS, ROLE_ACTIONS, USER_ACTIONS } from './live/principal.ts'

// What `--live` uses, as a file apart (ADR 0019): clients that few denials need are read with `collect`'s.
export { openLive, type LiveReader, type LiveSettings, type LiveTargets } from './live/live.ts'

interface Statement {
  readonly Sid: string
  readonly Effect: 'Allow'
  readonly Action: readonly string[]
  readonly Resource: string | readonly string[]
}

/** IAM actions of the calls that read one resource, by service. */
const RESOURCE_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  s3: [
    's3:GetBucketAbac',
    's3:GetBucketAcl',
    's3:GetBucketOwnershipControls',
    's3:GetBucketPolicy',
    's3:GetBucketPublicAccessBlock',
    's3:GetBucketRequestPayment',
    's3:GetBucketTagging',
    's3:GetEncryptionConfiguration',
  ],
  kms: ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:ListAliases', 'kms:ListGrants', 'kms:ListResourceTags'],
  sqs: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ListQueueTags'],
  sns: ['sns:GetTopicAttributes', 'sns:ListTagsForResource'],
  secretsmanager: ['secretsmanager:DescribeSecret', 'secretsmanager:GetResourcePolicy'],
  lambda: ['lambda:GetFunctionConfiguration', 'lambda:GetPolicy', 'lambda:ListFunctionUrlConfigs', 'lambda:ListTags'],
  ecr: ['ecr:DescribeRepositories', 'ecr:GetRepositoryPolicy', 'ecr:ListTagsForResource'],
  dynamodb: ['dynamodb:DescribeTable', 'dynamodb:GetResourcePolicy'],
}

/** Actions that AWS allows on `*` alone: a resource in their statement would allow nothing. */
const ON_ALL: ReadonlySet<string> = new Set(['kms:ListAliases'])

/** The IAM policy that reading what bears on a denial needs, and no more: reading calls on what the denial is about. */
export function livePolicy({ principals, resources, endpoints, accounts }: LiveTargets): object {
  const ofIam = [...principals, ...resources.map(({ arn }) => arn).filter((arn) => arn.includes(':iam:'))]
  const roles = ofIam.filter((arn) => arn.includes(':role/'))
  const users = ofIam.filter((arn) => arn.includes(':user/'))
  const owners = new Set(ofIam.map((arn) => arn.split(':')[4] ?? ''))
  const all: Statement[] = [
    ...statement('Roles', ROLE_ACTIONS, roles),
    ...statement('Users', USER_ACTIONS, users),
    ...statement(
      'Groups',
      GROUP_ACTIONS,
      users.length === 0 ? [] : [...owners].map((id) => `arn:aws:iam::${id}:group/*`),
    ),
    ...statement(
      'Policies',
      POLICY_ACTIONS,
      [...owners].map((id) => `arn:aws:iam::${id}:policy/*`),
    ),
    ...ofResources(resources.map(({ arn }) => arn)),
    ...statement('Endpoints', ['ec2:DescribeVpcEndpoints'], endpoints.length === 0 ? [] : '*'),
    ...statement('Organization', PATH_ACTIONS, accounts.length === 0 ? [] : '*'),
  ]
  return { Version: '2012-10-17', Statement: all }
}

function statement(Sid: string, Action: readonly string[], on: string | readonly string[]): readonly Statement[] {
  if (on.length === 0 || Action.length === 0) return []
  const Resource = typeof on === 'string' ? on : on.length === 1 ? (on[0] ?? '*') : on
  return [{ Sid, Effect: 'Allow', Action, Resource }]
}

function ofResources(arns: readonly string[]): readonly Statement[] {
  const services = [...new Set(arns.map((arn) => arn.split(':')[2] ?? ''))].filter((one) => one in RESOURCE_ACTIONS)
  const kms = services.includes('s3') && !services.includes('kms') ? ['kms'] : []
  const actions = [...services, ...kms].flatMap((service) => RESOURCE_ACTIONS[service] ?? [])
  return [
    ...services.flatMap((service) =>
      statement(
        titleOf(service),
        (RESOURCE_ACTIONS[service] ?? []).filter((action) => !ON_ALL.has(action)),
        [...new Set(arns.filter((arn) => arn.split(':')[2] === service).map(itself))],
      ),
    ),
    // Which key a bucket encrypts with is known when the bucket was read.
    ...kms.flatMap(() =>
      statement(
        'Keys',
        (RESOURCE_ACTIONS['kms'] ?? []).filter((one) => !ON_ALL.has(one)),
        'arn:aws:kms:*:*:key/*',
      ),
    ),
    ...statement(
      'Lists',
      [
        ...actions.filter((action) => ON_ALL.has(action)),
        ...(services.includes('s3') ? ['s3:GetAccountPublicAccessBlock'] : []),
      ],
      '*',
    ),
  ]
}

const titleOf = (service: string): string => service.slice(0, 1).toUpperCase() + service.slice(1)

/** The bucket of an object: its settings are what is read. */
const itself = (arn: string): string => (arn.includes(':s3:::') ? (arn.split('/')[0] ?? arn) : arn)
