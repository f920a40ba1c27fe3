import { actionFacts } from '#iam/facts/actions.ts'
import { neededForEvent } from '../event-action/actions.ts'
import { withoutVersion } from '#iam/event-sources.ts'
import { readMessage } from '../messages/read-message.ts'
import { type ContextValues, contextOf } from './context.ts'
import { denialText } from './denial-text.ts'
import { plainCode } from './error-kind.ts'
import { kindOfRecord } from './denial-kind.ts'
import { utcTime } from './event-time.ts'
import { field, type JsonObject, textField } from './loose-record.ts'
import { isInsight } from './normalized-records.ts'
import { recordOf } from './record.ts'
import { type RequestPart, requestOf } from './record-request.ts'
import { type SessionRequest, sessionRequestOf } from './session-request.ts'
import { callerOf } from './who.ts'

/** What later steps need of any record, refused or not: when, who, what, with which result (R-CT-05). */
export interface EventFacts {
  readonly time: string | null
  readonly eventId: string | null
  readonly sharedEventId: string | null
  readonly eventSource: string
  readonly eventName: string
  readonly region: string | null
  readonly principal: string | null
  readonly roleArn: string | null
  readonly accountId: string | null
  /** To find the call that issued the credentials; never to be printed. */
  readonly accessKeyId: string | null
  /** `failed`: for another reason than authorization, so it proves neither. */
  readonly outcome: 'allowed' | 'denied' | 'failed'
  /** What the call asked, as far as the record tells. */
  readonly requests: readonly RequestPart[]
  /** Whether the call changes a policy, or what policies apply to. */
  readonly isPolicyWrite: boolean
  /** Condition keys the record settles. */
  readonly context: ContextValues
  /** Set for the calls that make a session. */
  readonly assumeRole?: SessionRequest
}

/** Undefined: the value is no CloudTrail record of a call. */
export function eventFacts(value: unknown): EventFacts | undefined {
  const record = recordOf(value)
  if (record === undefined || isInsight(record)) return undefined
  const caller = callerOf(record)
  const eventSource = textField(record, 'eventSource') ?? ''
  const eventName = textField(record, 'eventName') ?? ''
  const outcome = outcomeOf(record)
  const message = outcome === 'denied' ? readMessage(denialText(record) ?? '') : undefined
  const request = requestOf(record, caller, message)
  const { action, resource, candidates } = request
  const only = action === null ? [] : [{ action, resource }]
  const session = sessionRequestOf(record)
  return {
    time: utcTime(field(record, 'eventTime')) ?? null,
    eventId: textField(record, 'eventID') ?? null,
    sharedEventId: textField(record, 'sharedEventID') ?? null,
    eventSource,
    eventName: withoutVersion(eventName),
    region: textField(record, 'awsRegion') ?? null,
    principal: caller.principal,
    roleArn: caller.roleArn,
    accountId: caller.accountId,
    accessKeyId: textField(record, 'userIdentity', 'accessKeyId') ?? null,
    outcome,
    requests: candidates.length > 0 ? candidates : only,
    isPolicyWrite: isPolicyWrite(eventSource, eventName, field(record, 'requestParameters')),
    context: contextOf(record, caller.accountId),
    ...(session === undefined ? {} : { assumeRole: session }),
  }
}

function outcomeOf(record: JsonObject): EventFacts['outcome'] {
  const code = textField(record, 'errorCode') ?? null
  if (code !== null && plainCode(code) === 'DryRunOperation') return 'allowed'
  const kind = kindOfRecord(record)
  if (kind === undefined) return 'allowed'
  return kind === 'aws-access-denied' ? 'denied' : 'failed'
}

/**
 * Calls that change what policies say or apply to although AWS ranks them as plain writes: group membership, a policy
 * among other attributes, an account's place in its organization.
 */
const MORE_POLICY_WRITES = new Set([
  'iam:AddUserToGroup',
  'iam:RemoveUserFromGroup',
  'iam:DeleteGroup',
  'iam:AddRoleToInstanceProfile',
  'ec2:ModifyVpcEndpoint',
  'ec2:CreateVpcEndpoint',
  'sqs:SetQueueAttributes',
  'sns:SetTopicAttributes',
  'organizations:MoveAccount',
  'organizations:AttachPolicy',
  'organizations:DetachPolicy',
  'organizations:CreatePolicy',
  'organizations:UpdatePolicy',
  'organizations:DeletePolicy',
  'organizations:EnablePolicyType',
  'organizations:DisablePolicyType',
  'sso:ProvisionPermissionSet',
  'kms:PutKeyPolicy',
  'kms:CreateGrant',
  'kms:RevokeGrant',
  'kms:RetireGrant',
])

/** By AWS's access level `Permissions management`, else by the list. */
function isPolicyWrite(eventSource: string, eventName: string, parameters: unknown): boolean {
  const [first] = neededForEvent(eventSource, eventName, parameters).needed
  if (first === undefined) return false
  if (MORE_POLICY_WRITES.has(first.action)) return true
  const [service = '', name = ''] = first.action.split(':')
  const level = actionFacts(service, name)?.accessLevel
  return level === 'Permissions management' && !/^(?:Get|List|Describe|PassRole)/.test(name)
}
