/** `denytrace/engine`: without Node built-ins, for a browser. An AWS managed policy given by ARN alone is unknown here. */
import { evaluateChain } from '#engine/chain.ts'
import type { Decision } from '#engine/decision.ts'
import { evaluate as evaluateOne } from '#engine/evaluate.ts'
import type { Scenario } from '#engine/scenario.ts'

export type { Decision, LayerVerdict, PolicyLayer, StatementVerdict, Step } from '#engine/decision.ts'
export type { PoliciesInForce, Policy, Resource, Scenario } from '#engine/scenario.ts'
export type { ContextValue, Request } from '#iam/request.ts'

/** Judges one request against every policy layer, with the whole trace. */
export const evaluate = (scenario: Scenario, { chain = false }: { readonly chain?: boolean } = {}): Decision =>
  chain ? evaluateChain(scenario) : evaluateOne(scenario)
