/** What scripts/docs-check.ts reads out of a page. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anchorsOf, consoleCommands, linksOf, sameOutput, withOutputs } from '../scripts/docs-page.ts'

const PAGE = `# One page

\`\`\`console
$ npx denytrace parse \\
    denial.txt
one
two

$ denytrace evaluate < scenario.json
denied
# exit 1
$ npm test
\`\`\`

\`\`\`sh
$ git clone somewhere
\`\`\`
`

test('commands of console blocks are read with their output and how they end', () => {
  assert.deepEqual(
    consoleCommands(PAGE).map(({ command, output, exit }) => ({ command, output, exit })),
    [
      { command: 'npx denytrace parse denial.txt', output: ['one', 'two'], exit: 0 },
      { command: 'denytrace evaluate < scenario.json', output: ['denied'], exit: 1 },
      { command: 'npm test', output: [], exit: 0 },
    ],
  )
})

test('outputs are written back where they stood, and the rest of the page stays as it is', () => {
  const [first, second] = consoleCommands(PAGE)
  assert.ok(first && second)
  const written = withOutputs(
    PAGE,
    new Map([
      [first, { output: ['three'], exit: 3 }],
      [second, { output: [], exit: 0 }],
    ]),
  )
  assert.equal(written, PAGE.replace('one\ntwo\n', 'three\n# exit 3\n').replace('denied\n# exit 1\n', ''))
  assert.deepEqual(
    consoleCommands(written).map(({ output, exit }) => [output, exit]),
    [
      [['three'], 3],
      [[], 0],
      [[], 0],
    ],
  )
})

// biome-ignore format: a table is read by its columns
const OUTPUTS: readonly (readonly [shown: string, printed: string, same: boolean])[] = [
  ['a|b',     'a|b',       true ],
  ['a|b',     'a|c',       false],
  ['a',       'a|b',       false],
  ['a|b',     'a',         false],
  ['a|…',     'a|b|c',     true ],
  ['…|c',     'a|b|c',     true ],
  ['a|…|c|d', 'a|c|b|c|d', true ],
  ['a|…|d',   'a|b|c',     false],
  ['a|…',     'a',         true ],
  ['a ',      'a',         true ],
]

for (const [shown, printed, same] of OUTPUTS)
  test(`a page that shows ${shown} ${same ? 'is' : 'is not'} true of ${printed}`, () => {
    assert.equal(sameOutput(shown.split('|'), printed.split('|')), same)
  })

test('links are those of the prose, not of code', () => {
  const text = 'See [a](docs/a.md#one) and `[b](b.md)`.\n\n```md\n[c](c.md)\n```\n\n[d]: d.md\n![e](e.png "E")\n'
  assert.deepEqual(
    linksOf(text).map(({ line, target }) => [line, target]),
    [
      [1, 'docs/a.md#one'],
      [7, 'd.md'],
      [8, 'e.png'],
    ],
  )
})

test('anchors are made from headings as code hosts make them', () => {
  assert.deepEqual(
    [...anchorsOf("# AWS's `Principal`, read\n## Cases\n## Cases\n```\n# not one\n```\n")],
    ['awss-principal-read', 'cases', 'cases-1'],
  )
})
