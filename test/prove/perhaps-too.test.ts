/** What surely goes under one condition may go without it, if a fact is as it would have to be: that is told beside. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { managedPolicyByArn } from '#collect/managed-policies.ts'
import { whatCan } from '#prove/what-can.ts'
import { whoCan } from '#prove/who-can.ts'
import { whoCanText } from '#report/text-who-can.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'
import type { AccessSet } from '#space/access-set.ts'
import { roleDetails } from './role-details.ts'

const ACCOUNT = '111122223333'
const ROLE = `arn:aws:iam::${ACCOUNT}:role/app`
const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:jobs`
const OFFICE = { IpAddress: { 'aws:SourceIp': '198.51.100.0/24' } }
const TAGGED = { StringEquals: { 'aws:ResourceTag/team': 'a' } }
const asked = { action: 'sqs:SendMessage', resource: QUEUE }

const ON = { actions: [asked.action], resources: [QUEUE] }

/** As JSON has it. */
const told = (sets: readonly AccessSet[] = []): unknown =>
  JSON.parse(JSON.stringify(sets.map(({ actions, resources, conditions }) => ({ actions, resources, conditions }))))

const allowIf = (Condition: object) => ({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: QUEUE, Condition })

/** Nobody told which tags the queue has. */
function snapshotWith(statements: readonly object[], policy: object | null = null) {
  const queue = { arn: QUEUE, account: ACCOUNT, kind: 'queue', policy }
  return readSnapshot(
    new Map([
      ['organization.json', 'null'],
      [`accounts/${ACCOUNT}/authorization-details.json`, roleDetails(ROLE, statements)],
      [`accounts/${ACCOUNT}/resources/sqs/jobs.json`, JSON.stringify(queue)],
    ]),
  )
}

const roleIn = (statements: readonly object[]) => {
  const { principals, ...rest } = whoCan(snapshotWith(statements), asked, { managedPolicies: managedPolicyByArn })
  return { rest, principals, role: principals.find(({ principal }) => principal === ROLE) }
}

test('who-can tells what goes perhaps beside what surely goes, and on what it hangs', () => {
  const { role, principals, rest } = roleIn([allowIf(OFFICE), allowIf(TAGGED)])
  assert.equal(role?.decision, 'allowed', JSON.stringify(role))
  assert.deepEqual(told(role?.access), [{ ...ON, conditions: [OFFICE] }])
  assert.deepEqual(told(role?.perhaps), [{ ...ON, conditions: [] }])
  assert.deepEqual(
    role?.missing?.map(({ kind }) => kind),
    ['context-key'],
  )
  assert.match(
    whoCanText(asked, { ...rest, principals }, { columns: undefined, isTerminal: false, color: false }),
    /^Allowed if aws:SourceIp is in 198\.51\.100\.0\/24; perhaps also otherwise; not known: .*aws:ResourceTag\/team/m,
  )
})

test('nothing is told beside what goes in every context, or where the fact changes nothing', () => {
  assert.equal(roleIn([allowIf({}), allowIf(TAGGED)]).role?.perhaps, undefined)
  const both = roleIn([allowIf(OFFICE), allowIf({ ...OFFICE, ...TAGGED })])
  assert.equal(both.role?.decision, 'allowed')
  assert.equal(both.role?.perhaps, undefined)
})

test('what-can tells it as undetermined', () => {
  const letsIn = { Version: '2012-10-17', Statement: [{ ...allowIf(OFFICE), Principal: { AWS: ROLE } }] }
  const { access, undetermined } = whatCanOf([allowIf(TAGGED)], letsIn)
  assert.deepEqual(access, [{ ...ON, conditions: [OFFICE] }])
  assert.deepEqual(undetermined, [{ ...ON, conditions: [] }])
})

/** Of all queues of the account: whatever tags they have. */
test('what-can tells of resources that stand for many by which tags they have', () => {
  const all = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:us-east-1:111122223333:*' }
  const on = { actions: ['sqs:SendMessage'], resources: [all.Resource] }
  assert.deepEqual(whatCanOf([{ ...all, Condition: TAGGED }]), {
    access: [{ ...on, conditions: [TAGGED] }],
    undetermined: [],
  })
  const { access } = whatCan(snapshotWith([all, { ...all, Effect: 'Deny', Condition: TAGGED }]), ROLE, {
    managedPolicies: managedPolicyByArn,
  }) ?? { access: [] }
  assert.deepEqual(told(access), [{ ...on, conditions: [] }])
  assert.deepEqual(told(access[0]?.except), [{ ...on, conditions: [TAGGED] }])
})

test('which role is passed no tag of it tells (R-PASS-02)', () => {
  const pass = {
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: 'arn:aws:iam::111122223333:role/*',
    Condition: TAGGED,
  }
  const { access, undetermined } = whatCanOf([pass])
  assert.deepEqual(access, [])
  assert.equal(undetermined.length, 1)
})

function whatCanOf(statements: readonly object[], policy: object | null = null) {
  const options = { managedPolicies: managedPolicyByArn }
  const { access, undetermined } = whatCan(snapshotWith(statements, policy), ROLE, options) ?? {}
  return { access: told(access), undetermined: told(undetermined) as readonly unknown[] }
}
