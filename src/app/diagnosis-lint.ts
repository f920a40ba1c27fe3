import type { Diagnosis } from '#diagnose/diagnosis.ts'
import type { Step } from '#engine/decision.ts'
import { type StepWithLint, stepWithLint } from '#lint/decision-with-lint.ts'
import type { LintFinding } from '#lint/finding.ts'
import type { PreparedScenario } from '#engine/read-request.ts'
import type { EvaluatedStep } from '#engine/chain.ts'
import type { Scenario } from '#engine/scenario.ts'

/** A diagnosis, with the findings on what was in force for each of its steps: what JSON has. */
export type WithStepLint<D extends Pick<Diagnosis, 'steps'>> = Omit<D, 'steps'> & {
  readonly steps: readonly StepWithLint[]
}

/**
 * The steps of a diagnosis with the findings on each.
 *
 * @param prepared reads the policies of a scenario, those of several once
 */
export const stepsWithLint = (
  steps: readonly EvaluatedStep[],
  prepared: (scenario: Scenario) => PreparedScenario,
): readonly StepWithLint[] => steps.map(({ step, scenario }) => stepWithLint(step, prepared(scenario)))

/** The steps of a diagnosis with the findings on the denied one alone: what the long text form shows. */
export const deniedWithLint = (
  [denied, ...others]: readonly EvaluatedStep[],
  prepared: (scenario: Scenario) => PreparedScenario,
): readonly Step[] =>
  denied === undefined ? [] : [stepWithLint(denied.step, prepared(denied.scenario)), ...others.map(({ step }) => step)]

/** The findings that a step carries; none where it was not linted. */
export const lintOf = (step: Step | undefined): readonly LintFinding[] =>
  (step as StepWithLint | undefined)?.decision.lint ?? []
