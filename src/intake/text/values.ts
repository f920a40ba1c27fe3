/** Words by which AWS's sentence goes on: a line that begins with one does not continue the value before it. */
const GRAMMAR = /^(?:is|on|with|because|status|encoded|go|for|when|and|not|user|error|caused)\b|^\(/i

// A value without spaces; a placeholder in brackets may hold some (R-MSG-15e). Nothing follows the group, so no backtracking.
const TOKEN =
  /(?:<{1,2}(?!\/|(?:br|p|b|i|em|code|pre|li|td|tr|div|span)\b)[^<>\n]{1,60}>{1,2}|\[[^[\]\n]{1,60}\]|\$?\{[^{}\n]{1,60}\}|\*[A-Za-z]{1,20}(?: [A-Za-z]{1,20}){1,3}\*|[^\s"'<>\\|“”‘’«»\u3001\u3002\uff0c\uff08\uff09\u300c\u300d])+/y

export interface Value {
  readonly text: string
  /** Where the value ends in the window, line breaks inside it included. */
  readonly end: number
  readonly elided: boolean
}

/** The longest value a principal, resource or policy ARN can have: ARNs end at 2048 characters. */
const MAX_VALUE = 2400

/**
 * Reads an unquoted value and puts it together again where a terminal, PDF or mail broke it (R-MSG-15b, R-MSG-19).
 * `follows` recognises how the sentence goes on after this value.
 */
export function readValue(text: string, from: number, follows: RegExp): Value | undefined {
  let end = tokenEnd(text, from)
  if (end === from) return undefined
  let value = text.slice(from, end)
  while (value.length < MAX_VALUE && continues(text, value, end, follows)) {
    const next = tokenEnd(text, end + 1)
    value += text.slice(text[end] === '\n' || text[end + 1] === ':' ? end + 1 : end, next)
    end = next
  }
  const kept = trimValue(value)
  return { text: kept, end: end - (value.length - kept.length), elided: isElided(kept) }
}

export function tokenEnd(text: string, from: number): number {
  TOKEN.lastIndex = 0
  const match = TOKEN.exec(text.slice(from, from + MAX_VALUE))
  return match === null ? from : from + match[0].length
}

/** Whether the line break at `end` is inside the value, or the blank in or behind the words that stand for an account. */
function continues(text: string, value: string, end: number, follows: RegExp): boolean {
  if (text[end] === ' ') {
    const behind = text.slice(end + 1, end + 43)
    return isAccountInWords(value, behind) || isHeadOfArn(value, behind)
  }
  if (text[end] !== '\n' || text[end + 1] === '\n') return false
  const next = text.slice(end + 1, tokenEnd(text, end + 1))
  if (next === '' || GRAMMAR.test(next)) return false
  const after = text.slice(end + 1 + next.length, end + 1 + next.length + 80)
  if (follows.test(after)) return true
  if (!value.startsWith('arn:')) return false
  return isUnfinishedArn(value) ? isArnHead(value + next) : /[/:=_@-]$/.test(value)
}

/** `arn:aws:sts::Account` and `B:assumed-role/app`: somebody's name in the place of the number (R-MSG-15e). */
export const isAccountInWords = (value: string, next: string): boolean =>
  /^arn:[^:]{1,20}:[^:]{1,40}:[^:]{0,40}:[A-Za-z]{2,20}$/.test(value) && /^[A-Za-z0-9]{1,20}:[^\s]/.test(next)

/** `arn:aws:sqs:eu-west-1:xxxx` and `:queue/a`: a mask with a blank behind it. No prose goes on with a colon and a word. */
const isHeadOfArn = (value: string, next: string): boolean =>
  /^arn:[^:]{1,20}:[^:]{1,40}:[^:]{0,40}:[^:]{1,40}$/.test(value) && /^:[a-z][\w-]{1,38}[/:]/.test(next)

/** Partition, service, Region and account have no small words with points or underlines between; a Region ends in its number. */
const isArnHead = (arn: string): boolean =>
  arn
    .split(':', 6)
    .slice(1, 5)
    .every((field) => !/[a-z][_.][a-z]|^[a-z]{2}(?:-[a-z]{2,12}){1,2}-\d[a-z]/.test(field))

/** Fewer than five colons: the break is before the resource part. */
const isUnfinishedArn = (arn: string): boolean => arn.split(':', 6).length < 6

/** Cuts punctuation of the surrounding sentence, and keeps an elision and a final colon (R-MSG-15f, R-MSG-19). */
export function trimValue(value: string): string {
  let end = value.length
  for (; end > 0; end--) {
    const c = value[end - 1] ?? ''
    if (c === '.' && isElided(value.slice(0, end))) break
    if (c === '.' || c === ',' || c === ';') continue
    const opener = c === ')' ? '(' : c === ']' ? '[' : c === '}' ? '{' : ''
    if (opener === '' || isOpened(value.slice(0, end), opener, c)) break
  }
  return value.slice(0, end)
}

/** Whether the bracket that ends the value was opened in it. */
const isOpened = (value: string, opener: string, closer: string): boolean =>
  value.split(opener).length >= value.split(closer).length

const isElided = (value: string): boolean => value.endsWith('...') || value.endsWith('…')

/** A value of dots and colons only says nothing, nor does the dash of the sentence that goes on behind them. */
export const isDots = (value: string): boolean => /^[.…:]{1,40}[–—]{0,2}$/.test(value)

/** One small letter over and over (`xxx`) is somebody's mask, and no name. */
export const isLetterMask = (value: string): boolean => /^([a-z])\1{2,40}$/.test(value)

/** A line break inside a principal: no principal has spaces, so nothing stood there. */
export const unwrapped = (value: string): string => value.replaceAll('\n', '')

/** A line break inside a quoted value: nothing stood there, unless the S3 key has spaces at which text is wrapped. */
export const unwrappedQuoted = (value: string): string => value.replaceAll('\n', value.includes(' ') ? ' ' : '')
