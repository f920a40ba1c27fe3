import type { Note } from '../note.ts'
import { canonicalAction } from '#iam/facts/actions.ts'
import { principalFields } from '../principal-fields.ts'
import { memoizeRecent } from '../memoize-recent.ts'
import { canonicalResource, placeResource } from '../resource-form.ts'
import { clean } from '../text/clean.ts'
import { cut, type MappedText, original, originalOffset } from '../text/mapped-text.ts'
import { findPhrase, keepLetters } from '../text/letters-only.ts'
import { prepareWindow } from '../text/window.ts'
import { readAuthorizationId, readEncodedMessage } from './encoded-message.ts'
import type { MessageFields } from './message-fields.ts'
import type { MessageRule, PreparedMessage, ParsedMessage } from './rule.ts'
import { readSentence, SENTENCE_ANCHOR, type Sentence } from './sentence.ts'
import { MESSAGE_RULES, OTHER_RULES, SENTENCE_RULES } from './table.ts'
import { usualSentence } from './usual-sentence.ts'

/** Longer messages do not exist; CloudTrail cuts at 1 KB, EC2's encoded blob takes a few (R-MSG-16). */
const MAX_MESSAGE = 8192

/** The usual sentence is read sooner than it is looked for. */
const lately = memoizeRecent(readByRules)

/**
 * Reads one denial message: an `errorMessage`, or a text known to hold one. Undefined: no rule knows it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export const readMessage = (message: string): MessageFields | undefined => usualSentence(message) ?? lately(message)

/** By the table alone: for tests, which hold the quicker way to it. */
export function readByRules(message: string): MessageFields | undefined {
  const source = clean(cut(original(message), 0, MAX_MESSAGE))
  const anchors = findAnchors(source.text)
  for (const [at] of anchors) {
    const fields = readWindow(source, at, SENTENCE_RULES)
    if (fields !== undefined) return fields
  }
  return readWindow(source, anchors[0]?.[0] ?? 0, OTHER_RULES)
}

/** Every `not authorized to perform` of a text, whatever breaks its words (R-MSG-15c). */
export function findAnchors(text: string, lettersOnly = keepLetters(text)): readonly [number, number][] {
  return findPhrase(lettersOnly, SENTENCE_ANCHOR).filter(([from, to]) => isUnbroken(text.slice(from, to)))
}

/** Punctuation between the words means that two sentences met. */
const isUnbroken = (phrase: string): boolean => phrase.length < 400 && !/[.,!?](?:\s|$)|\n[ \t]*\n/.test(phrase)

/** Reads the window's denial, the anchor being at `anchor`, by the first of `rules` that knows it. */
export function readWindow(
  window: MappedText,
  anchor: number,
  rules: readonly MessageRule[],
): MessageFields | undefined {
  const prepared = prepareWindow(window)
  const message = prepareMessage(prepared, originalOffset(window, anchor))
  for (const rule of rules) {
    if (!message.lettersOnly.letters.includes(rule.anchor)) continue
    const reading = rule.read(message)
    if (reading !== undefined) return assemble(rule.id, message, reading, prepared)
  }
  return undefined
}

/** For tests of the table: the rule that reads a text. */
export function ruleFor(text: string): MessageRule | undefined {
  const form = readMessage(text)?.form
  return MESSAGE_RULES.find((rule) => rule.id === form)
}

function prepareMessage(prepared: MappedText, anchorOffset: number): PreparedMessage {
  const lettersOnly = keepLetters(prepared.text)
  const anchors = findPhrase(lettersOnly, SENTENCE_ANCHOR)
  const own = anchors.find(([from]) => originalOffset(prepared, from) >= anchorOffset) ?? anchors[0]
  const sentence = own === undefined ? undefined : readSentence(prepared.text, own[0], own[1])
  return { text: prepared.text, lettersOnly, sentence }
}

function assemble(form: string, message: PreparedMessage, parsed: ParsedMessage, prepared: MappedText): MessageFields {
  const { text, lettersOnly } = message
  const own = SENTENCE_RULES.some((rule) => rule.id === form) ? message.sentence : undefined
  const principal = pick(parsed.principal, own?.principal)
  const printed = parsed.place ?? nameIn(pick(parsed.resource, own?.resource))
  const action = pick(parsed.action, own?.action)
  const { resource, from } =
    parsed.place === undefined ? canonicalResource(printed, principal, action) : placeResource(parsed.place)
  const to = sentenceLimit(text, parsed.span[1])
  const blob = readEncodedMessage(text, lettersOnly, parsed.span[1], to)
  const authorization = readAuthorizationId(text.slice(parsed.span[1], Math.min(to, parsed.span[1] + 600)))
  const end = blob?.end ?? parsed.span[1]
  return {
    form,
    principal,
    action: action === null ? null : (canonicalAction(action) ?? action),
    impliedAction: parsed.impliedAction ?? null,
    oneOf: parsed.oneOf ?? [],
    orElse: parsed.orElse ?? [],
    ...(parsed.context === undefined ? {} : { context: parsed.context }),
    sender: parsed.sender ?? null,
    behind: parsed.behind ?? false,
    resource,
    resourceText: printed !== resource ? printed : nameIn(own?.resourceWords ?? null),
    resourceFrom: from,
    layer: parsed.layer ?? null,
    denyType: parsed.denyType ?? null,
    policyArn: parsed.policyArn ?? null,
    via: parsed.via ?? null,
    setting: parsed.setting ?? null,
    encodedMessage: blob?.text ?? null,
    authorizationId: authorization?.id ?? null,
    authorizationRegion: authorization?.region ?? null,
    notes: [...(parsed.notes ?? []), ...notesOf(own, principal, blob?.elided === true)],
    span: [originalOffset(prepared, parsed.span[0]), originalOffset(prepared, end)],
  }
}

const pick = (read: string | null | undefined, said: string | null | undefined): string | null => read ?? said ?? null

/** Athena and others write `on the resource`, which names none. */
const nameIn = (text: string | null): string | null =>
  text !== null && /^(?:the|this) resource\b/i.test(text) ? null : text

/** The blob and the authorization id stand behind their own sentence, before the next one. */
function sentenceLimit(text: string, from: number): number {
  const next = ['User: ', 'You are not authorized'].map((start) => text.indexOf(start, from)).filter((at) => at >= 0)
  return Math.min(text.length, ...next)
}

function notesOf(sentence: Sentence | undefined, principal: string | null, blobElided: boolean): Note[] {
  const notes: Note[] = []
  const { masked, accountId } = principalFields(principal)
  if (masked) notes.push({ code: 'account-masked', text: 'The account number of the principal is masked.' })
  if (accountId !== null && accountId.length !== 12)
    notes.push({ code: 'account-length', text: `An account number has 12 digits, not ${accountId.length}.` })
  if (sentence?.elided === true) notes.push({ code: 'elided', text: 'A name in the text ends in an ellipsis.' })
  if (blobElided) notes.push({ code: 'message-truncated', text: 'The encoded message is cut and cannot be decoded.' })
  return notes
}
