import type { Spike } from '#alert/spike.ts'
import type { AlertSink } from '#notify/alert-sink.ts'
import type { WatchTotals } from '#report/alert-metrics.ts'
import type { DenialStore } from '#store/denial-store.ts'
import { isoTime } from '#store/iso-time.ts'
import type { ExtractOptions } from '#ingest/rows-of-records.ts'
import type { Stdin } from '../files.ts'
import { type AwsPlace, trailSource } from '../store/trail-source.ts'
import { type IngestAnswer, ingestPaths } from '../store/ingest.ts'
import { type Attempt, deliver } from './deliver.ts'
import { storedSpikes } from './find-spikes.ts'
import { newFiles } from './new-files.ts'
import { round, type RoundOptions } from './watch.ts'
import { keepTotals, NO_TOTALS, summed } from './watch-totals.ts'

export interface WatchOptions extends Omit<RoundOptions, 'now' | 'changes'> {
  readonly paths: readonly string[]
  readonly successes: boolean
  readonly snapshot: string | undefined
  readonly stdin: Stdin
  readonly mask: ExtractOptions['mask']
  /** How AWS is reached, for `s3://…` and queues. */
  readonly aws: AwsPlace
  readonly sinks: readonly AlertSink[]
  /** Whether one round is run and no more, as cron does. */
  readonly isOnce: boolean
}

/** The result of one round (docs/json.md, "Watch"). */
export interface RoundAnswer {
  readonly schemaVersion: 1
  readonly ingest: Pick<IngestAnswer, 'files' | 'records' | 'denials' | 'new' | 'duplicates' | 'quarantined' | 'bad'>
  /** New and revised ones. */
  readonly alerts: readonly Spike[]
  readonly deliveries: readonly Attempt[]
}

export interface Watch {
  readonly round: () => Promise<RoundAnswer>
  /** Sends what is due between two rounds: tried again, or left by a worker that was killed. */
  readonly deliverDue: () => Promise<readonly Attempt[]>
  /** A round ended with an error that the user may mend meanwhile. */
  readonly failed: () => void
  readonly totals: () => WatchTotals
}

const NOTHING_READ = { files: 0, records: 0, denials: 0, new: 0, duplicates: 0, quarantined: 0, bad: [] } as const

/** Reads what is new, assesses the hours that changed, tells, and counts what it did; again and again. */
export function openWatch(store: DenialStore, options: WatchOptions): Watch {
  const counted = newCounts()
  return {
    round: async () => {
      const start = Date.now()
      const ingest = await readNew(store, options, start)
      const { report, changed, attempts } = await round(store, { ...options, changes: [], now: Date.now() })
      if (report !== undefined) {
        counted.series = report.history?.series ?? 0
        counted.expectedFalseAlarmsPerWeek = report.expectedFalseAlarmsPerWeek
      }
      const answer = { schemaVersion: 1, ingest, alerts: changed, deliveries: attempts } as const
      count(counted, answer)
      await look(counted, store)
      counted.rounds++
      counted.lastRound = Math.floor(Date.now() / 1000)
      counted.lastRoundSeconds = (Date.now() - start) / 1000
      await keepTotals(store, counted, options.isOnce, Date.now())
      return answer
    },
    deliverDue: async () => {
      const deliveries = await deliver(store, options.sinks)
      count(counted, { ingest: NOTHING_READ, alerts: [], deliveries })
      return deliveries
    },
    failed: () => void counted.failedRounds++,
    totals: () => counted,
  }
}

async function readNew(store: DenialStore, options: WatchOptions, now: number): Promise<RoundAnswer['ingest']> {
  // What was read of a bucket or a queue stands in the store's ledger already.
  const elsewhere = options.paths.filter((path) => trailSource(path) !== undefined)
  const here = options.paths.filter((path) => trailSource(path) === undefined)
  const files = await newFiles(store, here, now)
  const paths = [...files.paths, ...elsewhere]
  if (paths.length === 0) return NOTHING_READ
  const { snapshot, stdin, successes, mask, aws } = options
  const read = await ingestPaths(store, paths, {
    stdin,
    successes,
    aws,
    ...(mask === undefined ? {} : { mask }),
    ...(snapshot === undefined ? {} : { snapshot }),
  })
  await files.keep()
  const { records, denials, new: fresh, duplicates, quarantined, bad } = read
  return { files: read.files, records, denials, new: fresh, duplicates, quarantined, bad }
}

type Counts = { -readonly [K in keyof WatchTotals]: WatchTotals[K] }

const newCounts = (): Counts => ({ ...NO_TOTALS })

function count(
  counts: Counts,
  { ingest, alerts, deliveries }: Pick<RoundAnswer, 'ingest' | 'alerts' | 'deliveries'>,
): void {
  counts.files += ingest.files
  counts.records += ingest.records
  counts.newDenials += ingest.new
  counts.quarantined += ingest.quarantined
  counts.alerts = summed([...counts.alerts, ...alerts.map(({ kind, severity }) => ({ kind, severity, count: 1 }))])
  counts.attempts = summed([
    ...counts.attempts,
    ...deliveries.map(({ sink, outcome }) => ({ sink, outcome, count: 1 })),
  ])
}

const HELD_MS = 30 * 24 * 3_600_000

/** Counts the alerts that the store holds now, whoever put them there. */
async function look(counts: Counts, store: DenialStore): Promise<void> {
  const held = await storedSpikes(store, isoTime(Date.now() - HELD_MS))
  counts.held = summed(held.map(({ state, severity }) => ({ state, severity, count: 1 })))
  const latest = (await store.watermarks()).map((mark) => Date.parse(mark.latest) / 1000)
  counts.newestEvent = latest.reduce((most, time) => Math.max(most, time), 0)
}
