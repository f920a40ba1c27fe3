import { type CallEvent, callEvents } from './cloudtrail/call-event.ts'
import { readRecord } from './cloudtrail/read-record.ts'
import type { Denial } from './denial.ts'

/** The denials of an input, and every CloudTrail record in it: successes are evidence too. */
export interface ParseResult {
  readonly denials: readonly Denial[]
  readonly records: readonly unknown[]
}

/** The denials of an input, and the calls that its records tell of, in their order. */
export interface InputEvidence {
  readonly denials: readonly Denial[]
  readonly events: readonly CallEvent[]
}

export const evidenceOf = ({ denials, records }: ParseResult): InputEvidence => ({
  denials,
  events: callEvents(records),
})

export const denialsOf = (records: readonly unknown[]): Denial[] =>
  records.flatMap((record) => readRecord(record) ?? [])
