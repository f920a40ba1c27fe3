import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { cleaned } from './clean.ts'
import { original } from './mapped-text.ts'
import { isPlain } from './plain.ts'
import { withoutLayout } from './window.ts'

const SEED = 20_261_126

/** Words of messages, and whatever makes one of them something else. */
const PIECE = fc.oneof(
  fc.constantFrom(
    'arn:aws:iam::111122223333:user/ann',
    ' is not authorized to perform: s3:GetObject on resource: ',
    '"arn:aws:s3:::b/*"',
    ' because no identity-based policy allows the s3:GetObject action',
    'Apr 27 10:03:00 host prog[1]: ',
    '2026-04-27T10:03:00Z ',
    '// ',
    '* ',
    '> ',
    "' '",
    '<account number>',
    '***',
    '_x_',
    '%3A',
    '#',
    '-',
    '{}',
    '[31m',
    '&amp;',
    '\\n',
    '\n',
    '" + "',
    '**bold**',
    'a=3D',
    '`',
    ' | ',
  ),
  fc.string({ maxLength: 6 }),
)

test('cleaning leaves a plain text as it is, so that it need not be tried', () => {
  let plain = 0
  fc.assert(
    fc.property(fc.array(PIECE, { maxLength: 8 }), fc.boolean(), (pieces, isOpened) => {
      const text = `${isOpened ? 'User: ' : ''}${pieces.join('')}`
      if (!isPlain(text)) return
      plain += 1
      assert.deepEqual(cleaned(original(text)), original(text))
      assert.deepEqual(withoutLayout(original(text)), original(text))
    }),
    { seed: SEED, numRuns: 20_000 },
  )
  assert.ok(plain > 500, `${plain} plain texts, seed ${SEED}`)
})
