import { type CallEvent, callEvents } from './cloudtrail/call-event.ts'
import { readRecord } from './cloudtrail/read-record.ts'
import type { Denial } from './denial.ts'
import type { ReadingWatch } from './reading-watch.ts'

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

/** Records between two words of how far they are read. */
const AT_ONCE = 250

/** The denials of all records of an input of so many characters, each record taken for as long as the others. */
export function denialsOfAll(records: readonly unknown[], characters: number, watch?: ReadingWatch): Denial[] {
  if (watch === undefined) return denialsOf(records)
  const denials: Denial[] = []
  for (let from = 0; from < records.length; from += AT_ONCE) {
    const found = denialsOf(records.slice(from, from + AT_ONCE))
    for (const denial of found) denials.push(denial)
    const share = (Math.min(from + AT_ONCE, records.length) - from) / records.length
    watch(Math.round(characters * share), found)
  }
  return denials
}
