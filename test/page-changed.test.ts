/** What the page says that the events show of before a denial: that it worked, and what was changed since. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { whatChanged } from '../web/answer/what-changed.ts'

const entry = (time: string | null, outcome: 'allowed' | 'denied' | 'changed', what = '', diagnosis?: number) => ({
  time,
  eventId: null,
  what,
  outcome,
  why: '',
  ...(diagnosis === undefined ? {} : { diagnosis }),
})
const DENIED = entry('2026-09-15T05:41:12Z', 'denied', 's3:PutObject on `b` is refused', 0)
const CHANGE = 'iam:PutRolePolicy by `arn:aws:sts::111122223333:assumed-role/admin/ann@example.com`'

test('that the same passed before, and the last change since, with its author', () => {
  const worked = entry('2026-09-14T05:40:58Z', 'allowed', 'succeeds', 0)
  const early = entry('2026-09-13T00:00:00Z', 'changed', CHANGE)
  const late = entry('2026-09-14T21:17:33Z', 'changed', CHANGE)
  assert.deepEqual(whatChanged([early, worked, late, DENIED], 0), {
    head: 'Worked 24 hours before.',
    when: '14 Sep, 21:17 UTC',
    by: 'ann@example.com',
    action: 'iam:PutRolePolicy',
    more: 0,
  })
  assert.deepEqual(whatChanged([worked, DENIED], 0), { head: 'Worked 24 hours before.', more: 0 })
})

test('a change alone is told by how long before it was; further ones are counted', () => {
  const changes = ['2026-09-15T03:41:00Z', '2026-09-15T05:31:00Z'].map((time) => entry(time, 'changed', CHANGE))
  const found = whatChanged([...changes, DENIED], 0)
  assert.equal(found?.head, 'Changed 10 minutes before.')
  assert.equal(found?.more, 1)
})

test('what came after, belongs to another denial or has no time is not what changed', () => {
  const after = entry('2026-09-16T00:00:00Z', 'changed', CHANGE)
  const other = entry('2026-09-14T05:40:58Z', 'allowed', 'succeeds', 1)
  assert.equal(whatChanged([other, entry(null, 'changed', CHANGE), DENIED, after], 0), undefined)
  assert.equal(whatChanged([after], 0), undefined)
})

test('a change that is told in other words is told without them', () => {
  const found = whatChanged([entry('2026-09-15T05:00:00Z', 'changed', 'something else'), DENIED], 0)
  assert.deepEqual([found?.action, found?.by], [undefined, undefined])
})
