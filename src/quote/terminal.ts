import { codeOf, hex, withoutHidden } from './hidden.ts'

/**
 * A text for a terminal. Policies, logs and messages are written by others: a control character in one could move the cursor,
 * hide a line or set the window's title. Each is shown as its code; so is what reorders or hides what is read.
 */
export const safeText = (text: string): string => withoutHidden(text, shown)

/** A text for a terminal on one line: also behind `#` in a script, where a line end would end the comment. */
export const safeLine = (text: string): string => safeText(text.replaceAll('\r\n', ' ').replaceAll('\n', ' '))

function shown(character: string): string {
  if (character === '\t') return ' '
  const code = codeOf(character)
  if (code < 0x100) return `\\x${hex(code, 2)}`
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\u{${hex(code, 4)}}`
}
