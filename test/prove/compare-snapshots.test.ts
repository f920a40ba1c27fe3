import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { evaluate } from '#engine/evaluate.ts'
import type { Request } from '#iam/request.ts'
import { compareSnapshots } from '#prove/compare-snapshots.ts'
import { scenarioOf } from '#snapshot/in-force.ts'
import { readSnapshot, type Snapshot } from '#snapshot/snapshot.ts'

const A = '111122223333'
const B = '444455556666'
const ROLE = `arn:aws:iam::${A}:role/reader`
const KEY = `arn:aws:kms:us-east-1:${A}:key/k`

type Statement = Readonly<Record<string, unknown>>
const document = (...Statement: readonly Statement[]): object => ({ Version: '2012-10-17', Statement })
const allow = (Action: string, Resource: string): Statement => ({ Effect: 'Allow', Action, Resource })

/** A role of one account, a key beside it, and a bucket of another account whose policy lets the first account in. */
function snapshot(...identity: readonly Statement[]): Snapshot {
  const role = {
    RoleName: 'reader',
    Arn: ROLE,
    Path: '/',
    RoleId: 'AROAREADER',
    AssumeRolePolicyDocument: document({
      Effect: 'Allow',
      Principal: { Service: 'ec2.amazonaws.com' },
      Action: 'sts:AssumeRole',
    }),
    RolePolicyList: [{ PolicyName: 'own', PolicyDocument: document(...identity) }],
    AttachedManagedPolicies: [],
    InstanceProfileList: [],
    Tags: [],
  }
  const lists = { UserDetailList: [], GroupDetailList: [], Policies: [] }
  const root = { AWS: `arn:aws:iam::${A}:root` }
  const files: Record<string, unknown> = {
    'meta.json': { collectedAt: '2026-11-24T00:00:00Z', tool: 't', coverage: [{ part: '', state: 'complete' }] },
    'organization.json': null,
    [`accounts/${A}/authorization-details.json`]: { ...lists, RoleDetailList: [role] },
    [`accounts/${A}/resources/kms/k.json`]: {
      arn: KEY,
      account: A,
      kind: 'key',
      policy: document({ Effect: 'Allow', Principal: root, Action: 'kms:*', Resource: '*' }),
      attributes: {},
    },
    [`accounts/${B}/authorization-details.json`]: { ...lists, RoleDetailList: [] },
    [`accounts/${B}/resources/s3/shared.json`]: {
      arn: 'arn:aws:s3:::shared',
      account: B,
      kind: 'bucket',
      policy: document({ Effect: 'Allow', Principal: root, Action: 's3:GetObject', Resource: 'arn:aws:s3:::shared/*' }),
      attributes: {},
    },
  }
  return readSnapshot(new Map(Object.entries(files).map(([path, value]) => [path, JSON.stringify(value)])))
}

/** New access needs both: what changed with the role, and what did not change with the resource. */
describe('a role that is allowed more is compared where the policies of resources let it in', () => {
  const rows: readonly (readonly [string, readonly Statement[], string])[] = [
    [
      'an object of another account whose bucket lets the account in',
      [allow('s3:GetObject', 'arn:aws:s3:::shared/*')],
      'some',
    ],
    ['a key that leaves it to the account', [allow('kms:Decrypt', KEY)], 'some'],
    ['nothing more than before', [], 'none'],
  ]
  for (const [what, more, expected] of rows)
    test(what, () => {
      const was = allow('sqs:SendMessage', `arn:aws:sqs:us-east-1:${A}:q`)
      const { newAccess } = compareSnapshots(snapshot(was), snapshot(was, ...more))
      assert.equal(newAccess, expected)
    })
})

const role = (arn: string, trust: object, identity: readonly Statement[] = []): object => ({
  RoleName: arn.slice(arn.lastIndexOf('/') + 1),
  Arn: arn,
  Path: '/',
  RoleId: `AROA${arn.slice(-6).toUpperCase()}`,
  AssumeRolePolicyDocument: trust,
  RolePolicyList: identity.length === 0 ? [] : [{ PolicyName: 'own', PolicyDocument: document(...identity) }],
  AttachedManagedPolicies: [],
  InstanceProfileList: [],
  Tags: [],
})

interface Parts {
  readonly roles: Readonly<Record<string, readonly object[]>>
  readonly files?: Readonly<Record<string, unknown>>
  readonly organization?: unknown
}

/** Accounts with their roles; none has resources but those given. */
function accounts({ roles, files = {}, organization = null }: Parts): Snapshot {
  const all: Record<string, unknown> = {
    'meta.json': { collectedAt: '2026-11-24T00:00:00Z', tool: 't', coverage: [{ part: '', state: 'complete' }] },
    'organization.json': organization,
    ...files,
  }
  for (const [id, RoleDetailList] of Object.entries(roles))
    all[`accounts/${id}/authorization-details.json`] = {
      UserDetailList: [],
      GroupDetailList: [],
      Policies: [],
      RoleDetailList,
    }
  return readSnapshot(new Map(Object.entries(all).map(([path, value]) => [path, JSON.stringify(value)])))
}

test('what is new of one service is told of no resource of another', () => {
  const trust = document({ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' })
  const bucket = {
    arn: 'arn:aws:s3:::own',
    account: A,
    kind: 'bucket',
    policy: document({ Effect: 'Deny', Principal: '*', Action: 's3:DeleteBucket', Resource: 'arn:aws:s3:::own' }),
    attributes: {},
  }
  const files = { [`accounts/${A}/resources/s3/own.json`]: bucket }
  const [old, next] = [[], [allow('sns:*', '*')]].map((own) =>
    accounts({ roles: { [A]: [role(ROLE, trust, own)] }, files }),
  ) as [Snapshot, Snapshot]
  const { newAccess, newlyAllowed } = compareSnapshots(old, next)
  assert.equal(newAccess, 'some')
  assert.deepEqual(
    newlyAllowed.flatMap(({ resources }) => resources),
    ['*'],
  )
})

const trusts = (principal: object, more: object = {}): object =>
  document({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', ...more })
const TARGET = `arn:aws:iam::${B}:role/target`
const mayAssume = allow('sts:AssumeRole', TARGET)
const NOBODY = trusts({ Service: 'ec2.amazonaws.com' })
const ROOT_A = { AWS: `arn:aws:iam::${A}:root` }

/** The reader of one account with its policies, and a role of the other with who may assume it. */
const pair = (trust: object, ...identity: readonly Statement[]): Snapshot =>
  accounts({ roles: { [A]: [role(ROLE, NOBODY, identity)], [B]: [role(TARGET, trust)] } })

/** No snapshot holds session policies; what changed is looked at without them. */
function decided(snapshot: Snapshot, request: Request): string {
  const { policies, ...rest } = scenarioOf(snapshot, request)
  return evaluate({ ...rest, policies: { ...policies, sessionPolicies: null } }).decision
}

/** Each witness comes out on the engine as it says, under both snapshots. */
function compared(old: Snapshot, next: Snapshot) {
  const found = compareSnapshots(old, next)
  for (const [witness, on, off] of [
    [found.witness, next, old],
    [found.lostWitness, old, next],
  ] as const) {
    if (witness === null) continue
    assert.equal(decided(on, witness), 'allowed', JSON.stringify(witness))
    assert.equal(decided(off, witness), 'denied', JSON.stringify(witness))
  }
  return found
}
const access = (old: Snapshot, next: Snapshot): string => {
  const { newAccess, lostAccess } = compared(old, next)
  return `${newAccess} ${lostAccess}`
}

// A witness is a request that the two sides answer differently (docs/json.md, "Compare").
describe('what shows a change of one resource is asked of that resource', () => {
  const JOBS = `arn:aws:sqs:us-east-1:${A}:jobs`
  const everything = { Effect: 'Allow', Principal: ROOT_A, Action: 'sqs:*', Resource: '*' }
  const queue = (...policy: readonly Statement[]): Snapshot =>
    accounts({
      roles: { [A]: [role(ROLE, NOBODY, [allow('sqs:*', '*')])] },
      files: {
        [`accounts/${A}/resources/sqs/jobs.json`]: {
          arn: JOBS,
          account: A,
          kind: 'queue',
          policy: document(everything, ...policy),
          attributes: {},
        },
      },
    })

  test('not of another that the pattern of its new statement holds as well', () => {
    const refusal = { Effect: 'Deny', Principal: '*', Action: 'sqs:Receive*', Resource: `${JOBS}*` }
    const { lostAccess, lostWitness } = compared(queue(), queue(refusal))
    assert.deepEqual([lostAccess, lostWitness?.resource], ['some', JOBS])
  })

  test('what is asked of a role beside assuming it hangs on its trust policy (R-STS-08)', () => {
    const trust = (action: string) => trusts({ AWS: ROLE }, { Action: ['sts:AssumeRole', action] })
    const asked = (action: string) =>
      accounts({ roles: { [A]: [role(ROLE, NOBODY), role(`arn:aws:iam::${A}:role/ops`, trust(action))] } })
    const { newAccess, witness } = compared(asked('sts:TagSession'), asked('sts:SetContext'))
    assert.deepEqual([newAccess, witness?.action], ['some', 'sts:SetContext'])
  })
})

// R-STS-01..03: the trust policy must allow, across accounts the caller's own policy, too.
describe('trust policies are compared with what callers may do', () => {
  test('a role of another account that comes to trust it, where its own policy allows', () => {
    const { newAccess, witness } = compared(pair(NOBODY, mayAssume), pair(trusts(ROOT_A), mayAssume))
    assert.deepEqual(
      [newAccess, witness?.principal, witness?.action, witness?.resource],
      ['some', ROLE, 'sts:AssumeRole', TARGET],
    )
    // The service that it trusted before loses it.
    assert.equal(access(pair(NOBODY), pair(trusts(ROOT_A))), 'none some')
  })

  test('its own policy that comes to allow, where the role trusts it, or not', () => {
    assert.equal(access(pair(trusts(ROOT_A)), pair(trusts(ROOT_A), mayAssume)), 'some none')
    assert.equal(access(pair(NOBODY), pair(NOBODY, mayAssume)), 'none none')
    assert.equal(access(pair(trusts(ROOT_A), allow('sts:*', '*')), pair(trusts(ROOT_A))), 'none some')
  })

  test('both at once', () => {
    assert.equal(access(pair(NOBODY), pair(trusts(ROOT_A), mayAssume)), 'some some')
  })

  test('a role that stops to trust it, or refuses it', () => {
    assert.equal(access(pair(trusts(ROOT_A), mayAssume), pair(NOBODY, mayAssume)), 'some some')
    const denies = {
      Effect: 'Deny',
      Principal: '*',
      Action: 'sts:AssumeRole',
      Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
    }
    const refusing = document({ Effect: 'Allow', Principal: ROOT_A, Action: 'sts:AssumeRole' }, denies)
    assert.equal(access(pair(trusts(ROOT_A), mayAssume), pair(refusing, mayAssume)), 'none some')
  })

  test('the external id that it asks for', () => {
    const held = trusts(ROOT_A, { Condition: { StringEquals: { 'sts:ExternalId': 'x' } } })
    const found = compared(pair(held, mayAssume), pair(trusts(ROOT_A), mayAssume))
    assert.deepEqual([found.newAccess, found.lostAccess], ['some', 'none'])
    assert.notEqual(found.witness?.context?.['sts:ExternalId'], 'x')
  })

  test('session tags, which are an action of their own (R-STS-07)', () => {
    const tags = allow('sts:TagSession', TARGET)
    const both = trusts(ROOT_A, { Action: ['sts:AssumeRole', 'sts:TagSession'] })
    assert.equal(access(pair(both, mayAssume), pair(both, mayAssume, tags)), 'some none')
    assert.equal(access(pair(trusts(ROOT_A), mayAssume), pair(both, mayAssume)), 'none none')
  })

  test('a caller of the same account that the trust policy names needs no policy of its own (R-STS-02)', () => {
    const own = `arn:aws:iam::${A}:role/own`
    const one = (trust: object): Snapshot => accounts({ roles: { [A]: [role(ROLE, NOBODY), role(own, trust)] } })
    assert.equal(access(one(NOBODY), one(trusts({ AWS: ROLE }))), 'some some')
    assert.equal(access(one(NOBODY), one(trusts(ROOT_A))), 'none some')
  })

  test('services and identity providers, which are no principals of the snapshot', () => {
    const provider = `arn:aws:iam::${B}:oidc-provider/token.actions.githubusercontent.com`
    const web = document({
      Effect: 'Allow',
      Principal: { Federated: provider },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' } },
    })
    const service = compared(pair(document()), pair(NOBODY))
    assert.deepEqual([service.newAccess, service.witness?.principal], ['some', 'ec2.amazonaws.com'])
    const federated = compared(pair(document()), pair(web))
    assert.deepEqual([federated.newAccess, federated.witness?.principal], ['some', provider])
    assert.equal(federated.witness?.action, 'sts:AssumeRoleWithWebIdentity')
  })

  test('a role that is new or gone', () => {
    const without = accounts({ roles: { [A]: [role(ROLE, NOBODY, [mayAssume])], [B]: [] } })
    assert.equal(access(without, pair(trusts(ROOT_A), mayAssume)), 'some none')
    assert.equal(access(pair(trusts(ROOT_A), mayAssume), without), 'none some')
  })

  test('accounts that the snapshots do not hold leave it open, and are named', () => {
    const alone = (...identity: readonly Statement[]): Snapshot =>
      accounts({ roles: { [A]: [role(ROLE, NOBODY, identity)] } })
    const far = compared(alone(), alone(mayAssume))
    assert.deepEqual([far.newAccess, far.lostAccess], ['undecided', 'none'])
    assert.match(far.reason ?? '', /accounts beyond the snapshots/)
    const stranger = compared(pair(NOBODY), pair(trusts({ AWS: 'arn:aws:iam::999999999999:root' })))
    assert.equal(stranger.newAccess, 'undecided')
    assert.match(stranger.reason ?? '', /arn:aws:iam::999999999999:role\/any/)
  })

  test('what says nothing about roles leaves them alone', () => {
    const sqs = allow('sqs:SendMessage', `arn:aws:sqs:us-east-1:${A}:q`)
    assert.equal(access(pair(trusts(ROOT_A), mayAssume), pair(trusts(ROOT_A), mayAssume, sqs)), 'some none')
    assert.equal(access(pair(trusts(ROOT_A), mayAssume), pair(trusts(ROOT_A), mayAssume)), 'none none')
  })
})

describe('whoever else a policy names is asked, too', () => {
  const reader = { Effect: 'Allow', Principal: ROOT_A, Action: 's3:GetObject', Resource: 'arn:aws:s3:::shared/*' }
  const identity = [allow('s3:*', '*')]
  const organization = (rcps: readonly string[]): object => ({
    id: 'o-1',
    managementAccount: '999988887777',
    policies: {
      'p-r': {
        name: 'r',
        arn: 'arn:aws:organizations::999988887777:policy/o-1/resource_control_policy/p-r',
        type: 'RESOURCE_CONTROL_POLICY',
      },
    },
    roots: [
      {
        id: 'r-1',
        scps: ['p-FullAWSAccess'],
        rcps: ['p-RCPFullAWSAccess'],
        ous: [],
        accounts: [
          { id: A, scps: ['p-FullAWSAccess'], rcps: ['p-RCPFullAWSAccess'] },
          { id: B, scps: ['p-FullAWSAccess'], rcps: ['p-RCPFullAWSAccess', ...rcps] },
        ],
      },
    ],
  })
  const bucket = (policy: readonly Statement[], rcp?: Statement): Snapshot =>
    accounts({
      roles: { [A]: [role(ROLE, NOBODY, identity)], [B]: [] },
      organization: organization(rcp === undefined ? [] : ['p-r']),
      files: {
        ...(rcp === undefined ? {} : { 'policies/p-r.json': document(rcp) }),
        [`accounts/${B}/resources/s3/shared.json`]: {
          arn: 'arn:aws:s3:::shared',
          account: B,
          kind: 'bucket',
          policy: document(...policy),
          attributes: {},
        },
      },
    })

  test('a service that a bucket policy lets in', () => {
    const found = compared(
      bucket([reader]),
      bucket([reader, { ...reader, Principal: { Service: 'cloudfront.amazonaws.com' } }]),
    )
    assert.deepEqual([found.newAccess, found.witness?.principal], ['some', 'cloudfront.amazonaws.com'])
  })

  test('another account, of which it is not known what it lets its own do', () => {
    const found = compared(
      bucket([reader]),
      bucket([reader, { ...reader, Principal: { AWS: 'arn:aws:iam::777788889999:root' } }]),
    )
    assert.equal(found.newAccess, 'undecided')
    assert.match(found.reason ?? '', /777788889999/)
  })

  test('who loses by what another account’s resource control policy says', () => {
    const rcp = { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: '*' }
    const found = compared(bucket([reader]), bucket([reader], rcp))
    assert.deepEqual([found.newAccess, found.lostAccess, found.lostWitness?.principal], ['none', 'some', ROLE])
    // The root user of that account loses it on every bucket there is.
    for (const { resources } of found.newlyDenied.filter(({ principals }) => principals.includes(ROLE)))
      assert.ok(
        resources.every((one) => one.startsWith('arn:aws:s3:::shared')),
        resources.join(),
      )
  })
})

// D.2: service control policies bind the root user of a member account, resource control policies also services; R-EVAL-20: a
// Deny of a resource's policy holds for root; R-PRIN-10: a federated session has its user's policies within its own.
describe('callers that no list of users and roles holds are asked where something tells them apart', () => {
  const when = (operator: string, key: string, value: string) => ({ Condition: { [operator]: { [key]: value } } })
  const denied = (more: object): Statement => ({ Effect: 'Deny', Action: 's3:*', Resource: '*', ...more })
  const OBJECTS = 'arn:aws:s3:::own/*'
  const everybody = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: OBJECTS }
  const NOTHING = allow('sqs:SendMessage', '*')

  /** A member account with one bucket: its policy, and the statements of its own SCP and RCP. */
  const member = (bucket: readonly Statement[], scp: readonly Statement[] = [], rcp: readonly Statement[] = []) => {
    const policy = (type: string) => ({ name: 'p', arn: `arn:aws:organizations::999988887777:policy/o-1/p`, type })
    const own = { id: A, scps: ['p-FullAWSAccess', 'p-s'], rcps: ['p-RCPFullAWSAccess', 'p-r'] }
    const root = { id: 'r-1', scps: ['p-FullAWSAccess'], rcps: ['p-RCPFullAWSAccess'], ous: [], accounts: [own] }
    const none = denied({ Action: 'none:*' })
    return accounts({
      roles: { [A]: [role(ROLE, NOBODY)] },
      organization: {
        id: 'o-1',
        managementAccount: '999988887777',
        policies: { 'p-s': policy('SERVICE_CONTROL_POLICY'), 'p-r': policy('RESOURCE_CONTROL_POLICY') },
        roots: [root],
      },
      files: {
        'policies/p-s.json': document(...scp, none),
        'policies/p-r.json': document(...rcp, { ...none, Principal: '*' }),
        [`accounts/${A}/resources/s3/own.json`]: {
          arn: 'arn:aws:s3:::own',
          account: A,
          kind: 'bucket',
          policy: document(...bucket, { ...NOTHING, Principal: ROOT_A }),
          attributes: {},
        },
      },
    })
  }
  const isAwsService = when('Bool', 'aws:PrincipalIsAWSService', 'true')
  const trail = { ...everybody, ...when('StringEquals', 'aws:PrincipalServiceName', 'cloudtrail.amazonaws.com') }
  const rows: readonly (readonly [string, old: Snapshot, next: Snapshot, who: RegExp])[] = [
    [
      'an SCP refused root',
      member([], [denied(when('StringLike', 'aws:PrincipalArn', 'arn:aws:iam::*:root'))]),
      member([]),
      /:root$/,
    ],
    ['an SCP refused everybody', member([], [denied({})]), member([]), /:root$/],
    [
      'a bucket policy refused root',
      member([
        denied({ Principal: '*', Resource: OBJECTS, ...when('ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:root') }),
      ]),
      member([]),
      /:root$/,
    ],
    [
      'an RCP refused root',
      member([], [], [denied({ Principal: '*', ...when('StringEquals', 'aws:PrincipalType', 'Account') })]),
      member([]),
      /:root$/,
    ],
    [
      'an RCP refused services',
      member([trail], [], [denied({ Principal: '*', ...isAwsService })]),
      member([trail]),
      /^cloudtrail/,
    ],
  ]
  for (const [what, old, next, who] of rows)
    test(`${what}, and no longer does`, () => {
      const { newAccess, lostAccess, witness } = compared(old, next)
      assert.deepEqual([newAccess, lostAccess], ['some', 'none'])
      assert.match(witness?.principal ?? '', who)
    })

  test('a session of GetFederationToken that a bucket lets in: its own policy is not known', () => {
    const bob = `arn:aws:sts::${A}:federated-user/bob`
    const { newAccess, reason } = compared(
      member([denied({ Principal: '*', ...when('ArnLike', 'aws:PrincipalArn', bob) })]),
      member([]),
    )
    assert.equal(newAccess, 'undecided')
    assert.match(reason ?? '', /federated-user\/bob/)
  })

  test('nothing of it changed', () => {
    const same = () =>
      member(
        [trail],
        [denied(when('StringLike', 'aws:PrincipalArn', '*:root'))],
        [denied({ Principal: '*', ...isAwsService })],
      )
    assert.equal(access(same(), same()), 'none none')
  })
})
