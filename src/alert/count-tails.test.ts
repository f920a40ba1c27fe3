import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { type Counts, criticalCount, logProbability, quantile, upperMidTail } from './count-tails.ts'

/** Printed, so that a failure can be run again. */
const SEED = 20_261_124
const OPTIONS = { seed: SEED, numRuns: 300 }

/** A fraction of whole numbers of any length: nothing is rounded until the end. */
interface Fraction {
  readonly above: bigint
  readonly below: bigint
}

const times = (a: Fraction, b: Fraction): Fraction => ({ above: a.above * b.above, below: a.below * b.below })
const plus = (a: Fraction, b: Fraction): Fraction => ({
  above: a.above * b.below + b.above * a.below,
  below: a.below * b.below,
})

/** Seventeen digits, however small. */
function toNumber({ above, below }: Fraction): number {
  if (above === 0n) return 0
  const scale = below.toString().length - above.toString().length + 20
  const power = 10n ** BigInt(Math.abs(scale))
  const digits = scale >= 0 ? (above * power) / below : above / (below * power)
  return Number(`${digits}e${-scale}`)
}

/**
 * Exact mid-p of a negative binomial whose P(X = 0) is given as a fraction: its mean is `mean` and its size `size`, both
 * fractions. P(n + 1) = P(n) (n + size) / (n + 1) · mean / (mean + size), and the tail is what the lower ones leave of 1.
 */
function exactMidTail(zero: Fraction, ratio: (n: bigint) => Fraction, count: number): number {
  let term = zero
  let below: Fraction = { above: 0n, below: 1n }
  for (let n = 0n; n < BigInt(count); n++) {
    below = plus(below, term)
    term = times(term, ratio(n))
  }
  const half = times(term, { above: 1n, below: 2n })
  const lower = plus(below, half)
  return toNumber({ above: lower.below - lower.above, below: lower.below })
}

const isClose = (actual: number, expected: number, digits: number, what: string): void =>
  assert.ok(
    Math.abs(actual - expected) <= Math.abs(expected) * 10 ** -digits,
    `${what}: ${actual} is not ${expected} to ${digits} digits`,
  )

/** e^-mean by its series in whole numbers with 400 digits. */
function expMinus(mean: bigint): Fraction {
  const scale = 10n ** 400n
  let term = scale
  let sum = scale
  for (let n = 1n; term !== 0n; n++) {
    term = (term * mean) / n
    sum += term
  }
  return { above: scale, below: sum }
}

describe(`tails of counts against exact fractions (seed ${SEED})`, () => {
  it('a negative binomial with a whole size is what whole numbers give', () => {
    for (const [mean, size] of [
      [1n, 1n],
      [3n, 2n],
      [10n, 3n],
      [2n, 7n],
      [40n, 1n],
    ] as const) {
      const below = mean + size
      const zero = { above: size ** size, below: below ** size }
      const ratio = (n: bigint): Fraction => ({ above: (n + size) * mean, below: (n + 1n) * below })
      for (const count of [0, 1, 2, 3, 5, 10, 30, 100, 300])
        isClose(
          upperMidTail({ mean: Number(mean), size: Number(size) }, count),
          exactMidTail(zero, ratio, count),
          10,
          `mean ${mean}, size ${size}, count ${count}`,
        )
    }
  })

  it('a size of a half is too: its P(X = 0) is a root that comes out even', () => {
    // size / (size + mean) = 1/4 for mean 3/2, and 1/100 for mean 49.5.
    for (const [mean, root] of [
      [1.5, 2n],
      [49.5, 10n],
    ] as const) {
      const share = { above: root * root - 1n, below: root * root }
      const ratio = (n: bigint): Fraction => times({ above: 2n * n + 1n, below: 2n * (n + 1n) }, share)
      for (const count of [0, 1, 3, 12, 60, 250])
        isClose(
          upperMidTail({ mean, size: 0.5 }, count),
          exactMidTail({ above: 1n, below: root }, ratio, count),
          10,
          `mean ${mean}, size 0.5, count ${count}`,
        )
    }
  })

  it('a Poisson tail keeps its digits far out, where one minus the rest has none', () => {
    for (const mean of [1n, 4n, 20n]) {
      const zero = expMinus(mean)
      const ratio = (n: bigint): Fraction => ({ above: mean, below: n + 1n })
      for (const count of [0, 1, 5, 20, 60, 120])
        isClose(
          upperMidTail({ mean: Number(mean), size: undefined }, count),
          exactMidTail(zero, ratio, count),
          10,
          `mean ${mean}, count ${count}`,
        )
    }
  })

  it('a rare series: the third denial where one in ten thousand hours is usual', () => {
    const mean = { above: 1n, below: 10_000n }
    // Size 1: P(n) = (size/(size+mean)) (mean/(size+mean))^n.
    const below = mean.above + mean.below
    const ratio = (): Fraction => ({ above: mean.above, below })
    const exact = exactMidTail({ above: mean.below, below }, ratio, 3)
    isClose(upperMidTail({ mean: 1e-4, size: 1 }, 3), exact, 12, 'three of a rare series')
  })
})

const counts: fc.Arbitrary<Counts> = fc.record({
  mean: fc.double({ min: -9, max: 6, noNaN: true }).map(Math.exp),
  size: fc.oneof(fc.constant(undefined), fc.double({ min: -4, max: 2, noNaN: true }).map(Math.exp)),
})
const count = fc.integer({ min: 0, max: 400 })

describe(`tails of counts (seed ${SEED})`, () => {
  it('the mid-p falls as the count grows, and lies between 0 and 1', () =>
    fc.assert(
      fc.property(counts, count, (one, n) => {
        const [here, next] = [upperMidTail(one, n), upperMidTail(one, n + 1)]
        assert.ok(here >= 0 && here <= 1 && next <= here, `${here}, then ${next}`)
      }),
      OPTIONS,
    ))

  it('two counts next to each other differ by half of what each has', () =>
    fc.assert(
      fc.property(counts, count, (one, n) => {
        const halves = (Math.exp(logProbability(one, n)) + Math.exp(logProbability(one, n + 1))) / 2
        const difference = upperMidTail(one, n) - upperMidTail(one, n + 1)
        assert.ok(Math.abs(difference - halves) < 1e-11, `${difference} is not ${halves}`)
      }),
      OPTIONS,
    ))

  it('the critical count is the first whose mid-p lies below the bound', () =>
    fc.assert(
      fc.property(counts, fc.constantFrom(1e-2, 1e-5, 1e-12, 1e-25), (one, p) => {
        const critical = criticalCount(one, p, 3)
        assert.ok(upperMidTail(one, critical.count) < p)
        assert.ok(critical.count === 3 || upperMidTail(one, critical.count - 1) >= p)
        assert.ok(critical.rate < 1)
      }),
      { seed: SEED, numRuns: 100 },
    ))

  it('the quantile is the first count that leaves no more than the rest above it', () =>
    fc.assert(
      fc.property(counts, (one) => {
        const found = quantile(one, 0.99)
        const above = (n: number): number => upperMidTail(one, n) - Math.exp(logProbability(one, n)) / 2
        assert.ok(above(found) <= 0.01 + 1e-9)
        assert.ok(found === 0 || above(found - 1) > 0.01 - 1e-9)
      }),
      OPTIONS,
    ))

  it('a negative binomial with a large size comes near to Poisson, and the Poisson of its own is not needed for it', () => {
    for (const n of [3, 10, 30]) {
      const poisson = upperMidTail({ mean: 2, size: undefined }, n)
      const near = upperMidTail({ mean: 2, size: 1e7 }, n)
      assert.ok(Math.abs(near - poisson) < poisson * 1e-3, `${near} is not ${poisson}`)
    }
  })

  it('a series that cannot happen has no tail', () => {
    assert.equal(upperMidTail({ mean: 0, size: 1 }, 0), 0.5)
    assert.equal(upperMidTail({ mean: 0, size: undefined }, 1), 0)
    assert.equal(quantile({ mean: 0, size: 1 }, 0.99), 0)
  })
})
