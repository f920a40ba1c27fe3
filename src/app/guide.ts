import { fileOf, indexHtml, markdownHtml, pageHtml, searchHtml, slug } from '#guide/html.ts'
import { commandsOf, foldTopic, type GuidePage, isPage, type PageKind, parsePage, sectionsOf } from '#guide/page.ts'
import { searchPages } from '#guide/search.ts'
import { SEARCH, type Shell, shellHtml } from '#guide/shell.ts'
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

/** docs/json.md, as Markdown: what the fields of every answer mean. */
export const jsonPage = (): string => textsOf(TABLES).get('json.md') ?? ''

let rows: readonly GuideGroup[] | undefined

/** A page for every message of ours, every sentence of AWS's that is read, every finding on policies, and every rule. */
function rowGroups(): readonly GuideGroup[] {
  const tables = textsOf(TABLES)
  const sentences = textsOf(PAGES).get('aws-messages.md') ?? ''
  rows ??= [
    ['Messages of denytrace', tablePages(tables.get('messages.md') ?? '', { kind: 'message', file: '../messages.md' })],
    ["AWS's sentences", tablePages(sentences, { kind: 'message', file: 'aws-messages.md' })],
    ['Findings of lint', tablePages(tables.get('lint.md') ?? '', { kind: 'message', file: '../lint.md' })],
    ['Rules', tablePages(tables.get('rules.md') ?? '', { kind: 'rule', file: '../rules.md' })],
  ]
  return rows
}

const rowPages = (): readonly GuidePage[] => rowGroups().flatMap(([, pages]) => pages)

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

/** Groups of the site: the pages, and each row of the tables but the rules', which are read in their table. */
const siteGroups = (): readonly GuideGroup[] =>
  [...guideGroups(), ...rowGroups().filter(([title]) => title !== 'Rules')].filter(([, pages]) => pages.length > 0)

/** Pages of the service, for the head of each guide; `hasTool`: the service serves them. */
const TOOL = [
  { href: '/', words: 'Diagnose' },
  { href: '/ask', words: 'Ask' },
  { href: '/denials', words: 'Denials' },
  { href: '/docs', words: 'API' },
]

function shellOf(hasTool: boolean): Shell {
  const pages = guideGroups().filter(([, listed]) => listed.length > 0)
  const codes = rowGroups()
    .filter(([title]) => title !== 'Rules')
    .map(([title]) => ({ href: `index.html#${slug(title)}`, words: title }))
  return {
    tool: hasTool ? TOOL : [],
    groups: [
      ...pages.map(([title, listed]) => [title, listed.map(wayTo)] as const),
      ['Codes', [...codes, { href: SEARCH, words: 'All pages' }]] as const,
    ],
  }
}

/** A page by its name; what stands behind a colon explains it and is read there. */
const wayTo = ({ topic, title, kind }: GuidePage): Shell['groups'][number][1][number] => ({
  href: fileOf(topic),
  words: kind === 'adjacent' ? (title.split(': ')[0] ?? title) : title,
})

/** All pages as HTML, by file name, with an index; `hasTool`: within the service, to whose pages they lead. */
export function guideSite(hasTool = false): ReadonlyMap<string, string> {
  const shell = shellOf(hasTool)
  const groups = siteGroups()
  const topics = new Set(groups.flatMap(([, pages]) => pages.map(({ topic }) => topic)))
  const linkTo = (href: string): string | undefined => {
    const topic = /^([\w-]{1,60})\.md$/.exec(href.split('#')[0] ?? '')?.[1]
    return topic !== undefined && topics.has(topic) ? fileOf(topic) : undefined
  }
  return new Map([
    ['index.html', indexHtml(groups, shell)],
    [SEARCH, guideSearch('', hasTool)],
    ...groups.flatMap(([title, pages]) =>
      pages.map((page) => [fileOf(page.topic), pageHtml(page, title, linkTo, shell)] as const),
    ),
  ])
}

/** A page of the service that is no guide, and stands in their shell. */
export interface ServicePage {
  readonly title: string
  readonly href: string
  /** All of the page but its title. */
  readonly markdown: string
  /** Headings of the page, as they are listed at its side. */
  readonly groups: readonly (readonly [title: string, headings: readonly string[]])[]
  readonly command: string
}

export const servicePage = ({ title, href, markdown, groups, command }: ServicePage): string =>
  shellHtml(
    {
      title,
      href,
      body: `<h1>${title}</h1>\n${markdownHtml(markdown)}`,
      contents: groups.map(([heading]) => ({ href: `#${slug(heading)}`, words: heading })),
      command,
    },
    {
      tool: TOOL,
      root: '/guide/',
      groups: groups.map(([name, headings]) => [name, headings.map((words) => ({ href: `#${slug(words)}`, words }))]),
    },
  )

/** The page of what was found for a query. */
export function guideSearch(query: string, hasTool = false): string {
  const all = siteGroups().flatMap(([, pages]) => pages)
  return searchHtml(query, searchPages(all, query), all, shellOf(hasTool))
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
