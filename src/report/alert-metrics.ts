import type { AlarmKind } from '#alert/alarm.ts'
import { SEVERITIES, type Severity, type SpikeState } from '#alert/spike.ts'

/** Totals of `watch`: what it has done since it started, and what it knows now. Times in seconds since 1970; 0: never. */
export interface WatchTotals {
  readonly rounds: number
  readonly failedRounds: number
  readonly lastRound: number
  readonly lastRoundSeconds: number
  readonly files: number
  readonly records: number
  readonly newDenials: number
  readonly quarantined: number
  /** `sink` and what became of it → how often. */
  readonly attempts: readonly { readonly sink: string; readonly outcome: string; readonly count: number }[]
  /** New and revised alerts. */
  readonly alerts: readonly { readonly kind: AlarmKind; readonly severity: Severity; readonly count: number }[]
  /** As they are kept. */
  readonly held: readonly { readonly state: SpikeState; readonly severity: Severity; readonly count: number }[]
  readonly newestEvent: number
  readonly series: number
  readonly expectedFalseAlarmsPerWeek: number
}

const KINDS: readonly AlarmKind[] = ['spike', 'first-seen', 'shift']
const STATES: readonly SpikeState[] = ['open', 'acknowledged', 'closed']

type Plain = { [K in keyof WatchTotals]: WatchTotals[K] extends number ? K : never }[keyof WatchTotals]

// biome-ignore format: a table is read by its columns
const PLAIN: readonly (readonly [name: string, type: 'counter' | 'gauge', field: Plain, help: string])[] = [
  ['denytrace_watch_rounds_total',                 'counter', 'rounds',                     'Rounds of reading, judging and telling.'],
  ['denytrace_watch_failed_rounds_total',          'counter', 'failedRounds',               'Rounds that ended with an error.'],
  ['denytrace_watch_last_round_timestamp_seconds', 'gauge',   'lastRound',                  'When the last round without an error ended.'],
  ['denytrace_watch_last_round_duration_seconds',  'gauge',   'lastRoundSeconds',           'How long it took.'],
  ['denytrace_watch_files_total',                  'counter', 'files',                      'Files read.'],
  ['denytrace_watch_records_total',                'counter', 'records',                    'CloudTrail records read.'],
  ['denytrace_watch_denials_total',                'counter', 'newDenials',                 'Denials that were new in the store.'],
  ['denytrace_watch_quarantined_total',            'counter', 'quarantined',                'Records that could not be read.'],
  ['denytrace_newest_event_timestamp_seconds',     'gauge',   'newestEvent',                'Time of the newest stored event.'],
  ['denytrace_series',                             'gauge',   'series',                     'Series that the detector knows.'],
  ['denytrace_expected_false_alarms_per_week',     'gauge',   'expectedFalseAlarmsPerWeek', 'Alarms of single series and hours that chance alone brings in a week.'],
]

/**
 * The text format of Prometheus. Every combination of labels that a rule may ask for is there from the start, as 0, so that a
 * rate over it is not blind to the first one. https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function watchMetrics(totals: WatchTotals): string {
  return [
    ...PLAIN.flatMap(([name, type, field, help]) => metric(name, type, help, [{ labels: {}, value: totals[field] }])),
    ...metric(
      'denytrace_alerts_total',
      'counter',
      'New and revised alerts, by kind and severity.',
      alertSamples(totals),
    ),
    ...metric(
      'denytrace_alerts',
      'gauge',
      'Alerts of the last 30 days that are kept, by state and severity.',
      heldSamples(totals),
    ),
    ...metric(
      'denytrace_deliveries_total',
      'counter',
      'Attempts to tell an alert, by sink and outcome: sent, retry, refused, gave-up.',
      totals.attempts.map(({ sink, outcome, count }) => ({ labels: { sink, outcome }, value: count })),
    ),
    '',
  ].join('\n')
}

const alertSamples = ({ alerts }: WatchTotals): readonly Sample[] =>
  KINDS.flatMap((kind) =>
    SEVERITIES.map((severity) => ({
      labels: { kind, severity },
      value: sumOf(alerts.filter((alert) => alert.kind === kind && alert.severity === severity)),
    })),
  )

const heldSamples = ({ held }: WatchTotals): readonly Sample[] =>
  STATES.flatMap((state) =>
    SEVERITIES.map((severity) => ({
      labels: { state, severity },
      value: sumOf(held.filter((alert) => alert.state === state && alert.severity === severity)),
    })),
  )

const sumOf = (list: readonly { readonly count: number }[]): number => list.reduce((sum, { count }) => sum + count, 0)

interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

function metric(name: string, type: string, help: string, samples: readonly Sample[]): readonly string[] {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...samples.map(({ labels, value }) => `${name}${labelText(labels)} ${value}`),
  ]
}

function labelText(labels: Sample['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

/** The three characters that the format escapes in a label's value. */
const escaped = (text: string): string =>
  text.replaceAll('\\', String.raw`\\`).replaceAll('"', String.raw`\"`).replaceAll('\n', String.raw`\n`)
