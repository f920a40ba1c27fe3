import { readRecord } from '#intake/cloudtrail/read-record.ts'
import { recordsIn } from '#intake/cloudtrail/record.ts'
import type { Denial } from '#intake/denial.ts'
import { readDenials } from '#intake/read.ts'
import { UserError } from '../errors.ts'
import type { Input } from './files.ts'

/** What the inputs hold: the denials, and every CloudTrail record, for successful events are evidence too. */
export interface Evidence {
  readonly denials: readonly Denial[]
  readonly records: readonly unknown[]
}

/** Everything in the inputs; an error where nothing in them failed. */
export function readEvidence(inputs: readonly Input[]): Evidence {
  const all = inputs.map(({ text }) => rawEvidence(text))
  const evidence = { denials: all.flatMap(({ denials }) => denials), records: all.flatMap(({ records }) => records) }
  return withDenial(evidence, inputs.map(({ name }) => `\`${name}\``).join(', '))
}

export const evidenceOfText = (text: string, where: string): Evidence => withDenial(rawEvidence(text), where)

export const evidenceOfRecords = (value: unknown, where: string): Evidence => withDenial(rawRecords(value), where)

/** What a record or a list of them holds, denial or not. */
export function rawRecords(value: unknown): Evidence {
  const records = recordsIn(value)
  return { denials: records.flatMap((record) => readRecord(record) ?? []), records }
}

/** What a text of any form holds, denial or not. */
export const rawEvidence = (text: string): Evidence => readDenials(text)

/** A record without an error gives no denial (docs/json.md, "Denial"). */
function withDenial(evidence: Evidence, where: string): Evidence {
  if (evidence.denials.length > 0) return evidence
  throw noDenial(where)
}

export const noDenial = (where: string): UserError =>
  new UserError(
    'input/no-denial',
    `nothing in ${where} is a denial`,
    'a denied call has an `errorCode`, such as AccessDenied: look for one in CloudTrail, or paste the error message',
  )

/** Whether there is anything to explain: `other` and `aws-authentication` are answers, but no denials (docs/json.md, "Denial"). */
export const isDenial = ({ kind }: Denial): boolean => kind !== 'other' && kind !== 'aws-authentication'
