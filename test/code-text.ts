/**
 * Source text as the walls need it: with comments blanked, and with what stands in quotes blanked too, so that a word in
 * a comment or a message is no sin. Line breaks stay. A scanner and not a parser: the compiler's API is gone (ADR 0012).
 */
export interface CodeText {
  /** Comments blanked, strings kept: where the imports are read. */
  readonly withStrings: string
  /** What stands inside quotes, templates and regular expressions blanked too: where words of the language are sought. */
  readonly bare: string
}

const QUOTES = new Set(["'", '"', '`'])
/** A `/` behind one of these begins a regular expression; behind anything else it divides. */
const BEFORE_REGEXP = new Set([...'(,=:[!&|?{};+-*%<>~^', ''])
const WORD_BEFORE_REGEXP = /\b(?:return|typeof|case|in|of|delete|void|throw|new|else|do|yield|await)$/

export function codeText(source: string): CodeText {
  const chars = source.split('') // UTF-16 units, so that offsets into both texts are the same
  const strings = [...chars]
  const bare = [...chars]
  /** Depth of braces at which a `${` of a template was opened. */
  const templates: number[] = []
  let depth = 0
  let at = 0

  const blank = (from: number, to: number, target: string[]): void => {
    for (let i = from; i < to && i < chars.length; i++) if (chars[i] !== '\n') target[i] = ' '
  }
  /** Reads a quoted text that began before `from`; returns where it ends, or where its `${` opens. */
  const readQuoted = (from: number, quote: string): number => {
    for (let i = from; i < chars.length; i++) {
      if (chars[i] === '\\') i++
      else if (chars[i] === quote) return i + 1
      else if (quote === '`' && chars[i] === '$' && chars[i + 1] === '{') {
        templates.push(depth++)
        return i + 2
      }
    }
    return chars.length
  }
  const readRegExp = (from: number): number => {
    let inClass = false
    for (let i = from; i < chars.length && chars[i] !== '\n'; i++) {
      if (chars[i] === '\\') i++
      else if (chars[i] === '[') inClass = true
      else if (chars[i] === ']') inClass = false
      else if (chars[i] === '/' && !inClass) return i + 1
    }
    return chars.length
  }
  const beginsRegExp = (): boolean => {
    const before = bare
      .slice(Math.max(0, at - 200), at)
      .join('')
      .trimEnd()
    return BEFORE_REGEXP.has(before.at(-1) ?? '') || WORD_BEFORE_REGEXP.test(before)
  }

  while (at < chars.length) {
    const char = chars[at] ?? ''
    let end = at + 1
    if (char === '/' && (chars[at + 1] === '/' || chars[at + 1] === '*')) {
      const close = chars[at + 1] === '/' ? indexIn(chars, '\n', at) : indexIn(chars, '*/', at + 2) + 2
      end = Math.min(close, chars.length)
      blank(at, end, strings)
      blank(at, end, bare)
    } else if (QUOTES.has(char)) {
      end = readQuoted(at + 1, char)
      blank(at + 1, end - 1, bare)
    } else if (char === '/' && beginsRegExp()) {
      end = readRegExp(at + 1)
      blank(at + 1, end, bare)
    } else if (char === '{') depth++
    else if (char === '}') {
      depth--
      if (templates.at(-1) === depth) {
        templates.pop()
        end = readQuoted(at + 1, '`')
        blank(at, end - 1, bare)
      }
    }
    at = end
  }
  return { withStrings: strings.join(''), bare: bare.join('') }
}

/** Where `text` next stands, in characters; the end where it does not. */
function indexIn(chars: readonly string[], text: string, from: number): number {
  const wanted = text.split('')
  for (let i = from; i < chars.length; i++) if (wanted.every((c, j) => chars[i + j] === c)) return i
  return chars.length
}
