import { type Block, parseBlocks } from './markdown.ts'
import { parseInline } from './inline.ts'

export type PageKind =
  | 'guide'
  | 'compare'
  | 'playbook'
  | 'layer'
  | 'adjacent'
  | 'reference'
  | 'about'
  | 'message'
  | 'rule'

/** A page of the reference library (docs/guide). */
export interface GuidePage {
  readonly topic: string
  readonly title: string
  readonly kind: PageKind
  /** Other names it is asked for by: error codes as they are printed. */
  readonly also: readonly string[]
  /** The day on which somebody last held every sentence of it against its sources; undefined: made from a table. */
  readonly reviewed: string | undefined
  /** All but the title and the paragraph below it. */
  readonly blocks: readonly Block[]
}

/** `For … Topic … Last reviewed …`, the paragraph below the title. */
const HEADER =
  /^(?:For [^\n]{1,200}\. )?Topic `([\w-]{1,60})`, an? (\w{1,20})\. Last reviewed (\d{4}-\d\d-\d\d)\.(?: Also (.{1,600})\.)?$/

const KINDS: readonly string[] = ['guide', 'compare', 'playbook', 'layer', 'adjacent', 'reference', 'about']
const isKind = (text: string): text is PageKind => KINDS.includes(text)

/** Reads a page; a sentence where it has not the form of one. */
export function parsePage(text: string): GuidePage | string {
  const [title, header, ...blocks] = parseBlocks(text)
  if (title?.kind !== 'heading' || title.level !== 1) return 'the page does not begin with its title'
  if (header?.kind !== 'paragraph') return 'the page has no line with topic and date'
  const [, topic, kind, reviewed, also] = HEADER.exec(header.text) ?? []
  if (topic === undefined || kind === undefined || !isKind(kind)) return 'the line with topic and date has another form'
  return {
    topic,
    title: title.text,
    kind,
    reviewed,
    also: parseInline(also ?? '').flatMap((inline) => (inline.kind === 'code' ? [inline.text] : [])),
    blocks,
  }
}

export const isPage = (read: GuidePage | string): read is GuidePage => typeof read !== 'string'

export interface Section {
  readonly heading: string
  readonly level: number
  readonly blocks: readonly Block[]
}

/** The blocks by heading; what stands before the first one has an empty heading. */
export function sectionsOf(page: GuidePage): readonly Section[] {
  const sections: { heading: string; level: number; blocks: Block[] }[] = []
  for (const block of page.blocks)
    if (block.kind === 'heading') sections.push({ heading: block.text, level: block.level, blocks: [] })
    else if (sections.length === 0) sections.push({ heading: '', level: 0, blocks: [block] })
    else sections.at(-1)?.blocks.push(block)
  return sections
}

/** The commands that a page shows, as typed. */
export const commandsOf = (page: GuidePage): readonly string[] =>
  page.blocks.flatMap((block) =>
    block.kind === 'code' && (block.language === 'console' || block.language === 'sh')
      ? commandLines(block.text, block.language)
      : [],
  )

function commandLines(text: string, language: string): readonly string[] {
  const lines = text.replaceAll(/\\\n\s*/g, '').split('\n')
  if (language === 'sh') return lines.filter((line) => line !== '' && !line.startsWith('#'))
  return lines.filter((line) => line.startsWith('$ ')).map((line) => line.slice(2))
}

/** The name under which a topic is looked up: `ExpiredToken`, `expired-token` and `Expired Token` are one. */
export const foldTopic = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9/*]/g, '')
