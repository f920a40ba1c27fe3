import type { Subject } from './load-subject.ts'
import { pairRows } from './pair-rows.ts'
import { proofRows } from './proof-rows.ts'
import type { Row } from './rows.ts'
import { z3Version } from './z3.ts'

/** Rows 6 and 7. */
export async function compareRows(subject: Subject): Promise<Row[]> {
  const version = z3Version()
  return [...(await pairRows(subject, version)), ...(await proofRows(version))]
}
