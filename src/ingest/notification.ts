import { isObject, type JsonObject, listOf, textField } from '#intake/cloudtrail/loose-record.ts'
import { recordsIn } from '#intake/cloudtrail/record.ts'

/** Notification in a message of a queue. */
export type Notification =
  | { readonly kind: 'objects'; readonly objects: readonly NotifiedObject[] }
  | { readonly kind: 'records'; readonly records: readonly JsonObject[] }
  /** S3 sends one when the notification is set up; it tells nothing. */
  | { readonly kind: 'test' }

export interface NotifiedObject {
  readonly bucket: string
  readonly key: string
  /** Empty where the message does not tell. */
  readonly etag: string
}

/**
 * Reads S3's own notification, the same through SNS or EventBridge, CloudTrail's notification of a delivered file, and a
 * CloudTrail event of EventBridge. Undefined: the message is none of them.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function readNotification(body: string): Notification | undefined {
  const value = objectIn(body)
  if (value === undefined) return undefined
  const message = textField(value, 'Message')
  if (textField(value, 'Type') === 'Notification' && message !== undefined) return readNotification(message)
  if (textField(value, 'Event') === 's3:TestEvent') return { kind: 'test' }
  const objects = [...ofS3(value), ...ofEventBridge(value), ...ofCloudTrail(value)]
  if (objects.length > 0) return { kind: 'objects', objects }
  const records = recordsIn(value)
  return records.length > 0 ? { kind: 'records', records } : undefined
}

function objectIn(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Keys come encoded as in a form: `+` is a space. */
function ofS3(value: JsonObject): readonly NotifiedObject[] {
  return listOf(value['Records']).flatMap((record) => {
    const bucket = textField(record, 's3', 'bucket', 'name')
    const key = textField(record, 's3', 'object', 'key')
    const isCreated = textField(record, 'eventName')?.startsWith('ObjectRemoved') !== true
    if (bucket === undefined || key === undefined || !isCreated) return []
    return [{ bucket, key: decoded(key), etag: textField(record, 's3', 'object', 'eTag') ?? '' }]
  })
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '))
  } catch {
    return key
  }
}

function ofEventBridge(value: JsonObject): readonly NotifiedObject[] {
  const bucket = textField(value, 'detail', 'bucket', 'name')
  const key = textField(value, 'detail', 'object', 'key')
  if (bucket === undefined || key === undefined) return []
  return [{ bucket, key, etag: textField(value, 'detail', 'object', 'etag') ?? '' }]
}

function ofCloudTrail(value: JsonObject): readonly NotifiedObject[] {
  const bucket = textField(value, 's3Bucket')
  if (bucket === undefined) return []
  return listOf(value['s3ObjectKey']).flatMap((key) => (typeof key === 'string' ? [{ bucket, key, etag: '' }] : []))
}
