import { managedPolicyByArn } from '#collect/managed-policies.ts'
import { diagnose, type DiagnoseOptions } from '#diagnose/diagnose.ts'
import type { DiagnoseResult, Subject } from '#diagnose/diagnosis.ts'
import type { Evidence } from './inputs.ts'

/** Explains the denials of the evidence against what was in force. */
export const diagnoseEvidence = (
  evidence: Evidence,
  subject: Subject,
  options: Omit<DiagnoseOptions, 'managedPolicies'> = {},
): DiagnoseResult => diagnose(evidence, subject, { ...options, managedPolicies: managedPolicyByArn })
