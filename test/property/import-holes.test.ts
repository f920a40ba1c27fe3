/**
 * Whatever a value that was not known turns out to be, a decision that was made without it stands: a policy with holes is
 * judged, then the same policy with the holes filled. Both evaluators' ways of reading are in the engine's tests; this one
 * holds the importers' way of writing (docs/import.md).
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { evaluateScenario } from '#app/evaluate.ts'
import { documentOf } from '#import/policy-document.ts'
import { joinTexts, type Unknown, unknown } from '#import/unknown.ts'
import { spec as judgeBySpec } from '../spec/spec.ts'
import { RUNS } from './runs.ts'

const RESOURCES = ['arn:aws:s3:::a/x', 'arn:aws:s3:::a/*', 'arn:aws:s3:::b/*', 'arn:aws:s3:::*', '*']
const ACTIONS = ['s3:GetObject', 's3:PutObject', 's3:*', '*']
const FILLINGS = ['a', 'a/x', '*', 'b/*', 'nothing', '']

/** A value with its hole, and the way to fill it. */
interface Holed {
  readonly open: string | Unknown
  readonly fill: (filling: string) => string
}

const plain = (values: readonly string[]) =>
  fc.constantFrom(...values).map((value): Holed => ({ open: value, fill: () => value }))
const whole = (values: readonly string[]) =>
  fc.constantFrom(...values).map((value): Holed => ({ open: unknown('w'), fill: () => value }))
const part = fc.constantFrom('/*', '/x', '').map(
  (end): Holed => ({
    open: joinTexts(['arn:aws:s3:::', unknown('p'), end]),
    fill: (filling) => `arn:aws:s3:::${filling}${end}`,
  }),
)

const statement = fc.record({
  effect: fc.constantFrom('Allow', 'Deny'),
  action: fc.array(fc.oneof({ weight: 4, arbitrary: plain(ACTIONS) }, whole(ACTIONS)), { minLength: 1, maxLength: 2 }),
  actionName: fc.constantFrom('Action', 'Action', 'NotAction'),
  resource: fc.array(fc.oneof(plain(RESOURCES), whole(RESOURCES), part), { minLength: 1, maxLength: 3 }),
  resourceName: fc.constantFrom('Resource', 'Resource', 'NotResource'),
  /** How much of the condition is not known where its value is not. */
  holeOf: fc.constantFrom('value', 'operator', 'condition'),
  vpce: fc.option(fc.oneof(plain(['vpce-1', 'vpce-2']), whole(['vpce-1', 'vpce-2'])), { nil: undefined }),
})

type Drawn = typeof statement extends fc.Arbitrary<infer T> ? T : never

/** A condition on a VPC endpoint; where its value is not known, as much around it as is drawn is not known either. */
function conditionFrom({ vpce, holeOf }: Drawn, value: (holed: Holed) => unknown): unknown {
  if (vpce === undefined) return undefined
  const found = value(vpce)
  const isOpen = typeof found !== 'string'
  const at = (level: string, inner: unknown): unknown => (isOpen && holeOf === level ? found : inner)
  return at('condition', { StringEquals: at('operator', { 'aws:SourceVpce': found }) })
}

const documentFrom = (statements: readonly Drawn[], value: (holed: Holed) => unknown): unknown => ({
  Version: '2012-10-17',
  Statement: statements.map((one) => ({
    Effect: one.effect,
    [one.actionName]: one.action.map(value),
    [one.resourceName]: one.resource.map(value),
    ...(one.vpce === undefined ? {} : { Condition: conditionFrom(one, value) }),
  })),
})

const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20261124)

test(`a decision about a policy with holes holds for every filling (seed ${SEED})`, () => {
  let decided = 0
  fc.assert(
    fc.property(
      fc.array(statement, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(...FILLINGS),
      fc.constantFrom('s3:GetObject', 's3:PutObject'),
      fc.constantFrom('arn:aws:s3:::a/x', 'arn:aws:s3:::b/y'),
      (statements, filling, action, resource) => {
        const scenarioOf = (document: unknown) => ({
          request: {
            principal: 'arn:aws:iam::111122223333:user/u',
            action,
            resource,
            resourceAccount: '111122223333',
            context: { 'aws:SourceVpce': 'vpce-1' },
            contextComplete: true,
          },
          policies: { complete: true, vpcEndpointPolicy: null, identityPolicies: [{ name: 'p', document }] },
          organization: null,
        })
        const open = scenarioOf(
          documentOf(
            documentFrom(statements, (holed) => holed.open),
            'p',
          ),
        )
        const filled = scenarioOf(documentFrom(statements, (holed) => holed.fill(filling)))
        const before = evaluateScenario(open).decision
        assert.equal(judgeBySpec(open).decision, before)
        if (before === 'undetermined') return
        decided++
        assert.equal(evaluateScenario(filled).decision, before)
      },
    ),
    { seed: SEED, numRuns: RUNS },
  )
  assert.ok(decided > RUNS / 10, `only ${decided} were decided`)
})
