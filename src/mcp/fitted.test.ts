import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fitted, MAX_ANSWER, partOf } from './fitted.ts'

const text = (length: number): string => 'x'.repeat(length)

const diagnosis = (layers: number) => ({
  status: 'explained',
  summary: 'who may not do what',
  steps: [{ decision: { decision: 'denied', layers: Array.from({ length: layers }, () => text(400)) } }],
  fixes: [
    { id: 'a', changes: [{ patch: [{ op: 'add' }], terraform: text(3000) }] },
    { id: 'b', changes: [] },
  ],
})

describe('an answer', () => {
  test('that fits is given as it is', () => {
    const whole = { schemaVersion: 1, diagnoses: [diagnosis(1)] }
    assert.deepEqual(fitted(whole), whole)
  })

  test('that does not fit leaves out traces before fixes, and names what it leaves out', () => {
    const whole = { schemaVersion: 1, diagnoses: [diagnosis(60)] }
    const { left = [], ...answer } = fitted(whole)
    assert.ok(JSON.stringify({ ...answer, left }).length <= MAX_ANSWER)
    assert.deepEqual(
      left.map(({ part }) => part),
      ['diagnoses/0/steps/0/decision/layers'],
    )
    assert.match(JSON.stringify(answer), /"id":"a"/)
    assert.deepEqual(partOf(whole, left[0]?.part ?? '')['value'], whole.diagnoses[0]?.steps[0]?.decision.layers)
  })

  test('of many diagnoses keeps the first, however many there are', () => {
    const answer = fitted({ schemaVersion: 1, diagnoses: Array.from({ length: 500 }, () => diagnosis(3)) })
    assert.ok(JSON.stringify(answer).length <= MAX_ANSWER)
    assert.match(JSON.stringify(answer), /who may not do what/)
  })

  test('has no part by another name, nor by one of every object', () => {
    assert.throws(() => partOf({ schemaVersion: 1 }, 'diagnoses/7'), /has no part/)
    assert.throws(() => partOf({ schemaVersion: 1 }, '__proto__'), /has no part/)
  })
})
