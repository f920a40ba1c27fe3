import { expectedIn } from '#alert/baseline.ts'
import { quantile } from '#alert/count-tails.ts'
import type { Detected } from '#alert/detect.ts'
import { isoHour } from '#alert/iso-time.ts'
import { type Family, type Row, seriesKey } from '#alert/refusal.ts'
import { daysOfSeries } from '#alert/series-course.ts'
import { BINS, binOf, type Hour } from '#alert/season.ts'
import { SEVERITIES, type Spike } from '#alert/spike.ts'
import type { DenialStore } from '#store/denial-store.ts'
import {
  detectIn,
  type Loaded,
  load,
  reportOf,
  spikesIn,
  type SpikesOptions,
  type SpikesReport,
} from './find-spikes.ts'

/** A series of the detector. */
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
  if (loaded === undefined) return { ...(await spikesIn(store, loaded, options)), series: [] }
  const found = detectIn(loaded, options)
  const report = await reportOf(store, loaded, found, options)
  const gravest = report.spikes.toSorted(byGravity).slice(0, most)
  const names = new Map(gravest.map(({ family, key }) => [`${family} ${key}`, { family, key }]))
  return { ...report, series: bandsOf(loaded, found, [...names.values()]) }
}

const byGravity = (spike: Spike, other: Spike): number =>
  Number(spike.state === 'closed') - Number(other.state === 'closed') ||
  SEVERITIES.indexOf(spike.severity) - SEVERITIES.indexOf(other.severity) ||
  (spike.from < other.from ? 1 : -1)

/** Ninety days: more hours than a chart has pixels. */
const MAX_HOURS = 24 * 90

/** The counts expected of series, hour by hour, as the detector knew them at the end of the day before. */
export function bandsOf(
  loaded: Loaded,
  { course, warmFrom }: Pick<Detected, 'course' | 'warmFrom'>,
  names: readonly SeriesName[],
): readonly SeriesBand[] {
  const { from, assessTo } = loaded
  const assessFrom = Math.max(loaded.assessFrom, assessTo - MAX_HOURS)
  const rows = rowsOf(names, loaded)
  return names.map((name, i) => {
    const own = rows[i] ?? []
    const counted = own.filter(course.isCounted)
    const days = new Map<number, readonly Expected[]>()
    for (const { day, series, prior } of daysOfSeries({ ...name, rows: counted, from, assessTo, warmFrom }, course))
      days.set(
        day + 1,
        Array.from({ length: BINS }, (_, bin) => expectedOf(expectedIn(series, prior, bin))),
      )
    return bandOf(name, countsOf(own), days, assessFrom, assessTo)
  })
}

const expectedOf = (counts: ReturnType<typeof expectedIn>): Expected => ({
  mean: counts.mean,
  low: quantile(counts, 0.01),
  high: quantile(counts, 0.99),
})

/** The rows of each series, by hour: all are gone through once. */
function rowsOf(names: readonly SeriesName[], { rows }: Loaded): readonly (readonly Row[])[] {
  const found = names.map(({ family, key }) => ({ family, key, rows: [] as Row[] }))
  for (const row of rows)
    for (const seriesRows of found) if (seriesKey(seriesRows.family, row) === seriesRows.key) seriesRows.rows.push(row)
  return found.map((seriesRows) => seriesRows.rows)
}

interface Expected {
  readonly mean: number
  readonly low: number
  readonly high: number
}

function countsOf(rows: readonly Row[]): ReadonlyMap<Hour, number> {
  const counts = new Map<Hour, number>()
  for (const { hour, count } of rows) counts.set(hour, (counts.get(hour) ?? 0) + count)
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
    expected: expected.map((expected) => rounded(expected?.mean ?? 0)),
    low: expected.map((expected) => expected?.low ?? null),
    high: expected.map((expected) => expected?.high ?? null),
  }
}
