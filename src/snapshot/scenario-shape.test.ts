import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Scenario } from '#engine/scenario.ts'
import { actionsOf } from '#iam/facts/actions.ts'
import { allServices } from '#iam/facts/services.ts'
import { scenarioProblems, withoutEmptyLayers } from './scenario-shape.ts'

const REQUEST = {
  principal: 'arn:aws:iam::111122223333:user/dev',
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::b/k',
}
const pointersOf = (request: object): readonly string[] =>
  scenarioProblems({ request: { ...REQUEST, ...request } }).map(({ pointer }) => pointer)

test('an action is one action, by its name or that of an API call, quoted or not', () => {
  for (const action of ['s3:GetObject', 'S3:getobject', ' `s3:GetObject` ', 'dynamodb:TransactWriteItems'])
    assert.deepEqual(pointersOf({ action }), [], action)
  for (const action of [
    's3:*',
    '*',
    's3:Delete*',
    's3:Get?bject',
    '',
    's3',
    's3:',
    's3:A,s3:B',
    's3:DeleteObject\u200B',
    7,
  ])
    assert.deepEqual(pointersOf({ action }), ['/request/action'], String(action))
})

test('every action of the reference is an action of a scenario, the few with a hyphen too', () => {
  const all = allServices().flatMap((service) => actionsOf(service).map((name) => `${service}:${name}`))
  assert.ok(all.length > 20_000, String(all.length))
  assert.deepEqual(
    all.filter((action) => pointersOf({ action, resource: '*' }).length > 0),
    [],
  )
  assert.ok(all.includes('vpc-lattice:AssociateViaAWSService-EventsAndStates'))
})

test('a resource is an ARN, a pattern of one, `*`, not known, or the name of a key', () => {
  for (const resource of ['*', null, 'arn:aws:s3:::b/*', ['arn:aws:s3:::b', '"arn:aws:s3:::b/k"'], 'alias/app'])
    assert.deepEqual(pointersOf({ resource }), [], String(resource))
  for (const resource of ['s3://b/k', 'b/k', '', ['arn:aws:s3:::b', 'b/k'], 'arn:aws:s3'])
    assert.deepEqual(pointersOf({ resource }), ['/request/resource'], String(resource))
  // Where an action has no resource, what is printed in its place is not looked at (R-REQ-03).
  assert.deepEqual(pointersOf({ action: 's3:ListAllMyBuckets', resource: 'n/a' }), [])
})

test('a principal makes requests: no group, no policy, no pattern', () => {
  const account = 'arn:aws:iam::111122223333'
  for (const principal of [
    `${account}:root`,
    `${account}:role/team/R`,
    'arn:aws:sts::111122223333:assumed-role/R/s',
    'arn:aws:sts::111122223333:federated-user/bob',
    `${account}:saml-provider/p`,
    's3.amazonaws.com',
    'accounts.google.com',
    'anonymous',
    '111122223333',
    'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E15MNIMTCFKK4C',
  ])
    assert.deepEqual(pointersOf({ principal }), [], principal)
  for (const principal of [`${account}:group/g`, `${account}:policy/x`, `${account}:user/*`, `${account}:role/`, ''])
    assert.deepEqual(pointersOf({ principal }), ['/request/principal'], principal)
  assert.deepEqual(pointersOf({ principalDetails: { type: 'bogus' } }), ['/request/principalDetails/type'])
})

test('an empty list says that a layer of one policy is not there', () => {
  const policies = {
    complete: false,
    resourcePolicy: [],
    permissionsBoundary: [],
    vpcEndpointPolicy: [],
    identityPolicies: [],
  }
  assert.deepEqual(scenarioProblems({ policies }), [])
  assert.deepEqual(withoutEmptyLayers({ policies } as unknown as Scenario).policies, {
    complete: false,
    resourcePolicy: null,
    permissionsBoundary: null,
    vpcEndpointPolicy: null,
    identityPolicies: [],
  })
  assert.deepEqual(
    scenarioProblems({ policies: { resourcePolicy: [{}] } }).map(({ pointer }) => pointer),
    ['/policies/resourcePolicy'],
  )
})

test('a resource of a scenario has an ARN', () => {
  const found = (resources: unknown) => scenarioProblems({ request: REQUEST, resources }).map(({ pointer }) => pointer)
  assert.deepEqual(found([{ arn: 'arn:aws:s3:::b' }]), [])
  assert.deepEqual(found([{ arn: 'arn:aws:s3:::b' }, {}]), ['/resources/1'])
  assert.deepEqual(found([{ arn: 7 }]), ['/resources/0/arn'])
})
