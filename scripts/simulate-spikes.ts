/**
 * `npm run simulate:spikes`: the detector and the usual rules on made-up series of denials, as a table of false alarms and of
 * spikes found (ADR 0025, docs/spikes.md). The series are invented: rates from 1 in 10,000 hours to 3 an hour, 35 % heavily
 * clumped, 35 % mildly, 40 % in office hours; 28 days to learn, 7 to test. Seed and number of series can be given.
 */
import { expectedIn, learn, newBaseline, newExposure, standing, watchUntil } from '#alert/baseline.ts'
import { quantile, upperMidTail } from '#alert/count-tails.ts'
import { priorOf } from '#alert/prior.ts'
import { boundOf } from '#alert/assess-hour.ts'
import { binOf } from '#alert/season.ts'
import { CONSTANTS, type Control } from '#alert/settings.ts'
import { countsOf, nature, randomFrom, START } from './simulated-series.ts'

const seed = Number(process.argv[2] ?? 12345)
const SERIES = Number(process.argv[3] ?? 4000)
const TRAIN = 28 * 24
const HOURS = 35 * 24
const ADDED = [3, 5, 10, 20, 50]

const random = randomFrom(seed)

interface Simulated {
  readonly counts: readonly number[]
  /** An hour of the test, to which a spike is added. */
  readonly spikeAt: number
}

function simulate(): Simulated {
  const counts = countsOf(random, nature(random), HOURS, () => 1)
  return { counts, spikeAt: TRAIN + Math.floor(random() * (HOURS - TRAIN)) }
}

/** Whether the count of hour `i` alarms, given the hours before it; told with the count that was really there. */
type Rule = (history: readonly number[], i: number, count: number) => boolean

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

interface Trained {
  readonly mean: number
  readonly deviation: number
}

function trained(history: readonly number[]): Trained {
  const training = history.slice(0, TRAIN)
  const mean = meanOf(training)
  return { mean, deviation: Math.sqrt(meanOf(training.map((count) => (count - mean) ** 2))) }
}

const cache = new WeakMap<readonly number[], Trained>()
function of(history: readonly number[]): Trained {
  const found = cache.get(history) ?? trained(history)
  cache.set(history, found)
  return found
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

const poissonRule =
  (p: number): Rule =>
  (history, _, count) =>
    upperMidTail({ mean: (of(history).mean * TRAIN + 0.5) / TRAIN, size: undefined }, count) < p

const RULES: readonly (readonly [name: string, rule: Rule])[] = [
  ['1 or more an hour', (_, __, count) => count >= 1],
  ['5 or more an hour', (_, __, count) => count >= 5],
  ['z > 3, no alarm without deviation', (history, _, count) => isFar(of(history), count, 3, false)],
  ['z > 20, alarm without deviation', (history, _, count) => isFar(of(history), count, 20, true)],
  ['EWMA, 0.2, 3 deviations', (history, i, count) => isEwma(history, i, count)],
  ['MAD of the hour of the week > 3.5', (history, i, count) => isMad(history, i, count)],
  ['Poisson, p < 1e-5', poissonRule(1e-5)],
  ['Poisson, p < 1e-25', poissonRule(1e-25)],
]

const isFar = ({ mean, deviation }: Trained, count: number, z: number, isZeroFar: boolean): boolean =>
  deviation === 0 ? isZeroFar && count > mean : (count - mean) / deviation > z

function isEwma(history: readonly number[], i: number, count: number): boolean {
  const { mean, deviation } = of(history)
  let smooth = mean
  for (let j = Math.max(0, i - 40); j < i; j++) smooth = 0.2 * (history[j] ?? 0) + 0.8 * smooth
  return 0.2 * count + 0.8 * smooth > mean + 3 * deviation * Math.sqrt(0.2 / 1.8) && count > mean
}

function isMad(history: readonly number[], i: number, count: number): boolean {
  const same = [1, 2, 3, 4].map((weeks) => history[i - weeks * 168] ?? 0)
  const median = medianOf(same)
  const mad = medianOf(same.map((one) => Math.abs(one - median)))
  return mad > 0 && (0.6745 * (count - median)) / mad > 3.5
}

interface Tally {
  alarms: number
  series: number
  readonly found: number[]
}

const newTally = (): Tally => ({ alarms: 0, series: 0, found: ADDED.map(() => 0) })

function tallyRule(rule: Rule, all: readonly Simulated[]): Tally {
  const tally = newTally()
  for (const { counts, spikeAt } of all) {
    let alarms = 0
    for (let i = TRAIN; i < HOURS; i++) if (rule(counts, i, counts[i] ?? 0)) alarms++
    tally.alarms += alarms
    tally.series += alarms > 0 ? 1 : 0
    ADDED.forEach((added, n) => {
      if (rule(counts, spikeAt, (counts[spikeAt] ?? 0) + added)) tally.found[n] = (tally.found[n] ?? 0) + 1
    })
  }
  return tally
}

/** The detector itself: its own baseline, prior, tail, bound and cap, hour by hour over all series. */
function tallyDetector(all: readonly Simulated[], control: Control): Tally {
  const tally = newTally()
  const baseline = newBaseline()
  const exposure = newExposure(START)
  const alarmed = new Set<number>()
  for (let i = 0; i < HOURS; i++) {
    const hour = START + i
    watchUntil(exposure, hour)
    if (i > 0 && i % 24 === 0) baseline.prior = priorOf(baseline, hour, exposure)
    const judged = all.flatMap(({ counts, spikeAt }, n) => {
      const count = counts[i] ?? 0
      if (count === 0 && i !== spikeAt) return []
      const expected = expectedIn(standing(baseline, String(n), hour, exposure), baseline.prior, binOf(hour))
      const pOf = (seen: number): number => (seen < CONSTANTS.leastCount ? 1 : upperMidTail(expected, seen))
      return [{ n, count, expected, pOf, p: pOf(count), isSpike: i === spikeAt }]
    })
    const bound = boundOf(judged, control, SERIES)
    for (const { n, count, expected, pOf, p, isSpike } of judged) {
      if (isSpike) tallySpike(tally, judged, control, count, pOf)
      if (i >= TRAIN && p < bound) {
        tally.alarms++
        alarmed.add(n)
      }
      const most = i >= 72 && p < bound ? Math.max(CONSTANTS.leastCap, quantile(expected, CONSTANTS.cap)) : count
      if (count > 0) learn(baseline, String(n), hour, Math.min(count, most))
    }
  }
  tally.series = alarmed.size
  return tally
}

function tallySpike(
  tally: Tally,
  judged: readonly { readonly p: number }[],
  control: Control,
  count: number,
  pOf: (seen: number) => number,
): void {
  ADDED.forEach((added, at) => {
    const p = pOf(count + added)
    if (p < boundOf([...judged, { p }], control, SERIES)) tally.found[at] = (tally.found[at] ?? 0) + 1
  })
}

const all = Array.from({ length: SERIES }, simulate)
const perThousand = (count: number): string => String(Math.round((count / SERIES) * 1000))
const percent = (count: number): string => `${((count / SERIES) * 100).toFixed(count / SERIES < 0.01 ? 1 : 0)} %`
const line = (name: string, { alarms, series, found }: Tally): string =>
  `| ${name} | ${perThousand(alarms)} | ${percent(series)} | ${found.map((one) => Math.round((one / SERIES) * 100)).join(' | ')} |`

process.stdout.write(`Seed ${seed}, ${SERIES} series, ${all.filter(({ counts }) => counts.slice(0, TRAIN).every((count) => count === 0)).length} without history

| Rule | False alarms in 1,000 series-weeks | Series with one | ${ADDED.map((added) => `+${added}`).join(' | ')} |
| --- | --- | --- | ${ADDED.map(() => '---').join(' | ')} |
${RULES.map(([name, rule]) => line(name, tallyRule(rule, all))).join('\n')}
${line('denytrace, p < 1e-5', tallyDetector(all, { kind: 'fixed', p: 1e-5 }))}
${line('denytrace, false discovery rate 0.01', tallyDetector(all, { kind: 'fdr', q: 0.01 }))}
`)
