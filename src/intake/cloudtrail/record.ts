import { memoizeRecent } from '../memoize-recent.ts'
import { field, isObject, type JsonObject, listOf, objectOf, parsedJson, textField } from './loose-record.ts'
import { isInsight, normalizedRecord } from './normalized-records.ts'

/**
 * Where a record may be wrapped: EventBridge (`detail`), LookupEvents (`CloudTrailEvent`), Splunk (`_raw`), CloudTrail
 * Lake (`eventData`), CloudWatch Logs (`message`, `@message`), Elastic (`event.original`), Wazuh (`data.aws`,
 * https://documentation.wazuh.com/current/cloud-security/amazon/services/supported-services/cloudtrail.html), a line of a
 * batch of ours (`record`). R-CT-09.
 */
const WRAPPERS = [
  'CloudTrailEvent',
  'detail',
  '_raw',
  'eventData',
  '@message',
  'message',
  'event',
  'original',
  'data',
  'aws',
  'record',
]

/**
 * Members that hold records or the text of one: log files, LookupEvents, EventBridge; `messages` and `body` of SQS;
 * `logEvents` of CloudWatch Logs, and `results` of its queries, lists of fields with a `value`; `hits` and `_source` of Elastic.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html
 */
const ENVELOPES = new Set([
  'records',
  'events',
  'logevents',
  'results',
  'value',
  'messages',
  'body',
  'hits',
  '_source',
  ...WRAPPERS.map((name) => name.toLowerCase()),
])

export const isEnvelope = (name: string): boolean => ENVELOPES.has(name.toLowerCase())

const MAX_DEPTH = 6

/** Whether the value is one CloudTrail record, wrapped or not. */
export const isRecord = (value: unknown): boolean => recordOf(value) !== undefined

/** The record inside, or undefined where the value is none (a list of records is none: see `recordsIn`). */
export function recordOf(value: unknown): JsonObject | undefined {
  return unwrap(value, MAX_DEPTH)
}

/**
 * All records in a value, through envelopes inside envelopes: EventBridge in SQS in a log, lists of LookupEvents answers,
 * `{"Records": [...]}`.
 */
export const recordsIn = (value: unknown): readonly JsonObject[] => recordsBelow(value, 0)

function recordsBelow(value: unknown, depth: number): readonly JsonObject[] {
  if (depth > MAX_DEPTH) return []
  if (Array.isArray(value)) return value.flatMap((item) => recordsBelow(item, depth + 1))
  const plain = typeof value === 'string' ? parsedJson(value) : value
  if (Array.isArray(plain)) return recordsBelow(plain, depth + 1)
  if (!isObject(plain)) return []
  const inside = Object.entries(plain)
    .filter(([key]) => isEnvelope(key))
    .flatMap(([, item]) => recordsBelow(item, depth + 1))
  if (inside.length > 0) return inside
  const record = recordOf(plain)
  return record === undefined ? [] : [record]
}

function unwrap(value: unknown, depth: number): JsonObject | undefined {
  if (depth === 0) return undefined
  const holder = objectOf(value)
  if (holder === undefined) return undefined
  if (hasWrapper(holder))
    for (const key of WRAPPERS) {
      const inside = field(holder, key)
      if (typeof inside !== 'string' && !isObject(inside)) continue
      const record = unwrap(inside, depth - 1)
      if (record !== undefined) return record
    }
  return looksLikeRecord(holder) || isInsight(holder) ? holder : normalizedRecord(holder)
}

/**
 * Whether an object has the name of a wrapper: a look over the names instead of one for each wrapper, since most records
 * have none.
 */
function hasWrapper(holder: JsonObject): boolean {
  for (const name in holder) if (isWrapper(name)) return true
  return false
}

const WRAPPER_NAMES = new Set(WRAPPERS.map((name) => name.toLowerCase()))
const isWrapper = memoizeRecent((name) => WRAPPER_NAMES.has(name.toLowerCase()))

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
