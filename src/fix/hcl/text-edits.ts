import type { Range } from './syntax.ts'

/** Puts `text` where the range stands; an empty range is a place between two characters. */
export interface TextEdit extends Range {
  readonly text: string
}

/** The text with all edits made; they lie beside one another. At one place they stand in their order. */
export function withEdits(text: string, edits: readonly TextEdit[]): string {
  let result = ''
  let at = 0
  for (const edit of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    result += text.slice(at, edit.start) + edit.text
    at = Math.max(at, edit.end)
  }
  return result + text.slice(at)
}

/** Text edits with line ends as the line has them in which they are put, or the one before. */
export const withLineEnds = (text: string, edits: readonly TextEdit[]): readonly TextEdit[] =>
  text.includes('\r\n')
    ? edits.map((edit) => ({ ...edit, text: edit.text.replaceAll(/\r?\n/g, lineEndAt(text, edit.start)) }))
    : edits

function lineEndAt(text: string, offset: number): string {
  const next = text.indexOf('\n', offset)
  const end = next < 0 ? text.lastIndexOf('\n', offset) : next
  return text[end - 1] === '\r' ? '\r\n' : '\n'
}

/** Indentation of the line, up to its first letter. */
export function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  return /^[ \t]*/.exec(text.slice(start, start + 200))?.[0] ?? ''
}

const isFirstInLine = (text: string, offset: number): boolean =>
  text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).trim() === ''

/** Past spaces and comments, of which JSON has none. */
function pastTrivia(text: string, offset: number): number {
  let at = offset
  for (;;) {
    while (/\s/.test(text.charAt(at))) at++
    const isLine = text.startsWith('#', at) || text.startsWith('//', at)
    const end = isLine ? text.indexOf('\n', at) : text.startsWith('/*', at) ? text.indexOf('*/', at) + 2 : at
    if (end <= at) return at
    at = end
  }
}

/** The end of the line where nothing but a comment stands before it; else the same place. */
function pastComment(text: string, offset: number): number {
  const end = text.indexOf('\n', offset)
  const rest = text.slice(offset, end < 0 ? text.length : end)
  return /^[ \t\r]*(?:#|\/\/|$)/.test(rest) ? offset + rest.trimEnd().length : offset
}

/**
 * Puts texts behind the last of several items, each in a line of its own where those that stand there have one. Comments
 * stay with the item they stand behind. Commas stand between all, or as they did.
 */
export function appendedAfter(
  text: string,
  opening: number,
  items: readonly Range[],
  write: readonly ((indent: string) => string)[],
  commas: 'between' | 'as before',
): readonly TextEdit[] {
  const [first] = items
  const last = items.at(-1)
  if (first === undefined || last === undefined || write.length === 0) return []
  const next = pastTrivia(text, last.end)
  const comma = text.charAt(next) === ',' ? next : undefined
  const hasLines = text.slice(opening, first.start).includes('\n')
  const indent = indentAt(text, first.start)
  if (!hasLines) {
    const all = write.map((writeItem) => `, ${writeItem(indent)}`).join('')
    return [{ start: last.end, end: last.end, text: all }]
  }
  const parted = commas === 'between' || comma !== undefined
  const trailing = comma !== undefined
  const place = pastComment(text, comma === undefined ? last.end : comma + 1)
  const lines = write.map(
    (writeItem, i) => `\n${indent}${writeItem(indent)}${parted && (trailing || i < write.length - 1) ? ',' : ''}`,
  )
  return [
    ...(parted && comma === undefined ? [{ start: last.end, end: last.end, text: ',' }] : []),
    { start: place, end: place, text: lines.join('') },
  ]
}

/** Takes items out, with their commas and the lines they leave empty. */
export function takenOut(text: string, items: readonly Range[], gone: readonly number[]): readonly TextEdit[] {
  const edits = gone.flatMap((i): TextEdit[] => {
    const item = items[i]
    return item === undefined ? [] : [withLine(text, item)]
  })
  const lastKept = items.findLastIndex((_, i) => !gone.includes(i))
  const kept = items[lastKept]
  const lastHadComma = text.charAt(pastTrivia(text, items.at(-1)?.end ?? 0)) === ','
  if (kept === undefined || lastKept === items.length - 1 || lastHadComma) return edits
  // The comma behind the one that is last now.
  const comma = pastTrivia(text, kept.end)
  return text.charAt(comma) === ',' ? [...edits, { start: comma, end: comma + 1, text: '' }] : edits
}

/** The range with its comma; with its lines where nothing else stands in them. */
export function withLine(text: string, { start, end }: Range): TextEdit {
  const next = pastTrivia(text, end)
  const behind = text.charAt(next) === ',' ? next + 1 : end
  const rest = pastComment(text, behind)
  const isWhole = isFirstInLine(text, start) && /^[ \t\r]*(?:\n|$)/.test(text.slice(rest, rest + 200))
  if (!isWhole) {
    const spaces = /^[ \t]*/.exec(text.slice(behind, behind + 200))?.[0].length ?? 0
    return { start, end: behind + (behind === end ? 0 : spaces), text: '' }
  }
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const lineEnd = text.indexOf('\n', rest)
  return { start: lineStart, end: lineEnd < 0 ? text.length : lineEnd + 1, text: '' }
}
