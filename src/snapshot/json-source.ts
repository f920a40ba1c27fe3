import { type Node, parse, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import { duplicateKeyAt, type Member, skipSpace } from '#iam/json-scan.ts'

/** A JSON file as read: its value, and its text for citing lines. */
export interface JsonSource {
  readonly file: string
  readonly text: string
  readonly value: unknown
  /** Offset of the outermost value. */
  readonly start: number
  /** 1-based line of an offset. */
  readonly lineOf: (offset: number) => number
}

export interface Unreadable {
  readonly file: string
  readonly text: string
  readonly problem: string
}

export function readJson(file: string, text: string): JsonSource | Unreadable {
  if (text.trim() === '') return { file, text, problem: 'the file is empty or could not be opened' }
  try {
    const value: unknown = JSON.parse(text)
    return { file, text, value, start: skipSpace(text, 0), lineOf: lineCounter(text) }
  } catch {
    return { file, text, problem: syntaxProblem(text) }
  }
}

export const isReadable = (read: JsonSource | Unreadable): read is JsonSource => !('problem' in read)

/** Newlines are looked up only when the first line is asked for, then searched by halves. */
export function lineCounter(text: string): (offset: number) => number {
  let starts: number[] | undefined
  return (offset) => {
    starts ??= lineStarts(text)
    let low = 0
    let high = starts.length
    while (low + 1 < high) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** jsonc-parser recurses; a text nested deeper than any policy or AWS output is not handed to it. */
const MAX_DEPTH = 200

function tooDeep(text: string): boolean {
  let depth = 0
  for (const char of text) {
    if (char === '{' || char === '[') depth++
    else if (char === '}' || char === ']') depth--
    if (depth > MAX_DEPTH) return true
  }
  return false
}

function syntaxProblem(text: string): string {
  if (tooDeep(text)) return 'no valid JSON'
  const errors: ParseError[] = []
  parseTree(text, errors)
  const [first] = errors
  return first === undefined
    ? 'no valid JSON'
    : `no valid JSON: ${inWords(printParseErrorCode(first.error))} at line ${lineCounter(text)(first.offset)}`
}

/** The package's names, such as `CloseBraceExpected`, as words. */
const inWords = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).trim()

/** The value of JSON with comments and commas at the end of lists, as people keep policies; undefined where it is none. */
export function commentedJson(text: string): unknown {
  if (tooDeep(text)) return undefined
  const errors: ParseError[] = []
  const value: unknown = parse(text, errors, { allowTrailingComma: true })
  return errors.length === 0 ? value : undefined
}

/** Text recovered from a broken file: that of a string field at its top. */
export function recoverField(text: string, name: string): string | undefined {
  if (tooDeep(text)) return undefined
  const root: Node | undefined = parseTree(text)
  for (const property of root?.children ?? []) {
    const [key, value] = property.children ?? []
    if (key?.value === name && value?.type === 'string') return String(value.value)
  }
  return undefined
}

/**
 * Whether the text is just how a JSON writer prints its value, as collected files are. Then no key stands twice in it: the
 * value has none twice. The comparison is native, where reading every character takes milliseconds at the start.
 */
export function isAsPrinted({ text, value }: JsonSource): boolean {
  const second = text.indexOf('\n') + 1
  const indent = second === 0 ? 0 : skipSpace(text, second) - second
  try {
    return indent <= 8 && JSON.stringify(value, null, indent) === text.trim()
  } catch {
    // Nested too deep to be printed.
    return false
  }
}

/** The sentence for a key that stands twice in the value at `at`; readers differ in which of the two they keep. */
export function duplicateProblem(source: JsonSource, at: number): string | undefined {
  const duplicate = duplicateKeyAt(source.text, at)
  return duplicate && `key \`${duplicate.key}\` stands twice in one object, line ${source.lineOf(duplicate.offset)}`
}

/** A key that stands twice in one object: what it says is ambiguous (R-GRAM-06). */
export function repeatedKey(members: readonly Member[]): string | undefined {
  const seen = new Set<string | number>()
  for (const { key } of members) {
    if (seen.has(key)) return String(key)
    seen.add(key)
  }
  return undefined
}
