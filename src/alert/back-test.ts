import { expectedIn, hoursWatched, standingAt } from './baseline.ts'
import { criticalCount } from './count-tails.ts'
import { detect, type DetectInput } from './detect.ts'
import { expectedFalseAlarms } from './expected.ts'
import { isoHour } from './iso-time.ts'
import type { Memory } from './memory.ts'
import { FAMILIES } from './refusal.ts'
import { BINS, type Hour, hoursOfBin } from './season.ts'
import { CONSTANTS, type Control, DEFAULT_SETTINGS } from './settings.ts'
import { type Surroundings, spikesOf } from './spikes-of.ts'

export interface Week {
  readonly from: string
  readonly to: string
  /** By chance, by what was learnt when the week began. */
  readonly expected: number
  /** Series and hours that alarmed, incidents among them. */
  readonly observed: number
  /** Spikes and shifts after alarms of one cause were put together; first-seen ones apart. */
  readonly alerts: number
  readonly firstSeen: number
}

export interface BackTest {
  readonly history: { readonly from: string; readonly to: string; readonly days: number }
  readonly control: Control
  readonly series: number
  readonly expectedPerWeek: number
  readonly observedPerWeek: number
  readonly alertsPerWeek: number
  readonly weeks: readonly Week[]
  /** Of all series and hours of the week: in what share would so many denials on top be found? */
  readonly found: readonly { readonly added: number; readonly share: number }[]
}

const ADDED = [3, 5, 10, 20, 50]

const WEEK = 168

/**
 * Lets the detector live through a history as if it had been there, week by week, each assessed by what came before. False
 * alarms are what it finds in weeks in which nothing happened; whoever knows the history can tell.
 */
export function backTest(input: Omit<DetectInput, 'assessFrom'>, around: Surroundings): BackTest {
  const { control, warmUpHours } = input.settings ?? DEFAULT_SETTINGS
  const expectations = new Map<Hour, number>()
  const start = input.from + warmUpHours
  const begin = start + ((24 - (start % 24)) % 24)
  const atDay = (hour: Hour, memory: Memory): void => {
    if (hour >= begin && (hour - begin) % WEEK === 0) expectations.set(hour, expectedFalseAlarms(memory, control))
  }
  const { alarms, series, memory } = detect({ ...input, assessFrom: begin, atDay })
  const spikes = spikesOf(alarms, around)
  const weeks = [...expectations]
    .filter(([from]) => from < input.assessTo)
    .map(([from, expected]) => {
      const to = Math.min(from + WEEK, input.assessTo)
      const inWeek = spikes.filter((spike) => spike.from >= isoHour(from) && spike.from < isoHour(to))
      return {
        from: isoHour(from),
        to: isoHour(to),
        expected: (expected * (to - from)) / WEEK,
        observed: alarms.filter((alarm) => alarm.kind === 'spike' && alarm.from >= from && alarm.from < to).length,
        alerts: inWeek.filter(({ kind }) => kind !== 'first-seen').length,
        firstSeen: inWeek.filter(({ kind }) => kind === 'first-seen').length,
      }
    })
  const length = Math.max(0, input.assessTo - begin) / WEEK
  const perWeek = (value: (week: Week) => number): number =>
    length === 0 ? 0 : weeks.reduce((sum, week) => sum + value(week), 0) / length
  return {
    history: { from: isoHour(input.from), to: isoHour(input.assessTo), days: (input.assessTo - input.from) / 24 },
    control,
    series,
    expectedPerWeek: perWeek(({ expected }) => expected),
    observedPerWeek: perWeek(({ observed }) => observed),
    alertsPerWeek: perWeek(({ alerts }) => alerts),
    weeks,
    found: foundOf(memory, control),
  }
}

/** More series than this tell no more of the share. */
const SAMPLE = 5000

function foundOf(memory: Memory, control: Control): BackTest['found'] {
  const bound = control.kind === 'fixed' ? control.p : control.q / Math.max(1, seriesIn(memory))
  const found = ADDED.map(() => 0)
  let all = 0
  const hours = hoursWatched(memory.exposure)
  for (const family of FAMILIES) {
    const baseline = memory.families[family]
    const step = Math.max(1, Math.ceil(baseline.keys.length / SAMPLE))
    for (let place = 0; place < baseline.keys.length; place += step) {
      const series = standingAt(baseline, place, memory.exposure.next, memory.exposure, hours)
      for (let bin = 0; bin < BINS; bin++) {
        const expected = expectedIn(series, baseline.prior, bin)
        const { count } = criticalCount(expected, bound, CONSTANTS.leastCount)
        all += hoursOfBin(bin)
        ADDED.forEach((added, i) => {
          if (added + Math.floor(expected.mean) >= count) found[i] = (found[i] ?? 0) + hoursOfBin(bin)
        })
      }
    }
  }
  return ADDED.map((added, i) => ({ added, share: all === 0 ? 0 : (found[i] ?? 0) / all }))
}

const seriesIn = ({ families }: Memory): number =>
  FAMILIES.reduce((sum, family) => sum + families[family].keys.length, 0)
