import { withoutVersion } from '#iam/event-sources.ts'
import type { Denial, DenialKind, Reported } from '../denial.ts'
import type { MessageFields } from '../messages/message-fields.ts'
import { authenticationNote } from '../other-errors/authentication-notes.ts'
import { readUnrelated } from '../other-errors/unrelated.ts'
import { readMessage } from '../messages/read-message.ts'
import { principalFields } from '../principal-fields.ts'
import { namesAccountSwitch } from './account-switch.ts'
import { contextOf } from './context.ts'
import { denialText } from './denial-text.ts'
import { kindOf } from './denial-kind.ts'
import { plainCode } from './error-kind.ts'
import { utcTime } from './event-time.ts'
import { field, type JsonObject, objectOf, textField } from './loose-record.ts'
import { recordOf } from './record.ts'
import { notesOfRecord } from './record-notes.ts'
import { type RecordRequest, requestOf } from './record-request.ts'
import { resourceAccountOf } from './resource-account.ts'
import { type Caller, callerOf } from './who.ts'

export { isRecord, recordsIn } from './record.ts'

const NOTHING_ASKED: RecordRequest = { action: null, resource: null, candidates: [], isFurther: false }

/**
 * Reads one CloudTrail record, wrapped or not. Undefined: it is none, or nothing failed. An error that is no denial gives
 * an entry of kind `aws-authentication` or `other`, without action and resource.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function readRecord(value: unknown): Denial | undefined {
  const record = recordOf(value)
  if (record === undefined) return undefined
  const code = textField(record, 'errorCode') ?? null
  const text = denialText(record)
  const message = text === null ? undefined : readMessage(text)
  const kind = kindOf(record, code, text, message)
  return kind === undefined
    ? undefined
    : assemble(record, kind, code, text, kind === 'aws-access-denied' ? message : undefined)
}

function assemble(
  record: JsonObject,
  kind: DenialKind,
  code: string | null,
  text: string | null,
  message: MessageFields | undefined,
): Denial {
  const caller = withMessage(callerOf(record), message)
  const request = kind === 'aws-access-denied' ? requestOf(record, caller, message) : NOTHING_ASKED
  const owner = resourceAccountOf(record, request.resource)
  const other = adviceOf(kind, code, text?.slice(0, 4096) ?? null)
  const notes = [...notesOfRecord({ record, caller, message, request, code }), ...owner.notes, ...other]
  return {
    kind,
    code,
    eventSource: textField(record, 'eventSource') ?? null,
    operation: operationOf(record),
    principal: caller.principal,
    principalType: caller.principalType,
    roleArn: caller.roleArn,
    accountId: caller.accountId,
    sessionName: caller.sessionName,
    action: request.action,
    resource: request.resource,
    resourceAccount: owner.id,
    candidates: request.candidates,
    reported: kind === 'aws-access-denied' ? reportedBy(code, text, message) : NOT_REPORTED,
    encodedMessage: message?.encodedMessage ?? null,
    authorizationId: message?.authorizationId ?? null,
    requestId: textField(record, 'requestID') ?? null,
    extendedRequestId: textField(record, 'additionalEventData', 'x-amz-id-2') ?? null,
    eventId: textField(record, 'eventID') ?? null,
    sharedEventId: textField(record, 'sharedEventID') ?? null,
    region: textField(record, 'awsRegion') ?? message?.authorizationRegion ?? null,
    time: utcTime(field(record, 'eventTime')) ?? null,
    context: contextOf(record, caller.accountId),
    evidence: evidenceOf(request),
    notes,
    // Fields behind a spread take V8 ten times as long as those before it.
    ...(request.resourceText === undefined ? undefined : { resourceText: request.resourceText }),
    ...detailsOf(record, caller),
  }
}

/** What to do about an error that no policy decided. */
function adviceOf(kind: DenialKind, code: string | null, text: string | null): Denial['notes'] {
  if (kind === 'other') return text === null ? [] : (readUnrelated(text, 0)?.notes ?? [])
  if (kind !== 'aws-authentication') return []
  const note = authenticationNote(text ?? '', code === null ? null : plainCode(code))
  return note === undefined ? [] : [note]
}

/** The record says who called; the text only where the record does not (R-CT-24c). */
function withMessage(caller: Caller, message: MessageFields | undefined): Caller {
  if (caller.principal !== null || message?.principal == null) return caller
  const said = principalFields(message.principal)
  return {
    ...caller,
    principal: message.principal,
    principalType: said.principalType,
    roleArn: caller.roleArn ?? said.roleArn,
    accountId: caller.accountId ?? said.accountId,
    sessionName: caller.sessionName ?? said.sessionName,
  }
}

const NOT_REPORTED: Reported = { layer: null, denyType: null, policyArn: null }

/** The layer from the text, else from the one code that names it (R-CT-24b, R-CT-15). */
function reportedBy(code: string | null, text: string | null, message: MessageFields | undefined): Reported {
  return {
    layer: message?.layer ?? layerOfCode(code) ?? (namesAccountSwitch(text) ? 'service-guard' : null),
    denyType: message?.denyType ?? null,
    policyArn: message?.policyArn ?? null,
    ...(message?.via == null ? {} : { via: message.via }),
    ...(message?.setting == null ? {} : { setting: message.setting }),
  }
}

const layerOfCode = (code: string | null): 'vpc-endpoint-policy' | null =>
  code !== null && plainCode(code) === 'VpceAccessDenied' ? 'vpc-endpoint-policy' : null

function operationOf(record: JsonObject): string | null {
  const name = textField(record, 'eventName')
  return name === undefined ? null : withoutVersion(name)
}

/** Fields in which S3 writes of the connection and the signature, under our names. */
const SHOWN = [
  ['AuthenticationMethod', 'authenticationMethod'],
  ['SignatureVersion', 'signatureVersion'],
  ['CipherSuite', 'cipherSuite'],
  ['aclRequired', 'aclRequired'],
] as const

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-understanding-s3-entries.html */
function detailsOf(record: JsonObject, { federatedBy }: Caller) {
  const details: Record<string, string> = {}
  if (federatedBy !== undefined) details['federatedBy'] = federatedBy
  const data = objectOf(field(record, 'additionalEventData'))
  if (data !== undefined)
    for (const [name, as] of SHOWN) {
      const value = textField(data, name)
      if (value !== undefined) details[as] = value
    }
  for (const _ in details) return { details }
  return {}
}

const evidenceOf = ({ actionFrom, resourceFrom }: RecordRequest): Denial['evidence'] => ({
  reader: 'cloudtrail',
  actionFrom: actionFrom ?? null,
  resourceFrom: resourceFrom ?? null,
  span: null,
})
