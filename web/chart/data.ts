/** Counts over time, in buckets of one length. Times are seconds since 1970. */
export interface ChartData {
  readonly from: number
  readonly to: number
  /** Length of a bucket. */
  readonly step: number
  readonly times: readonly number[]
  readonly counts: readonly number[]
  /** Between them 98 of 100 counts were expected; left out: nothing was. */
  readonly band?: Band | undefined
  /** What stands out, from and to. */
  readonly marked?: readonly [from: number, to: number] | undefined
  /** When a policy was changed. */
  readonly changes: readonly number[]
}

export interface Band {
  readonly low: readonly (number | null)[]
  readonly high: readonly (number | null)[]
  readonly expected: readonly (number | null)[]
}
