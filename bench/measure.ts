/** Microseconds of single calls, in the order in which they were made. */
export type Times = readonly number[]

/** One thing to time. `calls` per round: a round of every case takes about as long. */
export interface Case {
  readonly name: string
  readonly calls: number
  readonly run: (i: number) => unknown
}

export interface Figure {
  readonly p50: number
  readonly p99: number
}

/**
 * Times the cases in turn, round by round, so that whatever else the machine does meets all of them alike. The first
 * round warms up and is dropped; of the others each figure is the median.
 */
export async function interleaved(cases: readonly Case[], rounds: number): Promise<ReadonlyMap<string, Figure>> {
  const figures = new Map<string, Figure[]>(cases.map(({ name }) => [name, []]))
  for (let round = 0; round <= rounds; round++)
    for (const one of cases) {
      const figure = figureOf(await timesOf(one))
      if (round > 0) figures.get(one.name)?.push(figure)
    }
  return new Map([...figures].map(([name, all]) => [name, middle(all)]))
}

async function timesOf({ calls, run }: Case): Promise<Times> {
  const times: number[] = []
  for (let i = 0; i < calls; i++) {
    const from = performance.now()
    const result = run(i)
    if (result instanceof Promise) await result
    times.push((performance.now() - from) * 1000)
  }
  return times
}

const figureOf = (times: Times): Figure => {
  const sorted = times.toSorted((a, b) => a - b)
  return { p50: at(sorted, 0.5), p99: at(sorted, 0.99) }
}

const middle = (figures: readonly Figure[]): Figure => ({
  p50: median(figures.map(({ p50 }) => p50)),
  p99: median(figures.map(({ p99 }) => p99)),
})

const median = (values: readonly number[]): number =>
  at(
    values.toSorted((a, b) => a - b),
    0.5,
  )

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
