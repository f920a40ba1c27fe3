import { conditionKeyFacts } from '#iam/facts/condition-keys.ts'
import type { Statement } from '#iam/policy.ts'
import type { Case } from './case.ts'
import type { LintFinding } from './decision.ts'
import type { PreparedPolicy } from './prepare.ts'

/**
 * Findings on the policies judged, by Access Analyzer's names (semantics B.8). A finding never changes the decision
 * (R-VAL-01). https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
 */
export function lintScenario(facts: Case): LintFinding[] {
  return policiesOf(facts).flatMap((policy) => [
    ...policy.document.unreadable.map(({ pointer, why }) => finding('invalid-policy', 'error', policy, pointer, why)),
    ...policy.document.statements.flatMap((statement) => lintStatement(policy, statement)),
  ])
}

function policiesOf({ policies }: Case): readonly PreparedPolicy[] {
  const levels = [...(policies.resourceControlPolicies ?? []), ...(policies.serviceControlPolicies ?? [])]
  return [
    ...levels.flatMap((level) => level.policies ?? []),
    policies.vpcEndpointPolicy,
    policies.resourcePolicy,
    ...(policies.identityPolicies ?? []),
    policies.permissionsBoundary,
    ...(policies.sessionPolicies ?? []),
  ].filter((policy) => policy !== null && policy !== undefined)
}

const finding = (
  id: string,
  severity: LintFinding['severity'],
  policy: PreparedPolicy,
  pointer: string,
  message: string,
): LintFinding => ({ id, severity, policy: policy.name, pointer, message })

function lintStatement(policy: PreparedPolicy, statement: Statement): LintFinding[] {
  const error = (id: string, element: string, message: string): LintFinding =>
    finding(id, 'error', policy, `${statement.pointer}/${element}`, message)
  const found: LintFinding[] = []
  for (const action of statement.actionSource) {
    if (action.includes(',') || action.includes(' '))
      found.push(
        error('Invalid action', statement.actionElement, `\`${action}\` is one text and matches nothing (R-ACT-03)`),
      )
    else if (action !== '*' && action !== '*:*' && /[*?]/.test(action.split(':')[0] ?? ''))
      found.push(
        error('Invalid service in action', statement.actionElement, `\`${action}\` matches nothing (R-ACT-02)`),
      )
  }
  for (const line of statement.conditions) {
    if (line.use === undefined)
      found.push(
        error('Invalid condition operator', 'Condition', `\`${line.operator}\` is no condition operator (R-COND-05)`),
      )
    else if (
      line.use.setOperator === undefined &&
      line.use.operator.family !== 'null' &&
      conditionKeyFacts(line.key)?.multivalued === true
    )
      found.push(
        error(
          'Missing qualifier',
          'Condition',
          `\`${line.key}\` has several values: use ForAllValues or ForAnyValue (R-COND-22)`,
        ),
      )
  }
  for (const { type, value } of statement.principal?.entries ?? [])
    if (type === 'AWS' && value.includes('*'))
      found.push(
        error('Unsupported wildcard in principal', statement.principalElement, `\`${value}\` matches nobody (R-PM-02)`),
      )
  return found
}
