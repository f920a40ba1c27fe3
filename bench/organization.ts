import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** How large an organization to write. */
export interface Size {
  readonly accounts: number
  readonly roles: number
}

export const ORGANIZATION_ID = 'o-bench00001'
/** What `who-can` is asked about: one object of a bucket that the whole organization may read. */
export const ASKED = { action: 's3:GetObject', resource: 'arn:aws:s3:::org-data/shared/2026/report.csv' } as const

/** The same numbers on every machine and in every run (Mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const document = (...statements: readonly object[]): object => ({ Version: '2012-10-17', Statement: statements })
const accountId = (i: number): string => String(100000000001 + i)

/** As the AWS CLI prints: four spaces. */
const printed = (value: unknown): string => `${JSON.stringify(value, null, 4)}\n`

/**
 * Writes a snapshot directory: one organization with three levels of OUs, 28 managed policies per account, roles with one
 * to three of them and one inline policy, every tenth with a boundary, and one bucket that the organization may read.
 */
export function writeOrganization(folder: string, { accounts, roles }: Size): void {
  const random = randomOf(20261124)
  const write = (path: string, value: unknown): void => {
    const full = join(folder, path)
    mkdirSync(join(full, '..'), { recursive: true })
    writeFileSync(full, printed(value))
  }
  write('organization.json', organizationOf(accounts))
  for (const [id, policy] of GUARDS) write(`policies/${id}.json`, policy)
  write('meta.json', {
    collectedAt: '2026-11-24T00:00:00Z',
    tool: 'bench',
    coverage: [{ part: '', state: 'complete' }],
  })
  for (let i = 0; i < accounts; i++) {
    const id = accountId(i)
    const count = Math.floor(roles / accounts) + (i < roles % accounts ? 1 : 0)
    write(`accounts/${id}/account.json`, { id, name: `account-${i}`, blockPublicAccess: null })
    write(`accounts/${id}/authorization-details.json`, detailsOf(id, i, count, random))
  }
  write(`accounts/${accountId(0)}/resources/s3/org-data.json`, {
    arn: 'arn:aws:s3:::org-data',
    account: accountId(0),
    kind: 'bucket',
    policy: BUCKET_POLICY,
    attributes: { blockPublicAccess: null, objectOwnership: 'BucketOwnerEnforced', abac: false },
  })
}

const BUCKET_POLICY = document(
  {
    Sid: 'Organization',
    Effect: 'Allow',
    Principal: '*',
    Action: ['s3:GetObject', 's3:ListBucket'],
    Resource: ['arn:aws:s3:::org-data', 'arn:aws:s3:::org-data/*'],
    Condition: { StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION_ID } },
  },
  {
    Sid: 'Tls',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: ['arn:aws:s3:::org-data', 'arn:aws:s3:::org-data/*'],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  },
)

const GUARDS: ReadonlyMap<string, object> = new Map([
  [
    'p-region',
    document({
      Sid: 'Region',
      Effect: 'Deny',
      NotAction: ['iam:*', 'organizations:*', 'sts:*', 's3:*', 'support:*'],
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:RequestedRegion': ['eu-central-1', 'eu-west-1'] } },
    }),
  ],
  [
    'p-trail',
    document({ Sid: 'Trail', Effect: 'Deny', Action: ['cloudtrail:Stop*', 'cloudtrail:Delete*'], Resource: '*' }),
  ],
  [
    'p-sandbox',
    document({
      Sid: 'Sandbox',
      Effect: 'Deny',
      Action: ['ec2:RunInstances', 'rds:Create*', 's3:PutBucketPolicy'],
      Resource: '*',
    }),
  ],
])

function organizationOf(accounts: number): object {
  const node = (id: string, scps: readonly string[], more: object = {}): object => ({
    id,
    name: id,
    scps: ['p-FullAWSAccess', ...scps],
    rcps: ['p-RCPFullAWSAccess'],
    ...more,
  })
  const all = Array.from({ length: accounts }, (_, i) => node(accountId(i), []))
  const inside = (from: number, of: number): object[] => all.filter((_, i) => i % of === from)
  const deep = (name: string, scps: readonly string[], from: number): object =>
    node(`ou-${name}`, [], {
      ous: [
        node(`ou-${name}-a`, scps, {
          ous: [node(`ou-${name}-a-1`, [], { ous: [], accounts: inside(from, 8) })],
          accounts: inside(from + 1, 8),
        }),
      ],
      accounts: inside(from + 2, 8).concat(inside(from + 3, 8)),
    })
  return {
    id: ORGANIZATION_ID,
    managementAccount: accountId(0),
    policies: Object.fromEntries(
      [...GUARDS.keys()].map((id) => [
        id,
        {
          name: id,
          arn: `arn:aws:organizations::100000000001:policy/${ORGANIZATION_ID}/service_control_policy/${id}`,
          type: 'SERVICE_CONTROL_POLICY',
        },
      ]),
    ),
    roots: [
      node('r-root', ['p-trail'], {
        ous: [deep('prod', ['p-region'], 0), deep('dev', ['p-sandbox'], 4)],
        accounts: [],
      }),
    ],
  }
}

const SERVICES = [
  'ec2',
  'sqs',
  'sns',
  'dynamodb',
  'lambda',
  'logs',
  'kms',
  'ecr',
  'ssm',
  'glue',
  'athena',
  'states',
  'events',
]

/** Every fourth reads or writes S3, of which some reach the bucket that is asked about. */
function managedDocument(account: string, policy: number, random: () => number): object {
  const service = SERVICES[Math.floor(random() * SERVICES.length)] ?? 'ec2'
  const own = {
    Sid: 'Own',
    Effect: 'Allow',
    Action: [`${service}:Describe*`, `${service}:List*`, `${service}:Get*`, `${service}:Create*`],
    Resource: [`arn:aws:${service}:eu-central-1:${account}:*`, `arn:aws:${service}:eu-west-1:${account}:*`],
  }
  if (policy === 0)
    return document({
      Sid: 'ReadEverything',
      Effect: 'Allow',
      Action: ['s3:Get*', 's3:List*', 'ec2:Describe*'],
      Resource: '*',
    })
  if (policy % 4 === 0)
    return document(own, {
      Sid: 'Bucket',
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject'],
      Resource: policy % 8 === 0 ? ['arn:aws:s3:::org-data/shared/*'] : [`arn:aws:s3:::app-${account}-${policy}/*`],
    })
  return document(own, {
    Sid: 'Logs',
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: `arn:aws:logs:*:${account}:log-group:/app/${policy}:*`,
    Condition: { StringEquals: { 'aws:RequestedRegion': ['eu-central-1', 'eu-west-1'] } },
  })
}

const BOUNDARY = document(
  { Sid: 'Services', Effect: 'Allow', Action: ['s3:*', 'ec2:*', 'lambda:*', 'logs:*', 'sqs:*'], Resource: '*' },
  { Sid: 'NoIam', Effect: 'Deny', Action: ['iam:Create*', 'iam:Delete*', 'iam:Put*'], Resource: '*' },
)

const policyArn = (account: string, name: string): string => `arn:aws:iam::${account}:policy/${name}`

function managedPolicy(account: string, name: string, given: object): object {
  return {
    PolicyName: name,
    PolicyId: `ANPA${account}${name.toUpperCase()}`,
    Arn: policyArn(account, name),
    Path: '/',
    DefaultVersionId: 'v1',
    AttachmentCount: 3,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate: '2025-01-01T00:00:00+00:00',
    UpdateDate: '2025-01-01T00:00:00+00:00',
    PolicyVersionList: [
      { Document: given, VersionId: 'v1', IsDefaultVersion: true, CreateDate: '2025-01-01T00:00:00+00:00' },
    ],
  }
}

function detailsOf(account: string, number: number, roles: number, random: () => number): object {
  const policies = Array.from({ length: 28 }, (_, policy) =>
    managedPolicy(account, `managed-${policy}`, managedDocument(account, policy, random)),
  )
  return {
    UserDetailList: [],
    GroupDetailList: [],
    RoleDetailList: Array.from({ length: roles }, (_, i) => roleOf(account, number * 100000 + i + 1, random)),
    Policies: [...policies, managedPolicy(account, 'boundary', BOUNDARY)],
  }
}

function roleOf(account: string, i: number, random: () => number): object {
  const name = `role-${i}`
  const path = `/team-${i % 7}/`
  const attached = Array.from({ length: 1 + Math.floor(random() * 3) }, () => `managed-${Math.floor(random() * 28)}`)
  return {
    Path: path,
    RoleName: name,
    RoleId: `AROA${account}${i}`,
    Arn: `arn:aws:iam::${account}:role${path}${name}`,
    CreateDate: '2025-01-01T00:00:00+00:00',
    AssumeRolePolicyDocument: document({
      Effect: 'Allow',
      Principal: i % 3 === 0 ? { AWS: `arn:aws:iam::${account}:root` } : { Service: 'ecs-tasks.amazonaws.com' },
      Action: 'sts:AssumeRole',
    }),
    InstanceProfileList: [],
    RolePolicyList: [{ PolicyName: 'inline', PolicyDocument: inlineDocument(account, i, random) }],
    AttachedManagedPolicies: [...new Set(attached)].map((policy) => ({
      PolicyName: policy,
      PolicyArn: policyArn(account, policy),
    })),
    ...(i % 10 === 0
      ? {
          PermissionsBoundary: {
            PermissionsBoundaryType: 'Policy',
            PermissionsBoundaryArn: policyArn(account, 'boundary'),
          },
        }
      : {}),
    Tags: [{ Key: 'team', Value: `team-${i % 7}` }],
    RoleLastUsed: { LastUsedDate: '2026-11-01T00:00:00+00:00', Region: 'eu-central-1' },
  }
}

function inlineDocument(account: string, i: number, random: () => number): object {
  const reads = random()
  return document(
    {
      Sid: 'Queue',
      Effect: 'Allow',
      Action: ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage'],
      Resource: `arn:aws:sqs:eu-central-1:${account}:queue-${i}`,
    },
    reads < 0.28
      ? {
          Sid: 'Shared',
          Effect: 'Allow',
          Action: 's3:GetObject',
          Resource: ['arn:aws:s3:::org-data/shared/*', `arn:aws:s3:::app-${i}/*`],
        }
      : {
          Sid: 'Files',
          Effect: 'Allow',
          Action: ['s3:GetObject', 's3:PutObject'],
          Resource: `arn:aws:s3:::app-${account}/${i}/*`,
        },
    ...(reads > 0.97
      ? [{ Sid: 'NoShared', Effect: 'Deny', Action: 's3:Get*', Resource: 'arn:aws:s3:::org-data/*' }]
      : []),
  )
}
