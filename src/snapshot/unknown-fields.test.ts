import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scenarioProblems } from './scenario-shape.ts'
import { unknownFields } from './unknown-fields.ts'

test('a field that docs/json.md does not know is named with the nearest one', () => {
  const found = unknownFields({
    request: { principal: 'a', principaltags: {}, contextComplet: true, context: { 'any:Key': 'x' } },
    policies: {
      identityPolicy: [],
      identityPolicies: [{ name: 'p', documnet: {} }],
      serviceControlPolicies: [{ target: 'r', policys: [] }],
    },
    resources: [
      {
        arn: 'a',
        attributes: { sseKmsKeyArn: 'k', objectOwnerShip: 'x', blockPublicAccess: { blockPublicAcls: true, Blok: 1 } },
      },
    ],
    zzzzzzzzzz: 1,
  })
  assert.deepEqual(
    found.map(({ pointer, nearest }) => [pointer, nearest]),
    [
      ['/request/principaltags', 'principalTags'],
      ['/request/contextComplet', 'contextComplete'],
      ['/policies/identityPolicy', 'identityPolicies'],
      ['/policies/identityPolicies/0/documnet', 'document'],
      ['/policies/serviceControlPolicies/0/policys', 'policies'],
      ['/resources/0/attributes/objectOwnerShip', 'objectOwnership'],
      ['/resources/0/attributes/blockPublicAccess/Blok', null],
      ['/zzzzzzzzzz', null],
    ],
  )
})

test('a full scenario of docs/json.md, "Scenario" has no unknown field and no problem of form', () => {
  const policy = { name: 'p', arn: 'arn:aws:iam::aws:policy/X', document: { anything: 1 }, file: 'x.json' }
  const level = { target: 'r-root', policies: [policy] }
  const scenario = {
    request: {
      principal: 'arn:aws:iam::111122223333:role/x',
      principalDetails: { type: 'role', roleArn: 'r', federatedBy: 'f', userId: 'u' },
      principalTags: { a: 'b' },
      action: 's3:GetObject',
      resource: ['arn:aws:s3:::a'],
      resourceAccount: '111122223333',
      context: { a: ['x'], b: null, c: { state: 'unknown' }, d: true, e: 1 },
      contextComplete: false,
    },
    policies: {
      complete: true,
      serviceControlPolicies: [level],
      resourceControlPolicies: null,
      vpcEndpointPolicy: null,
      resourcePolicy: { ...policy, kind: 'bucket' },
      identityPolicies: [policy],
      permissionsBoundary: policy,
      sessionPolicies: [],
      serviceGuards: { acl: {}, tags: {} },
    },
    resources: [{ arn: 'a', account: '111122223333', kind: 'key', policy: {}, attributes: { kmsGrants: [] } }],
    organization: { id: 'o-x', managementAccount: '111122223333', principalPath: 'o-x/r-y/', resourcePath: null },
  }
  assert.deepEqual(unknownFields(scenario), [])
  assert.deepEqual(scenarioProblems(scenario), [])
})

test('names of any length, number and nature are answered', () => {
  const names = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`${'x'.repeat(index)}`, 1]))
  assert.equal(unknownFields(names).length, 2000)
  const [proto] = unknownFields(JSON.parse('{"request": {"__proto__": 1, "a/b~c": 2}}'))
  assert.deepEqual(proto, { pointer: '/request/__proto__', name: '__proto__', nearest: null })
  for (const value of [null, 1, 'x', [], [[]]]) assert.deepEqual(unknownFields(value), [])
})

test('values of the wrong form are named by pointer', () => {
  const pointers = (value: unknown): readonly string[] => scenarioProblems(value).map(({ pointer }) => pointer)
  assert.deepEqual(pointers([]), [''])
  assert.deepEqual(pointers({ request: { resource: [], resourceAccount: 111122223333, context: { a: {} } } }), [
    '/request/resource',
    '/request/resourceAccount',
    '/request/context/a',
  ])
  assert.deepEqual(pointers({ policies: { identityPolicies: {}, serviceControlPolicies: [{ policies: null }] } }), [
    '/policies/serviceControlPolicies/0/policies',
    '/policies/identityPolicies',
  ])
})
