import { safeLine } from './terminal.ts'

/** What the names of AWS are made of. Anything else could be read as words of a sentence. */
const PLAIN_NAME = /^[\w+=,.@:/*?$-]*$/
/** Longer texts are documents and messages, which are in quotes wherever they are printed. */
const MAX_NAME = 4000
const MAX_NAMES = 5000

/**
 * The text with names that others wrote in quotes, where they are not already: a reader cannot take for our words what is
 * in a name. Plain names stay as they are.
 */
export function quotedNames(text: string, names: Iterable<string>): string {
  let pieces: readonly Piece[] = [{ text, isName: false }]
  for (const name of distinct(names)) if (text.includes(name)) pieces = split(pieces, name)
  let quote = ''
  return pieces
    .map((piece) => {
      if (!piece.isName) {
        quote = quoteAtEnd(piece.text, quote)
        return piece.text
      }
      return quote === '' ? JSON.stringify(piece.text) : piece.text
    })
    .join('')
}

interface Piece {
  readonly text: string
  readonly isName: boolean
}

/** The names, and the parts of ARNs and paths that are printed alone; the longest first, so that no name is cut by another. */
function distinct(names: Iterable<string>): readonly string[] {
  const found = new Set<string>()
  for (const name of names) {
    if (found.size >= MAX_NAMES) break
    if (PLAIN_NAME.test(name) || name.length > MAX_NAME) continue
    const shown = safeLine(name)
    found.add(shown)
    for (let at = 0; at < shown.length; at++)
      if ((shown[at] === '/' || shown[at] === ':') && found.size < MAX_NAMES) found.add(shown.slice(at + 1))
    for (const part of shown.split('/')) found.add(part)
  }
  return [...found].filter((name) => !PLAIN_NAME.test(name.trim())).toSorted((a, b) => b.length - a.length)
}

const split = (pieces: readonly Piece[], name: string): readonly Piece[] =>
  pieces.flatMap((piece) =>
    piece.isName
      ? [piece]
      : piece.text
          .split(name)
          .flatMap((text, i) => [...(i === 0 ? [] : [{ text: name, isName: true }]), { text, isName: false }]),
  )

/** The quote that is open at the end of the text; none is open over the end of a line. An apostrophe within a word is none. */
function quoteAtEnd(text: string, open: string): string {
  let quote = open
  for (const [at, character] of [...text].entries()) {
    if (character === '\n') quote = ''
    else if (quote !== '') quote = character === quote ? '' : quote
    else if (character === '"' || character === '`') quote = character
    else if (character === "'" && (at === 0 || /[\s=(]/.test(text[at - 1] ?? ' '))) quote = character
  }
  return quote
}
