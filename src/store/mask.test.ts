import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleRow } from '../../test/conformance/sample-rows.ts'
import { masked, maskedAllowed } from './mask.ts'
import { principalKeyOf } from './principal-key.ts'
import { denialOf } from './row-of-denial.ts'

const row = sampleRow({
  resource: 'arn:aws:s3:::prod-artifacts/releases/app.zip',
  resourceFamily: 'arn:aws:s3:::prod-artifacts/*',
  errorMessage: 'User: deploy is not authorized',
  encodedMessage: 'blob',
  rest: JSON.stringify({ noTime: true, context: { 'aws:SourceIp': '203.0.113.9', 's3:prefix': 'secret/' } }),
})

test('masked parameters leave the network and the time, and no encoded message', () => {
  const lean = masked(row, new Set(['parameters']))
  assert.deepEqual(denialOf(lean).context, { 'aws:SourceIp': '203.0.113.9' })
  assert.equal(lean.encodedMessage, null)
  assert.equal(lean.resource, row.resource)
})

test('masked names are nowhere in the row, and equal names stay equal', () => {
  const lean = masked(row, new Set(['names']))
  const text = JSON.stringify(lean)
  for (const name of ['deploy', 'prod-artifacts', 'app.zip', '"ci"']) assert.ok(!text.includes(name), name)
  assert.match(lean.principalKey ?? '', /^arn:aws:iam::111122223333:role\/[0-9a-f]{12}$/)
  assert.match(lean.resourceFamily ?? '', /^arn:aws:s3:::[0-9a-f]{12}\/\*$/)
  const other = masked({ ...row, eventId: 'other' }, new Set(['names']))
  assert.deepEqual([other.principalKey, other.resource], [lean.principalKey, lean.resource])
  assert.deepEqual([lean.action, lean.callerAccount, lean.layer], [row.action, row.callerAccount, row.layer])
})

test('a session leads to its role under masked names, too, and sessions of one role differ', () => {
  const session = (name: string) => ({ ...row, principalArn: `arn:aws:sts::111122223333:assumed-role/deploy/${name}` })
  const [one, other] = ['ci', 'by-hand'].map((name) => masked(session(name), new Set(['names'])))
  assert.equal(principalKeyOf(one?.principalArn ?? ''), one?.principalKey)
  assert.equal(principalKeyOf(other?.principalArn ?? ''), one?.principalKey)
  assert.notEqual(one?.principalArn, other?.principalArn)
  const user = masked({ ...row, principalArn: 'arn:aws:iam::111122223333:user/alice' }, new Set(['names']))
  assert.match(user.principalArn ?? '', /^arn:aws:iam::111122223333:user\/[0-9a-f]{12}$/)
})

test('what was allowed has the names of what is refused; the statement keeps its layer alone', () => {
  const names = new Set(['names'] as const)
  const lean = masked({ ...row, statement: 'service-control-policy p-freeze DenyAll' }, names)
  assert.match(lean.statement ?? '', /^service-control-policy [0-9a-f]{12}$/)
  const { principalKey, resourceFamily, action } = row
  const tuple = {
    account: '111122223333',
    action: action ?? '',
    firstAllowed: row.eventTime,
    lastAllowed: row.eventTime,
  }
  const worked = { ...tuple, principalKey: principalKey ?? '', resourceFamily: resourceFamily ?? '' }
  const hidden = maskedAllowed(worked, names)
  assert.deepEqual([hidden.principalKey, hidden.resourceFamily], [lean.principalKey, lean.resourceFamily])
  assert.deepEqual(maskedAllowed(worked, new Set(['parameters'])), worked)
})
