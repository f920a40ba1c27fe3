/** Two ways of which one holds in every context are no condition. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { managedPolicyByArn } from '#collect/managed-policies.ts'
import { whoCan } from '#prove/who-can.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'
import { roleDetails } from './role-details.ts'

const ACCOUNT = '111122223333'
const ROLE = `arn:aws:iam::${ACCOUNT}:role/app`
const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:jobs`

/** The conditions under which a role may that has an Allow for each of these, and Denies. */
function conditionsOf(allows: readonly object[], denies: readonly object[] = []): unknown {
  const of = (Effect: string) => (Condition: object) => ({ Effect, Action: 'sqs:*', Resource: '*', Condition })
  const snapshot = readSnapshot(
    new Map([
      ['organization.json', 'null'],
      [
        `accounts/${ACCOUNT}/authorization-details.json`,
        roleDetails(ROLE, [...allows.map(of('Allow')), ...denies.map(of('Deny'))]),
      ],
      [
        `accounts/${ACCOUNT}/resources/sqs/jobs.json`,
        JSON.stringify({ arn: QUEUE, account: ACCOUNT, kind: 'queue', policy: null }),
      ],
    ]),
  )
  const { principals } = whoCan(
    snapshot,
    { action: 'sqs:SendMessage', resource: QUEUE },
    { managedPolicies: managedPolicyByArn },
  )
  const found = principals.find(({ principal }) => principal === ROLE)
  const sets = (found?.access ?? []).map(({ conditions, except = [] }) => ({
    if: conditions,
    unless: except.map((set) => set.conditions),
  }))
  return JSON.parse(JSON.stringify(sets))
}

const is = (...values: string[]) => ({ StringEquals: { 'aws:SourceVpce': values } })
const isNot = (...values: string[]) => ({ StringNotEquals: { 'aws:SourceVpce': values } })
const SECURE = { Bool: { 'aws:SecureTransport': 'true' } }
const FREE = [{ if: [], unless: [] }]

for (const [what, allows, denies] of [
  ['it is this one, or is not', [is('vpce-1'), isNot('vpce-1')], []],
  ['it is one of two, or is not the first', [is('vpce-1', 'vpce-2'), isNot('vpce-1')], []],
  ['it is not the one, or not the other', [isNot('vpce-1'), isNot('vpce-2')], []],
  ['it is there, or is not', [{ Null: { 'aws:SourceVpce': 'true' } }, { Null: { 'aws:SourceVpce': 'false' } }], []],
] as const)
  test(`${what}: no condition`, () => assert.deepEqual(conditionsOf(allows, denies), FREE))

test('what both ways ask for stays', () => {
  assert.deepEqual(
    conditionsOf([
      { ...is('vpce-1'), ...SECURE },
      { ...isNot('vpce-1'), ...SECURE },
    ]),
    [{ if: [SECURE], unless: [] }],
  )
})

for (const [what, allows] of [
  ['it is the first of two, or is neither', [is('vpce-1'), isNot('vpce-1', 'vpce-2')]],
  ['it is the one, or the other', [is('vpce-1'), is('vpce-2')]],
  ['it is not a star, or not a star that is escaped', [isNot('a*'), isNot('a${*}')]],
  [
    'one of several tag keys is a, or none is',
    [{ 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'a' } }, { 'ForAnyValue:StringNotEquals': { 'aws:TagKeys': 'a' } }],
  ],
  [
    'it is true, or false: it may be absent',
    [{ Bool: { 'ec2:Encrypted': 'true' } }, { Bool: { 'ec2:Encrypted': 'false' } }],
  ],
] as const)
  test(`${what}: two ways`, () => assert.equal((conditionsOf(allows) as readonly unknown[]).length, 2))
