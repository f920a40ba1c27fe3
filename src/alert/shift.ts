import { dispersionOf, type Prior } from './baseline.ts'
import { type Counts, logProbability, quantile } from './count-tails.ts'
import { CONSTANTS } from './settings.ts'

/** Days since 1970-01-01 in UTC. */
export type Day = number

/** Daily counts of one series: decayed sums over weekdays and over weekends, and the run of days that look raised. */
export interface DailySeries {
  readonly sums: [number, number]
  squares: number
  last: Day
  run: Run | undefined
}

/** Decayed counts and days watched: weekdays and weekends. */
interface DecayedCounts {
  readonly sums: readonly [number, number]
  readonly squares: number
  readonly days: readonly [number, number]
}

interface Run {
  readonly from: Day
  /** What was known when it began; its own days would otherwise count as days without a denial. */
  readonly known: DecayedCounts
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
  isAssessed: boolean,
): readonly Shift[] {
  const shifts: Shift[] = []
  const touched = new Set(counts.keys())
  for (const [key, { run }] of memory.series) if (run !== undefined) touched.add(key)
  for (const key of touched) {
    const count = counts.get(key) ?? 0
    const series = memory.series.get(key) ?? { sums: [0, 0], squares: 0, last: day, run: undefined }
    memory.series.set(key, series)
    const shift = isAssessed ? addDay(memory, series, day, count, prior) : undefined
    if (!isAssessed) learnDay(series, day, count)
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
  readonly season: number
  readonly dispersion: number
}

function decayedCounts({ days }: ShiftMemory, { sums, squares, last }: DailySeries, day: Day): DecayedCounts {
  const decay = FORGETTING ** Math.max(0, day - last)
  return { sums: [sums[0] * decay, sums[1] * decay], squares: squares * decay, days: [days[0], days[1]] }
}

/** `seen` and `since`: denials and days that came after what is known. */
function levelOf({ sums, squares, days }: DecayedCounts, day: Day, prior: Prior, seen: number, since: number): Level {
  const n = sums[0] + sums[1]
  const watched = days[0] + days[1]
  const weekend = isWeekend(day)
  const share = watched > 0 ? days[weekend] / watched : 0
  const flat = watched > 0 ? n / watched : 0
  const pseudo = CONSTANTS.seasonPseudoCount * Math.max(1, n > 0 ? squares / n - flat : 1)
  const season = share > 0 ? Math.max(CONSTANTS.leastSeason, (sums[weekend] / share + pseudo) / (n + pseudo)) : 1
  const shape = prior.a + n + seen
  const mean = (shape / (prior.b / 24 + watched + since)) * season
  const excess = squares - flat * flat * watched - flat * watched
  const information = flat * flat * watched
  const dispersion = dispersionOf({ n, hours: watched, season: [], excess, information }, CONSTANTS.leastDispersion)
  return { mean, size: 1 / (1 / shape + dispersion), season, dispersion }
}

function addDay(
  memory: ShiftMemory,
  series: DailySeries,
  day: Day,
  count: number,
  prior: Prior,
): Omit<Shift, 'key'> | undefined {
  const run = series.run ?? {
    from: day,
    known: decayedCounts(memory, series, day),
    score: 0,
    count: 0,
    expected: 0,
    held: [],
  }
  const usual = levelOf(run.known, day, prior, 0, 0)
  const steady = levelOf(run.known, day, prior, run.count, day - run.from)
  const raised = raisedLevel(usual, run.count, day - run.from)
  run.score = Math.max(0, run.score + logProbability(raised, count) - logProbability(steady, count))
  run.count += count
  run.expected += usual.mean
  if (count > 0) run.held.push([day, count])
  const isShift =
    run.score > CONSTANTS.shiftThreshold &&
    run.count >= CONSTANTS.leastShiftCount &&
    run.held.length >= CONSTANTS.leastShiftDays
  if (isShift || run.score === 0 || day - run.from > LONGEST_RUN) {
    // A shift is told once; then its level is learnt, but no single day that would stand out even there.
    const most = isShift ? quantile(raised, CONSTANTS.cap) : Number.POSITIVE_INFINITY
    for (const [heldDay, heldCount] of run.held) learnDay(series, heldDay, Math.min(heldCount, most))
    series.run = undefined
  } else series.run = run
  return isShift ? { from: run.from, to: day, count: run.count, expected: run.expected } : undefined
}

/**
 * The level that is held against the steady one. It begins at the least that counts as raised and follows what the run
 * shows; the steady one follows too, as a series does that was always so and only little known. So the ratio of the two is 1
 * on average while nothing has changed, and e^-threshold bounds false alarms.
 */
function raisedLevel({ mean, season, dispersion }: Level, seen: number, since: number): Counts {
  const least = raisedOf(mean)
  const shown = ((1 + seen) / (1 / least + since)) * season
  return { mean: Math.max(least, shown), size: 1 / (1 / (1 + seen) + dispersion) }
}

const raisedOf = (mean: number): number => Math.max(CONSTANTS.shiftRatio * mean, mean + CONSTANTS.shiftStep)
