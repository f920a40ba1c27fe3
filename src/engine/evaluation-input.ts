import { isAccountId } from '#iam/arn.ts'
import { type Caller, isOriginAccessIdentity } from '#iam/caller.ts'
import type { DoubtfulAction } from '#iam/facts/doubtful-action.ts'
import { areOneButForMask } from '#iam/masked-account.ts'
import { policyHolderArns } from '#iam/policy-holder.ts'
import type { Request } from '#iam/request.ts'
import type { RequestResource } from '#iam/resource.ts'
import { isSameAccount } from '#iam/same-account.ts'
import type { Question } from '#iam/statement.ts'
import type { ContextSource } from './context-source.ts'
import type { PreparedPolicies } from './prepare.ts'
import type { Attributes, Organization, Resource } from './scenario.ts'

/** `neither`: services, anonymous callers and identity providers belong to no account (R-XACC-05). */
export type AccountRelation = 'same' | 'cross' | 'neither'

/** The input of an evaluation: a request read, with everything in force for it prepared. */
export interface EvaluationInput {
  readonly request: Request
  /** In IAM's spelling. */
  readonly action: string
  /** Why the action may not exist; left out where it does, or where that is not asked (R-ACT-05). */
  readonly doubt?: DoubtfulAction
  readonly caller: Caller
  readonly resource: RequestResource
  readonly resourceAccount: string | undefined
  readonly relation: AccountRelation
  /** Through an S3 access point: the same to the owner of each bucket behind it; else none (R-S3-07, R-XACC-04). */
  readonly relationsBehind: readonly AccountRelation[]
  readonly question: Question
  /** The context in which the question's keys are looked up. */
  readonly source: ContextSource
  readonly policies: PreparedPolicies
  readonly organization: Organization | null | undefined
  /** Attributes of the request's resource; undefined: none given; null: it is known that none is set. */
  readonly attributes: Attributes | null | undefined
  readonly resources: readonly Resource[]
}

/** As a missing fact names a caller: by its ARN, where there is one. */
export const whose = (arn: string): string => (arn === 'unknown' ? 'the caller' : arn)

/** An account as a missing fact names it; `otherwise` where it is not known. */
export const accountText = (account: string | undefined, otherwise: string): string =>
  account === undefined ? otherwise : `account ${account}`

/** By the owner of a resource. Undefined: the owner is not known, or an account is masked and tells nothing (R-UNK-05). */
export function relationTo(owner: string | undefined, caller: Caller): AccountRelation | undefined {
  if (caller.account === undefined || isOriginAccessIdentity(caller)) return 'neither'
  if (owner === undefined) return undefined
  if (owner === caller.account) return 'same'
  return isAccountId(owner) && isAccountId(caller.account) ? 'cross' : undefined
}

/** An attribute of the request's resource: undefined is not known, `null` is not set (docs/json.md, "Scenario"). */
export function attribute(input: EvaluationInput, name: string): unknown {
  const { attributes } = input
  if (attributes === null) return null
  const value = attributes !== undefined && Object.hasOwn(attributes, name) ? attributes[name] : undefined
  if (value !== undefined) return value
  return input.policies.complete && !mayBeOneListed(input) ? null : undefined
}

/**
 * Whether nobody says which resource it is, or in which account, and things are said of one that it may be: then "complete" does not
 * say that they are not so of this one (R-UNK-01, R-UNK-05).
 */
export const mayBeOneListed = ({
  resource,
  attributes,
  resources,
}: Pick<EvaluationInput, 'resource' | 'attributes' | 'resources'>): boolean =>
  attributes === undefined &&
  resources.some((listed) => listed.attributes !== undefined && mayBeThat(resource, listed.arn))

/** Whether an ARN that is listed may be that of a resource which is not named, or of which one of the two masks the account. */
export const mayBeThat = (resource: RequestResource, listed: string): boolean =>
  resource.kind === 'unknown' ||
  (resource.kind === 'arn' && policyHolderArns(resource.arn).some((holder) => areOneButForMask(holder, listed)))

/**
 * Whether an account may be the management account, which is not known: in an organization whose management account nobody
 * states, or of an account that nobody states and that is not the caller's (R-UNK-01); or one of the two is masked
 * (R-UNK-05).
 */
export function mayBeManagementAccount(
  { organization, caller }: EvaluationInput,
  account: string | undefined,
): boolean {
  if (organization === null || organization === undefined) return false
  const { managementAccount } = organization
  if (managementAccount === undefined) return true
  if (account === undefined) return isSameAccount(managementAccount, caller.account ?? '') !== true
  return isSameAccount(managementAccount, account) === 'unknown'
}

export const isManagementAccount = (input: EvaluationInput, account: string | undefined): boolean =>
  account !== undefined && isSameAccount(input.organization?.managementAccount ?? '', account) === true
