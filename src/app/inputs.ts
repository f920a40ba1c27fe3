import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { recordsIn } from '#intake/cloudtrail/record.ts'
import type { Denial } from '#intake/denial.ts'
import { joinAnswers } from '#intake/pasted-answer.ts'
import { readDenials } from '#intake/read.ts'
import { LineFinder, placedIn } from '#intake/fact-sources.ts'
import type { ReadingWatch } from '#intake/reading-watch.ts'
import { denialsOf, evidenceOf } from '#intake/parse-result.ts'
import { openDenials } from '#intake/stream/open.ts'
import { UserError } from '../errors.ts'
import { empty, type Input, type OpenInput, PASTE_HINT } from './files.ts'

/**
 * Everything in the inputs, which are read as they come; an error where nothing in them failed. `keepEvents` false:
 * calls are not kept, so that memory does not grow with them.
 */
export async function readEvidence(
  inputs: readonly OpenInput[],
  { keepEvents = true }: { readonly keepEvents?: boolean } = {},
): Promise<Evidence> {
  const all: Evidence[] = []
  for (const input of inputs) all.push(await readOpen(input, keepEvents))
  return withDenial(joined(together(all), inputs.length), inputs.map(({ name }) => `\`${name}\``).join(', '))
}

/** AWS's answer about a refusal may stand in another file than the refusal. */
const joined = (evidence: Evidence, inputs: number): Evidence =>
  inputs < 2 ? evidence : { ...evidence, denials: joinAnswers(evidence.denials) }

/** Several inputs as one, in their order. */
export const together = (all: readonly Evidence[]): Evidence => ({
  denials: all.flatMap(({ denials }) => denials),
  events: all.flatMap(({ events }) => events),
})

async function readOpen({ name, chunks }: OpenInput, keepEvents: boolean): Promise<Evidence> {
  const stream = openDenials({ keepEvents })
  const lines = new LineFinder()
  let isEmpty = true
  for await (const part of chunks()) {
    isEmpty &&= part.trim() === ''
    stream.push(part)
    lines.push(part)
  }
  if (isEmpty) throw empty(name, PASTE_HINT)
  const { denials, events } = stream.end()
  return { denials: placedIn(denials, name, (offset) => lines.lineAt(offset)), events }
}

export const evidenceOfText = (text: string, where: string, watch?: ReadingWatch): Evidence =>
  withDenial(rawEvidence(text, watch), where)

export const evidenceOfRecords = (value: unknown, where: string): Evidence => withDenial(rawRecords(value), where)

/** The evidence in a record or a list of them, denial or not. */
export function rawRecords(value: unknown): Evidence {
  const records = recordsIn(value)
  return evidenceOf({ denials: denialsOf(records), records })
}

/** The evidence in a text that has a name. */
export function evidenceOfInput({ name, text }: Input, watch?: ReadingWatch): Evidence {
  const lines = new LineFinder()
  lines.push(text)
  const { denials, events } = rawEvidence(text, watch)
  return { denials: placedIn(denials, name, (offset) => lines.lineAt(offset)), events }
}

/** The evidence in a text of any form, denial or not. */
export const rawEvidence = (text: string, watch?: ReadingWatch): Evidence => evidenceOf(readDenials(text, watch))

/** A record without an error gives no denial (docs/json.md, "Denial"). */
function withDenial(evidence: Evidence, where: string): Evidence {
  if (evidence.denials.length > 0) return evidence
  throw noDenial(where)
}

/** The fault of an input that is no denial. `denials`: what was read in it instead, such as an expired token. */
export const noDenial = (where: string, denials: readonly Denial[] = []): UserError =>
  new UserError(
    'input/no-denial',
    `nothing in ${where} is a denial`,
    denials.some(({ evidence }) => evidence.reader !== 'nothing')
      ? 'it is another kind of error: `denytrace diagnose` says which, and what to do'
      : 'paste the whole error message of the denied call, or its CloudTrail event: one with an `errorCode`, such as AccessDenied',
  )

/** Whether there is anything to explain: `other` and `aws-authentication` are answers, but no denials (docs/json.md, "Denial"). */
export const isDenial = ({ kind }: Denial): boolean => kind !== 'other' && kind !== 'aws-authentication'
