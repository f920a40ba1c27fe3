/**
 * Small, nasty snapshots: three accounts, few names, and policies that meet often. Parts are missing, ambiguous or broken
 * now and then, and coverage says so or does not.
 */
import * as fc from 'fast-check'
import type { SnapshotFiles } from '#snapshot/snapshot.ts'

export const ACCOUNTS = ['111111111111', '222222222222', '333333333333'] as const
const [OWN, OTHER] = ACCOUNTS

export const ASKS: readonly (readonly [action: string, resource: string])[] = [
  ['s3:GetObject', 'arn:aws:s3:::b1/x/key'],
  ['s3:PutObject', 'arn:aws:s3:::b1/ann'],
  ['s3:ListBucket', 'arn:aws:s3:::b1'],
  ['s3:ListAllMyBuckets', '*'],
  ['s3:GetObject', 'arn:aws:s3:::nobodys/x'],
  ['kms:Decrypt', `arn:aws:kms:us-east-1:${OWN}:key/k1`],
  ['sts:AssumeRole', `arn:aws:iam::${OWN}:role/team/app`],
  ['sts:AssumeRoleWithWebIdentity', `arn:aws:iam::${OWN}:role/team/app`],
  ['iam:PassRole', `arn:aws:iam::${OWN}:role/team/app`],
  ['sqs:SendMessage', `arn:aws:sqs:us-east-1:${OTHER}:q1`],
  ['sts:GetCallerIdentity', '*'],
]

const pick = <T>(...items: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...items)
const sometimes = <T>(value: fc.Arbitrary<T>, weight: number): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 10 - weight, arbitrary: fc.constant(undefined) }, { weight, arbitrary: value })

const actions = fc.uniqueArray(
  pick(
    's3:*',
    's3:Get*',
    's3:GetObject',
    'S3:putobject',
    's3:List*',
    'kms:*',
    'kms:Decrypt',
    'sts:*',
    'sts:AssumeRole',
    'iam:PassRole',
    'sqs:SendMessage',
    '*',
    'ec2:*',
  ),
  { minLength: 1, maxLength: 3 },
)
const resources = fc.oneof(
  { weight: 6, arbitrary: fc.constant('*' as string | readonly string[]) },
  {
    weight: 4,
    arbitrary: fc.uniqueArray(
      pick(
        'arn:aws:s3:::b1',
        'arn:aws:s3:::b1/*',
        'arn:aws:s3:::b1/${aws:username}',
        'arn:aws:s3:::b?/x/*',
        `arn:aws:kms:*:${OWN}:key/*`,
        `arn:aws:iam::${OWN}:role/*`,
        'arn:aws:s3:::other/*',
        `arn:aws:sqs:*:*:q*`,
        'arn:aws:s3:::b1/${aws:PrincipalTag/team}/key',
      ),
      { minLength: 1, maxLength: 2 },
    ),
  },
)

const line = fc.oneof(
  fc.record({ StringEquals: fc.record({ 'aws:SourceVpce': pick<string | string[]>('vpce-1', ['vpce-1', 'vpce-2']) }) }),
  fc.record({ StringNotEquals: fc.record({ 'aws:SourceVpce': pick('vpce-1', 'vpce-2') }) }),
  fc.record({ Bool: fc.record({ 'aws:SecureTransport': pick('true', 'false') }) }),
  fc.record({ IpAddress: fc.record({ 'aws:SourceIp': pick('10.0.0.0/8', '203.0.113.0/24') }) }),
  fc.record({ StringEquals: fc.record({ 'aws:PrincipalOrgID': pick('o-1', 'o-2') }) }),
  fc.record({ StringEquals: fc.record({ 'aws:PrincipalTag/team': pick('x', 'y') }) }),
  fc.record({
    ArnLike: fc.record({ 'aws:PrincipalArn': pick(`arn:aws:iam::*:role/team/*`, `arn:aws:iam::${OWN}:user/ann`) }),
  }),
  fc.record({ ArnNotLike: fc.record({ 'aws:PrincipalArn': pick(`arn:aws:iam::*:role/team/*`) }) }),
  fc.record({ StringLike: fc.record({ 's3:prefix': pick('x/*', 'y/*') }) }),
  fc.record({ Null: fc.record({ 'aws:MultiFactorAuthPresent': pick('true', 'false') }) }),
  fc.record({ StringEqualsIfExists: fc.record({ 'aws:ResourceAccount': pick(OWN, OTHER) }) }),
  fc.record({ StringEquals: fc.record({ 'kms:ViaService': pick('s3.us-east-1.amazonaws.com') }) }),
  fc.record({ StringEquals: fc.record({ 'aws:ResourceTag/team': pick('x', 'y') }) }),
)
const condition = fc.oneof(
  line,
  fc.tuple(line, line).map(([a, b]) => ({ ...a, ...b })),
)

const principal = pick<unknown>(
  '*',
  { AWS: '*' },
  { AWS: OWN },
  { AWS: `arn:aws:iam::${OTHER}:root` },
  { AWS: [`arn:aws:iam::${OWN}:user/ann`, `arn:aws:iam::${OTHER}:role/team/app`] },
  { AWS: `arn:aws:iam::${OWN}:role/team/app` },
  { AWS: `arn:aws:sts::${OWN}:assumed-role/app/s1` },
  { AWS: 'AROAAPP' },
  { AWS: 'arn:aws:iam::999999999999:role/far' },
  { Service: 'cloudtrail.amazonaws.com' },
  { Federated: `arn:aws:iam::${OWN}:oidc-provider/idp.example` },
  { CanonicalUser: 'a'.repeat(64) },
)

const effect = fc.oneof({ weight: 6, arbitrary: fc.constant('Allow') }, { weight: 1, arbitrary: fc.constant('Deny') })

const statement = (withPrincipal: boolean): fc.Arbitrary<object> =>
  fc
    .record({
      effect,
      actions,
      resources,
      condition: sometimes(condition, 6),
      notAction: pick(false, false, false, false, false, true),
      notPrincipal: pick(false, false, false, false, false, true),
      who: principal,
    })
    .map(
      ({
        effect: Effect,
        actions: Action,
        resources: Resource,
        condition: Condition,
        notAction,
        notPrincipal,
        who,
      }) => ({
        Effect,
        ...(notAction ? { NotAction: Action } : { Action: Action.length === 1 ? Action[0] : Action }),
        Resource,
        ...(Condition === undefined ? {} : { Condition }),
        ...(withPrincipal ? (notPrincipal ? { NotPrincipal: who } : { Principal: who }) : {}),
      }),
    )

const document = (withPrincipal = false): fc.Arbitrary<unknown> =>
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc
        .array(statement(withPrincipal), { maxLength: 3 })
        .map((Statement) => ({ Version: '2012-10-17', Statement })),
    },
    { weight: 1, arbitrary: statement(withPrincipal).map((Statement) => ({ Statement })) },
    {
      weight: 1,
      arbitrary: pick<unknown>('not json', { Version: '2012-10-17' }, { Statement: [{ Effect: 'Maybe' }] }),
    },
  )

const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
const mostly = (some: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(everything) }, { weight: 3, arbitrary: some })

const attachments = (account: string) =>
  fc.uniqueArray(
    pick(
      `arn:aws:iam::${account}:policy/p1`,
      `arn:aws:iam::${account}:policy/p2`,
      'arn:aws:iam::aws:policy/ReadOnlyAccess',
      `arn:aws:iam::${account}:policy/gone`,
    ),
    { maxLength: 2 },
  )

const identityOf = (account: string) =>
  fc.record({
    inline: fc.array(document(), { minLength: 1, maxLength: 3 }),
    attached: attachments(account),
    boundary: sometimes(pick(`arn:aws:iam::${account}:policy/p1`, `arn:aws:iam::${account}:policy/p2`), 2),
    tags: sometimes(pick<object[]>([], [{ Key: 'team', Value: 'x' }]), 6),
    trust: document(true),
    /** A key that stands twice makes an entry ambiguous; JSON.parse would not tell. */
    twice: pick(false, false, false, false, false, false, false, false, false, false, false, true),
  })
type Identity = typeof identityOf extends (account: string) => fc.Arbitrary<infer T> ? T : never

const list = (name: string, key: string, documents: readonly unknown[]): object => ({
  [name]: documents.map((PolicyDocument, i) => ({ PolicyName: `inline-${i}`, [key]: PolicyDocument })),
})

function common({ attached, boundary, tags }: Identity): object {
  return {
    AttachedManagedPolicies: attached.map((PolicyArn) => ({
      PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1),
      PolicyArn,
    })),
    ...(boundary === undefined
      ? {}
      : { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundary } }),
    ...(tags === undefined ? {} : { Tags: tags }),
  }
}

const details = (account: string): fc.Arbitrary<string> =>
  fc
    .record({
      ann: identityOf(account),
      app: identityOf(account),
      linked: identityOf(account),
      plain: identityOf(account),
      group: identityOf(account),
      member: pick<string[]>([], ['g'], ['g', 'gone']),
      p1: mostly(document()),
      p2: document(),
    })
    .map(({ ann, app, linked, plain, group, member, p1, p2 }) => {
      const role = (path: string, name: string, id: string, one: Identity): object => ({
        Path: path,
        RoleName: name,
        RoleId: id,
        Arn: `arn:aws:iam::${account}:role${path}${name}`,
        AssumeRolePolicyDocument: one.trust,
        ...list('RolePolicyList', 'PolicyDocument', one.inline),
        ...common(one),
      })
      const managed = (name: string, Document: unknown): object => ({
        PolicyName: name,
        Arn: `arn:aws:iam::${account}:policy/${name}`,
        DefaultVersionId: 'v1',
        PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document }],
      })
      const text = JSON.stringify(
        {
          UserDetailList: [
            {
              Path: '/',
              UserName: 'ann',
              UserId: 'AIDAANN',
              Arn: `arn:aws:iam::${account}:user/ann`,
              GroupList: member,
              ...list('UserPolicyList', 'PolicyDocument', ann.inline),
              ...common(ann),
            },
          ],
          GroupDetailList: [
            { GroupName: 'g', ...list('GroupPolicyList', 'PolicyDocument', group.inline), ...common(group) },
          ],
          RoleDetailList: [
            role('/team/', 'app', 'AROAAPP', app),
            role('/aws-service-role/x.amazonaws.com/', 'AWSServiceRoleForX', 'AROASLR', linked),
            role('/', 'plain', 'AROAPLAIN', plain),
            role('/', 'twin', 'AROATWIN', plain),
          ],
          Policies: [managed('p1', p1), managed('p2', p2)],
        },
        null,
        1,
      )
      return app.twice ? text.replace('"RoleId"', '"RoleName": "app",\n"RoleId"') : text
    })

const attribute = fc.record(
  {
    blockPublicAccess: pick<unknown>(null, { RestrictPublicBuckets: true }),
    objectOwnership: pick<unknown>(null, 'BucketOwnerEnforced'),
    abac: pick(false),
    tags: pick<unknown>(null, {}, { team: 'x' }),
    kmsGrants: pick<unknown>(
      null,
      [],
      [{ GranteePrincipal: `arn:aws:iam::${OTHER}:role/team/app`, Operations: ['Decrypt'] }],
    ),
  },
  { requiredKeys: [] },
)

const resourceFile = (arn: string, account: string, kind: string): fc.Arbitrary<string> =>
  fc
    .record({ policy: fc.oneof(fc.constant(null), document(true), document(true)), attributes: attribute })
    .map(({ policy, attributes }) => JSON.stringify({ arn, account, kind, policy, attributes }))

const node = (id: string, scps: readonly string[], more: object): object => ({
  id,
  scps,
  rcps: ['p-RCPFullAWSAccess'],
  ...more,
})

const organization = fc
  .record({
    root: pick<string[]>([], ['p-1']),
    ou: pick<string[]>([], ['p-1'], ['p-2']),
    full: pick(true, true, true, false),
    rcps: pick<string[]>([], ['p-3']),
    accounts: pick<readonly string[]>(ACCOUNTS, ACCOUNTS, ACCOUNTS.slice(0, 2)),
  })
  .map(({ root, ou, full, rcps, accounts }) => {
    const of = (ids: readonly string[]): string[] => ['p-FullAWSAccess', ...ids]
    const [first, ...rest] = accounts.map((id) => node(id, of([]), { rcps: ['p-RCPFullAWSAccess', ...rcps] }))
    return JSON.stringify({
      id: 'o-1',
      managementAccount: ACCOUNTS[2],
      policies: {},
      roots: [
        node('r-1', of(root), {
          ous: [node('ou-1', full ? of(ou) : ou, { ous: [], accounts: first === undefined ? [] : [first] })],
          accounts: rest,
        }),
      ],
    })
  })

const optional = (path: string, text: fc.Arbitrary<string>, weight = 9): fc.Arbitrary<readonly [string, string][]> =>
  sometimes(text, weight).map((found) => (found === undefined ? [] : [[path, found] as [string, string]]))

const printed = (value: fc.Arbitrary<unknown>): fc.Arbitrary<string> => value.map((one) => JSON.stringify(one))

export const arbitrarySnapshot: fc.Arbitrary<SnapshotFiles> = fc
  .tuple(
    optional(
      'organization.json',
      fc.oneof({ weight: 5, arbitrary: organization }, { weight: 1, arbitrary: fc.constant('null') }),
    ),
    optional('policies/p-1.json', printed(mostly(document()))),
    optional('policies/p-2.json', printed(document())),
    optional('policies/p-3.json', printed(document(true))),
    ...ACCOUNTS.map((id) => optional(`accounts/${id}/authorization-details.json`, details(id))),
    ...ACCOUNTS.map((id) =>
      optional(`accounts/${id}/account.json`, fc.constant(JSON.stringify({ id, blockPublicAccess: null }))),
    ),
    optional(`accounts/${OWN}/resources/s3/b1.json`, resourceFile('arn:aws:s3:::b1', OWN, 'bucket')),
    optional(`accounts/${OWN}/resources/kms/k1.json`, resourceFile(`arn:aws:kms:us-east-1:${OWN}:key/k1`, OWN, 'key')),
    optional(
      `accounts/${OTHER}/resources/sqs/q1.json`,
      resourceFile(`arn:aws:sqs:us-east-1:${OTHER}:q1`, OTHER, 'queue'),
    ),
    optional('meta.json', fc.constant(JSON.stringify({ coverage: [{ part: '', state: 'complete' }] })), 5),
  )
  .map((parts) => new Map(parts.flat()))
