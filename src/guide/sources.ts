import { parseInline } from './inline.ts'
import type { Block } from './markdown.ts'
import { type GuidePage, sectionsOf } from './page.ts'

export interface Source {
  readonly title: string
  readonly url: string
  /** The day, or month, in which it was last read for this page; `null`: it was not opened. */
  readonly read: string | null
  /** How much of it was read. */
  readonly extent: 'whole' | 'excerpts' | 'none'
}

export const REFERENCES = 'Official references'
/** Sections that point and claim nothing. */
const POINTING: readonly string[] = [REFERENCES, 'See also']

/** Who may be cited: whoever makes the thing, or the standard. */
const OFFICIAL: readonly string[] = [
  'https://docs.aws.amazon.com/',
  'https://docs.cloud.google.com/',
  'https://developer.mozilla.org/',
  'https://fetch.spec.whatwg.org/',
  'https://kubernetes.io/docs/',
  'https://www.rfc-editor.org/',
]

export const isOfficial = (url: string): boolean => OFFICIAL.some((start) => url.startsWith(start))

/** `, read 2026-11-24`, `, excerpts read 2026-11` or `, not opened` at the end of a reference. */
const READ = /, (?:(excerpts )?read (\d{4}-\d\d(?:-\d\d)?)|not opened)$/

/** The links of a page's list of references, with the day each was read and how much of it. */
export function sourcesOf(page: GuidePage): readonly Source[] {
  const section = sectionsOf(page).find(({ heading }) => heading === REFERENCES)
  const items = section?.blocks.flatMap((block) => (block.kind === 'list' ? block.items : [])) ?? []
  return items.flatMap((item) => {
    const link = parseInline(item).find((inline) => inline.kind === 'link')
    const said = READ.exec(item)
    if (link?.kind !== 'link' || said === null) return []
    const [, excerpts, read = null] = said
    const extent = read === null ? 'none' : excerpts === undefined ? 'whole' : 'excerpts'
    return [{ title: link.text, url: link.href, read, extent } as const]
  })
}

/** Links to the outside in what the page says, without the list at its end. */
export const citedIn = (page: GuidePage): readonly string[] =>
  sectionsOf(page)
    .filter(({ heading }) => !POINTING.includes(heading))
    .flatMap(({ blocks }) => blocks.flatMap(textsOf))
    .flatMap(linksIn)
    .filter((href) => href.startsWith('https:'))

const linksIn = (text: string): readonly string[] =>
  parseInline(text).flatMap((inline) => (inline.kind === 'link' ? [inline.href] : []))

/** Every piece of a block that can claim something. */
function textsOf(block: Block): readonly string[] {
  if (block.kind === 'paragraph') return [block.text]
  if (block.kind === 'list') return block.items
  return block.kind === 'table' ? block.rows.map((row) => row.join(' ')) : []
}

/** Claims of a page without a source and without a command that shows it. */
export function unsupported(page: GuidePage): readonly string[] {
  if (page.kind === 'about') return []
  return sectionsOf(page)
    .filter(({ heading }) => !POINTING.includes(heading))
    .flatMap(({ blocks }) => blocks.flatMap((block, i) => unsupportedIn(block, blocks[i + 1])))
}

function unsupportedIn(block: Block, next: Block | undefined): readonly string[] {
  const isShown = next?.kind === 'code' && (next.language === 'console' || next.language === 'sh')
  // A command behind a list shows its last item only.
  const texts = textsOf(block)
  return texts.filter((text, i) => !isSupported(text) && !(isShown && i === texts.length - 1))
}

const isSupported = (text: string): boolean =>
  linksIn(text).some(isOfficial) ||
  parseInline(text).some((inline) => inline.kind === 'code' && /^(?:npx )?denytrace /.test(inline.text))

/** A page is stale when so many days have passed since somebody last reviewed it. */
export const STALE_DAYS = 180

/** Whole days from one day to another, both `YYYY-MM-DD`. */
export const daysBetween = (from: string, to: string): number =>
  Math.floor((Date.parse(to) - Date.parse(from)) / (24 * 60 * 60 * 1000))

export const isStale = (page: GuidePage, today: string): boolean =>
  page.reviewed !== undefined && daysBetween(page.reviewed, today) > STALE_DAYS
