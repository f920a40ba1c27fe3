import type { EvaluationInput } from '#engine/evaluation-input.ts'
import { isOfNoOrganization } from '#engine/services/organizations.ts'
import type { LintFinding } from './finding.ts'

/** `organization: null` beside a call of AWS Organizations, which only accounts of an organization make (R-UNK-03). */
export function organizationContradicted(input: EvaluationInput): LintFinding[] {
  if (!isOfNoOrganization(input)) return []
  return [
    {
      id: 'no-organization',
      severity: 'warning',
      policy: '',
      pointer: '/organization',
      message: `\`${input.action}\` is asked within an organization, though the account is said to be in none (R-UNK-03)`,
    },
  ]
}
