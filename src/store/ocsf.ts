import { actionFacts } from '#iam/facts/actions.ts'
import type { DenialRow } from './denial-row.ts'
import { contextIn } from './row-of-denial.ts'

const VERSION = '1.3.0'

/** Create, Read, Update, Delete and Other, by what the name of the operation begins with. */
const ACTIVITIES: readonly (readonly [id: number, name: string, verbs: RegExp])[] = [
  [1, 'Create', /^(?:Create|Run|Allocate|Register|Start|Issue|Import|Copy)/],
  [2, 'Read', /^(?:Get|List|Describe|Head|Search|Lookup|Scan|Query|Select|Batch(?:Get|Check)|Check|Decrypt|View)/],
  [3, 'Update', /^(?:Put|Update|Modify|Set|Attach|Detach|Associate|Disassociate|Enable|Disable|Tag|Untag|Add|Change)/],
  [4, 'Delete', /^(?:Delete|Remove|Terminate|Deregister|Release|Revoke|Cancel)/],
]

/**
 * The denial as an event of class API Activity of the Open Cybersecurity Schema Framework.
 * https://schema.ocsf.io/1.3.0/classes/api_activity, whose files are github.com/ocsf/ocsf-schema
 */
export function ocsfEvent(row: DenialRow): object {
  const [activityId, activity] = activityOf(row)
  const context = contextIn(row)
  const ip = context['aws:SourceIp'] ?? context['aws:VpcSourceIp']
  return {
    category_uid: 6,
    category_name: 'Application Activity',
    class_uid: 6003,
    class_name: 'API Activity',
    activity_id: activityId,
    activity_name: activity,
    type_uid: 600_300 + activityId,
    type_name: `API Activity: ${activity}`,
    severity_id: 1,
    severity: 'Informational',
    status_id: 2,
    status: 'Failure',
    ...given({ status_code: row.errorCode, status_detail: row.errorMessage }),
    time: Date.parse(row.eventTime),
    metadata: {
      version: VERSION,
      uid: row.eventId,
      product: { name: 'CloudTrail', vendor_name: 'AWS' },
      // The class has `cloud` by this profile only.
      profiles: ['cloud'],
      logged_time: Date.parse(row.ingestedAt),
    },
    cloud: { provider: 'AWS', ...given({ region: row.region }), ...accountOf(row.recipientAccount) },
    api: {
      operation: row.eventName ?? row.action ?? 'unknown',
      ...(row.eventSource === null ? {} : { service: { name: row.eventSource } }),
      ...(row.requestId === null ? {} : { request: { uid: row.requestId } }),
      response: given({ error: row.errorCode, error_message: row.errorMessage }),
    },
    actor: actorOf(row),
    src_endpoint: typeof ip === 'string' ? { ip } : { name: row.invokedBy ?? 'unknown' },
    ...(row.resource === null ? {} : { resources: [{ uid: row.resource }] }),
    unmapped: given({
      iam_action: row.action,
      deny_layer: row.layer,
      statement: row.statement,
      blocked_by: row.blockedBy,
      snapshot_hash: row.snapshotHash,
      shared_event_id: row.sharedEventId,
    }),
  }
}

function actorOf(row: DenialRow): object {
  const { principalArn, principalKey, principalType, sessionName, policyArn, effect, callerAccount, invokedBy } = row
  const user = { ...given({ uid: principalKey ?? principalArn, name: principalArn }), ...accountOf(callerAccount) }
  return {
    // An actor has at least one thing by which to know it.
    user: { ...(Object.keys(user).length === 0 ? { name: 'unknown' } : user), ...typeOf(principalType) },
    ...(sessionName === null ? {} : { session: { uid: sessionName } }),
    // The first is deprecated since 1.2.0 and stays for who reads it.
    ...given({ invoked_by: invokedBy, app_name: invokedBy }),
    authorizations: [
      {
        decision: effect === 'explicit' ? 'Denied explicitly' : 'Denied',
        ...(policyArn === null ? {} : { policy: { uid: policyArn } }),
      },
    ],
  }
}

/** OCSF's Other: the type is called what the source calls it. */
const typeOf = (type: string | null): object => (type === null ? {} : { type, type_id: 99 })

const accountOf = (uid: string | null): object =>
  uid === null ? {} : { account: { uid, type: 'AWS Account', type_id: 10 } }

const given = (fields: Readonly<Record<string, string | null>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).flatMap(([key, value]) => (value === null ? [] : [[key, value]])))

/** By the name of the operation, else by AWS's access level of the action. */
function activityOf({ eventName, action }: DenialRow): readonly [number, string] {
  const name = eventName ?? action?.slice(action.indexOf(':') + 1) ?? ''
  const byName = ACTIVITIES.find(([, , verbs]) => verbs.test(name))
  if (byName !== undefined) return [byName[0], byName[1]]
  const [service = '', operation = ''] = action?.split(':') ?? []
  const level = actionFacts(service, operation)?.accessLevel
  return level === 'Read' || level === 'List' ? [2, 'Read'] : [99, 'Other']
}
