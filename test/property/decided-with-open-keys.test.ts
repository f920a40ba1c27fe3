/** What is decided although keys are not known is so whatever they are, says the second evaluator (R-COND-64, R-COND-65). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { evaluate } from '#engine/evaluate.ts'
import type { Policy, Scenario } from '#engine/scenario.ts'
import { casesOf } from '../spec/cases.ts'
import { spec } from '../spec/spec.ts'
import { RUNS as CASES } from './runs.ts'
import { withUnknownKeys } from './with-unknown-keys.ts'

const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20261124)
const RUNS = Math.ceil(CASES / 10)

/** Pairs of which one holds of every value, or nearly: then it must stay open. */
const PAIRS: readonly (readonly [operator: string, value: string | readonly string[]])[][] = [
  [
    ['StringEquals', 'x'],
    ['StringNotEquals', 'x'],
  ],
  [
    ['StringEquals', ['x', 'y']],
    ['StringNotEquals', 'x'],
  ],
  [
    ['StringLike', 'x*'],
    ['StringNotLike', 'x*'],
  ],
  [
    ['StringLike', 'x*'],
    ['StringNotLike', ['x?', '*y']],
  ],
  [
    ['StringEqualsIfExists', 'x'],
    ['StringNotEqualsIgnoreCase', 'X'],
  ],
  [
    ['Bool', 'true'],
    ['Bool', 'false'],
  ],
  [
    ['Null', 'true'],
    ['Null', 'false'],
  ],
  [
    ['NumericLessThan', '10'],
    ['NumericGreaterThanEquals', '10'],
  ],
  [
    ['NumericLessThanEqualsIfExists', '10'],
    ['NumericNotEquals', '10'],
  ],
  [
    ['IpAddress', '203.0.113.0/24'],
    ['NotIpAddress', '203.0.113.0/24'],
  ],
  [
    ['IpAddressIfExists', '203.0.0.0/16'],
    ['NotIpAddress', '203.0.113.0/24'],
  ],
  [
    ['ForAnyValue:StringEquals', 'x'],
    ['ForAllValues:StringNotEquals', 'x'],
  ],
  [
    ['ForAllValues:StringEquals', ['x', 'y']],
    ['ForAnyValue:StringNotEquals', 'x'],
  ],
  [
    ['DateLessThan', '2030-01-01T00:00:00Z'],
    ['DateGreaterThanEquals', '2030-01-01T00:00:00Z'],
  ],
  [
    ['ArnLike', 'arn:aws:s3:::x*'],
    ['ArnNotLike', 'arn:aws:s3:::x*'],
  ],
]

/** The statements of one policy, each twice: with one and with the other of two conditions on a key that is not known. */
const withSplitStatements: fc.Arbitrary<Scenario> = fc
  .tuple(withUnknownKeys, fc.constantFrom(...PAIRS), fc.boolean())
  .map(([scenario, pair, ofResource]) => {
    const key = Object.entries(scenario.request.context ?? {}).find(([, value]) => isUnknown(value))?.[0] ?? 'ex:k'
    const { identityPolicies = [], resourcePolicy } = scenario.policies ?? {}
    const policies =
      ofResource && typeof resourcePolicy === 'object' && resourcePolicy !== null
        ? { resourcePolicy: splitPolicy(resourcePolicy, pair, key) }
        : { identityPolicies: identityPolicies?.map((policy) => splitPolicy(policy, pair, key)) ?? null }
    return { ...scenario, policies: { ...scenario.policies, ...policies } } as Scenario
  })

const isUnknown = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'state' in value && value.state === 'unknown'

function splitPolicy<P extends Policy>(policy: P, pair: (typeof PAIRS)[number], key: string): P {
  const { document } = policy
  if (typeof document !== 'object' || document === null || !('Statement' in document)) return policy
  const Statement = [document.Statement]
    .flat()
    .flatMap((statement) =>
      pair.map(([operator, value]) => ({ ...(statement as object), Condition: { [operator]: { [key]: value } } })),
    )
  return { ...policy, document: { ...document, Statement } }
}

test(`what is decided with open keys in ${RUNS} scenarios is decided so in each of their cases (seed ${SEED})`, () => {
  const seen = { allowed: 0, denied: 0, byCases: 0 }
  fc.assert(
    fc.property(fc.oneof(withUnknownKeys, withSplitStatements), (scenario) => {
      const { decision } = evaluate(scenario)
      if (decision === 'undetermined') return
      const cases = casesOf(scenario)
      if (cases.length < 2) return
      seen[decision]++
      if (spec(scenario).decision === 'undetermined') seen.byCases++
      for (const one of cases) assert.equal(spec(one).decision, decision, JSON.stringify(one.request.context))
    }),
    { numRuns: RUNS, seed: SEED },
  )
  for (const [what, count] of Object.entries(seen))
    assert.ok(count > RUNS / 100, `only ${count} scenarios are ${what}: the generator shows too little`)
})
