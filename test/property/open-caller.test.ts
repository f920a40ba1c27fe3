import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { evaluate } from '#engine/evaluate.ts'
import type { Scenario } from '#engine/scenario.ts'
import { UNKNOWN_PRINCIPAL } from '#iam/caller.ts'
import { spec } from '../spec/spec.ts'
import { arbitraryScenario } from './arbitrary-scenario.ts'
import { RUNS } from './runs.ts'

const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20261201)

function withoutCaller({ request, ...rest }: Scenario): Scenario {
  const { principalDetails: _, ...others } = request
  return { ...rest, request: { ...others, principal: UNKNOWN_PRINCIPAL } }
}

/** Only users and roles have identity policies, boundaries and session policies. A service does not call through a VPC endpoint. */
const hasThosePolicies = ({ request, policies = {} }: Scenario): boolean => {
  const { identityPolicies, permissionsBoundary, sessionPolicies, vpcEndpointPolicy } = policies
  if ((vpcEndpointPolicy ?? null) !== null && request.principal.endsWith('.amazonaws.com')) return false
  const isGiven = [identityPolicies, permissionsBoundary, sessionPolicies].some(
    (one) => one !== undefined && one !== null,
  )
  return !isGiven || /:user\/(?!CloudFront)|:(?:assumed-)?role\//.test(request.principal)
}

/** Behind an access point there may be several buckets, and the second evaluator does not evaluate them all. */
const isDirect = ({ request }: Scenario): boolean => !JSON.stringify(request.resource).includes(':accesspoint/')

/** R-EVID-12: an unknown caller is a variable. What is decided for it is decided for each caller that it may be. */
test(`what both evaluators decide for an unknown caller, each caller gets, in ${RUNS} scenarios (seed ${SEED})`, () => {
  let decided = 0
  fc.assert(
    fc.property(arbitraryScenario.filter(hasThosePolicies).filter(isDirect), (scenario) => {
      const open = withoutCaller(scenario)
      const { decision } = evaluate(open)
      const slow = spec(open).decision
      if (slow !== 'undetermined') assert.equal(spec(scenario).decision, slow, 'second evaluator')
      if (decision === 'undetermined') return
      decided++
      assert.equal(evaluate(scenario).decision, decision, 'engine')
      assert.ok([decision, 'undetermined'].includes(spec(scenario).decision), 'second evaluator against the engine')
    }),
    { numRuns: RUNS, seed: SEED },
  )
  assert.ok(decided > RUNS / 50, `only ${decided} scenarios are decided for an unknown caller`)
})
