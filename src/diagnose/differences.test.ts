import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Decision, LayerVerdict, StatementVerdict } from '#engine/decision.ts'
import { differencesBetween } from './differences.ts'

const decision = (...layers: LayerVerdict[]): Decision => ({
  schemaVersion: 1,
  decision: 'denied',
  denyType: null,
  blockedBy: [],
  likelyReported: null,
  normalized: [],
  layers,
  missing: [],
  assumptions: [],
  outcomes: [],
  requirement: { all: [] },
})

const statement = (more: Partial<StatementVerdict> = {}): StatementVerdict => ({
  policy: 'p',
  index: 0,
  pointer: '/Statement/0',
  effect: 'Allow',
  matches: true,
  failedOn: [],
  ...more,
})

const identity: LayerVerdict = {
  layer: 'identity-policy',
  verdict: 'allow',
  counted: true,
  statements: [statement()],
}
const scp = (where: string, more: Partial<LayerVerdict> = {}): LayerVerdict => ({
  ...identity,
  layer: 'service-control-policy',
  where,
  ...more,
})

test('two equal judgements have no difference', () => {
  assert.deepEqual(differencesBetween(decision(scp('r-1'), identity), decision(scp('r-1'), identity)), [])
})

test('the layer that refuses on one side only comes before an earlier layer that merely differs', () => {
  const here = decision(scp('r-1'), { ...identity, verdict: 'implicit-deny', statements: [] })
  const there = decision(scp('r-1', { verdict: 'unknown' }), identity)
  assert.deepEqual(
    differencesBetween(here, there).map(({ layer, here, there }) => [layer, here, there]),
    [
      ['identity-policy', 'implicit-deny', 'allow'],
      ['service-control-policy', 'allow', 'unknown'],
    ],
  )
})

test('layers that bear alike keep contract order', () => {
  const refusing = { verdict: 'explicit-deny' } as const
  const here = decision({ ...identity, ...refusing }, scp('r-1', refusing))
  assert.deepEqual(
    differencesBetween(here, decision(identity, scp('r-1'))).map(({ layer }) => layer),
    ['service-control-policy', 'identity-policy'],
  )
})

test('a refusal that does not count does not come first', () => {
  const here = decision(scp('r-1', { verdict: 'unknown' }), { ...identity, verdict: 'implicit-deny', counted: false })
  const [first] = differencesBetween(here, decision(scp('r-1'), identity))
  assert.equal(first?.layer, 'service-control-policy')
})

test('levels of the organization with other ids are paired in order', () => {
  const here = decision(scp('r-1'), scp('111122223333', { verdict: 'explicit-deny' }))
  const there = decision(scp('r-1'), scp('444455556666'))
  assert.deepEqual(
    differencesBetween(here, there).map(({ where, here, there }) => [where, here, there]),
    [['111122223333', 'explicit-deny', 'allow']],
  )
})

test('a level that only one side has is null on the other', () => {
  const [found] = differencesBetween(decision(scp('r-1')), decision(scp('r-1'), scp('ou-1')))
  assert.deepEqual([found?.where, found?.here, found?.there], ['ou-1', null, 'allow'])
})

test('a statement is the same by its Sid, although it stands elsewhere in the policy', () => {
  const moved = { ...identity, statements: [statement({ sid: 'A', index: 3 })] }
  const here = { ...identity, statements: [statement({ sid: 'A' })] }
  assert.deepEqual(differencesBetween(decision(here), decision(moved)), [])
})

test('a statement that matches on one side only is told, also where the verdicts are the same', () => {
  const deny = statement({ sid: 'B', index: 1, effect: 'Deny', matches: false })
  const here = { ...identity, statements: [statement(), deny] }
  const unsure = { ...deny, matches: 'unknown' as const }
  const [found] = differencesBetween(decision(here), decision({ ...identity, statements: [statement(), unsure] }))
  assert.deepEqual(found?.statements, [{ here: deny, there: unsure }])
})

test('a statement that matches on neither side is no difference', () => {
  const extra = { ...identity, statements: [statement(), statement({ sid: 'X', index: 1, matches: false })] }
  assert.deepEqual(differencesBetween(decision(extra), decision(identity)), [])
  assert.deepEqual(differencesBetween(decision(identity), decision(extra)), [])
})
