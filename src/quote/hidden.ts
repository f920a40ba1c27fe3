/**
 * Characters that a reader does not see, or that move what is read: C0 but for the line end, C1, marks of direction, tags
 * (U+E0000 to U+E007F), variation selectors, fillers, joiners, line and paragraph separators, and halves of surrogate pairs.
 * Unicode's Cc, Cs, Zl, Zp and Default_Ignorable_Code_Point: https://www.unicode.org/reports/tr44/
 */
// As properties, for the lists of them grow.
const HIDDEN = /[^\P{Cc}\n]|[\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\p{Cs}\ufff9-\ufffb]/gu

/** The text with every hidden character written by `write`. A line end is none: who quotes says what becomes of it. */
export const withoutHidden = (text: string, write: (character: string) => string): string => text.replace(HIDDEN, write)

/** Whether one character is hidden. */
export const isHidden = (character: string): boolean => withoutHidden(character, () => '') === ''

/** The number of a character: of a pair of surrogates the one that both stand for. */
export const codeOf = (character: string): number => character.codePointAt(0) ?? 0

/** A number in hexadecimal of at least so many digits. */
export const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0')

/** Reason why a file or an argument cannot hold a text: NUL, or half of a surrogate pair. Undefined: it can. */
export function unwritable(text: string): string | undefined {
  if (text.includes('\0')) return 'it holds a NUL (U+0000)'
  const half = /\p{Surrogate}/u.exec(text)
  return half === null ? undefined : `it holds half of a character (U+${hex(codeOf(half[0]), 4).toUpperCase()})`
}

/** The first reason in a value: of its texts and of its keys. */
export function unwritableIn(value: unknown): string | undefined {
  if (typeof value === 'string') return unwritable(value)
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, one] of Object.entries(value)) {
    const found = unwritable(key) ?? unwritableIn(one)
    if (found !== undefined) return found
  }
  return undefined
}
