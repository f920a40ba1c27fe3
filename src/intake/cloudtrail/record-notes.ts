import { parseArn } from '#iam/arn.ts'
import { withoutVersion } from '#iam/event-sources.ts'
import { resourcesForAction } from '../event-action/resources.ts'
import type { MessageFields } from '../messages/message-fields.ts'
import type { Note } from '../note.ts'
import { MISSING_OBJECT } from '../missing-object.ts'
import { readAccount } from './account-id.ts'
import { isCut } from './denial-text.ts'
import { wrapsFurtherDenial } from './error-kind.ts'
import { field, isRedacted, type JsonObject, objectOf, textField } from './loose-record.ts'
import { eventResources, type RecordRequest } from './record-request.ts'
import type { Caller } from './who.ts'

interface Evidence {
  readonly record: JsonObject
  readonly caller: Caller
  readonly message: MessageFields | undefined
  readonly request: RecordRequest
  readonly code: string | null
}

/** Notes for a reader of the denial about the record it came from. */
export function notesOfRecord(evidence: Evidence): readonly Note[] {
  const notes = [
    ...evidence.caller.notes,
    ...(evidence.message?.notes ?? []),
    ...truncation(evidence),
    ...further(evidence),
    ...notFound(evidence),
    ...copies(evidence.record),
    ...redactions(evidence.record),
    ...addendum(evidence.record),
    ...closerResource(evidence),
  ]
  const seen = new Set<string>()
  return notes.filter(({ code }) => !seen.has(code) && seen.add(code) !== undefined)
}

function truncation({ record }: Evidence): readonly Note[] {
  const text = textField(record, 'errorMessage')
  if (text === undefined || !isCut(text)) return []
  return [
    {
      code: 'message-truncated',
      text: 'CloudTrail keeps 1 KB of an error message; what came after is not in the record.',
    },
  ]
}

/** R-CT-25a, R-MSG-33. */
function further({ record, request, code }: Evidence): readonly Note[] {
  const event = withoutVersion(textField(record, 'eventName') ?? 'the call')
  if (request.isFurther && request.action !== null) {
    return [
      {
        code: 'further-request',
        text: `AWS refused \`${request.action}\`, which ${event} needs besides its own action.`,
      },
    ]
  }
  if (code === null || !wrapsFurtherDenial(code) || request.actionFrom === 'stated') return []
  return [
    {
      code: 'further-request',
      text: `\`${code}\` stands for a refused request that ${event} makes to another service.`,
    },
  ]
}

/** A missing key is a refusal to callers who may not list the bucket (G-62). */
function notFound({ record, request, message }: Evidence): readonly Note[] {
  const reads = request.action === 's3:GetObject' || request.action === 's3:GetObjectVersion'
  if (!reads || message?.layer != null || textField(record, 'eventSource') !== 's3.amazonaws.com') return []
  return [{ code: 'possibly-not-found', text: MISSING_OBJECT }]
}

/** R-CT-10. */
function copies(record: JsonObject): readonly Note[] {
  const caller = readAccount(field(record, 'userIdentity', 'accountId')).id
  const recipient = readAccount(field(record, 'recipientAccountId')).id
  if (caller === null || recipient === null || caller === recipient) return []
  const text = `The caller is of account ${caller}, the record of the trail of account ${recipient}; the caller's own copy may say more.`
  return [{ code: 'cross-account-copy', text }]
}

/** R-CT-19. */
function redactions(record: JsonObject): readonly Note[] {
  const parameters = field(record, 'requestParameters')
  const hidden = isRedacted(parameters) || Object.values(objectOf(parameters) ?? {}).some(isRedacted)
  return hidden ? [{ code: 'parameters-redacted', text: 'CloudTrail hid parameters of the call.' }] : []
}

/** R-CT-19: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
function addendum(record: JsonObject): readonly Note[] {
  const original = textField(record, 'addendum', 'originalEventID')
  if (original === undefined) return []
  const reason = textField(record, 'addendum', 'reason')
  if (reason !== 'UPDATED_DATA') return [{ code: 'record-addendum', text: `The record adds to event ${original}.` }]
  return [{ code: 'record-updated', text: `The record replaces event ${original}.` }]
}

/** AWS prints `instance/*` where the parameters name the instance: both are reported (R-MSG-25). */
function closerResource({ record, caller, request }: Evidence): readonly Note[] {
  const { resource, action } = request
  const star = resource === null || request.resourceFrom !== 'stated' ? -1 : resource.indexOf('*')
  if (resource === null || action === null || star <= 0) return []
  const event = eventResources(record, caller, textField(record, 'eventName') ?? '')
  const prefix = parseArn(resource)?.resource.split('*')[0] ?? ''
  const closer = resourcesForAction(action, event).resources.filter(
    (arn) =>
      arn !== resource && !arn.includes('*') && prefix !== '' && parseArn(arn)?.resource.startsWith(prefix) === true,
  )
  if (closer.length !== 1) return []
  return [
    { code: 'resource-placeholder', text: `AWS printed a placeholder; the parameters name \`${closer[0] ?? ''}\`.` },
  ]
}
