import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSameAccount, isTold } from './same-account.ts'
import type { Truth } from './truth.ts'

const A = '111122223333'
const B = '444455556666'

// biome-ignore format: a table is read by its columns
const PAIRS: readonly (readonly [one: string, other: string, same: Truth])[] = [
  [A,                      A,                      true],
  [A,                      B,                      false],
  ['****',                 A,                      'unknown'],
  ['****',                 'XXXX',                 'unknown'],
  ['****',                 '****',                 'unknown'],
  ['************',         '************',         'unknown'],
  ['XXXXXXXXXXXX',         'XXXXXXXXXXXX',         'unknown'],
  ['xxxx',                 'XXXXXXXX',             'unknown'],
  ['1111XXXXXXXX',         '1111XXXXXXXX',         'unknown'],
  ['1111…',                '1111…',                'unknown'],
  ['acct...',              'acct...',              'unknown'],
  ['############',         '############',         'unknown'],
  ['REDACTED',             'REDACTED',             'unknown'],
  ['<redacted-account>',   '<redacted-account>',   'unknown'],
  ['',                     A,                      'unknown'],
  ['',                     '',                     'unknown'],
  ['11112222333',          A,                      'unknown'],
  ['ACCOUNT_ID',           'ACCOUNT_ID',           true],
  ['<account>',            '<account>',            true],
  ['${AWS::AccountId}',    '${AWS::AccountId}',    true],
  ['ACCOUNT_ID',           A,                      'unknown'],
  ['ACCOUNT_ID',           'OTHER_ACCOUNT',        'unknown'],
  ['ACCOUNT_ID',           'account_id',           'unknown'],
]

describe('whether two accounts are one (R-UNK-05)', () => {
  for (const [one, other, same] of PAIRS)
    it(`${one || '(empty)'} and ${other || '(empty)'}: ${same}`, () => {
      assert.equal(isSameAccount(one, other), same)
      assert.equal(isSameAccount(other, one), same, 'the other way round')
    })
})

it('an account is told by its id, or by the placeholder of the caller (R-UNK-05)', () => {
  for (const caller of [A, B, '****', 'ACCOUNT_ID', undefined]) assert.equal(isTold(A, caller), true)
  assert.equal(isTold('ACCOUNT_ID', 'ACCOUNT_ID'), true)
  for (const caller of [A, '****', '<account>', undefined]) assert.equal(isTold('ACCOUNT_ID', caller), false)
  assert.equal(isTold('****', '****'), false)
})
