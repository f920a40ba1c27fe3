import { readAuthentication } from './other-errors/authentication.ts'
import { OTHER_CLOUDS } from './other-errors/other-clouds.ts'
import { readPlainDenial } from './other-errors/plain-denial.ts'
import { readWindow } from './messages/read-message.ts'
import { performThisOperation } from './messages/perform-this-operation.ts'
import { OTHER_RULES } from './messages/table.ts'
import { type PositionedDenial, positionFinding, positionMessage, type Source } from './positioned-denial.ts'
import { cut } from './text/mapped-text.ts'
import { findPhrase, lettersBetween } from './text/letters-only.ts'
import { denialCodes } from './wrapper/error-code.ts'
import { terraformStart } from './wrapper/s3-location.ts'

/** No error with its wrapper is longer. */
const LONGEST = 3000
/** How far before its `(Service: …)` or `status code:` an error begins. */
const MESSAGE = 1500

/** Wrappers that hold exactly one error each and stand before its message. */
const OPENINGS = [
  'anerroroccurred',
  'aclienterror',
  'operationerror',
  'errorcode',
  'errorkey',
  'errorexecuting',
] as const
const OPENING =
  /^(?:An error occurred \(|A client error \(|operation error \w|Error>\s{0,40}<(?:Code|Key)>|(?<php>Error executing "))/
/** Wrappers that hold exactly one error each and stand behind its message: Java v1 and v2, Go v1. */
const CLOSINGS = ['(Service: ', 'status code: 40'] as const
const CLOSING = /^(?:\(Service: [\w .-]{1,60}[;,]\s{1,8}Status\s{1,8}Code: 40\d|status code: 40\d, request id)/

/** From one `(Service: …` to the next with nothing between them. */
const CLOSED = /^[^()]{0,1000}\)[\s\])"',.;:]{0,10}$/

/** Wrappers with a denial that is not one of the sentences already read. */
export function readBlocks(source: Source, sentences: readonly PositionedDenial[]): PositionedDenial[] {
  const { cleaned } = source
  const starts = blockStarts(source)
  const placed: PositionedDenial[] = []
  let sentence = 0
  for (const [i, start] of starts.entries()) {
    const end = Math.min(starts[i + 1] ?? cleaned.text.length, start + LONGEST)
    while (sentence < sentences.length && (sentences[sentence]?.to ?? 0) <= start) sentence++
    const own = sentences[sentence]
    if (own !== undefined && own.from < end) continue
    const block = readBlock(source, start, end)
    if (block !== undefined && (sentences.length === 0 || block.denial.kind === 'aws-access-denied')) placed.push(block)
  }
  return placed
}

function blockStarts({ cleaned, lettersOnly }: Source): number[] {
  const { text } = cleaned
  const openings = OPENINGS.flatMap((phrase) => findPhrase(lettersOnly, phrase)).map(([at]) => ({
    at,
    pattern: OPENING,
  }))
  const closings = CLOSINGS.flatMap((phrase) => placesOf(text, phrase)).map((at) => ({ at, pattern: CLOSING }))
  const objects = [...entries(text), ...objectLines(text)].map((at) => ({ at, pattern: OBJECT }))
  const starts: number[] = []
  let php = -LONGEST
  let last = 0
  let isOpen = false
  for (const { at, pattern } of [...openings, ...closings, ...objects].sort((a, b) => a.at - b.at)) {
    const match = pattern.exec(text.slice(at, at + 100))
    // PHP prints the body of the answer twice behind its own line.
    if (match === null || (at < php + LONGEST && match.groups?.['php'] === undefined)) continue
    if (match.groups?.['php'] !== undefined) php = at
    // A service that passes on what another refused adds its own behind the other's.
    if (pattern === CLOSING && last > 0 && CLOSED.test(text.slice(last, Math.min(at, last + MESSAGE)))) {
      last = at + match[0].length
      continue
    }
    const start = pattern === CLOSING ? messageStart(text, at, last) : transferStart(text, at, last)
    const closesOpen = pattern === CLOSING && isOpen && start === last
    last = at + match[0].length
    isOpen = pattern === OPENING
    // A wrapper that closes what is open already begins no other error.
    if (!closesOpen && start > (starts.at(-1) ?? -1)) starts.push(start)
  }
  return withSecondEvents(text, lettersOnly, starts)
}

/** An event that has no wrapper of its own, below one that has: EC2's short form begins a second time in a line of its own. */
function withSecondEvents(text: string, lettersOnly: Source['lettersOnly'], starts: readonly number[]): number[] {
  const all: number[] = []
  let next = 0
  let before: readonly [number, number] | undefined
  for (const place of findPhrase(lettersOnly, performThisOperation.anchor)) {
    while (next < starts.length && (starts[next] ?? 0) <= place[0]) all.push(starts[next++] ?? 0)
    const last = all.at(-1)
    if (before !== undefined && last !== undefined && last <= before[0]) {
      const newline = text.slice(before[1], place[0]).lastIndexOf('\n')
      if (newline >= 0) all.push(before[1] + newline + 1)
    }
    before = place
  }
  return [...all, ...starts.slice(next)]
}

/** The beginning of an object, as `entries` and `objectLines` find it. */
const OBJECT = /^\{/

/** The entries of S3's answer to DeleteObjects: each object that was refused has a code. */
function entries(text: string): number[] {
  return placesOf(text, '"Key"').flatMap((at) => {
    const start = text.slice(Math.max(0, at - 40), at).search(/\{\s{0,38}$/)
    const isEntry = /^"Key"\s{0,4}:\s{0,4}"[^"\n]{1,1100}"[^{}]{0,400}?"Code"/.test(text.slice(at, at + 1600))
    return start >= 0 && isEntry ? [Math.max(0, at - 40) + start] : []
  })
}

/** JSON Lines: each line that has a denial code and no other wrapper is an error of its own. */
function objectLines(text: string): number[] {
  const places = placesOf(text, '\n{"').map((at) => at + 1)
  return (text.startsWith('{"') ? [0, ...places] : places).filter((at) => {
    const line = text.slice(at, at + LONGEST).split('\n', 1)[0] ?? ''
    return line.endsWith('}') && denialCodes(line).length > 0 && !WRAPPED.test(line)
  })
}

const WRAPPED =
  /An error occurred \(|A client error|operation error |Error executing "|\(Service: |status code: 40|"Key"/

function placesOf(text: string, phrase: string): number[] {
  const places: number[] = []
  for (let at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + phrase.length)) places.push(at)
  return places
}

/** The command line and boto3 name the file and the object in front of the error, Terraform the bucket. */
function transferStart(text: string, at: number, floor: number): number {
  const left = text.slice(Math.max(floor, at - MESSAGE), at)
  const match =
    /\b(?:(?:upload|download|copy|move|delete|make_bucket|remove_bucket) failed: |Failed to upload )[^\n]{1,1300}$/.exec(
      left,
    )
  const index = match?.index ?? terraformStart(left) ?? exchangeStart(left)
  return index === undefined ? at : at - left.length + index
}

/** How a handler of CloudFormation begins; the event is on the line above. */
const HANDLER = /^[\s|]{0,40}Resource handler returned message:/

/** curl prints the address and the status above the body that S3 sent. */
function exchangeStart(left: string): number | undefined {
  if (!/HTTP\/[\d.]{1,3} 403\b[^]{0,1000}$/.test(left)) return undefined
  const address = left.lastIndexOf('https://')
  return address < 0 ? undefined : left.lastIndexOf('\n', address) + 1
}

/** The line of the message; Go v1 puts its ids on the line below. */
function messageStart(text: string, at: number, floor: number): number {
  const from = Math.max(floor, at - MESSAGE)
  const left = text.slice(from, at)
  const line = left.lastIndexOf('\n')
  const own = left.slice(line + 1)
  const alone = (own.trim() === '' || HANDLER.test(own)) && line > 0
  return from + (alone ? left.lastIndexOf('\n', line - 1) : line) + 1
}

/** An object by its key; the bucket is in the request alone. */
const KEY =
  /^(?:Error>\s{0,40}<Key>(?<xml>[^<]{1,1100})<\/Key>|\{\s{0,40}"Key"\s{0,4}:\s{0,4}"(?<json>[^"\n]{1,1100})")/

function readBlock(source: Source, start: number, end: number): PositionedDenial | undefined {
  const { cleaned } = source
  // The message of the error ends with its paragraph; what follows is another story.
  const text = cleaned.text.slice(start, end).split(/\n[ \t]*\n/, 1)[0] ?? ''
  const authentication = readAuthentication(text, start)
  if (authentication !== undefined) return positionFinding(source, authentication, start, end)
  const letters = lettersBetween(source.lettersOnly, start, start + text.length)
  if (OTHER_RULES.some(({ anchor }) => letters.includes(anchor))) {
    const window = cut(cleaned, start, start + text.length)
    const fields = readWindow(window, 0, OTHER_RULES)
    if (fields !== undefined) return positionMessage(source, fields, window, start, start, end)
  }
  // The address of another's storage may stand in front of what is read next.
  if (OTHER_CLOUDS.test(text)) return undefined
  // PHP: `CODE (client): MESSAGE - BODY` stands behind a cut copy of the body.
  const from = /[A-Z]\w{2,80} \((?:client|server)\): /.exec(text)?.index ?? 0
  const plain = readPlainDenial(text.slice(from), start + from)
  if (plain === undefined) return undefined
  const { xml, json } = KEY.exec(text)?.groups ?? {}
  const resourceText = xml ?? json
  const finding = resourceText === undefined ? plain : { ...plain, resourceText }
  return positionFinding(source, finding, start, end)
}
