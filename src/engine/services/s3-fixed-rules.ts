import { not, type Truth } from '#iam/truth.ts'
import { attribute, type Case } from '../case.ts'
import { isThroughAccessPoint } from '../layers/access-point-bucket.ts'
import type { LayerFinding } from '../layers/finding.ts'
import { type FixedRule, fixedRuleFinding } from './fixed-rule.ts'
import { aclOf } from './s3-acl-header.ts'

/** What S3 refuses whatever the policies say: R-S3-03, R-S3-07, R-S3-09. */
export function s3FixedRules(facts: Case): LayerFinding[] {
  const findings: LayerFinding[] = []
  for (const rule of [disabledAcl(facts), otherNetwork(facts), unpaid(facts)])
    if (rule !== undefined && rule.refuses !== false) findings.push(fixedRuleFinding(rule))
  return findings
}

/**
 * Where Object Ownership disables ACLs, S3 takes no other ACL than the bucket owner's full control.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 */
function disabledAcl(facts: Case): FixedRule | undefined {
  if (attribute(facts, 'objectOwnership') !== 'BucketOwnerEnforced') return undefined
  const acl = aclOf(facts)
  if (acl === undefined) return undefined
  return {
    refuses: not(acl.isOwners),
    reason: 'the bucket has ACLs disabled and takes none but the bucket owner’s full control (R-S3-03)',
    lacking: { fact: 'the ACL that the call sets', kind: 'attribute' },
    errorCode: 'AccessControlListNotSupported',
  }
}

/**
 * An access point for one VPC refuses every other network.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-vpc.html
 */
function otherNetwork(facts: Case): FixedRule | undefined {
  if (!isThroughAccessPoint(facts) || attribute(facts, 'networkOrigin') !== 'VPC') return undefined
  const vpc = attribute(facts, 'vpcId')
  const from = facts.question.lookup('aws:SourceVpc')
  const isIn: Truth =
    from.state === 'absent'
      ? false
      : from.state !== 'values' || typeof vpc !== 'string'
        ? 'unknown'
        : from.values[0] === vpc
  return {
    refuses: not(isIn),
    reason: 'the access point serves only requests from its VPC (R-S3-07)',
    lacking: { fact: 'aws:SourceVpc', kind: 'context-key', ...(typeof vpc === 'string' ? { values: [vpc] } : {}) },
  }
}

/** The header with which the requester takes the costs; it is no condition key. */
const PAYER = 'x-amz-request-payer'

/**
 * A Requester Pays bucket serves other accounts only where they say that they pay, and nobody unsigned.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html
 */
function unpaid(facts: Case): FixedRule | undefined {
  if (attribute(facts, 'requesterPays') !== true || facts.resource.kind === 'none') return undefined
  const { kind } = facts.caller
  if (kind !== 'anonymous' && facts.relation !== 'cross') return undefined
  const sent = [PAYER, `s3:${PAYER}`].map((key) => facts.question.lookup(key).state)
  const pays: Truth =
    kind !== 'anonymous' &&
    (sent.some((state) => state === 'values' || state === 'present') ||
      (sent.every((state) => state === 'absent') ? false : 'unknown'))
  return {
    refuses: not(pays),
    reason: 'the bucket serves other accounts only where the requester pays (R-S3-09)',
    lacking: { fact: PAYER, kind: 'context-key' },
  }
}
