import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { managedPolicyByArn } from '../../src/collect/managed-policies.ts'
import { evaluate, prepareScenario } from '#engine/evaluate.ts'
import { withManagedPolicies } from '#engine/managed-policies.ts'
import type { Decision } from '#engine/decision.ts'
import { type PrincipalAccess, whoCan } from '#prove/who-can.ts'
import { principalsOfAccount } from '#snapshot/account-principals.ts'
import { policiesInForce } from '#snapshot/in-force.ts'
import { readSnapshot, type Snapshot } from '#snapshot/snapshot.ts'
import { knownRelation, normalizeRequest, evaluationInputOf } from '#engine/read-request.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { KeyState } from '#iam/key-state.ts'
import type { ContextValue } from '#iam/request.ts'
import { accessQuestion, newAnswers } from '#prove/answer.ts'
import { intentOf } from '#prove/intent.ts'
import { findContext } from '#prove/satisfiable.ts'
import { ACCOUNTS, arbitrarySnapshot, ASKS } from './arbitrary-snapshot.ts'
import { RUNS as CASES } from './runs.ts'

/** A fixed seed in CI; `DENYTRACE_SEED` draws others. A failure prints the smallest snapshot and the seed. */
const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20261124)
const RUNS = Math.ceil(CASES / 10)

const question = fc.tuple(arbitrarySnapshot, fc.constantFrom(...ASKS))
const options = { managedPolicies: managedPolicyByArn }

test(`who-can answers the same with and without an index, in ${RUNS} random snapshots (seed ${SEED})`, () => {
  fc.assert(
    fc.property(question, ([files, [action, resource]]) => {
      const ask = (index: boolean) => whoCan(readSnapshot(files), { action, resource }, { ...options, index })
      const { examined: _, ...quick } = ask(true)
      const { examined: __, ...full } = ask(false)
      assert.deepEqual(quick, full)
    }),
    { numRuns: RUNS, seed: SEED },
  )
})

/** The same request with its context left free, as `evaluate` judges it alone. */
const evaluated = (...asked: Parameters<typeof scenarioFor>): Decision => evaluate(scenarioFor(...asked))

function scenarioFor(snapshot: Snapshot, principal: string, action: string, resource: string): Scenario {
  const { request, policies, resources, organization } = policiesInForce(snapshot, { principal, action, resource })
  const free = { ...policies, sessionPolicies: null, vpcEndpointPolicy: null }
  const scenario = { request, policies: free, resources, ...(organization === undefined ? {} : { organization }) }
  return withManagedPolicies(scenario, managedPolicyByArn)
}

const PRINCIPALS = ACCOUNTS.flatMap((account) =>
  [
    'root',
    'user/ann',
    'role/team/app',
    'role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX',
    'role/plain',
    'role/twin',
  ].map((name) => `arn:aws:iam::${account}:${name}`),
)

test(`who-can decides as evaluate does, in ${RUNS} random snapshots (seed ${SEED})`, () => {
  const seen = { allowed: 0, denied: 0, undetermined: 0, conditions: 0 }
  fc.assert(
    fc.property(question, ([files, [action, resource]]) => {
      const snapshot = readSnapshot(files)
      const { principals } = whoCan(snapshot, { action, resource }, { ...options, all: true })
      const byArn = new Map(principals.map((one) => [one.principal, one]))
      assert.equal(byArn.size, principals.length, 'nobody is listed twice')
      for (const principal of PRINCIPALS) {
        const found = byArn.get(principal)
        if (found === undefined) continue
        seen[found.decision]++
        if (found.access.some(({ conditions }) => conditions.length > 0)) seen.conditions++
        agree(found, evaluated(snapshot, principal, action, resource))
      }
    }),
    { numRuns: RUNS, seed: SEED },
  )
  for (const [decision, count] of Object.entries(seen))
    assert.ok(count > RUNS / 20, `only ${count} answers are ${decision}: the generator shows too little`)
})

const STRANGERS = ['999988887777', ...ACCOUNTS].flatMap((account) =>
  ['role/dev', 'user/bob'].map((name) => `arn:aws:iam::${account}:${name}`),
)

test(`whom the resource lets in from outside is told, in ${RUNS} random snapshots (seed ${SEED})`, () => {
  let told = 0
  fc.assert(
    fc.property(question, ([files, [action, resource]]) => {
      const snapshot = readSnapshot(files)
      const { principals, notExamined } = whoCan(snapshot, { action, resource }, options)
      const listed = principals.map(({ principal }) => principal)
      const accounts = notExamined.map(({ account }) => account)
      for (const principal of STRANGERS) {
        const account = principal.split(':')[4] ?? ''
        if (principalsOfAccount(snapshot, account).state === 'read') continue
        const { decision, layers } = evaluated(snapshot, principal, action, resource)
        const isLetIn = layers.some(({ layer, verdict }) => layer === 'resource-policy' && verdict === 'allow')
        if (decision === 'denied' || !isLetIn) continue
        told++
        const isTold = [account, '*'].some((one) => accounts.includes(one)) || listed.includes(principal)
        assert.ok(isTold || listed.includes('anonymous'), JSON.stringify({ principal, notExamined, principals }))
      }
    }),
    { numRuns: RUNS, seed: SEED },
  )
  assert.ok(told > RUNS / 50, `only ${told} are let in`)
})

/** What `evaluate` decides stays decided; what it leaves open is open for a reason, and a case it allows is a way. */
function agree(found: PrincipalAccess, { decision, outcomes }: Decision): void {
  const who = `${found.principal}: ${JSON.stringify(found)}`
  if (decision !== 'undetermined') assert.equal(found.decision, decision, who)
  if (decision === 'allowed')
    assert.deepEqual(
      found.access.map(({ conditions }) => conditions),
      [[]],
      who,
    )
  if (outcomes.some((one) => one.decision === 'allowed')) assert.notEqual(found.decision, 'denied', who)
}

const SETS: readonly (readonly [action: string, set: string, inside: string])[] = [
  ['s3:GetObject', 'arn:aws:s3:::b1/*', 'arn:aws:s3:::b1/x/key'],
  ['s3:PutObject', 'arn:aws:s3:::b1/a*', 'arn:aws:s3:::b1/ann'],
  ['kms:Decrypt', `arn:aws:kms:*:${ACCOUNTS[0]}:key/*`, `arn:aws:kms:us-east-1:${ACCOUNTS[0]}:key/k1`],
]

test(`who-can on a set answers for each resource in it, in ${RUNS} random snapshots (seed ${SEED})`, () => {
  let told = 0
  fc.assert(
    fc.property(arbitrarySnapshot, fc.constantFrom(...SETS), (files, [action, set, resource]) => {
      const snapshot = readSnapshot(files)
      const { principals } = whoCan(snapshot, { action, resource: set }, { ...options, all: true })
      for (const { principal, access, decision } of principals) {
        if (!PRINCIPALS.includes(principal) || decision !== 'allowed') continue
        const scenario = scenarioFor(snapshot, principal, action, resource)
        const asked = accessQuestion(prepareScenario(scenario))
        const { question } = caseFor(scenario)
        const inside = intentOf(access)(question, scenario.request)
        const one = newAnswers()(asked).decision
        if (inside === true) assert.equal(one, 'allowed', JSON.stringify({ principal, access }))
        if (one === 'denied') assert.equal(inside, false, JSON.stringify({ principal, access }))
        told++
      }
    }),
    { numRuns: Math.ceil(RUNS / 4), seed: SEED },
  )
  assert.ok(told > RUNS / 8, `only ${told} answers`)
})

function caseFor(scenario: Scenario) {
  const prepared = prepareScenario(scenario)
  const { resource } = scenario.request
  const read = normalizeRequest(scenario.request, typeof resource === 'string' ? resource : null)
  return evaluationInputOf(prepared, read, knownRelation(prepared, read) ?? 'same')
}

test(`every way is a way: evaluate allows it in the context it comes with, in ${RUNS} random snapshots (seed ${SEED})`, () => {
  const answers = newAnswers()
  let replayed = 0
  fc.assert(
    fc.property(question, ([files, [action, resource]]) => {
      const snapshot = readSnapshot(files)
      for (const principal of PRINCIPALS) {
        const scenario = scenarioFor(snapshot, principal, action, resource)
        const asked = accessQuestion(prepareScenario(scenario))
        const { decision, conjunctions: ways } = answers(asked)
        if (decision !== 'allowed') continue
        for (const way of ways) {
          const found = findContext(way, asked.known)
          assert.ok(found.is === 'yes')
          const request = { ...scenario.request, context: contextFrom(found.context) }
          assert.equal(evaluate({ ...scenario, request }).decision, 'allowed', JSON.stringify(request))
          if (found.context.size > 0) replayed++
        }
      }
    }),
    { numRuns: RUNS, seed: SEED },
  )
  assert.ok(replayed > RUNS / 8, `only ${replayed} ways have a context of their own`)
})

const contextFrom = (found: ReadonlyMap<string, KeyState>): Record<string, ContextValue> =>
  Object.fromEntries([...found].map(([key, state]) => [key, contextValue(state)]))

const contextValue = (state: KeyState): ContextValue => {
  if (state.state === 'absent') return null
  if (state.state !== 'values') return { state: 'present' }
  return state.multivalued ? state.values : (state.values[0] ?? '')
}
