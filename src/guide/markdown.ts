/** The part of Markdown that the pages of docs/guide are written in; https://spec.commonmark.org, and tables as code hosts have them. */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }

/** Blocks in order. Text inside them is left as written: inline.ts reads it. */
export function parseBlocks(text: string): readonly Block[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n')
  const blocks: Block[] = []
  let at = 0
  while (at < lines.length) {
    const line = lines[at] ?? ''
    if (line.trim() === '') at++
    else {
      const [block, next] = blockAt(lines, at)
      blocks.push(block)
      at = next
    }
  }
  return blocks
}

const MARK = /^(?:- |\d{1,3}\. )/

function blockAt(lines: readonly string[], at: number): readonly [Block, number] {
  const line = lines[at] ?? ''
  if (line.startsWith('```')) return codeAt(lines, at)
  const heading = /^(#{1,6}) (.+)$/.exec(line)
  if (heading !== null)
    return [{ kind: 'heading', level: heading[1]?.length ?? 1, text: heading[2]?.trim() ?? '' }, at + 1]
  if (line.startsWith('|')) return tableAt(lines, at)
  if (MARK.test(line)) return listAt(lines, at)
  let end = at + 1
  while (end < lines.length && !startsBlock(lines[end] ?? '')) end++
  return [{ kind: 'paragraph', text: joined(lines.slice(at, end)) }, end]
}

const startsBlock = (line: string): boolean =>
  line.trim() === '' || line.startsWith('```') || line.startsWith('|') || /^#{1,6} /.test(line) || MARK.test(line)

const joined = (lines: readonly string[]): string => lines.map((line) => line.trim()).join(' ')

function codeAt(lines: readonly string[], at: number): readonly [Block, number] {
  const language = (lines[at] ?? '').slice(3).trim()
  let end = at + 1
  while (end < lines.length && !(lines[end] ?? '').startsWith('```')) end++
  return [{ kind: 'code', language, text: lines.slice(at + 1, end).join('\n') }, end + 1]
}

/** An item goes on where the next line is indented. */
function listAt(lines: readonly string[], at: number): readonly [Block, number] {
  const ordered = !(lines[at] ?? '').startsWith('- ')
  const items: string[][] = []
  let end = at
  for (; end < lines.length; end++) {
    const line = lines[end] ?? ''
    const mark = MARK.exec(line)?.[0]
    if (mark !== undefined && mark.startsWith('- ') !== ordered) items.push([line.slice(mark.length)])
    else if (line.startsWith('  ') && line.trim() !== '') items.at(-1)?.push(line)
    else break
  }
  return [{ kind: 'list', ordered, items: items.map(joined) }, end]
}

function tableAt(lines: readonly string[], at: number): readonly [Block, number] {
  let end = at
  while (end < lines.length && (lines[end] ?? '').startsWith('|')) end++
  const [head = [], , ...rows] = lines.slice(at, end).map(cellsOf)
  return [{ kind: 'table', head, rows }, end]
}

/** A bar behind a backslash belongs to the text. */
function cellsOf(line: string): readonly string[] {
  const cells: string[] = []
  let cell = ''
  const row = line.trim().slice(1)
  for (let i = 0; i < row.length; i++) {
    const character = row.charAt(i)
    if (character === '\\' && row.charAt(i + 1) === '|') {
      cell += '|'
      i++
    } else if (character === '|') {
      cells.push(cell.trim())
      cell = ''
    } else cell += character
  }
  return cells
}
