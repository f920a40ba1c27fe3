import type { Denial } from '#intake/denial.ts'
import { readRecord } from '#intake/cloudtrail/read-record.ts'
import { recordsIn } from '#intake/cloudtrail/record.ts'
import { readDenials } from '#intake/read.ts'

export interface ParseResult {
  readonly schemaVersion: 1
  readonly denials: readonly Denial[]
}

/** Every denial in a text of any form. */
export const parseText = (text: string): ParseResult => ({ schemaVersion: 1, denials: readDenials(text).denials })

/** The denial of a CloudTrail record; none where nothing failed. */
export const parseRecord = (record: unknown): ParseResult => ({
  schemaVersion: 1,
  denials: recordsIn(record).flatMap((recordRead) => readRecord(recordRead) ?? []),
})
