import assert from 'node:assert/strict'
import { test } from 'node:test'
import { escaped } from './escaped.ts'
import { pageHtml } from './html.ts'
import { parseInline, plainText } from './inline.ts'
import { parseBlocks } from './markdown.ts'
import { isPage, parsePage } from './page.ts'
import { unsupported } from './sources.ts'

test('blocks are told apart, and an item goes on in indented lines', () => {
  assert.deepEqual(
    parseBlocks(
      '# T\n\nOne\ntwo\n- a\n  b\n- c\n\n1. x\n2. y\n\n```sh\n# no heading\n```\n| h | i |\n| --- | --- |\n| a \\| b | c |\n',
    ),
    [
      { kind: 'heading', level: 1, text: 'T' },
      { kind: 'paragraph', text: 'One two' },
      { kind: 'list', ordered: false, items: ['a b', 'c'] },
      { kind: 'list', ordered: true, items: ['x', 'y'] },
      { kind: 'code', language: 'sh', text: '# no heading' },
      { kind: 'table', head: ['h', 'i'], rows: [['a | b', 'c']] },
    ],
  )
})

test('marks inside a line are read once, and one that is not closed is text', () => {
  assert.deepEqual(parseInline('a `b*` **c** [d](e.md) [f] `g'), [
    { kind: 'text', text: 'a ' },
    { kind: 'code', text: 'b*' },
    { kind: 'text', text: ' ' },
    { kind: 'strong', text: 'c' },
    { kind: 'text', text: ' ' },
    { kind: 'link', text: 'd', href: 'e.md' },
    { kind: 'text', text: ' [f] `g' },
  ])
  assert.equal(plainText('`a` and [b](c)'), 'a and b')
})

const PAGE = '# T\n\nTopic `t`, a guide. Last reviewed 2026-11-24. Also `X`, `Y`.\n\n'

test('a page has a title, a topic, a day and other names', () => {
  const page = parsePage(`${PAGE}## One\n`)
  assert.ok(isPage(page))
  assert.deepEqual([page.topic, page.kind, page.reviewed, page.also], ['t', 'guide', '2026-11-24', ['X', 'Y']])
  assert.equal(typeof parsePage('# T\n\nNo line.\n'), 'string')
})

test('a claim without source and command is found, in paragraphs, items and rows', () => {
  const page = parsePage(
    `${PAGE}Bare.\n\n- [s](https://docs.aws.amazon.com/x)\n- item\n\n| a | b |\n| --- | --- |\n| row | one |\n\nShown:\n\n\`\`\`console\n$ denytrace\n\`\`\`\n\n\`denytrace guide\` shows it.\n\n[a blog](https://blog.example.com/)\n\n## See also\n\n- free\n`,
  )
  assert.ok(isPage(page))
  assert.deepEqual(unsupported(page), ['Bare.', 'item', 'row one', '[a blog](https://blog.example.com/)'])
})

test('what a page says is text in HTML, never markup, and links lead to https alone', () => {
  const page = parsePage(`${PAGE}<b> & "q" \`<i>\` [x](javascript:alert(1)) [y](https://a/?b="c)\n`)
  assert.ok(isPage(page))
  const html = pageHtml(page, 'Guides', () => undefined, { groups: [], tool: [] })
  assert.match(html, /&lt;b&gt; &amp; &quot;q&quot; <code>&lt;i&gt;<\/code> x/)
  assert.match(html, /<a href="https:\/\/a\/\?b=&quot;c">y<\/a>/)
  assert.doesNotMatch(html, /javascript/)
  assert.equal(escaped(`'`), '&#39;')
})
