/**
 * Tails of the two distributions of counts that the detector uses. All sums are straight ones over the probabilities, each
 * from the one before, so that nothing cancels. The Poisson tail has sums of its own: a negative binomial whose size is
 * huge loses all its digits in the difference of log-gammas (ADR 0025).
 */

/** A negative binomial with this mean and size (the larger, the closer to Poisson); `size` undefined: Poisson. */
export interface Counts {
  readonly mean: number
  readonly size: number | undefined
}

/** More terms than any count of an hour needs; what is left beyond them is nothing. */
const MAX_TERMS = 20_000_000

/** ln P(X = 0). */
function logAtZero({ mean, size }: Counts): number {
  return size === undefined ? -mean : -size * Math.log1p(mean / size)
}

/** P(X = n + 1) / P(X = n). */
function step({ mean, size }: Counts, n: number): number {
  return size === undefined ? mean / (n + 1) : ((n + size) / (n + 1)) * (mean / (mean + size))
}

/** ln P(X = count). */
export function logProbability(counts: Counts, count: number): number {
  if (counts.mean <= 0) return count === 0 ? 0 : Number.NEGATIVE_INFINITY
  let log = logAtZero(counts)
  // Products of a few factors at a time: one logarithm for many, and no overflow.
  let product = 1
  for (let n = 0; n < count; n++) {
    product *= step(counts, n)
    if (product < 1e-200 || product > 1e200) {
      log += Math.log(product)
      product = 1
    }
  }
  return log + Math.log(product)
}

/** P(X > count) + ½ P(X = count): the mid-p value of a count, between 0 and 1. */
export function upperMidTail(counts: Counts, count: number): number {
  if (counts.mean <= 0) return count === 0 ? 0.5 : 0
  const at = Math.exp(logProbability(counts, count))
  // Above the mean the tail is summed, which keeps small values exact; below it, what lies under.
  if (count > counts.mean) return at / 2 + sumAbove(counts, count, at)
  return Math.max(0, 1 - at / 2 - sumBelow(counts, count, at))
}

/** P(X > count), given P(X = count). */
function sumAbove(counts: Counts, count: number, at: number): number {
  let term = at
  let sum = 0
  for (let n = count; n < count + MAX_TERMS; n++) {
    const ratio = step(counts, n)
    term *= ratio
    sum += term
    // Ratios fall towards their limit or rise towards it below 1: the rest is less than a geometric series.
    const limit = Math.max(
      step(counts, n + 1),
      counts.size === undefined ? 0 : counts.mean / (counts.mean + counts.size),
    )
    if (term === 0 || (limit < 1 && (term * limit) / (1 - limit) < sum * 1e-16)) break
  }
  return sum
}

/** P(X < count), given P(X = count). */
function sumBelow(counts: Counts, count: number, at: number): number {
  let term = at
  let sum = 0
  for (let n = count - 1; n >= 0; n--) {
    term /= step(counts, n)
    sum += term
    if (term < sum * 1e-18) break
  }
  return sum
}

/** The smallest count whose P(X ≤ count) reaches this share. */
export function quantile(counts: Counts, share: number): number {
  if (counts.mean <= 0) return 0
  let log = logAtZero(counts)
  let sum = 0
  for (let n = 0; n < MAX_TERMS; n++) {
    const at = Math.exp(log)
    sum += at
    // Beyond the mean, with nothing left that a double can add: what is asked for cannot come later.
    if (sum >= share || (n > counts.mean && at < 1e-17)) return n
    log += Math.log(step(counts, n))
  }
  return MAX_TERMS
}

/** The smallest count whose mid-p is below `p`, with P(X ≥ count): how often a series with these counts alarms. */
export function criticalCount(
  counts: Counts,
  p: number,
  least: number,
): { readonly count: number; readonly rate: number } {
  if (counts.mean <= 0) return { count: least, rate: 0 }
  // The mid-p falls with the count: twice as far until it is below, then by halves.
  let low = least - 1
  let count = least
  for (let stride = 1; upperMidTail(counts, count) >= p && count < MAX_TERMS; stride *= 2) {
    low = count
    count += stride
  }
  while (count - low > 1) {
    const middle = Math.floor((low + count) / 2)
    if (upperMidTail(counts, middle) < p) count = middle
    else low = middle
  }
  const at = Math.exp(logProbability(counts, count))
  return { count, rate: upperMidTail(counts, count) + at / 2 }
}
