/** A second opinion on a common fragment: native z3, through python3, says whether NEW allows what OLD does not. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { policyPairs } from '../../bench/policy-pairs.ts'
import { askZ3, z3Version } from '../../bench/z3.ts'
import { compareDocuments } from '../../src/prove/compare.ts'

const SEED = Number(process.env['DENYTRACE_SEED'] ?? 7)
const PAIRS = 90
const version = z3Version()

describe(`wildcard policies of S3, IAM and EC2 (${PAIRS} pairs, seed ${SEED})`, () => {
  it('z3 finds new access where we do, and none where we do not', {
    skip: version === undefined && 'python3 has no z3-solver',
  }, () => {
    const pairs = policyPairs(PAIRS, SEED)
    const answers = askZ3(
      pairs.map((pair, id) => ({ id, ...pair })),
      1500,
    )
    let decided = 0
    for (const { id, answer, why } of answers) {
      assert.notEqual(answer, 'error', why)
      const pair = pairs[id]
      if (pair === undefined || answer === 'unknown') continue
      decided++
      const { newAccess, reason } = compareDocuments([pair.old], [pair.new])
      assert.equal(
        newAccess,
        answer === 'sat' ? 'some' : 'none',
        `${pair.name}: ${reason ?? JSON.stringify([pair.old, pair.new])}`,
      )
    }
    assert.ok(decided > PAIRS / 3, `z3 ${version} decided ${decided} of ${PAIRS}`)
  })
})
