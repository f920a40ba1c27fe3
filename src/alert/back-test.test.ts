import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { backTest } from './back-test.ts'
import { type Refusal, rollUp } from './refusal.ts'
import { hourOf, MS_PER_HOUR } from './season.ts'

const FROM = hourOf(Date.parse('2026-06-01T00:00:00Z'))

const refusal = (hour: number, minute: number, principal: string): Refusal => ({
  eventId: null,
  time: (FROM + hour) * MS_PER_HOUR + minute * 60_000,
  principal,
  action: 's3:GetObject',
  resourceFamily: 'arn:aws:s3:::data/*',
  account: '111122223333',
  layer: null,
  denyType: null,
  policyArn: null,
  statement: null,
  noise: null,
})

const QUIET = Array.from({ length: 35 * 4 }, (_, i) => refusal(i * 6, 9, `role-${i % 5}`))

const test = (refusals: readonly Refusal[], p = 1e-5) =>
  backTest(
    {
      rows: rollUp(refusals).rows,
      from: FROM,
      assessTo: FROM + 35 * 24,
      now: (FROM + 35 * 24) * MS_PER_HOUR,
      settings: { control: { kind: 'fixed', p }, warmUpHours: 72 },
    },
    { changes: [], allowedBefore: () => undefined },
  )

describe('the back-test', () => {
  it('a quiet history has weeks without alarms, and next to none expected', () => {
    const { weeks, observedPerWeek, expectedPerWeek, history, series } = test(QUIET)
    assert.equal(history.days, 35)
    assert.equal(weeks.length, 5)
    assert.equal(observedPerWeek, 0)
    assert.ok(expectedPerWeek > 0 && expectedPerWeek < 0.05, String(expectedPerWeek))
    // Five roles, five tuples, one action, one family of resources.
    assert.equal(series, 12)
  })

  it('an incident is observed in its week and in no other', () => {
    const burst = Array.from({ length: 40 }, (_, i) => refusal(20 * 24 + 5, i, 'role-9'))
    const { weeks } = test([...QUIET, ...burst])
    assert.deepEqual(
      weeks.map(({ alerts }) => alerts),
      [0, 0, 1, 0, 0],
    )
    assert.deepEqual(
      weeks.map(({ observed }) => observed > 0),
      [false, false, true, false, false],
    )
  })

  it('a bound that is less strict expects more false alarms and finds smaller spikes', () => {
    const [strict, loose] = [test(QUIET), test(QUIET, 1e-2)]
    assert.ok(loose.expectedPerWeek > strict.expectedPerWeek)
    for (const [i, { share }] of strict.found.entries()) assert.ok(share <= (loose.found[i]?.share ?? 0))
    assert.deepEqual(
      strict.found.map(({ added }) => added),
      [3, 5, 10, 20, 50],
    )
    assert.equal(strict.found.at(-1)?.share, 1)
  })
})
