import { field, listOf, textField, textOf } from './cloudtrail/loose-record.ts'
import type { AuthorizationCheck, Denial, ReportedLayer } from './denial.ts'

/** Types of policies. https://docs.aws.amazon.com/iam-toolbox/latest/APIReference/API_PolicyInfo.html */
export const POLICY_TYPES: ReadonlyMap<string, ReportedLayer> = new Map([
  ['RESOURCE_CONTROL_POLICY', 'resource-control-policy'],
  ['SERVICE_CONTROL_POLICY', 'service-control-policy'],
  ['VPC_ENDPOINT_POLICY', 'vpc-endpoint-policy'],
  ['RESOURCE_BASED_POLICY', 'resource-policy'],
  ['IDENTITY_BASED_POLICY', 'identity-policy'],
  ['PERMISSIONS_BOUNDARY', 'permissions-boundary'],
  ['SESSION_POLICY', 'session-policy'],
])

/** Types of requirements. https://docs.aws.amazon.com/iam-toolbox/latest/APIReference/API_Check.html */
const CHECK_TYPES: ReadonlyMap<string, ReportedLayer> = new Map([
  ['RESOURCE_CONTROL_POLICY', 'resource-control-policy'],
  ['SERVICE_CONTROL_POLICY', 'service-control-policy'],
  ['VPC_ENDPOINT', 'vpc-endpoint-policy'],
  ['RESOURCE', 'resource-policy'],
  ['PRINCIPAL', 'identity-policy'],
  ['PERMISSIONS_BOUNDARY', 'permissions-boundary'],
  ['SESSION', 'session-policy'],
])

const EFFECTS = ['ALLOW', 'NO_IMPACT', 'IMPLICIT_DENY', 'EXPLICIT_DENY'] as const

/** A policy that AWS evaluated, by its URI, as far as its layer is known. */
export type LayerOf = (uri: string) => ReportedLayer | null

/** AWS's findings on the requirements of one evaluation; empty where it does not say. */
export function readChecks(evaluation: unknown, layerOf: LayerOf): readonly AuthorizationCheck[] {
  return listOf(field(evaluation, 'checks')).flatMap((one): AuthorizationCheck[] => {
    const layer = CHECK_TYPES.get(textField(one, 'checkType')?.toUpperCase() ?? '')
    const effect = EFFECTS.find((name) => name === textField(one, 'evaluatedEffect')?.toUpperCase())
    if (layer === undefined || effect === undefined) return []
    const by = listOf(field(one, 'relevantPolicyTypes')).flatMap((type) => POLICY_TYPES.get(textOf(type) ?? '') ?? [])
    // A Deny in the policy of a resource of the caller's own account stands under what the caller needs.
    const denying = effect === 'EXPLICIT_DENY' ? denyingLayer(one, layerOf) : null
    return [{ layer: denying ?? layer, effect, target: textField(one, 'targetArn') ?? null, by }]
  })
}

function denyingLayer(check: unknown, layerOf: LayerOf): ReportedLayer | null {
  const denies = listOf(field(check, 'matchedPolicies')).find((one) =>
    listOf(field(one, 'matchedStatements')).some((statement) => textField(statement, 'evaluatedEffect') === 'DENY'),
  )
  return layerOf(textField(denies, 'uri') ?? '')
}

/** The layer that refused first, in the order in which AWS lists what it checked. */
export function reportedBy(
  checks: readonly AuthorizationCheck[],
): Pick<Denial['reported'], 'layer' | 'denyType'> | undefined {
  const explicit = checks.find(({ effect }) => effect === 'EXPLICIT_DENY')
  if (explicit !== undefined) return { layer: explicit.layer, denyType: 'explicit' }
  const implicit = checks.find(({ effect }) => effect === 'IMPLICIT_DENY')
  return implicit === undefined ? undefined : { layer: implicit.layer, denyType: 'implicit' }
}
