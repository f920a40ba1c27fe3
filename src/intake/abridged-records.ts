import { field } from './cloudtrail/loose-record.ts'
import { recordsIn } from './cloudtrail/record.ts'
import { readCutMessage, readDecodedMessage } from './decoded-message.ts'
import type { Denial } from './denial.ts'
import type { LenientObject } from './lenient-json.ts'
import { readLenient } from './lenient-json.ts'
import type { EmbeddedPart } from './mixed-text.ts'
import { denialsOf } from './parse-result.ts'

/** Where a record may be, by one of its members in the spellings that exporters give it, or a decoded message. */
const NAMES = ['"eventName"', '"eventname"', '"EventName"', '"explicitDeny"', '"DecodedMessage"'] as const

/** A record says why it failed; a text in which nothing does is not worth a try. */
const REASONS = [
  '"errorCode"',
  '"errorcode"',
  '"error_code"',
  '"ErrorCode"',
  '"explicitDeny"',
  '"DecodedMessage"',
] as const

/** Pasted records are short, and longer texts come from machines, which abridge nothing. */
const LONGEST_TEXT = 200_000
const LONGEST_RECORD = 32_000

/** How far in front of its event's name a record begins, and how many braces there are tried. */
const BEFORE = 8_000
const MAX_BRACES = 12
const MAX_NAMES = 40

/**
 * The records and decoded messages in a text that are no JSON, because they were cut or shortened for others to read.
 * `records` stays empty: what such a record does not say is not known, so it is no evidence of what a request lacked.
 */
export function abridgedParts(text: string): EmbeddedPart[] {
  if (text.length > LONGEST_TEXT || !REASONS.some((name) => text.includes(name))) return []
  const parts: EmbeddedPart[] = []
  let floor = 0
  for (const at of placesOfNames(text)) {
    if (at < floor) continue
    const part = partAround(text, floor, at)
    if (part === undefined) continue
    parts.push(part)
    floor = part.to
  }
  return parts
}

function placesOfNames(text: string): number[] {
  const places = NAMES.flatMap((name) => {
    const found: number[] = []
    for (let at = text.indexOf(name); at >= 0 && found.length < MAX_NAMES; at = text.indexOf(name, at + 1))
      found.push(at)
    return found
  })
  return places.sort((a, b) => a - b).slice(0, MAX_NAMES)
}

function partAround(text: string, floor: number, name: number): EmbeddedPart | undefined {
  for (const from of [...bracesBefore(text, floor, name), membersBefore(text, floor, name)]) {
    const read = readLenient(text, from, from + LONGEST_RECORD)
    if (read.end <= name) continue
    const denials = denialsIn(read, from)
    if (denials.length > 0) return { from, to: read.end, denials, records: [] }
  }
  return undefined
}

/** The outermost of the nearest first. */
function bracesBefore(text: string, floor: number, name: number): number[] {
  const braces: number[] = []
  for (let at = text.lastIndexOf('{', name); at >= Math.max(floor, name - BEFORE); at = text.lastIndexOf('{', at - 1)) {
    braces.unshift(at)
    if (braces.length === MAX_BRACES || at === 0) break
  }
  return braces
}

/** A line of an object: a member, a brace, or what stands for members that were left out. */
const MEMBER = /^[ \t]{0,60}(?:"[\w.@-]{1,60}"[ \t]{0,4}:|[{}\]],?[ \t]{0,8}$|\.{3}|…)/

/** The first of the lines above the event's name that belong to the same object. */
function membersBefore(text: string, floor: number, name: number): number {
  let start = text.lastIndexOf('\n', name) + 1
  while (start > floor && name - start < BEFORE) {
    const previous = text.lastIndexOf('\n', start - 2) + 1
    if (previous >= start || !MEMBER.test(text.slice(previous, Math.min(start - 1, previous + 130)))) break
    start = previous
  }
  return Math.max(start, floor)
}

function denialsIn({ value, end }: LenientObject, from: number): readonly Denial[] {
  const text = field(value, 'DecodedMessage')
  const within = typeof text === 'string' ? readLenient(text, text.indexOf('{'), text.length).value : value
  const decoded = readDecodedMessage(within, [from, end]) ?? readCutMessage(within, [from, end])
  if (decoded !== undefined) return decoded.action === null ? [] : [known(decoded, true)]
  return recordsIn(value).flatMap((record) =>
    denialsOf([record]).map((denial) => known(denial, field(record, 'requestParameters') !== undefined)),
  )
}

/** Without what follows from the absence of a member: keys that are null or false, lists, and what a call has by default. */
function known(denial: Denial, isAsked: boolean): Denial {
  const { resource, evidence, candidates } = denial
  const isSaid = isAsked || resource === null || resource === '*' || evidence.resourceFrom === 'stated'
  return {
    ...denial,
    ...(isSaid ? {} : { resource: null, resourceAccount: null, evidence: { ...evidence, resourceFrom: null } }),
    candidates: isAsked ? candidates : byAction(candidates),
    context: Object.fromEntries(Object.entries(denial.context).filter(([, said]) => typeof said === 'string')),
    notes: [...denial.notes, ABRIDGED],
  }
}

/** Actions that one call may need, whatever it was asked on. */
function byAction(candidates: Denial['candidates']): Denial['candidates'] {
  const actions = [...new Set(candidates.map(({ action }) => action))]
  return actions.length < 2 ? [] : actions.map((action) => ({ action, resource: null }))
}

const ABRIDGED = {
  code: 'record-abridged' as const,
  text: 'The record was pasted in part: what it leaves out, a condition key or a parameter, may have been there.',
}
