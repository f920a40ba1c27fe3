import { type Baseline, newBaseline, SERIES_NUMBERS } from './baseline.ts'
import { type Memory, newMemory } from './memory.ts'
import { FAMILIES, type Family } from './refusal.ts'
import type { DailySeries } from './shift.ts'

/** Series in one text: what a store keeps of them is neither one huge text nor a row for each. */
const IN_ONE = 2000

type Series = readonly [key: string, ...numbers: number[]]

interface Around {
  readonly weights: readonly number[]
  readonly next: number
  readonly priors: Readonly<Record<Family, Baseline['prior']>>
  readonly days: Readonly<Record<Family, readonly [number, number]>>
}

type Part =
  | { readonly family: Family; readonly hourly: readonly Series[] }
  | { readonly family: Family; readonly daily: readonly (readonly [key: string, series: DailySeries])[] }

/** All that the detector has learnt, as texts; a number comes back to the last bit, and series in their order. */
export function textsOfMemory({ exposure, families, shifts }: Memory): readonly string[] {
  const around: Around = {
    weights: [...exposure.weights],
    next: exposure.next,
    priors: each((family) => families[family].prior),
    days: each((family) => shifts[family].days),
  }
  const parts: Part[] = FAMILIES.flatMap((family) => [
    ...inParts(seriesOf(families[family])).map((hourly) => ({ family, hourly })),
    ...inParts([...shifts[family].series]).map((daily) => ({ family, daily })),
  ])
  return [around, ...parts].map((part) => JSON.stringify(part))
}

export function memoryOfTexts([first, ...rest]: readonly string[]): Memory {
  const { weights, next, priors, days } = JSON.parse(first ?? '') as Around
  const memory = newMemory(next)
  memory.exposure.weights.set(weights)
  const hourly = each((): Series[] => [])
  for (const text of rest) {
    const part = JSON.parse(text) as Part
    if ('hourly' in part) hourly[part.family].push(...part.hourly)
    // JSON leaves out what is undefined.
    else
      for (const [key, series] of part.daily) memory.shifts[part.family].series.set(key, { ...series, run: series.run })
  }
  for (const family of FAMILIES) {
    memory.families[family] = { ...baselineOf(hourly[family]), prior: priors[family] }
    memory.shifts[family].days.splice(0, 2, ...days[family])
  }
  return memory
}

const each = <T>(make: (family: Family) => T): Record<Family, T> => ({
  tuple: make('tuple'),
  principal: make('principal'),
  action: make('action'),
  'resource-family': make('resource-family'),
})

function inParts<T>(all: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / IN_ONE) }, (_, i) => all.slice(i * IN_ONE, (i + 1) * IN_ONE))
}

/** The last hour of each, then place and number of those that are not zero: most series have few. */
function seriesOf({ keys, sums, last }: Baseline): readonly Series[] {
  return keys.map((key, place) => {
    const series: [string, ...number[]] = [key, last[place] ?? 0]
    for (let i = 0; i < SERIES_NUMBERS; i++) {
      const number = sums[place * SERIES_NUMBERS + i] ?? 0
      if (number !== 0) series.push(i, number)
    }
    return series
  })
}

function baselineOf(series: readonly Series[]): Baseline {
  const empty = newBaseline()
  const room = Math.max(empty.last.length, series.length)
  const sums = new Float64Array(room * SERIES_NUMBERS)
  const last = new Float64Array(room)
  const keys = series.map(([key]) => key)
  series.forEach(([, hour = 0, ...numbers], place) => {
    last[place] = hour
    for (let i = 0; i < numbers.length; i += 2) sums[place * SERIES_NUMBERS + (numbers[i] ?? 0)] = numbers[i + 1] ?? 0
  })
  return { ...empty, keys, places: new Map(keys.map((key, place) => [key, place])), sums, last }
}
