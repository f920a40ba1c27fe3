/** Which licence expressions scripts/licences.mjs lets in. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
// @ts-expect-error: plain JavaScript, so that it runs before anything is installed
import { isAllowed } from '../scripts/licences.mjs'

// biome-ignore format: a table is read by its columns
const CASES: readonly (readonly [expression: string, shipped: boolean, tool: boolean])[] = [
  ['MIT',                                 true,  true ],
  ['MIT OR Apache-2.0',                   true,  true ],
  ['(MIT AND BSD-3-Clause)',              true,  true ],
  ['MPL-2.0',                             false, true ],
  ['GPL-3.0-only',                        false, false],
  ['AGPL-3.0-or-later',                   false, false],
  ['LGPL-2.1',                            false, false],
  ['MIT OR GPL-3.0-only',                 true,  true ],
  ['MIT AND GPL-3.0-only',                false, false],
  ['(MIT OR ISC) AND (0BSD OR AGPL-3.0)', true,  true ],
  ['Apache-2.0 WITH LLVM-exception',      true,  true ],
  ['SEE LICENSE IN LICENSE.txt',          false, false],
  ['UNLICENSED',                          false, false],
  ['MIT GPL-3.0-only',                    false, false],
  ['(MIT',                                false, false],
  ['',                                    false, false],
]

for (const [expression, shipped, tool] of CASES)
  test(`the licence "${expression}" ${shipped ? 'may' : 'may not'} be shipped and ${tool ? 'may' : 'may not'} be a tool's`, () => {
    assert.equal(isAllowed(expression, false), shipped)
    assert.equal(isAllowed(expression, true), tool)
  })
