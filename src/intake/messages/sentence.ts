import { canonicalAction } from '#iam/facts/actions.ts'
import { isService } from '#iam/facts/services.ts'
import type { LettersOnly } from '../text/letters-only.ts'
import { afterLetter, keepLetters } from '../text/letters-only.ts'
import { isDots, isLetterMask, readValue, trimValue, unwrappedQuoted } from '../text/values.ts'
import { readSubject } from './subject.ts'

export const SENTENCE_ANCHOR = 'notauthorizedtoperform'

/** `[User: P is] not authorized to perform: A [on resource: R]`, up to where the reason begins (E.1 `core`). */
export interface Sentence {
  readonly start: number
  readonly principal: string | null
  readonly action: string | null
  /** As printed, without quotes. Null: not said, or said without a name (R-MSG-24). */
  readonly resource: string | null
  /** `on this resource`, `on the CMK used by the target bucket`: words in the place of the resource. */
  readonly resourceWords: string | null
  readonly end: number
  /** Text after `end`, letters only. */
  readonly rest: LettersOnly
  readonly elided: boolean
}

const REASON_FOLLOWS = /^\s{1,8}(?:because\s|with\s{1,4}(?:an?\s|explicit))/i
const ACTION_FOLLOWS = /^\s{1,8}(?:on\s|because\s|with\s{1,4}(?:an?\s|explicit))/i

/** How far a reason, a policy ARN and an encoded message may reach behind the sentence. */
const REST = 6000

/** Reads the sentence whose anchor stands at [from, to) of the window. */
export function readSentence(text: string, from: number, to: number): Sentence {
  const subject = readSubject(text, from)
  const action = readAction(text, to)
  const at = action?.end ?? to + takenOut(text.slice(to, to + 160))
  const resource = at === to ? undefined : (readResource(text, at) ?? readRoleName(text, at, action?.text))
  const end = resource?.end ?? at
  return {
    start: subject.start,
    principal: subject.principal,
    action: action?.text ?? null,
    resource: resource?.value ?? null,
    resourceWords: resource?.words ?? null,
    end,
    rest: keepLetters(text.slice(end, end + REST)),
    elided: [subject.principal, resource?.value].some((v) => v?.endsWith('...') === true || v?.endsWith('…') === true),
  }
}

/** Index in the window just after letter `index` of the sentence's rest. */
export const restOffset = (sentence: Sentence, index: number): number =>
  sentence.end + afterLetter(sentence.rest, index)

interface Printed {
  readonly text: string
  readonly end: number
}

/** A terminal's column may end inside the service: `cloudforma` and `tion:DescribeStacks`. */
const BROKEN_SERVICE = /^(:?[\s/|#>]{0,40}["'[(]{0,2})([A-Za-z0-9-]{1,40})\n([A-Za-z0-9-]{0,40}):(?=[A-Za-z*])/

function readAction(text: string, from: number): Printed | undefined {
  const head = text.slice(from, from + 320)
  const [, lead = '', left = '', right = ''] = BROKEN_SERVICE.exec(head) ?? []
  if (left === '' || !isService(left + right)) return readWholeAction(head, from)
  const at = lead.length + left.length
  const action = readWholeAction(head.slice(0, at) + head.slice(at + 1), from)
  return action === undefined ? undefined : { ...action, end: action.end + 1 }
}

function readWholeAction(head: string, from: number): Printed | undefined {
  const match =
    /^:?[\s/|#>]{0,40}(?:(?:the\s{1,4})?action:?\s{1,4})?["'[(]{0,2}([A-Za-z0-9-]{1,64})(:\s?|\.(?=[A-Z]))(?:\{\{)?([A-Za-z0-9*](?:[A-Za-z0-9*_]{0,126}[A-Za-z0-9*])?)(?:\}\})?/.exec(
      head,
    )
  if (match === null) return readRoleAction(head, from)
  const [whole, service = '', mark, name = ''] = match
  // `sts.AssumeRole` is an action, `this.Please` and `Note: this` are none.
  if (mark !== ':' && !isService(service)) return undefined
  let end = whole.length
  let action = `${service}:${name}`
  const broken = /^\n([A-Za-z0-9]{1,64})/.exec(head.slice(end))
  const more = broken?.[1] ?? ''
  if (broken !== null && (ACTION_FOLLOWS.test(head.slice(end + broken[0].length)) || completes(action, more))) {
    action += more
    end += broken[0].length
  }
  const closing = /^["'\])]{0,2}/.exec(head.slice(end))
  return { text: action, end: from + end + (closing?.[0].length ?? 0) }
}

/** No action has the one name, and one has both together. */
const completes = (action: string, more: string): boolean =>
  canonicalAction(action) === undefined && canonicalAction(action + more) !== undefined

/** `perform: <service:Action> on resource: …`, `perform: [REDACTED] on resource: …` (R-MSG-15e). */
const TAKEN_OUT = /^:\s{1,8}(?:<[^<>\n]{1,80}>|\[[^[\]\n]{1,80}\]|\*{3,20}|null)(?=\s{1,8}on\s{1,8}resources?:)/

/** How long the words are that stand in the place of an action. */
const takenOut = (head: string): number => TAKEN_OUT.exec(head)?.[0].length ?? 0

/** Actions on a role by the names that services print without the prefix (AWS CodePipeline). */
const ROLE_ACTIONS = new Map([
  ['AssumeRole', 'sts:AssumeRole'],
  ['PassRole', 'iam:PassRole'],
])

function readRoleAction(head: string, from: number): Printed | undefined {
  const match = /^:?\s{1,8}(AssumeRole|PassRole)(?=\s{1,8}on\s)/.exec(head)
  const text = match === null ? undefined : ROLE_ACTIONS.get(match[1] ?? '')
  return match === null || text === undefined ? undefined : { text, end: from + match[0].length }
}

interface PrintedResource {
  readonly value: string | null
  readonly words: string | null
  readonly end: number
}

const ON_RESOURCE =
  /^[\s,.…]{0,8}\bon\s{1,8}(?:the\s{1,4})?resources?\b(?:\s{0,8}:|\s)\s{0,8}(?:(?:\/\/|[|#>])[ \t|]{1,8})?/i
const ON_WORDS =
  /^\s{1,8}on\s{1,8}((?:this|the|your|these)\s[^\n.;:"'<(]{1,120}?)(?=\s{1,8}(?:because\s|with\s{1,4}(?:an?\s|explicit))|[\n.;:"'<(]|$)/i
const ON_ARN =
  /^\s{1,8}on\s{1,8}(?:(?:resource|role)\s{1,8})?(?=["']?(?:arn:|\*(?:\s|$)|(?:\.{3}|…):[a-z0-9-]{1,30}[:/]))/i

function readResource(text: string, from: number): PrintedResource | undefined {
  const head = text.slice(from, from + 240)
  const words = ON_WORDS.exec(head)
  const stated = ON_RESOURCE.exec(head) ?? ON_ARN.exec(head)
  if (words !== null && (stated === null || !/resources?\s{0,8}:/i.test(stated[0])))
    return { value: null, words: (words[1] ?? '').trim(), end: from + words[0].length }
  if (stated === null) return undefined
  const at = from + stated[0].length
  return isLeftOut(text, at, stated[0])
    ? { value: null, words: null, end: from + stated[0].trimEnd().length }
    : readPrinted(text, at)
}

/** `iam:PassRole on app-role`: the name alone, where the action is on roles only and the sentence ends behind it. */
function readRoleName(text: string, from: number, action = ''): PrintedResource | undefined {
  if (!/^(?:iam:PassRole|sts:AssumeRole)$/i.test(action)) return undefined
  const match =
    /^\s{1,8}on\s{1,8}(?<name>[\w+=,.@-]{1,64}?)(?=[.,;]?\s{0,8}(?:$|\n)|[.,;]\s|\s{1,8}(?:because|with)\s)/.exec(
      text.slice(from, from + 120),
    )
  const name = match?.groups?.['name']
  return match === null || name === undefined ? undefined : { value: name, words: null, end: from + match[0].length }
}

/** Quotes that close the text around a sentence that ends in `on resource:`. */
const CLOSED = /^["'”]{1,2}\s{0,8}(?:[,;)\]}]|$|\n)/
/** A program puts the name in: `on resource " + arn + "`. */
const PUT_IN = /^["'`]\s{0,4}(?:\+|\.|&|\|\|)\s/
/** A name, or the beginning of one. */
const NAME = /^(?:["'“]|arn:|https?:|\*|\.{3}|…|[<[{$]|(?:user|role|group|policy|instance profile) )/
/** Resource of a single word, behind which the sentence ends or gives its reason. */
const ONE_WORD = /^[^\s"'“”]{1,2048}?(?:[.,;)]{1,3}(?:\s|$)|\s{0,8}$|\s{0,8}\n|\s{1,8}(?:because|with|\())/

/** `on resource:"`, `on resource and …`, `on resource` and a line that begins something else: the name is missing. */
function isLeftOut(text: string, at: number, stated: string): boolean {
  const next = text.slice(at, at + 2200)
  if ((/[:\w]$/.test(stated) && CLOSED.test(next)) || PUT_IN.test(next)) return true
  if (/^(?:because|with)\b/i.test(next)) return false
  const behind = stated.slice(stated.toLowerCase().lastIndexOf('resource'))
  const breaks = behind.split('\n').length - 1
  if (breaks === 0 && behind.includes(':')) return /^(?:the|this|that|your)\s/i.test(next)
  if (breaks > 1) return !LOOKS_LIKE_ONE.test(next.slice(0, 6))
  if (breaks === 1 && LABEL.test(next)) return true
  return !(NAME.test(next) || ONE_WORD.test(next))
}

/** A line that leads to what stands below it. */
const LABEL = /^(?!arn:)[A-Za-z][\w-]{0,40}:\s{0,8}(?:\n|$)/

/** Start of a resource: what stands in the next paragraph is the resource only if it looks like this. */
const LOOKS_LIKE_ONE = /^["'“]?(?:arn:|\*(?:["'\s]|$))/

function readPrinted(text: string, at: number): PrintedResource {
  const none = { value: null, words: null, end: at }
  if (/^(?:because|with|in account)\b/i.test(text.slice(at, at + 11))) return { ...none, end: at - 1 }
  const quoted = readQuoted(text, at)
  if (quoted !== undefined) return quoted
  const open = /^["'“]{1,2}/.exec(text.slice(at, at + 2))?.[0].length ?? 0
  return readNoun(text, at) ?? readBare(text, at + open)
}

/** Only the quote ends a quoted resource: an S3 key may hold spaces and `+`. CSV doubles the quotes. */
function readQuoted(text: string, at: number): PrintedResource | undefined {
  const mark = /^(?:""?|'|“)/.exec(text.slice(at, at + 2))?.[0]
  if (mark === undefined) return undefined
  const close = text.indexOf(mark === '“' ? '”' : mark, at + mark.length)
  if (close < 0 || close - at > MAX_QUOTED) return undefined
  const inside = unwrappedQuoted(text.slice(at + mark.length, close))
  return {
    value: inside === '' || isDots(inside) || isLetterMask(inside) ? null : inside,
    words: null,
    end: close + mark.length,
  }
}

/** A key of 1024 characters in an ARN, and room for line breaks. */
const MAX_QUOTED = 2300

// IAM prints the noun form when it was given a name; N may be empty and may be an ARN (R-MSG-23).
const NOUN = /^(user|role|group|policy|instance profile|access key|server certificate|mfa device)(?:[ \n]{1,4}|$)/i

function readNoun(text: string, at: number): PrintedResource | undefined {
  const noun = NOUN.exec(text.slice(at, at + 40))
  if (noun === null) return undefined
  const nameAt = at + noun[0].length
  // `policy path /` of a list that is asked below a path: no resource of its own.
  const path = /^path \/\S{0,500}/.exec(text.slice(nameAt, nameAt + 510))?.[0]
  if (path !== undefined) return { value: null, words: `${noun[1] ?? ''} ${path}`, end: nameAt + path.length }
  if (/^(?:because|with)\b/i.test(text.slice(nameAt, nameAt + 8)))
    return { value: null, words: noun[1] ?? null, end: nameAt - 1 }
  const name = readValue(text, nameAt, REASON_FOLLOWS)
  if (name === undefined) return { value: null, words: noun[1] ?? null, end: nameAt }
  const version = /^ version v\d{1,6}/.exec(text.slice(name.end, name.end + 20))?.[0] ?? ''
  return { value: `${noun[1]} ${name.text}${version}`, words: null, end: name.end + version.length }
}

function readBare(text: string, at: number): PrintedResource {
  const value = readValue(text, at, REASON_FOLLOWS)
  if (value === undefined) return { value: null, words: null, end: at }
  const broken = readMaskedBlank(text, value.text, value.end)
  if (broken !== undefined) return broken
  const named = value.text.startsWith('arn:') ? readNameWithBlanks(text, value.text, value.end) : undefined
  if (named !== undefined) return named
  const said = value.text.startsWith('arn:aws:s3:') ? value.text : (value.text.split(UNSPACED, 1)[0] ?? '')
  const kept = trimValue(said)
  const end = value.end - (value.text.length - said.length)
  return { value: kept === '' || isDots(kept) || isLetterMask(kept) ? null : kept, words: null, end }
}

/** Who masks a Region or an account may put a blank in the place of the colon behind it: `arn:aws:lambda:xxxx xxxx:function:app`. */
function readMaskedBlank(text: string, arn: string, end: number): PrintedResource | undefined {
  const parts = arn.split(':')
  if (parts[0] !== 'arn' || parts.length > 5 || !/^(?:([xX*#.])\1{2,}|\d{12})$/.test(parts.at(-1) ?? ''))
    return undefined
  const rest = /^ ([xX*#\d]{3,20}:[^\s"',;]{1,600})/.exec(text.slice(end, end + 640))
  const more = rest?.[1]
  return rest === null || more === undefined
    ? undefined
    : { value: trimValue(`${arn}:${more}`), words: null, end: end + rest[0].length }
}

/** The further words of a name, and then the reason as AWS gives it, all in the line of the ARN. */
const FURTHER_WORDS =
  /^(?: (?!(?:is|are|was|were|has|had|fail(?:s|ed)|and|but|or|which|that|in|for)\b)[\w()#&+/@-]{1,60})(?: (?!because )[\w()#&+/@-]{1,60}){0,15}(?= because no [A-Za-z -]{8,30} allows the | with an explicit deny in an? )/

/** Names of jobs, alarms and budgets may have blanks, and services print the ARN without quotes (R-MSG-19). */
function readNameWithBlanks(text: string, arn: string, end: number): PrintedResource | undefined {
  const words = FURTHER_WORDS.exec(text.slice(end, end + MOST_FURTHER))?.[0]
  return words === undefined ? undefined : { value: `${arn}${words}`, words: null, end: end + words.length }
}

/** A name of 255 characters and the reason's beginning. */
const MOST_FURTHER = 320

/** Thai, Japanese, Chinese and Korean go on without a blank, and no name of AWS's but an S3 key's is written in them. */
const UNSPACED = /[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/
