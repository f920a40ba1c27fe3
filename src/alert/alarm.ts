import type { Family, Row } from './refusal.ts'
import type { Hour } from './season.ts'

export type AlarmKind = 'spike' | 'first-seen' | 'shift'

/** Series that stands out, before alarms of one cause are put together. */
export interface Alarm {
  readonly kind: AlarmKind
  readonly family: Family
  readonly key: string
  /** From the beginning of `from` to the beginning of `to`. */
  readonly from: Hour
  readonly to: Hour
  readonly count: number
  readonly expected: number
  /** Mid-p value of the count; null where no single count was assessed. */
  readonly p: number | null
  /** What the series consists of, without what was to be expected anyway. */
  readonly rows: readonly Row[]
}

/** Assessment of a series in an hour: its count, the mean that was expected, and the p value. */
export interface AssessedSeries {
  readonly family: Family
  readonly key: string
  readonly count: number
  /** 0 where it is not needed. */
  readonly slots: number
  /** 0 where it is not needed. */
  readonly mean: number
  readonly p: number
}
