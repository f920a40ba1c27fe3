import { escaped } from './escaped.ts'
import { type Inline, parseInline, plainText } from './inline.ts'
import { layerRail } from './layer-rail.ts'
import { type Block, parseBlocks } from './markdown.ts'
import type { GuidePage } from './page.ts'
import { type Shell, SEARCH, shellHtml } from './shell.ts'
import { STALE_DAYS } from './sources.ts'
import { RAIL_LOOK } from './style.ts'

/** Where a link of a page leads in the HTML; undefined: nowhere, and its words stay. */
export type LinkTo = (href: string) => string | undefined

/** A page within its shell; `group`: the one it is listed in. */
export function pageHtml(page: GuidePage, group: string, linkTo: LinkTo, shell: Shell): string {
  const reviewed =
    page.reviewed === undefined
      ? ''
      : `<p class="meta">Last reviewed <time datetime="${page.reviewed}">${page.reviewed}</time>. A page that nobody reviewed for ${STALE_DAYS} days is due.</p>`
  const body = page.blocks.map((block) => blockHtml(block, linkTo)).join('\n')
  const rail = page.kind === 'layer' ? layerRail(page.topic, fileOf) : undefined
  const contents = page.blocks.flatMap((block) =>
    block.kind === 'heading' && block.level === 2
      ? [{ href: `#${slug(block.text)}`, words: plainText(block.text) }]
      : [],
  )
  return shellHtml(
    {
      title: page.title,
      href: fileOf(page.topic),
      body: `<p class="crumbs"><a href="index.html">Guides</a> › ${escaped(group)}</p>\n<h1>${inlineHtml(page.title, linkTo)}</h1>\n${reviewed}\n${rail ?? ''}${body}`,
      contents,
      ...(rail === undefined ? {} : { style: RAIL_LOOK }),
      command: `denytrace guide ${/ /.test(page.topic) ? `'${page.topic}'` : page.topic}`,
    },
    shell,
  )
}

/** Markdown as HTML; a link within the page leads there, and no other but to elsewhere. */
export const markdownHtml = (text: string): string =>
  parseBlocks(text)
    .map((block) => blockHtml(block, (href) => (href.startsWith('#') ? href : undefined)))
    .join('\n')

/** The page that lists all others, by group. */
export function indexHtml(
  groups: readonly (readonly [title: string, pages: readonly GuidePage[]])[],
  shell: Shell,
): string {
  const filled = groups.filter(([, pages]) => pages.length > 0)
  const lists = filled.map(([title, pages]) => `<h2 id="${slug(title)}">${escaped(title)}</h2>\n${listHtml(pages)}`)
  const contents = filled.map(([title]) => ({ href: `#${slug(title)}`, words: title }))
  const body = `<h1>Guides</h1>\n${lists.join('\n')}`
  return shellHtml({ title: 'Guides', href: 'index.html', body, contents, command: 'denytrace guide' }, shell)
}

/**
 * Page of the search as HTML: what was found; without a query all pages, so that it can be looked through where nobody
 * answers.
 */
export function searchHtml(
  query: string,
  found: readonly GuidePage[],
  all: readonly GuidePage[],
  shell: Shell,
): string {
  const isAsked = query.trim() !== ''
  const none = `<p>Nothing is called so or says so. Fewer words find more; <a href="index.html">all guides</a> are listed.</p>`
  const list = isAsked && found.length === 0 ? none : listHtml(isAsked ? found : all)
  const head = isAsked ? `${found.length} found for “${escaped(query)}”` : 'All pages'
  const title = isAsked ? 'Search' : 'All pages'
  return shellHtml({ title, href: SEARCH, body: `<h1>${head}</h1>\n${list}`, contents: [], query }, shell)
}

/** Lists that are longer stand in columns. */
const LONG = 12

const listHtml = (pages: readonly GuidePage[]): string =>
  `<ul${pages.length > LONG ? ' class="long"' : ''}>\n${pages.map((page) => `<li><a href="${escaped(fileOf(page.topic))}">${inlineHtml(page.title, () => undefined)}</a></li>`).join('\n')}\n</ul>`

/** `input/not-found` → `input-not-found.html`; a name has no blanks. */
export const fileOf = (topic: string): string => `${topic.replaceAll(/[/ ]/g, '-').toLowerCase()}.html`

function blockHtml(block: Block, linkTo: LinkTo): string {
  switch (block.kind) {
    case 'heading': {
      const level = Math.min(6, block.level)
      return `<h${level} id="${slug(block.text)}">${inlineHtml(block.text, linkTo)}</h${level}>`
    }
    case 'paragraph':
      return `<p>${inlineHtml(block.text, linkTo)}</p>`
    case 'list': {
      const name = block.ordered ? 'ol' : 'ul'
      return `<${name}>\n${block.items.map((item) => `<li>${inlineHtml(item, linkTo)}</li>`).join('\n')}\n</${name}>`
    }
    case 'code':
      // What scrolls is reached by keyboard (WCAG 2.1.1).
      return `<pre tabindex="0"><code>${escaped(block.text)}</code></pre>`
    case 'table':
      return tableHtml(block.head, block.rows, linkTo)
  }
}

function tableHtml(head: readonly string[], rows: readonly (readonly string[])[], linkTo: LinkTo): string {
  const cellHtml = (cell: string, isHead: boolean): string =>
    // A head that says nothing is none.
    isHead && cell !== '' ? `<th scope="col">${inlineHtml(cell, linkTo)}</th>` : `<td>${inlineHtml(cell, linkTo)}</td>`
  const row = (cells: readonly string[], isHead: boolean): string =>
    `<tr>${cells.map((cell) => cellHtml(cell, isHead)).join('')}</tr>`
  const body = rows.map((cells) => row(cells, false)).join('\n')
  return `<div class="table" tabindex="0">\n<table>\n<thead>${row(head, true)}</thead>\n<tbody>\n${body}\n</tbody>\n</table>\n</div>`
}

const inlineHtml = (text: string, linkTo: LinkTo): string =>
  parseInline(text)
    .map((inline) => oneHtml(inline, linkTo))
    .join('')

function oneHtml(inline: Inline, linkTo: LinkTo): string {
  if (inline.kind === 'text') return escaped(inline.text)
  if (inline.kind !== 'link')
    return inline.kind === 'code' ? `<code>${escaped(inline.text)}</code>` : `<strong>${escaped(inline.text)}</strong>`
  const href = inline.href.startsWith('https://') ? inline.href : linkTo(inline.href)
  return href === undefined ? escaped(inline.text) : `<a href="${escaped(href)}">${escaped(inline.text)}</a>`
}

/** The name of a heading in an address. */
export const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, '')
    .trim()
    .replaceAll(' ', '-')
