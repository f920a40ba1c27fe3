import type { KeyState } from '#iam/key-state.ts'
import type { EvaluationInput } from './evaluation-input.ts'
import type { Layer, LayerFinding } from './layers/finding.ts'
import { identityPolicy } from './layers/identity-policy.ts'
import { permissionsBoundary } from './layers/permissions-boundary.ts'
import { resourceControlPolicy } from './layers/resource-control-policy.ts'
import { resourcePolicy } from './layers/resource-policy.ts'
import { serviceControlPolicy } from './layers/service-control-policy.ts'
import { serviceGuard } from './layers/service-guard.ts'
import { sessionPolicy } from './layers/session-policy.ts'
import { vpcEndpointPolicy } from './layers/vpc-endpoint-policy.ts'
import type { PreparedPolicies } from './prepare.ts'
import { asNobody, perhapsToNobody, signedOrNot } from './services/nobody.ts'
import { missingObject } from './services/s3-missing-object.ts'
import { requirementOf } from './requirement.ts'
import type { Trace, Tree } from './requirement-tree.ts'

/** The layers in their order. Each evaluates every request; none is skipped because another refused (ADR 0004). */
export const LAYERS: readonly Layer[] = [
  resourceControlPolicy,
  serviceControlPolicy,
  vpcEndpointPolicy,
  resourcePolicy,
  identityPolicy,
  permissionsBoundary,
  sessionPolicy,
  serviceGuard,
]

/** A request evaluated under one account relation: the findings of all layers, and the requirement over them. */
export interface EvaluatedLayers {
  readonly input: EvaluationInput
  readonly trace: Trace
  readonly tree: Tree
}

export function evaluateLayers(input: EvaluationInput): EvaluatedLayers {
  return evaluatedFrom(
    perhapsToNobody(input) ? signedOrNot(traceOf(input), traceOf(asNobody(input))) : traceOf(input),
    input,
  )
}

/**
 * Evaluates a request under several sets of policies that differ in the identity policies alone: no other layer looks at
 * those, so what the others find is had once.
 */
export function treeByIdentityPolicies(input: EvaluationInput): (policies: PreparedPolicies) => Tree {
  if (perhapsToNobody(input)) return (policies) => evaluateLayers({ ...input, policies }).tree
  const findings = LAYERS.map((layer) => (layer === identityPolicy ? undefined : layer.evaluate(input)))
  return (policies) => {
    const under = { ...input, policies }
    const trace: LayerFinding[] = []
    for (const known of findings) trace.push(...(known ?? identityPolicy.evaluate(under)))
    return evaluatedFrom(trace, under).tree
  }
}

function evaluatedFrom(trace: LayerFinding[], input: EvaluationInput): EvaluatedLayers {
  const hidden = missingObject(input, (listing) => evaluateLayers(listing).tree.satisfied)
  if (hidden !== undefined) addGuard(trace, hidden)
  return { input, trace, tree: requirementOf(trace, input) }
}

function traceOf(input: EvaluationInput): LayerFinding[] {
  const trace: LayerFinding[] = []
  for (const layer of LAYERS) for (const finding of layer.evaluate(input)) trace.push(finding)
  return trace
}

/** In place of the word that no guard stands there. */
function addGuard(trace: LayerFinding[], guard: LayerFinding): void {
  const last = trace.at(-1)
  if (last?.layer === 'service-guard' && last.guard === undefined) trace.pop()
  trace.push(guard)
}

/**
 * A request evaluated with some context keys set: for the cases over what is not known (R-COND-65). `overrides`: by key in
 * lower case.
 */
export function evaluateLayersWith(input: EvaluationInput, overrides: ReadonlyMap<string, KeyState>): EvaluatedLayers {
  const { lookup } = input.question
  const question = { ...input.question, lookup: (key: string) => overrides.get(key.toLowerCase()) ?? lookup(key) }
  return evaluateLayers({ ...input, question })
}
