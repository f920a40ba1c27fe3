import { denialOfFinding, denialOfMessage } from './build-denial.ts'
import type { Denial } from './denial.ts'
import type { Finding } from './other-errors/finding.ts'
import type { MessageFields } from './messages/message-fields.ts'
import { type MappedText, originalOffset } from './text/mapped-text.ts'
import type { LettersOnly } from './text/letters-only.ts'
import { readWrapper } from './wrapper/read-wrapper.ts'

/** How far a window reaches behind its anchor. */
export const RIGHT = 5400

/** The text as it was given, cleaned, and its letters only. */
export interface Source {
  readonly cleaned: MappedText
  readonly lettersOnly: LettersOnly
}

/** A denial and where it stands in the cleaned text. */
export interface PositionedDenial {
  readonly denial: Denial
  readonly from: number
  readonly to: number
}

/** The index in the cleaned text that maps to an offset of the original, searched inside the window. */
export function cleanedOffset(window: MappedText, offset: number, start: number): number {
  let low = 0
  let high = window.text.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (originalOffset(window, middle) < offset) low = middle + 1
    else high = middle
  }
  return start + low
}

/** `floor` and `ceiling`: where the neighbours' wrappers end and begin. */
export function positionMessage(
  { cleaned }: Source,
  fields: MessageFields,
  window: MappedText,
  start: number,
  floor = 0,
  ceiling = cleaned.text.length,
): PositionedDenial {
  const from = cleanedOffset(window, fields.span[0], start)
  const to = cleanedOffset(window, fields.span[1], start)
  const wrapper = readWrapper(cleaned.text, from, to, Math.min(floor, from), Math.max(ceiling, to))
  return { denial: denialOfMessage(fields, wrapper, fields.span), from, to }
}

export function positionFinding(
  { cleaned }: Source,
  finding: Finding,
  floor = 0,
  ceiling = cleaned.text.length,
): PositionedDenial {
  const { from, to } = finding
  const [left, right] = wrapperSplit(cleaned.text, finding, floor, ceiling)
  const wrapper = readWrapper(cleaned.text, left, right, floor, ceiling)
  const span = [originalOffset(cleaned, from), originalOffset(cleaned, to)] as const
  return { denial: denialOfFinding(finding, wrapper, span), from, to }
}

/** CloudFormation's own code, behind the group of the service that refused: `… Request ID: R)" (RequestToken: T, HandlerErrorCode: C`. */
const IN_HANDLER = /^\(Service: [^()]{1,400}\)"{0,2} ?\(RequestToken: [^()]{1,100}, HandlerErrorCode: [A-Z]$/

/** Where the wrapper of a code ends: the code itself may stand in the wrapper's head or in its `(Service: …)` group. */
function wrapperSplit(text: string, { from, to }: Finding, floor: number, ceiling: number): readonly [number, number] {
  const base = Math.max(floor, from - 400)
  const before = text.slice(base, from + 1)
  const group = before.lastIndexOf('(Service: ')
  if (group >= 0 && (!before.includes(')', group) || IN_HANDLER.test(before.slice(group))))
    return [base + group, base + group]
  const head = before.lastIndexOf('(')
  const match = /^\((?:[\w.]{1,80}|Access [Dd]enied)\)(?: occurred)?(?: when calling the \w{1,80} operation)?/.exec(
    head < 0 ? '' : text.slice(base + head, base + head + 220),
  )
  const called =
    /^(?:["'`]{0,2} when calling (?:the )?[\w:-]{3,120}(?: operation\b)?| during [A-Z]\w{1,80} operation\b)/.exec(
      text.slice(to, to + 160),
    )
  const end = Math.max(to + (called?.[0].length ?? 0), match === null ? to : base + head + match[0].length)
  return [Math.min(end, ceiling), Math.min(end, ceiling)]
}
