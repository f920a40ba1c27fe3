import type { Truth } from '#iam/truth.ts'
import { attribute, type Case } from '../case.ts'
import type { ServiceRule } from './service-rule.ts'

/**
 * Who may invoke an API depends on its authorization (R-OTH-02, AWS's tables A and B): with IAM the usual rules hold;
 * without, or behind Cognito, only the API's own policy speaks; a Lambda authorizer's answer counts beside it.
 */
export const apiGateway: ServiceRule = {
  service: 'execute-api',
  docs: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html',
  guards: () => [],
  alsoRequires: () => [],
}

export type ApiAuthorization =
  /** Only the resource policy: it must allow. */
  | 'resource-policy'
  /** No IAM authorization and no resource policy: nothing to allow. */
  | 'open'
  /** As `open`, if the API is not private, which is not known. */
  | 'perhaps-open'
  /** Resource policy or authorizer; what the authorizer returns is in no snapshot. */
  | 'authorizer'
  /** Which of these, or IAM's usual rules, is not known. */
  | 'not-known'

/** Undefined: the request is judged by the usual rules. */
export function apiAuthorization(facts: Case): ApiAuthorization | undefined {
  const { service, name } = facts.question.action
  if (service !== 'execute-api' || name !== 'invoke') return undefined
  switch (attribute(facts, 'authType')) {
    case 'CUSTOM':
      return 'authorizer'
    case 'NONE':
    case 'COGNITO':
      return withoutIam(facts)
    case undefined:
      return 'not-known'
    default:
      return undefined
  }
}

/** A private API without a policy lets nobody in; any other without one is open to whoever passed the authorizer. */
function withoutIam(facts: Case): ApiAuthorization {
  if (facts.policies.resourcePolicy !== null) return 'resource-policy'
  const isPrivate: Truth = truthOf(attribute(facts, 'private'))
  if (isPrivate === 'unknown') return 'perhaps-open'
  return isPrivate ? 'resource-policy' : 'open'
}

/** What stays open while it is not known how the API authorizes. */
export const AUTH_TYPE_LACKING = { fact: 'authType', kind: 'attribute' } as const

/** What no snapshot holds. */
export const AUTHORIZER_LACKING = { fact: 'the policy that the Lambda authorizer returns', kind: 'policy' } as const

const truthOf = (value: unknown): Truth => (value === undefined ? 'unknown' : value === true || value === 'true')
