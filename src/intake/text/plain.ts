/**
 * The usual sentence as AWS writes it, in one line: nothing in it is an escape, an entity, a mark-up, a comment's or a log's
 * sign, or a seam of literals, so cleaning would leave it as it is. Most messages of records are such.
 */
export function isPlain(text: string): boolean {
  if (last?.text !== text) last = { text, isPlain: looksPlain(text) }
  return last.isPlain
}

/** The last text: it is asked for more than once. */
let last: { readonly text: string; readonly isPlain: boolean } | undefined

const looksPlain = (text: string): boolean =>
  text.length <= LONGEST && text.startsWith(OPENING) && PLAIN.test(text) && !SIGNS.some((sign) => text.includes(sign))

/** Mark-up, and blanks of which one would stay. */
const SIGNS = ['**', '__', '  '] as const

const OPENING = 'User: '

/** CloudTrail cuts a message at 1 KB. */
const LONGEST = 2048

/** Printable ASCII without `&`, `+`, `=`, `[`, `\`, the back-tick and `|`; no blank at the end. */
const PLAIN = /^[ -%'-*,-<>-Z\]-_a-{}~]{1,2048}(?<! )$/
