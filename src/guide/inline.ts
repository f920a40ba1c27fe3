/** Text inside a block: words, code, strong words, links. */
export type Inline =
  | { readonly kind: 'text' | 'code' | 'strong'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }

/** Inline elements of a text of Markdown, read in a pass from left to right; a mark that is not closed is text. */
export function parseInline(text: string): readonly Inline[] {
  const found: Inline[] = []
  let plain = ''
  const flush = (): void => {
    if (plain !== '') found.push({ kind: 'text', text: plain })
    plain = ''
  }
  for (let at = 0; at < text.length; ) {
    const read = markAt(text, at)
    if (read === undefined) plain += text.charAt(at++)
    else {
      flush()
      found.push(read.inline)
      at = read.end
    }
  }
  flush()
  return found
}

interface Read {
  readonly inline: Inline
  readonly end: number
}

function markAt(text: string, at: number): Read | undefined {
  if (text.charAt(at) === '`') return between(text, at, '`', 'code')
  if (text.startsWith('**', at)) return between(text, at, '**', 'strong')
  return text.charAt(at) === '[' ? linkAt(text, at) : undefined
}

function between(text: string, at: number, mark: string, kind: 'code' | 'strong'): Read | undefined {
  const start = at + mark.length
  const end = text.indexOf(mark, start)
  return end <= start ? undefined : { inline: { kind, text: text.slice(start, end) }, end: end + mark.length }
}

function linkAt(text: string, at: number): Read | undefined {
  const close = text.indexOf('](', at)
  const end = close < 0 ? -1 : text.indexOf(')', close)
  if (end < 0) return undefined
  const words = text.slice(at + 1, close)
  if (words.includes('[')) return undefined
  return { inline: { kind: 'link', text: words.replaceAll('`', ''), href: text.slice(close + 2, end) }, end: end + 1 }
}

/** The text of a line of Markdown without its marks. */
export const plainText = (text: string): string =>
  parseInline(text)
    .map((inline) => inline.text)
    .join('')
