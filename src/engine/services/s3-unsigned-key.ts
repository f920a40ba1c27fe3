import { CALL_FACTS } from '#iam/call-facts.ts'
import { lowerCase } from '#iam/memoize.ts'
import { and, type Truth } from '#iam/truth.ts'
import { attribute, type EvaluationInput } from '../evaluation-input.ts'
import { SSE_KEY } from '../how-to-get.ts'
import { bucketsBehind, isThroughAccessPoint } from '../layers/access-point-bucket.ts'
import type { LayerFinding } from '../layers/finding.ts'
import { fixedRuleFinding } from './fixed-rule.ts'

const READS = new Set(['getobject', 'getobjectversion'])
const ENCRYPTION_HEADER = 's3:x-amz-server-side-encryption'

/**
 * Nobody who has not signed reads or writes an object under SSE-KMS: S3 asks KMS for the caller, and KMS takes signed requests
 * alone (R-S3-20). The key of an object is taken to be its bucket's default (docs/services/s3.md).
 * https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html (Signing Requests)
 * https://repost.aws/knowledge-center/s3-kms-signature-version-error
 */
export function unsignedUnderKms(input: EvaluationInput): readonly LayerFinding[] {
  if (input.caller.kind !== 'anonymous' || input.resource.kind === 'none') return []
  const refuses = underKms(input)
  if (refuses === false) return []
  return [
    fixedRuleFinding({
      refuses,
      reason: 'the object is under SSE-KMS, and KMS takes no request that is not signed (R-S3-20)',
      lacking: { fact: SSE_KEY, kind: 'attribute' },
      errorCode: 'InvalidArgument',
    }),
  ]
}

function underKms(input: EvaluationInput): Truth {
  const { name } = input.question.action
  if (READS.has(name)) return and(isHead(input) ? 'unknown' : true, bucketUsesKms(input))
  return name === 'putobject' ? (headerUsesKms(input) ?? bucketUsesKms(input)) : false
}

/** The metadata of an object are not encrypted; only a checksum that is asked for needs its key (G-02). */
function isHead({ question }: EvaluationInput): boolean {
  const operation = question.lookup(CALL_FACTS.operation)
  return operation.state === 'values' && lowerCase(operation.values[0] ?? '') === 'headobject'
}

/** Undefined: the upload says nothing of its encryption. One that is not listed is not sent. */
function headerUsesKms({ question, request: { context = {} } }: EvaluationInput): Truth | undefined {
  const sent = question.lookup(ENCRYPTION_HEADER)
  if (sent.state === 'values') return sent.values[0]?.startsWith('aws:kms') === true
  const isListed = Object.keys(context).some((key) => lowerCase(key) === ENCRYPTION_HEADER)
  return sent.state !== 'absent' && isListed ? 'unknown' : undefined
}

/** Of several buckets that it may be, what all of them say. */
function bucketUsesKms(input: EvaluationInput): Truth {
  const keys = isThroughAccessPoint(input)
    ? (bucketsBehind(input) ?? [undefined]).map((bucket) => bucket?.attributes?.['sseKmsKeyArn'])
    : [attribute(input, 'sseKmsKeyArn')]
  const [first = 'unknown', ...others] = keys.map((key) => isKey(key, input.policies.complete))
  return others.every((truth) => truth === first) ? first : 'unknown'
}

function isKey(key: unknown, complete: boolean): Truth {
  if (typeof key === 'string') return true
  return key === null || (key === undefined && complete) ? false : 'unknown'
}
