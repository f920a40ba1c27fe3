import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluate } from '#engine/evaluate.ts'
import { CONTEXT_ROWS, TRIED_ROWS } from '../spec/context-rows.ts'
import { PAGE_ROWS } from '../spec/page-rows.ts'
import { spec } from '../spec/spec.ts'

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
