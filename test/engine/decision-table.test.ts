import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluate } from '#engine/evaluate.ts'
import { ROWS } from '../spec/decision-rows.ts'

// The rows are the same data the second evaluator is held to; both must come to what AWS's pages say.
for (const row of ROWS)
  test(`${row.id} is ${row.decision}${row.layer === undefined ? '' : ` by ${row.layer}`} (${row.rules})`, () => {
    const got = evaluate(row.scenario)
    const layers = row.layer === undefined ? [] : [row.layer]
    assert.deepEqual([got.decision, got.denyType, got.blockedBy], [row.decision, row.denyType ?? null, layers])
    for (const entry of got.layers) if (layers.includes(entry.layer) && entry.counted) assertCause(entry)
  })

type Entry = ReturnType<typeof evaluate>['layers'][number]

/** An explicit deny has its statement, an implicit one none that allows; a guard, which has no statements, says why. */
function assertCause({ verdict, guard, reason, statements }: Entry): void {
  if (guard !== undefined) assert.ok(reason !== undefined && statements.length === 0)
  else if (verdict === 'explicit-deny')
    assert.ok(statements.some(({ effect, matches }) => effect === 'Deny' && matches === true))
  else if (verdict === 'implicit-deny')
    assert.ok(statements.every(({ effect, matches }) => effect === 'Deny' || matches !== true))
}

test('H-152: a session that would last too long is a ValidationError, no denial by a policy (R-STS-09)', () => {
  const row = ROWS.find(({ id }) => id === 'H-152')
  const guard = row && evaluate(row.scenario).layers.find((one) => one.guard === 'hard-rule')
  assert.equal(guard?.errorCode, 'ValidationError')
})
