import { callEvent } from '#intake/cloudtrail/call-event.ts'
import { field, type JsonObject, textField } from '#intake/cloudtrail/loose-record.ts'
import { withoutCredentials } from '#intake/wrapper/secrets.ts'

/** A call that changed a policy, or what one is attached to: what "as it was" is made of. */
export interface PolicyChangeRow {
  /** A UUID. */
  readonly eventId: string
  /** ISO 8601, UTC, to the second. */
  readonly changedAt: string
  /** Twelve digits: the caller's; empty: the record does not tell. */
  readonly account: string
  /** ARN of who made the call; empty: the record does not tell. */
  readonly principalArn: string
  /** As an action: `iam:PutRolePolicy`. */
  readonly action: string
  /** The CloudTrail record as JSON, with what the change is read from and nothing else: no credentials, no address. */
  readonly record: string
}

/** No policy is longer than 20 kB, and a record may hold one twice. */
const MAX_RECORD = 100_000

/** The row of a record whose call changed a policy and succeeded; undefined: it did not, or does not tell the change whole. */
export function policyChangeRow(record: JsonObject): PolicyChangeRow | undefined {
  const event = callEvent(record)
  if (event?.outcome !== 'allowed' || event.policyChange === undefined) return undefined
  const { time, eventId, eventSource, eventName } = event
  if (time === null || eventId === null) return undefined
  const text = JSON.stringify(withoutCredentials(keptOf(record)))
  if (text.length > MAX_RECORD) return undefined
  return {
    eventId,
    changedAt: time.replace(/\.\d+Z$/, 'Z'),
    account: event.accountId ?? '',
    principalArn: event.principal ?? '',
    action: `${eventSource.split('.')[0] ?? ''}:${eventName}`,
    record: text,
  }
}

/** Fields of a record that a change is read from. */
const KEPT = [
  'eventVersion',
  'eventTime',
  'eventID',
  'eventSource',
  'eventName',
  'awsRegion',
  'recipientAccountId',
  'requestParameters',
] as const

/** Fields of who made the call: the keys that signed it are none of them. */
const CALLER = ['type', 'arn', 'accountId', 'principalId', 'invokedBy'] as const

function keptOf(record: JsonObject): object {
  const pick = (from: unknown, names: readonly string[]) =>
    Object.fromEntries(names.flatMap((name) => (field(from, name) === undefined ? [] : [[name, field(from, name)]])))
  const issuer = textField(record, 'userIdentity', 'sessionContext', 'sessionIssuer', 'arn')
  const session = issuer === undefined ? {} : { sessionContext: { sessionIssuer: { type: 'Role', arn: issuer } } }
  const response = pick(field(record, 'responseElements'), ['arn', 'aRN', 'name'])
  const made = field(record, 'responseElements')
  const version = textField(made, 'policyVersion', 'versionId')
  const arn = textField(made, 'policy', 'arn')
  const told = {
    ...response,
    ...(version === undefined ? {} : { policyVersion: { versionId: version } }),
    ...(arn === undefined ? {} : { policy: { arn } }),
  }
  return {
    ...pick(record, KEPT),
    userIdentity: { ...pick(field(record, 'userIdentity'), CALLER), ...session },
    ...(Object.keys(told).length === 0 ? {} : { responseElements: told }),
  }
}
