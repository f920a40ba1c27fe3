/** A fix edits a policy that others have, too: what they gain by it is part of what it grants. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnoseEvidence } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import { evaluateEffect } from '#engine/evaluate-effect.ts'
import { prepareScenario } from '#engine/evaluate.ts'
import type { PolicySource } from '#diagnose/diagnosis.ts'
import { withDocument } from '#fix/policy-location.ts'
import type { Fix } from '#fix/proof/fix.ts'
import { NOTHING_AT_HAND, type Piece } from '#snapshot/at-hand/piece.ts'
import { recognize } from '#snapshot/at-hand/recognize.ts'
import { scenarioOf } from '#snapshot/in-force.ts'
import { readSnapshot, type Snapshot } from '#snapshot/snapshot.ts'
import { replayedFixes } from './on-paper.ts'

const HOME = '111122223333'
const OTHER = '444455556666'
const MANAGEMENT = '999988887777'
const TABLE = `arn:aws:dynamodb:us-east-1:${HOME}:table/orders`
const SESSION = `arn:aws:sts::${HOME}:assumed-role/app/s1`
const DENIED = `User: ${SESSION} is not authorized to perform: dynamodb:GetItem on resource: ${TABLE}`

type Json = Readonly<Record<string, unknown>>

const document = (...statements: readonly Json[]): Json => ({ Version: '2012-10-17', Statement: statements })
const allow = (action: unknown, resource: unknown = '*', more: Json = {}): Json => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...more,
})
const policyArn = (name: string, account = HOME): string => `arn:aws:iam::${account}:policy/${name}`
const roleArn = (name: string, account = HOME): string => `arn:aws:iam::${account}:role/${name}`

interface Role {
  readonly name: string
  readonly attached?: readonly string[]
  readonly inline?: Json
  readonly boundary?: string
}

const details = (
  roles: readonly Role[],
  policies: Readonly<Record<string, Json>> = {},
  account = HOME,
  more: Json = {},
): Json => ({
  UserDetailList: [],
  GroupDetailList: [],
  RoleDetailList: roles.map(({ name, attached = [], inline, boundary }) => ({
    Path: '/',
    RoleName: name,
    RoleId: `AROA${name.toUpperCase()}`,
    Arn: roleArn(name, account),
    AssumeRolePolicyDocument: document(),
    RolePolicyList: inline === undefined ? [] : [{ PolicyName: 'own', PolicyDocument: inline }],
    AttachedManagedPolicies: attached.map((one) => ({ PolicyName: one, PolicyArn: policyArn(one, account) })),
    ...(boundary === undefined
      ? {}
      : {
          PermissionsBoundary: {
            PermissionsBoundaryType: 'Policy',
            PermissionsBoundaryArn: policyArn(boundary, account),
          },
        }),
    Tags: [],
  })),
  Policies: Object.entries(policies).map(([name, text]) => ({
    PolicyName: name,
    Arn: policyArn(name, account),
    DefaultVersionId: 'v1',
    PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: text }],
  })),
  ...more,
})

const FULL = ['p-FullAWSAccess']

const COMPLETE: readonly Json[] = [{ part: '', state: 'complete' }]

function snapshotOf(
  accounts: Readonly<Record<string, Json>>,
  scp: Json | undefined = undefined,
  policies: Readonly<Record<string, Json>> = {},
  coverage = COMPLETE,
): Snapshot {
  const files = new Map<string, string>()
  const put = (path: string, value: unknown): unknown => files.set(path, JSON.stringify(value))
  put('meta.json', {
    schemaVersion: 1,
    collectedAt: '2026-01-01T00:00:00Z',
    coverage,
  })
  const account = (id: string): Json => ({ id, name: id, scps: FULL, rcps: ['p-RCPFullAWSAccess'] })
  put('organization.json', {
    id: 'o-1',
    managementAccount: MANAGEMENT,
    policies: {
      'p-own': {
        name: 'guardrail',
        arn: `arn:aws:organizations::${MANAGEMENT}:policy/o-1/service_control_policy/p-own`,
      },
    },
    roots: [
      {
        id: 'r-1',
        scps: FULL,
        rcps: ['p-RCPFullAWSAccess'],
        accounts: [account(MANAGEMENT)],
        ous: [
          {
            id: 'ou-1',
            scps: scp === undefined ? FULL : [...FULL.filter(() => scp['Keep'] !== false), 'p-own'],
            rcps: ['p-RCPFullAWSAccess'],
            ous: [],
            accounts: [account(HOME), account(OTHER)],
          },
        ],
      },
    ],
  })
  if (scp !== undefined) {
    const { Keep: _, ...text } = scp
    put('policies/p-own.json', text)
  }
  for (const [id, value] of Object.entries({
    ...Object.fromEntries(Object.keys(accounts).map((id) => [id, details([])])),
    ...accounts,
  })) {
    put(`accounts/${id}/account.json`, { id })
    put(`accounts/${id}/authorization-details.json`, value)
    put(`accounts/${id}/vpc-endpoints.json`, [])
  }
  for (const [path, value] of Object.entries(policies)) put(path, value)
  return readSnapshot(files)
}

function fixesIn(subject: PolicySource, text = DENIED): readonly Fix[] {
  const [diagnosis] = diagnoseEvidence({ ...rawEvidence(text), policySource: subject }).diagnoses
  assert.ok(diagnosis !== undefined)
  return replayedFixes(diagnosis)
}

const inSnapshot = (snapshot: Snapshot, text = DENIED): readonly Fix[] => fixesIn({ kind: 'snapshot', snapshot }, text)

function editing(fixes: readonly Fix[], policy: string): Fix {
  const found = fixes.find(
    ({ scope, changes }) => scope === 'exact' && changes.length === 1 && changes[0]?.policy === policy,
  )
  assert.ok(found !== undefined, `no fix edits ${policy}: ${fixes.map(({ id }) => id).join(' ')}`)
  return found
}

/** The witness, judged on the snapshot as it is and with the edited document in it. */
function bornOut(snapshot: Snapshot, { proof, changes }: Fix): void {
  const { witness } = proof
  const [change] = changes
  assert.ok(witness !== null && change !== undefined)
  const before = { ...scenarioOf(snapshot, witness), request: witness }
  const withNone = { ...before, policies: { ...before.policies, sessionPolicies: null } }
  const place = { layer: change.layer, on: change.on ?? '', name: change.policy, document: change.before }
  const arn = change.policyArn === undefined ? {} : { arn: change.policyArn }
  const after = withDocument(withNone, { ...place, ...arn }, change.after)
  const effect = (one: typeof before): string => {
    const { policies, scenario } = prepareScenario(one)
    return evaluateEffect(policies, one.request, scenario).decision
  }
  assert.equal(effect(withNone), 'denied')
  assert.equal(effect(after), 'allowed')
}

describe('a managed policy', () => {
  const policies = { tools: document(allow('dynamodb:Query')) }

  it('that two roles have gives the same to both', () => {
    const snapshot = snapshotOf({
      [HOME]: details(
        [
          { name: 'app', attached: ['tools'] },
          { name: 'other', attached: ['tools'] },
        ],
        policies,
      ),
    })
    const fixes = inSnapshot(snapshot)
    const fix = editing(fixes, 'tools')
    assert.equal(fix.proof.status, 'refuted')
    assert.equal(fix.proof.beyondIntent, true)
    assert.equal(fix.proof.witness?.principal, roleArn('other'))
    bornOut(snapshot, fix)
    assert.ok(fix.proof.newlyAllowed.some(({ principals }) => principals.includes(roleArn('other'))))
    assert.ok(fix.proof.newlyAllowed.some(({ principals }) => principals.includes(roleArn('app'))))
    assert.equal(fixes[0]?.proof.status, 'proved')
    assert.ok((fixes[0]?.rank ?? 0) < fix.rank)
  })

  it('that one role has is proved', () => {
    const snapshot = snapshotOf({
      [HOME]: details([{ name: 'app', attached: ['tools'] }, { name: 'other' }], policies),
    })
    const { proof } = editing(inSnapshot(snapshot), 'tools')
    assert.equal(proof.status, 'proved')
    assert.deepEqual(proof.newlyAllowed[0]?.principals, [roleArn('app')])
  })

  it('whose other holder may do it already is proved', () => {
    const other = { name: 'other', attached: ['tools'], inline: document(allow('dynamodb:*')) }
    const snapshot = snapshotOf({ [HOME]: details([{ name: 'app', attached: ['tools'] }, other], policies) })
    assert.equal(editing(inSnapshot(snapshot), 'tools').proof.status, 'proved')
  })

  it('that is the boundary of another who may do it but for the boundary gives it to that one', () => {
    const other = { name: 'other', boundary: 'tools', inline: document(allow('dynamodb:*')) }
    const snapshot = snapshotOf({ [HOME]: details([{ name: 'app', attached: ['tools'] }, other], policies) })
    const { proof } = editing(inSnapshot(snapshot), 'tools')
    assert.equal(proof.status, 'refuted')
    assert.equal(proof.witness?.principal, roleArn('other'))
  })
})

describe('a permissions boundary', () => {
  const roles = (inline: Json): readonly Role[] => [
    { name: 'app', boundary: 'limit', inline: document(allow('dynamodb:*')) },
    { name: 'other', boundary: 'limit', inline },
  ]
  const policies = { limit: document(allow('ec2:*')) }

  it('gives it to another whose own policies allow it', () => {
    const snapshot = snapshotOf({ [HOME]: details(roles(document(allow('dynamodb:GetItem'))), policies) })
    const fixes = inSnapshot(snapshot)
    const shared = fixes.filter(({ proof }) => proof.status === 'refuted')
    assert.ok(shared.some(({ proof }) => proof.witness?.principal === roleArn('other')))
    const fixed = fixes.find(({ rank }) => rank === 1)
    assert.equal(fixed?.proof.status, 'proved')
    assert.match(fixed?.title ?? '', /for this principal alone/)
    for (const fix of shared.filter(({ proof }) => proof.witness?.principal === roleArn('other')))
      bornOut(snapshot, fix)
  })

  it('gives nothing to another whose own policies do not', () => {
    const snapshot = snapshotOf({ [HOME]: details(roles(document(allow('s3:ListAllMyBuckets'))), policies) })
    assert.equal(editing(inSnapshot(snapshot), 'limit').proof.status, 'proved')
  })
})

describe('a managed policy that is attached to the caller and its boundary', () => {
  it('is changed once, so that no version is without the other change', () => {
    const roles: readonly Role[] = [{ name: 'app', attached: ['both'], boundary: 'both' }]
    const snapshot = snapshotOf({ [HOME]: details(roles, { both: document(allow('ec2:*')) }) })
    const fixes = inSnapshot(snapshot).filter(({ id }) => id === 'managed-policy+boundary.exact')
    assert.equal(fixes.length, 1)
    const [change, ...more] = fixes[0]?.changes ?? []
    assert.deepEqual(more, [])
    const statement = { Sid: 'AllowGetItem', ...allow('dynamodb:GetItem', TABLE) }
    assert.deepEqual(change?.after, document(allow('ec2:*'), statement))
  })
})

describe('a service control policy above two accounts', () => {
  const accounts = {
    [HOME]: details([{ name: 'app', inline: document(allow('dynamodb:*')) }]),
    [OTHER]: details([{ name: 'far', inline: document(allow('*')) }], {}, OTHER),
  }

  it('that is opened for all is refuted by a principal of the other account', () => {
    const table = { Resource: '*', Effect: 'Allow', Action: ['ec2:*', 's3:*'] }
    const near = { Effect: 'Allow', Action: 'dynamodb:Query', Resource: 'arn:aws:dynamodb:us-east-1:*:table/orders' }
    const scp = { ...document(table, near), Keep: false }
    const snapshot = snapshotOf(accounts, scp)
    const wide = inSnapshot(snapshot).filter(({ changes }) =>
      changes.some(({ does }) => does.startsWith('add dynamodb:GetItem to statement')),
    )
    assert.ok(wide.length > 0)
    for (const { proof } of wide) {
      assert.equal(proof.status, 'refuted')
      assert.notEqual(proof.witness, null)
    }
  })

  it('with a statement for the caller alone is proved, whoever else is under it', () => {
    const snapshot = snapshotOf(accounts, { ...document(allow('ec2:*')), Keep: false })
    const { proof } = editing(inSnapshot(snapshot), 'guardrail')
    assert.equal(proof.status, 'proved')
    assert.deepEqual(
      proof.newlyAllowed.flatMap(({ principals }) => principals),
      [roleArn('app')],
    )
  })
})

describe('a policy of a group', () => {
  const user = (name: string): Json => ({
    Path: '/',
    UserName: name,
    UserId: `AIDA${name.toUpperCase()}`,
    Arn: `arn:aws:iam::${HOME}:user/${name}`,
    UserPolicyList: [],
    GroupList: ['team'],
    AttachedManagedPolicies: [],
    Tags: [],
  })
  const group = {
    Path: '/',
    GroupName: 'team',
    GroupId: 'AGPATEAM',
    Arn: `arn:aws:iam::${HOME}:group/team`,
    GroupPolicyList: [{ PolicyName: 'inline', PolicyDocument: document(allow('dynamodb:Query', TABLE)) }],
    AttachedManagedPolicies: [],
  }
  const text = `User: arn:aws:iam::${HOME}:user/ann is not authorized to perform: dynamodb:GetItem on resource: ${TABLE}`
  const groupPolicyFile = (): readonly Piece[] => {
    const [policy] = group.GroupPolicyList
    const found = recognize('group.json', JSON.stringify({ GroupName: 'team', ...policy }))
    assert.ok(found.is === 'pieces')
    return found.pieces
  }

  for (const [name, users, status] of [
    ['gives the same to its other members', ['ann', 'bob'], 'refuted'],
    ['of one member is proved', ['ann'], 'proved'],
  ] as const)
    it(name, () => {
      const more = { UserDetailList: users.map(user), GroupDetailList: [group] }
      const fixes = inSnapshot(snapshotOf({ [HOME]: details([], {}, HOME, more) }), text)
      const { proof, consequences } = editing(fixes, 'inline (group team)')
      assert.equal(proof.status, status)
      const warnings = consequences.filter(({ kind }) => kind === 'other-principals').map(({ text }) => text)
      const bob = `arn:aws:iam::${HOME}:user/bob`
      if (status === 'refuted') assert.equal(proof.witness?.principal, bob)
      assert.deepEqual(warnings, status === 'refuted' ? [`Other principals gain access, too, for example ${bob}.`] : [])
      assert.match(fixes[0]?.title ?? '', /inline policy `allow-dynamodb-get-item`/)
    })

  it('that was given as a file is changed as the group’s, and proved for no other member', () => {
    const [diagnosis] = diagnoseEvidence({
      ...rawEvidence(`${text} because no identity-based policy allows the dynamodb:GetItem action`),
      policySource: {
        kind: 'scenario',
        scenario: {
          request: { principal: `arn:aws:iam::${HOME}:user/ann`, action: 'dynamodb:GetItem', resource: TABLE },
        },
      },
      provided: { ...NOTHING_AT_HAND, pieces: groupPolicyFile() },
    }).diagnoses
    const found = diagnosis?.fixes.find(({ changes }) => changes[0]?.policy === 'inline (group team)')
    assert.match(found?.changes[0]?.awsCli ?? '', /put-group-policy --group-name team --policy-name inline/)
    assert.equal(found?.proof?.status, 'not-proved')
    assert.match(found.proof.reason ?? '', /aws iam get-group --group-name team/)
  })

  it('is not proved where its members were not all read, and proved where the list of them was', () => {
    const coverage = [...COMPLETE, { part: `accounts/${HOME}/authorization-details.json`, state: 'partial' }]
    const proofOf = (more: Json): Fix['proof'] => {
      const lists = { UserDetailList: [user('ann')], GroupDetailList: [{ ...group, ...more }] }
      const snapshot = snapshotOf({ [HOME]: details([], {}, HOME, lists) }, undefined, {}, coverage)
      return editing(inSnapshot(snapshot, text), 'inline (group team)').proof
    }
    const proof = proofOf({})
    assert.equal(proof.status, 'not-proved')
    assert.equal(proof.reason, 'other members of group `team` were not read: `aws iam get-group --group-name team`')
    assert.equal(proofOf({ Users: [{ UserName: 'ann' }] }).status, 'proved')
    assert.equal(proofOf({ Users: [{ UserName: 'ann' }, { UserName: 'bob' }] }).status, 'not-proved')
  })
})

/** R-ADV-01: a live read and a filtered list have some of the principals, and say so by their coverage. */
describe('where the holders of a shared policy were not all read', () => {
  const partial = (part: string): readonly Json[] => [...COMPLETE, { part, state: 'partial', why: 'read in part' }]
  const DETAILS = partial(`accounts/${HOME}/authorization-details.json`)
  const bounded: Role = { name: 'app', boundary: 'limit', inline: document(allow('dynamodb:*')) }
  const limit = { limit: document(allow('ec2:*')) }
  const countedAs = (more: Json): Json => {
    const all = details([bounded], limit)
    return { ...all, Policies: (all['Policies'] as readonly Json[]).map((policy) => ({ ...policy, ...more })) }
  }
  const boundaryProof = (account: Json, coverage: readonly Json[]): readonly Fix[] =>
    inSnapshot(snapshotOf({ [HOME]: account }, undefined, {}, coverage))
  const LISTING = `aws iam list-entities-for-policy --policy-arn ${policyArn('limit')}`

  it('a boundary is not proved for all, and names the command; for this principal alone it is proved, and first', () => {
    const fixes = boundaryProof(details([bounded], limit), DETAILS)
    const plain = fixes.find(({ id }) => id === 'boundary.exact')
    assert.equal(plain?.proof.status, 'not-proved')
    assert.equal(plain.proof.reason, `other principals that use policy \`limit\` were not read: \`${LISTING}\``)
    assert.equal(fixes[0]?.id, 'boundary-held.exact')
    assert.equal(fixes[0].proof.status, 'proved')
  })

  it('a boundary without any word on coverage is not proved', () => {
    const fixes = boundaryProof(details([bounded], limit), [])
    assert.equal(fixes.find(({ id }) => id === 'boundary.exact')?.proof.status, 'not-proved')
  })

  it('a boundary that IAM counts one user of is proved: the caller is that one', () => {
    const account = countedAs({ AttachmentCount: 0, PermissionsBoundaryUsageCount: 1 })
    assert.equal(boundaryProof(account, DETAILS).find(({ id }) => id === 'boundary.exact')?.proof.status, 'proved')
  })

  it('a boundary that IAM counts more users of is not proved', () => {
    const account = countedAs({ AttachmentCount: 1, PermissionsBoundaryUsageCount: 1 })
    const plain = boundaryProof(account, DETAILS).find(({ id }) => id === 'boundary.exact')
    assert.equal(plain?.proof.status, 'not-proved')
  })

  for (const [name, roles, status] of [
    ['is proved where the list has the caller alone', ['app'], 'proved'],
    ['is not proved where the list has a role that was not read', ['app', 'other'], 'not-proved'],
  ] as const)
    it(`a boundary whose users IAM listed ${name}`, () => {
      const PolicyRoles = roles.map((RoleName) => ({ RoleName, RoleId: 'AROA' }))
      const account = countedAs({ Entities: { PolicyGroups: [], PolicyUsers: [], PolicyRoles } })
      const plain = boundaryProof(account, DETAILS).find(({ id }) => id === 'boundary.exact')
      assert.equal(plain?.proof.status, status)
      if (status === 'not-proved') assert.match(plain.proof.reason ?? '', /^role `other` of account 111122223333 was/)
    })

  it('a managed policy is not proved', () => {
    const account = details([{ name: 'app', attached: ['tools'] }], { tools: document(allow('dynamodb:Query')) })
    const { proof } = editing(boundaryProof(account, DETAILS), 'tools')
    assert.equal(proof.status, 'not-proved')
    assert.match(proof.reason ?? '', /use policy `tools` were not read: `aws iam list-entities-for-policy /)
  })
})

/** R-EVAL-05: a permission set makes a role in each account, and all of them change alike. */
describe('an inline policy of a permission set', () => {
  const NAME = 'AWSReservedSSO_Dev_0123456789abcdef'
  const caller = `arn:aws:sts::${HOME}:assumed-role/${NAME}/ann`
  const text = `User: ${caller} is not authorized to perform: dynamodb:GetItem on resource: ${TABLE}`
  const account = (id: string): Json => {
    const made = details([{ name: NAME, inline: document(allow('s3:ListAllMyBuckets')) }], {}, id)
    const path = '/aws-reserved/sso.amazonaws.com/'
    const roles = (made['RoleDetailList'] as readonly Json[]).map((role) => ({
      ...role,
      Path: path,
      Arn: `arn:aws:iam::${id}:role${path}${NAME}`,
    }))
    return { ...made, RoleDetailList: roles }
  }

  it('is not proved where another account has a role of the set', () => {
    const [best] = inSnapshot(snapshotOf({ [HOME]: account(HOME), [OTHER]: account(OTHER) }), text)
    assert.equal(best?.proof.status, 'not-proved')
    assert.match(best.proof.reason ?? '', /permission set `Dev` is assigned in other accounts, too/)
  })

  it('is proved where no other account has one', () => {
    const empty = (id: string): Json => details([], {}, id)
    const accounts = { [HOME]: account(HOME), [OTHER]: empty(OTHER), [MANAGEMENT]: empty(MANAGEMENT) }
    const [best] = inSnapshot(snapshotOf(accounts), text)
    assert.equal(best?.proof.status, 'proved', best?.proof.reason)
  })

  it('is not proved where other accounts were not read', () => {
    const [best] = inSnapshot(snapshotOf({ [HOME]: account(HOME), [MANAGEMENT]: details([], {}, MANAGEMENT) }), text)
    assert.equal(best?.proof.status, 'not-proved')
    assert.match(best.proof.reason ?? '', /other accounts in which permission set `Dev` is assigned were not read/)
  })
})

describe('without a snapshot', () => {
  const scenario = {
    request: {
      principal: SESSION,
      action: 'dynamodb:GetItem',
      resource: TABLE,
      resourceAccount: HOME,
      context: {},
      contextComplete: true,
    },
    policies: {
      complete: true as const,
      identityPolicies: [{ name: 'tools', arn: policyArn('tools'), document: document(allow('dynamodb:Query')) }],
    },
  }

  it('who else has a managed policy is not known', () => {
    const fixes = fixesIn({ kind: 'scenario', scenario })
    const { proof } = editing(fixes, 'tools')
    assert.equal(proof.status, 'not-proved')
    assert.equal(
      proof.reason,
      'other principals that have managed policy `tools` were not read: ' +
        '`aws iam list-entities-for-policy --policy-arn arn:aws:iam::111122223333:policy/tools`',
    )
    assert.equal(fixes[0]?.proof.status, 'proved')
  })

  it('a statement held to the caller is proved all the same: nobody else has its ARN', () => {
    const identityPolicies = [{ name: 'own', document: document(allow('dynamodb:*')) }]
    const permissionsBoundary = { name: 'limit', arn: policyArn('limit'), document: document(allow('ec2:*')) }
    const principalDetails = { roleArn: `arn:aws:iam::${HOME}:role/app` }
    const request = { ...scenario.request, principalDetails }
    const bounded = { request, policies: { complete: true as const, identityPolicies, permissionsBoundary } }
    const [best] = fixesIn({ kind: 'scenario', scenario: bounded })
    assert.equal(best?.id, 'boundary-held.exact')
    assert.equal(best.proof.status, 'proved')
  })

  it('who else has a boundary is not known', () => {
    const identityPolicies = [{ name: 'own', document: document(allow('dynamodb:*')) }]
    const permissionsBoundary = { name: 'limit', arn: policyArn('limit'), document: document(allow('ec2:*')) }
    const bounded = { ...scenario, policies: { complete: true as const, identityPolicies, permissionsBoundary } }
    const fixes = fixesIn({ kind: 'scenario', scenario: bounded })
    const plain = fixes.find(({ id }) => id === 'boundary.exact')
    assert.ok(plain !== undefined)
    const { proof } = plain
    assert.equal(proof.status, 'not-proved')
    assert.match(
      proof.reason ?? '',
      /have permissions boundary `limit` were not read: `aws iam list-entities-for-policy /,
    )
  })
})

describe('what a fix takes from others', () => {
  const off = {
    BlockPublicAcls: false,
    IgnorePublicAcls: false,
    BlockPublicPolicy: false,
    RestrictPublicBuckets: false,
  }
  const bucket = (attributes: Json): Json => ({
    arn: 'arn:aws:s3:::b',
    account: HOME,
    kind: 'bucket',
    policy: document({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }),
    attributes: { accountBlockPublicAccess: off, objectOwnership: 'BucketOwnerEnforced', ...attributes },
  })
  const accounts = {
    [HOME]: details([{ name: 'reader' }, { name: 'owner', inline: document(allow('s3:*')) }]),
    [OTHER]: details([{ name: 'far', inline: document(allow('s3:*')) }], {}, OTHER),
  }
  const text = `User: arn:aws:sts::${OTHER}:assumed-role/far/s1 is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/k"`

  it('is told where a public statement comes to name the caller alone', () => {
    const settings = { blockPublicAccess: { ...off, RestrictPublicBuckets: true } }
    const snapshot = snapshotOf(accounts, undefined, { [`accounts/${HOME}/resources/s3/b.json`]: bucket(settings) })
    const fix = inSnapshot(snapshot, text).find(({ changes }) => changes[0]?.does.startsWith('name the caller'))
    assert.ok(fix !== undefined)
    const lost = fix.proof.newlyDenied.flatMap(({ principals }) => principals)
    // The reader had it by the bucket policy alone; the owner has it by its own, too.
    assert.ok(lost.includes(roleArn('reader')), lost.join())
    assert.ok(!lost.includes(roleArn('owner')), lost.join())
    assert.ok(fix.proof.newlyDenied.every(({ actions }) => actions.join() === 's3:GetObject'))
    assert.match(fix.proof.newlyDeniedElse ?? '', /callers that no snapshot lists/)
  })

  it('is nothing where a statement is added', () => {
    const snapshot = snapshotOf({ [HOME]: details([{ name: 'app' }, { name: 'other' }]) })
    const { proof } = inSnapshot(snapshot)[0] as Fix
    assert.deepEqual([proof.newlyDenied, proof.newlyDeniedElse], [[], undefined])
  })
})

describe('a resource control policy that denies a pattern of actions', () => {
  const arn = `arn:aws:organizations::${MANAGEMENT}:policy/o-1/resource_control_policy/p-per`
  const scenario = (action: unknown, identity: Json) => ({
    request: {
      principal: SESSION,
      // The path of the role is known: an exception for it hangs on that (R-UNK-04).
      principalDetails: { roleArn: roleArn('app') },
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::b/dir/k',
      resourceAccount: HOME,
      context: {},
      contextComplete: true,
    },
    policies: {
      complete: true as const,
      identityPolicies: [{ name: 'own', document: document(identity) }],
      resourceControlPolicies: [
        {
          target: 'r-1',
          policies: [
            {
              name: 'perimeter',
              arn,
              document: document({ Effect: 'Deny', Principal: '*', Action: action, Resource: '*' }),
            },
          ],
        },
      ],
    },
  })
  const s3 = `User: ${SESSION} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/dir/k"`

  for (const [name, action, identity] of [
    ['spares exactly the one by a Deny of the rest in the principal’s own policy', 's3:*', allow('s3:*')],
    ['spares exactly the one of a shorter pattern', ['s3:Get*', 's3:Put*'], allow('s3:*')],
    ['spares exactly the one of those it lists', ['s3:GetObject', 's3:PutObject'], allow('s3:*')],
    ['spares exactly the one where nothing else is allowed', 's3:*', allow('s3:GetObject', 'arn:aws:s3:::b/dir/k')],
  ] as const)
    it(name, () => {
      // The readable exception comes first; the exact one stands behind it.
      const fixes = fixesIn({ kind: 'scenario', scenario: scenario(action, identity) }, s3)
      const best = fixes.find(({ id }) => id.endsWith('.exact') && id.includes('narrow'))
      assert.equal(
        best?.proof.status,
        'proved',
        `${best?.title}: ${best?.proof.reason} ${JSON.stringify(best?.proof.witness)}`,
      )
      assert.equal(best?.proof.beyondIntent, false)
      // `NotAction` cannot hold a pattern's actions to come and no others: they are refused with the rest.
      if (!String(action).includes('Put*')) assert.deepEqual(best?.proof.newlyDenied, [])
    })
})
