import { parseArn } from '#iam/arn.ts'
import type { KeyState } from '#iam/key-state.ts'
import { attribute, type Case } from '../case.ts'
import { forwardedRequest } from '../forward-session.ts'
import type { Attributes } from '../scenario.ts'
import { accountInArn } from './hard-rules.ts'
import type { FurtherRequest } from './service-rule.ts'

/** With SSE-KMS S3 calls KMS as the caller. https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html */
const KEY_ACTIONS: ReadonlyMap<string, { readonly action: string; readonly rule: string; readonly why: string }> =
  new Map([
    [
      'putobject',
      {
        action: 'kms:GenerateDataKey',
        rule: 'G-01',
        why: 'the bucket encrypts with this key, so S3 asks KMS for a data key as the caller',
      },
    ],
    [
      'getobject',
      {
        action: 'kms:Decrypt',
        rule: 'G-02',
        why: 'the object is encrypted with this key, so S3 decrypts its data key as the caller',
      },
    ],
    [
      'getobjectversion',
      {
        action: 'kms:Decrypt',
        rule: 'G-02',
        why: 'the object is encrypted with this key, so S3 decrypts its data key as the caller',
      },
    ],
  ])

export function s3FurtherRequests(facts: Case): readonly FurtherRequest[] {
  const needed = KEY_ACTIONS.get(facts.question.action.name)
  const key = encryptionKey(facts)
  const { resource, caller } = facts
  if (needed === undefined || key === undefined || resource.kind !== 'arn' || caller.kind === 'anonymous') return []
  const region = parseArn(key)?.region ?? ''
  const bucketKey = bucketAttribute(facts, 'bucketKeyEnabled') === true
  const contextArn = bucketKey ? (resource.arn.split('/')[0] ?? resource.arn) : resource.arn
  const request = forwardedRequest(facts.request, 's3.amazonaws.com', {
    action: needed.action,
    resource: key,
    resourceAccount: accountInArn(key),
    context: {
      ...(region === '' ? {} : { 'kms:ViaService': `s3.${region}.amazonaws.com` }),
      'kms:EncryptionContext:aws:s3:arn': contextArn,
      'kms:EncryptionContextKeys': ['aws:s3:arn'],
    },
  })
  return [{ request, why: needed.why, rule: needed.rule }]
}

/** The key named by the request's header, else the bucket's default. */
function encryptionKey(facts: Case): string | undefined {
  const header = text(facts.question.lookup('s3:x-amz-server-side-encryption-aws-kms-key-id'))
  if (header !== undefined && header.startsWith('arn:')) return header
  const asked = text(facts.question.lookup('s3:x-amz-server-side-encryption'))
  if (asked === 'AES256') return undefined
  const key = bucketAttribute(facts, 'sseKmsKeyArn')
  return typeof key === 'string' && key.startsWith('arn:') ? key : undefined
}

const text = (state: KeyState): string | undefined => (state.state === 'values' ? state.values[0] : undefined)

/** Attributes stand on the request's resource, or on the bucket among the other resources. */
function bucketAttribute(facts: Case, name: string): unknown {
  const own = attribute(facts, name)
  if (own !== undefined && own !== null) return own
  const bucket = facts.resource.kind === 'arn' ? facts.resource.arn.split('/')[0] : undefined
  const found: Attributes | undefined = facts.resources.find((one) => one.arn === bucket)?.attributes
  return found !== undefined && Object.hasOwn(found, name) ? found[name] : undefined
}
