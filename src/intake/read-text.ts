import { denialOfMessage, emptyDenial } from './build-denial.ts'
import type { Denial } from './denial.ts'
import { AUTHENTICATION_PHRASES, readAuthentication } from './other-errors/authentication.ts'
import { readBlocks } from './error-blocks.ts'
import { findCors } from './other-errors/cors.ts'
import type { Finding } from './other-errors/finding.ts'
import { GCP_PHRASES, readGcp } from './other-errors/gcp.ts'
import { readAuditLog } from './other-errors/gcp-audit-log.ts'
import { SERVICE_STATE_PHRASES } from './other-errors/service-states.ts'
import { readServiceState, UNRELATED_PHRASES, readUnrelated } from './other-errors/unrelated.ts'
import { PLAIN_PHRASES, readPlainDenial } from './other-errors/plain-denial.ts'
import { mergeRepeats } from './merge-repeats.ts'
import { accessThisResource } from './messages/access-this-resource.ts'
import { consoleContext, consoleDialog, consoleFields } from './messages/console-dialog.ts'
import { translatedAllow, translatedDeny } from './messages/console-translated.ts'
import type { MessageFields } from './messages/message-fields.ts'
import { findAnchors, readWindow } from './messages/read-message.ts'
import { explicitReasonAlone, implicitClauseAlone, implicitReasonAlone } from './messages/reason-alone.ts'
import { OTHER_RULES, SENTENCE_RULES } from './messages/table.ts'
import {
  cleanedOffset,
  type PositionedDenial,
  positionFinding,
  positionMessage,
  RIGHT,
  type Source,
} from './positioned-denial.ts'
import { surroundingsOf } from './paste/surroundings.ts'
import { withWholeId } from './paste/whole-id.ts'
import { withSurroundings } from './paste/with-surroundings.ts'
import { clean } from './text/clean.ts'
import { cut, original } from './text/mapped-text.ts'
import { findPhrase, keepLetters } from './text/letters-only.ts'
import { debugLines, isOfOneThread, isOneCall, withDebug } from './wrapper/cli-debug.ts'
import { denialCodes } from './wrapper/error-code.ts'
import { nextWrapper, ownObject } from './wrapper/neighbours.ts'
import { readWrapper, timesOfLines, WRAPPER_REACH } from './wrapper/read-wrapper.ts'
import { firstRequestIds } from './wrapper/request-ids.ts'

/** A sentence and its wrapper fit in this before the anchor, and in RIGHT behind it; every expression runs on such a window. */
const LEFT = 2600
/** Half a window for a text without the sentence. */
const AROUND = 2600
/** A phrase that keeps leading nowhere is given up: time stays linear on hostile text. */
const MAX_TRIES = 200

/**
 * Every denial in a pasted text, first to last; one entry of kind `other` where nothing is recognised (docs/json.md, "Denial",
 * R-MSG-15c, R-MSG-31). Never throws. `onSentence` is told of each sentence when it is read.
 */
export function readText(text: string, onSentence?: (denial: Denial) => void): Denial[] {
  const cleaned = clean(original(text))
  const source = { cleaned, lettersOnly: keepLetters(cleaned.text) }
  const cors = findCors(cleaned.text, source.lettersOnly).map((finding) => positionFinding(source, finding))
  const timeOf = timesOfLines(text)
  const timed = (denial: Denial): Denial => ({ ...denial, time: timeOf(denial.evidence.span?.[0] ?? 0) })
  const sentences = readSentences(source, onSentence && ((denial) => onSentence(timed(denial))))
  const beside = sentences.length > 0 ? [...readBlocks(source, sentences), ...readDialogs(source, sentences)] : []
  const found = [...cors, ...sentences, ...beside]
  const placed = found.length > 0 ? found : readWithoutSentence(source)
  if (placed.length === 0) return [readNothing(source, text.length)]
  placed.sort((a, b) => a.from - b.from)
  const debug = debugLines(cleaned.text, source.lettersOnly)
  const around = surroundingsOf(cleaned.text)
  return mergeRepeats(
    placed.map(({ denial, from }) => {
      if (denial.kind === 'cors') return timed(denial)
      const whole = withWholeId(timed(denial), cleaned.text)
      return withSurroundings(withDebug(whole, from, cleaned.text, debug), from, around)
    }),
    placed.map(({ denial, from }, i) => {
      const last = placed[i - 1]
      if (last === undefined || !isOneCall(last.from, from, debug)) return false
      return isOfOneThread(text, last.denial.evidence.span?.[0] ?? 0, denial.evidence.span?.[0] ?? 0)
    }),
  )
}

/** An answer that refuses twice has a comma and a blank between its sentences. */
const ONE_ERROR = 8

/** A sentence where it stands, without what is around it. */
interface PlacedSentence {
  readonly fields: MessageFields
  readonly from: number
  readonly to: number
}

/** Each `not authorized to perform` is a denial of its own, read between its neighbours. */
function readSentences(source: Source, onSentence: ((denial: Denial) => void) | undefined): PositionedDenial[] {
  const { cleaned } = source
  const anchors = findAnchors(cleaned.text, source.lettersOnly)
  const placed: PositionedDenial[] = []
  let before: PlacedSentence | undefined
  let open: PlacedSentence | undefined
  // The one before is whole when it is known where the next begins.
  const close = (next: PlacedSentence | undefined): void => {
    if (open === undefined) return
    const sentence = withWrapper(source, { before, span: open, next }, placed.at(-1))
    placed.push(sentence)
    onSentence?.(sentence.denial)
    before = open
  }
  let floor = 0
  for (const [i, [from, to]] of anchors.entries()) {
    const next = anchors[i + 1]?.[0] ?? cleaned.text.length
    const start = Math.max(floor, from - LEFT)
    const window = cut(cleaned, start, Math.min(next, to + RIGHT))
    const fields = readWindow(window, from - start, SENTENCE_RULES)
    floor = to
    if (fields === undefined) continue
    const [left, right] = [cleanedOffset(window, fields.span[0], start), cleanedOffset(window, fields.span[1], start)]
    const sentence = { fields, from: left, to: right }
    close(sentence)
    open = sentence
    floor = Math.max(to, right)
  }
  close(undefined)
  return placed
}

/** A sentence with those beside it. */
interface AmongSentences {
  readonly before: PlacedSentence | undefined
  readonly span: PlacedSentence
  readonly next: PlacedSentence | undefined
}

/** The denial of a sentence, with what its wrapper says between its neighbours. `last`: the denial before. */
function withWrapper(
  { cleaned: { text } }: Source,
  { before, span, next }: AmongSentences,
  last: PositionedDenial | undefined,
): PositionedDenial {
  const parted = before === undefined ? ownObject(text, span.from) : nextWrapper(text, before.to, span.from)
  const end = next === undefined ? undefined : nextWrapper(text, span.to, next.from)
  const floor = parted ?? before?.to ?? 0
  const ceiling = Math.max(end ?? next?.from ?? text.length, span.to)
  const wrapper = readWrapper(text, span.from, span.to, floor, ceiling)
  const denial = denialOfMessage(span.fields, wrapper, span.fields.span)
  const isOneError = parted === undefined && span.from - floor < ONE_ERROR
  const requestId = denial.requestId ?? (isOneError ? (last?.denial.requestId ?? null) : null)
  return { denial: { ...denial, requestId }, from: span.from, to: span.to }
}

/** Dialogs of the console beside sentences: refusals of other actions. One of the same action tells the sentence's again. */
function readDialogs(source: Source, sentences: readonly PositionedDenial[]): PositionedDenial[] {
  const told = new Set(sentences.map(({ denial }) => denial.action))
  const dialogs = tryRules(
    source,
    OTHER_RULES.filter(({ id }) => DIALOGS.has(id)),
  )
  return dialogs.filter(
    ({ denial, from, to }) =>
      denial.action !== null &&
      !told.has(denial.action) &&
      !sentences.some((sentence) => sentence.from < to && from < sentence.to),
  )
}

/** Without the sentence: another cloud, wrappers one by one, credentials, the other forms, a bare code (R-MSG-31). */
function readWithoutSentence(source: Source): PositionedDenial[] {
  const logged = readAuditLog(source.cleaned.text)
  if (logged.length > 0) return logged.map((finding) => positionFinding(source, finding))
  const gcp = tryPhrases(source, GCP_PHRASES, readGcp)
  if (gcp !== undefined) return [positionFinding(source, gcp)]
  const reasons = tryRules(
    source,
    OTHER_RULES.filter(({ id }) => REASONS.has(id)),
  )
  const certain = reasons.filter((reason) => isCertain(source, reason))
  if (certain.length > 0) return certain
  const state = tryPhrases(source, SERVICE_STATE_PHRASES, readServiceState)
  if (state !== undefined) return [positionFinding(source, state)]
  const blocks = readBlocks(source, [])
  if (blocks.length > 0) return blocks
  const authentication = tryPhrases(source, AUTHENTICATION_PHRASES, readAuthentication)
  if (authentication !== undefined) return [positionFinding(source, authentication)]
  const other = tryRules(
    source,
    OTHER_RULES.filter(({ id }) => !REASONS.has(id)),
  )
  if (other.length > 0) return other
  const plain = tryPhrases(source, PLAIN_PHRASES, readPlainDenial)
  if (plain !== undefined) return [positionFinding(source, plain)]
  const opening = reasons.filter((reason) => opensText(source, reason))
  if (opening.length > 0) return opening
  const notOurs = tryPhrases(source, UNRELATED_PHRASES, readUnrelated)
  return notOurs === undefined ? [] : [positionFinding(source, notOurs)]
}

const DIALOGS = new Set([consoleDialog.id, consoleFields.id, translatedDeny.id, translatedAllow.id])

/** Rules for the reason of the sentence without the sentence. */
const REASONS = new Set([
  accessThisResource.id,
  consoleDialog.id,
  consoleFields.id,
  consoleContext.id,
  translatedDeny.id,
  translatedAllow.id,
  implicitReasonAlone.id,
  explicitReasonAlone.id,
  implicitClauseAlone.id,
])

/** A text that begins, or goes on after an ellipsis, with the reason; or one that says little else. */
function opensText({ cleaned }: Source, { from }: PositionedDenial): boolean {
  const line = cleaned.text.slice(cleaned.text.lastIndexOf('\n', from - 1) + 1, from).trimEnd()
  return line.length <= 3 || line.endsWith('...') || line.endsWith('…') || cleaned.text.length < 160
}

/** Prose about policies uses the words of a reason: it takes an action, a policy or a denial code beside it to believe it. */
function isCertain({ cleaned }: Source, { denial, from }: PositionedDenial): boolean {
  if (denial.action !== null || denial.resource !== null || denial.reported.policyArn !== null) return true
  if (denial.evidence.reader === accessThisResource.id) return true
  // The reason may stand in a paragraph of its own, under the code.
  const before =
    cleaned.text
      .slice(Math.max(0, from - 300), from)
      .trimEnd()
      .split(/\n[ \t]*\n/)
      .at(-1) ?? ''
  return denialCodes(before).length > 0 || /not authorized|access ?denied/i.test(before)
}

/** The first finding of a reader in windows around the phrases. */
function tryPhrases(
  { cleaned, lettersOnly }: Source,
  phrases: readonly string[],
  read: (window: string, base: number) => Finding | undefined,
): Finding | undefined {
  const places = phrases.flatMap((phrase) => findPhrase(lettersOnly, phrase).slice(0, MAX_TRIES)).map(([from]) => from)
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

function tryRules(source: Source, rules: typeof OTHER_RULES): PositionedDenial[] {
  const { cleaned, lettersOnly } = source
  const placed: PositionedDenial[] = []
  for (const rule of rules) {
    for (const [at] of findPhrase(lettersOnly, rule.anchor).slice(0, MAX_TRIES)) {
      if (placed.some(({ from, to }) => at >= from && at < to)) continue
      const floor = placed.findLast(({ to }) => to <= at)?.to ?? 0
      const start = Math.max(floor, at - AROUND)
      const window = cut(cleaned, start, at + RIGHT)
      const fields = readWindow(window, at - start, [rule])
      if (fields !== undefined) placed.push(positionMessage(source, fields, window, start))
    }
    if (placed.length > 0) return placed
  }
  return placed
}

/** Nothing recognised: what the wrapper says is kept. */
function readNothing({ cleaned }: Source, length: number): Denial {
  const head = cleaned.text.slice(0, RIGHT)
  const at = Math.min(head.length, WRAPPER_REACH)
  const { code, operation, eventSource } = readWrapper(head, at, at, 0, head.length)
  return { ...emptyDenial('nothing', [0, length]), code, operation, eventSource, ...firstRequestIds(head) }
}
