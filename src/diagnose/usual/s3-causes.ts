import type { UsualCause } from '../diagnosis.ts'
import { type Clues, option } from './clues.ts'
import { boundaryCause, causeIn, silentIdentity } from './general-causes.ts'
import { bucketOption } from './look.ts'

/**
 * Why S3 usually refuses without a word.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
 */
export function s3Causes(clues: Clues): readonly UsualCause[] {
  const { action = clues.actions[0] ?? '' } = clues
  if (/^s3:Put(?:Bucket|Account)PublicAccessBlock$/.test(action)) return blockingCauses(clues)
  if (action === 's3:PutBucketPolicy') return policyCauses(clues)
  if (/^s3:Put(?:Bucket|Object)(?:Version)?Acl$/.test(action)) return aclCauses(clues)
  if (/^s3:(?:List|GetBucket|HeadBucket)/.test(action)) return bucketCauses(clues)
  if (/^s3:(?:PutObject|AbortMultipart|ReplicateObject|RestoreObject|DeleteObject)/.test(action))
    return writeCauses(clues)
  return action === '' || /Object|Multipart/.test(action) ? readCauses(clues) : settingCauses(clues)
}

/** A call on the bucket, or one that makes it. */
const settingCauses = (clues: Clues): readonly UsualCause[] => [
  silentIdentity(clues, BUCKET),
  ...causeIn(
    'service-control-policy',
    'a service control policy denies it: Region, tags, settings that are kept',
    clues,
  ),
  ...(clues.action === 's3:CreateBucket' ? [] : bucketPolicy(clues)),
  ...boundaryCause(clues),
]

/** `arn:aws:s3:::bucket` allows nothing on what lies in it. */
const OBJECTS = ' (an Allow on the bucket alone, without /*, does not count)'
const BUCKET = ' (an Allow on /* alone does not count: the bucket itself is asked)'

const readCauses = (clues: Clues): readonly UsualCause[] => [
  silentIdentity(clues, OBJECTS),
  {
    layer: null,
    what: 'the object does not exist, and the caller may not list the bucket: S3 says 403 then, not 404',
    tell: `aws s3api list-objects-v2 ${bucketOption(clues)} ${option('--prefix', clues.key, 'KEY')} --max-items 1`,
  },
  {
    layer: 'resource-policy',
    what: 'the object is encrypted with a KMS key that the caller may not use (kms:Decrypt in key policy and identity policy)',
    tell: `aws s3api head-object ${bucketOption(clues)} ${option('--key', clues.key, 'KEY')} --query '[ServerSideEncryption,SSEKMSKeyId]'`,
  },
  ...bucketPolicy(clues),
  {
    layer: 'service-guard',
    what: 'another account wrote the object and owns it; or the bucket is Requester Pays, and the call lacks `--request-payer requester`',
    tell: `aws s3api get-bucket-ownership-controls ${bucketOption(clues)}`,
  },
]

const bucketPolicy = (clues: Clues): readonly UsualCause[] =>
  causeIn(
    'resource-policy',
    'the bucket policy denies it (TLS, source, endpoint, encryption), or is of another account and does not name the caller',
    clues,
  )

const writeCauses = (clues: Clues): readonly UsualCause[] => [
  silentIdentity(clues, OBJECTS),
  ...bucketPolicy(clues),
  ...(clues.action === 's3:DeleteObject'
    ? []
    : [
        {
          layer: 'resource-policy' as const,
          what: 'the bucket encrypts with a KMS key that the caller may not use (kms:GenerateDataKey, for parts kms:Decrypt)',
          tell: `aws s3api get-bucket-encryption ${bucketOption(clues)}`,
        },
        {
          layer: 'service-guard' as const,
          what: 'the call sends an ACL (`--acl`): that needs s3:PutObjectAcl, and Block Public Access can deny it',
          tell: `aws s3api get-public-access-block ${bucketOption(clues)}`,
        },
      ]),
  ...causeIn('service-control-policy', 'a service control policy of the organization denies it', clues),
]

const bucketCauses = (clues: Clues): readonly UsualCause[] => [
  silentIdentity(clues, BUCKET),
  {
    layer: null,
    what: 'the bucket belongs to another account (if it is Requester Pays, the call needs `--request-payer requester`), or the name is not the one that is meant',
    tell: `aws s3api get-bucket-location ${bucketOption(clues)}`,
  },
  ...bucketPolicy(clues),
  ...causeIn('vpc-endpoint-policy', 'the call came through a VPC endpoint whose policy leaves the bucket out', clues),
]

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html */
const policyCauses = (clues: Clues): readonly UsualCause[] => [
  {
    layer: 'service-guard',
    what: 'Block Public Access is on (BlockPublicPolicy), and the policy that is put would make the bucket public',
    tell: `aws s3api get-public-access-block ${bucketOption(clues)}`,
  },
  silentIdentity(clues),
  ...bucketPolicy(clues),
]

const aclCauses = (clues: Clues): readonly UsualCause[] => [
  {
    layer: 'service-guard',
    what: 'Block Public Access is on (BlockPublicAcls), and the ACL that is put is public',
    tell: `aws s3api get-public-access-block ${bucketOption(clues)}`,
  },
  silentIdentity(clues),
  ...bucketPolicy(clues),
]

const blockingCauses = (clues: Clues): readonly UsualCause[] => [
  ...causeIn(
    'service-control-policy',
    'a service control policy keeps Block Public Access as it is: leave the setting out of the call (`cdk bootstrap --public-access-block-configuration false`)',
    clues,
  ),
  silentIdentity(clues),
  ...bucketPolicy(clues),
]
