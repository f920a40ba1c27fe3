import { parseArn } from '#iam/arn.ts'
import { servicePrefix } from '#iam/event-sources.ts'
import type { Denial } from '#intake/denial.ts'

/**
 * `kms:ViaService` of a refused call of KMS that another service made for the caller, which follows from the call that came back
 * with it (R-CTX-15): an error "when calling the GetObject operation" that names `kms:Decrypt`. Null: KMS itself was called to make a
 * grant. Nothing where the evidence has the key, or where the call is not known. Partitions whose services have other names are left out.
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export function viaServiceKeys(denial: Denial): Readonly<Record<string, string | null>> {
  const { action, operation, eventSource, resource, region, principal, principalType, context } = denial
  if (action?.startsWith('kms:') !== true || principalType === 'service') return {}
  if (Object.keys(context).some((key) => key.toLowerCase() === 'kms:viaservice')) return {}
  if (action === 'kms:CreateGrant' && operation === 'CreateGrant') return { 'kms:ViaService': null }
  const service = eventSource === null ? SERVICES.get(operation ?? '') : servicePrefix(eventSource)
  const key = parseArn(resource ?? '')
  const place = key?.region === undefined || key.region === '' ? region : key.region
  const partition = key?.partition ?? parseArn(principal ?? '')?.partition
  if (service === undefined || !FORWARDING.has(service) || place === null) return {}
  return partition === 'aws' || partition === 'aws-us-gov'
    ? { 'kms:ViaService': `${service}.${place}.amazonaws.com` }
    : {}
}

/** Services that ask KMS with the caller's forwarded session, by operations of theirs whose names no other service with keys has. */
const OPERATIONS = {
  s3: [
    'GetObject',
    'HeadObject',
    'PutObject',
    'CopyObject',
    'GetObjectAttributes',
    'SelectObjectContent',
    'CreateMultipartUpload',
    'UploadPart',
    'UploadPartCopy',
    'CompleteMultipartUpload',
    'RestoreObject',
  ],
  secretsmanager: ['GetSecretValue', 'BatchGetSecretValue', 'PutSecretValue', 'CreateSecret', 'UpdateSecret'],
  ssm: ['GetParameter', 'GetParameters', 'GetParametersByPath', 'GetParameterHistory', 'PutParameter'],
  sqs: ['SendMessage', 'SendMessageBatch', 'ReceiveMessage'],
  sns: ['Publish', 'PublishBatch'],
  kinesis: ['PutRecord', 'PutRecords', 'GetRecords'],
} as const

const FORWARDING: ReadonlySet<string> = new Set(Object.keys(OPERATIONS))

const SERVICES: ReadonlyMap<string, string> = new Map(
  Object.entries(OPERATIONS).flatMap(([service, names]) => names.map((name) => [name, service] as const)),
)
