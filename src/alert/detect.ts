import type { Alarm } from './alarm.ts'
import { type Prior, watchUntil } from './baseline.ts'
import { expectedFalseAlarms } from './expected.ts'
import { assessHour, type Taught, type Warmth } from './assess-hour.ts'
import { type Memory, newMemory, refresh, seriesOf } from './memory.ts'
import { FAMILIES, type Family, type Row, seriesKey } from './refusal.ts'
import { type Hour, hourOf } from './season.ts'
import { isScannerIn, type Scans, scansIn } from './scanners.ts'
import { CONSTANTS, DEFAULT_SETTINGS, type Settings } from './settings.ts'
import { closeDay, type Day, type Shift } from './shift.ts'

/** Clocks differ; what claims to come from later than this is kept out of everything. */
const AHEAD_MS = 10 * 60_000

/** A week of slow shift needs a baseline of two. */
const SHIFT_WARM_UP_DAYS = 14

/** State of the detector at the beginning of a day, of a history that began at `from`. */
export interface Checkpoint {
  readonly day: Day
  readonly from: Hour
  readonly memory: Memory
  readonly scans: Scans
}

export interface DetectInput {
  /** By hour, and to be gone through several times; those with a noise class are not assessed, nor are those of scanners. */
  readonly rows: Iterable<Row>
  /** Since when denials were watched; hours without one count as zero from here on. */
  readonly from: Hour
  /** Alarms of these hours are given, the others are only learnt from. `assessTo` is not included. */
  readonly assessFrom: Hour
  readonly assessTo: Hour
  /** Milliseconds. */
  readonly now: number
  readonly settings?: Settings
  /** Called at the end of each day, when priors are new. */
  readonly atDay?: (hour: Hour, memory: Memory) => void
  /** Goes on from there: `rows` are those of its day and later, and nothing before it is assessed. Its memory is used up. */
  readonly resume?: Checkpoint
  /** Rows from before `resume`, for shifts that began then (`Detected.shiftsFrom`). */
  readonly earlier?: Iterable<Row>
}

export interface Detected {
  /** By time. */
  readonly alarms: readonly Alarm[]
  /** By chance, in a week, if everything went on as before (`expectedFalseAlarms`). */
  readonly expectedPerWeek: number
  /** Series known at the end, in all families. */
  readonly series: number
  /** The first hour that could be assessed. */
  readonly warmFrom: Hour
  /** Denials that claim to come from the future, and those of scanners: they were not assessed. */
  readonly ahead: number
  readonly scanned: number
  readonly memory: Memory
  readonly course: Course
  readonly scans: Scans
  /** The first hour of shifts that began before `resume`: rows from there on say what they consist of. */
  readonly shiftsFrom: Hour | undefined
}

/** Values that all series together decided as the hours went by: with them a series can be gone through again alone. */
export interface Course {
  /** By hour: p below it alarmed. */
  readonly bounds: ReadonlyMap<Hour, number>
  /** By day: the priors from its end on. */
  readonly priors: ReadonlyMap<number, Readonly<Record<Family, Prior>>>
  /** Whether a row was assessed. */
  readonly isCounted: (row: Row) => boolean
}

type DayCounts = Record<Family, Map<string, number>>

const newDayCounts = (): DayCounts => ({
  tuple: new Map(),
  principal: new Map(),
  action: new Map(),
  'resource-family': new Map(),
})

/**
 * Goes through the rows hour by hour, assessing each against what came before it, and gives what stands out. The same rows
 * give the same alarms, however they arrived: a late denial is assessed in its own hour when everything is gone through again.
 */
export function detect(input: DetectInput): Detected {
  const { from, assessFrom, assessTo, now, settings = DEFAULT_SETTINGS, resume } = input
  const memory = resume?.memory ?? newMemory(from)
  const warmFrom = from + settings.warmUpHours
  const newFrom = from + Math.max(settings.warmUpHours, CONSTANTS.firstSeenHours)
  const warmthAt = (hour: Hour): Warmth => ({ spikes: hour >= warmFrom, firstSeen: hour >= newFrom })
  const alarms: Alarm[] = []
  const left = { ahead: 0, scanned: 0 }
  const bounds = new Map<Hour, number>()
  const days = daysOf(input, memory)
  const scans = scansIn(input.rows, resume?.scans)
  const isScanner = isScannerIn(scans)
  for (const [hour, rows] of byHour(input.rows, now, left, isScanner)) {
    if (hour >= assessTo) break
    days.endUntil(Math.floor(hour / 24))
    watchUntil(memory.exposure, hour)
    const found = assessHour(memory, hour, rows, settings.control, warmthAt(hour), days.taught)
    bounds.set(hour, found.bound)
    if (hour >= assessFrom) alarms.push(...found.alarms)
  }
  days.endUntil(Math.floor(Math.min(assessTo, hourOf(now) + 1) / 24))
  const { shifts } = days
  return {
    alarms: [...alarms, ...withRows(shifts, [input.earlier ?? [], input.rows], now, isScanner)],
    expectedPerWeek: expectedFalseAlarms(memory, settings.control),
    series: seriesOf(memory),
    warmFrom,
    ...left,
    memory,
    course: { bounds, priors: days.priors, isCounted: (row) => whyNot(row, now, isScanner) === undefined },
    scans,
    shiftsFrom: firstBefore(resume, shifts),
  }
}

function firstBefore(resume: Checkpoint | undefined, shifts: readonly ShiftAlarm[]): Hour | undefined {
  if (resume === undefined) return undefined
  const first = shifts.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY)
  return first < resume.day * 24 ? first : undefined
}

interface Days {
  readonly taught: Taught
  readonly shifts: readonly ShiftAlarm[]
  readonly priors: Course['priors']
  /** Ends every day before this one: shifts are looked for, and priors are new. */
  readonly endUntil: (day: number) => void
}

function daysOf({ from, assessFrom, assessTo, atDay, resume }: DetectInput, memory: Memory): Days {
  const shifts: ShiftAlarm[] = []
  const priors = new Map<number, Record<Family, Prior>>()
  const start = Math.floor(from / 24)
  let day = resume?.day ?? start
  let counts = newDayCounts()
  const endOne = (end: Hour): void => {
    watchUntil(memory.exposure, Math.max(end, memory.exposure.next))
    const isAssessed = day >= start + SHIFT_WARM_UP_DAYS
    for (const family of FAMILIES)
      for (const shift of closeDay(
        memory.shifts[family],
        day,
        counts[family],
        memory.families[family].prior,
        isAssessed,
      ))
        if (end > assessFrom && end <= assessTo) shifts.push(shiftAlarm(family, shift))
    counts = newDayCounts()
    refresh(memory, end)
    priors.set(day, priorsOf(memory))
    atDay?.(end, memory)
  }
  return {
    taught: (family, key, fed) => counts[family].set(key, (counts[family].get(key) ?? 0) + fed),
    shifts,
    priors,
    endUntil: (until) => {
      for (; day < until; day++) endOne((day + 1) * 24)
    },
  }
}

const priorsOf = ({ families }: Memory): Record<Family, Prior> => ({
  tuple: families.tuple.prior,
  principal: families.principal.prior,
  action: families.action.prior,
  'resource-family': families['resource-family'].prior,
})

type IsScanner = ReturnType<typeof isScannerIn>

/** Why a row is not assessed; undefined: it is. */
function whyNot(row: Row, now: number, isScanner: IsScanner): 'ahead' | 'scanned' | 'noise' | undefined {
  if (row.first > now + AHEAD_MS) return 'ahead'
  if (isScanner(row)) return 'scanned'
  return row.noise === null ? undefined : 'noise'
}

/** Rows that count, hour by hour; how much is noise or lies ahead is added to `left`. */
function* byHour(
  all: Iterable<Row>,
  now: number,
  left: { ahead: number; scanned: number },
  isScanner: IsScanner,
): Generator<readonly [Hour, readonly Row[]], undefined> {
  let hour: Hour | undefined
  let rows: Row[] = []
  for (const row of all) {
    const why = whyNot(row, now, isScanner)
    if (why === 'ahead' || why === 'scanned') left[why] += row.count
    else if (why === undefined) {
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
function withRows(
  shifts: readonly ShiftAlarm[],
  parts: readonly Iterable<Row>[],
  now: number,
  isScanner: IsScanner,
): readonly Alarm[] {
  if (shifts.length === 0) return []
  const wanted = new Map<string, { readonly shift: ShiftAlarm; readonly rows: Row[] }[]>()
  const found = shifts.map((shift) => ({ shift, rows: [] as Row[] }))
  for (const one of found) {
    const key = `${one.shift.family} ${one.shift.key}`
    wanted.set(key, [...(wanted.get(key) ?? []), one])
  }
  for (const part of parts)
    for (const row of part)
      if (whyNot(row, now, isScanner) === undefined)
        for (const family of FAMILIES)
          for (const { shift, rows: ofShift } of wanted.get(`${family} ${seriesKey(family, row)}`) ?? [])
            if (row.hour >= shift.from && row.hour < shift.to) ofShift.push(row)
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
