import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Spike } from '#alert/spike.ts'
import { spikesText, type SpikesPage } from './text-spikes.ts'

const PAGE = { columns: undefined, isTerminal: false, color: false }

const spike = (of: Partial<Spike> = {}): Spike => ({
  id: 'spike-1',
  kind: 'spike',
  severity: 'high',
  family: 'action',
  key: 's3:PutObject',
  from: '2026-06-16T10:00:00Z',
  to: '2026-06-16T11:00:00Z',
  count: 400,
  expected: 0.1513,
  p: 1.234e-40,
  fanOut: 40,
  affected: { principals: 40, actions: 1, resourceFamilies: 3 },
  allowedBefore: true,
  cause: {
    layer: 'service-control-policy',
    denyType: 'explicit',
    policyArn: 'arn:aws:organizations::1:policy/o/p',
    statement: null,
    change: {
      time: '2026-06-16T09:58:00Z',
      eventId: 'e',
      action: 'organizations:UpdatePolicy',
      by: 'arn:aws:iam::1:role/admin',
      target: 'p',
    },
  },
  examples: ['id-1'],
  state: 'acknowledged',
  revision: 1,
  ...of,
})

const HISTORY = {
  from: '2026-06-01T00:00:00Z',
  to: '2026-06-21T00:00:00Z',
  days: 20,
  judgedFrom: '2026-06-02T00:00:00Z',
  series: 12,
  denials: 900,
}

const page = (spikes: readonly Spike[], of: Partial<SpikesPage> = {}): SpikesPage => ({
  spikes,
  history: HISTORY,
  control: { kind: 'fixed', p: 1e-5 },
  expectedFalseAlarmsPerWeek: 0.0391,
  leftOut: { 'service-probe': 7 },
  ...of,
})

describe('spikes as text', () => {
  it('say what stands out, against what, why, and where to look', () => {
    assert.equal(
      spikesText(page([spike()]), PAGE),
      `spike, high, acknowledged  2026-06-16T10:00:00Z to 2026-06-16T11:00:00Z  400 denials, 0.15 expected, p 1.2e-40
  action s3:PutObject
  40 principals, 1 action, 3 resource families
  cause: explicit deny of the service control policy arn:aws:organizations::1:policy/o/p; 2026-06-16T09:58:00Z: organizations:UpdatePolicy of p by arn:aws:iam::1:role/admin
  It was allowed before: something that worked has stopped.
  spike-1; denytrace denials show id-1

1 alert in 900 denials of 20 days, 12 series; judged from 2026-06-02T00:00:00Z.
p < 0.00001: 0.039 false alarms a week expected by chance.
Not judged: 7 service-probe.
`,
    )
  })

  it('show the newest of many tuples that were seen for the first time, and count the rest', () => {
    const many = Array.from({ length: 50 }, (_, i) =>
      spike({ id: `spike-${i}`, kind: 'first-seen', severity: 'low', p: null, fanOut: 1 }),
    )
    const text = spikesText(page([spike({ id: 'grave' }), ...many]), PAGE)
    assert.equal(text.match(/^first seen, low/gm)?.length, 20)
    assert.ok(text.includes('grave') && text.includes('spike-49;') && !text.includes('spike-29;'))
    assert.match(text, /^30 older tuples that were seen for the first time/m)
  })

  it('an empty store and a short history are said, and control characters of names are not printed', () => {
    assert.equal(spikesText(page([], { history: null }), PAGE), 'The store holds no denial yet.\n')
    const text = spikesText(page([], { history: { ...HISTORY, judgedFrom: '2026-06-21T00:00:00Z' } }), PAGE)
    assert.match(text, /too short to judge anything yet/)
    assert.ok(!spikesText(page([spike({ key: 'a\u001b[31mb' })]), PAGE).includes('\u001b'))
  })
})
