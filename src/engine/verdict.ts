import { type DecisionEffect, type LayerVerdict, POLICY_LAYERS, type PolicyLayer, type Verdict } from './decision.ts'
import { explainPolicies } from './explain.ts'
import type { LayerFinding } from './layers/finding.ts'
import { bearing, refusing, type Trace, type Tree } from './requirement.ts'
import type { Case } from './case.ts'

/** What a requirement's truth value is called (contract.md, "Words"). */
export function effectOf(tree: Tree): DecisionEffect {
  if (tree.satisfied === 'unknown') return 'undetermined'
  return tree.satisfied ? 'allowed' : 'denied'
}

/** The verdicts of all layers in contract order, each with its statements and why they do not match. */
export function verdictsOf(trace: Trace, tree: Tree, facts: Case, permissionless: boolean): LayerVerdict[] {
  const refusals = new Set(refusing(tree))
  const bears = new Set(effectOf(tree) === 'denied' ? refusals : bearing(tree))
  return inOrder(trace).map((finding) => {
    const verdict = verdictOf(finding, refusals.has(finding))
    const counted = !permissionless && isCounted(verdict, finding, refusals, bears)
    return {
      layer: finding.layer,
      verdict,
      counted,
      ...(finding.where === undefined ? {} : { where: finding.where }),
      ...(finding.kind === undefined ? {} : { kind: finding.kind }),
      ...(finding.guard === undefined ? {} : { guard: finding.guard }),
      ...reasonOf(finding),
      ...(finding.errorCode === undefined ? {} : { errorCode: finding.errorCode }),
      statements: explainPolicies(finding.policies, facts.question),
    }
  })
}

const inOrder = (trace: Trace): Trace => POLICY_LAYERS.flatMap((layer) => trace.filter((f) => f.layer === layer))

function reasonOf(finding: LayerFinding): { readonly reason?: string } {
  if (finding.reason !== undefined) return { reason: finding.reason }
  const broken = finding.policies.flatMap((policy) =>
    policy.document.unreadable.map(
      ({ pointer, why }) => `\`${policy.name}\`${pointer === '' ? '' : ` at ${pointer}`}: ${why}`,
    ),
  )
  return broken.length === 0 ? {} : { reason: `cannot be read: ${broken.join('; ')}` }
}

function isCounted(
  verdict: Verdict,
  finding: LayerFinding,
  refusals: ReadonlySet<LayerFinding>,
  bears: ReadonlySet<LayerFinding>,
): boolean {
  switch (verdict) {
    case 'explicit-deny':
      return true
    case 'not-applicable':
      return false
    case 'implicit-deny':
      return refusals.has(finding) || (refusals.size === 0 && bears.has(finding))
    case 'allow':
    case 'unknown':
      return refusals.size > 0 || bears.has(finding)
  }
}

/**
 * A layer that must allow and surely does not stays an implicit deny, even if a Deny of it may match; everywhere else
 * what could turn the verdict makes it unknown (contract.md, "Words").
 */
function verdictOf(finding: LayerFinding, mustAllow: boolean): Verdict {
  if (!finding.applies) return 'not-applicable'
  if (finding.deny === true) return 'explicit-deny'
  if (finding.allow === false && (mustAllow || finding.deny === false)) return 'implicit-deny'
  if (finding.deny === 'unknown' || finding.allow === 'unknown') return 'unknown'
  return 'allow'
}

/** Every layer that refuses, each once, in contract order (contract.md §5). */
export function blockedBy(tree: Tree): PolicyLayer[] {
  const layers = new Set(refusing(tree).map((finding) => finding.layer))
  return POLICY_LAYERS.filter((layer) => layers.has(layer))
}

export function denyType(tree: Tree): 'explicit' | 'implicit' | null {
  const findings = refusing(tree)
  if (findings.length === 0) return null
  return findings.some((finding) => finding.deny === true) ? 'explicit' : 'implicit'
}

/** R-NAME-02: explicit before implicit, then in this order. */
const NAMED_FIRST: readonly PolicyLayer[] = [
  'resource-control-policy',
  'service-control-policy',
  'vpc-endpoint-policy',
  'resource-policy',
  'identity-policy',
  'permissions-boundary',
  'session-policy',
  'service-guard',
]

/** The layer AWS's message would name. Public access settings and ACLs are named as the resource-based policy (R-MSG-10). */
export function likelyReported(tree: Tree): PolicyLayer | null {
  const findings = refusing(tree)
  const explicit = findings.filter((finding) => finding.deny === true)
  const named = (explicit.length > 0 ? explicit : findings).map((finding) =>
    finding.guard === 'block-public-access' || finding.guard === 'acl' ? 'resource-policy' : finding.layer,
  )
  return NAMED_FIRST.find((layer) => named.includes(layer)) ?? null
}
