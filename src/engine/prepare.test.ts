/** Policies in force, prepared once: what is there, what is not, and what nobody knows (docs/json.md, "Scenario"). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readAction } from '#iam/action.ts'
import { readCaller } from '#iam/caller.ts'
import { ABSENT, UNKNOWN } from '#iam/key-state.ts'
import { DEFAULT_READINGS, withReadings } from '#iam/readings.ts'
import { readRequestResource } from '#iam/resource.ts'
import type { Question } from '#iam/statement.ts'
import { truthOfPolicies, preparePolicies, preparePolicy, preparingOnce } from './prepare.ts'
import type { PoliciesInForce, Policy } from './scenario.ts'

const A = '111122223333'
const statement = (Effect: string, more: object = {}) => ({ Effect, Action: '*', Resource: '*', ...more })
const policy = (...Statement: readonly object[]): Policy => ({
  name: 'p',
  document: { Version: '2012-10-17', Statement },
})
const P = policy(statement('Allow'))

const LAYERS = [
  'serviceControlPolicies',
  'resourceControlPolicies',
  'vpcEndpointPolicy',
  'resourcePolicy',
  'identityPolicies',
  'permissionsBoundary',
  'sessionPolicies',
] as const

describe('policies in force', () => {
  it('that are left out are not known, and none where all there is was said', () => {
    const [open, complete] = [preparePolicies({}), preparePolicies({ complete: true })]
    for (const layer of LAYERS) assert.deepEqual([open[layer], complete[layer]], [undefined, null], layer)
    assert.deepEqual([open.complete, complete.complete], [false, true])
    assert.deepEqual([open.serviceGuards, complete.serviceGuards], [undefined, undefined])
  })

  it('that are null or an empty list are none', () => {
    const nothing = Object.fromEntries(LAYERS.map((layer) => [layer, null])) as PoliciesInForce
    const prepared = preparePolicies({ ...nothing, serviceGuards: null })
    for (const layer of LAYERS) assert.equal(prepared[layer], null, layer)
    assert.equal(prepared.serviceGuards, null)
    const lists = { identityPolicies: [], sessionPolicies: [], serviceControlPolicies: [], resourceControlPolicies: [] }
    const empty = preparePolicies(lists)
    for (const layer of Object.keys(lists) as (keyof typeof lists)[]) assert.equal(empty[layer], null, layer)
  })

  it('are each read as the kind of policy that they are', () => {
    const level = [{ target: 'r-1', policies: [P] }]
    const prepared = preparePolicies({
      serviceControlPolicies: level,
      resourceControlPolicies: level,
      vpcEndpointPolicy: P,
      resourcePolicy: { ...P, kind: 'queue' },
      identityPolicies: [P],
      permissionsBoundary: P,
      sessionPolicies: [P],
    })
    assert.deepEqual(
      [
        prepared.serviceControlPolicies?.[0]?.policies?.[0]?.place,
        prepared.resourceControlPolicies?.[0]?.policies?.[0]?.place,
        prepared.vpcEndpointPolicy?.place,
        prepared.resourcePolicy?.place,
        prepared.identityPolicies?.[0]?.place,
        prepared.permissionsBoundary?.place,
        prepared.sessionPolicies?.[0]?.place,
      ],
      ['scp', 'rcp', 'vpce', 'resource', 'identity', 'boundary', 'session'],
    )
    assert.deepEqual([prepared.resourcePolicyKind, prepared.resourcePolicyGiven], ['queue', true])
    const trust = preparePolicies({ resourcePolicy: { ...P, kind: 'trust' } })
    assert.equal(trust.resourcePolicy?.place, 'trust')
    const none = [preparePolicies({ resourcePolicy: null }), preparePolicies({})]
    assert.deepEqual(
      none.map((policies) => [policies.resourcePolicyKind, policies.resourcePolicyGiven]),
      [
        [undefined, true],
        [undefined, false],
      ],
    )
  })

  it('of a level that could not be read are not known', () => {
    const prepared = preparePolicies({ serviceControlPolicies: [{ target: 'r-1' }, { target: A, policies: [] }] })
    assert.deepEqual(prepared.serviceControlPolicies, [
      { target: 'r-1', policies: undefined },
      { target: A, policies: [] },
    ])
  })

  it('keep name, ARN, file and lines, and a document that is not at hand may allow or deny anything', () => {
    const { name, arn, file, lines, source, document } = preparePolicy(
      { ...P, arn: 'arn:x', file: 'f.json', lines: [3] },
      'identity',
    )
    assert.deepEqual([name, arn, file, lines, source], ['p', 'arn:x', 'f.json', [3], P.document])
    assert.equal(document.statements.length, 1)
    const bare = preparePolicy({ name: 'managed' }, 'identity')
    assert.deepEqual([bare.lines, bare.document.statements], [[], []])
    assert.deepEqual(
      bare.document.unreadable.map(({ pointer }) => pointer),
      [''],
    )
  })
})

describe('a document that comes back', () => {
  it('is prepared once for its place, name, ARN and file', () => {
    const prepare = preparingOnce()
    const first = prepare(P, 'identity')
    assert.equal(prepare(P, 'identity'), first)
    assert.equal(prepare({ ...P }, 'identity', DEFAULT_READINGS), first)
    const others = [
      prepare(P, 'boundary'),
      prepare({ ...P, name: 'q' }, 'identity'),
      prepare({ ...P, arn: 'arn:x' }, 'identity'),
      prepare({ ...P, file: 'f.json' }, 'identity'),
      prepare(policy(statement('Allow')), 'identity'),
      prepare(P, 'identity', withReadings({ 'short-arns': 'never' })),
    ]
    assert.equal(new Set([first, ...others]).size, 7)
    assert.equal(prepare({ ...P, arn: 'arn:x' }, 'identity'), others[2])
    assert.equal(prepare(P, 'identity'), first)
  })

  it('as a text, or not at hand, is prepared each time', () => {
    const prepare = preparingOnce()
    for (const document of [JSON.stringify(P.document), null, undefined]) {
      const unprepared = { name: 'p', document }
      assert.notEqual(prepare(unprepared, 'identity'), prepare(unprepared, 'identity'))
    }
  })
})

describe('the statements that bear on an action', () => {
  const prepared = preparePolicy(
    policy(
      statement('Allow', { Action: 's3:*' }),
      statement('Deny', { Action: 's3:PutObject' }),
      { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' },
      statement('Allow', { Action: 'sqs:*' }),
    ),
    'identity',
  )
  const bearing = (text: string) => {
    const action = readAction(text)
    assert.ok(action)
    const { denies, allows, indexes } = prepared.bearingOn(action)
    return [denies.map(({ index }) => index), allows.map(({ index }) => index), [...indexes()].toSorted()]
  }

  it('are its Denys and its Allows, in their order, the same each time', () => {
    for (let i = 0; i < 2; i++) {
      assert.deepEqual(bearing('s3:PutObject'), [[1], [0, 2], [0, 1, 2]])
      assert.deepEqual(bearing('sqs:SendMessage'), [[], [2, 3], [2, 3]])
      assert.deepEqual(bearing('iam:GetRole'), [[], [], []])
      assert.deepEqual(bearing(`s3:${'x'.repeat(200)}`), [[], [0, 2], [0, 2]])
    }
  })
})

describe('what policies say together (R-COND-63)', () => {
  const question: Question = {
    action: { service: 'sqs', name: 'sendmessage' },
    resource: readRequestResource(`arn:aws:sqs:eu-west-1:${A}:q`),
    caller: readCaller({ principal: `arn:aws:iam::${A}:user/ann`, action: '', resource: '*' }),
    lookup: (key) => (key === 'ex:k' ? UNKNOWN : ABSENT),
    listsAllBuckets: false,
    hasBoundary: false,
  }
  const maybe = { Condition: { StringEquals: { 'ex:k': 'v' } } }
  const never = { Condition: { StringEquals: { 'ex:absent': 'v' } } }
  const judged = (place: 'identity' | 'resource', ...statements: readonly object[]) => {
    const { deny, allow, by, kinds } = truthOfPolicies([preparePolicy(policy(...statements), place)], question)
    return [deny, allow, by?.statement.index, Object.fromEntries(kinds)]
  }

  it('is that one Deny and one Allow is enough, and which statement settles it', () => {
    const [allow, deny] = [statement('Allow'), statement('Deny')]
    assert.deepEqual(judged('identity'), [false, false, undefined, {}])
    assert.deepEqual(judged('identity', statement('Allow', never), allow, allow), [false, true, 1, {}])
    assert.deepEqual(judged('identity', allow, statement('Deny', maybe)), ['unknown', true, 0, {}])
    assert.deepEqual(judged('identity', allow, statement('Deny', maybe), deny, deny), [true, true, 2, {}])
    assert.deepEqual(judged('identity', statement('Allow', maybe)), [false, 'unknown', undefined, {}])
    assert.deepEqual(judged('identity', statement('Allow', maybe), statement('Allow', never)), [
      false,
      'unknown',
      undefined,
      {},
    ])
  })

  it('is open where a part cannot be read, unless the rest settles it', () => {
    const broken = { Effect: 'allow' }
    assert.deepEqual(judged('identity', broken), ['unknown', 'unknown', undefined, {}])
    assert.deepEqual(judged('identity', broken, statement('Allow')), ['unknown', true, 1, {}])
    assert.deepEqual(judged('identity', broken, statement('Deny')).slice(0, 2), [true, 'unknown'])
  })

  it('has every kind by which an Allow names the caller, also after one that surely does', () => {
    const to = (Principal: unknown, more: object = {}) => statement('Allow', { Principal, ...more })
    assert.deepEqual(judged('resource', to('*'), to({ AWS: A }), to({ AWS: A }, maybe)), [
      false,
      true,
      0,
      { any: true, account: true },
    ])
    assert.deepEqual(judged('resource', to({ AWS: A }, maybe), to('*', maybe)), [
      false,
      'unknown',
      undefined,
      { account: 'unknown', any: 'unknown' },
    ])
  })

  it('counts every policy of a list', () => {
    const list = [P, policy(statement('Deny'))].map((policy) => preparePolicy(policy, 'identity'))
    const { deny, allow, by } = truthOfPolicies(list, question)
    assert.deepEqual([deny, allow, by?.policy], [true, true, list[1]])
  })
})
