import type { Request } from '#iam/request.ts'
import type { Policy, PoliciesInForce, Scenario } from '#engine/scenario.ts'
import { managedPolicyByArn } from '../src/collect/managed-policies.ts'

/** What the engine is measured on: policies in force, and requests that are asked of them in turn. */
export interface Fixture {
  readonly name: string
  readonly policies: PoliciesInForce
  readonly organization: NonNullable<Scenario['organization']>
  readonly requests: readonly Request[]
}

export const ACCOUNT = '111122223333'
const ROLE = `arn:aws:iam::${ACCOUNT}:role/deploy/release-role`
const BUCKET = 'arn:aws:s3:::prod-artifacts'

const document = (...statements: readonly object[]): object => ({ Version: '2012-10-17', Statement: statements })
const everything = (name: string): Policy => ({
  name,
  document: document({ Effect: 'Allow', Action: '*', Resource: '*' }),
})

function managed(name: string): Policy {
  const arn = `arn:aws:iam::aws:policy/${name}`
  const found = managedPolicyByArn(arn)
  if (found === undefined) throw new Error(`the data has no managed policy \`${name}\``)
  return { name, arn, document: found }
}

/** Ten keys, as CloudTrail and a person who writes a request have them. */
const CONTEXT: Readonly<Record<string, string | boolean | readonly string[]>> = {
  'aws:SourceIp': '198.51.100.7',
  'aws:SecureTransport': true,
  'aws:RequestedRegion': 'eu-central-1',
  'aws:CurrentTime': '2026-04-27T10:03:00Z',
  'aws:UserAgent': 'aws-cli/2.17.0',
  'aws:ViaAWSService': false,
  'aws:PrincipalOrgID': 'o-abcde12345',
  'aws:PrincipalTag/team': 'release',
  's3:prefix': 'releases/',
  's3:x-amz-server-side-encryption': 'aws:kms',
}

const ASKED: readonly (readonly [action: string, resource: string])[] = [
  ['s3:GetObject', `${BUCKET}/releases/2026/app.zip`],
  ['s3:PutObject', `${BUCKET}/releases/2026/app.zip`],
  ['s3:ListBucket', BUCKET],
  ['s3:DeleteObject', `${BUCKET}/other/app.zip`],
  ['s3:GetObjectTagging', `${BUCKET}/team-7/app.zip`],
  ['s3:PutBucketPolicy', BUCKET],
  ['s3:PutBucketPublicAccessBlock', BUCKET],
  ['s3:AbortMultipartUpload', `${BUCKET}/releases/2026/big.zip`],
]

function requests(name: string): Request[] {
  return ASKED.map(([action, resource], i) => ({
    principal: `arn:aws:sts::${ACCOUNT}:assumed-role/release-role/${name}-${i}`,
    principalDetails: { roleArn: ROLE, userId: `AROAEXAMPLE:${name}-${i}` },
    principalTags: { team: 'release' },
    action,
    resource,
    resourceAccount: ACCOUNT,
    context: CONTEXT,
    contextComplete: true,
  }))
}

const ORGANIZATION = {
  id: 'o-abcde12345',
  managementAccount: '999988887777',
  principalPath: 'o-abcde12345/r-root/ou-prod/',
  resourcePath: 'o-abcde12345/r-root/ou-prod/',
}

/** Two guards beside FullAWSAccess: four Deny statements over three levels. */
const GUARD_REGION = document(
  {
    Sid: 'OutsideEurope',
    Effect: 'Deny',
    NotAction: ['iam:*', 'organizations:*', 'sts:*', 'support:*', 'cloudfront:*', 'route53:*'],
    Resource: '*',
    Condition: {
      StringNotEquals: { 'aws:RequestedRegion': ['eu-central-1', 'eu-west-1'] },
      ArnNotLike: { 'aws:PrincipalARN': 'arn:aws:iam::*:role/break-glass' },
    },
  },
  { Sid: 'LeaveOrganization', Effect: 'Deny', Action: 'organizations:LeaveOrganization', Resource: '*' },
)
const GUARD_DATA = document(
  {
    Sid: 'ClearText',
    Effect: 'Deny',
    Action: 's3:*',
    Resource: '*',
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  },
  {
    Sid: 'Trail',
    Effect: 'Deny',
    Action: ['cloudtrail:StopLogging', 'cloudtrail:DeleteTrail', 's3:PutBucketPublicAccessBlock'],
    Resource: '*',
    Condition: { ArnNotLike: { 'aws:PrincipalARN': 'arn:aws:iam::*:role/security/*' } },
  },
)

const GUARD_RESOURCES = document({
  Sid: 'OtherOrganizations',
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: '*',
  Condition: {
    StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-abcde12345' },
    BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
  },
})

const BOUNDARY = document(
  { Sid: 'Services', Effect: 'Allow', Action: ['s3:*', 'ec2:*', 'lambda:*', 'logs:*', 'kms:*'], Resource: '*' },
  { Sid: 'NoIam', Effect: 'Deny', Action: ['iam:Create*', 'iam:Delete*', 'iam:Put*'], Resource: '*' },
)

/** Twenty statements: a team prefix each, and four that bear on everyone. */
const BUCKET_POLICY = document(
  ...Array.from({ length: 16 }, (_, team) => ({
    Sid: `Team${team}`,
    Effect: 'Allow',
    Principal: { AWS: [`arn:aws:iam::${ACCOUNT}:role/team-${team}`, `arn:aws:iam::44445555${6600 + team}:root`] },
    Action: ['s3:GetObject', 's3:PutObject', 's3:GetObjectTagging'],
    Resource: [`${BUCKET}/team-${team}/*`, `${BUCKET}/shared/team-${team}-*`],
    Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcde12345' } },
  })),
  {
    Sid: 'List',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    Action: 's3:ListBucket',
    Resource: BUCKET,
    Condition: { StringLike: { 's3:prefix': ['releases/*', 'shared/*'] } },
  },
  {
    Sid: 'Tls',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [BUCKET, `${BUCKET}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  },
  {
    Sid: 'Encrypted',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: `${BUCKET}/*`,
    Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } },
  },
  {
    Sid: 'Office',
    Effect: 'Deny',
    Principal: '*',
    Action: ['s3:DeleteObject', 's3:PutBucketPolicy'],
    Resource: [BUCKET, `${BUCKET}/*`],
    Condition: { NotIpAddress: { 'aws:SourceIp': ['198.51.100.0/24', '203.0.113.0/24'] } },
  },
)

const level = (target: string, ...policies: readonly Policy[]) => ({ target, policies })

const LEVELS = [
  level('r-root', everything('FullAWSAccess')),
  level('ou-prod', everything('FullAWSAccess'), { name: 'guard-region', document: GUARD_REGION }),
  level(ACCOUNT, everything('FullAWSAccess'), { name: 'guard-data', document: GUARD_DATA }),
]

const GUARDS = { objectOwnership: 'BucketOwnerEnforced', abac: false }

export const REALISTIC: Fixture = {
  name: 'realistic',
  organization: ORGANIZATION,
  requests: requests('ci'),
  policies: {
    complete: true,
    serviceControlPolicies: LEVELS,
    resourceControlPolicies: [level('r-root', { name: 'guard-resources', document: GUARD_RESOURCES })],
    identityPolicies: [
      'ReadOnlyAccess',
      'AmazonS3FullAccess',
      'AmazonEC2FullAccess',
      'SecurityAudit',
      'AWSLambda_FullAccess',
      'PowerUserAccess',
    ].map(managed),
    permissionsBoundary: { name: 'boundary', document: BOUNDARY },
    resourcePolicy: { name: 'prod-artifacts', kind: 'bucket', document: BUCKET_POLICY },
    serviceGuards: GUARDS,
  },
}

const WILD_ACTIONS = [
  's3:*Object*',
  'ec2:*Instance*',
  'sns:*Publish*',
  's3:Get*',
  'dynamodb:*Item*',
  'kms:?ncrypt*',
  's3:?ut*',
  'sqs:*Message*',
  'lambda:*Function*',
  'glue:*Table*',
  'tag:*Resource*',
  'logs:*Log*',
]

/** Wildcards in the middle of everything: what has to be looked at has to be searched. */
const wildStatement = (policy: number, i: number): object => ({
  Sid: `P${policy}S${i}`,
  Effect: i % 6 === 5 ? 'Deny' : 'Allow',
  Action: [0, 1, 2].map((k) => WILD_ACTIONS[(policy + 2 * i + k) % WILD_ACTIONS.length]),
  Resource: [`arn:aws:s3:::*-${policy}-*/*${i}*/a*`, `arn:aws:*:*:*:p*d-*s/r*/${policy}?${i}/*`],
  Condition: {
    StringLike: { 'aws:UserAgent': [`*-${policy}/*`, `*cli*/${i % 3}.*`] },
    ...(i % 4 === 0 ? { StringNotLike: { 's3:prefix': [`*${i}*`, 'private*/*'] } } : {}),
  },
})

/** Ten policies of 23 or 24 statements: 236 with wildcards in action, resource and condition. */
export const WORST: Fixture = {
  name: 'worst',
  organization: ORGANIZATION,
  requests: requests('wild'),
  policies: {
    complete: true,
    serviceControlPolicies: LEVELS,
    resourceControlPolicies: [level('r-root', { name: 'guard-resources', document: GUARD_RESOURCES })],
    identityPolicies: Array.from({ length: 10 }, (_, policy) => ({
      name: `wild-${policy}`,
      document: document(...Array.from({ length: policy < 6 ? 24 : 23 }, (__, i) => wildStatement(policy, i))),
    })),
    permissionsBoundary: { name: 'boundary', document: BOUNDARY },
    resourcePolicy: { name: 'prod-artifacts', kind: 'bucket', document: BUCKET_POLICY },
    serviceGuards: GUARDS,
  },
}

/** The realistic set with as many times its identity policies, each a document of its own. */
export function grown(times: number): Fixture {
  const policies = REALISTIC.policies.identityPolicies ?? []
  return {
    ...REALISTIC,
    name: `${times}x`,
    policies: {
      ...REALISTIC.policies,
      identityPolicies: Array.from({ length: times }, (_, i) =>
        policies.map((policy) => ({ ...structuredClone(policy), name: `${policy.name}-${i}` })),
      ).flat(),
    },
  }
}
