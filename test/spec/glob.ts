/**
 * A pattern as IAM means it: text, `*` (any run of characters), `?` (exactly one). R-RES-02, R-COND-10.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 * The obvious definition, by RegExp: this is an oracle for tests and never sees hostile input.
 */
import type { Truth } from '#iam/truth.ts'

/** `hole` stands for the value of a variable that is not known. */
export type Piece = { readonly text: string } | { readonly wild: '*' | '?' | 'hole' }

/** The pieces of a text in which `*` and `?` are wildcards. */
export const globPieces = (text: string): Piece[] =>
  text
    .replace(/\*+/g, '*') // two runs side by side are one run
    .split(/([*?])/)
    .filter((part) => part !== '')
    .map((part) => (part === '*' || part === '?' ? { wild: part } : { text: part }))

const quote = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

const source = (piece: Piece): string => {
  if ('text' in piece) return quote(piece.text)
  return piece.wild === '?' ? '.' : '.*'
}

/** Policies have few patterns and are asked often: a RegExp is made once. */
const made = new Map<string, RegExp>()

function regExpOf(pieces: readonly Piece[]): RegExp {
  const text = `^${pieces.map(source).join('')}$`
  const known = made.get(text) ?? new RegExp(text, 'su')
  if (made.size > 10_000) made.clear()
  made.set(text, known)
  return known
}

/** Unknown where some value of the holes would match; false where none would. */
export function matchPieces(pieces: readonly Piece[], value: string): Truth {
  const fits = regExpOf(pieces).test(value)
  const open = pieces.some((piece) => 'wild' in piece && piece.wild === 'hole')
  return fits && open ? 'unknown' : fits
}

export const matchGlob = (pattern: string, value: string): boolean => matchPieces(globPieces(pattern), value) === true

/** Cuts at the first five colons that stand in text, wherever that text came from. R-RES-01, R-COND-11. */
export function splitPieces(pieces: readonly Piece[]): Piece[][] {
  const parts: Piece[][] = [[]]
  for (const piece of pieces) {
    if ('wild' in piece) parts.at(-1)?.push(piece)
    else {
      const [first = '', ...more] = piece.text.split(':')
      const cut = more.slice(0, 6 - parts.length)
      const kept = more.slice(cut.length)
      const texts = [first, ...cut]
      const last = texts.length - 1
      texts[last] = [texts[last], ...kept].join(':')
      texts.forEach((text, i) => {
        if (i > 0) parts.push([])
        if (text !== '') parts.at(-1)?.push({ text })
      })
    }
  }
  return parts
}
