/** What an importer left open, and policies that nobody can read, leave undetermined what hangs on them, and nothing else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { managedPolicyByArn } from '#collect/managed-policies.ts'
import { evaluate, prepareScenario } from '#engine/evaluate.ts'
import { intentOf } from '#prove/intent.ts'
import { normalizeRequest, evaluationInputOf } from '#engine/read-request.ts'
import type { Scenario } from '#engine/scenario.ts'
import { whatCan } from '#prove/what-can.ts'
import { whoCan } from '#prove/who-can.ts'
import { policiesInForce } from '#snapshot/in-force.ts'
import { readSnapshot, type Snapshot } from '#snapshot/snapshot.ts'
import { roleDetails } from './role-details.ts'

const ACCOUNT = '111122223333'
const ROLE = `arn:aws:iam::${ACCOUNT}:role/app`
const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:jobs`
const SEND = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: QUEUE }
const KEY = 'denytrace:unknown/upload/0'
const OPEN = { StringEquals: { [KEY]: 'aws_sqs_queue.jobs.arn fits' } }
const OFFICE = { IpAddress: { 'aws:SourceIp': '198.51.100.0/24' } }
const QUESTION = { action: 'sqs:SendMessage', resource: QUEUE }
const options = { managedPolicies: managedPolicyByArn }

/** `text`: an own policy besides, as it is written. */
function snapshotWith(statements: readonly object[], text?: string): Snapshot {
  const details = JSON.parse(roleDetails(ROLE, statements))
  if (text !== undefined) details.RoleDetailList[0].RolePolicyList.push({ PolicyName: 'bad', PolicyDocument: text })
  return readSnapshot(
    new Map([
      ['organization.json', 'null'],
      [`accounts/${ACCOUNT}/authorization-details.json`, JSON.stringify(details)],
      [
        `accounts/${ACCOUNT}/resources/sqs/jobs.json`,
        JSON.stringify({ arn: QUEUE, account: ACCOUNT, kind: 'queue', policy: null }),
      ],
    ]),
  )
}

function scenarioOf(snapshot: Snapshot, action: string, resource: string): Scenario {
  const asked = { principal: ROLE, action, resource, contextComplete: true }
  const { request, policies, organization, resources } = policiesInForce(snapshot, asked)
  const known = { ...policies, sessionPolicies: null, vpcEndpointPolicy: null }
  return { request, policies: known, resources, ...(organization === undefined ? {} : { organization }) }
}

const inWhoCan = (statements: readonly object[]) =>
  whoCan(snapshotWith(statements), QUESTION, options).principals.find(({ principal }) => principal === ROLE)

test('an Allow that hangs on what an importer left open is undetermined', () => {
  const statements = [{ ...SEND, Condition: OPEN }]
  const one = inWhoCan(statements)
  assert.equal(one?.decision, 'undetermined')
  assert.deepEqual(one?.missing, [{ fact: KEY, kind: 'context-key' }])
  assert.equal(evaluate(scenarioOf(snapshotWith(statements), 'sqs:SendMessage', QUEUE)).decision, 'undetermined')
  const what = whatCan(snapshotWith(statements), ROLE, options)
  assert.deepEqual(what?.access, [])
  assert.deepEqual(
    what?.undetermined.map(({ actions, resources }) => [actions, resources]),
    [[['sqs:SendMessage'], [QUEUE]]],
  )
})

test('so is what a Deny may take away that hangs on it', () => {
  const statements = [SEND, { ...SEND, Effect: 'Deny', Condition: OPEN }]
  assert.equal(inWhoCan(statements)?.decision, 'undetermined')
  assert.equal(evaluate(scenarioOf(snapshotWith(statements), 'sqs:SendMessage', QUEUE)).decision, 'undetermined')
  assert.deepEqual(whatCan(snapshotWith(statements), ROLE, options)?.access, [])
})

test('what does not hang on it stays allowed', () => {
  const conditional = inWhoCan([
    { ...SEND, Condition: OFFICE },
    { ...SEND, Condition: OPEN },
  ])
  assert.equal(conditional?.decision, 'allowed')
  assert.deepEqual(JSON.parse(JSON.stringify(conditional?.access[0]?.conditions)), [OFFICE])
  assert.deepEqual(
    conditional?.perhaps?.map(({ conditions }) => conditions),
    [[]],
  )
  const free = inWhoCan([SEND, { ...SEND, Condition: OPEN }])
  assert.equal(free?.decision, 'allowed')
  assert.equal(free?.perhaps, undefined)
  const denied = inWhoCan([SEND, { ...SEND, Effect: 'Deny', Condition: { ...OPEN, ...OFFICE } }])
  assert.equal(denied?.decision, 'allowed')
  assert.equal(denied?.access[0]?.except?.length, 1)
})

const ASKS: readonly (readonly [string, string])[] = [
  ['s3:ListAllMyBuckets', '*'],
  ['s3:GetObject', 'arn:aws:s3:::some/key'],
  ['iam:CreateUser', `arn:aws:iam::${ACCOUNT}:user/x`],
  ['sqs:SendMessage', QUEUE],
  ['sts:AssumeRole', ROLE],
  ['kms:Decrypt', `arn:aws:kms:us-east-1:${ACCOUNT}:key/k`],
]

for (const [words, statements] of [
  ['alone', []],
  ['beside one that can be read', [SEND]],
] as const)
  test(`a policy that cannot be read may allow anything, ${words}`, () => {
    const snapshot = snapshotWith(statements, '{bad')
    const answer = whatCan(snapshot, ROLE, options)
    assert.deepEqual(answer?.access, [])
    const inside = intentOf(answer?.undetermined ?? [])
    let open = 0
    for (const [action, resource] of ASKS) {
      const scenario = scenarioOf(snapshot, action, resource)
      const isOpen = evaluate(scenario).decision === 'undetermined'
      if (isOpen) open++
      const prepared = prepareScenario(scenario)
      const { question } = evaluationInputOf(prepared, normalizeRequest(scenario.request, resource), 'same')
      if (isOpen) assert.notEqual(inside(question, scenario.request), false, `${action} on ${resource}`)
    }
    assert.ok(open >= 4, `only ${open} requests are undetermined`)
  })

test('as far as a Deny lets it through', () => {
  const refused = { Effect: 'Deny', NotAction: ['sqs:SendMessage'], Resource: '*' }
  const answer = whatCan(snapshotWith([refused], '{bad'), ROLE, options)
  const told = new Set(answer?.undetermined.flatMap(({ actions }) => actions))
  // No policy of whoever calls bears on these two (R-STS-10).
  for (const name of ['sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity']) told.delete(name)
  assert.deepEqual([...told], ['sqs:SendMessage'])
})
