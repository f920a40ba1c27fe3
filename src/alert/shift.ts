import { dispersionOf, type Prior } from './baseline.ts'
import { quantile } from './count-tails.ts'
import { CONSTANTS } from './settings.ts'

/** Days since 1970-01-01 in UTC. */
export type Day = number

/** Daily counts of one series: decayed sums over weekdays and over weekends, and the run of days that look raised. */
interface DailySeries {
  readonly sums: [number, number]
  squares: number
  last: Day
  run: Run | undefined
}

interface Run {
  readonly from: Day
  score: number
  count: number
  expected: number
  /** Days with denials, not learnt while it is open whether they are a new level. */
  held: [day: Day, count: number][]
}

export interface ShiftMemory {
  readonly series: Map<string, DailySeries>
  /** Days watched, decayed: weekdays and weekends. */
  readonly days: [number, number]
}

export interface Shift {
  readonly key: string
  readonly from: Day
  /** The last day of it. */
  readonly to: Day
  readonly count: number
  readonly expected: number
}

export const newShiftMemory = (): ShiftMemory => ({ series: new Map(), days: [0, 0] })

const FORGETTING = 0.5 ** (24 / CONSTANTS.halfLifeHours)

/** A run that neither ends nor alarms in this time is the new level. */
const LONGEST_RUN = 60

const isWeekend = (day: Day): 0 | 1 => (((((day + 4) % 7) + 7) % 7) % 6 === 0 ? 1 : 0)

/**
 * Closes a day: a CUSUM of log-likelihood ratios of negative binomials, for each series (Höhle and Paul 2008). It adds up
 * what single hours do not show: from one denial in four days to five a day. While the sum is above zero its days are not
 * learnt, or a slow shift would teach its own baseline.
 */
export function closeDay(
  memory: ShiftMemory,
  day: Day,
  counts: ReadonlyMap<string, number>,
  prior: Prior,
  isJudged: boolean,
): readonly Shift[] {
  const shifts: Shift[] = []
  const touched = new Set(counts.keys())
  for (const [key, { run }] of memory.series) if (run !== undefined) touched.add(key)
  for (const key of touched) {
    const count = counts.get(key) ?? 0
    const series = memory.series.get(key) ?? { sums: [0, 0], squares: 0, last: day, run: undefined }
    memory.series.set(key, series)
    const shift = isJudged ? addDay(memory, series, day, count, prior) : undefined
    if (!isJudged) learnDay(series, day, count)
    if (shift !== undefined) shifts.push({ key, ...shift })
  }
  const weekend = isWeekend(day)
  memory.days[0] *= FORGETTING
  memory.days[1] *= FORGETTING
  memory.days[weekend] += 1
  return shifts
}

/** Forgets series of which next to nothing is left. */
export function forgetFaded({ series }: ShiftMemory, day: Day): void {
  for (const [key, { sums, last, run }] of series)
    if (run === undefined && (sums[0] + sums[1]) * FORGETTING ** (day - last) < 1e-3) series.delete(key)
}

function learnDay(series: DailySeries, day: Day, count: number): void {
  const decay = FORGETTING ** Math.max(0, day - series.last)
  const late = FORGETTING ** Math.max(0, series.last - day)
  series.sums[0] *= decay
  series.sums[1] *= decay
  series.squares *= decay
  series.last = Math.max(series.last, day)
  series.sums[isWeekend(day)] += late * count
  series.squares += late * count * count
}

interface Level {
  readonly mean: number
  readonly size: number
}

function levelOf({ days }: ShiftMemory, { sums, squares, last }: DailySeries, day: Day, prior: Prior): Level {
  const decay = FORGETTING ** Math.max(0, day - last)
  const n = (sums[0] + sums[1]) * decay
  const watched = days[0] + days[1]
  const weekend = isWeekend(day)
  const share = watched > 0 ? days[weekend] / watched : 0
  const flat = watched > 0 ? n / watched : 0
  const pseudo = CONSTANTS.seasonPseudoCount * Math.max(1, n > 0 ? (squares * decay) / n - flat : 1)
  const counted = sums[weekend] * decay
  const season = share > 0 ? Math.max(CONSTANTS.leastSeason, (counted / share + pseudo) / (n + pseudo)) : 1
  const shape = prior.a + n
  const mean = (shape / (prior.b / 24 + watched)) * season
  const excess = squares * decay - flat * flat * watched - flat * watched
  const dispersion = dispersionOf(
    { n, hours: watched, season: [], excess, information: flat * flat * watched },
    CONSTANTS.leastDispersion,
  )
  return { mean, size: 1 / (1 / shape + dispersion) }
}

function addDay(
  memory: ShiftMemory,
  series: DailySeries,
  day: Day,
  count: number,
  prior: Prior,
): Omit<Shift, 'key'> | undefined {
  const level = levelOf(memory, series, day, prior)
  const run = series.run ?? { from: day, score: 0, count: 0, expected: 0, held: [] }
  run.score = Math.max(0, run.score + logRatio(level, count))
  run.count += count
  run.expected += level.mean
  if (count > 0) run.held.push([day, count])
  const isShift =
    run.score > CONSTANTS.shiftThreshold &&
    run.count >= CONSTANTS.leastShiftCount &&
    run.held.length >= CONSTANTS.leastShiftDays
  if (isShift || run.score === 0 || day - run.from > LONGEST_RUN) {
    // Of a shift no more is learnt than what would be usual at the raised level: so a new level is learnt in steps.
    const most = isShift ? quantile({ ...level, mean: raisedOf(level.mean) }, CONSTANTS.cap) : Number.POSITIVE_INFINITY
    for (const [heldDay, heldCount] of run.held) learnDay(series, heldDay, Math.min(heldCount, most))
    series.run = undefined
  } else series.run = run
  return isShift ? { from: run.from, to: day, count: run.count, expected: run.expected } : undefined
}

/** ln of how much likelier the count is at the raised level than at the usual one. */
function logRatio({ mean, size }: Level, count: number): number {
  const raised = raisedOf(mean)
  const spread = Math.log((size + raised) / (size + mean))
  return count * (Math.log(raised / mean) - spread) - size * spread
}

const raisedOf = (mean: number): number => Math.max(CONSTANTS.shiftRatio * mean, mean + CONSTANTS.shiftStep)
