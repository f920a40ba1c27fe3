import type { Counts } from './count-tails.ts'
import { BINS, binOf, type Hour } from './season.ts'
import { CONSTANTS } from './settings.ts'

/**
 * Baseline of the series of a family: for each the decayed sum of its counts and of their squares in each bin of the
 * season, and when it was last touched. Hours without a denial are not stored: all series share the same exposure.
 */
export interface Baseline {
  readonly places: Map<string, number>
  readonly keys: string[]
  /** `SERIES_NUMBERS` numbers for each series: sums of its bins, then squares of its bins. */
  sums: Float64Array
  last: Float64Array
  prior: Prior
}

/** Prior of a series' rate before it shows anything: rate ~ Gamma(shape a, rate b hours), and 1/k of the family. */
export interface Prior {
  readonly a: number
  readonly b: number
  readonly dispersion: number
}

export const SERIES_NUMBERS = 2 * BINS

/** Hours watched, decayed, in each bin; the same for all series. */
export interface Exposure {
  readonly weights: Float64Array
  /** The first hour that is not in it. */
  next: Hour
}

/** Before anything was seen: half a denial in some weeks. */
const NO_PRIOR: Prior = { a: 0.5, b: 500, dispersion: CONSTANTS.leastDispersion }

/** Hours of a bin; what is decayed is never quite one. */
const LEAST_WATCHED = 0.9

const FORGETTING = 0.5 ** (1 / CONSTANTS.halfLifeHours)

export const newBaseline = (): Baseline => ({
  places: new Map(),
  keys: [],
  sums: new Float64Array(SERIES_NUMBERS * 64),
  last: new Float64Array(64),
  prior: NO_PRIOR,
})

export const newExposure = (from: Hour): Exposure => ({ weights: new Float64Array(BINS), next: from })

/** Lets time pass: every hour up to `hour`, not including it, was watched. */
export function watchUntil(exposure: Exposure, hour: Hour): void {
  for (; exposure.next < hour; exposure.next++) {
    for (let bin = 0; bin < BINS; bin++) exposure.weights[bin] = (exposure.weights[bin] ?? 0) * FORGETTING
    const bin = binOf(exposure.next)
    exposure.weights[bin] = (exposure.weights[bin] ?? 0) + 1
  }
}

export const hoursWatched = ({ weights }: Exposure): number => weights.reduce((sum, weight) => sum + weight, 0)

export const isKnown = (baseline: Baseline, key: string): boolean => baseline.places.has(key)

/** Adds the count of one hour to a series. */
export function learn(baseline: Baseline, key: string, hour: Hour, count: number): void {
  const place = baseline.places.get(key) ?? addSeries(baseline, key, hour)
  const { sums, last } = baseline
  const decay = FORGETTING ** (hour - (last[place] ?? hour))
  const at = place * SERIES_NUMBERS
  // A late hour is learnt as one that has already been forgotten in part.
  const weight = decay > 1 ? 1 / decay : 1
  if (decay < 1) {
    for (let i = at; i < at + SERIES_NUMBERS; i++) sums[i] = (sums[i] ?? 0) * decay
    last[place] = hour
  }
  const bin = at + binOf(hour)
  sums[bin] = (sums[bin] ?? 0) + weight * count
  sums[bin + BINS] = (sums[bin + BINS] ?? 0) + weight * count * count
}

function addSeries(baseline: Baseline, key: string, hour: Hour): number {
  const place = baseline.keys.length
  if (place >= baseline.last.length) {
    const [sums, last] = [baseline.sums, baseline.last]
    baseline.sums = new Float64Array(sums.length * 2)
    baseline.sums.set(sums)
    baseline.last = new Float64Array(last.length * 2)
    baseline.last.set(last)
  }
  baseline.keys.push(key)
  baseline.places.set(key, place)
  baseline.last[place] = hour
  return place
}

/** A series as it stands at an hour: sums over its bins, and what of it is seasonal. */
export interface Standing {
  /** Decayed counts, and hours watched. */
  readonly n: number
  readonly hours: number
  /** Of each bin, against the mean of all: 1 is no season. */
  readonly season: readonly number[]
  /** Σ((x − μ)² − μ) and Σμ²: Pearson's moments of 1/k. */
  readonly excess: number
  readonly information: number
}

const NO_SEASON: readonly number[] = Array.from({ length: BINS }, () => 1)

/** Undefined key: a series that was never seen. */
export function standing(baseline: Baseline, key: string, hour: Hour, exposure: Exposure): Standing {
  const hours = hoursWatched(exposure)
  const place = baseline.places.get(key)
  if (place === undefined) return { n: 0, hours, season: NO_SEASON, excess: 0, information: 0 }
  return standingAt(baseline, place, hour, exposure, hours)
}

export function standingAt(
  { sums, last }: Baseline,
  place: number,
  hour: Hour,
  { weights }: Exposure,
  hours: number,
): Standing {
  const decay = FORGETTING ** Math.max(0, hour - (last[place] ?? hour))
  const at = place * SERIES_NUMBERS
  let n = 0
  let squares = 0
  for (let bin = 0; bin < BINS; bin++) {
    n += (sums[at + bin] ?? 0) * decay
    squares += (sums[at + BINS + bin] ?? 0) * decay
  }
  if (n <= 0 || hours <= 0) return { n: 0, hours, season: NO_SEASON, excess: 0, information: 0 }
  const mean = n / hours
  const pseudo = CONSTANTS.seasonPseudoCount * Math.max(1, squares / n - mean)
  const season: number[] = []
  let excess = 0
  let information = 0
  for (let bin = 0; bin < BINS; bin++) {
    const watched = weights[bin] ?? 0
    const share = watched / hours
    const counted = (sums[at + bin] ?? 0) * decay
    const factor =
      watched < LEAST_WATCHED
        ? CONSTANTS.unseenSeason
        : Math.max(CONSTANTS.leastSeason, (counted / share + pseudo) / (n + pseudo))
    season.push(factor)
    const expected = mean * factor
    excess += (sums[at + BINS + bin] ?? 0) * decay - 2 * expected * counted + (expected * expected - expected) * watched
    information += expected * expected * watched
  }
  return { n, hours, season, excess, information }
}

/** Distribution of a series' count in an hour: Gamma–Poisson, as wide as the rate is uncertain and the series is clumpy. */
export function expectedIn(series: Standing, { a, b, dispersion }: Prior, bin: number): Counts & { size: number } {
  const shape = a + series.n
  const mean = (shape / (b + series.hours)) * (series.season[bin] ?? 1)
  return { mean, size: 1 / (1 / shape + dispersionOf(series, dispersion)) }
}

export function dispersionOf({ excess, information }: Standing, ofFamily: number): number {
  const own = (excess + CONSTANTS.dispersionWeight * ofFamily) / (information + CONSTANTS.dispersionWeight)
  return Math.min(CONSTANTS.mostDispersion, Math.max(CONSTANTS.leastDispersion, own))
}
