import type { OverviewAnswer, SeriesAnswer, Spike } from '#http/wire.ts'
import type { ChartData } from './chart/data.ts'

const HOUR = 3600
const DAY = 24 * HOUR

const seconds = (time: string): number => Date.parse(time) / 1000

const UNITS: Readonly<Record<string, number>> = { h: HOUR, d: DAY }

/** A time as the address has it, ISO 8601 or how long ago, in seconds; undefined: neither. */
export function timeAt(text: string, now: number): number | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([hd])$/.exec(text) ?? []
  const ago = count === undefined ? undefined : Number(count) * (UNITS[unit] ?? 0)
  const at = ago === undefined ? seconds(text) : now - ago
  return Number.isFinite(at) ? at : undefined
}

/** Denials over the whole time that was asked for, up to now or its end: also where nothing was refused. */
export function overTime(
  { buckets, bucket }: OverviewAnswer,
  { since, until }: { readonly since: string; readonly until: string },
  now: number,
  changes: readonly number[],
): ChartData {
  const step = bucket === 'day' ? DAY : HOUR
  const counted = new Map(buckets.map(({ from, count }) => [seconds(from), count]))
  const to = timeAt(until, now) ?? now
  const asked = timeAt(since, now) ?? seconds(buckets[0]?.from ?? '')
  const from = Number.isFinite(asked) ? asked : to - DAY
  const first = Math.floor(from / step) * step
  const length = Math.min(MOST, Math.max(1, Math.ceil((to - first) / step)))
  const times = Array.from({ length }, (_, i) => first + i * step)
  // The axis begins with a whole bucket, so that its bar is seen whole.
  return {
    from: first,
    to: Math.max(to, first + step),
    step,
    times,
    counts: times.map((at) => counted.get(at) ?? 0),
    changes,
  }
}

/** Of a very long time the service gives the newest 800 buckets; ten years of days are drawn. */
const MOST = 3660

/** Around a spike: what came before shows what was usual. */
const BEFORE = 96
const AFTER = 24

/** The hours around a spike, with what was expected in each. */
export function aroundSpike(spike: Spike, series: SeriesAnswer): ChartData {
  const start = seconds(series.from)
  const place = (time: string): number => Math.round((seconds(time) - start) / HOUR)
  const begin = Math.max(0, place(spike.from) - BEFORE)
  const end = Math.min(series.counts.length, place(spike.to) + AFTER)
  const cut = <Of>(list: readonly Of[]): readonly Of[] => list.slice(begin, end)
  const counts = cut(series.counts)
  const times = counts.map((_, i) => start + (begin + i) * HOUR)
  const marked = [seconds(spike.from), Math.max(seconds(spike.to), seconds(spike.from) + HOUR)] as const
  const change = spike.cause.change?.time
  return {
    from: times[0] ?? start,
    to: (times.at(-1) ?? start) + HOUR,
    step: HOUR,
    times,
    counts,
    band: { low: cut(series.low), high: cut(series.high), expected: cut(series.expected) },
    marked,
    changes: change === undefined ? [] : [seconds(change)],
  }
}

/** Counts in fewer, equal parts: their sums, and which of them something stands out in. */
export function inParts(
  { times, counts, marked, step }: Pick<ChartData, 'times' | 'counts' | 'marked' | 'step'>,
  parts: number,
): { readonly counts: readonly number[]; readonly marked?: readonly [from: number, to: number] } {
  const length = Math.max(1, Math.ceil(counts.length / parts))
  const sums = Array.from({ length: Math.ceil(counts.length / length) }, (_, i) =>
    counts.slice(i * length, (i + 1) * length).reduce((sum, count) => sum + count, 0),
  )
  if (marked === undefined) return { counts: sums }
  const isOut = (time: number): boolean => time + step > marked[0] && time < marked[1]
  const [first, last] = [times.findIndex(isOut), times.findLastIndex(isOut)]
  if (first < 0) return { counts: sums }
  return { counts: sums, marked: [Math.floor(first / length), Math.floor(last / length) + 1] }
}
