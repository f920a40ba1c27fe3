import { type Inline, parseInline } from './inline.ts'
import type { Block } from './markdown.ts'
import type { GuidePage } from './page.ts'
import { STALE_DAYS } from './sources.ts'

/** Where a link of a page leads in the HTML; undefined: nowhere, and its words stay. */
export type LinkTo = (href: string) => string | undefined

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff;overflow-wrap:anywhere}
h1,h2,h3{line-height:1.2}h2{margin-top:2rem;border-bottom:1px solid #d0d7de}a{color:#0550ae}
code{font:0.9em ui-monospace,monospace;background:#eff2f5;padding:0.1em 0.3em;border-radius:4px;overflow-wrap:anywhere}
pre{background:#eff2f5;padding:1rem;overflow:auto;border-radius:6px}pre code{background:none;padding:0}
.table{overflow:auto}table{border-collapse:collapse}th,td{min-width:5rem;overflow-wrap:break-word;border:1px solid #d0d7de;padding:0.3rem 0.6rem;text-align:left;vertical-align:top}
.meta{color:#57606a}
@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}a{color:#79b8ff}code,pre{background:#1f2630}
h2,th,td{border-color:#3d444d}.meta{color:#9198a1}}`

/** A page as a document of its own, without script and without anything from elsewhere. */
export function pageHtml(page: GuidePage, linkTo: LinkTo): string {
  const reviewed =
    page.reviewed === undefined
      ? ''
      : `<p class="meta">Last reviewed <time datetime="${page.reviewed}">${page.reviewed}</time>. A page that nobody reviewed for ${STALE_DAYS} days is due.</p>`
  const body = page.blocks.map((block) => blockHtml(block, linkTo)).join('\n')
  return document(
    page.title,
    `<p><a href="index.html">All guides</a></p>\n<h1>${inlineHtml(page.title, linkTo)}</h1>\n${reviewed}\n${body}`,
  )
}

/** The page that lists all others, by group. */
export function indexHtml(groups: readonly (readonly [title: string, pages: readonly GuidePage[]])[]): string {
  const lists = groups
    .filter(([, pages]) => pages.length > 0)
    .map(([title, pages]) => {
      const items = pages.map(
        (page) => `<li><a href="${escaped(fileOf(page.topic))}">${inlineHtml(page.title, () => undefined)}</a></li>`,
      )
      return `<h2>${escaped(title)}</h2>\n<ul>\n${items.join('\n')}\n</ul>`
    })
  return document('denytrace guides', `<h1>Guides</h1>\n${lists.join('\n')}`)
}

/** `input/not-found` → `input-not-found.html`. */
export const fileOf = (topic: string): string => `${topic.replaceAll('/', '-').toLowerCase()}.html`

const document = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title.replaceAll('`', ''))}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`

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

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, '')
    .trim()
    .replaceAll(' ', '-')

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
