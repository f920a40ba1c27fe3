import { isAccountId, parseArn } from '#iam/arn.ts'
import { mayGrant } from '../change-kinds.ts'
import type { ChangeInHand } from '../change.ts'
import type { AdvisedCall } from './grants-to.ts'

/** Layers in which the owner of a resource lets callers in. */
const OF_OWNER: ReadonlySet<ChangeInHand['layer']> = new Set([
  'resource-policy',
  'resource-control-policy',
  'service-guard',
])

/** Returns the consequence of a change that lets in a caller of another account; undefined: that account is known (R-ADV-08). */
export function outsideAccount(change: Pick<ChangeInHand, 'kind' | 'layer'>, call: AdvisedCall): string | undefined {
  if (!mayGrant(change.kind) || !OF_OWNER.has(change.layer)) return undefined
  const caller = parseArn(call.principal ?? '')?.account ?? ''
  if (call.relation === 'outside')
    return `Lets in ${isAccountId(caller) ? `account ${caller}` : 'a caller'} from outside your organization. Apply it only if you know who that is.`
  const owner = parseArn(call.resource ?? '')?.account || (call.resourceAccount ?? '')
  const isKnown = call.relation !== undefined && call.relation !== 'unknown'
  if (isKnown || !isAccountId(caller) || !isAccountId(owner) || caller === owner) return undefined
  return `Lets in another account: ${caller}. The resource belongs to ${owner}. Apply it only if you know account ${caller}.`
}
