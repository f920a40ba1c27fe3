import type { LayerFinding } from '#engine/layers/finding.ts'
import type { Leaf } from '#engine/requirement-tree.ts'
import type { Truth } from '#iam/truth.ts'
import type { AuthorizationCheck } from '#intake/denial.ts'

/**
 * Truth of a leaf that is not known here, as AWS itself found it (R-EVID-07). A requirement that AWS does not list was
 * none: no guardrail of that kind was asked.
 * https://docs.aws.amazon.com/iam-toolbox/latest/APIReference/API_Check.html
 */
export function settledByCheck({ finding, needs, satisfied }: Leaf, checks: readonly AuthorizationCheck[]): Truth {
  if (finding.guard !== undefined) return satisfied
  const isDeny = needs === 'no-explicit-deny'
  const check = checkOf(finding, checks)
  if (check === undefined)
    return isDeny || CAN_ONLY_REFUSE.has(finding.layer) ? true : unlisted(finding, checks, satisfied)
  if (check.effect === 'EXPLICIT_DENY') return isDeny ? false : satisfied
  if (isDeny) return true
  if (check.effect === 'ALLOW') return allowsItself(finding, check) ? true : satisfied
  return false
}

const CAN_ONLY_REFUSE: ReadonlySet<string> = new Set([
  'resource-control-policy',
  'service-control-policy',
  'vpc-endpoint-policy',
  'permissions-boundary',
  'session-policy',
])

/** A level of the organization has the check of its own target; ids end the ARN of a root, unit or account. */
function checkOf(
  { layer, where }: LayerFinding,
  checks: readonly AuthorizationCheck[],
): AuthorizationCheck | undefined {
  const own = checks.filter((check) => check.layer === layer)
  const at = own.find(({ target }) => where !== undefined && target?.endsWith(`/${where}`) === true)
  if (at !== undefined) return at
  // Of several levels that are one here, the worst counts.
  return WORST.flatMap((effect) => own.filter((check) => check.effect === effect))[0]
}

const WORST: readonly AuthorizationCheck['effect'][] = ['EXPLICIT_DENY', 'IMPLICIT_DENY', 'NO_IMPACT', 'ALLOW']

/** In one account the policy of the resource may be what let the caller in: then nothing is said of the caller's own. */
const allowsItself = ({ layer }: LayerFinding, { by }: AuthorizationCheck): boolean =>
  layer !== 'identity-policy' || !by.includes('resource-policy')

/** Within one account AWS lists the policy of a resource under what the caller needs: where nothing allowed, neither did it. */
function unlisted({ layer }: LayerFinding, checks: readonly AuthorizationCheck[], satisfied: Truth): Truth {
  const principal = checks.find((check) => check.layer === 'identity-policy')
  return layer === 'resource-policy' && principal?.effect === 'IMPLICIT_DENY' ? false : satisfied
}
