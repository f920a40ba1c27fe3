import type { Alarm } from './alarm.ts'
import { watchUntil } from './baseline.ts'
import { expectedFalseAlarms } from './expected.ts'
import { judgeHour, type Warmth } from './judge-hour.ts'
import { type Memory, newMemory, refresh, seriesOf } from './memory.ts'
import { FAMILIES, type Family, type Row, seriesKey, tupleOf } from './refusal.ts'
import { type Hour, hourOf } from './season.ts'
import { markScanners } from './scanners.ts'
import { CONSTANTS, DEFAULT_SETTINGS, type Settings } from './settings.ts'
import { closeDay, type Shift } from './shift.ts'

/** Clocks differ; what claims to come from later than this is kept out of everything. */
const AHEAD_MS = 10 * 60_000

/** A week of slow shift needs a baseline of two. */
const SHIFT_WARM_UP_DAYS = 14

export interface DetectInput {
  /** By hour, as `rollUp` gives them; those with a noise class are not judged, nor are those of scanners. */
  readonly rows: readonly Row[]
  /** Since when denials were watched; hours without one count as zero from here on. */
  readonly from: Hour
  /** Alarms of these hours are given, the others are only learnt from. `judgeTo` is not included. */
  readonly judgeFrom: Hour
  readonly judgeTo: Hour
  /** Milliseconds. */
  readonly now: number
  readonly settings?: Settings
  /** Called at the end of each day, when priors are new. */
  readonly atDay?: (hour: Hour, memory: Memory) => void
}

export interface Detected {
  /** By time. */
  readonly alarms: readonly Alarm[]
  /** By chance, in a week, if everything went on as before (`expectedFalseAlarms`). */
  readonly expectedPerWeek: number
  /** Series known at the end, in all families. */
  readonly series: number
  /** The first hour that could be judged. */
  readonly warmFrom: Hour
  /** Denials that claim to come from the future. */
  readonly ahead: number
  readonly memory: Memory
}

type DayCounts = Record<Family, Map<string, number>>

const newDayCounts = (): DayCounts => ({
  tuple: new Map(),
  principal: new Map(),
  action: new Map(),
  'resource-family': new Map(),
})

/**
 * Goes through the rows hour by hour, judging each against what came before it, and gives what stands out. The same rows
 * give the same alarms, however they arrived: a late denial is judged in its own hour when everything is gone through again.
 */
export function detect(input: DetectInput): Detected {
  const { from, judgeFrom, judgeTo, now, settings = DEFAULT_SETTINGS } = input
  const memory = newMemory(from)
  const warmFrom = from + settings.warmUpHours
  const newFrom = from + Math.max(settings.warmUpHours, CONSTANTS.firstSeenHours)
  const warmthAt = (hour: Hour): Warmth => ({ spikes: hour >= warmFrom, firstSeen: hour >= newFrom })
  const alarms: Alarm[] = []
  const { hours, ahead } = byHour(markScanners(input.rows), now)
  const rowsOf = indexed(hours)
  let counts = newDayCounts()
  let day = Math.floor(from / 24)
  const endDays = (until: number): void => {
    for (; day < until; day++) {
      const end = (day + 1) * 24
      watchUntil(memory.exposure, Math.max(end, memory.exposure.next))
      const isJudged = day >= Math.floor(from / 24) + SHIFT_WARM_UP_DAYS
      for (const family of FAMILIES)
        for (const shift of closeDay(
          memory.shifts[family],
          day,
          counts[family],
          memory.families[family].prior,
          isJudged,
        ))
          if (end > judgeFrom && end <= judgeTo) alarms.push(shiftAlarm(family, shift, rowsOf(family, shift.key)))
      counts = newDayCounts()
      refresh(memory, end)
      input.atDay?.(end, memory)
    }
  }
  for (const [hour, rows] of hours) {
    if (hour >= judgeTo) break
    endDays(Math.floor(hour / 24))
    watchUntil(memory.exposure, hour)
    const found = judgeHour(memory, hour, rows, settings.control, warmthAt(hour), (family, key, fed) =>
      counts[family].set(key, (counts[family].get(key) ?? 0) + fed),
    )
    if (hour >= judgeFrom) alarms.push(...found)
  }
  endDays(Math.floor(Math.min(judgeTo, hourOf(now) + 1) / 24))
  return {
    alarms,
    expectedPerWeek: expectedFalseAlarms(memory, settings.control),
    series: seriesOf(memory),
    warmFrom,
    ahead,
    memory,
  }
}

/** Rows that count, by hour; what is noise or lies ahead is left out. */
function byHour(rows: readonly Row[], now: number): { hours: ReadonlyMap<Hour, readonly Row[]>; ahead: number } {
  const hours = new Map<Hour, Row[]>()
  let ahead = 0
  for (const row of rows) {
    if (row.first > now + AHEAD_MS) ahead += row.count
    else if (row.noise === null) {
      const found = hours.get(row.hour)
      if (found === undefined) hours.set(row.hour, [row])
      else found.push(row)
    }
  }
  return { hours: new Map([...hours].sort(([a], [b]) => a - b)), ahead }
}

type RowsOf = (family: Family, key: string) => readonly Row[]

/** The rows of a series, by hour. Made when the first is asked for: most histories have no shift. */
function indexed(hours: ReadonlyMap<Hour, readonly Row[]>): RowsOf {
  const families = new Map<Family, Map<string, Row[]>>()
  const index = (family: Family): Map<string, Row[]> => {
    const keys = new Map<string, Row[]>()
    for (const rows of hours.values())
      for (const row of rows) {
        const key = seriesKey(family, row)
        const found = keys.get(key)
        if (found === undefined) keys.set(key, [row])
        else found.push(row)
      }
    families.set(family, keys)
    return keys
  }
  return (family, key) => (families.get(family) ?? index(family)).get(key) ?? []
}

function shiftAlarm(family: Family, { key, from, to, count, expected }: Shift, all: readonly Row[]): Alarm {
  const rows = all.filter(({ hour }) => hour >= from * 24 && hour < (to + 1) * 24)
  return {
    kind: 'shift',
    family,
    key,
    from: from * 24,
    to: (to + 1) * 24,
    count,
    expected,
    p: null,
    rows: bulkOf(rows),
  }
}

/** A tuple with less than this share of a shift is not what shifted. */
const LEAST_SHARE = 0.1

function bulkOf(rows: readonly Row[]): readonly Row[] {
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(tupleOf(row), (counts.get(tupleOf(row)) ?? 0) + row.count)
  const most = [...counts.values()].reduce((a, b) => Math.max(a, b), 0)
  return rows.filter((row) => (counts.get(tupleOf(row)) ?? 0) >= LEAST_SHARE * most)
}
