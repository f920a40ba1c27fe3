import type { DecisionEffect, LayerVerdict, StatementVerdict, Verdict } from './decision.ts'
import { GUARDS, POLICY_LAYERS, type PolicyLayer } from '#iam/layers.ts'
import { explainPolicies, type Writable } from './explain.ts'
import type { LayerFinding } from './layers/finding.ts'
import { bearing, refusing } from './refusing.ts'
import type { Trace, Tree } from './requirement-tree.ts'
import type { Question } from '#iam/statement.ts'
import type { EvaluationInput } from './evaluation-input.ts'

/** The effect of a decision, by its requirement's truth value (docs/json.md, "Words"). */
export function effectOf(tree: Tree): DecisionEffect {
  if (tree.satisfied === 'unknown') return 'undetermined'
  return tree.satisfied ? 'allowed' : 'denied'
}

/** The verdicts of all layers, in the order they are evaluated in, each with its statements and why they do not match. */
export function verdictsOf(trace: Trace, tree: Tree, input: EvaluationInput, permissionless: boolean): LayerVerdict[] {
  const refusals = new Set(refusing(tree))
  const denied = effectOf(tree) === 'denied'
  const bears = new Set(denied ? refusals : bearing(tree))
  const mustAllow = new Set(denied ? refusals : bearing(tree, ({ needs }) => needs !== 'no-explicit-deny'))
  return trace.map((finding) => {
    const verdict = verdictOf(finding, refusals.has(finding))
    const counted =
      !permissionless && isCounted(verdict, finding, refusals, verdict === 'implicit-deny' ? mustAllow : bears)
    return layerVerdict(finding, verdict, counted, explainPolicies(finding.policies, questionOf(finding, input)))
  })
}

/** The question that is put to the policies of a finding. */
export const questionOf = ({ resource }: LayerFinding, { question }: EvaluationInput): Question =>
  resource === undefined ? question : { ...question, resource }

function layerVerdict(
  finding: LayerFinding,
  verdict: Verdict,
  counted: boolean,
  statements: readonly StatementVerdict[],
): LayerVerdict {
  const { layer, where, kind, guard, errorCode } = finding
  const reason = finding.reason ?? unreadable(finding)
  const entry: Partial<Writable<LayerVerdict>> = { layer, verdict, counted }
  if (where !== undefined) entry.where = where
  if (kind !== undefined) entry.kind = kind
  if (guard !== undefined) entry.guard = guard
  if (reason !== undefined) entry.reason = reason
  if (errorCode !== undefined) entry.errorCode = errorCode
  entry.statements = statements
  return entry as LayerVerdict
}

function unreadable({ policies }: LayerFinding): string | undefined {
  if (policies.every((policy) => policy.document.unreadable.length === 0)) return undefined
  const broken = policies.flatMap((policy) =>
    policy.document.unreadable.map(
      ({ pointer, why }) => `\`${policy.name}\`${pointer === '' ? '' : ` at ${pointer}`}: ${why}`,
    ),
  )
  return `cannot be read: ${broken.join('; ')}`
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
 * what could turn the verdict makes it unknown (docs/json.md, "Words").
 */
function verdictOf(finding: LayerFinding, mustAllow: boolean): Verdict {
  if (!finding.applies) return 'not-applicable'
  if (finding.deny === true) return 'explicit-deny'
  if (finding.allow === false && (mustAllow || finding.deny === false)) return 'implicit-deny'
  if (finding.deny === 'unknown' || finding.allow === 'unknown') return 'unknown'
  return 'allow'
}

/** Every layer that refuses, each once, in the order of the layers (docs/json.md, "Decision"). */
export const blockedBy = (tree: Tree): PolicyLayer[] => layersOf(refusing(tree))

export const denyType = (tree: Tree): 'explicit' | 'implicit' | null => denyTypeOf(refusing(tree))

/** Both read off the refusing findings, for who has them at hand. */
export function layersOf(findings: readonly LayerFinding[]): PolicyLayer[] {
  return POLICY_LAYERS.filter((layer) => findings.some((finding) => finding.layer === layer))
}

export function denyTypeOf(findings: readonly LayerFinding[]): 'explicit' | 'implicit' | null {
  if (findings.length === 0) return null
  return findings.some((finding) => finding.deny === true) ? 'explicit' : 'implicit'
}

/** The layer AWS's message would name: explicit before implicit, then in the order of the layers (R-NAME-02). Public access settings and ACLs are named as the resource-based policy (R-MSG-10). */
export function likelyReported(tree: Tree): PolicyLayer | null {
  const findings = refusing(tree)
  const explicit = findings.filter((finding) => finding.deny === true)
  const named = (explicit.length > 0 ? explicit : findings).map((finding) =>
    finding.guard === undefined ? finding.layer : GUARDS[finding.guard].reportedAs,
  )
  return POLICY_LAYERS.find((layer) => named.includes(layer)) ?? null
}
