import { managedPolicyByArn } from '#collect/managed-policies.ts'
import { type DiagnoseOptions, diagnoseWalking } from '#diagnose/diagnose.ts'
import type { Diagnosis, Subject } from '#diagnose/diagnosis.ts'
import { lazy } from '#iam/lazy.ts'
import type { DiagnosisWithFixes, Offer, ResultWithFixes } from '#prove/fix.ts'
import { offerFor } from '#prove/propose.ts'
import type { Evidence } from './inputs.ts'

/** Explains the denials of the evidence against what was in force, each with the fixes that were tried and proved. */
export function diagnoseEvidence(
  evidence: Evidence,
  subject: Subject,
  options: Omit<DiagnoseOptions, 'managedPolicies'> = {},
): ResultWithFixes {
  const { result, walks } = diagnoseWalking(evidence, subject, { ...options, managedPolicies: managedPolicyByArn })
  return {
    ...result,
    diagnoses: result.diagnoses.map((one, i) =>
      withFixes(
        one,
        lazy(() => offerFor(one, walks[i])),
      ),
    ),
  }
}

/** Fixes are looked for when somebody first asks for them. */
const withFixes = (diagnosis: Diagnosis, offer: () => Offer): DiagnosisWithFixes =>
  Object.defineProperties(
    { ...diagnosis },
    {
      fixes: { enumerable: true, get: () => offer().all() },
      offer: { enumerable: false, get: offer },
    },
  ) as DiagnosisWithFixes
