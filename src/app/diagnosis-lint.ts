import type { Diagnosis } from '#diagnose/diagnosis.ts'
import type { Step } from '#engine/decision.ts'
import { type StepWithLint, stepWithLint } from '#lint/decision-with-lint.ts'
import type { PreparedScenario } from '#engine/read-request.ts'
import type { Scenario } from '#engine/scenario.ts'

/** A diagnosis, with the findings on what was in force for each of its steps: what JSON has. */
export type WithStepLint<D extends Pick<Diagnosis, 'steps'>> = Omit<D, 'steps'> & {
  readonly steps: readonly StepWithLint[]
}

/**
 * The steps of a diagnosis with the findings on each.
 *
 * @param scenarios what was in force for each step, in their order
 * @param prepared reads the policies of a scenario, those of several once
 */
export const stepsWithLint = (
  { steps }: Pick<Diagnosis, 'steps'>,
  scenarios: readonly Scenario[],
  prepared: (scenario: Scenario) => PreparedScenario,
): readonly StepWithLint[] =>
  steps.map((step, i) => stepWithLint(step, prepared(scenarios[i] ?? { request: step.request, policies: {} })))

/** The steps of a diagnosis with the findings on the denied one alone: what the long text form shows. */
export const deniedWithLint = (
  { steps: [denied, ...others] }: Pick<Diagnosis, 'steps'>,
  [scenario]: readonly Scenario[],
  prepared: (scenario: Scenario) => PreparedScenario,
): readonly Step[] =>
  denied === undefined ? [] : [scenario === undefined ? denied : stepWithLint(denied, prepared(scenario)), ...others]
