import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DenialRow } from './denial-row.ts'
import { sampleRow } from '../../test/conformance/sample-rows.ts'
import { deduplicateEvents } from './deduplicate-events.ts'

test("of the two events of one request the caller's is counted, whichever comes first (R-CT-13)", () => {
  const caller = sampleRow({ eventId: 'c', sharedEventId: 's', callerAccount: '1', recipientAccount: '1' })
  const owner = sampleRow({ eventId: 'a', sharedEventId: 's', callerAccount: '1', recipientAccount: '2' })
  for (const [first, second] of [
    [caller, owner],
    [owner, caller],
  ] as const) {
    const before = deduplicateEvents([first], [])
    const after = deduplicateEvents([second], [{ ...first, isPrimary: true }])
    assert.equal(before.fresh, 1)
    assert.equal(after.fresh, 0)
    assert.equal(
      after.deltas.reduce((sum, { n }) => sum + n, 0),
      0,
    )
    assert.deepEqual(after.demoted, first === owner ? ['a'] : [])
    assert.deepEqual([...after.notPrimary], first === owner ? [] : ['a'])
  }
  assert.deepEqual([...deduplicateEvents([owner, caller], []).notPrimary], ['a'])
})

test('a correction is counted instead of what it corrects', () => {
  const event = sampleRow({ eventId: 'e' })
  const addendum = sampleRow({ eventId: 'x', originalEventId: 'e', action: 's3:GetObject' })
  const one = deduplicateEvents([addendum], [event])
  assert.deepEqual([one.demoted, one.fresh, one.deltas.map(({ n }) => n).toSorted()], [['e'], 0, [-1, 1]])
  assert.deepEqual([...deduplicateEvents([event], [addendum]).notPrimary], ['e'])
})

test('hours are changed in the order of their keys', () => {
  const rows: DenialRow[] = ['c', 'a', 'b'].map((action) => sampleRow({ eventId: action, action }))
  assert.deepEqual(
    deduplicateEvents(rows, []).deltas.map(({ action }) => action),
    ['a', 'b', 'c'],
  )
})
