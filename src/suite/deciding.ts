import type { Decision, LayerVerdict, StatementVerdict } from '#engine/decision.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import { nearestStatements } from '#engine/nearest-statements.ts'

/** A statement by its place, and the layer it stands in (docs/json.md, "StatementRef"). */
export interface StatementRef {
  readonly layer: PolicyLayer
  readonly where?: string
  readonly policy: string
  readonly policyArn?: string
  readonly sid?: string
  readonly index: number
  readonly pointer: string
  readonly file?: string
  readonly line?: number
  /** Of an implicit deny: it does not match, and came nearest to allowing. */
  readonly nearest?: true
}

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

function refsOf({ layer, where, verdict, statements }: LayerVerdict): readonly StatementRef[] {
  const ref = (one: StatementVerdict, isNearest: boolean): StatementRef => ({
    layer,
    ...(where === undefined ? {} : { where }),
    policy: one.policy,
    ...(one.policyArn === undefined ? {} : { policyArn: one.policyArn }),
    ...(one.sid === undefined ? {} : { sid: one.sid }),
    index: one.index,
    pointer: one.pointer,
    ...(one.file === undefined ? {} : { file: one.file }),
    ...(one.line === undefined ? {} : { line: one.line }),
    ...(isNearest ? { nearest: true } : {}),
  })
  if (verdict === 'implicit-deny') return nearestStatements(statements).map((one) => ref(one, true))
  const effect = verdict === 'allow' ? 'Allow' : 'Deny'
  return statements.filter((one) => one.effect === effect && one.matches === true).map((one) => ref(one, false))
}

/** Whether a test's word means the statement: its Sid, its policy, `policy/Sid`, or `policy/2` counted from 1. */
export const isNamed = ({ policy, policyArn, sid, index }: StatementRef, name: string): boolean =>
  name === sid ||
  name === policy ||
  name === policyArn ||
  name === `${policy}/${index + 1}` ||
  (sid !== undefined && name === `${policy}/${sid}`)
