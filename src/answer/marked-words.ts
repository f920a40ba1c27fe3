/** A piece of a sentence and what it is, so that each form of output can set it in its own way. */
export interface MarkedWord {
  readonly text: string
  /** Left out: plain text. */
  readonly is?: 'code' | 'layer' | 'value' | 'statement'
  /** What decides. */
  readonly isKey?: true
  /** File and line of a statement. */
  readonly place?: string
}

export type MarkedWords = readonly MarkedWord[]

export const text = (words: string): MarkedWord => ({ text: words })
export const code = (words: string): MarkedWord => ({ text: words, is: 'code' })
export const keyText = (words: string): MarkedWord => ({ text: words, isKey: true })
export const layer = (words: string): MarkedWord => ({ text: words, is: 'layer' })

/** A value of a policy or request; a long one is clipped. */
export const value = (words: string): MarkedWord => ({ text: clipped(words), is: 'value' })
export const keyValue = (words: string): MarkedWord => ({ text: clipped(words), is: 'value', isKey: true })

const LONGEST = 80
const clipped = (words: string): string => (words.length > LONGEST ? `${words.slice(0, LONGEST - 1)}…` : words)

/** The sentence alone. */
export const plainText = (words: MarkedWords): string => words.map((word) => word.text).join('')

/** The sentence, with the file and line behind each statement. */
export const textWithPlaces = (words: MarkedWords): string =>
  words.map((word) => (word.place === undefined ? word.text : `${word.text} (${word.place})`)).join('')
