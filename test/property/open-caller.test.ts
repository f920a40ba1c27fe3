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

function withoutCaller({ request, ...rest }: Scenario, principal = UNKNOWN_PRINCIPAL): Scenario {
  const { principalDetails: _, ...others } = request
  return { ...rest, request: { ...others, principal } }
}

/** Whose account is known is a user, a role, a session or the root user of it. */
const accountOf = ({ request }: Scenario): string | undefined =>
  /^arn:aws:(?:iam|sts)::(\d{12}):(?!oidc-provider)/.exec(request.principal)?.[1]

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

const isPathKnown = ({ request: { principal, principalDetails } }: Scenario): boolean =>
  !principal.includes(':assumed-role/') || principalDetails?.roleArn !== undefined

/** What is decided for the open caller is decided for the one that it is, and by both evaluators alike; returns who decided it. */
function checked(scenario: Scenario, open: Scenario): { readonly byEngine: boolean; readonly bySpec: boolean } {
  const [{ decision }, slow] = [evaluate(open), spec(open).decision]
  const [byEngine, bySpec] = [decision !== 'undetermined', slow !== 'undetermined']
  if (bySpec) assert.equal(spec(scenario).decision, slow, 'second evaluator')
  if (byEngine) {
    // Of a role whose path is not known less may be decided than of every role there may be.
    const alike = isPathKnown(scenario) ? [decision] : [decision, 'undetermined']
    assert.ok(alike.includes(evaluate(scenario).decision), 'engine')
    assert.ok([decision, 'undetermined'].includes(spec(scenario).decision), 'second evaluator against the engine')
  }
  if (byEngine && bySpec) assert.equal(decision, slow, 'engine against the second evaluator')
  return { byEngine, bySpec }
}

/** R-EVID-12: an unknown caller is a variable. What is decided for it is decided for each caller that it may be. */
for (const [what, opened] of [
  ['an unknown caller', () => UNKNOWN_PRINCIPAL],
  ['a caller known by its account alone', accountOf],
] as const)
  test(`what both evaluators decide for ${what}, each caller gets, in ${RUNS} scenarios (seed ${SEED})`, () => {
    const decided = { byEngine: 0, bySpec: 0 }
    fc.assert(
      fc.property(arbitraryScenario.filter(hasThosePolicies).filter(isDirect), (scenario) => {
        const principal = opened(scenario)
        if (principal === undefined) return
        const { byEngine, bySpec } = checked(scenario, withoutCaller(scenario, principal))
        decided.byEngine += Number(byEngine)
        decided.bySpec += Number(bySpec)
      }),
      { numRuns: RUNS, seed: SEED },
    )
    assert.ok(decided.byEngine > RUNS / 50, `the engine decides only ${decided.byEngine}`)
    assert.ok(decided.bySpec > RUNS / 50, `the second evaluator decides only ${decided.bySpec}`)
  })
