import type { Truth } from '#iam/truth.ts'
import { attribute, type EvaluationInput } from '../evaluation-input.ts'
import type { LayerFinding } from '../layers/finding.ts'
import type { ServiceRule } from './service-rule.ts'
import { unsignedFinding } from './unsigned.ts'

/**
 * Who may invoke an API depends on its authorization (R-OTH-02, AWS's tables A and B): with IAM the usual rules hold;
 * without, or behind Cognito, only the API's own policy speaks; a Lambda authorizer's answer counts beside it.
 */
export const apiGateway: ServiceRule = {
  service: 'execute-api',
  docs: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html',
  guards: (input) => unsigned(input),
  alsoRequires: () => [],
}

/** IAM authorization takes signed requests alone, whoever the API's policy lets in (R-OTH-02, R-EVAL-01). */
const unsigned = (input: EvaluationInput): readonly LayerFinding[] =>
  input.caller.kind === 'anonymous' && isInvocation(input) && attribute(input, 'authType') === 'AWS_IAM'
    ? [unsignedFinding({ refuses: true, lacking: AUTH_TYPE_LACKING, errorCode: 'MissingAuthenticationToken' })]
    : []

export type ApiAuthorization =
  /** Only the resource policy: it must allow. */
  | 'resource-policy'
  /** No IAM authorization and no resource policy: nothing to allow. */
  | 'open'
  /** As `open`, if the API is not private, which is not known. */
  | 'perhaps-open'
  /** By the usual rules, if the API without a policy is not private, which is not known. */
  | 'perhaps-shut'
  /** Resource policy or authorizer; what the authorizer returns is in no snapshot. */
  | 'authorizer'
  /** Which of these, or IAM's usual rules, is not known. */
  | 'not-known'

/** Undefined: the request is evaluated by the usual rules. */
export function apiAuthorization(input: EvaluationInput): ApiAuthorization | undefined {
  if (!isInvocation(input)) return undefined
  const shut = isShut(input)
  if (shut === true) return 'resource-policy'
  switch (attribute(input, 'authType')) {
    case 'CUSTOM':
      return 'authorizer'
    case 'NONE':
    case 'COGNITO':
      return withoutIam(input)
    case undefined:
      return 'not-known'
    default:
      return shut === 'unknown' ? 'perhaps-shut' : undefined
  }
}

/** IAM authorization alone authenticates a principal of AWS's: to all others the policies see nobody. */
const WITHOUT_IAM: ReadonlySet<unknown> = new Set(['NONE', 'COGNITO', 'CUSTOM'])

export const isWithoutIam = (input: EvaluationInput): boolean =>
  isInvocation(input) && WITHOUT_IAM.has(attribute(input, 'authType'))

const isInvocation = ({ question: { action } }: EvaluationInput): boolean =>
  action.service === 'execute-api' && action.name === 'invoke'

/**
 * A private API without a policy lets nobody in, however it authorizes (R-OTH-02).
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-create-attach.html
 */
const isShut = (input: EvaluationInput): Truth =>
  input.policies.resourcePolicy === null && truthOf(attribute(input, 'private'))

/** An API without a policy that is not private is open to whoever passed the authorizer. */
function withoutIam(input: EvaluationInput): ApiAuthorization {
  if (input.policies.resourcePolicy !== null) return 'resource-policy'
  return truthOf(attribute(input, 'private')) === 'unknown' ? 'perhaps-open' : 'open'
}

/** The fact that is open while it is not known how the API authorizes. */
export const AUTH_TYPE_LACKING = { fact: 'authType', kind: 'attribute' } as const

/** The fact that no snapshot holds. */
export const AUTHORIZER_LACKING = { fact: 'the policy that the Lambda authorizer returns', kind: 'policy' } as const

const truthOf = (value: unknown): Truth => (value === undefined ? 'unknown' : value === true || value === 'true')
