/** Hours since 1970-01-01T00:00Z. Everything in this room counts in them; the times of events become them at the door. */
export type Hour = number

export const MS_PER_HOUR = 3_600_000

export const hourOf = (time: number): Hour => Math.floor(time / MS_PER_HOUR)

/**
 * Weekday or weekend, by six parts of the day: 12 bins. One for each hour of the week learns noise: four observations in
 * four weeks (ADR 0025).
 */
export const BINS = 12

const HOURS_PER_BIN = 4

/** Bin of the season for an hour in UTC, from 0. 1970-01-01 was a Thursday. */
export function binOf(hour: Hour): number {
  const day = Math.floor(hour / 24)
  const weekday = (((day + 4) % 7) + 7) % 7
  const part = Math.floor((((hour % 24) + 24) % 24) / HOURS_PER_BIN)
  return (weekday === 0 || weekday === 6 ? 24 / HOURS_PER_BIN : 0) + part
}

/** How many hours of a week fall into the bin. */
export const hoursOfBin = (bin: number): number => (bin < BINS / 2 ? 5 : 2) * HOURS_PER_BIN
