/**
 * Small organizations in which policies are shared: two roles, two users in a group, managed policies and boundaries with
 * several holders, a role of another account, a resource with a policy, an SCP. Each comes with a call that its caller makes.
 */
import * as fc from 'fast-check'
import type { Request } from '#iam/request.ts'

export const HOME = '111111111111'
export const FAR = '222222222222'
const MANAGEMENT = '999999999999'

export type Json = Readonly<Record<string, unknown>>

/** One service: the call, and what policies say about it. */
export interface Ground {
  readonly action: string
  readonly resource: string
  readonly owner: string
  readonly kind: string
  readonly file: string
  /** ARN of what has the policy. */
  readonly holder: string
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  /** A condition that protects data. */
  readonly guard: Json
}

const bucket = (owner: string): Ground => ({
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::data/team/x.csv',
  owner,
  kind: 'bucket',
  file: 's3/data.json',
  holder: 'arn:aws:s3:::data',
  actions: ['s3:PutObject', 's3:Get*', 's3:*', 's3:ListBucket'],
  resources: ['arn:aws:s3:::data', 'arn:aws:s3:::data/*', 'arn:aws:s3:::data/team/*', 'arn:aws:s3:::data/équipe/*'],
  guard: { StringLike: { 's3:prefix': ['team/*'] } },
})
const queue = (owner: string): Ground => ({
  action: 'sqs:SendMessage',
  resource: `arn:aws:sqs:eu-west-1:${owner}:jobs`,
  owner,
  kind: 'queue',
  file: 'sqs/jobs.json',
  holder: `arn:aws:sqs:eu-west-1:${owner}:jobs`,
  actions: ['sqs:ReceiveMessage', 'sqs:Send*', 'sqs:*'],
  resources: [`arn:aws:sqs:eu-west-1:${owner}:*`, `arn:aws:sqs:*:*:other`],
  guard: { StringEquals: { 'aws:ResourceTag/team': 'x' } },
})
const TABLE: Ground = {
  action: 'dynamodb:GetItem',
  resource: `arn:aws:dynamodb:eu-west-1:${HOME}:table/orders`,
  owner: HOME,
  kind: 'table',
  file: 'dynamodb/orders.json',
  holder: `arn:aws:dynamodb:eu-west-1:${HOME}:table/orders`,
  actions: ['dynamodb:Query', 'dynamodb:*Item', 'dynamodb:*'],
  resources: [`arn:aws:dynamodb:*:${HOME}:table/*`, `arn:aws:dynamodb:eu-west-1:${HOME}:table/other`],
  guard: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['${aws:PrincipalTag/team}'] } },
}
const KEY: Ground = {
  action: 'kms:Decrypt',
  resource: `arn:aws:kms:eu-west-1:${HOME}:key/0a1b`,
  owner: HOME,
  kind: 'key',
  file: 'kms/0a1b.json',
  holder: `arn:aws:kms:eu-west-1:${HOME}:key/0a1b`,
  actions: ['kms:Encrypt', 'kms:De*', 'kms:*'],
  resources: [`arn:aws:kms:eu-west-1:${HOME}:key/*`, `arn:aws:kms:*:${HOME}:key/ffff`],
  guard: { StringEquals: { 'kms:EncryptionContext:team': 'x' } },
}
export const OWN_BUCKET: readonly Ground[] = [bucket(HOME)]
export const OTHER_ACCOUNTS: readonly Ground[] = [bucket(FAR), queue(FAR)]
export const QUEUE_OR_TABLE: readonly Ground[] = [queue(HOME), TABLE]
export const A_KEY: readonly Ground[] = [KEY]

const oneOf = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values)
const weighted = <T>(...list: readonly (readonly [weight: number, arbitrary: fc.Arbitrary<T>])[]): fc.Arbitrary<T> =>
  fc.oneof(...list.map(([weight, arbitrary]) => ({ weight, arbitrary })))

const conditions = ({ guard }: Ground): fc.Arbitrary<Json> =>
  weighted<Json>(
    [6, fc.constant({})],
    [2, fc.constant({ Condition: guard })],
    [
      3,
      oneOf<Json>(
        { StringEquals: { 'aws:PrincipalTag/team': 'x' } },
        { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } },
        { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } },
        { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${HOME}:role/*` } },
        { ArnNotEquals: { 'aws:PrincipalArn': `arn:aws:iam::${HOME}:role/other` } },
        { Bool: { 'aws:SecureTransport': 'true' } },
        { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
      ).map((Condition) => ({ Condition })),
    ],
  )

const principals = oneOf<unknown>(
  '*',
  { AWS: HOME },
  { AWS: `arn:aws:iam::${FAR}:root` },
  { AWS: `arn:aws:iam::${HOME}:role/other` },
  { AWS: [`arn:aws:iam::${HOME}:role/other`, `arn:aws:iam::${FAR}:role/far`] },
  { AWS: `arn:aws:iam::${HOME}:user/ann` },
  { Service: 'sns.amazonaws.com' },
)

interface Shape {
  readonly hasPrincipal?: boolean
  /** Of twenty statements, how many deny. */
  readonly denies: number
}

const statement = (ground: Ground, { hasPrincipal = false, denies }: Shape): fc.Arbitrary<Json> =>
  fc
    .record({
      Effect: weighted([20 - denies, fc.constant('Allow')], [denies, fc.constant('Deny')]),
      action: weighted<unknown>(
        [5, oneOf(...ground.actions)],
        [2, fc.constant(ground.action)],
        [1, fc.constant([ground.action, ground.actions[0]])],
        [1, fc.constant('*')],
      ),
      resource: weighted<unknown>(
        [4, oneOf(...ground.resources)],
        [3, fc.constant('*')],
        [2, fc.constant(ground.resource)],
        [1, fc.constant([ground.resource, ground.resources[0]])],
      ),
      isNotAction: weighted([14, fc.constant(false)], [1, fc.constant(true)]),
      isNotResource: weighted([14, fc.constant(false)], [1, fc.constant(true)]),
      isNotPrincipal: weighted([14, fc.constant(false)], [1, fc.constant(true)]),
      principal: principals,
      condition: conditions(ground),
    })
    .map(({ Effect, action, resource, isNotAction, isNotResource, isNotPrincipal, principal, condition }) => ({
      Effect,
      ...(hasPrincipal ? { [isNotPrincipal && Effect === 'Deny' ? 'NotPrincipal' : 'Principal']: principal } : {}),
      [isNotAction ? 'NotAction' : 'Action']: action,
      [isNotResource ? 'NotResource' : 'Resource']: resource,
      ...condition,
    }))

/** Often of another service alone: then the call lacks an Allow. */
const document = (ground: Ground, shape: Shape): fc.Arbitrary<Json> =>
  fc.tuple(fc.boolean(), fc.array(statement(ground, shape), { maxLength: 2 })).map(([hasOther, more]) => ({
    Version: '2012-10-17',
    Statement: [
      ...(hasOther || more.length === 0
        ? [shape.hasPrincipal === true ? { ...OTHER_SERVICE, Principal: { AWS: HOME } } : OTHER_SERVICE]
        : []),
      ...more,
    ],
  }))

const OTHER_SERVICE: Json = { Sid: 'Other', Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' }

const EVERYTHING: Json = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }

const policyArn = (name: string): string => `arn:aws:iam::${HOME}:policy/${name}`

interface Holder {
  readonly inline: readonly Json[]
  readonly attached: readonly string[]
  readonly boundary: string | undefined
}

const holder = (ground: Ground): fc.Arbitrary<Holder> =>
  fc.record({
    inline: fc.array(document(ground, { denies: 3 }), { maxLength: 1 }),
    attached: fc.subarray(['shared', 'more']),
    boundary: weighted(
      [3, fc.constant<string | undefined>(undefined)],
      [2, fc.constant('limit')],
      [1, fc.constant('more')],
    ),
  })

const common = ({ attached, boundary }: Holder): Json => ({
  AttachedManagedPolicies: attached.map((name) => ({ PolicyName: name, PolicyArn: policyArn(name) })),
  ...(boundary === undefined
    ? {}
    : { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: policyArn(boundary) } }),
  Tags: [{ Key: 'team', Value: 'x' }],
})

const inlineList = (documents: readonly Json[]): readonly Json[] =>
  documents.map((PolicyDocument, i) => ({ PolicyName: `own-${i}`, PolicyDocument }))

const role = (name: string, account: string, one: Holder): Json => ({
  Path: '/',
  RoleName: name,
  RoleId: `AROA${name.toUpperCase()}`,
  Arn: `arn:aws:iam::${account}:role/${name}`,
  AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
  RolePolicyList: inlineList(one.inline),
  ...common(one),
})

const user = (name: string, isMember: boolean, one: Holder): Json => ({
  Path: '/',
  UserName: name,
  UserId: `AIDA${name.toUpperCase()}`,
  Arn: `arn:aws:iam::${HOME}:user/${name}`,
  GroupList: isMember ? ['team'] : [],
  UserPolicyList: inlineList(one.inline),
  ...common(one),
})

/** IAM counts a group once, and boundaries apart. */
const managed = (name: string, Document: Json, { app, other, ann, bob, group }: Made): Json => ({
  PolicyName: name,
  Arn: policyArn(name),
  AttachmentCount: [app, other, ann, bob, group].filter(({ attached }) => attached.includes(name)).length,
  PermissionsBoundaryUsageCount: [app, other, ann, bob].filter(({ boundary }) => boundary === name).length,
  DefaultVersionId: 'v1',
  PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document }],
})

/** An organization, and the call that is made in it. */
export interface Shared {
  readonly files: ReadonlyMap<string, Json | null>
  /** The files as they were read: of a partial read the other role and user are missing. */
  readonly read: ReadonlyMap<string, Json | null>
  readonly request: Request
  readonly ground: Pick<Ground, 'actions' | 'resources' | 'guard' | 'holder'>
}

const CALLERS: readonly Pick<Request, 'principal' | 'principalDetails'>[] = [
  {
    principal: `arn:aws:sts::${HOME}:assumed-role/app/s1`,
    principalDetails: { roleArn: `arn:aws:iam::${HOME}:role/app`, userId: 'AROAAPP:s1' },
  },
  { principal: `arn:aws:iam::${HOME}:user/ann`, principalDetails: { userId: 'AIDAANN' } },
]

const context: fc.Arbitrary<Json> = fc.record({
  'aws:SourceVpce': oneOf<unknown>(null, null, 'vpce-1', 'vpce-2'),
  'aws:SecureTransport': fc.constant(true),
  'aws:SourceIp': oneOf('203.0.113.7', '198.51.100.9'),
  'aws:MultiFactorAuthPresent': oneOf<unknown>(null, true),
})

const inGround = (ground: Ground): fc.Arbitrary<Shared> =>
  fc
    .record({
      app: holder(ground),
      other: holder(ground),
      ann: holder(ground),
      bob: holder(ground),
      group: holder(ground),
      isMember: fc.boolean(),
      shared: document(ground, { denies: 2 }),
      more: document(ground, { denies: 2 }),
      limit: document(ground, { denies: 2 }),
      far: document(ground, { denies: 1 }),
      policy: weighted<Json | null>([1, fc.constant(null)], [2, document(ground, { hasPrincipal: true, denies: 4 })]),
      scp: weighted<Json>([4, fc.constant(EVERYTHING)], [1, document(ground, { denies: 10 })]),
      isTagged: fc.boolean(),
      isPartial: weighted([4, fc.constant(false)], [1, fc.constant(true)]),
      caller: oneOf(...CALLERS),
      context,
    })
    .map((made) => ({
      files: filesOf(ground, made),
      read: made.isPartial ? withoutOthers(filesOf(ground, made)) : filesOf(ground, made),
      ground,
      request: {
        ...made.caller,
        action: ground.action,
        resource: ground.resource,
        resourceAccount: ground.owner,
        principalTags: { team: 'x' },
        context: { 'aws:PrincipalOrgID': 'o-1', ...made.context },
        contextComplete: true,
      } as Request,
    }))

const DETAILS = `accounts/${HOME}/authorization-details.json`

function withoutOthers(files: ReadonlyMap<string, Json | null>): ReadonlyMap<string, Json | null> {
  const details = files.get(DETAILS) ?? {}
  const named = (list: string, key: string, name: string): Json => ({
    [list]: (details[list] as readonly Json[]).filter((one) => one[key] === name),
  })
  const left = { ...named('UserDetailList', 'UserName', 'ann'), ...named('RoleDetailList', 'RoleName', 'app') }
  return new Map([...files, [DETAILS, { ...details, ...left }]])
}

interface Made {
  readonly app: Holder
  readonly other: Holder
  readonly ann: Holder
  readonly bob: Holder
  readonly group: Holder
  readonly isMember: boolean
  readonly shared: Json
  readonly more: Json
  readonly limit: Json
  readonly far: Json
  readonly policy: Json | null
  readonly scp: Json
  readonly isPartial: boolean
  readonly isTagged: boolean
}

const SCP = 'p-guard0001'

function filesOf({ owner, kind, file, holder: arn }: Ground, made: Made): ReadonlyMap<string, Json | null> {
  const { group } = made
  const node = (id: string): Json => ({ id, name: id, scps: ['p-FullAWSAccess'], rcps: ['p-RCPFullAWSAccess'] })
  const details: Json = {
    UserDetailList: [user('ann', true, made.ann), user('bob', made.isMember, made.bob)],
    GroupDetailList: [
      {
        Path: '/',
        GroupName: 'team',
        GroupId: 'AGPATEAM',
        Arn: `arn:aws:iam::${HOME}:group/team`,
        GroupPolicyList: inlineList(group.inline),
        AttachedManagedPolicies: common(group)['AttachedManagedPolicies'],
      },
    ],
    RoleDetailList: [role('app', HOME, made.app), role('other', HOME, made.other)],
    Policies: [
      managed('shared', made.shared, made),
      managed('more', made.more, made),
      managed('limit', made.limit, made),
    ],
  }
  const farDetails: Json = {
    UserDetailList: [],
    GroupDetailList: [],
    RoleDetailList: [role('far', FAR, { inline: [made.far], attached: [], boundary: undefined })],
    Policies: [],
  }
  const partial = { part: DETAILS, state: 'partial' }
  const off = {
    BlockPublicAcls: false,
    IgnorePublicAcls: false,
    BlockPublicPolicy: false,
    RestrictPublicBuckets: false,
  }
  const settings = kind === 'bucket' ? { blockPublicAccess: off, objectOwnership: 'BucketOwnerEnforced' } : {}
  const attributes = { ...settings, tags: made.isTagged ? { team: 'x' } : {} }
  return new Map<string, Json | null>([
    [
      'meta.json',
      { schemaVersion: 1, coverage: [{ part: '', state: 'complete' }, ...(made.isPartial ? [partial] : [])] },
    ],
    [
      'organization.json',
      {
        id: 'o-1',
        managementAccount: MANAGEMENT,
        policies: {
          [SCP]: {
            name: 'guard',
            arn: `arn:aws:organizations::${MANAGEMENT}:policy/o-1/service_control_policy/${SCP}`,
          },
        },
        roots: [
          {
            ...node('r-1'),
            accounts: [node(MANAGEMENT)],
            ous: [{ ...node('ou-1'), scps: [SCP], ous: [], accounts: [node(HOME), node(FAR)] }],
          },
        ],
      },
    ],
    [`policies/${SCP}.json`, made.scp],
    ...[HOME, FAR, MANAGEMENT].flatMap((id): [string, Json | null][] => [
      [`accounts/${id}/account.json`, { id, blockPublicAccess: off }],
      [`accounts/${id}/vpc-endpoints.json`, { VpcEndpoints: [] }],
      [
        `accounts/${id}/authorization-details.json`,
        id === HOME
          ? details
          : id === FAR
            ? farDetails
            : { UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: [] },
      ],
    ]),
    [`accounts/${owner}/resources/${file}`, { arn, account: owner, kind, policy: made.policy, attributes }],
  ])
}

export const arbitraryShared = (grounds: readonly Ground[]): fc.Arbitrary<Shared> => oneOf(...grounds).chain(inGround)
