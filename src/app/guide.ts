import { fileOf, indexHtml, pageHtml } from '#guide/html.ts'
import { commandsOf, foldTopic, type GuidePage, isPage, type PageKind, parsePage, sectionsOf } from '#guide/page.ts'
import { isStale, type Source, sourcesOf } from '#guide/sources.ts'
import { tablePages } from '#guide/table-pages.ts'
import { TOPIC_NAMES } from '#guide/topics.ts'
import { UserError } from '../errors.ts'
import { shippedTexts, writeTexts } from './files.ts'

/** Beside the program in a build; in the repository the pages themselves. */
const PAGES = [new URL('../data/guide/', import.meta.url), new URL('../../docs/guide/', import.meta.url)]
const TABLES = [new URL('../data/tables/', import.meta.url), new URL('../../docs/', import.meta.url)]

const textsOf = (places: readonly URL[]): ReadonlyMap<string, string> => {
  for (const place of places) {
    const found = shippedTexts(place)
    if (found !== undefined) return found
  }
  throw new Error('the pages of the guide are not beside the program')
}

let read: readonly GuidePage[] | undefined

/** Every page with a file of its own, in the order in which they are listed. */
export function guidePages(): readonly GuidePage[] {
  read ??= [...textsOf(PAGES)]
    .map(([name, text]) => {
      const page = parsePage(text)
      if (!isPage(page)) throw new Error(`docs/guide/${name}: ${page}`)
      return page
    })
    .toSorted((a, b) => TOPIC_NAMES.indexOf(a.topic) - TOPIC_NAMES.indexOf(b.topic))
  return read
}

let rows: readonly GuidePage[] | undefined

/** A page for every message of ours, every sentence of AWS's that is read, every finding on policies, and every rule. */
function rowPages(): readonly GuidePage[] {
  const tables = textsOf(TABLES)
  rows ??= [
    ...tablePages(tables.get('messages.md') ?? '', { kind: 'message', file: '../messages.md' }),
    ...tablePages(textsOf(PAGES).get('aws-messages.md') ?? '', { kind: 'message', file: 'aws-messages.md' }),
    ...tablePages(tables.get('lint.md') ?? '', { kind: 'message', file: '../lint.md' }),
    ...tablePages(tables.get('rules.md') ?? '', { kind: 'rule', file: '../rules.md' }),
  ]
  return rows
}

/** The page of a topic: its name, an error code as it is printed, a message code, a rule. */
export function findGuide(
  topic: string,
  nearest: (name: string, known: readonly string[]) => string | undefined,
): GuidePage {
  const wanted = foldTopic(topic)
  const isAskedFor = (page: GuidePage): boolean => [page.topic, ...page.also].some((name) => foldTopic(name) === wanted)
  const found = guidePages().find(isAskedFor) ?? rowPages().find(isAskedFor)
  if (found !== undefined && wanted !== '') return found
  const names = [...guidePages(), ...rowPages()].flatMap((page) => [page.topic, ...page.also])
  const near = nearest(topic, names)
  throw new UserError(
    'usage/unknown-topic',
    `there is no guide on \`${topic}\``,
    near === undefined ? '`denytrace guide` lists them' : `did you mean \`${near}\`?`,
  )
}

const GROUPS: readonly (readonly [title: string, kind: PageKind])[] = [
  ['Guides', 'guide'],
  ['Compared', 'compare'],
  ['Playbooks', 'playbook'],
  ['Policy layers', 'layer'],
  ['What looks like a denial and is something else', 'adjacent'],
  ['Reference', 'reference'],
  ['About', 'about'],
]

export type GuideGroup = readonly [title: string, pages: readonly GuidePage[]]

export const guideGroups = (): readonly GuideGroup[] =>
  GROUPS.map(([title, kind]) => [title, guidePages().filter((page) => page.kind === kind)])

/** The pages that nobody reviewed for long; `today` as `YYYY-MM-DD`. */
export const staleGuides = (today: string): readonly GuidePage[] => guidePages().filter((page) => isStale(page, today))

/** A page as HTML; its links to other pages lead to their files. */
export function guideHtml(page: GuidePage): string {
  const topics = new Set([...guidePages(), ...rowPages()].map(({ topic }) => topic))
  return pageHtml(page, (href) => {
    const topic = /^([\w-]{1,60})\.md$/.exec(href.split('#')[0] ?? '')?.[1]
    return topic !== undefined && topics.has(topic) ? fileOf(topic) : undefined
  })
}

/** All pages as HTML, by file name, with an index. */
export function guideSite(): ReadonlyMap<string, string> {
  const messages: GuideGroup = ['Messages', rowPages().filter(({ kind }) => kind === 'message')]
  const pages = [...guidePages(), ...messages[1]]
  return new Map([
    ['index.html', indexHtml([...guideGroups(), messages])],
    ...pages.map((page) => [fileOf(page.topic), guideHtml(page)] as const),
  ])
}

/** Writes the site and gives the number of files. */
export function writeGuideSite(folder: string): number {
  const site = guideSite()
  writeTexts(folder, site)
  return site.size
}

export interface GuideResult {
  readonly schemaVersion: 1
  readonly topic: string
  readonly title: string
  readonly kind: PageKind
  readonly also: readonly string[]
  readonly reviewed: string | null
  readonly stale: boolean
  readonly sections: readonly { readonly heading: string; readonly level: number; readonly text: string }[]
  readonly commands: readonly string[]
  readonly sources: readonly Source[]
}

/** A page as a value (docs/json.md); the text of a section is Markdown. */
export const guideResult = (page: GuidePage, today: string): GuideResult => ({
  schemaVersion: 1,
  topic: page.topic,
  title: page.title,
  kind: page.kind,
  also: page.also,
  reviewed: page.reviewed ?? null,
  stale: isStale(page, today),
  sections: sectionsOf(page).map(({ heading, level, blocks }) => ({
    heading,
    level,
    text: blocks.map(blockMarkdown).join('\n\n'),
  })),
  commands: commandsOf(page),
  sources: sourcesOf(page),
})

/** A page as Markdown, with the addresses of its sources in it. */
export const guideMarkdown = (page: GuidePage): string =>
  [
    `# ${page.title}`,
    ...(page.reviewed === undefined ? [] : [`Last reviewed ${page.reviewed}.`]),
    ...page.blocks.map(blockMarkdown),
  ]
    .join('\n\n')
    .concat('\n')

function blockMarkdown(block: GuidePage['blocks'][number]): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${block.text}`
    case 'paragraph':
      return block.text
    case 'list':
      return block.items.map((item, i) => `${block.ordered ? `${i + 1}.` : '-'} ${item}`).join('\n')
    case 'code':
      return `\`\`\`${block.language}\n${block.text}\n\`\`\``
    case 'table':
      return [block.head, block.head.map(() => '---'), ...block.rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
  }
}
