import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { parse } from 'yaml'
import { unwritable } from './hidden.ts'
import { diffPath } from './diff.ts'
import { hclText } from './hcl.ts'
import { jsonText } from './json.ts'
import { code, plain } from './markdown.ts'
import { awsOption, noAwsValue, noWord, shellComment, shellWord } from './shell.ts'
import { safeLine, safeText } from './terminal.ts'
import { typeScriptKey, typeScriptText } from './typescript.ts'
import { noWorkflowCommand, workflowProperty, workflowText } from './workflow-command.ts'
import { yamlScalar } from './yaml.ts'

const TAGS = String.fromCodePoint(0xe0041, 0xe007f)
const HOSTILE = [
  '',
  ' ',
  "it's",
  '"double"',
  '$(touch canary) `touch canary` ${IFS}',
  "'; touch canary; '",
  'a\nb',
  'a\n\n\nb',
  '\nb',
  'a\r\nb\tc\u001b[2Jd\u007fe\u009bf',
  'x\u202ey\u2066z\u200f\u061c',
  `tags${TAGS}hidden`,
  'lines\u2028and\u2029paragraphs',
  '-rf',
  '--version',
  '~root',
  'EOF',
  '*/ # // <!--',
  `${'x'.repeat(5000)}'`,
  "'\\''\"'",
  '\\',
  '漢字 é 👍️',
]

for (const shell of ['bash', 'dash'])
  test(`${shell} reads each word as the text it was made from, on one line`, (t) => {
    if (spawnSync(shell, ['-c', 'true']).status !== 0) {
      t.skip(`${shell} is not here`)
      return
    }
    for (const text of HOSTILE) {
      const word = shellWord(text)
      assert.ok(!word.includes('\n'), word)
      assert.equal(safeLine(word), word, 'nothing in it is hidden')
      const { stdout } = spawnSync(shell, ['-c', `printf '%s' ${word}`])
      assert.equal(stdout.toString('utf8'), text)
    }
  })

test('a word that a shell would cut or cannot hold has a reason', () => {
  assert.match(noWord('a\0b') ?? '', /NUL/)
  assert.match(noWord('a\ud800') ?? '', /half of a character/)
  assert.match(noWord('a\n') ?? '', /line end/)
  assert.equal(noWord('a\nb'), undefined)
  assert.match(noAwsValue('file:///etc/passwd') ?? '', /AWS CLI would read/)
  assert.match(noAwsValue('https://example.com/') ?? '', /AWS CLI would read/)
  assert.equal(unwritable('👍'), undefined)
})

test('a value that looks like an option is joined to its own', () => {
  assert.equal(awsOption('--key', '-x'), "--key='-x'")
  assert.equal(awsOption('--key', 'x'), '--key x')
})

test('a comment stays on its line', () => {
  assert.equal(shellComment('a\ntouch canary'), '# a touch canary')
  assert.equal(shellComment('a\r\u2028b'), '# a\\x0d\\u2028b')
})

test('a terminal is shown what is hidden, and what it would obey', () => {
  assert.equal(safeText('a\u001b]0;t\u0007b\nc'), 'a\\x1b]0;t\\x07b\nc')
  assert.equal(safeText(`a${TAGS}b`), 'a\\u{e0041}\\u{e007f}b')
  assert.equal(
    safeText('a\u202eb\u2067c\u200ed\ufe0fe\u3164f\u2029g'),
    'a\\u202eb\\u2067c\\u200ed\\ufe0fe\\u3164f\\u2029g',
  )
  assert.equal(safeText('a\ud800b'), 'a\\ud800b')
  assert.equal(safeLine('a\tb\nc'), 'a b c')
  assert.equal(safeText('漢字 é 👍'), '漢字 é 👍')
})

test('JSON keeps every text exactly, and hides nothing', () => {
  for (const text of [...HOSTILE, 'a\0b', 'a\ud800b']) {
    const json = jsonText({ [text]: text }, 2)
    assert.equal(safeText(json), json)
    assert.deepEqual(JSON.parse(json), { [text]: text })
  }
})

test('YAML reads each scalar as the text it was made from', () => {
  for (const text of HOSTILE) {
    assert.equal(safeLine(yamlScalar(text)), yamlScalar(text))
    for (const version of ['1.1', '1.2'] as const) assert.equal(parse(yamlScalar(text), { version }), text)
  }
})

test('a text of HCL begins no template, whatever stands before the brace', () => {
  assert.equal(hclText('${x} %{y}'), '"$${x} %%{y}"')
  assert.equal(hclText('$${x} $%{y}'), '"\\u0024$${x} \\u0024%%{y}"')
  assert.equal(hclText('a\nb\b\f\u202e'), '"a\\nb\\u0008\\u000c\\u202e"')
  assert.equal(hclText(TAGS), '"\\U000e0041\\U000e007f"')
})

test('a text of TypeScript ends where it should, and no key sets what an object is made from', () => {
  assert.equal(typeScriptText(`it's "so" \\ \u2028`), `'it\\'s "so" \\\\ \\u2028'`)
  assert.equal(typeScriptKey('__proto__'), `['__proto__']`)
})

test('a workflow command holds one annotation', () => {
  assert.equal(workflowText('100%\r\n::error::x\u001b\0'), '100%25%0A::error::x\\x1b\\x00')
  assert.equal(workflowProperty('a:b,c\nd'), 'a%3Ab%2Cc%0Ad')
  assert.ok(!/[\r\n]/.test(workflowProperty('a\rb\nc')))
})

test('a line of plain text is no command of a workflow', () => {
  assert.equal(noWorkflowCommand('   ::error::x'), '   \\x3a:error::x')
  assert.equal(noWorkflowCommand('a ##[add-mask]b'), 'a #\\x23[add-mask]b')
  assert.equal(noWorkflowCommand('arn:aws:s3:::b'), 'arn:aws:s3:::b')
})

test('the path of a diff stays on its line, as git writes it', () => {
  assert.equal(diffPath('a/x y.tf'), 'a/x y.tf')
  assert.equal(diffPath('a/x\n+++ b/y"\\.tf'), '"a/x\\012+++ b/y\\"\\\\.tf"')
})

test('Markdown takes a name as a name', () => {
  assert.equal(plain('# [x](y) <b>\n- z'), '\\# \\[x\\](y) \\<b\\> - z')
  assert.equal(code('a`b|c\n# d'), "`a'b\\|c # d`")
})
