import { type BackTest, backTest } from '#alert/back-test.ts'
import { type Detected, type DetectInput, detect } from '#alert/detect.ts'
import { isoHour } from '#alert/iso-time.ts'
import type { NoiseClass } from '#alert/noise.ts'
import type { ChangeEvent } from '#alert/policy-change.ts'
import { reconcile } from '#alert/reconcile.ts'
import type { Row } from '#alert/refusal.ts'
import { type Hour, hourOf } from '#alert/season.ts'
import type { Settings } from '#alert/settings.ts'
import type { Spike } from '#alert/spike.ts'
import { explained, type Surroundings } from '#alert/spikes-of.ts'
import type { SpikesPage } from '#report/text-spikes.ts'
import type { DenialStore } from '#store/denial-store.ts'
import type { Kept } from './checkpoints.ts'
import { countDenials, withExamples } from './count-denials.ts'
import { allowedBefore, type Earlier, type SpikeContext, spikeContextOf } from './spike-context.ts'

export interface SpikesOptions {
  /** Milliseconds; undefined: the last 90 days that hold something. */
  readonly since: number | undefined
  readonly until: number | undefined
  readonly settings: Settings
  /** Also what is part of everyday life. */
  readonly withNoise: boolean
  readonly changes: readonly ChangeEvent[]
  /** Milliseconds. */
  readonly now: number
}

/** The answer of `spikes` (docs/json.md, "Spikes"). */
export interface SpikesReport extends SpikesPage {
  readonly schemaVersion: 1
  readonly leftOut: Readonly<Partial<Record<NoiseClass | 'ahead' | 'too-many-kinds', number>>>
}

/** Four half-lives: what is older weighs a sixteenth. */
export const BASELINE_MS = 56 * 24 * 3_600_000

const DEFAULT_SPAN_MS = 90 * 24 * 3_600_000

/** An alert that began before what is assessed may go on in it. */
const EARLIER = 48

/** The denials that bear on what is asked, counted, and what is known around them. */
export interface Loaded {
  readonly known: SpikeContext
  readonly rows: Iterable<Row>
  readonly from: Hour
  readonly assessFrom: Hour
  readonly assessTo: Hour
  readonly leftOut: SpikesReport['leftOut']
  readonly denials: number
  /** From where the detector goes on; `rows` are those since. */
  readonly kept: Kept | undefined
}

/** Everything that stands out in the time asked for, held against the alerts that are stored. */
export const findSpikes = async (store: DenialStore, options: SpikesOptions): Promise<SpikesReport> =>
  spikesIn(store, await load(store, options), options)

/** The report of spikes over denials that are loaded; undefined: the store holds nothing. */
export async function spikesIn(
  store: DenialStore,
  loaded: Loaded | undefined,
  options: SpikesOptions,
): Promise<SpikesReport> {
  const { settings } = options
  return loaded === undefined
    ? {
        schemaVersion: 1,
        spikes: [],
        history: null,
        control: settings.control,
        expectedFalseAlarmsPerWeek: 0,
        leftOut: {},
      }
    : reportOf(store, loaded, detectIn(loaded, options), options)
}

export const detectIn = (
  { rows, from, assessFrom, assessTo, kept }: Loaded,
  { settings, now }: SpikesOptions,
  more: Pick<DetectInput, 'atDay' | 'earlier'> = {},
): Detected =>
  detect({
    rows,
    from,
    assessFrom,
    assessTo,
    now,
    settings,
    ...more,
    ...(kept === undefined ? {} : { resume: kept.resume() }),
  })

/** Runs the detector from what it had learnt: a shift that began before is made of rows from before. */
export async function detectSince(
  store: DenialStore,
  loaded: Loaded,
  options: SpikesOptions,
  atDay: DetectInput['atDay'],
): Promise<Detected> {
  const more = atDay === undefined ? {} : { atDay }
  const found = detectIn(loaded, options, more)
  if (found.shiftsFrom === undefined || loaded.kept === undefined) return found
  const until = loaded.kept.head.day * 24
  const earlier = await countDenials(store, loaded.known, found.shiftsFrom, options.withNoise, until)
  return detectIn(loaded, options, { ...more, earlier })
}

export async function reportOf(
  store: DenialStore,
  loaded: Loaded,
  found: Detected,
  { settings }: SpikesOptions,
): Promise<SpikesReport> {
  const { from, assessFrom, assessTo, known, denials } = loaded
  const alerts = explained(
    found.alarms.filter((alarm) => alarm.kind !== 'first-seen' || isFirst(known, alarm.key, alarm.from)),
    surroundings(known),
  )
  const spikes = await withExamples(store, alerts)
  return {
    schemaVersion: 1,
    spikes: withKept(await storedSpikes(store, isoHour(assessFrom - EARLIER)), spikes, loaded),
    history: {
      from: isoHour(from),
      to: isoHour(assessTo),
      days: Math.round(((assessTo - from) / 24) * 10) / 10,
      judgedFrom: isoHour(Math.max(assessFrom, found.warmFrom)),
      series: found.series,
      denials,
    },
    control: settings.control,
    expectedFalseAlarmsPerWeek: found.expectedPerWeek,
    leftOut: {
      ...loaded.leftOut,
      ...(found.scanned === 0 ? {} : { scanner: found.scanned }),
      ...(found.ahead === 0 ? {} : { ahead: found.ahead }),
    },
  }
}

/**
 * Whether a denial is the first of its key: what was refused before the baseline begins is not new, though the detector
 * cannot know.
 */
const isFirst = ({ firstRefused }: SpikeContext, key: string, hour: Hour): boolean => {
  const first = firstRefused.get(key)
  return first === undefined || hourOf(first) >= hour
}

/** Found now, under the ids by which they are known; and what was told before and would not be found again, unless it was marked. */
function withKept(
  kept: readonly Spike[],
  found: readonly Spike[],
  { known, assessFrom, assessTo }: Loaded,
): readonly Spike[] {
  const { spikes } = reconcile(kept, found)
  const ids = new Set(spikes.map(({ id }) => id))
  const others = kept.filter(
    ({ id, from, key }) =>
      !ids.has(id) && from >= isoHour(assessFrom) && from < isoHour(assessTo) && !known.marked.has(key),
  )
  return [...spikes, ...others].toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : a.id < b.id ? -1 : 1))
}

const surroundings = (known: SpikeContext): Surroundings => ({
  changes: known.changes,
  allowedBefore: allowedBefore(known),
})

/** Alerts as they were told last, with what people said of them. */
export async function storedSpikes(store: DenialStore, from: string): Promise<readonly Spike[]> {
  const alerts = await store.alerts({ from })
  return alerts.map(({ body, state, revision }) => ({ ...(JSON.parse(body) as Spike), state, revision }))
}

/** The detector on the user's own history; undefined: there is none. */
export async function backTestOf(
  store: DenialStore,
  options: SpikesOptions,
): Promise<({ readonly schemaVersion: 1 } & BackTest) | undefined> {
  const loaded = await load(store, { ...options, since: options.since ?? Number.NEGATIVE_INFINITY })
  if (loaded === undefined) return undefined
  const { rows, from, assessTo, known } = loaded
  return {
    schemaVersion: 1,
    ...backTest({ rows, from, assessTo, now: options.now, settings: options.settings }, surroundings(known)),
  }
}

/** `kept`: what was learnt already, from before all that is assessed. */
export async function load(store: DenialStore, options: SpikesOptions, kept?: Kept): Promise<Loaded | undefined> {
  const { now, withNoise } = options
  const known = await spikeContextOf(store, options.changes, now, kept === undefined ? undefined : earlierOf(kept))
  if (known.oldest === undefined || known.newest === undefined) return undefined
  const oldest = hourOf(known.oldest)
  const assessTo = Math.min(hourOf(options.until ?? Number.POSITIVE_INFINITY), hourOf(known.newest) + 1)
  const since = options.since ?? known.newest - DEFAULT_SPAN_MS
  const assessFrom = Math.max(oldest, hourOf(since))
  const from = kept?.head.from ?? Math.max(oldest, hourOf(since - BASELINE_MS))
  const rows = await countDenials(store, known, kept === undefined ? from : kept.head.day * 24, withNoise)
  return {
    known,
    rows,
    from,
    assessFrom,
    assessTo,
    leftOut: rows.leftOut === 0 ? noiseIn(rows) : { ...noiseIn(rows), 'too-many-kinds': rows.leftOut },
    denials: rows.denials,
    kept,
  }
}

const earlierOf = ({ head, firstRefused }: Kept): Earlier => ({
  until: isoHour(head.day * 24),
  firstRefused,
  oldest: head.oldest,
  newest: head.newest,
})

function noiseIn(rows: Iterable<Row>): SpikesReport['leftOut'] {
  const counts: Partial<Record<NoiseClass, number>> = {}
  for (const { noise, count } of rows) if (noise !== null) counts[noise] = (counts[noise] ?? 0) + count
  return counts
}
