import { CloudTrailClient, type LookupAttribute, paginateLookupEvents } from '@aws-sdk/client-cloudtrail'
import { type AwsSettings, openAccess } from './account-access.ts'

/** Query of the Region's event history: management events of at most 90 days. */
export interface Lookup {
  /** A request id, or an event id. */
  readonly id?: string
  /** The newest so many events that have an error code. */
  readonly last?: number
  /** All events of this API name, refused or not. */
  readonly event?: string
  readonly hours: number
}

/** AWS allows two of these calls a second. */
const PAGE = 50

/** Events of one name; more would take minutes at two calls a second. */
const MOST = 2000

/**
 * CloudTrail records, newest first (cloudtrail:LookupEvents). A request id is no attribute that AWS can look up, so events
 * are read back from now until it comes; an event id is asked for first, which is one call.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
export async function lookupRecords(
  settings: Omit<AwsSettings, 'concurrency'>,
  lookup: Lookup,
  tell: (events: number) => void,
): Promise<readonly unknown[]> {
  const { own } = await openAccess({ ...settings, concurrency: 2 })
  const client = own.client(CloudTrailClient)
  if (lookup.event !== undefined)
    return read(client, { last: MOST, hours: lookup.hours }, isThere, tell, [
      { AttributeKey: 'EventName', AttributeValue: lookup.event },
    ])
  if (lookup.id !== undefined) {
    const byId = await read(client, { ...lookup, last: 1 }, isThere, tell, [
      { AttributeKey: 'EventId', AttributeValue: lookup.id },
    ])
    if (byId.length > 0) return byId
    return read(client, { ...lookup, last: 1 }, (record) => record['requestID'] === lookup.id, tell)
  }
  return read(client, lookup, (record) => typeof record['errorCode'] === 'string', tell)
}

type CloudTrailRecord = Readonly<Record<string, unknown>>

const isThere = (): boolean => true

async function read(
  client: CloudTrailClient,
  { last = 1, hours }: Lookup,
  wanted: (record: CloudTrailRecord) => boolean,
  tell: (events: number) => void,
  attributes: LookupAttribute[] = [],
): Promise<CloudTrailRecord[]> {
  const EndTime = new Date()
  const StartTime = new Date(EndTime.getTime() - hours * 3_600_000)
  const found: CloudTrailRecord[] = []
  let events = 0
  const input = {
    StartTime,
    EndTime,
    MaxResults: PAGE,
    ...(attributes.length === 0 ? {} : { LookupAttributes: attributes }),
  }
  for await (const page of paginateLookupEvents({ client }, input)) {
    for (const { CloudTrailEvent } of page.Events ?? []) {
      events++
      const record = recordIn(CloudTrailEvent)
      if (record !== undefined && wanted(record)) found.push(record)
      if (found.length >= last) return found
    }
    tell(events)
  }
  return found
}

/** The record stands in the answer as a text. */
function recordIn(text: string | undefined): CloudTrailRecord | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as CloudTrailRecord)
      : undefined
  } catch {
    return undefined
  }
}
