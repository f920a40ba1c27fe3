import { covers } from '../glob.ts'

/** A text with the part that decides between its two ends. */
export interface Marked {
  readonly before: string
  readonly mark: string
  readonly after: string
}

const whole = (text: string): Marked => ({ before: text, mark: '', after: '' })

const SEPARATORS = ':/-._'

/** `arn`, `:`, `aws`, `:` … */
function tokensOf(text: string): readonly string[] {
  const tokens: string[] = []
  let word = ''
  for (const letter of text) {
    if (!SEPARATORS.includes(letter)) word += letter
    else {
      if (word !== '') tokens.push(word)
      tokens.push(letter)
      word = ''
    }
  }
  return word === '' ? tokens : [...tokens, word]
}

/** Longer texts are not told apart by their parts. */
const MAX_LENGTH = 2048

/** The first part in which a pattern and the value of a request differ, in both; undefined where none can be told. */
export function difference(
  pattern: string,
  value: string,
): { readonly pattern: Marked; readonly value: Marked } | undefined {
  if (pattern.length > MAX_LENGTH || value.length > MAX_LENGTH) return undefined
  const [one, other] = [tokensOf(pattern), tokensOf(value)]
  const at = one.findIndex((token, i) => other[i] === undefined || !(token === other[i] || covers(token, other[i])))
  const open = one.findIndex((token) => token === '*')
  if (at < 0) {
    // The pattern is at its end and the value goes on.
    if (one.length >= other.length || open >= 0) return undefined
    return { pattern: { ...whole(pattern), mark: ' ' }, value: cut(other, one.length, other.length) }
  }
  // A star takes any number of parts: what stands behind it is not compared part by part.
  if (open >= 0 && open < at) return undefined
  return { pattern: cut(one, at, at + 1), value: cut(other, at, at + 1) }
}

const cut = (tokens: readonly string[], from: number, to: number): Marked => ({
  before: tokens.slice(0, from).join(''),
  mark: tokens.slice(from, to).join(''),
  after: tokens.slice(to).join(''),
})
