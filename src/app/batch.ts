import { jsonText } from '#quote/json.ts'
import { memberAt, skipSpace } from '#iam/json-scan.ts'
import { UserError } from '../errors.ts'
import { refuseRepeatedKeys } from './repeated-keys.ts'

/** A line of the answer, as docs/json.md, "Batch" has it. */
export type BatchAnswer =
  | { readonly id: unknown; readonly result: unknown }
  | { readonly id: unknown; readonly line: number; readonly error: BatchFault }

export interface BatchFault {
  readonly code: string
  readonly message: string
  readonly hint: string
}

export type BatchLine = Readonly<Record<string, unknown>>

/** The result for one line; `raw` is its text, in which a key that stands twice is still seen. */
export type Answer = (line: BatchLine, raw: string) => unknown

/** The ends of a batch: where its lines go, and what is told besides. */
export interface BatchEnds {
  readonly write: (line: string) => void
  /** An error that is none of the user's making, for `--debug`. */
  readonly onBug: (error: unknown) => void
}

/**
 * Answers JSON Lines one by one, in their order; blank lines are skipped, and one bad line never stops the rest. True if
 * every line has a result.
 */
export async function runBatch(text: string, answer: Answer, ends: BatchEnds): Promise<boolean> {
  let isGood = true
  let number = 0
  for (const line of linesOf(text)) {
    number++
    if (line.trim() === '') continue
    const answered = await answerLine(line, number, answer, ends)
    if ('error' in answered) isGood = false
    ends.write(`${printed(answered, line)}\n`)
  }
  return isGood
}

/** The id as it was given: a number may be larger or finer than JavaScript's are. */
function printed({ id, ...rest }: BatchAnswer, line: string): string {
  const member = id === null || typeof id === 'string' ? undefined : memberAt(line, skipSpace(line, 0), 'id')
  const text = member === undefined ? jsonText(id) : line.slice(member.start, member.end).trim()
  return `{"id":${text},${jsonText(rest).slice(1)}`
}

/** Line by line, so that a large file is not held twice. */
function* linesOf(text: string): Generator<string> {
  for (let from = 0; from < text.length; ) {
    const found = text.indexOf('\n', from)
    const end = found < 0 ? text.length : found
    yield text.slice(from, end)
    from = end + 1
  }
}

async function answerLine(line: string, number: number, answer: Answer, { onBug }: BatchEnds): Promise<BatchAnswer> {
  const value = valueIn(line)
  if (value === undefined) {
    const hint = 'each line is one JSON object: see docs/json.md'
    return { id: null, line: number, error: { code: 'batch/not-json', message: 'the line is no JSON', hint } }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const error = {
      code: 'batch/not-an-object',
      message: 'the line is no JSON object',
      hint: 'write an object with an `id`',
    }
    return { id: null, line: number, error }
  }
  const id = Object.hasOwn(value, 'id') ? (value as BatchLine)['id'] : null
  try {
    refuseRepeatedKeys(line)
    return { id, result: await answer(value as BatchLine, line) }
  } catch (error) {
    if (!(error instanceof UserError)) onBug(error)
    return { id, line: number, error: faultOf(error) }
  }
}

/** The value of a line of JSON; undefined: it is none. What cannot begin one is not read: a fault of the parser takes a tenth of a millisecond. */
function valueIn(line: string): unknown {
  if (!BEGINNING.test(line)) return undefined
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const BEGINNING = /^[ \t\r]*(?:[{["\d]|-\d|true|false|null)/

function faultOf(error: unknown): BatchFault {
  if (error instanceof UserError) return { code: error.code, message: error.message, hint: error.hint }
  const reason = error instanceof Error ? error.message : String(error)
  return { code: 'internal/bug', message: `this is our fault: ${reason}`, hint: 'run it again with `--debug`' }
}

/** The one of several fields a line must have. */
export function fieldOf<K extends string>(line: BatchLine, names: readonly K[]): readonly [K, unknown] {
  const [first, second] = names.filter((name) => Object.hasOwn(line, name) && line[name] !== undefined)
  const all = names.map((name) => `\`${name}\``).join(' or ')
  if (first === undefined)
    throw new UserError('batch/missing-field', `the line has no ${all}`, `give ${all} besides the \`id\``)
  if (second !== undefined)
    throw new UserError('batch/missing-field', `the line has both \`${first}\` and \`${second}\``, 'give one of them')
  return [first, line[first]]
}

/** A field that is a text. */
export function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw new UserError('batch/missing-field', `\`${name}\` is no text`, `write \`${name}\` as a JSON string`)
}
