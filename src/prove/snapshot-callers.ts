import type { PreparedPolicy } from '#engine/prepare.ts'
import type { PreparedScenario } from '#engine/read-request.ts'
import { parseArn } from '#iam/arn.ts'
import type { Statement } from '#iam/policy.ts'
import type { Request } from '#iam/request.ts'
import { accountsOf } from '#snapshot/accounts.ts'
import type { Snapshot } from '#snapshot/snapshot.ts'
import { federatedIn, servicesAsking } from './callers.ts'
import type { Entry } from './document-set.ts'
import { tellsFederatedApart } from './distinguish-kinds.ts'
import { partitionOf } from './partition.ts'

/** Who asks, as the fields of a request. */
export type Who = Pick<Request, 'principal' | 'principalDetails'>

export const isRoot = (principal: string): boolean => principal.endsWith(':root')

/** The root users of accounts that both snapshots hold: the organization's policies bind them, and resources' (D.2, R-EVAL-20). */
export function rootsOf(sides: readonly [Snapshot, Snapshot], principals: readonly string[]): readonly string[] {
  const [old, next] = sides.map((snapshot) => accountsOf(snapshot).map(({ id }) => id))
  const partition = partitionOf(principals) ?? 'aws'
  return (old ?? []).filter((id) => next?.includes(id)).map((id) => `arn:${partition}:iam::${id}:root`)
}

/**
 * The sessions of GetFederationToken that a user may have, where some statement in force tells them from the user itself: they
 * have the user's policies, within a session policy that nobody knows (R-PRIN-10).
 */
export function federatedSessionsOf(user: string, entries: () => readonly Entry[]): readonly Who[] {
  const arn = parseArn(user)
  if (arn?.service !== 'iam' || !(arn.resource.startsWith('user/') || arn.resource === 'root')) return []
  const statements = entries().map(({ statement }) => statement)
  if (!tellsFederatedApart(statements, arn.partition)) return []
  const lines = statements.flatMap(({ conditions }) => conditions)
  return federatedIn(arn.account, arn.partition, lines, statements).map((principal) => ({
    principal,
    principalDetails: { federatedBy: user },
  }))
}

/** Services that a policy which lets everybody in may let in, for each way in which their names are told apart. */
export function servicesOn(sides: readonly PreparedScenario[], allows: readonly Statement[]): readonly string[] {
  if (!allows.some(({ principal, principalElement }) => principal?.any === true || principalElement === 'NotPrincipal'))
    return []
  const lines = sides.flatMap(bearingOnServices).flatMap(({ conditions }) => conditions)
  return servicesAsking(lines, []).askers.map(({ who }) => who.principal)
}

/** The statements of the resource's own policy and of its account's resource control policies. */
function bearingOnServices({ policies }: PreparedScenario): readonly Statement[] {
  const { resourcePolicy, resourceControlPolicies } = policies
  const listed: readonly PreparedPolicy[] = [
    ...[resourcePolicy ?? []].flat(),
    ...(resourceControlPolicies ?? []).flatMap((level) => level.policies ?? []),
  ]
  return listed.flatMap(({ document }) => document.statements)
}
