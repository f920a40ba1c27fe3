/** Accounts that no list of the snapshot has, and that the resource's side lets in, are named among those not looked at. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { managedPolicyByArn } from '#collect/managed-policies.ts'
import { evaluate } from '#engine/evaluate.ts'
import { whoCan } from '#prove/who-can.ts'
import { whoCanText } from '#report/text-who-can.ts'
import { policiesInForce } from '#snapshot/in-force.ts'
import { readSnapshot, type Snapshot } from '#snapshot/snapshot.ts'

const [HOME, AWAY, MEMBER] = ['111122223333', '222233334444', '333344445555']
const ROLE = `arn:aws:iam::${HOME}:role/app`
const QUEUE = `arn:aws:sqs:us-east-1:${HOME}:jobs`
const KEY = `arn:aws:kms:us-east-1:${HOME}:key/k`
const PAGE = { columns: undefined, isTerminal: false, color: false }

const ORGANIZATION = {
  id: 'o-ours',
  managementAccount: HOME,
  policies: {},
  roots: [{ id: 'r-1', scps: [], rcps: [], ous: [], accounts: [account(HOME), account(MEMBER)] }],
}

function account(id: string): object {
  return { id, scps: [], rcps: [] }
}

function snapshotOf(resource: string, statements: readonly object[], more: Readonly<Record<string, object>> = {}) {
  const policy = { Version: '2012-10-17', Statement: statements }
  const none = { Version: '2012-10-17', Statement: [] }
  const role = {
    Path: '/',
    RoleName: 'app',
    RoleId: 'AROAAPP',
    Arn: ROLE,
    AssumeRolePolicyDocument: resource === ROLE ? policy : none,
    RolePolicyList: [],
    AttachedManagedPolicies: [],
  }
  const details = { UserDetailList: [], GroupDetailList: [], RoleDetailList: [role], Policies: [] }
  const kind = resource === KEY ? 'key' : 'queue'
  const listed = {
    arn: resource,
    account: HOME,
    kind,
    policy,
    attributes: kind === 'key' ? { kmsGrants: more['grants'] ?? [] } : {},
  }
  return readSnapshot(
    new Map([
      ['organization.json', JSON.stringify(more['organization'] ?? null)],
      [`accounts/${HOME}/authorization-details.json`, JSON.stringify(details)],
      ...(resource === ROLE ? [] : [[`accounts/${HOME}/resources/x/one.json`, JSON.stringify(listed)] as const]),
    ]),
  )
}

const ask = (snapshot: Snapshot, action: string, resource: string) =>
  whoCan(snapshot, { action, resource }, { managedPolicies: managedPolicyByArn })

const away = (snapshot: Snapshot, action: string, resource: string, principal = `arn:aws:iam::${AWAY}:role/dev`) => {
  const { request, policies, resources, organization } = policiesInForce(snapshot, { principal, action, resource })
  return evaluate({ request, policies, resources, ...(organization === undefined ? {} : { organization }) }).decision
}

const allow = (Principal: unknown, Condition: object = {}) => ({
  Effect: 'Allow',
  Principal,
  Action: '*',
  ...(Object.keys(Condition).length === 0 ? {} : { Condition }),
})
const on = (statement: object) => ({ ...statement, Resource: '*' })
const deny = (Condition: object) => ({ ...allow('*', Condition), Effect: 'Deny' })
const AWAY_ROLES = { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${AWAY}:role/d*` } }
const HOME_ROLES = { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${HOME}:role/*` } }
const OURS = { StringEquals: { 'aws:PrincipalOrgID': 'o-ours' } }
const NOT_AWAY = { StringNotEquals: { 'aws:PrincipalAccount': [HOME, AWAY] } }

const TRUST: readonly (readonly [string, readonly object[], readonly string[]])[] = [
  ['its root user', [allow({ AWS: `arn:aws:iam::${AWAY}:root` })], [AWAY]],
  ['its id', [allow({ AWS: AWAY })], [AWAY]],
  ['everybody', [allow('*')], ['*']],
  ['everybody, as AWS', [allow({ AWS: '*' })], ['*']],
  ['everybody who has an ARN there', [allow({ AWS: '*' }, AWAY_ROLES)], [AWAY]],
  ['everybody who has an ARN here', [allow({ AWS: '*' }, HOME_ROLES)], []],
  ['everybody but those of other accounts', [allow('*'), deny(NOT_AWAY)], [AWAY]],
  ['its id, taken back', [allow({ AWS: AWAY }), deny({ StringEquals: { 'aws:PrincipalAccount': AWAY } })], []],
  ['the own account', [allow({ AWS: HOME })], []],
  ['a service', [allow({ Service: 'ec2.amazonaws.com' })], []],
]

for (const [words, statements, expected] of TRUST)
  test(`a trust policy that names ${words}`, () => {
    const snapshot = snapshotOf(ROLE, statements)
    const { notExamined } = ask(snapshot, 'sts:AssumeRole', ROLE)
    assert.deepEqual(
      notExamined.map((one) => one.account),
      expected,
    )
    // What evaluate says of one of them.
    assert.equal(away(snapshot, 'sts:AssumeRole', ROLE), expected.length > 0 ? 'undetermined' : 'denied')
  })

test('a role that is named by itself is looked at by itself', () => {
  const { notExamined, principals } = ask(
    snapshotOf(ROLE, [allow({ AWS: `arn:aws:iam::${AWAY}:role/dev` })]),
    'sts:AssumeRole',
    ROLE,
  )
  assert.deepEqual(notExamined, [])
  assert.deepEqual(
    principals.map(({ principal, decision }) => [principal, decision]),
    [[`arn:aws:iam::${AWAY}:role/dev`, 'undetermined']],
  )
})

test('so with every action: a queue, and a key', () => {
  const queue = snapshotOf(QUEUE, [on(allow({ AWS: AWAY }))])
  assert.deepEqual(
    ask(queue, 'sqs:SendMessage', QUEUE).notExamined.map((one) => one.account),
    [AWAY],
  )
  assert.equal(away(queue, 'sqs:SendMessage', QUEUE), 'undetermined')
  const key = (Principal: unknown) => ask(snapshotOf(KEY, [on(allow(Principal))]), 'kms:Decrypt', KEY).notExamined
  assert.deepEqual(
    key({ AWS: [HOME, AWAY] }).map((one) => one.account),
    [AWAY],
  )
  assert.deepEqual(
    key('*').map((one) => one.account),
    ['*'],
  )
})

test('a grant of the key to an account, or to somebody in it', () => {
  const granted = (GranteePrincipal: string) => {
    const grants = [{ GrantId: 'g', GranteePrincipal, Operations: ['Decrypt'] }]
    const snapshot = snapshotOf(KEY, [on(allow({ AWS: HOME }))], { grants })
    return ask(snapshot, 'kms:Decrypt', KEY).notExamined.map((one) => one.account)
  }
  assert.deepEqual(granted(`arn:aws:iam::${AWAY}:root`), [AWAY])
  assert.deepEqual(granted(`arn:aws:iam::${AWAY}:role/dev`), [])
})

test('everybody is told as `anonymous` where calls nobody signed are answered', () => {
  const { notExamined, principals } = ask(snapshotOf(QUEUE, [on(allow('*'))]), 'sqs:SendMessage', QUEUE)
  assert.deepEqual(notExamined, [])
  assert.ok(principals.some(({ principal, decision }) => principal === 'anonymous' && decision === 'allowed'))
})

test('of the own organization there are no accounts but those that it lists; of another there may be', () => {
  const accounts = (organization: object, condition: object) =>
    ask(snapshotOf(ROLE, [allow('*', condition)], { organization }), 'sts:AssumeRole', ROLE).notExamined.map(
      (one) => one.account,
    )
  assert.deepEqual(accounts(ORGANIZATION, OURS), [MEMBER])
  assert.deepEqual(accounts(ORGANIZATION, { StringEquals: { 'aws:PrincipalOrgID': 'o-theirs' } }), [MEMBER, '*'])
})

test('as text', () => {
  const question = { action: 'sts:AssumeRole', resource: ROLE }
  const text = (statement: object): string =>
    whoCanText(question, ask(snapshotOf(ROLE, [statement]), question.action, ROLE), PAGE)
  assert.match(text(allow({ AWS: AWAY })), /\nNot looked at\n {2}account 222233334444: its users and roles are not in/)
  assert.match(text(allow('*')), /\nNot looked at\n {2}any other account: the resource lets in users and roles of/)
})

test('an account whose own list is cut short is named, too; one that is said to be partial as a whole is not', () => {
  const withCoverage = (part: string): Snapshot => {
    const { files } = snapshotOf(QUEUE, [])
    const coverage = [{ part, state: 'partial', why: 'the output ends before its last page' }]
    return readSnapshot(new Map([...files, ['meta.json', JSON.stringify({ schemaVersion: 1, coverage })]]))
  }
  const notExamined = (part: string) => ask(withCoverage(part), 'sqs:SendMessage', QUEUE).notExamined
  assert.deepEqual(notExamined(`accounts/${HOME}/authorization-details.json`), [
    { account: HOME, why: 'its users and roles are not all there: the output ends before its last page' },
  ])
  assert.deepEqual(notExamined(`accounts/${HOME}`), [])
})
