import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callOf } from '../calls.ts'
import { evaluateChain } from '../chain.ts'
import { evaluateEffect } from '../evaluate-effect.ts'
import { preparePolicies } from '../prepare.ts'
import type { Scenario } from '../scenario.ts'

const GLUE = 'arn:aws:glue:us-east-1:111122223333'
const TABLE = `${GLUE}:table/db/t`
const asking = (action: string, resource: string | readonly string[], allowed: readonly string[] = []): Scenario => ({
  request: { principal: 'arn:aws:iam::111122223333:user/analyst', action, resource },
  policies: {
    complete: true,
    identityPolicies: [
      { name: 'own', document: { Statement: { Effect: 'Allow', Action: 'glue:*', Resource: [...allowed] } } },
    ],
  },
})
const requestsOf = (action: string, resource: string | readonly string[]): unknown =>
  callOf(asking(action, resource).request)?.requests.map((request) => [request.action, request.resource])

// https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html
test('what lies in the Data Catalog is asked for with all that it lies in (R-OTH-08)', () => {
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [action: string, resource: string, ...further: string[]])[] = [
    ['glue:GetTable',               'table/db/t',                    'database/db', 'catalog'],
    ['GLUE:gettable',               'table/db/t',                    'database/db', 'catalog'],
    ['glue:GetTables',              'table/db/*',                    'database/db', 'catalog'],
    ['glue:DeleteTable',            'table/db/t',                    'database/db', 'catalog'],
    ['glue:GetDatabase',            'database/db',                   'catalog'],
    ['glue:GetUserDefinedFunction', 'userDefinedFunction/db/f',      'database/db', 'catalog'],
    ['glue:GetConnection',          'connection/c',                  'catalog'],
    ['glue:GetTableVersion',        'tableVersion/db/t/1',           'table/db/t', 'database/db', 'catalog'],
    ['glue:GetUnfilteredTableMetadata', 'table/db/t',                'database/db', 'catalog'],
    ['glue:GetDatabases',           'catalog'],
    ['glue:TagResource',            'connection/c'],
    ['glue:StartJobRun',            'job/j'],
    ['glue:GetTable',               'table/s3tablescatalog/b/db/t'],
  ]
  for (const [action, resource, ...further] of ROWS)
    assert.deepEqual(
      requestsOf(action, `${GLUE}:${resource}`),
      further.length === 0 ? undefined : [[action, [resource, ...further].map((name) => `${GLUE}:${name}`)]],
      `${action} on ${resource}`,
    )
})

test('what the request names itself is not asked for again', () => {
  assert.equal(requestsOf('glue:GetTable', [TABLE, `${GLUE}:database/db`, `${GLUE}:catalog`]), undefined)
})

test('a policy for the table alone is refused on its database, with and without the chain', () => {
  const scenario = asking('glue:GetTable', TABLE, [TABLE])
  const { decision, parts = [], normalized, steps } = evaluateChain(scenario)
  assert.equal(decision, 'denied')
  assert.deepEqual(
    parts.map((part) => [part.resource, part.decision.decision, part.decision.blockedBy]),
    [
      [TABLE, 'allowed', []],
      [`${GLUE}:database/db`, 'denied', ['identity-policy']],
      [`${GLUE}:catalog`, 'denied', ['identity-policy']],
    ],
  )
  assert.deepEqual([normalized, steps], [[], []], 'the action is its own, and nothing is asked twice')
  const policies = preparePolicies(scenario.policies ?? {})
  assert.equal(evaluateEffect(policies, scenario.request, scenario).decision, 'denied')
})

test('tags that are said of a table are not those of its database', () => {
  const tagged = (resource: string | readonly string[]): Scenario => ({
    ...asking('glue:GetTable', resource),
    policies: {
      complete: true,
      identityPolicies: [
        {
          name: 'own',
          document: {
            Statement: {
              Effect: 'Allow',
              Action: 'glue:*',
              Resource: '*',
              Condition: { StringEquals: { 'aws:ResourceTag/env': 'dev' } },
            },
          },
        },
      ],
      serviceGuards: { tags: { env: 'dev' } },
    },
  })
  assert.equal(evaluateChain(tagged(TABLE)).decision, 'undetermined')
  assert.equal(evaluateChain(tagged(`${GLUE}:catalog`)).decision, 'allowed')
})
