import { expectedIn, standing } from '#alert/baseline.ts'
import { quantile } from '#alert/count-tails.ts'
import { detect } from '#alert/detect.ts'
import { isoHour } from '#alert/iso-time.ts'
import { type Family, seriesKey } from '#alert/refusal.ts'
import { BINS, binOf, type Hour } from '#alert/season.ts'
import { SEVERITIES, type Spike } from '#alert/spike.ts'
import type { DenialStore } from '#store/denial-store.ts'
import { type Loaded, load, spikesIn, type SpikesOptions, type SpikesReport } from './find-spikes.ts'

/** One series of the detector. */
export interface SeriesName {
  readonly family: Family
  readonly key: string
}

/** Counts of a series by hour against what was expected of it before the hour came. */
export interface SeriesBand extends SeriesName {
  /** The hour of the first of each list. */
  readonly from: string
  readonly counts: readonly number[]
  readonly expected: readonly number[]
  /** The 1st and 99th of a hundred; null: not watched long enough. */
  readonly low: readonly (number | null)[]
  readonly high: readonly (number | null)[]
}

/** The gravest alerts with their series: open ones first, then by severity, then the newest. */
export async function spikesWithBands(
  store: DenialStore,
  options: SpikesOptions,
  most: number,
): Promise<SpikesReport & { readonly series: readonly SeriesBand[] }> {
  const loaded = await load(store, options)
  const report = await spikesIn(store, loaded, options)
  const gravest = report.spikes.toSorted(byGravity).slice(0, most)
  const names = new Map(gravest.map(({ family, key }) => [`${family} ${key}`, { family, key }]))
  return { ...report, series: loaded === undefined ? [] : bandsOf(loaded, [...names.values()], options) }
}

const byGravity = (one: Spike, other: Spike): number =>
  Number(one.state === 'closed') - Number(other.state === 'closed') ||
  SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity) ||
  (one.from < other.from ? 1 : -1)

/** Ninety days: more hours than a chart has pixels. */
const MAX_HOURS = 24 * 90

/** What was expected of series, hour by hour, as the detector knew it at the end of the day before. */
export function bandsOf(loaded: Loaded, names: readonly SeriesName[], options: SpikesOptions): readonly SeriesBand[] {
  const { rows, from, judgeTo } = loaded
  const judgeFrom = Math.max(loaded.judgeFrom, judgeTo - MAX_HOURS)
  const days = names.map(() => new Map<number, readonly Expected[]>())
  detect({
    rows,
    from,
    judgeFrom,
    judgeTo,
    now: options.now,
    settings: options.settings,
    atDay: (hour, memory) => {
      for (const [i, { family, key }] of names.entries()) {
        const series = standing(memory.families[family], key, hour, memory.exposure)
        const { prior } = memory.families[family]
        const ofBin = (bin: number): Expected => {
          const counts = expectedIn(series, prior, bin)
          return { mean: counts.mean, low: quantile(counts, 0.01), high: quantile(counts, 0.99) }
        }
        days[i]?.set(
          Math.floor(hour / 24),
          Array.from({ length: BINS }, (_, bin) => ofBin(bin)),
        )
      }
    },
  })
  return names.map((name, i) => bandOf(name, countsOf(name, loaded), days[i] ?? new Map(), judgeFrom, judgeTo))
}

interface Expected {
  readonly mean: number
  readonly low: number
  readonly high: number
}

function countsOf({ family, key }: SeriesName, { rows }: Loaded): ReadonlyMap<Hour, number> {
  const counts = new Map<Hour, number>()
  for (const row of rows)
    if (seriesKey(family, row) === key) counts.set(row.hour, (counts.get(row.hour) ?? 0) + row.count)
  return counts
}

function bandOf(
  name: SeriesName,
  counts: ReadonlyMap<Hour, number>,
  days: ReadonlyMap<number, readonly Expected[]>,
  from: Hour,
  to: Hour,
): SeriesBand {
  const hours = Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)
  const expected = hours.map((hour) => days.get(Math.floor(hour / 24))?.[binOf(hour)])
  const rounded = (value: number): number => Math.round(value * 1000) / 1000
  return {
    ...name,
    from: isoHour(from),
    counts: hours.map((hour) => counts.get(hour) ?? 0),
    expected: expected.map((one) => rounded(one?.mean ?? 0)),
    low: expected.map((one) => one?.low ?? null),
    high: expected.map((one) => one?.high ?? null),
  }
}
