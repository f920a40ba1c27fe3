import type { Alarm, AssessedSeries } from './alarm.ts'
import { expectedIn, isKnown, learn, standing } from './baseline.ts'
import { quantile, upperMidTail } from './count-tails.ts'
import type { Memory } from './memory.ts'
import { FAMILIES, type Family, type Row, seriesKey, slotCount } from './refusal.ts'
import { binOf, type Hour } from './season.ts'
import { CONSTANTS, type Control } from './settings.ts'

/** Receiver of the count that each series taught in the hour, after the cap. */
export type Taught = (family: Family, key: string, count: number) => void

/** Whether the history is long enough to tell what is unusual, and what is new. */
export interface Warmth {
  readonly spikes: boolean
  readonly firstSeen: boolean
}

interface Grouped {
  count: number
  slots: number
}

/** The rows of one hour by the series of a family. */
function group(rows: readonly Row[], family: Family): ReadonlyMap<string, Grouped> {
  const groups = new Map<string, Grouped>()
  for (const row of rows) {
    const key = seriesKey(family, row)
    const found = groups.get(key)
    if (found === undefined) groups.set(key, { count: row.count, slots: row.slots })
    else {
      found.count += row.count
      found.slots |= row.slots
    }
  }
  return groups
}

/**
 * Assesses the rows of one hour against what was learnt before, and learns them: an alarmed count as no more than what would
 * still have been usual (Farrington 1996 gives outbreaks less weight for the same reason). `bound`: p below it alarmed.
 */
export function assessHour(
  memory: Memory,
  hour: Hour,
  rows: readonly Row[],
  control: Control,
  warmth: Warmth,
  taught: Taught,
): { readonly alarms: readonly Alarm[]; readonly bound: number } {
  const assessed = FAMILIES.flatMap((family) => assessFamily(memory, hour, rows, family))
  const bound = boundOf(assessed, control, seriesCount(memory))
  const alarms = [
    ...(warmth.spikes ? spikes(memory, hour, rows, assessed, bound) : []),
    ...(warmth.firstSeen ? firstSeen(memory, hour, rows, assessed) : []),
  ]
  for (const series of assessed) {
    const fed = learnAssessed(memory, hour, series, bound, warmth)
    taught(series.family, series.key, fed)
  }
  return { alarms, bound }
}

/** Learns the count of a series after the cap, which it gives. */
export function learnAssessed(
  memory: Memory,
  hour: Hour,
  series: AssessedSeries,
  bound: number,
  warmth: Pick<Warmth, 'spikes'>,
): number {
  const fed =
    warmth.spikes && series.p < bound ? Math.min(series.count, mostLearnt(memory, hour, series)) : series.count
  learn(memory.families[series.family], series.key, hour, fed)
  return fed
}

const seriesCount = ({ families }: Memory): number =>
  FAMILIES.reduce((sum, family) => sum + families[family].keys.length, 0)

export function assessFamily(
  memory: Memory,
  hour: Hour,
  rows: readonly Row[],
  family: Family,
): readonly AssessedSeries[] {
  const baseline = memory.families[family]
  return [...group(rows, family)].map(([key, { count, slots }]) => {
    // Below the floor a known series cannot alarm, so nothing of it is needed.
    const isSmall = count < CONSTANTS.leastCount
    if (isSmall && isKnown(baseline, key)) return { family, key, count, slots: 0, mean: 0, p: 1 }
    const counts = expectedIn(standing(baseline, key, hour, memory.exposure), baseline.prior, binOf(hour))
    const p = isSmall ? 1 : upperMidTail(counts, count)
    return { family, key, count, slots: slotCount(slots), mean: counts.mean, p }
  })
}

/** Where p must lie below: the fixed bound, or Benjamini and Hochberg's for the p values of this hour. */
export function boundOf(assessed: readonly { readonly p: number }[], control: Control, series: number): number {
  if (control.kind === 'fixed') return control.p
  const sorted = assessed.map(({ p }) => p).toSorted((a, b) => a - b)
  const tests = Math.max(series, sorted.length)
  const rank = sorted.findLastIndex((p, i) => p <= ((i + 1) / tests) * control.q)
  // Just above, so that the value at the rank itself lies below.
  return rank < 0 ? 0 : (sorted[rank] ?? 0) * (1 + 1e-12) + Number.MIN_VALUE
}

function mostLearnt(memory: Memory, hour: Hour, { family, key }: AssessedSeries): number {
  const baseline = memory.families[family]
  const counts = expectedIn(standing(baseline, key, hour, memory.exposure), baseline.prior, binOf(hour))
  return Math.max(CONSTANTS.leastCap, quantile(counts, CONSTANTS.cap))
}

/** Looked for when a series alarms: few do, and a list for each series of each hour would take longer than assessing them. */
const rowsOf = (rows: readonly Row[], { family, key }: AssessedSeries): readonly Row[] =>
  rows.filter((row) => seriesKey(family, row) === key)

function spikes(
  memory: Memory,
  hour: Hour,
  rows: readonly Row[],
  assessed: readonly AssessedSeries[],
  bound: number,
): readonly Alarm[] {
  return assessed
    .filter(({ p, count, slots }) => p < bound && count >= CONSTANTS.leastCount && slots >= CONSTANTS.leastSlots)
    .map((series) => ({
      kind: 'spike',
      family: series.family,
      key: series.key,
      from: hour,
      to: hour + 1,
      count: series.count,
      expected: series.mean,
      p: series.p,
      rows: unusual(memory, hour, rowsOf(rows, series)),
    }))
}

/** A tuple's count this likely or likelier is everyday life, and no part of what stands out. */
const ORDINARY = 0.2

function unusual(memory: Memory, hour: Hour, rows: readonly Row[]): readonly Row[] {
  const baseline = memory.families.tuple
  const found = rows.filter((row) => {
    const counts = expectedIn(standing(baseline, row.tuple, hour, memory.exposure), baseline.prior, binOf(hour))
    return upperMidTail(counts, row.count) < ORDINARY
  })
  return found.length > 0 ? found : rows
}

/** A principal, action and resource family that were never seen together: an event of its own, whatever its count. */
const firstSeen = (
  memory: Memory,
  hour: Hour,
  rows: readonly Row[],
  assessed: readonly AssessedSeries[],
): readonly Alarm[] =>
  assessed
    .filter(({ family, key }) => family === 'tuple' && !isKnown(memory.families.tuple, key))
    .map((series) => ({
      kind: 'first-seen',
      family: series.family,
      key: series.key,
      from: hour,
      to: hour + 1,
      count: series.count,
      expected: series.mean,
      p: null,
      rows: rowsOf(rows, series),
    }))
