import { readRecord } from './cloudtrail/read-record.ts'
import type { Denial } from './denial.ts'

/** The denials of an input, and every CloudTrail record in it: successes are evidence too. */
export interface Reading {
  readonly denials: readonly Denial[]
  readonly records: readonly unknown[]
}

export const denialsOf = (records: readonly unknown[]): Denial[] =>
  records.flatMap((record) => readRecord(record) ?? [])
