import { single } from '#iam/key-state.ts'
import { readRequestResource } from '#iam/resource.ts'
import { not, type Truth } from '#iam/truth.ts'
import { attribute, type EvaluationInput } from '../evaluation-input.ts'
import type { LayerFinding } from '../layers/finding.ts'
import { fixedRuleFinding } from './fixed-rule.ts'

const READS = new Set(['getobject', 'getobjectversion'])

/**
 * An object that does not exist is told apart from one that may not be read only to those who may list the bucket: the
 * others get 403 instead of 404, though the permission to read is there (R-S3-08). `mayBe` evaluates the listing.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function missingObject(
  input: EvaluationInput,
  mayBe: (listing: EvaluationInput) => Truth,
): LayerFinding | undefined {
  const { resource, question } = input
  if (question.action.service !== 's3' || !READS.has(question.action.name) || resource.kind !== 'arn') return undefined
  if (attribute(input, 'objectExists') !== false) return undefined
  const mayList = mayBe(listingOf(input, resource.arn))
  if (mayList === true) return undefined
  return fixedRuleFinding({
    refuses: not(mayList),
    reason: 'the object does not exist, and without s3:ListBucket S3 answers 403 where it would answer 404 (R-S3-08)',
    lacking: { fact: 'whether the caller may s3:ListBucket', kind: 'policy' },
  })
}

/** The listing of the bucket by the key that is missing, asked by the caller of the read. */
function listingOf(input: EvaluationInput, arn: string): EvaluationInput {
  const parts = arn.split('/')
  const isAccessPoint = arn.includes(':accesspoint/')
  const home = parts.slice(0, isAccessPoint ? 2 : 1).join('/')
  const key = parts.slice(isAccessPoint ? 3 : 1).join('/')
  const resource = readRequestResource(home)
  const { lookup } = input.question
  return {
    ...input,
    action: 's3:ListBucket',
    resource,
    question: {
      ...input.question,
      action: { ...input.question.action, name: 'listbucket' },
      actionText: 's3:ListBucket',
      resource,
      lookup: (name) => (name.toLowerCase() === 's3:prefix' ? single(key) : lookup(name)),
    },
  }
}
