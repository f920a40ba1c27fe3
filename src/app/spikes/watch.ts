import { DETECTOR_VERSION, type Settings } from '#alert/settings.ts'
import { SEVERITIES, type Severity, type Spike } from '#alert/spike.ts'
import { reconcile } from '#alert/reconcile.ts'
import type { ChangeEvent } from '#alert/policy-change.ts'
import type { AlertSink } from '#notify/alert-sink.ts'
import { type Hour, hourOf } from '#alert/season.ts'
import { seriesOf } from '#alert/memory.ts'
import { textsOfMemory } from '#alert/memory-text.ts'
import type { AlertRow, SeriesRow } from '#store/detection.ts'
import type { DenialStore } from '#store/denial-store.ts'
import { isoTime } from '#store/iso-time.ts'
import { type Attempt, deliver, deliveriesOf } from './deliver.ts'
import {
  BASELINE_MS,
  detectSince,
  load,
  reportOf,
  spikesIn,
  type SpikesOptions,
  type SpikesReport,
  storedSpikes,
} from './find-spikes.ts'
import { basisOf, isToKeep, latestKept, rowsToKeep } from './checkpoints.ts'

export interface RoundOptions {
  readonly settings: Settings
  readonly sinks: readonly AlertSink[]
  /** Milder alerts are kept and not told. */
  readonly minSeverity: Severity
  /** Alerts that ended before are kept and not told: nobody is woken for what is read from an archive. Milliseconds. */
  readonly tellSince: number
  readonly changes: readonly ChangeEvent[]
  /** Milliseconds. */
  readonly now: number
}

/** The result of one round. */
export interface Round {
  /** Undefined: nothing had changed, so nothing was assessed. */
  readonly report: SpikesReport | undefined
  /** New and revised alerts. */
  readonly changed: readonly Spike[]
  readonly attempts: readonly Attempt[]
}

/** Alarms close to each other are one alert, so what is assessed again begins well before what changed. */
const LOOK_BACK_MS = 48 * 3_600_000

/**
 * Assesses the hours that changed since the last round, keeps new and revised alerts with what is to be told in one write, and
 * sends what is due. A round that dies anywhere is made up for by the next one: hours stay dirty until their alerts are kept.
 */
export async function round(store: DenialStore, options: RoundOptions): Promise<Round> {
  const assessed = await store.withDetectionLock(() => assess(store, options))
  return { report: assessed?.report, changed: assessed?.changed ?? [], attempts: await deliver(store, options.sinks) }
}

async function assess(
  store: DenialStore,
  { settings, sinks, minSeverity, tellSince, changes, now }: RoundOptions,
): Promise<{ readonly report: SpikesReport; readonly changed: readonly Spike[] } | undefined> {
  const dirty = await store.dirtyBuckets()
  const [first] = dirty
  if (first === undefined) return undefined
  const since = dirty.reduce(
    (least, { bucketStart }) => Math.min(least, Date.parse(bucketStart)),
    Number.POSITIVE_INFINITY,
  )
  const from = since - LOOK_BACK_MS
  const options = { since: from, until: undefined, settings, withNoise: false, changes, now }
  const { report, series } = await learnOn(store, options, hourOf(since))
  const before = await storedSpikes(store, isoTime(from - LOOK_BACK_MS))
  const { changed } = reconcile(before, report.spikes)
  const notable = changed.filter(
    ({ severity, to }) => SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(minSeverity) && Date.parse(to) > tellSince,
  )
  await store.saveDetection({
    series,
    alerts: changed.map(alertRow),
    deliveries: deliveriesOf(notable, sinks, isoTime(now)),
    cleaned: dirty,
  })
  return { report, changed }
}

/** Goes on from what an earlier round had learnt, where that holds still; and what the next one can go on from. */
async function learnOn(
  store: DenialStore,
  options: SpikesOptions & { readonly since: number },
  changedFrom: Hour,
): Promise<{ readonly report: SpikesReport; readonly series: readonly SeriesRow[] }> {
  const { since, now } = options
  const basis = basisOf(options.settings, await store.marks())
  const wanted = { assessFrom: hourOf(since), from: hourOf(since - BASELINE_MS), basis }
  const kept = await latestKept(store, wanted)
  const loaded = await load(store, options, kept)
  if (loaded === undefined) return { report: await spikesIn(store, loaded, options), series: [] }
  const { known, assessTo, from } = loaded
  const today = dayOf(assessTo)
  const memories = new Map<number, readonly string[]>()
  const found = await detectSince(store, loaded, options, (hour, memory) => {
    if (isToKeep(today, dayOf(hour), seriesOf(memory))) memories.set(dayOf(hour), textsOfMemory(memory))
  })
  const { oldest = now, newest = now, firstRefused } = known
  const learnt = { today, from, basis, oldest, newest, firstRefused, scans: found.scans, memories }
  return {
    report: await reportOf(store, loaded, found, options),
    series: await rowsToKeep(store, learnt, kept, changedFrom),
  }
}

const dayOf = (hour: Hour): number => Math.floor(hour / 24)

export const alertRow = (spike: Spike): AlertRow => ({
  id: spike.id,
  detector: `denytrace-${DETECTOR_VERSION}`,
  family: spike.family,
  key: spike.key,
  bucketStart: spike.from,
  revision: spike.revision,
  body: JSON.stringify(spike),
})
