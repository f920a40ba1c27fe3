/**
 * A statement against a question: AND of its elements (R-COND-63). A policy: its denies and its allows.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
import type { Policy } from '#engine/scenario.ts'
import { and, orAll, type Truth } from '#iam/truth.ts'
import { actionMatches } from './action.ts'
import { conditionHolds } from './conditions.ts'
import { isObject, readDocument, type Json } from './document.ts'
import { anyKind, KINDS, principalMatches, type Kinds } from './principal.ts'
import type { Question } from './question.ts'
import { resourceMatches, type PolicyType } from './resource.ts'
import { hasGatewayEndpoint } from './services.ts'

/** Whether some Deny, and some Allow, matches; in policies with principals, how the Allows name the caller. */
export interface Judged {
  readonly deny: Truth
  readonly allow: Truth
  readonly kinds: Kinds
}

export const NOTHING: Judged = { deny: false, allow: false, kinds: {} }
const allUnknown: Kinds = Object.fromEntries(KINDS.map((kind) => [kind, 'unknown']))
export const UNREAD: Judged = { deny: 'unknown', allow: 'unknown', kinds: allUnknown }

export const union = (all: readonly Judged[]): Judged => ({
  deny: orAll(all.map((j) => j.deny)),
  allow: orAll(all.map((j) => j.allow)),
  kinds: Object.fromEntries(KINDS.map((kind) => [kind, orAll(all.map((j) => j.kinds[kind] ?? false))])),
})

const WITHOUT_PRINCIPAL: readonly PolicyType[] = ['identity', 'boundary', 'session', 'scp']

function namedIn(statement: Json, type: PolicyType, question: Question, hasBoundary: Truth): Kinds {
  if (WITHOUT_PRINCIPAL.includes(type)) return { ANY: true }
  const kinds = principalMatches(statement, question.caller, hasBoundary, question.readings)
  // At a gateway endpoint an account stands for its root user only (R-VPCE-04).
  const mayBeGateway = type === 'vpce' && hasGatewayEndpoint(question.service) && question.caller.kind !== 'root'
  if (!mayBeGateway || statement['NotPrincipal'] !== undefined || (kinds.ACCOUNT ?? false) === false) return kinds
  const { kind } = question.scenario.policies?.vpcEndpointPolicy ?? {}
  if (/^interface$/i.test(kind ?? '')) return kinds
  // Of a type nobody told: an Allow as at a gateway, and a Deny may reach the account.
  return { ...kinds, ACCOUNT: statement['Effect'] === 'Deny' && !/^gateway$/i.test(kind ?? '') ? 'unknown' : false }
}

/** All of them; after one that does not match no other is asked. */
function andEach(elements: readonly (() => Truth)[]): Truth {
  let all: Truth = true
  for (const matches of elements) {
    all = and(all, matches())
    if (all === false) return false
  }
  return all
}

export function judgeStatement(
  statement: Json,
  type: PolicyType,
  variables: boolean,
  question: Question,
  hasBoundary: Truth,
): Judged {
  // Whom a text other than `*` would leave out is not in the grammar (R-PM-02).
  const but = statement['NotPrincipal']
  if (but !== undefined && but !== '*' && !isObject(but)) return UNREAD
  const rest = andEach([
    () => actionMatches(statement, question.action),
    () => resourceMatches(statement, type, variables, question),
    () => conditionHolds(statement['Condition'], variables, question),
  ])
  const named = rest === false ? {} : namedIn(statement, type, question, hasBoundary)
  const kinds: Kinds = Object.fromEntries(KINDS.map((kind) => [kind, and(rest, named[kind] ?? false)]))
  if (statement['Effect'] === 'Allow') return { deny: false, allow: anyKind(kinds), kinds }
  // R-GRAM-02: an Effect that is neither, in this letter case, may be meant as either.
  return statement['Effect'] === 'Deny' ? { ...NOTHING, deny: anyKind(kinds) } : UNREAD
}

export function judgePolicy(policy: Policy, type: PolicyType, question: Question, hasBoundary: Truth = false): Judged {
  const document = readDocument(policy)
  if (document === undefined) return UNREAD
  return union(document.statements.map((s) => judgeStatement(s, type, document.variables, question, hasBoundary)))
}

export const judgePolicies = (policies: readonly Policy[], type: PolicyType, question: Question): Judged =>
  union(policies.map((policy) => judgePolicy(policy, type, question)))
