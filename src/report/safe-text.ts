/**
 * Policies, logs and messages are written by others: a control character in one could move the cursor, hide a line or set
 * the window's title. Each is shown as its code; bidirectional controls, which reorder what is read, too.
 */
export function safeText(text: string): string {
  return text.replace(UNSAFE, escaped)
}

/** The same on one line. */
export const safeLine = (text: string): string => safeText(text.replaceAll('\r\n', ' ').replaceAll('\n', ' '))

const UNSAFE =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g

function escaped(character: string): string {
  if (character === '\t') return ' '
  const code = character.charCodeAt(0)
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}
