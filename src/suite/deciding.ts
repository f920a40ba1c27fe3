import type { Decision, LayerVerdict } from '#engine/decision.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import { nearestStatements } from '#iam/nearest-statements.ts'
import { type StatementRef, statementRef } from '#engine/statement-ref.ts'

/**
 * The statements that decide: of an allowed request those that allow it, layer by layer; of a denied one those that deny
 * it, or, where none allows, those that came nearest. None where the decision is open.
 */
export const decidingStatements = (decision: Decision): readonly StatementRef[] =>
  decision.layers.filter((entry) => decides(decision, entry)).flatMap((entry) => refsOf(entry))

/** The layers that decide: what refuses of a denied request, what allows of an allowed one. */
export const decidingLayers = (decision: Decision): readonly PolicyLayer[] => [
  ...new Set(decision.layers.filter((entry) => decides(decision, entry)).map(({ layer }) => layer)),
]

function decides({ decision, blockedBy }: Decision, { layer, verdict, counted }: LayerVerdict): boolean {
  if (!counted || decision === 'undetermined') return false
  if (decision === 'allowed') return verdict === 'allow'
  return blockedBy.includes(layer) && (verdict === 'explicit-deny' || verdict === 'implicit-deny')
}

function refsOf(entry: LayerVerdict): readonly StatementRef[] {
  const { verdict, statements } = entry
  if (verdict === 'implicit-deny')
    return nearestStatements(statements).map((statement) => ({ ...statementRef(entry, statement), nearest: true }))
  const effect = verdict === 'allow' ? 'Allow' : 'Deny'
  return statements
    .filter((statement) => statement.effect === effect && statement.matches === true)
    .map((statement) => statementRef(entry, statement))
}

/** Whether a test's word means the statement: its Sid, its policy, `policy/Sid`, or `policy/2` counted from 1. */
export const isNamed = ({ policy, policyArn, sid, index }: StatementRef, name: string): boolean =>
  name === sid ||
  name === policy ||
  name === policyArn ||
  name === `${policy}/${index + 1}` ||
  (sid !== undefined && name === `${policy}/${sid}`)
