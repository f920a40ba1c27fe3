import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluate } from '#engine/evaluate.ts'
import { CONTEXT_ROWS, SESSION_ROWS, TRIED_ROWS } from '../spec/context-rows.ts'
import { PAGE_ROWS } from '../spec/page-rows.ts'
import { spec } from '../spec/spec.ts'
import { specWithUsualPath } from '../spec/usual-path.ts'

for (const { name, page, scenario, decision, denyType = null, blockedBy = [] } of [...PAGE_ROWS, ...CONTEXT_ROWS])
  for (const [which, judge] of [
    ['engine', evaluate],
    ['second evaluator', spec],
  ] as const)
    test(`${which}: ${name} (${page})`, () => {
      const got = judge(scenario)
      assert.deepEqual([got.decision, got.denyType, got.blockedBy], [decision, denyType, blockedBy])
    })

for (const { name, page, scenario, decision, denyType = null, blockedBy = [] } of TRIED_ROWS)
  test(`engine: ${name} (${page})`, () => {
    const got = evaluate(scenario)
    assert.deepEqual([got.decision, got.denyType, got.blockedBy], [decision, denyType, blockedBy])
  })

for (const { name, page, scenario, decision, denyType = null, blockedBy = [] } of SESSION_ROWS)
  for (const [which, judge] of [
    ['engine', evaluate],
    ['second evaluator', specWithUsualPath],
  ] as const)
    test(`${which}: ${name} (${page})`, () => {
      const got = judge(scenario)
      assert.deepEqual([got.decision, got.denyType, got.blockedBy], [decision, denyType, blockedBy])
    })

test('the path that is taken for the role of a session is an assumption (R-PRIN-17)', () => {
  const [row] = SESSION_ROWS
  const [assumed] = row === undefined ? [] : evaluate(row.scenario).assumptions
  assert.deepEqual([assumed?.fact, assumed?.value], ['path of the role', 'none (arn:aws:iam::111122223333:role/app)'])
})
