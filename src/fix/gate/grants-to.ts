import { isAccountId, parseArn } from '#iam/arn.ts'
import { mayGrant } from '../change-kinds.ts'
import type { CallerRelation } from '#diagnose/diagnosis.ts'
import type { ChangeInHand } from '../change.ts'
import type { GrantsTo } from './consequence.ts'

/** The denied call, as far as advice about it depends on it. */
export interface AdvisedCall {
  readonly principal: string | null
  readonly action: string | null
  readonly resource: string | null
  /** Account that owns the resource, where its ARN has none. */
  readonly resourceAccount?: string | null
  /** Whether the call makes the resource, which has no tags yet. */
  readonly isMade?: boolean
  /** How the caller relates to the accounts of whoever asks; left out: not known. */
  readonly relation?: CallerRelation | undefined
}

/** Returns how the caller relates to the account whose policies the changes edit; null: they grant nothing. */
export function grantsTo(changes: readonly Pick<ChangeInHand, 'kind'>[], call: AdvisedCall): GrantsTo | null {
  if (!changes.some(({ kind }) => mayGrant(kind))) return null
  if (call.relation !== undefined && call.relation !== 'unknown') return call.relation
  const caller = parseArn(call.principal ?? '')?.account ?? ''
  const owner = parseArn(call.resource ?? '')?.account || (call.resourceAccount ?? '')
  if (!isAccountId(caller) || !isAccountId(owner)) return 'unknown'
  return caller === owner ? 'same-account' : 'unknown'
}
