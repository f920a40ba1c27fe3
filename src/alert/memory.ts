import { type Baseline, type Exposure, newBaseline, newExposure } from './baseline.ts'
import { priorOf, withoutFaded } from './prior.ts'
import { FAMILIES, type Family } from './refusal.ts'
import type { Hour } from './season.ts'
import { forgetFaded, newShiftMemory, type ShiftMemory } from './shift.ts'

/** Everything the detector has learnt. */
export interface Memory {
  readonly exposure: Exposure
  readonly families: Record<Family, Baseline>
  readonly shifts: Record<Family, ShiftMemory>
}

const ofEach = <T>(make: () => T): Record<Family, T> => ({
  tuple: make(),
  principal: make(),
  action: make(),
  'resource-family': make(),
})

export const newMemory = (from: Hour): Memory => ({
  exposure: newExposure(from),
  families: ofEach(newBaseline),
  shifts: ofEach(newShiftMemory),
})

/** Once a day: priors from what is now known; once a week, faded series forgotten. */
export function refresh(memory: Memory, hour: Hour): void {
  const day = Math.floor(hour / 24)
  for (const family of FAMILIES) {
    const all = memory.families[family]
    const kept = day % 7 === 0 ? withoutFaded(all, hour, memory.exposure) : all
    memory.families[family] = { ...kept, prior: priorOf(kept, hour, memory.exposure) }
    if (day % 7 === 0) forgetFaded(memory.shifts[family], day)
  }
}

export const seriesOf = ({ families }: Memory): number =>
  FAMILIES.reduce((sum, family) => sum + families[family].keys.length, 0)
