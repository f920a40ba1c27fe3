import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { WatchTotals } from '#report/alert-metrics.ts'
import { openMemoryStore } from '#store/memory/memory-store.ts'
import { added, keepTotals, keptTotals, NO_TOTALS } from './watch-totals.ts'

const NOW = Date.parse('2026-06-30T00:00:00Z')

const totals = (of: Partial<WatchTotals>): WatchTotals => ({ ...NO_TOTALS, ...of })

it('counts of several watches add up, and the later one knows what is now', () => {
  const first = totals({
    rounds: 3,
    newDenials: 10,
    lastRound: 200,
    series: 7,
    alerts: [{ kind: 'spike', severity: 'high', count: 2 }],
  })
  const other = totals({
    rounds: 1,
    newDenials: 5,
    lastRound: 100,
    series: 9,
    alerts: [
      { kind: 'spike', severity: 'high', count: 1 },
      { kind: 'shift', severity: 'medium', count: 1 },
    ],
  })
  for (const sum of [added(first, other), added(other, first)]) {
    assert.deepEqual([sum.rounds, sum.newDenials, sum.lastRound, sum.series], [4, 15, 200, 7])
    assert.deepEqual(
      sum.alerts.toSorted((a, b) => (a.kind < b.kind ? 1 : -1)).map(({ kind, count }) => [kind, count]),
      [
        ['spike', 3],
        ['shift', 1],
      ],
    )
  }
})

it('a watch that runs keeps its own counts, rounds of cron those of all before them', async () => {
  const store = openMemoryStore(() => NOW)
  assert.equal(await keptTotals(store, NOW), undefined)
  for (const rounds of [1, 2, 3]) await keepTotals(store, totals({ rounds }), false, NOW)
  assert.equal((await keptTotals(store, NOW))?.rounds, 3)
  for (const _ of [1, 2]) await keepTotals(store, totals({ rounds: 1 }), true, NOW)
  assert.equal((await keptTotals(store, NOW))?.rounds, 5)
  assert.equal(await keptTotals(store, NOW + 40 * 24 * 3_600_000), undefined)
})
