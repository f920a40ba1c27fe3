import { actionFacts } from '#iam/facts/actions.ts'
import { withoutVersion } from '#iam/event-sources.ts'
import { neededForEvent } from '../event-action/actions.ts'
import { namedResources } from '../event-action/named-resources.ts'
import { readMessage } from '../messages/read-message.ts'
import { type ContextValues, contextOf } from './context.ts'
import { denialText } from './denial-text.ts'
import { plainCode } from './error-kind.ts'
import { kindOfRecord } from './denial-kind.ts'
import { utcTime } from './event-time.ts'
import { field, type JsonObject, textField } from './loose-record.ts'
import { isInsight } from './normalized-records.ts'
import { type PolicyChange, policyChangeOf } from './policy-change.ts'
import { recordOf } from './record.ts'
import { type RecordRequest, type RequestPart, requestOf } from './record-request.ts'
import { type SessionRequest, sessionRequestOf } from './session-request.ts'
import { callerOf } from './who.ts'

/**
 * API call as its CloudTrail record shows it, refused or not (R-CT-05): read once, where the evidence is read. It has all
 * that later steps ask of a record, so that none of them sees the record itself.
 */
export interface CallEvent {
  /** When it was made: ISO 8601, UTC; null: the record has no time that can be read. */
  readonly time: string | null
  /** A UUID, of this record alone; the same event may be delivered twice (R-CT-12). */
  readonly eventId: string | null
  /** A UUID that the records of one call in several accounts share. */
  readonly sharedEventId: string | null
  /** Host name of the service, `s3.amazonaws.com`; empty: the record names none. */
  readonly eventSource: string
  /** Name of the API operation, without the date that some services add. */
  readonly eventName: string
  readonly region: string | null
  /** ARN of who made the call; of a role the session's. */
  readonly principal: string | null
  /** ARN of the role behind a session, with its path where the record has the issuer (R-PRIN-03). */
  readonly roleArn: string | null
  /** Twelve digits: the caller's account. */
  readonly accountId: string | null
  /** To find the call that issued the credentials; never to be printed. */
  readonly accessKeyId: string | null
  /** `failed`: for another reason than authorization, so it proves neither. */
  readonly outcome: 'allowed' | 'denied' | 'failed'
  /** The requests of the call; of a refused call those its message says were refused, else all that the call needs (R-CT-25). */
  readonly requests: readonly RequestPart[]
  /** The request that the call makes first, under its own name, whatever the text of its error says. */
  readonly own: OwnRequest | undefined
  /** ARNs of what the call is about besides: a key, a role it hands on. */
  readonly named: readonly string[]
  /** Whether the call changes a policy, or what policies apply to. */
  readonly isPolicyWrite: boolean
  /** What the call changed a policy to, or an attachment; left out: nothing, or the record does not tell it whole. */
  readonly policyChange?: PolicyChange
  /** Condition keys the record settles. */
  readonly context: ContextValues
  /** Set for the calls that make a session. */
  readonly assumeRole?: SessionRequest
}

/** An action and what it is asked on: of a launch all that the action is needed on; null: the record does not say. */
export interface OwnRequest {
  readonly action: string
  readonly resources: readonly (string | null)[]
}

/** Reads one CloudTrail record, wrapped or not; undefined: the value is no record of a call. */
export function callEvent(value: unknown): CallEvent | undefined {
  const record = recordOf(value)
  if (record === undefined || isInsight(record)) return undefined
  const caller = callerOf(record)
  const eventSource = textField(record, 'eventSource') ?? ''
  const eventName = textField(record, 'eventName') ?? ''
  const outcome = outcomeOf(record)
  const message = outcome === 'denied' ? readMessage(denialText(record) ?? '') : undefined
  const request = requestOf(record, caller, message)
  const session = sessionRequestOf(record)
  const policyChange = policyChangeOf(record, caller.accountId)
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
    requests: requestsOf(request),
    own: ownRequest(message === undefined ? request : requestOf(record, caller, undefined)),
    named: namedResources(record),
    isPolicyWrite: isPolicyWrite(eventSource, eventName, field(record, 'requestParameters')),
    context: contextOf(record, caller.accountId),
    ...(policyChange === undefined ? {} : { policyChange }),
    ...(session === undefined ? {} : { assumeRole: session }),
  }
}

/** The calls among the values, in their order; what is no record of a call is left out. */
export const callEvents = (values: readonly unknown[]): readonly CallEvent[] =>
  values.flatMap((value) => callEvent(value) ?? [])

const indexes = new WeakMap<readonly CallEvent[], ReadonlyMap<string, CallEvent>>()

/** The call with that event id, the first of several; undefined: none has it. The index is made once for each list. */
export function eventById(events: readonly CallEvent[], eventId: string | null): CallEvent | undefined {
  if (eventId === null) return undefined
  const index = indexes.get(events) ?? indexById(events)
  indexes.set(events, index)
  return index.get(eventId)
}

function indexById(events: readonly CallEvent[]): ReadonlyMap<string, CallEvent> {
  const index = new Map<string, CallEvent>()
  for (const event of events) if (event.eventId !== null && !index.has(event.eventId)) index.set(event.eventId, event)
  return index
}

const requestsOf = ({ action, resource, candidates }: RecordRequest): readonly RequestPart[] =>
  candidates.length > 0 ? candidates : action === null ? [] : [{ action, resource }]

function ownRequest({ action, resource, candidates }: RecordRequest): OwnRequest | undefined {
  if (action === null) return undefined
  const alike = candidates.filter((candidate) => candidate.action === action).map((candidate) => candidate.resource)
  return { action, resources: alike.length > 0 ? alike : [resource] }
}

function outcomeOf(record: JsonObject): CallEvent['outcome'] {
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
