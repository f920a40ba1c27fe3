/** Which statements of the layers speak of what a reader typed, and where in their lines. */
import type { Decision, LayerVerdict, StatementVerdict } from '#http/wire.ts'
import { covers } from '../glob.ts'
import { jsonPlaces } from '../json-text.ts'

/** What was typed, in small letters: a statement is found that has each word. */
export type Words = readonly string[]

export const wordsOf = (typed: string): Words =>
  [...new Set(typed.toLowerCase().split(/\s+/))].filter((one) => one !== '')

/** What a statement can be found by. */
export interface Findable {
  readonly statement: StatementVerdict
  /** Its name, its policy, its level and its text, in small letters. */
  readonly text: string
  /** What it lists. */
  readonly values: readonly Value[]
}

/** A text between quotes that is no key, and the key that it stands under. */
interface Value {
  readonly from: number
  readonly text: string
  readonly under: string
}

/** `textOf`: the document that an entry's statement is of, where it is at hand. */
export function findablesOf(
  { layers }: Decision,
  textOf: (entry: LayerVerdict, statement: StatementVerdict) => string | undefined,
): readonly Findable[] {
  const lines = new Map<string, readonly [lines: readonly string[], places: ReturnType<typeof jsonPlaces>]>()
  const linesOf = (text: string, pointer: string): readonly string[] => {
    const read = lines.get(text) ?? [text.split('\n'), jsonPlaces(text)]
    lines.set(text, read)
    const [all, places] = read
    const [first, last] = places?.get(pointer) ?? [0, -1]
    return all.slice(first, last + 1)
  }
  return layers.flatMap((entry) =>
    entry.statements.map((statement) => {
      const document = textOf(entry, statement)
      const own = document === undefined ? [] : linesOf(document, statement.pointer)
      const { sid = `statement ${statement.index + 1}`, policy, effect } = statement
      return {
        statement,
        text: [effect, sid, policy, entry.where ?? '', ...own].join('\n').toLowerCase(),
        values: valuesIn(own).flat(),
      }
    }),
  )
}

/** The statements that have each word, or list a pattern that covers it: `s3:putobject` finds `s3:Put*` too. */
export const foundIn = (all: readonly Findable[], words: Words): ReadonlySet<StatementVerdict> =>
  new Set(
    all
      .filter(({ text, values }) =>
        words.every((word) => text.includes(word) || values.some((value) => speaksOf(value, word))),
      )
      .map(({ statement }) => statement),
  )

/** Pieces of a line, in turn, and whether each was looked for. */
export type Pieces = readonly (readonly [text: string, isFound: boolean])[]

/** The lines of a statement in pieces, what was looked for marked: the words, and the patterns that cover them. */
export function piecesOf(lines: readonly string[], words: Words): readonly Pieces[] {
  const values = valuesIn(lines)
  return lines.map((line, i) => {
    const marked = new Uint8Array(line.length)
    const small = line.toLowerCase()
    for (const word of words) {
      for (let at = small.indexOf(word); at >= 0; at = small.indexOf(word, at + word.length))
        marked.fill(1, at, at + word.length)
      for (const value of values[i] ?? [])
        if (speaksOf(value, word)) marked.fill(1, value.from, value.from + value.text.length)
    }
    return cut(line, marked)
  })
}

function cut(line: string, marked: Uint8Array): Pieces {
  const pieces: [string, boolean][] = []
  let from = 0
  for (let at = 1; at <= line.length; at++)
    if (at === line.length || marked[at] !== marked[from]) {
      pieces.push([line.slice(from, at), marked[from] === 1])
      from = at
    }
  return pieces
}

/** The values of each line. What has quotes within it, as few conditions have, is more than one. */
function valuesIn(lines: readonly string[]): readonly (readonly Value[])[] {
  let under = ''
  return lines.map((line) => {
    const values: Value[] = []
    const parts = line.split('"')
    let from = 0
    parts.forEach((text, i) => {
      const isKey = parts[i + 1]?.trimStart().startsWith(':') === true
      if (i % 2 === 1 && isKey) under = text.toLowerCase()
      else if (i % 2 === 1) values.push({ from, text, under })
      from += text.length + 1
    })
    return values
  })
}

/** An action is held against the patterns of actions, an ARN against all others; `*` as a resource speaks of no action. */
function speaksOf({ text, under }: Value, word: string): boolean {
  if (!word.includes(':') || !(text.includes('*') || text.includes('?'))) return false
  return word.startsWith('arn:') !== /^(?:not)?action$/.test(under) && covers(text, word)
}
