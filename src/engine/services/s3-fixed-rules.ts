import { and, not, type Truth } from '#iam/truth.ts'
import { attribute, type EvaluationInput } from '../evaluation-input.ts'
import { RESOURCE_ARN } from '../how-to-get.ts'
import { atBucketBehind, isThroughAccessPoint, mayBeAccessPoint } from '../layers/access-point-bucket.ts'
import type { LayerFinding } from '../layers/finding.ts'
import { type FixedRule, fixedRuleFinding } from './fixed-rule.ts'
import { aclOf } from './s3-acl-header.ts'

/**
 * Findings of the rules by which S3 refuses whatever the policies say: R-S3-03, R-S3-07, R-S3-09. Behind an access point the bucket's settings
 * count.
 */
export function s3FixedRules(input: EvaluationInput): LayerFinding[] {
  const findings: LayerFinding[] = []
  for (const rule of [perhapsThroughPoint(input), disabledAcl(input), otherNetwork(input), unpaid(input)])
    if (rule !== undefined && rule.refuses !== false) findings.push(fixedRuleFinding(rule))
  return findings
}

/**
 * A request on something that nobody names may be one through an access point: then its policy, its network and the bucket behind it
 * count as well, of which nothing is known (R-S3-07, R-UNK-01).
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
 */
const perhapsThroughPoint = (input: EvaluationInput): FixedRule | undefined =>
  input.resource.kind === 'unknown' && mayBeAccessPoint(input.action)
    ? {
        refuses: 'unknown',
        reason: 'the request may be through an access point, and both it and its bucket must allow it (R-S3-07)',
        lacking: { fact: RESOURCE_ARN, kind: 'attribute' },
      }
    : undefined

/**
 * Where Object Ownership disables ACLs, S3 takes no other ACL than the bucket owner's full control.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 */
function disabledAcl(input: EvaluationInput): FixedRule | undefined {
  const acl = aclOf(input)
  if (acl === undefined) return undefined
  const ownership = attribute(atBucketBehind(input), 'objectOwnership')
  const disabled: Truth = ownership === undefined ? 'unknown' : ownership === 'BucketOwnerEnforced'
  return {
    refuses: and(disabled, not(acl.isOwners)),
    reason: 'the bucket has ACLs disabled and takes none but the bucket owner’s full control (R-S3-03)',
    lacking: { fact: disabled === 'unknown' ? 'objectOwnership' : 'the ACL that the call sets', kind: 'attribute' },
    errorCode: 'AccessControlListNotSupported',
  }
}

/**
 * An access point for one VPC refuses every other network.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-vpc.html
 */
function otherNetwork(input: EvaluationInput): FixedRule | undefined {
  if (!isThroughAccessPoint(input) || isMultiRegion(input)) return undefined
  const origin = attribute(input, 'networkOrigin')
  const isForVpc: Truth = origin === undefined ? 'unknown' : origin === 'VPC'
  if (isForVpc === false) return undefined
  const vpc = attribute(input, 'vpcId')
  const from = input.question.lookup('aws:SourceVpc')
  const isIn: Truth =
    from.state === 'absent'
      ? false
      : from.state !== 'values' || typeof vpc !== 'string'
        ? 'unknown'
        : from.values[0] === vpc
  const fact = {
    fact: 'aws:SourceVpc',
    kind: 'context-key',
    ...(typeof vpc === 'string' ? { values: [vpc] } : {}),
  } as const
  return {
    refuses: and(isForVpc, not(isIn)),
    reason: 'the access point serves only requests from its VPC (R-S3-07)',
    lacking: isForVpc === 'unknown' ? { fact: 'networkOrigin', kind: 'attribute' } : fact,
  }
}

/** Whether an access point is for several Regions, and so for the Internet; no other's ARN is without a Region. */
const isMultiRegion = ({ resource }: EvaluationInput): boolean => resource.kind === 'arn' && resource.segments[3] === ''

/** The header with which the requester takes the costs; it is no condition key. */
const PAYER = 'x-amz-request-payer'

/**
 * A Requester Pays bucket serves other accounts only where they say that they pay, and nobody unsigned.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html
 */
function unpaid(input: EvaluationInput): FixedRule | undefined {
  const { kind } = input.caller
  if (input.resource.kind === 'none' || kind === 'service' || kind === 'identity-provider') return undefined
  const bucket = atBucketBehind(input)
  if (kind !== 'anonymous' && bucket.relation !== 'cross') return undefined
  const setting = attribute(bucket, 'requesterPays')
  const isCharged: Truth = setting === undefined ? 'unknown' : setting === true
  if (isCharged === false) return undefined
  const sent = [PAYER, `s3:${PAYER}`].map((key) => input.question.lookup(key).state)
  const pays: Truth =
    kind !== 'anonymous' &&
    (sent.some((state) => state === 'values' || state === 'present') ||
      (sent.every((state) => state === 'absent') ? false : 'unknown'))
  return {
    refuses: and(isCharged, not(pays)),
    reason: 'the bucket serves other accounts only where the requester pays (R-S3-09)',
    lacking:
      isCharged === 'unknown' ? { fact: 'requesterPays', kind: 'attribute' } : { fact: PAYER, kind: 'context-key' },
  }
}
