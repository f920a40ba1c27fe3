import { openSnapshot } from '#collect/folder.ts'
import { managedPolicyByArn } from '#collect/managed-policies.ts'
import type { Request } from '#iam/request.ts'
import { type WhatCan, whatCan } from '#prove/what-can.ts'
import { principalsOfAccount } from '#snapshot/account-principals.ts'
import { principalOf } from '#snapshot/principal.ts'
import { accountFilesOf, type Snapshot } from '#snapshot/snapshot.ts'

/** The answer of `what-can`, or why the principal cannot be looked at, with the ARNs that could have been meant. */
export type WhatCanAnswer =
  | { readonly result: WhatCan; readonly problems: readonly string[] }
  | { readonly why: string; readonly known: readonly string[] }

export async function whatCanIn(
  folder: string,
  principal: string,
  context: Request['context'],
  budget?: number,
): Promise<WhatCanAnswer> {
  const snapshot = await openSnapshot(folder)
  const { caller, entity, why } = principalOf(snapshot, { principal, action: '', resource: null })
  if (entity === undefined && caller.kind !== 'root')
    return { why: why ?? `\`${principal}\` is no user or role`, known: arnsNear(snapshot, caller.account) }
  const options = { managedPolicies: managedPolicyByArn, budget, ...(context === undefined ? {} : { context }) }
  const result = whatCan(snapshot, principal, options)
  if (result === undefined) return { why: `\`${principal}\` is in no account`, known: [] }
  return { result, problems: snapshot.problems.map(({ part, message }) => `${part}: ${message}`) }
}

/** Users and roles of the account that was named, or of all where it is none of the snapshot's. */
function arnsNear(snapshot: Snapshot, account: string | undefined): readonly string[] {
  const folders = [...accountFilesOf(snapshot).keys()]
  const searched = account !== undefined && folders.includes(account) ? [account] : folders.slice(0, 50)
  return searched.flatMap((id) => [...principalsOfAccount(snapshot, id).principals].map(({ arn }) => arn))
}
