import { managedPolicyByArn } from '#collect/managed-policies.ts'
import { type DiagnoseOptions, diagnoseWalking } from '#diagnose/diagnose.ts'
import type { Subject } from '#diagnose/diagnosis.ts'
import type { ResultWithFixes } from '#prove/fix.ts'
import { fixesFor } from '#prove/propose.ts'
import type { Evidence } from './inputs.ts'

/** Explains the denials of the evidence against what was in force, each with the fixes that were tried and proved. */
export function diagnoseEvidence(
  evidence: Evidence,
  subject: Subject,
  options: Omit<DiagnoseOptions, 'managedPolicies'> = {},
): ResultWithFixes {
  const { result, walks } = diagnoseWalking(evidence, subject, { ...options, managedPolicies: managedPolicyByArn })
  return { ...result, diagnoses: result.diagnoses.map((one, i) => ({ ...one, fixes: fixesFor(one, walks[i]) })) }
}
