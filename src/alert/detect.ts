import type { Alarm } from './alarm.ts'
import { watchUntil } from './baseline.ts'
import { expectedFalseAlarms } from './expected.ts'
import { judgeHour, type Warmth } from './judge-hour.ts'
import { type Memory, newMemory, refresh, seriesOf } from './memory.ts'
import { FAMILIES, type Family, type Row, seriesKey } from './refusal.ts'
import { type Hour, hourOf } from './season.ts'
import { scannersIn } from './scanners.ts'
import { CONSTANTS, DEFAULT_SETTINGS, type Settings } from './settings.ts'
import { closeDay, type Shift } from './shift.ts'

/** Clocks differ; what claims to come from later than this is kept out of everything. */
const AHEAD_MS = 10 * 60_000

/** A week of slow shift needs a baseline of two. */
const SHIFT_WARM_UP_DAYS = 14

export interface DetectInput {
  /** By hour, and to be gone through several times; those with a noise class are not judged, nor are those of scanners. */
  readonly rows: Iterable<Row>
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
  /** Denials that claim to come from the future, and those of scanners: they were not judged. */
  readonly ahead: number
  readonly scanned: number
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
  const left = { ahead: 0, scanned: 0 }
  const shifts: ShiftAlarm[] = []
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
          if (end > judgeFrom && end <= judgeTo) shifts.push(shiftAlarm(family, shift))
      counts = newDayCounts()
      refresh(memory, end)
      input.atDay?.(end, memory)
    }
  }
  for (const [hour, rows] of byHour(input.rows, now, left)) {
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
    alarms: [...alarms, ...withRows(shifts, input.rows, now)],
    expectedPerWeek: expectedFalseAlarms(memory, settings.control),
    series: seriesOf(memory),
    warmFrom,
    ...left,
    memory,
  }
}

/** Rows that count, hour by hour; how much is noise or lies ahead is added to `left`. */
function* byHour(
  all: Iterable<Row>,
  now: number,
  left: { ahead: number; scanned: number },
): Generator<readonly [Hour, readonly Row[]], undefined> {
  const isScanner = scannersIn(all)
  let hour: Hour | undefined
  let rows: Row[] = []
  for (const row of all) {
    if (row.first > now + AHEAD_MS) left.ahead += row.count
    else if (isScanner(row)) left.scanned += row.count
    else if (row.noise === null) {
      if (row.hour !== hour && hour !== undefined) {
        yield [hour, rows]
        rows = []
      }
      hour = row.hour
      rows.push(row)
    }
  }
  if (hour !== undefined) yield [hour, rows]
  return undefined
}

interface ShiftAlarm extends Alarm {
  readonly kind: 'shift'
}

const shiftAlarm = (family: Family, { key, from, to, count, expected }: Shift): ShiftAlarm => ({
  kind: 'shift',
  family,
  key,
  from: from * 24,
  to: (to + 1) * 24,
  count,
  expected,
  p: null,
  rows: [],
})

/** The rows of shifts are looked for when all shifts are known: few histories have one, and their rows are long gone by. */
function withRows(shifts: readonly ShiftAlarm[], all: Iterable<Row>, now: number): readonly Alarm[] {
  if (shifts.length === 0) return []
  const wanted = new Map<string, { readonly shift: ShiftAlarm; readonly rows: Row[] }[]>()
  const found = shifts.map((shift) => ({ shift, rows: [] as Row[] }))
  for (const one of found) {
    const key = `${one.shift.family} ${one.shift.key}`
    wanted.set(key, [...(wanted.get(key) ?? []), one])
  }
  for (const [hour, rows] of byHour(all, now, { ahead: 0, scanned: 0 }))
    for (const row of rows)
      for (const family of FAMILIES)
        for (const { shift, rows: ofShift } of wanted.get(`${family} ${seriesKey(family, row)}`) ?? [])
          if (hour >= shift.from && hour < shift.to) ofShift.push(row)
  return found.map(({ shift, rows }) => ({ ...shift, rows: bulkOf(rows) }))
}

/** A tuple with less than this share of a shift is not what shifted. */
const LEAST_SHARE = 0.1

function bulkOf(rows: readonly Row[]): readonly Row[] {
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(row.tuple, (counts.get(row.tuple) ?? 0) + row.count)
  const most = [...counts.values()].reduce((a, b) => Math.max(a, b), 0)
  return rows.filter((row) => (counts.get(row.tuple) ?? 0) >= LEAST_SHARE * most)
}
