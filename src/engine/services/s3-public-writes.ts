import { and, type Truth } from '#iam/truth.ts'
import type { EvaluationInput } from '../evaluation-input.ts'
import type { LayerFinding } from '../layers/finding.ts'
import { aclOf } from './s3-acl-header.ts'
import { publicAccessFinding, setting } from './s3-public-access.ts'

/**
 * The two switches of Block Public Access that refuse writes, whoever writes: BlockPublicAcls a public ACL, BlockPublicPolicy
 * a public policy (R-S3-05, R-S3-21). The policy that a call would set is in no request, so that unless the switch is known
 * to be off it is not known whether S3 takes it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
 */
export function publicWriteGuards(input: EvaluationInput): readonly LayerFinding[] {
  const write = writeOf(input)
  if (write === undefined) return []
  const on = setting(input, write.setting)
  const refuses = and(on, write.isPublic)
  if (refuses === false) return []
  const reason = write.isPublic === true ? write.reason : `${write.reason}, and ${write.unknown} is not known`
  const fact = on === true ? write.unknown : 'Block Public Access settings of the bucket and its account'
  return [publicAccessFinding(refuses, reason, { fact, kind: 'attribute' })]
}

interface PublicWrite {
  readonly setting: 'BlockPublicAcls' | 'BlockPublicPolicy'
  readonly isPublic: Truth
  readonly reason: string
  readonly unknown: string
}

const POLICY_WRITES = new Set([
  'putbucketpolicy',
  'putaccesspointpolicy',
  'putaccesspointpolicyforobjectlambda',
  'putmultiregionaccesspointpolicy',
])

function writeOf(input: EvaluationInput): PublicWrite | undefined {
  if (POLICY_WRITES.has(input.question.action.name))
    return {
      setting: 'BlockPublicPolicy',
      isPublic: 'unknown',
      reason: 'BlockPublicPolicy refuses a policy that is public',
      unknown: 'whether the policy that the call sets is public',
    }
  const acl = aclOf(input)
  if (acl === undefined) return undefined
  return {
    setting: 'BlockPublicAcls',
    isPublic: acl.isPublic,
    reason: 'BlockPublicAcls refuses an ACL that is public',
    unknown: 'the ACL that the call sets',
  }
}
