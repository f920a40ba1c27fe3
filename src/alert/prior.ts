import { type Baseline, type Exposure, hoursWatched, type Prior, standingAt } from './baseline.ts'
import type { Hour } from './season.ts'
import { CONSTANTS } from './settings.ts'

/** A family of a few series says little of their spread: as much as these with a shape of ½. */
const FEW = 10

/**
 * Empirical Bayes: the prior of a family from its own series, by moments. The rates of series of one family are taken for
 * a Gamma distribution; its dispersion is the mean of theirs, each weighted by what it shows.
 */
export function priorOf(baseline: Baseline, hour: Hour, exposure: Exposure): Prior {
  const hours = hoursWatched(exposure)
  const series = baseline.keys.length
  if (series === 0 || hours <= 0) return baseline.prior
  let total = 0
  let squares = 0
  let excess = 0
  let weight = 0
  const stride = Math.ceil(series / SAMPLE)
  let sampled = 0
  for (let place = 0; place < series; place += stride) {
    sampled++
    const one = standingAt(baseline, place, hour, exposure, hours)
    total += one.n
    squares += one.n * one.n
    excess += one.excess / (one.information + CONSTANTS.dispersionWeight)
    weight += one.information / (one.information + CONSTANTS.dispersionWeight)
  }
  const mean = total / sampled
  if (mean <= 0) return baseline.prior
  // Var(n) = m T + v T²: what the counts vary beyond Poisson is the spread of the rates.
  const spread = squares / sampled - mean * mean - mean
  const byMoments = spread > 0 ? (mean * mean) / spread : MOST_SHAPE
  const shape = (series * byMoments + FEW * 0.5) / (series + FEW)
  const a = Math.min(MOST_SHAPE, Math.max(LEAST_SHAPE, shape))
  const pooled = weight > 0 ? excess / weight : 0
  const dispersion = Math.min(CONSTANTS.mostDispersion, Math.max(CONSTANTS.leastDispersion, pooled))
  return { a, b: (a * hours) / mean, dispersion }
}

/** So many series say as much of their family as all. */
const SAMPLE = 4000

const LEAST_SHAPE = 0.01
const MOST_SHAPE = 20

/** What has all but faded is forgotten, so that memory stays bounded; whoever comes back later is new. */
const FADED = 1e-3

/** Gives a baseline without the series of which next to nothing is left. */
export function withoutFaded(baseline: Baseline, hour: Hour, exposure: Exposure): Baseline {
  const hours = hoursWatched(exposure)
  const kept: number[] = []
  for (let place = 0; place < baseline.keys.length; place++)
    if (standingAt(baseline, place, hour, exposure, hours).n >= FADED) kept.push(place)
  if (kept.length === baseline.keys.length) return baseline
  const stride = baseline.sums.length / baseline.last.length
  const keys = kept.map((place) => baseline.keys[place] ?? '')
  const room = Math.max(64, kept.length)
  const sums = new Float64Array(stride * room)
  const last = new Float64Array(room)
  kept.forEach((place, i) => {
    sums.set(baseline.sums.subarray(place * stride, (place + 1) * stride), i * stride)
    last[i] = baseline.last[place] ?? hour
  })
  return { ...baseline, keys, places: new Map(keys.map((key, i) => [key, i])), sums, last }
}
