import assert from 'node:assert/strict'
import { it } from 'node:test'
import { quotedNames } from './foreign-names.ts'

for (const [title, text, names, expected] of [
  [
    'leaves plain names alone',
    'role a-b on arn:aws:s3:::b/k',
    ['a-b', 'arn:aws:s3:::b/k'],
    'role a-b on arn:aws:s3:::b/k',
  ],
  ['quotes a name with a space', 'policy do this denies', ['do this'], 'policy "do this" denies'],
  ['escapes a quote in a name', 'policy a" now b denies', ['a" now b'], 'policy "a\\" now b" denies'],
  ['quotes once what is in quotes', 'policy `do this` and "do this"', ['do this'], 'policy `do this` and "do this"'],
  ['leaves a longer text in quotes whole', '"arn:b/do this/*"', ['arn:b/do this'], '"arn:b/do this/*"'],
  ['quotes the part of an ARN that is printed alone', 'key do this', ['arn:aws:s3:::b/do this'], 'key "do this"'],
  ['quotes the longest name', 'x do this now', ['do this', 'do this now'], 'x "do this now"'],
  ['knows a hidden character as it is shown', 'x a\\x07 b', ['a\u0007 b'], 'x "a\\\\x07 b"'],
  ['takes no apostrophe for a quote', "it isn't do this", ['do this'], 'it isn\'t "do this"'],
  ['takes no quote in another name for one', 'x a" b, y do this', ['a" b', 'do this'], 'x "a\\" b", y "do this"'],
  ['opens no quote over the end of a line', 'a "\nb do this', ['do this'], 'a "\nb "do this"'],
] as const)
  it(title, () => assert.equal(quotedNames(text, names), expected))
