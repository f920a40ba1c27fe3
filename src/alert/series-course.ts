import { type Prior, type Standing, standing, watchUntil } from './baseline.ts'
import type { Course } from './detect.ts'
import { assessFamily, learnAssessed } from './assess-hour.ts'
import { type Memory, newMemory } from './memory.ts'
import { withoutFaded } from './prior.ts'
import type { Family, Row } from './refusal.ts'
import type { Hour } from './season.ts'

export interface SeriesCourse {
  readonly family: Family
  readonly key: string
  /** Its own, by hour, and assessed ones alone (`Course.isCounted`). */
  readonly rows: readonly Row[]
  readonly from: Hour
  readonly assessTo: Hour
  /** The first hour that could be assessed. */
  readonly warmFrom: Hour
}

/**
 * State of a series as the detector knew it at the end of each day. Series bear on each other through the priors of a day
 * and the bound of an hour alone; with these kept (`Course`), a dozen series of a million rows need not all of them again.
 */
export function* daysOfSeries(
  { family, key, rows, from, assessTo, warmFrom }: SeriesCourse,
  { bounds, priors }: Pick<Course, 'bounds' | 'priors'>,
): Generator<{ readonly day: number; readonly series: Standing; readonly prior: Prior }, undefined> {
  const memory = newMemory(from)
  const hours = byHour(rows)
  let next = hours.next()
  for (let day = Math.floor(from / 24); priors.has(day); day++) {
    const end = (day + 1) * 24
    for (; next.done !== true && next.value[0] < Math.min(end, assessTo); next = hours.next()) {
      const [hour, ofHour] = next.value
      watchUntil(memory.exposure, hour)
      for (const series of assessFamily(memory, hour, ofHour, family))
        if (series.key === key) learnAssessed(memory, hour, series, bounds.get(hour) ?? 0, { spikes: hour >= warmFrom })
    }
    watchUntil(memory.exposure, Math.max(end, memory.exposure.next))
    const prior = priors.get(day)?.[family] ?? memory.families[family].prior
    endDay(memory, family, day + 1, prior)
    yield { day, series: standing(memory.families[family], key, end, memory.exposure), prior }
  }
  return undefined
}

/** As `refresh` does, but for the prior, which is that of all series. */
function endDay(memory: Memory, family: Family, next: number, prior: Prior): void {
  const all = memory.families[family]
  const kept = next % 7 === 0 ? withoutFaded(all, next * 24, memory.exposure) : all
  memory.families[family] = { ...kept, prior }
}

function* byHour(rows: readonly Row[]): Generator<readonly [Hour, readonly Row[]], undefined> {
  for (let i = 0; i < rows.length; ) {
    const hour = rows[i]?.hour ?? 0
    const start = i
    while (rows[i]?.hour === hour) i++
    yield [hour, rows.slice(start, i)]
  }
  return undefined
}
