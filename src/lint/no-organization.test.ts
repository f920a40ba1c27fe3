import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluateWithLint } from './evaluate-with-lint.ts'

const idsOf = (action: string, organization: null | undefined): readonly string[] =>
  evaluateWithLint({
    request: { principal: 'arn:aws:iam::111122223333:user/ann', action, resource: '*' },
    policies: { complete: true },
    ...(organization === undefined ? {} : { organization }),
  }).lint.map(({ id, pointer }) => `${id} ${pointer}`)

test('an account that is in no organization, and asks about one, is pointed out (R-UNK-03)', () => {
  assert.deepEqual(idsOf('organizations:ListAccounts', null), ['no-organization /organization'])
  assert.deepEqual(idsOf('organizations:DescribeOrganization', null), ['no-organization /organization'])
  assert.deepEqual(idsOf('organizations:CreateOrganization', null), [])
  assert.deepEqual(idsOf('organizations:ListAccounts', undefined), [])
  assert.deepEqual(idsOf('iam:ListUsers', null), [])
})
