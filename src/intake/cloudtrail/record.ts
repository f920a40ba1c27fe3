import { field, isObject, type JsonObject, listOf, objectOf, parsedJson, textField } from './loose-record.ts'

/**
 * Where a record may be wrapped: EventBridge (`detail`), LookupEvents (`CloudTrailEvent`), Splunk (`_raw`), CloudTrail
 * Lake (`eventData`), CloudWatch Logs (`message`, `@message`), Elastic (`event.original`). R-CT-09.
 */
const WRAPPERS = ['CloudTrailEvent', 'detail', '_raw', 'eventData', '@message', 'message', 'event', 'original']

/** Keys that hold many: log files, LookupEvents answers, CloudWatch Logs deliveries. */
const CONTAINERS = ['Records', 'Events', 'logEvents']

const MAX_DEPTH = 6

/** Whether the value is one CloudTrail record, wrapped or not. */
export const isRecord = (value: unknown): boolean => recordOf(value) !== undefined

/** The record inside, or undefined where the value is none (a list of records is none: see `recordsIn`). */
export function recordOf(value: unknown): JsonObject | undefined {
  return unwrap(value, MAX_DEPTH)
}

/** All records in a value: one, a list, `{"Records": [...]}`, a LookupEvents answer. */
export function recordsIn(value: unknown): readonly JsonObject[] {
  const plain = typeof value === 'string' ? parsedJson(value) : value
  if (Array.isArray(plain)) return plain.flatMap((item) => one(item))
  const container = objectOf(plain)
  if (container === undefined) return []
  for (const key of CONTAINERS) {
    const inside = field(container, key)
    if (Array.isArray(inside)) return inside.flatMap((item) => one(item))
  }
  return one(container)
}

function one(value: unknown): readonly JsonObject[] {
  const record = recordOf(value)
  return record === undefined ? [] : [record]
}

function unwrap(value: unknown, depth: number): JsonObject | undefined {
  if (depth === 0) return undefined
  const holder = objectOf(value)
  if (holder === undefined) return undefined
  for (const key of WRAPPERS) {
    const inside = field(holder, key)
    if (typeof inside !== 'string' && !isObject(inside)) continue
    const record = unwrap(inside, depth - 1)
    if (record !== undefined) return record
  }
  return looksLikeRecord(holder) ? holder : undefined
}

/** Every record names its event and the service; trimmed ones may lack all else. */
function looksLikeRecord(holder: JsonObject): boolean {
  if (textField(holder, 'eventName') === undefined) return false
  return textField(holder, 'eventSource') !== undefined || objectOf(field(holder, 'userIdentity')) !== undefined
}

/** The entries of `resources`: ARN, owner and type, each where given. */
export function resourcesOf(record: JsonObject): readonly ListedResource[] {
  return listOf(field(record, 'resources')).flatMap((entry) => {
    const arn = textField(entry, 'ARN')
    const accountId = textField(entry, 'accountId')
    const type = textField(entry, 'type')
    if (arn === undefined && accountId === undefined) return []
    return [
      {
        ...(arn === undefined ? {} : { arn }),
        ...(accountId === undefined ? {} : { accountId }),
        ...(type === undefined ? {} : { type }),
      },
    ]
  })
}

export interface ListedResource {
  readonly arn?: string
  readonly accountId?: string
  readonly type?: string
}
