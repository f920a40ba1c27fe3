import { reasonAt, reasonEnd } from './reason.ts'
import type { MessageRule } from './rule.ts'

const SETTINGS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'] as const

/** S3 Block Public Access; the words around the setting vary, its name does not (R-MSG-15j). No policy layer is named. */
export const blockPublicAccess: MessageRule = {
  id: 'block-public-access',
  example:
    'User: arn:aws:iam::111122223333:user/ana is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::amzn-s3-demo-bucket" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.',
  docs: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html',
  anchor: 'notauthorizedtoperform',
  read: ({ text, sentence }) => {
    const at = sentence && reasonAt(sentence, text, 'because')
    if (sentence === undefined || at === undefined) return undefined
    const letters = sentence.rest.letters.slice(0, at + 160)
    for (const setting of SETTINGS) {
      const named = letters.indexOf(`bythe${setting.toLowerCase()}`, at)
      if (named < 0) continue
      const end = reasonEnd(sentence, named + 'bythe'.length + setting.length - 1)
      return { span: [sentence.start, end], denyType: 'explicit', setting }
    }
    return undefined
  },
}

const THREE_WAY = 'becausetheresourcedoesnotexistinthisregion'

/** A KMS key of another account, or no key at all: three causes in one sentence, not to be told apart (R-MSG-12). */
export const kmsKeyElsewhere: MessageRule = {
  id: 'kms-key-elsewhere',
  example:
    'User: arn:aws:sts::111122223333:assumed-role/app/i-0a1b2c3d is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access',
  docs: 'https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html',
  anchor: 'notauthorizedtoperform',
  read: ({ text, sentence }) => {
    const at = sentence && reasonAt(sentence, text, THREE_WAY)
    if (sentence === undefined || at === undefined) return undefined
    const letters = sentence.rest.letters
    const whole = letters.slice(0, at + 200).indexOf('explicitlydeniesaccess', at)
    const end = whole < 0 ? at + THREE_WAY.length : whole + 'explicitlydeniesaccess'.length
    return {
      span: [sentence.start, reasonEnd(sentence, end - 1)],
      layer: 'resource-policy',
      notes: [
        {
          code: 'possibly-not-found',
          text: 'KMS says the same for a key that does not exist in this Region and for a key policy that refuses.',
        },
      ],
    }
  },
}

const SSE_C = 'becausethisbuckethasblockeduploadrequeststhatspecify'

/** A bucket that blocks uploads with customer-provided keys: a setting of the bucket, not a policy. */
export const customerKeyBlocked: MessageRule = {
  id: 'customer-key-blocked',
  example:
    'User: arn:aws:iam::111122223333:user/ana is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::amzn-s3-demo-bucket/k" because this bucket has blocked upload requests that specify Server Side Encryption with Customer provided keys (SSE-C).',
  docs: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html',
  anchor: 'notauthorizedtoperform',
  read: ({ text, sentence }) => {
    const at = sentence && reasonAt(sentence, text, SSE_C)
    if (sentence === undefined || at === undefined) return undefined
    return {
      span: [sentence.start, reasonEnd(sentence, at + SSE_C.length - 1)],
      layer: 'service-guard',
    }
  },
}
