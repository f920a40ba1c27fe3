import type { AlarmKind } from '#alert/alarm.ts'
import { SEVERITIES, type Severity, type SpikeState } from '#alert/spike.ts'

/** What `watch` has done since it started, and what it knows now. Times in seconds since 1970; 0: never. */
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

/**
 * The text format of Prometheus. Every combination of labels that a rule may ask for is there from the start, as 0, so that a
 * rate over it is not blind to the first one. https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function watchMetrics(totals: WatchTotals): string {
  const { attempts, alerts, held } = totals
  return [
    ...metric('denytrace_watch_rounds_total', 'counter', 'Rounds of reading, judging and telling.', totals.rounds),
    ...metric(
      'denytrace_watch_failed_rounds_total',
      'counter',
      'Rounds that ended with an error.',
      totals.failedRounds,
    ),
    ...metric(
      'denytrace_watch_last_round_timestamp_seconds',
      'gauge',
      'When the last round without an error ended.',
      totals.lastRound,
    ),
    ...metric('denytrace_watch_last_round_duration_seconds', 'gauge', 'How long it took.', totals.lastRoundSeconds),
    ...metric('denytrace_watch_files_total', 'counter', 'Files read.', totals.files),
    ...metric('denytrace_watch_records_total', 'counter', 'CloudTrail records read.', totals.records),
    ...metric('denytrace_watch_denials_total', 'counter', 'Denials that were new in the store.', totals.newDenials),
    ...metric('denytrace_watch_quarantined_total', 'counter', 'Records that could not be read.', totals.quarantined),
    ...labelled(
      'denytrace_alerts_total',
      'counter',
      'New and revised alerts, by kind and severity.',
      KINDS.flatMap((kind) =>
        SEVERITIES.map((severity) => ({
          labels: { kind, severity },
          value: sumOf(alerts.filter((one) => one.kind === kind && one.severity === severity)),
        })),
      ),
    ),
    ...labelled(
      'denytrace_alerts',
      'gauge',
      'Alerts of the last 30 days that are kept, by state and severity.',
      STATES.flatMap((state) =>
        SEVERITIES.map((severity) => ({
          labels: { state, severity },
          value: sumOf(held.filter((one) => one.state === state && one.severity === severity)),
        })),
      ),
    ),
    ...labelled(
      'denytrace_deliveries_total',
      'counter',
      'Attempts to tell an alert, by sink and outcome: sent, retry, refused, gave-up.',
      attempts.map(({ sink, outcome, count }) => ({ labels: { sink, outcome }, value: count })),
    ),
    ...metric(
      'denytrace_newest_event_timestamp_seconds',
      'gauge',
      'Time of the newest stored event.',
      totals.newestEvent,
    ),
    ...metric('denytrace_series', 'gauge', 'Series that the detector knows.', totals.series),
    ...metric(
      'denytrace_expected_false_alarms_per_week',
      'gauge',
      'Alarms of single series and hours that chance alone brings in a week.',
      totals.expectedFalseAlarmsPerWeek,
    ),
    '',
  ].join('\n')
}

const sumOf = (list: readonly { readonly count: number }[]): number => list.reduce((sum, { count }) => sum + count, 0)

const metric = (name: string, type: string, help: string, value: number): readonly string[] =>
  labelled(name, type, help, [{ labels: {}, value }])

interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

function labelled(name: string, type: string, help: string, samples: readonly Sample[]): readonly string[] {
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
