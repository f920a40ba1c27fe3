import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { reconcile } from './reconcile.ts'
import type { Spike } from './spike.ts'

const spike = (of: Partial<Spike> = {}): Spike => ({
  id: 'spike-1',
  kind: 'spike',
  severity: 'medium',
  family: 'principal',
  key: 'arn:aws:iam::111122223333:role/deploy',
  from: '2026-06-16T10:00:00Z',
  to: '2026-06-16T11:00:00Z',
  count: 12,
  expected: 0.1,
  p: 1e-9,
  fanOut: 1,
  affected: { principals: 1, actions: 1, resourceFamilies: 1 },
  allowedBefore: null,
  cause: { layer: 'identity-policy', denyType: 'implicit', policyArn: null, statement: null, change: null },
  examples: ['e1'],
  state: 'open',
  revision: 1,
  ...of,
})

describe('what was told before and what is found now', () => {
  it('a new alert is told once and not again', () => {
    assert.deepEqual(reconcile([], [spike()]).changed, [spike()])
    assert.deepEqual(reconcile([spike()], [spike()]).changed, [])
  })

  it('a few denials more are no news, twice as many are', () => {
    assert.deepEqual(reconcile([spike()], [spike({ count: 20, p: 1e-12 })]).changed, [])
    const [revised] = reconcile([spike()], [spike({ count: 24 })]).changed
    assert.deepEqual([revised?.id, revised?.revision, revised?.count], ['spike-1', 2, 24])
  })

  it('a late denial that moves the beginning revises the alert and makes no second one', () => {
    const late = spike({ id: 'spike-2', from: '2026-06-16T09:00:00Z', count: 15 })
    const { spikes, changed } = reconcile([spike()], [late])
    assert.deepEqual(
      spikes.map(({ id, revision, from }) => [id, revision, from]),
      [['spike-1', 2, '2026-06-16T09:00:00Z']],
    )
    assert.equal(changed.length, 1)
  })

  it('another incident of the same series later is another alert', () => {
    const later = spike({ id: 'spike-2', from: '2026-06-17T10:00:00Z', to: '2026-06-17T11:00:00Z' })
    assert.deepEqual(reconcile([spike()], [later]).spikes, [later])
  })

  it('two findings never become one alert', () => {
    const other = spike({ id: 'spike-2', count: 13 })
    const { spikes } = reconcile([spike()], [spike(), other])
    assert.deepEqual(spikes.map(({ id }) => id).toSorted(), ['spike-1', 'spike-2'])
  })

  it('what somebody acknowledged stays acknowledged; what was closed is open again when it goes on', () => {
    const on = { to: '2026-06-16T12:00:00Z' }
    assert.equal(reconcile([spike({ state: 'acknowledged' })], [spike(on)]).spikes[0]?.state, 'acknowledged')
    assert.equal(reconcile([spike({ state: 'closed' })], [spike(on)]).spikes[0]?.state, 'open')
    assert.equal(reconcile([spike({ state: 'closed' })], [spike()]).spikes[0]?.state, 'closed')
  })
})
