import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { evaluate, prepareScenario } from '#engine/evaluate.ts'
import type { Scenario } from '#engine/scenario.ts'
import { normalizeRequest, evaluationInputOf } from '#engine/read-request.ts'
import { intentOf } from '#prove/intent.ts'
import { whatCan } from '#prove/what-can.ts'
import { whoCan } from '#prove/who-can.ts'
import { policiesInForce } from '#snapshot/in-force.ts'
import { readSnapshot, type Snapshot } from '#snapshot/snapshot.ts'
import { RUNS as CASES } from './runs.ts'

/** A fixed seed in CI; `DENYTRACE_SEED` draws others. A failure prints the smallest policies and the seed. */
const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20261129)
const RUNS = Math.ceil(CASES / 100)

const OWN = '111111111111'
const USERS = ['ann', 'bob']
const glue = (rest: string) => `arn:aws:glue:us-east-1:${OWN}:${rest}`

const ASKS: readonly (readonly [action: string, resource: string])[] = [
  ['glue:GetTable', glue('table/d/t')],
  ['glue:GetTable', glue('table/d/u')],
  ['glue:GetTable', glue('table/e/t')],
  ['glue:GetTable', `arn:aws:glue:eu-west-1:${OWN}:table/d/t`],
  ['glue:GetTable', glue('database/d')],
  ['glue:GetTableVersion', glue('tableVersion/d/t/1')],
  ['glue:GetUserDefinedFunction', glue('userDefinedFunction/d/f')],
  ['glue:GetConnection', glue('connection/c')],
  ['glue:TagResource', glue('connection/c')],
]

const statement = fc.record({
  Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
  Action: fc.constantFrom('glue:*', 'glue:Get*', 'glue:GetTable', '*'),
  Resource: fc.uniqueArray(
    fc.constantFrom(
      ...['table/*', 'table/d/t', 'table/*/t', 'database/d', 'database/*', 'catalog', '*', '*/d', 'd*', '*a*/d*'].map(
        glue,
      ),
      glue('*/d/*'),
      `arn:aws:glue:*:${OWN}:catalog`,
      'arn:aws:glue:*:*:database/?',
      '*',
    ),
    { minLength: 1, maxLength: 3 },
  ),
})
const document = fc
  .array(statement, { minLength: 1, maxLength: 3 })
  .map((Statement) => ({ Version: '2012-10-17', Statement }))

/** Two users, so that those whose policies agree on a table are told apart by what they say of its database. */
const snapshotOf = (documents: readonly object[]): Snapshot =>
  readSnapshot(
    new Map([
      ['meta.json', JSON.stringify({ coverage: [{ part: '', state: 'complete' }] })],
      ['organization.json', 'null'],
      [`accounts/${OWN}/account.json`, JSON.stringify({ id: OWN })],
      ...['us-east-1', 'eu-west-1'].map((region): [string, string] => {
        const arn = `arn:aws:glue:${region}:${OWN}:catalog`
        return [
          `accounts/${OWN}/resources/glue/${region}.json`,
          JSON.stringify({ arn, account: OWN, policy: null, attributes: {} }),
        ]
      }),
      [
        `accounts/${OWN}/authorization-details.json`,
        JSON.stringify({
          UserDetailList: USERS.map((UserName, i) => ({
            UserName,
            Arn: `arn:aws:iam::${OWN}:user/${UserName}`,
            UserPolicyList: [{ PolicyName: 'own', PolicyDocument: documents[i] }],
          })),
        }),
      ],
    ]),
  )

function scenarioFor(snapshot: Snapshot, principal: string, [action, resource]: (typeof ASKS)[number]): Scenario {
  const { request, policies, resources, organization } = policiesInForce(snapshot, { principal, action, resource })
  const free = {
    ...policies,
    resourcePolicy: null,
    serviceGuards: null,
    sessionPolicies: null,
    vpcEndpointPolicy: null,
  }
  return { request, policies: free, resources, ...(organization === undefined ? {} : { organization }) }
}

const options = { managedPolicies: () => undefined }

test(`who-can and what-can ask for database and catalog as evaluate does, in ${RUNS} random policies (seed ${SEED})`, () => {
  const seen = { allowed: 0, denied: 0, open: 0 }
  fc.assert(
    fc.property(fc.tuple(document, document), (documents) => {
      const snapshot = snapshotOf(documents)
      for (const [i, name] of USERS.entries()) {
        const principal = `arn:aws:iam::${OWN}:user/${name}`
        const told = whatCan(snapshot, principal, options)
        assert.ok(told !== undefined)
        const [inAccess, inOpen] = [intentOf(told.access), intentOf(told.undetermined)]
        for (const ask of ASKS) {
          const scenario = scenarioFor(snapshot, principal, ask)
          const { decision } = evaluate(scenario)
          const about: string = JSON.stringify({ ask, document: documents[i], decision, told })
          const read = normalizeRequest(scenario.request, ask[1])
          const { question } = evaluationInputOf(prepareScenario(scenario), read, 'same')
          // Where the patterns cannot be told apart, it says so.
          if (inOpen(question, scenario.request) === false)
            assert.equal(inAccess(question, scenario.request), decision === 'allowed', about)
          else seen.open++
          const { principals } = whoCan(snapshot, { action: ask[0], resource: ask[1] }, { ...options, all: true })
          const found = principals.find((one) => one.principal === principal)
          if (found !== undefined) assert.equal(found.decision === 'allowed', decision === 'allowed', about)
          if (decision === 'allowed') assert.ok(found !== undefined, about)
          if (decision !== 'undetermined') seen[decision]++
        }
      }
    }),
    { numRuns: RUNS, seed: SEED },
  )
  assert.ok(seen.allowed > RUNS && seen.denied > RUNS && seen.open < seen.allowed, JSON.stringify(seen))
})
