/** Waits between tries: twice as long each time, up to half shorter by chance, so that clients do not come back together. */
export interface Backoff {
  readonly firstMs: number
  readonly longestMs: number
  /** From 0 to 1. */
  readonly chance: () => number
}

/** `tries`: how many failed so far, from 1. */
export function pauseOf({ firstMs, longestMs, chance }: Backoff, tries: number): number {
  const whole = Math.min(longestMs, firstMs * 2 ** Math.min(tries - 1, 30))
  return whole / 2 + (whole / 2) * chance()
}
