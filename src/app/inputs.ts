import { readRecord } from '#intake/cloudtrail/read-record.ts'
import { recordsIn } from '#intake/cloudtrail/record.ts'
import type { Denial } from '#intake/denial.ts'
import { readDenials } from '#intake/read.ts'
import { openDenials } from '#intake/stream/open.ts'
import { UserError } from '../errors.ts'
import { empty, type OpenInput, PASTE_HINT } from './files.ts'

/** What the inputs hold: the denials, and every CloudTrail record, for successful events are evidence too. */
export interface Evidence {
  readonly denials: readonly Denial[]
  readonly records: readonly unknown[]
}

/**
 * Everything in the inputs, which are read as they come; an error where nothing in them failed. `keepRecords` false:
 * records are not kept, so that memory does not grow with them.
 */
export async function readEvidence(
  inputs: readonly OpenInput[],
  { keepRecords = true }: { readonly keepRecords?: boolean } = {},
): Promise<Evidence> {
  const all: Evidence[] = []
  for (const input of inputs) all.push(await readOpen(input, keepRecords))
  const evidence = { denials: all.flatMap(({ denials }) => denials), records: all.flatMap(({ records }) => records) }
  return withDenial(evidence, inputs.map(({ name }) => `\`${name}\``).join(', '))
}

async function readOpen({ name, chunks }: OpenInput, keepRecords: boolean): Promise<Evidence> {
  const stream = openDenials({ keepRecords })
  let isEmpty = true
  for await (const part of chunks()) {
    isEmpty &&= part.trim() === ''
    stream.push(part)
  }
  if (isEmpty) throw empty(name, PASTE_HINT)
  return stream.end()
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
