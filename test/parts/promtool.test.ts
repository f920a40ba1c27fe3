/** Metrics, rules and dashboard, held against Prometheus's own tool and against each other. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { watchMetrics, type WatchTotals } from '../../src/report/alert-metrics.ts'
import { ROOT } from '../cli/run-cli.ts'
import { noPromtool } from './promtool.ts'

const MONITORING = join(ROOT, 'monitoring')

const TOTALS: WatchTotals = {
  rounds: 12,
  failedRounds: 1,
  lastRound: 1_781_000_000,
  lastRoundSeconds: 0.25,
  files: 120,
  records: 26_000,
  newDenials: 400,
  quarantined: 2,
  attempts: [
    { sink: 'webhook:alerts.example.com', outcome: 'sent', count: 3 },
    { sink: String.raw`odd "name" \ with` + '\nall', outcome: 'gave-up', count: 1 },
  ],
  alerts: [{ kind: 'spike', severity: 'high', count: 2 }],
  held: [{ state: 'open', severity: 'high', count: 1 }],
  newestEvent: 1_780_999_000,
  series: 853,
  expectedFalseAlarmsPerWeek: 0.04,
}

const promtool = (args: readonly string[], input = ''): { readonly code: number | null; readonly said: string } => {
  const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' })
  return { code: status, said: `${stdout}${stderr}` }
}

/** Names of metrics in an expression or a dashboard. */
const namesIn = (text: string): ReadonlySet<string> => new Set(text.match(/\bdenytrace_[a-z_]{1,80}\b/g))

describe('what Prometheus says of the metrics and rules', { skip: noPromtool ?? false }, () => {
  test('the metrics are well formed, from the first round on', () => {
    for (const totals of [TOTALS, { ...TOTALS, rounds: 0, attempts: [], alerts: [], held: [] }]) {
      const { code, said } = promtool(['check', 'metrics'], watchMetrics(totals))
      assert.deepEqual([code, said], [0, ''])
    }
  })

  test('the rules can be loaded', () => {
    const { code, said } = promtool(['check', 'rules', join(MONITORING, 'prometheus-rules.yml')])
    assert.equal(code, 0, said)
    assert.match(said, /SUCCESS: 7 rules found/)
  })

  test('the rules fire when they should, and not before', () => {
    const { code, said } = promtool(['test', 'rules', join(MONITORING, 'prometheus-rules.test.yml')])
    assert.equal(code, 0, said)
  })
})

test('rules and dashboard ask only for metrics that there are', () => {
  const there = namesIn(watchMetrics(TOTALS))
  for (const file of ['prometheus-rules.yml', 'grafana-dashboard.json'])
    for (const name of namesIn(readFileSync(join(MONITORING, file), 'utf8')))
      assert.ok(there.has(name), `${file} asks for ${name}`)
})

test('docs/spikes.md names every metric', () => {
  const page = namesIn(readFileSync(join(ROOT, 'docs', 'spikes.md'), 'utf8'))
  for (const name of namesIn(watchMetrics(TOTALS))) assert.ok(page.has(name), name)
})

interface Dashboard {
  readonly panels: readonly {
    readonly id: number
    readonly title: string
    readonly gridPos: { readonly x: number; readonly w: number }
    readonly targets: readonly { readonly expr: string }[]
  }[]
}

test('the dashboard has panels with distinct ids and titles, each within the grid and with a query', () => {
  const { panels } = JSON.parse(readFileSync(join(MONITORING, 'grafana-dashboard.json'), 'utf8')) as Dashboard
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length)
  assert.equal(new Set(panels.map(({ title }) => title)).size, panels.length)
  for (const { gridPos, targets, title } of panels) {
    assert.ok(gridPos.x + gridPos.w <= 24, title)
    assert.ok(
      targets.every(({ expr }) => namesIn(expr).size > 0),
      title,
    )
  }
})
