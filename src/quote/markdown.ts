import { safeLine } from './terminal.ts'

/** Names and ARNs are written by others: nothing in them may become a heading, a link or HTML. */
export const plain = (text: string): string => safeLine(text).replace(/[\\`*_{}[\]<>|#~&@]/g, (sign) => `\\${sign}`)

/** A backtick cannot be escaped within a code span. */
export const code = (text: string): string => `\`${safeLine(text).replaceAll('`', "'").replaceAll('|', '\\|')}\``
