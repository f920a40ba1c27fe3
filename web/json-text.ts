import type { Node, ParseError, ParseOptions } from 'jsonc-parser'
import { jsoncReader } from './jsonc.ts'

/** Lines of a JSON text by pointer: `/Statement/0/Resource` → first and last line, from 0. */
export type Places = ReadonlyMap<string, readonly [first: number, last: number]>

/** Spans of the values of a JSON text by pointer, in characters from the first of the value's key to behind its last. */
export type Spans = ReadonlyMap<string, readonly [from: number, to: number]>

/** Problem that keeps a text from being JSON: where, and in words. */
export interface JsonProblem {
  readonly from: number
  readonly to: number
  /** From 0. */
  readonly line: number
  readonly words: string
}

/** Deeper than any policy; what is deeper has no lines of its own. */
const MAX_DEPTH = 64

const STRICT: ParseOptions = { disallowComments: true, allowTrailingComma: false }

/** Undefined where the text is no JSON. */
function treeOf(text: string): Node | undefined {
  const errors: ParseError[] = []
  try {
    const tree = jsoncReader().parseTree(text, errors, STRICT)
    return errors.length === 0 ? tree : undefined
  } catch {
    // Nested deeper than the stack of the reader, or the reader did not load.
    return undefined
  }
}

/** Where each value stands, its key included. Undefined where the text is no JSON. */
export function jsonSpans(text: string): Spans | undefined {
  const tree = treeOf(text)
  if (tree === undefined) return undefined
  const spans = new Map<string, readonly [number, number]>()
  const left: [node: Node, pointer: string, from: number, depth: number][] = [[tree, '', tree.offset, 0]]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [node, pointer, from, depth] = next
    spans.set(pointer, [from, node.offset + node.length])
    if (depth === MAX_DEPTH) continue
    node.children?.forEach((child, i) => {
      const [key, value] = child.type === 'property' ? (child.children ?? []) : [undefined, child]
      if (value === undefined) return
      const step = key === undefined ? String(i) : String(key.value).replaceAll('~', '~0').replaceAll('/', '~1')
      left.push([value, `${pointer}/${step}`, (key ?? value).offset, depth + 1])
    })
  }
  return spans
}

/** The lines of each value, its key included. Undefined where the text is no JSON. */
export function jsonPlaces(text: string): Places | undefined {
  const spans = jsonSpans(text)
  if (spans === undefined) return undefined
  const lineOf = linesOf(text)
  return new Map([...spans].map(([pointer, [from, to]]) => [pointer, [lineOf(from), lineOf(to)]]))
}

/** The line of a place in characters, both from 0. */
function linesOf(text: string): (at: number) => number {
  const ends: number[] = []
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) ends.push(at)
  return (at) => {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ends[middle] ?? 0) < at) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** The first thing that keeps a text from being JSON; undefined: it is JSON. */
export function jsonProblem(text: string): JsonProblem | undefined {
  const errors: ParseError[] = []
  try {
    jsoncReader().parseTree(text, errors, STRICT)
  } catch {
    return { from: 0, to: text.length, line: 0, words: 'it cannot be read: it may be nested too deeply' }
  }
  const [first] = errors
  if (first === undefined) return undefined
  const { error, offset, length } = first
  return {
    from: offset,
    to: offset + length,
    line: linesOf(text)(offset),
    words: WORDS[jsoncReader().printParseErrorCode(error)] ?? 'it cannot be read',
  }
}

const WORDS: Readonly<Record<string, string>> = {
  InvalidSymbol: 'this is no value: a text stands in double quotes',
  InvalidNumberFormat: 'this is no number',
  PropertyNameExpected: 'a name in double quotes is expected; behind the last one stands no comma',
  ValueExpected: 'a value is expected; behind the last one stands no comma',
  ColonExpected: 'a colon is missing',
  CommaExpected: 'a comma is missing',
  CloseBraceExpected: 'a `}` is missing',
  CloseBracketExpected: 'a `]` is missing',
  EndOfFileExpected: 'something stands behind the end',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfComment: 'JSON has no comments',
  UnexpectedEndOfString: 'a text is not closed: a `"` is missing',
  UnexpectedEndOfNumber: 'this is no number',
  InvalidUnicode: 'after `\\u` stand four digits of base 16',
  InvalidEscapeCharacter: 'a `\\` is written `\\\\`',
  InvalidCharacter: 'a line break or tab in a text is written `\\n` or `\\t`',
}
