import { plainText } from './inline.ts'
import { type Block, parseBlocks } from './markdown.ts'
import type { GuidePage, PageKind } from './page.ts'

/** Use of a table's row: its first cell is the topic, the others are told under the heads of their columns. */
export interface TableUse {
  readonly kind: PageKind
  /** The page that has the table, as a link from docs/guide. */
  readonly file: string
}

/** A short page for every row of the tables of a page of Markdown whose first cell is a code, an id or a name of few words. */
export function tablePages(text: string, { kind, file }: TableUse): readonly GuidePage[] {
  return parseBlocks(text).flatMap((block) =>
    block.kind === 'table' ? block.rows.flatMap((row) => rowPage(block.head, row, kind, file)) : [],
  )
}

function rowPage(head: readonly string[], row: readonly string[], kind: PageKind, file: string): readonly GuidePage[] {
  const topic = plainText(row[0] ?? '')
  if (!/^[\w/ -]{2,80}$/.test(topic)) return []
  const blocks = head.slice(1).flatMap((column, i): readonly Block[] => {
    const cell = row[i + 1] ?? ''
    return cell === ''
      ? []
      : [
          { kind: 'heading', level: 2, text: column },
          { kind: 'paragraph', text: cell },
        ]
  })
  const from: Block = { kind: 'paragraph', text: `A row of [${file.replace('../', 'docs/')}](${file}).` }
  return [{ topic, title: topic, kind, also: [], reviewed: undefined, blocks: [...blocks, from] }]
}
