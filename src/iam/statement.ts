import type { Action } from './action.ts'
import type { Caller } from './caller.ts'
import { evaluateLine } from './condition/condition.ts'
import type { Lookup } from './key-state.ts'
import type { Statement } from './policy.ts'
import {
  matchNotPrincipalAllow,
  matchNotPrincipalDeny,
  matchPrincipal,
  type MatchKind,
  type PrincipalElement,
  type PrincipalMatch,
} from './principal-element.ts'
import { openTruth } from './open-resource.ts'
import { type PolicyPlace, type RequestResource, type ResourcePattern, resourceMatches } from './resource.ts'
import { isOfSearchDomain } from './search-domain.ts'
import { and, not, or, type Truth } from './truth.ts'

/** Part of a request that a statement is matched against. */
export interface Question {
  readonly action: Action
  /** The action in IAM's spelling, for showing. */
  readonly actionText?: string
  readonly resource: RequestResource
  readonly caller: Caller
  readonly lookup: Lookup
  /** `s3:ListAllMyBuckets`: `arn:P:s3:::*` covers it although it has no resource (R-REQ-04). */
  readonly listsAllBuckets: boolean
  /** Whether the caller has a permissions boundary: a Deny with NotPrincipal then always reaches it (R-PM-10). */
  readonly hasBoundary: Truth
}

export interface StatementMatch {
  readonly matches: Truth
  /** By which kinds of principal entry, each ANDed with the rest of the statement. Empty where the policy has no Principal. */
  readonly kinds: ReadonlyMap<MatchKind, Truth>
}

const NO_KINDS: ReadonlyMap<MatchKind, Truth> = new Map()
const NO_MATCH: StatementMatch = { matches: false, kinds: NO_KINDS }
const MATCH: StatementMatch = { matches: true, kinds: NO_KINDS }

/** Whether the statement's elements all match (R-COND-63). Stops at the first that surely does not. */
export function matchStatement(statement: Statement, place: PolicyPlace, question: Question): StatementMatch {
  return actionTruth(statement, question.action) ? matchBeyondAction(statement, place, question) : NO_MATCH
}

/** Whether the elements of a statement match whose action is known to, as it is of all that an index found. */
export function matchBeyondAction(statement: Statement, place: PolicyPlace, question: Question): StatementMatch {
  const resource = resourceTruth(statement, place, question)
  if (resource === false) return NO_MATCH
  const principal = principalTruth(statement, place, question)
  if (principal.matches === false) return NO_MATCH
  const rest = and(resource, conditionTruth(statement, question.lookup))
  if (rest === false) return NO_MATCH
  if (rest === true) return principal
  if (principal.kinds.size === 0) return { matches: and(principal.matches, rest), kinds: NO_KINDS }
  const kinds = new Map<MatchKind, Truth>()
  for (const [kind, truth] of principal.kinds) kinds.set(kind, and(truth, rest))
  return { matches: and(principal.matches, rest), kinds }
}

/** R-ACT-04: NotAction matches what none of its elements does. A missing element matches nothing (R-GRAM-11). */
export function actionTruth(statement: Statement, action: Action): boolean {
  if (statement.actionSource.length === 0) return false
  return statement.listsAction(action) === (statement.actionElement === 'Action')
}

function anyMatches(elements: readonly ResourcePattern[], { resource, lookup, listsAllBuckets }: Question): Truth {
  if ((resource.kind === 'arn' || resource.kind === 'unknown') && resource.open !== undefined)
    return openTruth(elements, resource.open, lookup)
  let any: Truth = false
  for (const pattern of elements) {
    any = or(any, resourceMatches(pattern, resource, lookup, listsAllBuckets))
    if (any === true) break
  }
  return any
}

/** R-RES-07: in NotResource an element that can match nothing excludes nothing. */
export function resourceTruth(statement: Statement, place: PolicyPlace, question: Question): Truth {
  if (place === 'trust') return true // R-GRAM-10: the implied resource is the role
  const { resources } = statement
  if (resources === undefined) return place === 'resource' && mayOmitResource(question.action)
  if (resources.length === 0) return false
  const any = anyMatches(resources, question)
  return statement.resourceElement === 'Resource' ? any : not(any)
}

/**
 * Policies of ECR repositories and of search domains have no Resource element: it is the repository (R-OTH-06), the domain
 * (R-OTH-15). Elsewhere a statement without one has no effect (R-GRAM-08), but for file systems, where it may be left out (R-OTH-24).
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html
 */
export const impliesResource = (action: Action): boolean =>
  action.service === 'ecr' || action.service === 'ecr-public' || isOfSearchDomain(action)

/** The policies that EFS itself writes have statements without a Resource. https://docs.aws.amazon.com/efs/latest/ug/create-file-system-policy.html */
const mayOmitResource = (action: Action): boolean => impliesResource(action) || action.service === 'elasticfilesystem'

/** Only resource, trust, endpoint policies and RCPs have a Principal; elsewhere AWS refuses one, and it says nothing (R-GRAM-09). */
export const hasPrincipal = (place: PolicyPlace): boolean =>
  place === 'resource' || place === 'trust' || place === 'vpce' || place === 'rcp'

export function principalTruth(statement: Statement, place: PolicyPlace, question: Question): PrincipalMatch {
  if (!hasPrincipal(place)) return MATCH
  const { principal } = statement
  if (principal === undefined || namesNobody(principal)) return NO_MATCH // R-GRAM-08, R-GRAM-11
  const { caller } = question
  if (statement.principalElement === 'Principal') {
    const accountIsRootOnly = place === 'vpce' && isRootAlone(statement, principal, question)
    return matchPrincipal(principal, { caller, accountIsRootOnly })
  }
  const context = { caller }
  if (statement.effect === 'Allow') return matchNotPrincipalAllow(principal, context)
  const boundary = place === 'resource' || place === 'trust' ? question.hasBoundary : false
  return { matches: matchNotPrincipalDeny(principal, context, boundary), kinds: NO_KINDS }
}

/**
 * Whether an account means its root user alone: in the policy of a gateway endpoint (R-VPCE-04), of which S3 and DynamoDB have one. They
 * have interface endpoints too; where nobody told the type, an Allow is read as at a gateway, and whom a Deny reaches is not known.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
 */
function isRootAlone({ effect }: Statement, { endpoint }: PrincipalElement, { action }: Question): Truth {
  if ((action.service !== 's3' && action.service !== 'dynamodb') || endpoint === 'interface') return false
  return endpoint === 'gateway' || effect === 'Allow' ? true : 'unknown'
}

/** A list or map without an entry: the statement has no effect, with `NotPrincipal` as with `Principal` (R-GRAM-11). */
const namesNobody = ({ any, entries }: PrincipalElement): boolean => !any && entries.length === 0

export function conditionTruth(statement: Statement, lookup: Lookup): Truth {
  let all: Truth = true
  for (const line of statement.conditions) {
    all = and(all, evaluateLine(line, lookup(line.key), lookup))
    if (all === false) return false // R-COND-62
  }
  return all
}
