/**
 * `npm run simulate:spikes`: the detector and the usual rules on made-up series of denials, as a table of false alarms and of
 * spikes found (ADR 0025, docs/spikes.md). The series are invented: rates from 1 in 10,000 hours to 3 an hour, 35 % heavily
 * clumped, 35 % mildly, 40 % in office hours; 28 days to learn, 7 to test. Seed and number of series can be given.
 */
import { expectedIn, learn, newBaseline, newExposure, standing, watchUntil } from '#alert/baseline.ts'
import { quantile, upperMidTail } from '#alert/count-tails.ts'
import { priorOf } from '#alert/prior.ts'
import { binOf, type Hour } from '#alert/season.ts'
import { CONSTANTS } from '#alert/settings.ts'

const seed = Number(process.argv[2] ?? 12345)
const SERIES = Number(process.argv[3] ?? 4000)
const TRAIN = 28 * 24
const HOURS = 35 * 24
/** A Monday at midnight. */
const START: Hour = 24 * 4
const ADDED = [3, 5, 10, 20, 50]

/** Mulberry32: small, and the same everywhere. */
function randomFrom(start: number): () => number {
  let state = start >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const random = randomFrom(seed)
const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** Marsaglia and Tsang 2000. */
function gamma(shape: number): number {
  if (shape < 1) return gamma(shape + 1) * (1 - random()) ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = normal()
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}

function poisson(mean: number): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()))
  let count = 0
  for (let left = Math.exp(mean) * (1 - random()); left > 1; left *= 1 - random()) count++
  return count
}

interface Simulated {
  readonly counts: readonly number[]
  /** An hour of the test, to which a spike is added. */
  readonly spikeAt: number
}

function simulate(): Simulated {
  const rate = 10 ** (-4 + random() * (Math.log10(3) + 4))
  const kind = random()
  const k = kind < 0.35 ? 0.3 : kind < 0.7 ? 2 : undefined
  const isOffice = random() < 0.4
  const counts = Array.from({ length: HOURS }, (_, i) => {
    const hour = (START + i) % 24
    const isWork = Math.floor(i / 24) % 7 < 5 && hour >= 8 && hour < 18
    const mean = rate * (isOffice ? (isWork ? 168 / 50 : 0.05) : 1)
    return poisson(k === undefined ? mean : (mean * gamma(k)) / k)
  })
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

/** The detector itself: its own baseline, prior, tail and cap, hour by hour over all series. */
function tallyDetector(all: readonly Simulated[], bound: number): Tally {
  const tally = newTally()
  const baseline = newBaseline()
  const exposure = newExposure(START)
  const alarmed = new Set<number>()
  for (let i = 0; i < HOURS; i++) {
    const hour = START + i
    watchUntil(exposure, hour)
    if (i > 0 && i % 24 === 0) baseline.prior = priorOf(baseline, hour, exposure)
    all.forEach(({ counts, spikeAt }, n) => {
      const count = counts[i] ?? 0
      const isSpike = i === spikeAt
      if (count === 0 && !isSpike) return
      const expected = expectedIn(standing(baseline, String(n), hour, exposure), baseline.prior, binOf(hour))
      const isAlarm = (seen: number): boolean => seen >= CONSTANTS.leastCount && upperMidTail(expected, seen) < bound
      if (isSpike)
        ADDED.forEach((added, at) => {
          if (isAlarm(count + added)) tally.found[at] = (tally.found[at] ?? 0) + 1
        })
      const isFalse = i >= 72 && isAlarm(count)
      if (isFalse && i >= TRAIN) {
        tally.alarms++
        alarmed.add(n)
      }
      const most = isFalse ? Math.max(CONSTANTS.leastCap, quantile(expected, CONSTANTS.cap)) : count
      if (count > 0) learn(baseline, String(n), hour, Math.min(count, most))
    })
  }
  tally.series = alarmed.size
  return tally
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
${line('denytrace, p < 1e-5', tallyDetector(all, 1e-5))}
`)
