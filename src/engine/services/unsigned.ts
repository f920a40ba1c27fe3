import { lowerCase } from '#iam/memoize.ts'
import { isUnsignedCall } from '#iam/unsigned-calls.ts'
import type { Truth } from '#iam/truth.ts'
import type { EvaluationInput } from '../evaluation-input.ts'
import type { Lacking, LayerFinding } from '../layers/finding.ts'
import { fixedRuleFinding } from './fixed-rule.ts'
import { isThroughUrl } from './function-urls.ts'

/**
 * Services whose resources have policies and whose every call is signed: `*` in such a policy is every principal of AWS's, and nobody
 * besides. Who has not signed is refused before any policy is asked (R-EVAL-01, R-ANON-01, R-KMS-04).
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html (MissingAuthenticationToken), and the same page of each
 */
export const SIGNED_ONLY: ReadonlySet<string> = new Set([
  'acm-pca',
  'backup',
  'codeartifact',
  'codebuild',
  'dynamodb',
  'ecr',
  'events',
  'glue',
  'iam',
  'kinesis',
  'kms',
  'lambda',
  'logs',
  'organizations',
  'schemas',
  'secretsmanager',
  'signer',
  'ssm',
])

/** Whether the call is one that nobody can make unsigned. */
export function mustBeSigned(input: EvaluationInput): boolean {
  const { action } = input.question
  if (action.service === 'sts') return lowerCase(input.action) === 'sts:assumerole'
  return SIGNED_ONLY.has(action.service) && !isThroughUrl(input)
}

/** Whether nobody has to allow it: an anonymous call of an operation that clients call without credentials (R-ANON-02). */
export const isMadeUnsigned = ({ caller, action }: EvaluationInput): boolean =>
  caller.kind === 'anonymous' && isUnsignedCall(action)

interface Unsigned {
  readonly refuses: Truth
  readonly lacking: Lacking
  readonly errorCode?: string
}

/** The refusal of who has not signed. */
export const unsignedFinding = (about: Unsigned): LayerFinding =>
  fixedRuleFinding({ ...about, reason: 'the call must be signed, and an anonymous one is not (R-EVAL-01)' })
