/**
 * "The role's path is taken as `/`, listed under `assumptions`; a Deny whose answer hangs on the path stays undetermined" (R-PRIN-17):
 * the question asked twice, as it is and with the role's ARN, and what the two say of every layer's Deny compared.
 */
import type { Scenario } from '#engine/scenario.ts'
import { DEFAULT_READINGS } from '#iam/readings.ts'
import { pathlessRole } from './context.ts'
import { readCaller } from './question.ts'
import { spec, type SpecDecision } from './spec.ts'

export function specWithUsualPath(scenario: Scenario): SpecDecision {
  const asked = spec(scenario)
  const { request } = scenario
  const caller = readCaller(request, DEFAULT_READINGS)
  const isOfAws = /^AWS(?:ReservedSSO_|ServiceRoleFor)/.test(caller.name ?? '')
  if (asked.decision !== 'undetermined' || caller.kind !== 'role-session' || caller.roleArn !== undefined || isOfAws)
    return asked
  const principalDetails = { ...request.principalDetails, roleArn: pathlessRole(caller) }
  const usual = (given: Scenario): SpecDecision => spec({ ...given, request: { ...given.request, principalDetails } })
  // Of the Denies alone: with everything allowed, they alone decide.
  const denies = denyingOnly(scenario)
  if (spec(denies).decision !== usual(denies).decision) return asked
  // The role below a path that a policy names may be this one: that the one without a path is denied says nothing.
  const decided = usual(scenario)
  return decided.decision === 'allowed' ? decided : asked
}

/** The scenario with every Allow for everybody and everything. */
function denyingOnly(scenario: Scenario): Scenario {
  const text = JSON.stringify(scenario, (name, value: unknown) => (name === 'Statement' ? opened(value) : value))
  return JSON.parse(text) as Scenario
}

function opened(statements: unknown): unknown {
  return [statements].flat().map((statement) => {
    if (typeof statement !== 'object' || statement === null || !('Effect' in statement)) return statement
    if (statement.Effect !== 'Allow') return statement
    const principal = 'Principal' in statement || 'NotPrincipal' in statement ? { Principal: '*' } : {}
    return { Effect: 'Allow', Action: '*', Resource: '*', ...principal }
  })
}
