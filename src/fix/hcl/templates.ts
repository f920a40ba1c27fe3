import { HclFault, type Reader } from './reader.ts'
import type { Expression, Range, TemplatePart } from './syntax.ts'

/** Readers of what stands between `${` and `}`, or between `%{` and `}`; they read the closing brace, too. */
export interface Inner {
  readonly value: (reader: Reader) => Expression
  readonly directive: (reader: Reader) => void
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' }

/** Text that nothing in it ends or changes. */
const PLAIN_QUOTED = /[^"\\$%\n]+/y
const PLAIN_LINE = /[^$%\n]+/y

const next = (reader: Reader): string => reader.text.charAt(reader.at++)

/** A text in quotes; the reader stands behind the first. https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#template-expressions */
export function quoted(reader: Reader, inner: Inner): readonly TemplatePart[] {
  const parts = new Parts()
  const start = reader.at
  for (;;) {
    const char = reader.text.charAt(reader.at)
    if (reader.done || char === '\n') throw new HclFault('a text has no end', start)
    if (reader.take('"')) return parts.all()
    if (char === '\\') parts.add(escaped(reader))
    else if (!templated(reader, parts, inner)) parts.add(reader.run(PLAIN_QUOTED) ?? next(reader))
  }
}

function escaped(reader: Reader): string {
  const char = reader.text.charAt(reader.at + 1)
  const length = char === 'u' ? 4 : char === 'U' ? 8 : 0
  const known = Object.hasOwn(ESCAPES, char) ? ESCAPES[char] : undefined
  const digits = reader.text.slice(reader.at + 2, reader.at + 2 + length)
  const code = /^[0-9A-Fa-f]{4,8}$/.test(digits) && digits.length === length ? Number.parseInt(digits, 16) : undefined
  const value = known ?? (length > 0 && code !== undefined && code <= 0x10ffff ? String.fromCodePoint(code) : undefined)
  if (value === undefined) throw new HclFault('an escape is not known', reader.at)
  reader.at += 2 + length
  return value
}

/** `${…}`, `%{…}` and what stands for the signs themselves. */
function templated(reader: Reader, parts: Parts, inner: Inner): boolean {
  const start = reader.at
  for (const sign of ['$', '%'] as const) {
    if (reader.take(`${sign}${sign}{`)) {
      parts.add(`${sign}{`)
      return true
    }
  }
  if (reader.take('%{')) {
    // A directive decides what of the text is there at all.
    inner.directive(reader)
    parts.put({ kind: 'open', start, end: reader.at })
    return true
  }
  if (!reader.take('${')) return false
  parts.put({ ...inner.value(reader), start, end: reader.at })
  return true
}

/** A text without marks around it, to its end. */
export function bare(reader: Reader, inner: Inner): readonly TemplatePart[] {
  const parts = new Parts()
  while (!reader.done) if (!templated(reader, parts, inner)) parts.add(reader.run(PLAIN_LINE) ?? next(reader))
  return parts.all()
}

/** Lines up to the marker; the reader stands behind `<<`. */
export function heredoc(
  reader: Reader,
  inner: Inner,
): { readonly parts: readonly TemplatePart[]; readonly body: Range } {
  const start = reader.at
  reader.take('-')
  const marker = reader.name()
  if (marker === undefined) throw new HclFault('a heredoc has no marker', start)
  reader.take('\r')
  reader.expect('\n')
  const body = reader.at
  const parts = new Parts()
  for (;;) {
    if (reader.done) throw new HclFault('a heredoc has no end', start)
    const lineStart = reader.at
    const lineEnd = endOfLine(reader)
    if (reader.text.slice(lineStart, lineEnd).trim() === marker) {
      reader.at = lineStart + reader.text.slice(lineStart, lineEnd).trimEnd().length
      return { parts: parts.all(), body: { start: body, end: lineStart } }
    }
    let end = lineEnd
    while (reader.at < end) {
      if (!templated(reader, parts, inner)) parts.add(reader.run(PLAIN_LINE) ?? next(reader))
      // What is put in may go over several lines.
      else if (reader.at > end) end = endOfLine(reader)
    }
    if (reader.take('\n')) parts.add('\n')
  }
}

function endOfLine({ text, at }: Reader): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}

/** Puts neighbouring characters together. */
class Parts {
  private readonly found: TemplatePart[] = []
  private text: string[] = []

  add(text: string): void {
    this.text.push(text)
  }

  put(part: Expression): void {
    this.flush()
    this.found.push(part)
  }

  private flush(): void {
    if (this.text.length > 0) this.found.push(this.text.join(''))
    this.text = []
  }

  all(): readonly TemplatePart[] {
    this.flush()
    return this.found
  }
}
