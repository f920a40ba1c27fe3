/**
 * `npm run simulate:shifts`: slow shifts on made-up series (ADR 0025, docs/spikes.md): how often steady series alarm, and
 * how many days a raised one takes to. 28 days to learn, 28 to test. Seed and number of series can be given.
 */
import { learn, newBaseline, newExposure, watchUntil } from '#alert/baseline.ts'
import { priorOf } from '#alert/prior.ts'
import { closeDay, newShiftMemory } from '#alert/shift.ts'
import { countsOf, type Nature, nature, randomFrom, START } from './simulated-series.ts'

const seed = Number(process.argv[2] ?? 12345)
const SERIES = Number(process.argv[3] ?? 2000)
const TRAIN_DAYS = 28
const DAYS = 56

const random = randomFrom(seed)

const dailyOf = (counts: readonly number[]): number[] =>
  Array.from({ length: DAYS }, (_, day) => counts.slice(day * 24, day * 24 + 24).reduce((sum, count) => sum + count, 0))

interface Shifting {
  readonly what: string
  readonly series: readonly (readonly number[])[]
}

const steady = Array.from({ length: SERIES }, () => countsOf(random, nature(random), DAYS * 24, () => 1))

/** Two hundred series whose rate rises on the first day of the test. */
const raised = (what: string, from: number, to: number, k: number | undefined): Shifting => {
  const one: Nature = { rate: from, k, isOffice: false }
  const times = (hour: number): number => (hour < TRAIN_DAYS * 24 ? 1 : to / from)
  return { what, series: Array.from({ length: 200 }, () => countsOf(random, one, DAYS * 24, times)) }
}

const SHIFTS: readonly Shifting[] = [
  raised('0.01 to 0.2 an hour', 0.01, 0.2, undefined),
  raised('0.01 to 0.2 an hour, heavily clumped', 0.01, 0.2, 0.3),
  raised('0.05 to 0.2 an hour', 0.05, 0.2, undefined),
  raised('0.2 to 0.6 an hour', 0.2, 0.6, undefined),
  raised('0.2 to 0.6 an hour, heavily clumped', 0.2, 0.6, 0.3),
  raised('1 to 1.5 an hour', 1, 1.5, undefined),
]

/** Series → the first day of the test on which it alarms. All series are one family, as in the detector. */
function firstAlarms(series: readonly (readonly number[])[]): {
  readonly first: ReadonlyMap<string, number>
  readonly all: number
} {
  const baseline = newBaseline()
  const exposure = newExposure(START)
  const memory = newShiftMemory()
  const daily = series.map(dailyOf)
  const first = new Map<string, number>()
  let all = 0
  for (let day = 0; day < DAYS; day++) {
    series.forEach((counts, n) => {
      for (let i = day * 24; i < day * 24 + 24; i++) {
        const count = counts[i] ?? 0
        if (count > 0) learn(baseline, String(n), START + i, count)
      }
    })
    watchUntil(exposure, START + (day + 1) * 24)
    baseline.prior = priorOf(baseline, START + (day + 1) * 24, exposure)
    const counts = new Map(daily.flatMap((of, n) => ((of[day] ?? 0) > 0 ? [[String(n), of[day] ?? 0] as const] : [])))
    for (const { key } of closeDay(memory, START / 24 + day, counts, baseline.prior, day >= 14)) {
      if (day < TRAIN_DAYS) continue
      all++
      if (!first.has(key)) first.set(key, day - TRAIN_DAYS + 1)
    }
  }
  return { first, all }
}

const percent = (part: number, of: number): string => `${Math.round((part / of) * 100)} %`

function line({ what, series }: Shifting): string {
  const { first } = firstAlarms([...steady, ...series])
  const days = series.flatMap((_, n) => first.get(String(steady.length + n)) ?? []).toSorted((a, b) => a - b)
  const within = (most: number): string => percent(days.filter((day) => day <= most).length, series.length)
  const median = days.length * 2 > series.length ? String(days[Math.floor(series.length / 2)] ?? '-') : '-'
  return `| ${what} | ${within(3)} | ${within(7)} | ${within(14)} | ${within(28)} | ${median} |`
}

const { all } = firstAlarms(steady)
const weeks = (DAYS - TRAIN_DAYS) / 7
process.stdout.write(`Seed ${seed}, ${SERIES} steady series: ${((all / SERIES / weeks) * 1000).toFixed(2)} false shifts in 1,000 series-weeks

| Shift | within 3 days | 7 | 14 | 28 | median day |
| --- | --- | --- | --- | --- | --- |
${SHIFTS.map(line).join('\n')}
`)
