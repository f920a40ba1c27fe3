import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluate } from '#engine/evaluate.ts'
import { ROWS } from '../spec/decision-rows.ts'

// The rows are the same data the second evaluator is held to; both must come to what AWS's pages say.
for (const row of ROWS)
  test(`${row.id} is ${row.decision}${row.layer === undefined ? '' : ` by ${row.layer}`} (${row.rules})`, () => {
    const got = evaluate(row.scenario)
    assert.equal(got.decision, row.decision)
    if (row.layer !== undefined) assert.ok(got.blockedBy.includes(row.layer), `blocked by ${got.blockedBy.join(', ')}`)
    if (row.denyType !== undefined) assert.equal(got.denyType, row.denyType)
  })
