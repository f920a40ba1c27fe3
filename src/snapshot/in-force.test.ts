import assert from 'node:assert/strict'
import { test } from 'node:test'
import { furtherRequests } from '#engine/chain.ts'
import type { Request } from '#iam/request.ts'
import { accountsOf } from './accounts.ts'
import { policiesInForce, scenarioOf } from './in-force.ts'
import { roleOf } from './principal.ts'
import { bucketOf, defaultKeyOf, resourceOf } from './resources.ts'
import { partState, readSnapshot, type Snapshot } from './snapshot.ts'

const A = '111122223333'
const B = '444455556666'
const allow = (action: string): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
})
const json = (value: unknown): string => JSON.stringify(value, null, 2)

/** A snapshot of named parts; a value is printed as JSON, a text stands as it is. */
function snapshotOf(parts: Readonly<Record<string, unknown>>): Snapshot {
  return readSnapshot(
    new Map(Object.entries(parts).map(([path, value]) => [path, typeof value === 'string' ? value : json(value)])),
  )
}

const organization = {
  id: 'o-x',
  managementAccount: '999988887777',
  policies: {
    'p-guard': { name: 'Guard', arn: 'arn:aws:organizations::999988887777:policy/o-x/service_control_policy/p-guard' },
  },
  roots: [
    {
      id: 'r-y',
      scps: ['p-FullAWSAccess'],
      rcps: ['p-RCPFullAWSAccess'],
      ous: [
        {
          id: 'ou-outer',
          scps: ['p-FullAWSAccess'],
          rcps: [],
          ous: [
            {
              id: 'ou-inner',
              scps: ['p-guard'],
              rcps: ['p-data'],
              accounts: [{ id: A, name: 'prod', scps: ['p-FullAWSAccess'], rcps: [] }],
            },
          ],
        },
      ],
      accounts: [{ id: B, scps: ['p-FullAWSAccess'], rcps: [] }],
    },
  ],
}

const role = (name: string, path: string, more: object = {}): object => ({
  Path: path,
  RoleName: name,
  RoleId: 'AROAEXAMPLE',
  Arn: `arn:aws:iam::${A}:role${path}${name}`,
  AssumeRolePolicyDocument: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  },
  RolePolicyList: [{ PolicyName: 'inline', PolicyDocument: allow('s3:GetObject') }],
  AttachedManagedPolicies: [],
  Tags: [{ Key: 'team', Value: 'data' }],
  ...more,
})
const details = (more: object): object => ({
  UserDetailList: [],
  GroupDetailList: [],
  RoleDetailList: [],
  Policies: [],
  ...more,
})
const DETAILS = `accounts/${A}/authorization-details.json`

const session = (name = 'deploy'): Request => ({
  principal: `arn:aws:sts::${A}:assumed-role/${name}/run-1`,
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::logs/2026/x.json',
})

test('SCPs come level by level from the root over nested OUs to the account (R-SCP-01)', () => {
  const snapshot = snapshotOf({ 'organization.json': organization, 'policies/p-guard.json': allow('s3:*') })
  const { policies, organization: found } = policiesInForce(snapshot, session())
  assert.deepEqual(
    policies.serviceControlPolicies?.map((level) => [level.target, level.policies?.map((policy) => policy.name)]),
    [
      ['r-y', ['FullAWSAccess']],
      ['ou-outer', ['FullAWSAccess']],
      ['ou-inner', ['Guard']],
      [A, ['FullAWSAccess']],
    ],
  )
  const guard = policies.serviceControlPolicies?.[2]?.policies?.[0]
  assert.deepEqual(guard?.document, allow('s3:*'))
  assert.equal(guard?.file, 'policies/p-guard.json')
  assert.deepEqual(guard?.lines, [4])
  assert.equal(found?.principalPath, 'o-x/r-y/ou-outer/ou-inner/')
  assert.equal(found?.resourcePath, undefined)
})

test('RCPs are those of the account that owns the resource, not of the caller (R-RCP-01)', () => {
  const snapshot = snapshotOf({ 'organization.json': organization, 'policies/p-data.json': allow('s3:*') })
  const asked = { ...session(), principal: `arn:aws:iam::${B}:user/bob`, resource: `arn:aws:sqs:us-east-1:${A}:q` }
  const { policies, request } = policiesInForce(snapshot, asked)
  assert.deepEqual(
    policies.resourceControlPolicies?.map((level) => level.target),
    ['r-y', 'ou-outer', 'ou-inner', A],
  )
  assert.deepEqual(
    policies.serviceControlPolicies?.map((level) => level.target),
    ['r-y', B],
  )
  assert.equal(request.resourceAccount, A)
})

test('an attached policy without its file stays in the level as unknown and is reported', () => {
  const snapshot = snapshotOf({ 'organization.json': organization })
  const guard = policiesInForce(snapshot, session()).policies.serviceControlPolicies?.[2]?.policies?.[0]
  assert.equal(guard?.name, 'Guard')
  assert.ok(guard !== undefined && !('document' in guard))
  assert.deepEqual(
    snapshot.problems.map(({ part }) => part),
    ['policies/p-guard.json'],
  )
})

test('a level whose list is missing exists with unknown policies; an empty list stays empty', () => {
  const roots = [{ id: 'r-y', ous: [], accounts: [{ id: A, scps: [] }] }]
  const levels = policiesInForce(snapshotOf({ 'organization.json': { ...organization, roots } }), session()).policies
  assert.deepEqual(levels.serviceControlPolicies, [{ target: 'r-y' }, { target: A, policies: [] }])
})

test('lists that are empty in the whole tree mean that SCPs are not enabled, since AWS keeps one on every node (R-GRAM-22)', () => {
  const roots = [{ id: 'r-y', scps: [], accounts: [{ id: A, scps: [] }] }]
  const { policies } = policiesInForce(snapshotOf({ 'organization.json': { ...organization, roots } }), session())
  assert.equal(policies.serviceControlPolicies, null)
})

test('an organization of null means none; a missing file means unknown', () => {
  const none = policiesInForce(snapshotOf({ 'organization.json': 'null', [DETAILS]: details({}) }), session())
  assert.equal(none.policies.serviceControlPolicies, null)
  assert.deepEqual(none.organization, { principalPath: null })
  const missing = policiesInForce(snapshotOf({ [DETAILS]: details({}) }), session())
  assert.ok(!('serviceControlPolicies' in missing.policies))
  assert.equal(missing.organization, undefined)
  assert.ok(!('organization' in scenarioOf(snapshotOf({}), session())))
})

test('a caller from an account outside the organization has unknown SCPs', () => {
  const snapshot = snapshotOf({ 'organization.json': organization })
  const asked = { ...session(), principal: 'arn:aws:iam::123456789012:user/eve' }
  const { policies, notes } = policiesInForce(snapshot, asked)
  assert.ok(!('serviceControlPolicies' in policies))
  assert.ok(notes.some((note) => note.includes('123456789012')))
})

test('an account that a completely read organization does not list is outside of it, and else not known to be (R-CTX-19)', () => {
  const asked = { ...session(), principal: 'arn:aws:iam::123456789012:user/eve', resourceAccount: B }
  const read = (state: string, tree: unknown = organization) =>
    policiesInForce(
      snapshotOf({
        'meta.json': { coverage: [{ part: 'organization.json', state }] },
        'organization.json': tree,
      }),
      asked,
    ).organization
  assert.equal(read('complete')?.principalOutside, true)
  assert.equal(read('complete')?.resourceOutside, undefined)
  assert.equal(read('partial')?.principalOutside, undefined)
  const torn = { ...organization, roots: [...organization.roots, 'r-z'] }
  assert.equal(read('complete', torn)?.principalOutside, undefined)
  const unstated = policiesInForce(snapshotOf({ 'organization.json': organization }), asked).organization
  assert.equal(unstated?.principalOutside, undefined)
})

test('a session finds its role by the last segment, whatever its path and case (R-PRIN-03)', () => {
  const snapshot = snapshotOf({ [DETAILS]: details({ RoleDetailList: [role('Deploy', '/ci/prod/')] }) })
  const { request, policies, filled } = policiesInForce(snapshot, session('deploy'))
  assert.equal(request.principalDetails?.roleArn, `arn:aws:iam::${A}:role/ci/prod/Deploy`)
  assert.equal(request.principalDetails?.userId, 'AROAEXAMPLE:run-1')
  assert.deepEqual(
    policies.identityPolicies?.map((policy) => policy.name),
    ['inline'],
  )
  assert.equal(policies.permissionsBoundary, null)
  assert.ok(filled.some((one) => one.fact === 'principalDetails.roleArn' && one.from === DETAILS))
  assert.equal(
    roleOf(snapshot, `arn:aws:sts::${A}:assumed-role/DEPLOY/x`)?.arn,
    `arn:aws:iam::${A}:role/ci/prod/Deploy`,
  )
  assert.ok(!('sessionPolicies' in policies))
})

test('a path that the event states is kept, and the difference noted', () => {
  const snapshot = snapshotOf({ [DETAILS]: details({ RoleDetailList: [role('deploy', '/new/')] }) })
  const roleArn = `arn:aws:iam::${A}:role/old/deploy`
  const found = policiesInForce(snapshot, { ...session(), principalDetails: { roleArn, userId: 'AROAOTHER:run-1' } })
  assert.equal(found.request.principalDetails?.roleArn, roleArn)
  assert.equal(found.notes.filter((note) => note.includes('made anew')).length, 2)
})

test('tags of a role are filled only where nobody may pass session tags (R-PRIN-06, R-STS-07)', () => {
  const trust = (action: string | readonly string[]): object => ({
    AssumeRolePolicyDocument: { Statement: { Effect: 'Allow', Principal: '*', Action: action } },
  })
  const tagsWith = (more: object): unknown =>
    policiesInForce(snapshotOf({ [DETAILS]: details({ RoleDetailList: [role('deploy', '/', more)] }) }), session())
      .request.principalTags
  assert.deepEqual(tagsWith({}), { team: 'data' })
  assert.equal(tagsWith(trust(['sts:AssumeRole', 'sts:TagSession'])), undefined)
  assert.equal(tagsWith(trust('sts:*')), undefined)
  assert.equal(tagsWith({ AssumeRolePolicyDocument: '%7Bbroken' }), undefined)
  assert.equal(tagsWith({ Tags: undefined }), undefined)
})

test('a user has inline, managed and group policies and a boundary, each with its default version', () => {
  const managed = (name: string, versions: readonly object[]): object => ({
    PolicyName: name,
    Arn: `arn:aws:iam::${A}:policy/${name}`,
    DefaultVersionId: 'v2',
    PolicyVersionList: versions,
  })
  const snapshot = snapshotOf({
    [DETAILS]: details({
      UserDetailList: [
        {
          UserName: 'bob',
          Arn: `arn:aws:iam::${A}:user/x/bob`,
          Path: '/x/',
          GroupList: ['ops', 'gone'],
          AttachedManagedPolicies: [
            { PolicyName: 'own', PolicyArn: `arn:aws:iam::${A}:policy/own` },
            { PolicyName: 'ReadOnlyAccess', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
          ],
          PermissionsBoundary: {
            PermissionsBoundaryType: 'Policy',
            PermissionsBoundaryArn: `arn:aws:iam::${A}:policy/limit`,
          },
        },
      ],
      GroupDetailList: [
        {
          GroupName: 'ops',
          GroupPolicyList: [{ PolicyName: 'g', PolicyDocument: encodeURIComponent(json(allow('sqs:*'))) }],
          AttachedManagedPolicies: [],
        },
      ],
      Policies: [
        managed('own', [
          { VersionId: 'v1', IsDefaultVersion: false, Document: allow('s3:*') },
          { VersionId: 'v2', IsDefaultVersion: true, Document: allow('ec2:*') },
        ]),
        managed('limit', [{ VersionId: 'v2', IsDefaultVersion: true, Document: allow('s3:*') }]),
      ],
    }),
  })
  const { policies } = policiesInForce(snapshot, { ...session(), principal: `arn:aws:iam::${A}:user/x/bob` })
  const [own, readOnly, group, gone] = policies.identityPolicies ?? []
  assert.deepEqual(own?.document, allow('ec2:*'))
  assert.deepEqual(readOnly, { name: 'ReadOnlyAccess', arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' })
  assert.equal(group?.name, 'g (group ops)')
  assert.equal(group?.lines?.length, 1)
  // A group that is not listed may grant anything: it stays in as a policy that nobody can read.
  assert.deepEqual(gone, { name: 'policies of group gone' })
  assert.deepEqual(policies.permissionsBoundary?.document, allow('s3:*'))
})

test("a federated-user session has its parent user's policies, and unknown ones without a parent (R-PRIN-10)", () => {
  const user = {
    UserName: 'bob',
    Arn: `arn:aws:iam::${A}:user/bob`,
    UserPolicyList: [{ PolicyName: 'p', PolicyDocument: allow('s3:*') }],
  }
  const snapshot = snapshotOf({ [DETAILS]: details({ UserDetailList: [user] }) })
  const asked = { ...session(), principal: `arn:aws:sts::${A}:federated-user/visitor` }
  const withParent = policiesInForce(snapshot, {
    ...asked,
    principalDetails: { federatedBy: `arn:aws:iam::${A}:user/bob` },
  })
  assert.equal(withParent.policies.identityPolicies?.length, 1)
  assert.equal(withParent.request.principal, asked.principal)
  assert.ok(!('identityPolicies' in policiesInForce(snapshot, asked).policies))
})

test('a principal the snapshot does not hold leaves its layers unknown, with the reason', () => {
  const snapshot = snapshotOf({
    [DETAILS]: details({}),
    'meta.json': { coverage: [{ part: `accounts/${A}`, state: 'complete' }] },
  })
  const { policies, notes } = policiesInForce(snapshot, session('nobody'))
  assert.ok(!('identityPolicies' in policies) && !('permissionsBoundary' in policies))
  assert.ok(notes.some((note) => note.includes('no role `nobody`')))
})

test('services, anonymous callers and identity providers have neither SCP nor identity policy (D.2)', () => {
  for (const principal of ['s3.amazonaws.com', 'anonymous', `arn:aws:iam::${A}:oidc-provider/example.com`]) {
    const { policies } = policiesInForce(snapshotOf({}), { ...session(), principal })
    assert.equal(policies.serviceControlPolicies, null, principal)
    assert.equal(policies.identityPolicies, null, principal)
    assert.equal(policies.permissionsBoundary, null, principal)
  }
  const root = policiesInForce(snapshotOf({ 'organization.json': organization }), {
    ...session(),
    principal: `arn:aws:iam::${A}:root`,
  })
  assert.equal(root.policies.serviceControlPolicies?.length, 4)
  assert.equal(root.policies.identityPolicies, null)
})

const bucket = (name: string, more: object = {}): object => ({
  arn: `arn:aws:s3:::${name}`,
  account: B,
  kind: 'bucket',
  policy: allow('s3:*'),
  attributes: {},
  ...more,
})

test('an object is governed by its bucket, whose folder tells the account (R-XACC-04)', () => {
  const snapshot = snapshotOf({ [`accounts/${B}/resources/s3/any-name.json`]: bucket('logs') })
  const { policies, request, filled } = policiesInForce(snapshot, session())
  assert.equal(policies.resourcePolicy?.kind, 'bucket')
  assert.deepEqual(policies.resourcePolicy?.lines, [8])
  assert.equal(request.resourceAccount, B)
  assert.ok(filled.some((one) => one.fact === 'resourceAccount'))
  assert.equal(bucketOf(snapshot, 'logs')?.account, B)
  assert.equal(bucketOf(snapshot, 'log'), undefined)
})

test('a bucket that is nowhere has an unknown account, policy and guards', () => {
  const { policies, request } = policiesInForce(snapshotOf({ 'organization.json': organization }), session())
  assert.ok(
    !('resourcePolicy' in policies) && !('serviceGuards' in policies) && !('resourceControlPolicies' in policies),
  )
  assert.equal(request.resourceAccount, undefined)
})

test('only complete coverage turns a missing resource, policy or attribute into none (docs/snapshot.md)', () => {
  const queue = { ...session(), resource: `arn:aws:sqs:us-east-1:${A}:jobs` }
  const with_ = (state: string, file: unknown): unknown =>
    policiesInForce(
      snapshotOf({
        [`accounts/${A}/resources/sqs/q.json`]: file,
        'meta.json': { coverage: [{ part: `accounts/${A}/resources/sqs/`, state }] },
      }),
      queue,
    ).policies.resourcePolicy
  const other = { arn: `arn:aws:sqs:us-east-1:${A}:other`, policy: null }
  assert.equal(with_('complete', other), null)
  assert.equal(with_('partial', other), undefined)
  assert.equal(with_('complete', { arn: queue.resource }), null)
  assert.equal(with_('partial', { arn: queue.resource }), undefined)
  assert.equal(with_('partial', { arn: queue.resource, policy: null }), null)
  // The file that cannot be read may be the queue's.
  assert.equal(with_('complete', '{"kind": "queue", '), undefined)
})

test('the nearest coverage entry counts, and a folder with a gap inside is not complete', () => {
  const snapshot = snapshotOf({
    [`accounts/${A}/account.json`]: { id: A },
    'meta.json': {
      coverage: [
        { part: `accounts/${A}/`, state: 'complete' },
        { part: `accounts/${A}/resources/kms`, state: 'missing', why: 'AccessDenied' },
      ],
    },
  })
  assert.equal(partState(snapshot, `accounts/${A}/resources/s3`), 'complete')
  assert.equal(partState(snapshot, `accounts/${A}/resources/kms/k.json`), 'missing')
  assert.equal(partState(snapshot, `accounts/${A}`), 'partial')
  assert.equal(partState(snapshot, `accounts/${A}1`), undefined)
  assert.equal(partState(snapshot, 'organization.json'), undefined)
})

test("guards hold the account-wide public-access setting beside the bucket's own", () => {
  const snapshot = snapshotOf({
    [`accounts/${B}/account.json`]: { id: B, blockPublicAccess: { RestrictPublicBuckets: true } },
    [`accounts/${B}/resources/s3/b.json`]: bucket('logs', { attributes: { objectOwnership: 'BucketOwnerEnforced' } }),
  })
  assert.deepEqual(policiesInForce(snapshot, session()).policies.serviceGuards, {
    accountBlockPublicAccess: { RestrictPublicBuckets: true },
    objectOwnership: 'BucketOwnerEnforced',
  })
})

test('the key behind a bucket comes along, and an alias leads to its key', () => {
  const key = `arn:aws:kms:us-east-1:${B}:key/1234`
  const alias = `arn:aws:kms:us-east-1:${B}:alias/artifacts`
  const snapshot = snapshotOf({
    [`accounts/${B}/resources/s3/b.json`]: bucket('logs', { attributes: { sseKmsKeyArn: alias } }),
    [`accounts/${B}/resources/kms/k.json`]: {
      arn: key,
      kind: 'key',
      policy: allow('kms:*'),
      attributes: { aliases: ['alias/artifacts'] },
    },
  })
  const { resources } = policiesInForce(snapshot, session())
  assert.deepEqual(
    resources.map(({ arn, kind, account }) => [arn, kind, account]),
    [[key, 'key', B]],
  )
  const found = bucketOf(snapshot, 'logs')
  assert.equal(found && defaultKeyOf(snapshot, found), key)
  assert.equal(resourceOf(snapshot, alias.replace('us-east-1', 'eu-west-1')), undefined)
  const asked = scenarioOf(snapshot, { ...session(), action: 'kms:Decrypt', resource: alias })
  assert.deepEqual(
    asked.resources?.map(({ arn }) => arn),
    [key],
  )
})

test('RCPs are those of the access point’s account and of the account of the bucket behind it (R-RCP-01)', () => {
  const other = '777788889999'
  const point = `arn:aws:s3:us-east-1:${B}:accesspoint/ap`
  const levels = (...accounts: string[]) => {
    const listed = accounts.map((id) => ({ id, name: id, rcps: ['p-RCPFullAWSAccess'], scps: ['p-FullAWSAccess'] }))
    const roots = [{ id: 'r-y', rcps: ['p-RCPFullAWSAccess'], scps: ['p-FullAWSAccess'], accounts: listed }]
    const snapshot = snapshotOf({
      'organization.json': { ...organization, roots },
      [`accounts/${B}/resources/s3/ap.json`]: {
        arn: point,
        kind: 'access-point',
        policy: allow('s3:*'),
        attributes: { bucket: 'arn:aws:s3:::logs', bucketAccount: other },
      },
    })
    const asked = scenarioOf(snapshot, { ...session(), resource: `${point}/object/k` })
    return asked.policies?.resourceControlPolicies?.map(({ target }) => target)
  }
  assert.deepEqual(levels(A, B, other), ['r-y', B, other])
  assert.deepEqual(levels(A, B), ['r-y', B])
  assert.equal(levels(A, other), undefined)
})

for (const named of ['arn:aws:s3:::logs', 'logs'])
  test(`an access point brings its bucket along, given as ${named} (R-S3-07)`, () => {
    const point = `arn:aws:s3:us-east-1:${B}:accesspoint/ap`
    const snapshot = snapshotOf({
      [`accounts/${B}/resources/s3/ap.json`]: {
        arn: point,
        kind: 'access-point',
        policy: allow('s3:*'),
        attributes: { bucket: named },
      },
      [`accounts/${B}/resources/s3/b.json`]: bucket('logs'),
    })
    const { policies, resources } = policiesInForce(snapshot, { ...session(), resource: `${point}/object/a/b.json` })
    assert.equal(policies.resourcePolicy?.kind, 'access-point')
    assert.deepEqual(
      resources.map(({ arn }) => arn),
      ['arn:aws:s3:::logs'],
    )
  })

test('assuming a role is judged by its trust policy, under its exact ARN', () => {
  const snapshot = snapshotOf({
    [DETAILS]: details({ RoleDetailList: [role('deploy', '/ci/')] }),
    'meta.json': { coverage: [{ part: DETAILS, state: 'complete' }] },
  })
  const assume = (resource: string, action = 'sts:AssumeRole'): ReturnType<typeof policiesInForce> =>
    policiesInForce(snapshot, { principal: 'ec2.amazonaws.com', action, resource })
  // What is asked of a role beside assuming it is decided there, too (R-STS-07, R-STS-08).
  for (const action of ['sts:TagSession', 'sts:SetSourceIdentity', 'sts:SetContext'])
    assert.equal(assume(`arn:aws:iam::${A}:role/ci/deploy`, action).policies.resourcePolicy?.kind, 'trust')
  const { policies } = assume(`arn:aws:iam::${A}:role/ci/deploy`)
  assert.equal(policies.resourcePolicy?.kind, 'trust')
  assert.equal(policies.resourcePolicy?.lines?.length, 1)
  assert.equal(policies.serviceGuards?.['roleId'], 'AROAEXAMPLE')
  // There is no role of that path, whatever its name: STS refuses it.
  assert.equal(assume(`arn:aws:iam::${A}:role/deploy`).policies.resourcePolicy, null)
  const tag = policiesInForce(snapshot, {
    ...session(),
    action: 'iam:TagRole',
    resource: `arn:aws:iam::${A}:role/ci/deploy`,
  })
  assert.equal(tag.policies.resourcePolicy, null)
})

test('the endpoint that the context names gives its policy and its VPC', () => {
  const text = json(allow('s3:*'))
  const snapshot = snapshotOf({
    [`accounts/${B}/vpc-endpoints.json`]: {
      VpcEndpoints: [
        { VpcEndpointId: 'vpce-0', VpcEndpointType: 'GatewayLoadBalancer', VpcId: 'vpc-9' },
        { VpcEndpointId: 'vpce-1', VpcEndpointType: 'Gateway', VpcId: 'vpc-1', PolicyDocument: text },
      ],
    },
  })
  const through = (context: Request['context']): ReturnType<typeof policiesInForce> =>
    policiesInForce(snapshot, { ...session(), ...(context === undefined ? {} : { context }) })
  const found = through({ 'AWS:SourceVpce': 'vpce-1' })
  assert.equal(found.policies.vpcEndpointPolicy?.document, text)
  assert.equal(found.request.context?.['aws:SourceVpc'], 'vpc-1')
  assert.equal(through({ 'aws:SourceVpce': 'vpce-0' }).policies.vpcEndpointPolicy, null)
  assert.equal(through({ 'aws:SourceVpce': null }).policies.vpcEndpointPolicy, null)
  assert.ok(!('vpcEndpointPolicy' in through(undefined).policies))
  assert.ok(!('vpcEndpointPolicy' in through({ 'aws:SourceVpce': 'vpce-2' }).policies))
})

test('one unreadable policy stays in as text and is reported; the others go on', () => {
  const broken = json(role('deploy', '/')).replace(
    '"Action": "s3:GetObject"',
    '"Action": "s3:GetObject", "Effect": "Deny"',
  )
  const good = json({ PolicyName: 'good', PolicyDocument: allow('sqs:*') })
  const text = `{"RoleDetailList": [${broken.replace('"RolePolicyList": [', `"RolePolicyList": [${good},`)}]}`
  const snapshot = snapshotOf({ [DETAILS]: text })
  const [first, second] = policiesInForce(snapshot, session()).policies.identityPolicies ?? []
  assert.deepEqual(first?.document, allow('sqs:*'))
  assert.equal(typeof second?.document, 'string')
  assert.throws(() => JSON.parse(String(second?.document)))
  assert.match(snapshot.problems[0]?.message ?? '', /`Effect` stands twice/)
})

test('a resource file that is no JSON keeps its ARN and counts as a policy nobody can read', () => {
  const snapshot = snapshotOf({ [`accounts/${B}/resources/s3/b.json`]: `${json(bucket('logs'))}}` })
  const { policies, notes } = policiesInForce(snapshot, session())
  assert.equal(typeof policies.resourcePolicy?.document, 'string')
  assert.ok(!('serviceGuards' in policies))
  assert.equal(notes.length > 0, true)
})

test('files that are no JSON, empty or of another form leave their parts unknown', () => {
  for (const text of ['', '{', '[]', '"x"', '['.repeat(5000)]) {
    const snapshot = snapshotOf({
      'organization.json': text,
      [DETAILS]: text,
      [`accounts/${B}/resources/s3/logs.json`]: text,
      'meta.json': text,
    })
    const { policies } = policiesInForce(snapshot, session())
    assert.deepEqual(policies, {}, text)
    assert.ok(snapshot.problems.length > 0)
  }
})

test('names that JavaScript objects have by nature are names like any other', () => {
  const snapshot = readSnapshot(
    new Map([
      ['accounts/__proto__/resources/s3/b.json', json(bucket('constructor'))],
      [`accounts/${B}/resources/s3/c.json`, json(bucket('toString'))],
      [
        DETAILS,
        json(details({ RoleDetailList: [role('__proto__', '/', { Tags: [{ Key: '__proto__', Value: 'x' }] })] })),
      ],
      [
        'organization.json',
        json({
          ...organization,
          roots: [{ id: 'r-y', scps: ['constructor', '__proto__'], accounts: [{ id: A, scps: ['toString'] }] }],
        }),
      ],
    ]),
  )
  const { policies, request } = policiesInForce(snapshot, {
    ...session('__proto__'),
    resource: 'arn:aws:s3:::toString/hasOwnProperty',
  })
  assert.equal(policies.identityPolicies?.length, 1)
  assert.equal(Object.hasOwn(request.principalTags ?? {}, '__proto__'), true)
  assert.equal(policies.resourcePolicy?.name, 'bucket policy of toString')
  assert.deepEqual(policies.serviceControlPolicies?.[0]?.policies, [{ name: 'constructor' }, { name: '__proto__' }])
  assert.equal(bucketOf(snapshot, 'constructor')?.account, B)
  assert.equal(resourceOf(snapshot, 'arn:aws:s3:::valueOf'), undefined)
})

test('only the accounts a request needs are parsed', () => {
  const files = new Map<string, string>([[DETAILS, json(details({ RoleDetailList: [role('deploy', '/')] }))]])
  for (let i = 0; i < 20; i++)
    files.set(`accounts/2000000000${String(i).padStart(2, '0')}/authorization-details.json`, 'not JSON')
  const snapshot = readSnapshot(files)
  policiesInForce(snapshot, session())
  assert.deepEqual(snapshot.problems, [])
})

test('accounts are listed from folders and organization alike', () => {
  const snapshot = snapshotOf({
    'organization.json': organization,
    [DETAILS]: details({}),
    'accounts/123456789012/account.json': { name: 'old' },
    'accounts/x/y.json': {},
  })
  assert.deepEqual(
    accountsOf(snapshot).map(({ id, name, collected, path }) => [id, name, collected, path]),
    [
      [A, 'prod', true, 'o-x/r-y/ou-outer/ou-inner/'],
      ['123456789012', 'old', true, undefined],
      [B, undefined, false, 'o-x/r-y/'],
    ],
  )
})

test('a linked role that is in the snapshot need not be made by the call (G-114)', () => {
  const asked: Request = { ...session(), action: 'rds:CreateDBInstance', resource: `arn:aws:rds:eu-west-1:${A}:db:x` }
  const linked = role('AWSServiceRoleForRDS', '/aws-service-role/rds.amazonaws.com/')
  const stepsWith = (...roles: readonly object[]) =>
    furtherRequests(
      scenarioOf(snapshotOf({ [DETAILS]: details({ RoleDetailList: [role('deploy', '/'), ...roles] }) }), asked),
    ).map(({ rule }) => rule)
  assert.deepEqual(stepsWith(), ['G-114'])
  assert.deepEqual(stepsWith(linked), [])
})

test('a permission of a function is none of its alias (R-OTH-14)', () => {
  const arn = `arn:aws:lambda:us-east-1:${B}:function:f`
  const file = { arn, kind: 'function', policy: allow('lambda:InvokeFunction'), attributes: { kmsKeyArn: null } }
  const lambda = `accounts/${B}/resources/lambda`
  const ask = (snapshot: Snapshot, resource: string) =>
    policiesInForce(snapshot, {
      principal: `arn:aws:iam::${B}:user/u`,
      action: 'lambda:InvokeFunction',
      resource,
    }).policies
  const partly = snapshotOf({ [`${lambda}/f.json`]: file })
  assert.ok(ask(partly, arn).resourcePolicy)
  assert.equal(ask(partly, `${arn}:live`).resourcePolicy, undefined, 'it may have one that was not read')
  assert.deepEqual(ask(partly, `${arn}:live`).serviceGuards, { kmsKeyArn: null })
  const whole = snapshotOf({
    [`${lambda}/f.json`]: file,
    'meta.json': { coverage: [{ part: lambda, state: 'complete' }] },
  })
  assert.equal(ask(whole, `${arn}:live`).resourcePolicy, null)
  const alias = { ...file, arn: `${arn}:live`, kind: 'function-alias' }
  const both = snapshotOf({ [`${lambda}/f.json`]: file, [`${lambda}/f--live.json`]: alias })
  assert.ok(ask(both, `${arn}:live`).resourcePolicy)
})

test('access points that were not read are not taken for none, though the buckets were', () => {
  const snapshot = snapshotOf({
    [`accounts/${B}/resources/s3/b.json`]: bucket('logs'),
    'meta.json': { coverage: [{ part: `accounts/${B}/resources/s3`, state: 'complete' }] },
  })
  const { policies } = policiesInForce(snapshot, {
    principal: `arn:aws:iam::${B}:user/u`,
    action: 's3:GetObject',
    resource: `arn:aws:s3:us-east-1:${B}:accesspoint/ap/object/k`,
  })
  assert.equal(policies.resourcePolicy, undefined)
})

test('in a folder that is complete, an attribute that no collector reads is not known', () => {
  const read = (service: string, file: { readonly arn: string; readonly kind: string }) =>
    resourceOf(
      snapshotOf({
        [`accounts/${B}/resources/${service}/x.json`]: { policy: null, attributes: {}, ...file },
        'meta.json': { coverage: [{ part: `accounts/${B}/resources/${service}`, state: 'complete' }] },
      }),
      file.arn,
    )?.attributes
  assert.deepEqual(read('sqs', { arn: `arn:aws:sqs:us-east-1:${B}:q`, kind: 'queue' }), { kmsKeyArn: null, tags: null })
  assert.deepEqual(read('dynamodb', { arn: `arn:aws:dynamodb:us-east-1:${B}:table/t`, kind: 'table' }), {})
})

test('where the policy of an ECR registry bears on a repository, that of the repository is not the whole', () => {
  const arn = (name: string): string => `arn:aws:ecr:us-east-1:${B}:${name}`
  const ecr = `accounts/${B}/resources/ecr`
  const policyFor = (registry: object | null, action: string) =>
    policiesInForce(
      snapshotOf({
        [`${ecr}/r.json`]: { arn: arn('repository/r'), kind: 'repository', policy: allow('ecr:*'), attributes: {} },
        [`${ecr}/registry.json`]: { arn: arn('registry'), kind: 'registry', policy: registry, attributes: {} },
      }),
      { principal: `arn:aws:iam::${B}:user/u`, action, resource: arn('repository/r') },
    ).policies.resourcePolicy
  assert.ok(policyFor(null, 'ecr:BatchGetImage'))
  assert.ok(policyFor(allow('ecr:ReplicateImage'), 'ecr:BatchGetImage'), 'it is about replication')
  assert.equal(policyFor(allow('ecr:ReplicateImage'), 'ecr:ReplicateImage'), undefined)
  assert.equal(policyFor(allow('ecr:*'), 'ecr:BatchGetImage'), undefined)
})

test('what AWS RAM shares is found by its ARN, and what is not in its folder may still have a policy (R-XACC-06)', () => {
  const shared = `arn:aws:ec2:us-east-1:${A}:subnet/subnet-1`
  const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: B }, Action: 'ec2:*' }] }
  const folder = `accounts/${A}/resources/ram`
  const snapshot = snapshotOf({
    [`${folder}/subnet.json`]: { arn: shared, account: A, kind: 'shared-resource', policy, attributes: {} },
    'meta.json': { coverage: [{ part: folder, state: 'complete' }] },
  })
  const policyFor = (resource: string): unknown =>
    policiesInForce(snapshot, { ...session(), action: 'ec2:RunInstances', resource }).policies.resourcePolicy
  assert.deepEqual((policyFor(shared) as { document: unknown }).document, policy)
  assert.equal(policyFor(shared.replace('subnet-1', 'subnet-2')), undefined)
})

test('an instance profile that is known by its name alone has the role that holds it, whatever its path', () => {
  const profile = { InstanceProfileName: 'web', Path: '/team/', Arn: `arn:aws:iam::${A}:instance-profile/team/web` }
  const snapshot = snapshotOf({
    [DETAILS]: details({ RoleDetailList: [role('web', '/team/', { InstanceProfileList: [profile] })] }),
  })
  const asked: Request = { ...session(), action: 'ec2:RunInstances', resource: null }
  const rolesOf = (name: string): unknown => {
    const arn = `arn:aws:iam::${A}:instance-profile/${name}`
    const { resources } = policiesInForce(snapshot, asked, [arn])
    return resources.find((resource) => resource.arn === arn)?.attributes?.['roleArns']
  }
  assert.deepEqual(rolesOf('web'), [`arn:aws:iam::${A}:role/team/web`])
  assert.deepEqual(rolesOf('team/web'), [`arn:aws:iam::${A}:role/team/web`])
  // Another one, whose name is the same but not its path, is none that is at hand.
  assert.equal(rolesOf('other/web'), undefined)
  assert.equal(rolesOf('batch'), undefined, 'not known, which is not none')
})
