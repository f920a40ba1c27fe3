/**
 * Requests as somebody else would write them down, from AWS's pages and the rules alone: the expectation of each line was
 * fixed before the engine was asked. They go in as JSON, as a batch does.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { evaluateScenario } from '#app/evaluate.ts'
import type { Decision } from '#engine/decision.ts'
import type { Scenario } from '#engine/scenario.ts'
import { specWithUsualPath as spec } from '../spec/usual-path.ts'

interface Sample extends Pick<Decision, 'decision'>, Partial<Pick<Decision, 'denyType' | 'blockedBy'>> {
  readonly id: string
  readonly about: string
  readonly scenario: Scenario
  readonly lint?: readonly string[]
  /** By fact what would allow it; `*`: it need only be named. */
  readonly missing?: Readonly<Record<string, string | null>>
  readonly normalized?: Readonly<Record<string, string>>
}

/** Of the second kind are cases such as other tools' suites and AWS's pages of examples have, written anew. */
const FILES = ['from-the-rules', 'of-other-suites']

const SAMPLES = FILES.flatMap((name) =>
  readFileSync(new URL(`../samples/decisions/${name}.jsonl`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Sample),
)

/**
 * What the second evaluator does not read: requests as AWS prints them, aliases, policies by ARN alone, statements of a
 * wrong form, and cases over unknown keys.
 */
const FOR_THE_ENGINE = /^(?:form-(?:1[4-9]|2[0-489]|4[01]|5[023])|kms-27|match-52|unk-14|hard-106)$/

for (const { id, about, scenario, decision, denyType, blockedBy, lint = [], missing = {}, normalized = {} } of SAMPLES)
  test(`${id} is ${decision}: ${about}`, () => {
    const got = evaluateScenario(scenario)
    assert.equal(got.decision, decision)
    if (!FOR_THE_ENGINE.test(id)) assert.equal(spec(scenario).decision, decision, 'the second evaluator')
    if (denyType !== undefined) assert.equal(got.denyType, denyType)
    if (blockedBy !== undefined) assert.deepEqual(got.blockedBy, blockedBy)
    if (blockedBy !== undefined && !FOR_THE_ENGINE.test(id))
      assert.deepEqual(spec(scenario).blockedBy, blockedBy, 'the second evaluator')
    for (const check of lint)
      assert.ok(
        got.lint.some((finding) => finding.id === check),
        `lint lacks ${check}`,
      )
    for (const [fact, wouldAllowIf] of Object.entries(missing)) {
      const found = got.missing.find((one) => one.fact === fact)
      assert.ok(found !== undefined, `${fact} is not missing`)
      if (wouldAllowIf !== '*') assert.equal(found.wouldAllowIf, wouldAllowIf)
    }
    for (const [field, to] of Object.entries(normalized))
      assert.equal(got.normalized.find((one) => one.field === field)?.to, to)
  })

test('every sample has its own id', () => {
  assert.equal(new Set(SAMPLES.map(({ id }) => id)).size, SAMPLES.length)
})
