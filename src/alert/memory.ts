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

/** Once a day: priors from what is now known, and faded series forgotten. */
export function refresh(memory: Memory, hour: Hour): void {
  for (const family of FAMILIES) {
    const kept = withoutFaded(memory.families[family], hour, memory.exposure)
    memory.families[family] = { ...kept, prior: priorOf(kept, hour, memory.exposure) }
    forgetFaded(memory.shifts[family], Math.floor(hour / 24))
  }
}

export const seriesOf = ({ families }: Memory): number =>
  FAMILIES.reduce((sum, family) => sum + families[family].keys.length, 0)
