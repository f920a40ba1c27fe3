import { escaped } from './escaped.ts'
import { STYLE } from './style.ts'

/** A way to a page: its address, and its words as text. */
export interface Way {
  readonly href: string
  readonly words: string
}

/** Shell that stands around every page of the library. */
export interface Shell {
  /** Groups of pages, as they are listed at the side. */
  readonly groups: readonly (readonly [title: string, ways: readonly Way[]])[]
  /** Other pages of the tool that serves them; of pages that were written to files there are none. */
  readonly tool: readonly Way[]
  /** What stands before the addresses of the library's pages, for a page that stands elsewhere: `/guide/`. */
  readonly root?: string
}

/** Page within the shell. */
export interface Shelled {
  readonly title: string
  /** Its own address, which is marked where it is listed. */
  readonly href: string
  /** HTML of the page, its heading included. */
  readonly body: string
  /** The headings of the page. */
  readonly contents: readonly Way[]
  /** How it is read in a terminal. */
  readonly command?: string
  /** What was searched for. */
  readonly query?: string
  /** CSS that this page needs besides. */
  readonly style?: string
}

export const SEARCH = 'search.html'

const LOGO =
  '<svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="7" fill="var(--brand)"/><path d="M7 9h18M7 16h11M7 23h6" stroke="var(--on-brand)" stroke-width="3" stroke-linecap="round"/><circle cx="23" cy="21" r="4.5" fill="none" stroke="var(--brand-mark)" stroke-width="2.5"/><path d="M20 24l6-6" stroke="var(--brand-mark)" stroke-width="2.5"/></svg>'

/** What pages of the service load besides: without an icon that is named, browsers ask for one that is not there. */
const FROM_SERVICE = '\n<link rel="icon" href="/icon.svg" type="image/svg+xml">\n<script src="/guide.js"></script>'

/** A document of its own, without anything from elsewhere; within the service with a script that copies examples. */
export function shellHtml(page: Shelled, { groups, tool, root = '' }: Shell): string {
  const { title, href, body, contents, command, query = '', style = '' } = page
  // Files in a folder have no service behind them.
  const scripted = tool.length > 0
  const home = tool[0]?.href ?? 'index.html'
  const guides = { href: `${root}index.html`, words: 'Guides' }
  const current = tool.find((way) => way.href === href) ?? guides
  // As on the page of the service: what describes its API comes last.
  const ways = [...tool.slice(0, -1), guides, ...tool.slice(-1)]
  const main = ways.map((way) => link(way, way === current ? ' aria-current="true"' : '')).join('')
  const lists = groups.map(
    ([name, ways]) =>
      `<h2>${escaped(name)}</h2>\n<ul>\n${ways.map((way) => `<li>${link(way, way.href === href ? ' aria-current="page"' : '')}</li>`).join('\n')}\n</ul>`,
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; ${scripted ? "script-src 'self'; img-src 'self'; " : ''}style-src 'unsafe-inline'; form-action 'self'">
<title>${escaped(title.replaceAll('`', ''))} · denytrace</title>
<style>${STYLE}${style}</style>${scripted ? FROM_SERVICE : ''}
</head>
<body>
<a class="skip" href="#content">Skip to the page</a>
<header class="top">
<a class="brand" href="${escaped(home)}">${LOGO}denytrace</a>
<nav aria-label="Pages">${main}</nav>
<form role="search" action="${root}${SEARCH}" method="get"><label class="vh" for="q">Search guides, layers, codes</label><input id="q" type="search" name="q" maxlength="200" placeholder="Search guides, layers, codes" value="${escaped(query)}"><button>Search</button></form>
</header>
<div class="g3">
<main id="content" tabindex="-1">
${body}
</main>
<nav class="gn" aria-label="Guides">
${lists.join('\n')}
</nav>
<aside class="toc" aria-label="On this page">
${tocHtml(contents, command)}
</aside>
</div>
</body>
</html>
`
}

const link = ({ href, words }: Way, more = ''): string =>
  `<a href="${escaped(href)}"${more}>${escaped(words.replaceAll('`', ''))}</a>`

function tocHtml(contents: readonly Way[], command: string | undefined): string {
  const list =
    contents.length < 2
      ? ''
      : `<h2>On this page</h2>\n<ul>\n${contents.map((way) => `<li>${link(way)}</li>`).join('\n')}\n</ul>`
  const told = command === undefined ? '' : `<p>In a terminal:<br><code>${escaped(command)}</code></p>`
  return `<nav aria-label="Contents">\n${list}\n${told}\n</nav>`
}
