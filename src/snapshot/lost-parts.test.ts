import assert from 'node:assert/strict'
import { test } from 'node:test'
import { snapshotHealth } from './health.ts'
import { policiesInForce } from './in-force.ts'
import { organizationOf } from './organization.ts'
import { partState, readSnapshot } from './snapshot.ts'

const A = '111122223333'
const QUEUES = `accounts/${A}/resources/sqs`
const queue = (name: string): unknown => ({ arn: `arn:aws:sqs:us-east-1:${A}:${name}`, policy: null })
const WHOLE: Readonly<Record<string, unknown>> = {
  'organization.json': null,
  [`accounts/${A}/account.json`]: { id: A },
  [`accounts/${A}/authorization-details.json`]: { RoleDetailList: [] },
  [`accounts/${A}/vpc-endpoints.json`]: { VpcEndpoints: [] },
  [`${QUEUES}/a.json`]: queue('a'),
  [`${QUEUES}/b.json`]: queue('b'),
  'meta.json': {
    coverage: [
      { part: '', state: 'complete' },
      { part: QUEUES, state: 'complete', files: 2 },
    ],
  },
}

const without = (lost: string | undefined, more: Readonly<Record<string, unknown>> = {}) =>
  readSnapshot(
    new Map(
      Object.entries({ ...WHOLE, ...more })
        .filter(([path]) => path !== lost)
        .map(([path, value]) => [path, JSON.stringify(value)]),
    ),
  )

const gapsWithout = (lost: string) => snapshotHealth(without(lost), 0).gaps.map(({ part, state }) => [part, state])

test('a whole snapshot has no gap; one of which a file is lost says which', () => {
  assert.deepEqual(snapshotHealth(without(undefined), 0).gaps, [])
  assert.equal(organizationOf(without(undefined)), 'none')
  assert.equal(organizationOf(without('organization.json')), 'unknown')
  for (const part of Object.keys(WHOLE).filter((path) => !path.startsWith(QUEUES) && path !== 'meta.json')) {
    assert.deepEqual(gapsWithout(part), [[part, 'missing']])
    assert.equal(partState(without(part), part), 'missing')
  }
  assert.deepEqual(gapsWithout(`${QUEUES}/b.json`), [[QUEUES, 'partial']])
})

test('a resource that is not there has no policy only where no file of its folder is lost', () => {
  const policy = (lost: string | undefined) =>
    policiesInForce(without(lost), {
      principal: `arn:aws:iam::${A}:role/app`,
      action: 'sqs:SendMessage',
      resource: `arn:aws:sqs:us-east-1:${A}:b`,
    }).policies.resourcePolicy
  assert.equal(policy(undefined), null)
  assert.equal(policy(`${QUEUES}/b.json`), undefined)
})

test('of a snapshot that a run was still writing nothing is known', () => {
  const snapshot = without(undefined, {
    'meta.json': { unfinished: true, coverage: [{ part: '', state: 'complete' }] },
  })
  assert.equal(organizationOf(snapshot), 'unknown')
  assert.match(snapshot.problems[0]?.message ?? '', /has not ended/)
})
