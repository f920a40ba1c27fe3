/** Invented series of denials by hour, for the simulations of the detector. */

/** A Monday at midnight, in hours since 1970. */
export const START = 24 * 4

/** Mulberry32: small, and the same everywhere. */
export function randomFrom(start: number): () => number {
  let state = start >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export type Random = () => number

const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** Marsaglia and Tsang 2000. */
function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random()) ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = normal(random)
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}

function poisson(random: Random, mean: number): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)))
  let count = 0
  for (let left = Math.exp(mean) * (1 - random()); left > 1; left *= 1 - random()) count++
  return count
}

/** How a series behaves: denials an hour, how clumpy (undefined: Poisson), and whether it keeps office hours. */
export interface Nature {
  readonly rate: number
  readonly k: number | undefined
  readonly isOffice: boolean
}

/** Rates from 1 in 10,000 hours to 3 an hour; 35 % heavily clumped, 35 % mildly; 40 % in office hours. */
export function nature(random: Random): Nature {
  const rate = 10 ** (-4 + random() * (Math.log10(3) + 4))
  const kind = random()
  return { rate, k: kind < 0.35 ? 0.3 : kind < 0.7 ? 2 : undefined, isOffice: random() < 0.4 }
}

/** `times` of an hour: by what its rate is multiplied. */
export function countsOf(
  random: Random,
  { rate, k, isOffice }: Nature,
  hours: number,
  times: (hour: number) => number,
): number[] {
  return Array.from({ length: hours }, (_, i) => {
    const hour = (START + i) % 24
    const isWork = Math.floor(i / 24) % 7 < 5 && hour >= 8 && hour < 18
    const mean = rate * times(i) * (isOffice ? (isWork ? 168 / 50 : 0.05) : 1)
    return poisson(random, k === undefined ? mean : (mean * gamma(random, k)) / k)
  })
}
