import { managedPolicyByArn } from '#collect/managed-policies.ts'
import { type DiagnoseOptions, diagnoseWalking } from '#diagnose/diagnose.ts'
import type { Diagnosis, Subject } from '#diagnose/diagnosis.ts'
import type { Scenario } from '#engine/scenario.ts'
import { lazy } from '#iam/lazy.ts'
import type { DiagnosisWithFixes, Offer, ResultWithFixes } from '#prove/fix.ts'
import { type ConditionalFixes, conditionalFixes } from '#prove/conditional-fixes.ts'
import { judgeOf, offerFor } from '#prove/propose.ts'
import { accessTests } from '#report/access-tests.ts'
import type { Evidence } from './inputs.ts'

/** Explains the denials of the evidence against what was in force, each with the fixes that were tried and proved. */
export function diagnoseEvidence(
  evidence: Evidence,
  subject: Subject,
  options: Omit<DiagnoseOptions, 'managedPolicies'> = {},
): ResultWithFixes {
  return offered(walk(evidence, subject, options))
}

/** A diagnosis with what a page needs beside it: to change a policy and judge again, and to keep a fix as a test. */
export interface ResultWithScenarios extends ResultWithFixes {
  /** As `diagnoses`, and in each as its `steps`. */
  readonly scenarios: readonly (readonly Scenario[])[]
  /** As `diagnoses`, and in each as its `fixes`: a file of access tests (docs/access-tests.md). */
  readonly tests: readonly (readonly string[])[]
}

export function diagnoseWithScenarios(
  evidence: Evidence,
  subject: Subject,
  options: Omit<DiagnoseOptions, 'managedPolicies'> = {},
): ResultWithScenarios {
  const { result, scenarios } = diagnoseHolding(evidence, subject, options)
  return {
    ...result,
    scenarios,
    tests: result.diagnoses.map((one) => one.fixes.map((fix) => accessTests(one, fix, { snapshot: './snapshot' }))),
  }
}

/** The diagnoses, and beside them the scenarios: as `scenarios` above. */
export function diagnoseHolding(
  evidence: Evidence,
  subject: Subject,
  options: Omit<DiagnoseOptions, 'managedPolicies'> = {},
): { readonly result: ResultWithFixes; readonly scenarios: ResultWithScenarios['scenarios'] } {
  const walked = walk(evidence, subject, options)
  return { result: offered(walked), scenarios: walked.walks.map((one) => one?.scenarios ?? []) }
}

/** The same before any fix was looked for: most of the time of an answer goes into proofs. */
export function diagnoseWithoutFixes(
  evidence: Evidence,
  subject: Subject,
  options: Omit<DiagnoseOptions, 'managedPolicies'> = {},
) {
  const { result, walks } = walk(evidence, subject, options)
  return { ...result, scenarios: walks.map((one) => one?.scenarios ?? []) }
}

const walk = (evidence: Evidence, subject: Subject, options: Omit<DiagnoseOptions, 'managedPolicies'>) =>
  diagnoseWalking(evidence, subject, { ...options, managedPolicies: managedPolicyByArn })

const offered = ({ result, walks }: ReturnType<typeof walk>): ResultWithFixes => ({
  ...result,
  diagnoses: result.diagnoses.map((one, i) => {
    const judge = lazy(() => judgeOf(walks[i]))
    return withFixes(
      one,
      lazy(() => offerFor(one, walks[i], judge())),
      lazy(() => conditionalFixes(one, walks[i], judge())),
    )
  }),
})

/** Fixes are looked for when somebody first asks for them. */
const withFixes = (
  diagnosis: Diagnosis,
  offer: () => Offer,
  conditional: () => ConditionalFixes,
): DiagnosisWithFixes => {
  const isOpen = diagnosis.status === 'undetermined'
  return Object.defineProperties(
    { ...diagnosis },
    {
      fixes: { enumerable: true, get: () => offer().all() },
      fixesNotTried: {
        enumerable: true,
        get: () => offer().notTried() ?? (isOpen ? conditional().notTried : undefined),
      },
      ...(isOpen ? { fixesIf: { enumerable: true, get: () => conditional().fixes } } : {}),
      offer: { enumerable: false, get: offer },
    },
  ) as DiagnosisWithFixes
}
