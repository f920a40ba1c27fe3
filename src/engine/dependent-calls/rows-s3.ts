import { CALL_FACTS } from '#iam/call-facts.ts'
import { anyOf, objects, own, ownBucket } from './target-selectors.ts'
import type { Context, TargetSelector, DependentCall, Target } from './dependent-call.ts'
import { firstKey, keyOf, namedKey, onKey, ownKey } from './keys.ts'
import {
  attributeOf,
  policyHolderOf,
  isSent,
  isSentWithPrefix,
  ownAttribute,
  type CallView,
  values,
} from './call-view.ts'
import { SAME_CALL } from './who.ts'

const S3 = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/'
const API = 'https://docs.aws.amazon.com/AmazonS3/latest/API/'
const KMS = `${S3}UsingKMSEncryption.html`

/** With a Bucket Key the encryption context is the bucket, else the object. */
const s3Context =
  (object: (view: CallView) => string | undefined, bucketKey: (view: CallView) => unknown) =>
  (view: CallView): Readonly<Record<string, string | undefined>> => {
    const arn = object(view)
    return { 'aws:s3:arn': arn !== undefined && bucketKey(view) === true ? policyHolderOf(arn) : arn }
  }

const ownContext = s3Context(
  ({ own: arn }) => arn,
  (view) => ownAttribute(view, 'bucketKeyEnabled'),
)

const KEY_HEADER = 's3:x-amz-server-side-encryption-aws-kms-key-id'

/**
 * The key an upload is encrypted with: the header's, else the bucket's default. An upload that asks for AES256 uses none;
 * one that asks for `aws:kms` and surely names no key uses the AWS managed key, which serves its own account only.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
const uploadKey: TargetSelector = (view) => {
  const [encryption] = values(view, 's3:x-amz-server-side-encryption')
  if (encryption === 'AES256') return []
  const isKeyless = view.input.question.lookup(KEY_HEADER).state === 'absent'
  if (encryption !== undefined && isKeyless) return view.input.relation === 'same' ? [] : [{ arn: null }]
  return firstKey(namedKey(KEY_HEADER), ownKey)(view)
}

const COPIES: ReadonlySet<string> = new Set(['copyobject', 'uploadpartcopy'])
const isCopy = (view: CallView): boolean => COPIES.has(operationOf(view)) || copySource(view) !== undefined

/** The source of a copy: the header's `bucket/key`, else an object among the resources. */
function copySource(view: CallView): { readonly arn: string; readonly version: boolean } | undefined {
  const [header] = values(view, 's3:x-amz-copy-source')
  if (header === undefined) {
    const [object] = objects(view)
    return object?.arn === undefined || object.arn === null ? undefined : { arn: object.arn, version: false }
  }
  const mark = header.indexOf('?versionId=')
  const path = decoded(mark < 0 ? header : header.slice(0, mark))
  const plain = path.startsWith('/') ? path.slice(1) : path
  return { arn: plain.startsWith('arn:') ? plain : `arn:${view.partition}:s3:::${plain}`, version: mark >= 0 }
}

/** The header is URL-encoded; a text that is not stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The object that a copy reads; of a copy whose header is not at hand it is not known which. */
const source =
  (version: boolean): TargetSelector =>
  (view) => {
    const found = copySource(view)
    if (found === undefined) return version ? [] : [{ arn: null }]
    return found.version === version ? [{ arn: found.arn }] : []
  }

const anySource: TargetSelector = anyOf(source(false), source(true))

const sourceContext = s3Context(
  (view) => copySource(view)?.arn,
  (view) => {
    const holder = policyHolderOf(copySource(view)?.arn ?? '')
    if (holder === policyHolderOf(view.own ?? '')) return ownAttribute(view, 'bucketKeyEnabled')
    return attributeOf(
      view.others.find((resource) => resource.arn === holder),
      'bucketKeyEnabled',
    )
  },
)

/** The key of the bucket the copy reads; within one bucket it is the request's own. */
const sourceKey: TargetSelector = (view) => {
  const [found] = anySource(view)
  if (found === undefined || found.arn === null) return []
  return policyHolderOf(found.arn) === policyHolderOf(view.own ?? '') ? ownKey(view) : keyOf(() => [found])(view)
}

const bucketKeyOn = (view: CallView): boolean => ownAttribute(view, 'bucketKeyEnabled') === true
/** The operation behind the action, small: the one a record shows, else the API name that was asked for. */
const operationOf = (view: CallView): string =>
  (values(view, CALL_FACTS.operation)[0] ?? view.input.request.action.split(':')[1] ?? '').toLowerCase()
const PARTS: ReadonlySet<string> = new Set(['uploadpart', 'uploadpartcopy'])
const isNamedPart = (view: CallView): boolean => PARTS.has(operationOf(view))
const isStart = (view: CallView): boolean => operationOf(view) === 'createmultipartupload'
const isCompletion = (view: CallView): boolean => operationOf(view) === 'completemultipartupload'
const isHead = (view: CallView): boolean => operationOf(view) === 'headobject'
/** A part of a multipart upload, which is no action of IAM's: told by its operation, or by what it does not create. */
const isPart = (view: CallView): boolean =>
  isNamedPart(view) || (values(view, 's3:ObjectCreationOperation')[0] === 'false' && !isStart(view))
/** A part, and what puts the parts together, are under the data key that the upload began with. */
const takesDataKey = (view: CallView): boolean => !isNamedPart(view) && !isCompletion(view)
const isMissing = (view: CallView): boolean => ownAttribute(view, 'objectExists') === false
const isDirectory = ({ ownArn }: CallView): boolean => ownArn?.service === 's3express'
const isFromCloudFront = ({ input }: CallView): boolean => input.caller.arn.startsWith('cloudfront.')

const keyInPrefix = ({ own: arn }: CallView): Context => {
  const slash = arn?.indexOf('/') ?? -1
  return { 's3:prefix': arn === undefined || slash < 0 ? { state: 'unknown' } : arn.slice(slash + 1) }
}

const CHECKSUM_ASKED = {
  fact: 'whether the call asked for the checksum of the object',
  howToGet: 'the request: `x-amz-checksum-mode`',
}
const THROUGH_S3 = { kind: 'forwarded', by: 's3.amazonaws.com' } as const
const bucketOfDirectory: TargetSelector = ({ own: arn, ownArn }): readonly Target[] =>
  arn === undefined || ownArn === undefined ? [] : [{ arn: arn.split('/').slice(0, 2).join('/') }]

const OBJECT_READS = ['s3:GetObject', 's3:GetObjectVersion']

/** Objects in Amazon S3 (G-01..G-04, G-61..G-64, G-106). */
export const S3_CALLS: readonly DependentCall[] = [
  {
    rule: 'G-01',
    on: ['s3:PutObject'],
    when: (view) => !isCopy(view) && !isDirectory(view) && takesDataKey(view),
    who: THROUGH_S3,
    needs: [onKey(uploadKey, ['kms:GenerateDataKey'], { via: 's3', encryption: ownContext })],
    why: 'the bucket encrypts with this key, so S3 asks KMS for a data key as the caller',
    docs: KMS,
  },
  ...[false, true].map(
    (head): DependentCall => ({
      rule: 'G-02',
      on: OBJECT_READS,
      when: (view) => isHead(view) === head && !isFromCloudFront(view) && !isDirectory(view),
      who: THROUGH_S3,
      needs: [onKey(ownKey, ['kms:Decrypt'], { via: 's3', encryption: ownContext })],
      ...(head ? { onlyIf: CHECKSUM_ASKED } : {}),
      why: 'the object is encrypted with this key, so S3 decrypts its data key as the caller',
      docs: head ? `${API}API_HeadObject.html` : KMS,
    }),
  ),
  {
    rule: 'G-03',
    on: ['s3:PutObject'],
    when: isPart,
    who: THROUGH_S3,
    needs: [onKey(uploadKey, ['kms:Decrypt'], { via: 's3', encryption: ownContext })],
    why: 'a part of a multipart upload is encrypted under the data key of the upload, which S3 decrypts as the caller',
    docs: `${S3}mpuoverview.html`,
  },
  {
    rule: 'G-03',
    on: ['s3:PutObject'],
    when: isStart,
    who: THROUGH_S3,
    needs: [onKey(uploadKey, ['kms:Decrypt'], { via: 's3', encryption: ownContext })],
    apart: true,
    why: 'the parts that follow are encrypted under the data key of the upload, which S3 decrypts as the caller',
    docs: `${API}API_UploadPart.html`,
  },
  {
    rule: 'G-03',
    on: ['s3:PutObject'],
    when: isCompletion,
    who: THROUGH_S3,
    needs: [onKey(uploadKey, ['kms:Decrypt'], { via: 's3', encryption: ownContext })],
    onlyIf: {
      fact: 'whether the parts were sent with a checksum',
      howToGet: 'the record of CreateMultipartUpload: `x-amz-checksum-algorithm`',
    },
    why: 'S3 decrypts the parts as the caller to check their checksum as it puts them together',
    docs: `${API}API_CompleteMultipartUpload.html`,
  },
  {
    rule: 'G-03',
    on: ['s3:ListMultipartUploadParts'],
    who: THROUGH_S3,
    needs: [onKey(ownKey, ['kms:Decrypt'], { via: 's3', encryption: ownContext })],
    why: 'listing the parts of an encrypted upload decrypts its data key as the caller',
    docs: `${S3}mpuoverview.html`,
  },
  {
    rule: 'G-04',
    on: ['s3:PutObject'],
    when: isCopy,
    who: SAME_CALL,
    needs: [
      { actions: ['s3:GetObject'], on: source(false) },
      { actions: ['s3:GetObjectVersion'], on: source(true) },
    ],
    why: 'a copy reads its source as the caller',
    docs: `${API}API_CopyObject.html`,
  },
  {
    rule: 'G-04',
    on: ['s3:PutObject'],
    when: isCopy,
    who: THROUGH_S3,
    needs: [onKey(sourceKey, ['kms:Decrypt'], { via: 's3', encryption: sourceContext })],
    why: 'the source of the copy is encrypted with this key',
    docs: `${API}API_CopyObject.html`,
  },
  {
    rule: 'G-04',
    on: ['s3:PutObject'],
    when: (view) => isCopy(view) && takesDataKey(view),
    who: THROUGH_S3,
    needs: [onKey(uploadKey, ['kms:GenerateDataKey'], { via: 's3', encryption: ownContext })],
    why: 'the copy is encrypted with the key of the bucket it is written to',
    docs: `${API}API_CopyObject.html`,
  },
  {
    rule: 'G-04',
    on: ['s3:PutObject'],
    when: (view) => isCopy(view) && bucketKeyOn(view) && takesDataKey(view),
    who: THROUGH_S3,
    needs: [onKey(uploadKey, ['kms:Decrypt'], { via: 's3', encryption: ownContext })],
    why: 'a copy into a bucket with a Bucket Key decrypts that key, too',
    docs: `${API}API_CopyObject.html`,
  },
  {
    rule: 'G-61',
    on: ['s3:GetObject'],
    when: (view) => isSent(view, 's3:VersionId'),
    who: SAME_CALL,
    needs: [{ actions: ['s3:GetObjectVersion'], on: own }],
    why: 'a read of a given version is judged by the version action, instead of the plain one',
    docs: `${API}API_GetObject.html`,
  },
  ...[
    ['s3:GetObjectAttributes', 's3:GetObject'] as const,
    ['s3:GetObjectVersionAttributes', 's3:GetObjectVersion'] as const,
  ].map(
    ([on, action]): DependentCall => ({
      rule: 'G-61',
      on: [on],
      who: SAME_CALL,
      needs: [{ actions: [action], on: own }],
      why: 'the attributes of an object are for those who may read it as well',
      docs: `${API}API_GetObjectAttributes.html`,
    }),
  ),
  {
    rule: 'G-62',
    on: OBJECT_READS,
    when: isMissing,
    who: SAME_CALL,
    needs: [{ actions: ['s3:ListBucket'], on: ownBucket, context: keyInPrefix }],
    why: 'the object does not exist: without this permission S3 answers 403 where it would answer 404',
    docs: `${API}API_GetObject.html`,
  },
  ...(
    [
      ['s3:PutObjectTagging', ['s3:RequestObjectTagKeys'], ['s3:RequestObjectTag/'], 'tags'],
      ['s3:PutObjectAcl', ['s3:x-amz-acl'], ['s3:x-amz-grant-'], 'an ACL'],
      ['s3:PutObjectRetention', ['s3:object-lock-mode', 's3:object-lock-retain-until-date'], [], 'a retention period'],
      ['s3:PutObjectLegalHold', ['s3:object-lock-legal-hold'], [], 'a legal hold'],
    ] as const
  ).map(
    ([action, keys, prefixes, what]): DependentCall => ({
      rule: 'G-63',
      on: ['s3:PutObject'],
      when: (view) =>
        keys.some((key) => isSent(view, key)) || prefixes.some((prefix) => isSentWithPrefix(view, prefix)),
      who: SAME_CALL,
      needs: [{ actions: [action], on: own }],
      why: `the upload sets ${what}, which needs a permission of its own`,
      docs: `${API}API_PutObject.html`,
    }),
  ),
  {
    rule: 'G-64',
    on: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:ListBucket', 's3:AbortMultipartUpload'],
    when: isDirectory,
    who: SAME_CALL,
    needs: [{ actions: ['s3express:CreateSession'], on: bucketOfDirectory }],
    why: 'a directory bucket judges the session, instead of each action on an object',
    docs: `${S3}s3-express-security-iam.html`,
  },
  {
    rule: 'G-64',
    on: ['s3express:CreateSession'],
    who: { kind: 'forwarded', by: 's3express.amazonaws.com' },
    needs: [
      onKey(
        firstKey(namedKey('s3express:x-amz-server-side-encryption-aws-kms-key-id'), ownKey),
        ['kms:GenerateDataKey', 'kms:Decrypt'],
        { via: 's3express' },
      ),
    ],
    why: 'the directory bucket encrypts with this key',
    docs: `${S3}s3-express-UsingKMSEncryption.html`,
  },
  {
    rule: 'G-106',
    on: OBJECT_READS,
    when: isFromCloudFront,
    who: THROUGH_S3,
    needs: [onKey(ownKey, ['kms:Decrypt'], { encryption: ownContext })],
    why: 'the object is encrypted with this key, whose policy must let CloudFront in for this distribution',
    docs: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html',
  },
]
