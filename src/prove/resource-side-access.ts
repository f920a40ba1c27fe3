import { isGrantingGuard } from '#iam/layers.ts'
import type { EvaluationInput } from '#engine/evaluation-input.ts'
import { evaluateLayers } from '#engine/evaluate-layers.ts'
import { isPermissionless } from '#engine/services/hard-rules.ts'
import type { PreparedPolicies } from '#engine/prepare.ts'
import { knownRelation, normalizeRequest, evaluationInputOf } from '#engine/read-request.ts'
import { readAction } from '#iam/action.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import type { PrincipalEntry } from '#iam/principal-element.ts'
import type { Statement } from '#iam/policy.ts'
import type { Request } from '#iam/request.ts'
import type { Question } from '#iam/statement.ts'
import type { Resource } from '#engine/scenario.ts'
import { listField, textField } from '#snapshot/fields.ts'
import { partitionAsked } from './partition.ts'

/** A request without its principal, and what decides on the resource's side. */
export interface ResourceSide {
  readonly request: Request
  readonly policies: PreparedPolicies
  readonly resources: readonly Resource[]
}

/** The Allow statements of the resource's own policy that bear on the action. */
export function allowsOf({ request, policies: { resourcePolicy } }: ResourceSide): readonly Statement[] {
  const action = readAction(request.action)
  return action === undefined ? [] : (resourcePolicy?.bearingOn(action).allows ?? [])
}

/**
 * Whether the resource's side may let in anyone of an account; false: surely nobody, whoever they are and whatever their
 * own policies say. Only for accounts other than the resource's; there both sides must allow (R-XACC-01).
 */
export function mayLetIn(side: ResourceSide, account: string): boolean {
  const { policies } = side
  if (policies.resourcePolicy === undefined || isUnread(policies)) return true
  if (allowsOf(side).some((statement) => mayName(statement, account))) return true
  if (mayBeGrantee(policies.serviceGuards, account)) return true
  return !isShutOut(side, account)
}

const isUnread = ({ resourcePolicy }: PreparedPolicies): boolean =>
  (resourcePolicy?.document.unreadable.length ?? 0) > 0

function mayName({ principal, principalElement }: Statement, account: string): boolean {
  if (principalElement === 'NotPrincipal') return true
  if (principal === undefined) return false
  return principal.any || principal.entries.some((entry) => mayBeIn(entry, account))
}

/** An entry whose account cannot be told, such as a unique id, may be anyone's. */
function mayBeIn({ type, value }: PrincipalEntry, account: string): boolean {
  if (type === 'Service' || type === 'Federated') return false
  if (type !== 'AWS') return true
  const named = isAccountId(value) ? value : parseArn(value)?.account
  return named === undefined || !isAccountId(named) || named === account
}

/** Grants name their grantee outside every policy (R-KMS-06). */
function mayBeGrantee(guards: PreparedPolicies['serviceGuards'], account: string): boolean {
  if (guards === null || guards === undefined) return true
  const grants = Object.hasOwn(guards, 'kmsGrants') ? guards['kmsGrants'] : undefined
  if (!Array.isArray(grants)) return false
  return grants.some((grant) => {
    const text = JSON.stringify(grant)
    return text.includes(account)
  })
}

/** Accounts of those whom a grant of the key is for. */
export function grantedAccounts({ policies: { serviceGuards } }: ResourceSide): readonly string[] {
  const grantees = (listField(serviceGuards, 'kmsGrants') ?? []).map((grant) => textField(grant, 'GranteePrincipal'))
  const accounts = grantees.map((name = '') => (isAccountId(name) ? name : (parseArn(name)?.account ?? '')))
  return [...new Set(accounts.filter(isAccountId))]
}

/** Whether an ACL, which names no account by its id, lets in somebody of an account that nothing names. */
export const isLetInByAcl = (side: ResourceSide, account: string): boolean =>
  evaluateLayers(caseOf(side, account)).trace.some(
    ({ guard, applies, allow }) => guard === 'acl' && applies && allow === true,
  )

/** Whether an unnamed role of the account is shut out: nothing on the resource's side allows it, and its own side cannot. */
function isShutOut(side: ResourceSide, account: string): boolean {
  if (!needsBothSides(side, account)) return false
  return evaluateLayers(caseOf(side, account)).trace.every(({ layer, guard, applies, allow }) => {
    const grants = layer === 'resource-policy' || isGrantingGuard(guard)
    return !grants || !applies || allow === false
  })
}

/** Whether users and roles of an account are surely denied where no policy of their own allows. */
export const needsIdentityPolicy = (side: ResourceSide, account: string): boolean =>
  needsBothSides(side, account) && caseOf(side, account).question.action.service !== 'kms'

/** Across accounts both sides must allow; grants of a key stand in for both (R-KMS-06). */
function needsBothSides(side: ResourceSide, account: string): boolean {
  const input = caseOf(side, account)
  if (input.relation !== 'cross' || isPermissionless(input.action)) return false
  return input.action !== 'iam:PassRole' && input.question.action.service !== 'execute-api'
}

/** The request as somebody of the account asks it. */
export const accountQuestion = (side: ResourceSide, account: string): Question => caseOf(side, account).question

function caseOf({ request, policies, resources }: ResourceSide, account: string): EvaluationInput {
  const principal = `arn:${partitionAsked(request)}:iam::${account}:role/anyone`
  const scenario = { request: { ...request, principal }, resources }
  const prepared = { scenario, policies }
  const read = normalizeRequest(scenario.request, resourceOf(request), resources)
  return evaluationInputOf(prepared, read, knownRelation(prepared, read) ?? 'same')
}

const resourceOf = ({ resource }: Request): string | null => (typeof resource === 'string' ? resource : null)

/** The ARN that statements are held against; undefined: there is none, or it is not known. */
export function askedArn({ request, resources }: ResourceSide): string | undefined {
  const { requestResource: resource } = normalizeRequest(request, resourceOf(request), resources)
  return resource.kind === 'arn' ? resource.arn : undefined
}
