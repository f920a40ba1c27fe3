/** What of an edit is marked as changed: words within a line that was changed, and lines that are new or gone as a whole. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { array, assert as holds, constantFrom, property } from 'fast-check'
import { wordsDiff } from '../web/editor/words-diff.ts'

const BEFORE = `  {
    "Action": "s3:PutObject",
    "Resource": "arn:aws:s3:::staging-artifacts/*"
  }
]`

const changed = (a: string, b: string): readonly (readonly [gone: string, there: string])[] =>
  wordsDiff(a, b).map(({ fromA, toA, fromB, toB }) => [a.slice(fromA, toA), b.slice(fromB, toB)])

describe('told is', () => {
  test('the word of a line that was changed', () =>
    assert.deepEqual(changed(BEFORE, BEFORE.replace('staging', 'prod')), [['staging', 'prod']]))

  test('the same word where lines are added behind it, and those as a whole', () => {
    const added = `  },
  {
    "Sid": "Tag",
    "Resource": "arn:aws:s3:::prod-artifacts/*"
  }
]`
    const after = BEFORE.replace('staging', 'prod').replace('  }\n]', added)
    const [first, ...others] = changed(BEFORE, after)
    assert.deepEqual(first, ['staging', 'prod'])
    for (const [, there] of others) assert.match(there, /^(?:,|(?: *[^\n]*\n)+)$/)
    assert.match(others.map(([, there]) => there).join(''), /"Sid": "Tag"/)
  })

  test('a value more in a list, and the comma before it', () =>
    assert.deepEqual(changed('[\n  "a"\n]', '[\n  "a",\n  "b"\n]'), [
      ['', ','],
      ['', '  "b"\n'],
    ]))

  test('lines that have nothing in common, as gone and as new', () =>
    assert.deepEqual(changed('one two\nsame', 'three four\nsame'), [['one two\n', 'three four\n']]))
})

test('what is told as changed, put in for what is gone, gives the other text', () => {
  const text = array(constantFrom('a', 'b c', '"x": 1,', '"x": 2,', '', '}'), { maxLength: 8 }).map((all) =>
    all.join('\n'),
  )
  holds(
    property(text, text, (a, b) => {
      let made = ''
      let [atA, atB] = [0, 0]
      for (const { fromA, toA, fromB, toB } of wordsDiff(a, b)) {
        assert.ok(fromA >= atA && fromB >= atB && toA >= fromA && toB >= fromB, 'in their order')
        assert.equal(a.slice(atA, fromA), b.slice(atB, fromB))
        made += a.slice(atA, fromA) + b.slice(fromB, toB)
        ;[atA, atB] = [toA, toB]
      }
      assert.equal(made + a.slice(atA), b)
    }),
    { seed: 20261130, numRuns: 5000 },
  )
})

test('texts without end are compared all the same', () => {
  const long = Array.from({ length: 60_000 }, (_, i) => `"s3:Get${i}"`)
  for (const by of ['\n', ' ']) {
    const [a, b] = [long.join(by), long.join(by).replace('"s3:Get7"', '"s3:Put7"')]
    const changes = wordsDiff(a, b)
    assert.ok(changes.length > 0)
    assert.equal(a.slice(0, changes[0]?.fromA), b.slice(0, changes[0]?.fromB))
    assert.equal(a.slice(changes.at(-1)?.toA), b.slice(changes.at(-1)?.toB))
  }
})
