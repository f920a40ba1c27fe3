import type { EvaluationInput } from '#engine/evaluation-input.ts'
import type { LintFinding } from './finding.ts'

/**
 * The request asks for an action that may not exist, under the names of the same findings on policies (docs/lint.md). Where
 * the request says that it exists, it is newer than the reference: a warning.
 */
export function actionInDoubt({ doubt, request }: EvaluationInput): LintFinding[] {
  if (doubt === undefined) return []
  const exists = request.actionExists === true
  const { name, newer } = IDS[doubt.of]
  return [
    {
      id: exists ? newer : name,
      severity: exists ? 'warning' : 'error',
      policy: '',
      pointer: '/request/action',
      message: `${doubt.text} (R-ACT-05)`,
    },
  ]
}

const IDS = {
  action: { name: 'Invalid action', newer: 'unknown-action' },
  service: { name: 'Invalid service in action', newer: 'unknown-service' },
} as const
