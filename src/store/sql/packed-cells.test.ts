import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PACK, toldTexts, unpacked } from './packed-cells.ts'

/** As SQL counts: characters, not UTF-16's halves. */
const told = (texts: readonly string[]): string => texts.map((text) => `${[...text].length}:${text}`).join('')

test('texts that are told as one come apart as they were, whatever stands in them', () => {
  for (const texts of [
    ['arn:aws:iam::111122223333:role/ci', 's3:PutObject', '', '*'],
    ['', '', ''],
    ['12:34', '3:', ':', '\n\u001f"\''],
    ['\u{1f600}:1', 'ü\u{10ffff}', '\u{1f468}\u200d\u{1f469}', 'x'],
  ])
    assert.deepEqual(toldTexts(told(texts)), texts)
})

test('two numbers below the bound come out of one', () => {
  assert.deepEqual(unpacked(23 * PACK + 4095), [23, 4095])
  assert.deepEqual(unpacked(3600 * PACK + 3600), [3600, 3600])
  assert.deepEqual(unpacked(0), [0, 0])
})
