import { type PolicyDocument, readPolicyDocument } from '#iam/policy.ts'
import type { MatchKind } from '#iam/principal-element.ts'
import type { PolicyPlace } from '#iam/resource.ts'
import { matchStatement, type Question } from '#iam/statement.ts'
import { or, type Truth } from '#iam/truth.ts'
import type { PoliciesInForce, Policy, PolicyLevel, ResourcePolicy } from './scenario.ts'

/** A policy with its document compiled, and where it came from. */
export interface PreparedPolicy {
  readonly name: string
  readonly arn: string | undefined
  readonly file: string | undefined
  readonly lines: readonly (number | undefined)[]
  readonly place: PolicyPlace
  readonly document: PolicyDocument
}

export interface PreparedLevel {
  readonly target: string
  /** Undefined: the level exists, its policies are not known. */
  readonly policies: readonly PreparedPolicy[] | undefined
}

type Given<T> = T | null | undefined

/** `PoliciesInForce` compiled: made once, judged for any number of requests. `null`: there is none; undefined: not known. */
export interface PreparedPolicies {
  readonly complete: boolean
  readonly serviceControlPolicies: Given<readonly PreparedLevel[]>
  readonly resourceControlPolicies: Given<readonly PreparedLevel[]>
  readonly vpcEndpointPolicy: Given<PreparedPolicy>
  readonly resourcePolicy: Given<PreparedPolicy>
  readonly resourcePolicyKind: string | undefined
  readonly identityPolicies: Given<readonly PreparedPolicy[]>
  readonly permissionsBoundary: Given<PreparedPolicy>
  readonly sessionPolicies: Given<readonly PreparedPolicy[]>
}

export function preparePolicies(given: PoliciesInForce): PreparedPolicies {
  const complete = given.complete === true
  const trust = given.resourcePolicy?.kind === 'trust'
  const one = (policy: Given<Policy>, place: PolicyPlace): Given<PreparedPolicy> => {
    if (policy === undefined) return complete ? null : undefined
    return policy === null ? null : preparePolicy(policy, place)
  }
  const list = (policies: Given<readonly Policy[]>, place: PolicyPlace): Given<readonly PreparedPolicy[]> => {
    if (policies === undefined) return complete ? null : undefined
    return policies === null || policies.length === 0 ? null : policies.map((policy) => preparePolicy(policy, place))
  }
  return {
    complete,
    serviceControlPolicies: prepareLevels(given.serviceControlPolicies, 'scp', complete),
    resourceControlPolicies: prepareLevels(given.resourceControlPolicies, 'rcp', complete),
    vpcEndpointPolicy: one(given.vpcEndpointPolicy, 'vpce'),
    resourcePolicy: one(given.resourcePolicy, trust ? 'trust' : 'resource'),
    resourcePolicyKind: kindOf(given.resourcePolicy),
    identityPolicies: list(given.identityPolicies, 'identity'),
    permissionsBoundary: one(given.permissionsBoundary, 'boundary'),
    sessionPolicies: list(given.sessionPolicies, 'session'),
  }
}

const kindOf = (policy: Given<ResourcePolicy>): string | undefined => policy?.kind

function prepareLevels(
  levels: Given<readonly PolicyLevel[]>,
  place: PolicyPlace,
  complete: boolean,
): Given<readonly PreparedLevel[]> {
  if (levels === undefined) return complete ? null : undefined
  if (levels === null || levels.length === 0) return null
  return levels.map((level) => ({
    target: level.target,
    policies: level.policies?.map((policy) => preparePolicy(policy, place)),
  }))
}

export function preparePolicy(policy: Policy, place: PolicyPlace): PreparedPolicy {
  const document: PolicyDocument =
    policy.document === undefined
      ? { version: '2012-10-17', statements: [], unreadable: [{ pointer: '', why: 'the document is not at hand' }] }
      : readPolicyDocument(policy.document, place)
  return { name: policy.name, arn: policy.arn, file: policy.file, lines: policy.lines ?? [], place, document }
}

export interface PolicyTruth {
  readonly deny: Truth
  readonly allow: Truth
  readonly kinds: ReadonlyMap<MatchKind, Truth>
}

/** R-COND-63: deny is the OR of the Deny statements, allow of the Allow statements. What cannot be read may be either. */
export function judgePolicies(policies: readonly PreparedPolicy[], question: Question): PolicyTruth {
  let deny: Truth = false
  let allow: Truth = false
  const kinds = new Map<MatchKind, Truth>()
  for (const { document, place } of policies) {
    if (document.unreadable.length > 0) {
      deny = or(deny, 'unknown')
      allow = or(allow, 'unknown')
    }
    for (const statement of document.statements) {
      const match = matchStatement(statement, place, question)
      if (statement.effect === 'Deny') deny = or(deny, match.matches)
      else {
        allow = or(allow, match.matches)
        for (const [kind, truth] of match.kinds) kinds.set(kind, or(kinds.get(kind) ?? false, truth))
      }
    }
  }
  return { deny, allow, kinds }
}
