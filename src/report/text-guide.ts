import { type Inline, parseInline, plainText } from '#guide/inline.ts'
import type { Block } from '#guide/markdown.ts'
import type { GuidePage } from '#guide/page.ts'
import { block, type Page, paint } from './page.ts'

/** A page of the library for a terminal. Links to the outside become numbers, with the addresses at the end. */
export function guideText(guide: GuidePage, page: Page): string {
  const links: string[] = []
  const body = guide.blocks.flatMap((block) => blockLines(block, links, page))
  const reviewed = guide.reviewed === undefined ? [] : [paint(page, 'dim', `Last reviewed ${guide.reviewed}`)]
  const addresses = links.map((href, i) => `[${i + 1}] ${href}`)
  const lines = [
    paint(page, 'bold', plainText(guide.title)),
    ...reviewed,
    '',
    ...body,
    ...(addresses.length === 0 ? [] : [...addresses, '']),
  ]
  while (lines.at(-1) === '') lines.pop()
  return `${lines.join('\n')}\n`
}

/** All topics, by group. */
export function guideListText(
  groups: readonly (readonly [title: string, pages: readonly GuidePage[]])[],
  page: Page,
): string {
  const shown = groups.filter(([, pages]) => pages.length > 0)
  const width = Math.max(...shown.flatMap(([, pages]) => pages.map(({ topic }) => topic.length))) + 4
  const lines = shown.flatMap(([title, pages]) => [
    paint(page, 'bold', title),
    ...pages.flatMap((guidePage) => block(page, `  ${guidePage.topic}`, width, plainText(guidePage.title))),
    '',
  ])
  return `${lines.join('\n')}\nAlso: every error code of denytrace (\`denytrace guide input/not-found\`), every message of AWS's that is read, every finding on policies (\`denytrace guide 'Missing version'\`), every rule.\n`
}

function blockLines(guideBlock: Block, links: string[], page: Page): string[] {
  switch (guideBlock.kind) {
    case 'heading':
      return [
        paint(
          page,
          'bold',
          guideBlock.level > 2 ? plainText(guideBlock.text) : plainText(guideBlock.text).toUpperCase(),
        ),
        '',
      ]
    case 'paragraph':
      return [...block(page, '', 0, inlineText(guideBlock.text, links)), '']
    case 'list':
      return [
        ...guideBlock.items.flatMap((item, i) => {
          const mark = guideBlock.ordered ? `${i + 1}.` : '-'
          return block(page, `${mark} `, mark.length + 1, inlineText(item, links))
        }),
        '',
      ]
    case 'code':
      return [...guideBlock.text.split('\n').map((line) => `    ${line}`.trimEnd()), '']
    case 'table':
      return guideBlock.rows.flatMap((row) => rowLines(guideBlock.head, row, links, page))
  }
}

/** A row as a small list: a table would not fit beside ARNs. */
function rowLines(head: readonly string[], row: readonly string[], links: string[], page: Page): string[] {
  const [first = '', ...rest] = row
  const width = Math.max(0, ...head.slice(1).map((name) => plainText(name).length)) + 3
  const cells = rest.flatMap((cell, i) =>
    cell === '' ? [] : block(page, `  ${plainText(head[i + 1] ?? '')}`, width + 2, inlineText(cell, links)),
  )
  return [...block(page, '', 0, inlineText(first, links)), ...cells, '']
}

const inlineText = (text: string, links: string[]): string =>
  parseInline(text)
    .map((inline) => oneText(inline, links))
    .join('')

function oneText(inline: Inline, links: string[]): string {
  if (inline.kind === 'code') return `\`${inline.text}\``
  if (inline.kind !== 'link') return inline.text
  if (!inline.href.startsWith('https://')) return `${inline.text}${whereIn(inline)}`
  if (!links.includes(inline.href)) links.push(inline.href)
  return `${inline.text} [${links.indexOf(inline.href) + 1}]`
}

/** A link to another page of the library is a command; one to another page of the documentation is its path. */
function whereIn({ text, href }: Extract<Inline, { kind: 'link' }>): string {
  const topic = /^([\w-]{1,60})\.md$/.exec(href.split('#')[0] ?? '')?.[1]
  if (topic !== undefined) return ` (denytrace guide ${topic})`
  const path = href.startsWith('../../') ? href.slice(6) : href.startsWith('../') ? `docs/${href.slice(3)}` : href
  return path === text ? '' : ` (${path})`
}
