import { type Edit, type MappedText, rewrite } from './mapped-text.ts'

/** Soft line breaks that make a text without a mail header a mail's body. */
const ENOUGH = 2
const HEADER = 'quoted-printable'
/** A mail's header stands at its beginning. */
const HEADER_REACH = 20_000

/**
 * Undoes a mail's transfer encoding: `=3D` and the soft line break, `=` at the end of a line.
 * https://www.rfc-editor.org/rfc/rfc2045#section-6.7
 */
export function dequote(source: MappedText): MappedText {
  const { text } = source
  if (!text.includes('=\n') && !text.includes('=\r\n') && !text.includes('=3D')) return source
  const edits: Edit[] = []
  let breaks = 0
  let codes = 0
  for (let i = text.indexOf('='); i >= 0; i = text.indexOf('=', i)) {
    const soft = /^=[ \t]{0,8}\r?\n/.exec(text.slice(i, i + 12))?.[0].length ?? 0
    const run = soft > 0 ? '' : (/^(?:=[0-9A-F]{2}){1,16}/.exec(text.slice(i, i + 48))?.[0] ?? '')
    const insert = run === '' ? '' : bytes(run)
    if (soft > 0) breaks++
    else if (run !== '') codes++
    const length = soft > 0 ? soft : insert === '' ? 0 : run.length
    if (length > 0) edits.push({ from: i, to: i + length, insert })
    i += Math.max(1, length)
  }
  const isMail = text.slice(0, HEADER_REACH).toLowerCase().includes(HEADER)
  return isMail || (breaks >= ENOUGH && codes > 0) ? rewrite(source, edits) : source
}

/** The UTF-8 behind `=C3=A9`; nothing where the bytes are none. */
function bytes(run: string): string {
  try {
    return decodeURIComponent(run.replaceAll('=', '%'))
  } catch {
    return ''
  }
}
