/** The second evaluator against the table of cases. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ROWS } from './decision-rows.ts'
import { spec } from './spec.ts'

for (const { id, scenario, decision, layer, denyType, rules } of ROWS) {
  test(`${id} is ${decision}${layer === undefined ? '' : ` by the ${layer}`} ${rules}`, () => {
    const answer = spec(scenario)
    assert.equal(answer.decision, decision)
    assert.equal(answer.denyType, denyType ?? null)
    assert.deepEqual(answer.blockedBy, layer === undefined ? [] : [layer])
  })
}

test('every row has its own id', () => {
  const ids = ROWS.map((row) => row.id)
  assert.equal(new Set(ids).size, ids.length)
})

test('a denied request names the layers that refuse it, each with a verdict that says so', () => {
  for (const { id, scenario } of ROWS) {
    const answer = spec(scenario)
    const refuses = (layer: string) =>
      answer.layers.some((l) => l.layer === layer && (l.verdict === 'explicit-deny' || l.verdict === 'implicit-deny'))
    assert.equal(answer.blockedBy.length > 0, answer.decision === 'denied', id)
    assert.ok(answer.blockedBy.every(refuses), id)
  }
})
