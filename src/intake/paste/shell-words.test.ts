import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shellWords } from './shell-words.ts'

for (const [line, words] of [
  ['aws s3 ls', ['aws', 's3', 'ls']],
  [
    `aws s3api put-object --key 'a b/c' --body "x y"`,
    ['aws', 's3api', 'put-object', '--key', 'a b/c', '--body', 'x y'],
  ],
  [String.raw`echo a\ b "c\"d"`, ['echo', 'a b', 'c"d']],
  ['aws s3 ls s3://b | grep x', ['aws', 's3', 'ls', 's3://b']],
  ['aws s3 ls s3://b; rm -r x', ['aws', 's3', 'ls', 's3://b']],
  [`echo 'never closed`, ['echo', 'never closed']],
  [`aws s3 ls ''`, ['aws', 's3', 'ls', '']],
] as const)
  test(`the words of ${line}`, () => {
    assert.deepEqual(shellWords(line), words)
  })
