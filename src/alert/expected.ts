import { expectedIn, hoursWatched, standingAt } from './baseline.ts'
import { criticalCount } from './count-tails.ts'
import type { Memory } from './memory.ts'
import { FAMILIES } from './refusal.ts'
import { BINS, hoursOfBin } from './season.ts'
import { CONSTANTS, type Control } from './settings.ts'

const HOURS_PER_WEEK = 168

/**
 * How many hourly alarms a week brings by chance alone, if every series goes on as it was learnt: for each series and bin
 * the chance to reach its critical count. It is a bound: alarms of one cause become one alert, and the floor of two slots
 * is not counted. A wrong model shows as more alarms than this in a back-test.
 */
export function expectedFalseAlarms(memory: Memory, control: Control): number {
  // Under a false discovery rate the chance of any false alarm in an hour is at most q.
  if (control.kind === 'fdr') return HOURS_PER_WEEK * control.q
  const rates = new Map<string, number>()
  const hour = memory.exposure.next
  const hours = hoursWatched(memory.exposure)
  let sum = 0
  for (const family of FAMILIES) {
    const baseline = memory.families[family]
    for (let place = 0; place < baseline.keys.length; place++) {
      const series = standingAt(baseline, place, hour, memory.exposure, hours)
      for (let bin = 0; bin < BINS; bin++) {
        const { mean, size } = expectedIn(series, baseline.prior, bin)
        // Series that are alike within some hundredths share their answer.
        const key = `${Math.round(Math.log(mean) * 40)} ${Math.round(Math.log(size) * 40)}`
        const rate = rates.get(key) ?? criticalCount({ mean, size }, control.p, CONSTANTS.leastCount).rate
        rates.set(key, rate)
        sum += rate * hoursOfBin(bin)
      }
    }
  }
  return sum
}
