import { denialOfFinding, denialOfMessage, emptyDenial } from './build-denial.ts'
import type { Denial } from './denial.ts'
import { AUTHENTICATION_PHRASES, readAuthentication } from './kinds/authentication.ts'
import { findCors } from './kinds/cors.ts'
import type { Finding } from './kinds/finding.ts'
import { GCP_PHRASES, readGcp } from './kinds/gcp.ts'
import { NOT_OURS_PHRASES, readNotOurs } from './kinds/not-ours.ts'
import { PLAIN_PHRASES, readPlainDenial } from './kinds/plain-denial.ts'
import { mergeRepeats } from './merge-repeats.ts'
import { accessThisResource } from './messages/access-this-resource.ts'
import { findAnchors, type MessageFields, readWindow } from './messages/read-message.ts'
import { explicitReasonAlone, implicitClauseAlone, implicitReasonAlone } from './messages/reason-alone.ts'
import { OTHER_RULES, SENTENCE_RULES } from './messages/table.ts'
import { clean } from './text/clean.ts'
import { cut, type MappedText, original, originalOffset } from './text/mapped-text.ts'
import { findPhrase, type Squeezed, squeeze } from './text/squeeze.ts'
import { debugLines, withDebug } from './wrapper/cli-debug.ts'
import { denialCodes } from './wrapper/error-code.ts'
import { readWrapper, timeOfLine, WRAPPER_REACH } from './wrapper/read-wrapper.ts'
import { firstRequestIds } from './wrapper/request-ids.ts'

/** A sentence and its wrapper fit in this on either side of the anchor; every expression runs on such a window only. */
const LEFT = 2600
const RIGHT = 5400
/** Half a window for a text without the sentence. */
const AROUND = 2000
/** A phrase that keeps leading nowhere is given up: time stays linear on hostile text. */
const MAX_TRIES = 200

/** The text as it was given, cleaned, and squeezed to its letters. */
interface Source {
  readonly cleaned: MappedText
  readonly squeezed: Squeezed
}

/** A denial and where it stands in the cleaned text. */
interface Placed {
  readonly denial: Denial
  readonly from: number
  readonly to: number
}

/**
 * Every denial in a pasted text, first to last; one entry of kind `other` where nothing is recognised (docs/json.md, "Denial",
 * R-MSG-15c, R-MSG-31). Never throws.
 */
export function readText(text: string): Denial[] {
  const cleaned = clean(original(text))
  const source = { cleaned, squeezed: squeeze(cleaned.text) }
  const cors = findCors(cleaned.text, source.squeezed).map((finding) => placeFinding(source, finding))
  const sentences = readSentences(source)
  const found = [...cors, ...sentences, ...(sentences.length > 0 ? readBlocks(source, sentences) : [])]
  const placed = found.length > 0 ? found : readWithoutSentence(source)
  if (placed.length === 0) return [readNothing(source, text.length)]
  placed.sort((a, b) => a.from - b.from)
  const debug = debugLines(cleaned.text, source.squeezed)
  return mergeRepeats(
    placed.map(({ denial, from }) => {
      const timed = { ...denial, time: timeOfLine(text, denial.evidence.span?.[0] ?? 0) }
      return denial.kind === 'cors' ? timed : withDebug(timed, from, cleaned.text, debug)
    }),
  )
}

/** Each `not authorized to perform` is a denial of its own, read between its neighbours. */
function readSentences(source: Source): Placed[] {
  const { cleaned } = source
  const anchors = findAnchors(cleaned.text, source.squeezed)
  const placed: Placed[] = []
  const spans: { fields: MessageFields; from: number; to: number; base: number }[] = []
  let floor = 0
  for (const [i, [from, to]] of anchors.entries()) {
    const next = anchors[i + 1]?.[0] ?? cleaned.text.length
    const start = Math.max(floor, from - LEFT)
    const window = cut(cleaned, start, Math.min(next, to + RIGHT))
    const fields = readWindow(window, from - start, SENTENCE_RULES)
    floor = to
    if (fields === undefined) continue
    const [left, right] = [cleanedOffset(window, fields.span[0], start), cleanedOffset(window, fields.span[1], start)]
    spans.push({ fields, from: left, to: right, base: start })
    floor = Math.max(to, right)
  }
  for (const [i, span] of spans.entries()) {
    const wrapper = readWrapper(
      cleaned.text,
      span.from,
      span.to,
      spans[i - 1]?.to ?? 0,
      spans[i + 1]?.from ?? cleaned.text.length,
    )
    placed.push({ denial: denialOfMessage(span.fields, wrapper, span.fields.span), from: span.from, to: span.to })
  }
  return placed
}

/** The index in the cleaned text that maps to an offset of the original, searched inside the window. */
function cleanedOffset(window: MappedText, offset: number, start: number): number {
  let low = 0
  let high = window.text.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (originalOffset(window, middle) < offset) low = middle + 1
    else high = middle
  }
  return start + low
}

/** Without the sentence: another cloud, wrappers one by one, credentials, the other forms, a bare code (R-MSG-31). */
function readWithoutSentence(source: Source): Placed[] {
  const gcp = tryPhrases(source, GCP_PHRASES, readGcp)
  if (gcp !== undefined) return [placeFinding(source, gcp)]
  const reasons = tryRules(
    source,
    OTHER_RULES.filter(({ id }) => REASONS.has(id)),
  )
  const certain = reasons.filter((reason) => isCertain(source, reason))
  if (certain.length > 0) return certain
  const blocks = readBlocks(source, [])
  if (blocks.length > 0) return blocks
  const authentication = tryPhrases(source, AUTHENTICATION_PHRASES, readAuthentication)
  if (authentication !== undefined) return [placeFinding(source, authentication)]
  const other = tryRules(
    source,
    OTHER_RULES.filter(({ id }) => !REASONS.has(id)),
  )
  if (other.length > 0) return other
  const plain = tryPhrases(source, PLAIN_PHRASES, readPlainDenial)
  if (plain !== undefined) return [placeFinding(source, plain)]
  const opening = reasons.filter((reason) => opensText(source, reason))
  if (opening.length > 0) return opening
  const notOurs = tryPhrases(source, NOT_OURS_PHRASES, readNotOurs)
  return notOurs === undefined ? [] : [placeFinding(source, notOurs)]
}

/** Rules for the reason of the sentence without the sentence. */
const REASONS = new Set([accessThisResource.id, implicitReasonAlone.id, explicitReasonAlone.id, implicitClauseAlone.id])

/** A text that begins, or goes on after an ellipsis, with the reason; or one that says little else. */
function opensText({ cleaned }: Source, { from }: Placed): boolean {
  const line = cleaned.text.slice(cleaned.text.lastIndexOf('\n', from - 1) + 1, from).trimEnd()
  return line.length <= 3 || line.endsWith('...') || line.endsWith('…') || cleaned.text.length < 160
}

/** Prose about policies uses the words of a reason: it takes an action, a policy or a denial code beside it to believe it. */
function isCertain({ cleaned }: Source, { denial, from }: Placed): boolean {
  if (denial.action !== null || denial.reported.policyArn !== null) return true
  if (denial.evidence.reader === accessThisResource.id) return true
  const before =
    cleaned.text
      .slice(Math.max(0, from - 300), from)
      .split(/\n[ \t]*\n/)
      .at(-1) ?? ''
  return denialCodes(before).length > 0 || /not authorized|access ?denied/i.test(before)
}

/** The first finding of a reader in windows around the phrases. */
function tryPhrases(
  { cleaned, squeezed }: Source,
  phrases: readonly string[],
  read: (window: string, base: number) => Finding | undefined,
): Finding | undefined {
  const places = phrases.flatMap((phrase) => findPhrase(squeezed, phrase).slice(0, MAX_TRIES)).map(([from]) => from)
  let done = -1
  for (const at of places.sort((a, b) => a - b).slice(0, MAX_TRIES)) {
    if (at < done) continue
    const start = Math.max(0, at - AROUND)
    const finding = read(cleaned.text.slice(start, at + AROUND), start)
    if (finding !== undefined) return finding
    done = at + AROUND / 2
  }
  return undefined
}

function tryRules(source: Source, rules: typeof OTHER_RULES): Placed[] {
  const { cleaned, squeezed } = source
  const placed: Placed[] = []
  for (const rule of rules) {
    for (const [at] of findPhrase(squeezed, rule.anchor).slice(0, MAX_TRIES)) {
      if (placed.some(({ from, to }) => at >= from && at < to)) continue
      const floor = placed.findLast(({ to }) => to <= at)?.to ?? 0
      const start = Math.max(floor, at - AROUND)
      const window = cut(cleaned, start, at + RIGHT)
      const fields = readWindow(window, at - start, [rule])
      if (fields !== undefined) placed.push(placeMessage(source, fields, window, start))
    }
    if (placed.length > 0) return placed
  }
  return placed
}

function placeMessage({ cleaned }: Source, fields: MessageFields, window: MappedText, start: number): Placed {
  const from = cleanedOffset(window, fields.span[0], start)
  const to = cleanedOffset(window, fields.span[1], start)
  const wrapper = readWrapper(cleaned.text, from, to, 0, cleaned.text.length)
  return { denial: denialOfMessage(fields, wrapper, fields.span), from, to }
}

function placeFinding({ cleaned }: Source, finding: Finding, floor = 0, ceiling = cleaned.text.length): Placed {
  const { from, to } = finding
  const [left, right] = wrapperSplit(cleaned.text, finding, floor, ceiling)
  const wrapper = readWrapper(cleaned.text, left, right, floor, ceiling)
  const span = [originalOffset(cleaned, from), originalOffset(cleaned, to)] as const
  return { denial: denialOfFinding(finding, wrapper, span), from, to }
}

/** Where the wrapper of a code ends: the code itself may stand in the wrapper's head or in its `(Service: …)` group. */
function wrapperSplit(text: string, { from, to }: Finding, floor: number, ceiling: number): readonly [number, number] {
  const base = Math.max(floor, from - 200)
  const before = text.slice(base, from + 1)
  const group = before.lastIndexOf('(Service: ')
  if (group >= 0 && !before.includes(')', group)) return [base + group, base + group]
  const head = before.lastIndexOf('An error occurred (')
  const match = /^An error occurred \([\w.]{1,80}\)(?: when calling the \w{1,80} operation)?/.exec(
    head < 0 ? '' : text.slice(base + head, base + head + 220),
  )
  const end = match === null ? to : Math.max(to, base + head + match[0].length)
  return [Math.min(end, ceiling), Math.min(end, ceiling)]
}

/** Starts of wrappers that hold exactly one error each. */
const BLOCK_STARTS = ['anerroroccurred', 'operationerror', 'errorcode'] as const

/** Wrappers with a denial that is not one of the sentences already read. */
function readBlocks(source: Source, sentences: readonly Placed[]): Placed[] {
  const { cleaned, squeezed } = source
  const starts = BLOCK_STARTS.flatMap((phrase) => findPhrase(squeezed, phrase).map(([from]) => from))
    .filter((from) =>
      /^(?:An error occurred \(|operation error \w|Error>\s{0,40}<Code>)/.test(cleaned.text.slice(from, from + 60)),
    )
    .sort((a, b) => a - b)
  const placed: Placed[] = []
  let sentence = 0
  for (const [i, start] of starts.entries()) {
    const end = Math.min(starts[i + 1] ?? cleaned.text.length, start + AROUND)
    while (sentence < sentences.length && (sentences[sentence]?.to ?? 0) <= start) sentence++
    const own = sentences[sentence]
    if (own !== undefined && own.from < end) continue
    const block = readBlock(source, start, end)
    if (block !== undefined && (sentences.length === 0 || block.denial.kind === 'aws-access-denied')) placed.push(block)
  }
  return placed
}

function readBlock(source: Source, start: number, end: number): Placed | undefined {
  const { cleaned } = source
  // The message of the error ends with its paragraph; what follows is another story.
  const text = cleaned.text.slice(start, end).split(/\n[ \t]*\n/, 1)[0] ?? ''
  const authentication = readAuthentication(text, start)
  if (authentication !== undefined) return placeFinding(source, authentication, start, end)
  const window = cut(cleaned, start, start + text.length)
  const fields = readWindow(window, 0, OTHER_RULES)
  if (fields !== undefined) return placeMessage(source, fields, window, start)
  const plain = readPlainDenial(text, start)
  return plain === undefined ? undefined : placeFinding(source, plain, start, end)
}

/** Nothing recognised: what the wrapper says is kept. */
function readNothing({ cleaned }: Source, length: number): Denial {
  const head = cleaned.text.slice(0, RIGHT)
  const at = Math.min(head.length, WRAPPER_REACH)
  const { code, operation, eventSource } = readWrapper(head, at, at, 0, head.length)
  return { ...emptyDenial('nothing', [0, length]), code, operation, eventSource, ...firstRequestIds(head) }
}
