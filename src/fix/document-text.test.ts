import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asFile, editText, unifiedDiff } from './document-text.ts'
import type { Operation } from './operation.ts'

const WITH_COMMENTS = `{
  // who may deploy
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Put", /* releases only */
      "Effect": "Allow",
      "Action":   "s3:PutObject",
      "Resource": "arn:aws:s3:::b/releases/*"
    }
  ]
}
`
const ADD: Operation = {
  op: 'add',
  path: '/Statement/-',
  value: { Sid: 'New', Effect: 'Allow', Action: 's3:GetObject' },
}

test('an edit leaves comments, order and spaces of everything else as they are', () => {
  const edited = editText(WITH_COMMENTS, [ADD])
  for (const line of WITH_COMMENTS.split('\n').slice(0, 9)) assert.ok(edited.includes(line), line)
  assert.ok(edited.includes('    {\n      "Sid": "New",\n      "Effect": "Allow",'), 'indented as its neighbours')
})

test('a value becomes a list in place, and nothing else moves', () => {
  const value = ['arn:aws:s3:::b/releases/*', 'arn:aws:s3:::b/x']
  const edited = editText(WITH_COMMENTS, [{ op: 'replace', path: '/Statement/0/Resource', value }])
  assert.ok(edited.includes('"Action":   "s3:PutObject",'))
  assert.ok(edited.includes('// who may deploy') && edited.includes('/* releases only */'))
})

test('tabs and Windows line ends stay', () => {
  const text = WITH_COMMENTS.replaceAll('  ', '\t').replaceAll('\n', '\r\n')
  const edited = editText(text, [ADD])
  assert.ok(!/(?<!\r)\n/.test(edited), 'every line ends as the others do')
  assert.ok(edited.includes('\t\t\t"Sid": "New"'))
})

test('a condition key with a slash is one step', () => {
  const text = '{\n  "Statement": [\n    {\n      "Condition": {}\n    }\n  ]\n}'
  const path = '/Statement/0/Condition/StringEquals'
  const edited = editText(text, [
    { op: 'add', path, value: {} },
    { op: 'add', path: `${path}/aws:RequestTag~1team`, value: 'a' },
  ])
  const value = JSON.parse(edited) as { Statement: [{ Condition: unknown }] }
  assert.deepEqual(value.Statement[0].Condition, { StringEquals: { 'aws:RequestTag/team': 'a' } })
})

test('a diff names the file, and a new document comes from nothing', () => {
  const diff = unifiedDiff('p.json', WITH_COMMENTS, editText(WITH_COMMENTS, [ADD]))
  assert.match(diff, /^--- a\/p\.json\n\+\+\+ b\/p\.json\n@@ /)
  assert.ok(diff.includes('+      "Sid": "New"'))
  assert.match(unifiedDiff('p.json', '', '{}'), /^--- \/dev\/null\n\+\+\+ b\/p\.json\n@@ -0,0 \+1,1 @@\n\+\{\}\n/)
  assert.equal(unifiedDiff('p.json', 'a', 'a'), '')
})

test('a diff says how the last line ends, so that it applies', () => {
  const none = '\\ No newline at end of file\n'
  assert.equal(unifiedDiff('p', 'a', 'b'), `--- a/p\n+++ b/p\n@@ -1,1 +1,1 @@\n-a\n${none}+b\n${none}`)
  assert.ok(unifiedDiff('p', 'x\na', 'y\na').endsWith(` a\n${none}`))
  assert.ok(!unifiedDiff('p', 'a\n', 'b\n').includes(none))
})

test('a diff keeps Windows line ends, and a line that looks like its head', () => {
  assert.ok(unifiedDiff('p', 'a\r\nb\r\n', 'a\r\nc\r\n').endsWith(' a\r\n-b\r\n+c\r\n'))
  assert.ok(unifiedDiff('p', '-- a\t\n', 'b\n').includes('\n--- a\t\n'))
})

test('a document of its own ends its last line as the others', () => {
  assert.deepEqual(['', 'a', 'a\n', 'a\r\nb'].map(asFile), ['', 'a\n', 'a\n', 'a\r\nb\r\n'])
})
