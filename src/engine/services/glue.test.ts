import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluateChain, furtherRequests } from '../chain.ts'
import type { Scenario } from '../scenario.ts'

const GLUE = 'arn:aws:glue:us-east-1:111122223333'
const asking = (action: string, resource: string | readonly string[], allowed: readonly string[] = []): Scenario => ({
  request: { principal: 'arn:aws:iam::111122223333:user/analyst', action, resource },
  policies: {
    complete: true,
    identityPolicies: [
      { name: 'own', document: { Statement: { Effect: 'Allow', Action: 'glue:*', Resource: [...allowed] } } },
    ],
  },
})
const asked = (action: string, resource: string | readonly string[]): readonly unknown[] =>
  furtherRequests(asking(action, resource)).map(({ request }) => request.resource)

// https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html
test('what lies in the Data Catalog is asked for with all that it lies in (R-OTH-08)', () => {
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [action: string, resource: string, ...further: string[]])[] = [
    ['glue:GetTable',               'table/db/t',                    'database/db', 'catalog'],
    ['glue:GetTables',              'table/db/*',                    'database/db', 'catalog'],
    ['glue:DeleteTable',            'table/db/t',                    'database/db', 'catalog'],
    ['glue:GetDatabase',            'database/db',                   'catalog'],
    ['glue:GetUserDefinedFunction', 'userDefinedFunction/db/f',      'database/db', 'catalog'],
    ['glue:GetConnection',          'connection/c',                  'catalog'],
    ['glue:GetTableVersion',        'tableVersion/db/t/1',           'table/db/t', 'database/db', 'catalog'],
    ['glue:GetDatabases',           'catalog'],
    ['glue:TagResource',            'connection/c'],
    ['glue:StartJobRun',            'job/j'],
    ['glue:GetTable',               'table/s3tablescatalog/b/db/t'],
  ]
  for (const [action, resource, ...further] of ROWS)
    assert.deepEqual(
      asked(action, `${GLUE}:${resource}`),
      further.map((one) => `${GLUE}:${one}`),
      `${action} on ${resource}`,
    )
})

test('what the request names itself is not asked for again', () => {
  assert.deepEqual(asked('glue:GetTable', [`${GLUE}:table/db/t`, `${GLUE}:database/db`, `${GLUE}:catalog`]), [])
})

test('a policy for the table alone is refused on its database, which is the denial that comes next', () => {
  const { decision, steps = [] } = evaluateChain(asking('glue:GetTable', `${GLUE}:table/db/t`, [`${GLUE}:table/db/t`]))
  assert.equal(decision, 'allowed')
  assert.deepEqual(
    steps.map(({ request, rule, decision: next }) => [request.resource, rule, next.decision, next.blockedBy]),
    [
      [`${GLUE}:database/db`, 'R-OTH-08', 'denied', ['identity-policy']],
      [`${GLUE}:catalog`, 'R-OTH-08', 'denied', ['identity-policy']],
    ],
  )
})
