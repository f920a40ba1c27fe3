import { callNotes } from './call-notes.ts'
import { callerOfSource } from './service-source.ts'
import { canonicalAction } from '#iam/facts/actions.ts'
import { allServices } from '#iam/facts/services.ts'
import type { Denial } from './denial.ts'
import { wrapsFurtherDenial } from './cloudtrail/error-kind.ts'
import { actionsForEvent, actionsForOperation } from './event-action/actions.ts'
import { gcpPrincipalType } from './other-errors/gcp.ts'
import type { Finding } from './other-errors/finding.ts'
import type { MessageFields } from './messages/message-fields.ts'
import { principalFields } from './principal-fields.ts'
import { accountOfResource, regionOfQueue, regionOfResource } from './region.ts'
import { MISSING_OBJECT } from './missing-object.ts'
import { isQueueEndpoint, queueArnOf } from './queue-address.ts'
import { isDenialCode } from './wrapper/error-code.ts'
import type { Wrapper } from './wrapper/read-wrapper.ts'
import type { RefusedRequest } from './wrapper/refused-url.ts'
import { arnForAction } from './wrapper/s3-location.ts'
import { withoutSecrets } from './wrapper/secrets.ts'
import { eventSourceOfAction } from './wrapper/service-names.ts'

type Span = readonly [number, number]

/** A denial of which nothing is known but where it stands. */
export function emptyDenial(reader: string, span: Span | null): Denial {
  return {
    kind: 'other',
    code: null,
    eventSource: null,
    operation: null,
    principal: null,
    principalType: null,
    roleArn: null,
    accountId: null,
    sessionName: null,
    action: null,
    resource: null,
    resourceAccount: null,
    candidates: [],
    reported: { layer: null, denyType: null, policyArn: null },
    encodedMessage: null,
    authorizationId: null,
    requestId: null,
    extendedRequestId: null,
    eventId: null,
    sharedEventId: null,
    region: null,
    time: null,
    context: {},
    evidence: { reader, actionFrom: null, resourceFrom: null, span },
    notes: [],
  }
}

/** The denial of an IAM message and of what stood around it. */
export function denialOfMessage(fields: MessageFields, around: Wrapper, span: Span): Denial {
  const wrapper = ofCall(fields, around)
  const source = callerOfSource(fields.principal)
  const principal = source?.principal ?? fields.principal ?? wrapper.caller ?? null
  const { principalType, accountId, sessionName, roleArn } = principalFields(principal)
  const resource = cleanValue(fields.resource)
  const resourceText = cleanValue(fields.resourceText)
  const named = orElse(fields, actionOf(fields, wrapper))
  return {
    ...emptyDenial(fields.form, span),
    kind: 'aws-access-denied',
    ...wrapperFields(wrapper, named.action),
    principal: cleanValue(principal),
    context: { ...fields.context, ...source?.context },
    principalType,
    roleArn,
    accountId,
    sessionName,
    action: named.action,
    resource,
    ...(resourceText === null ? {} : { resourceText }),
    resourceAccount: accountOfResource(resource),
    candidates: named.candidates,
    reported: {
      layer: fields.layer,
      denyType: fields.denyType,
      policyArn: fields.policyArn,
      ...(fields.via === null ? {} : { via: fields.via }),
      ...(fields.setting === null ? {} : { setting: fields.setting }),
    },
    encodedMessage: fields.encodedMessage,
    authorizationId: fields.authorizationId,
    region: regionOfResource(resource) ?? regionOfQueue(resource ?? resourceText) ?? fields.authorizationRegion,
    evidence: {
      reader: fields.form,
      actionFrom: named.from ?? null,
      resourceFrom: resource === null ? null : fields.resourceFrom,
      span,
    },
    notes: [
      ...fields.notes,
      ...callNotes({ ...fields, action: named.action, resource, code: wrapper.code }),
      ...furtherNote(fields, wrapper, named),
      ...notFoundNote('aws-access-denied', named.action, fields.layer ?? fields.denyType),
    ],
  }
}

/** The role that a text names, for the requests of STS that it may stand for. */
const roleOf = (action: string, resource: string | null): string | null =>
  action.startsWith('sts:') ? cleanValue(resource) : null

/** The name of the service that refused behind the call is not that of the call: `null (Service: AWSKMS; …` (R-MSG-33). */
const ofCall = ({ behind, impliedAction }: MessageFields, wrapper: Wrapper): Wrapper =>
  behind && impliedAction === null && wrapper.eventSource === 'kms.amazonaws.com' && wrapper.operation !== null
    ? { ...wrapper, eventSource: null }
    : wrapper

/** Any other kind, or a denial that says no more than its code. */
export function denialOfFinding(finding: Finding, wrapper: Wrapper, span: Span): Denial {
  if (finding.request !== undefined && wrapper.operation === null)
    return denialOfRequest(finding, finding.request, wrapper, span)
  const isAws = finding.kind === 'aws-access-denied'
  const named = isAws ? namedAction(finding.action ?? null, wrapper) : undefined
  const action = named === undefined ? (finding.action ?? null) : named.action
  const principal = finding.principal ?? (isAws ? (wrapper.caller ?? null) : null)
  const stated = cleanValue(finding.resource ?? null)
  const place = isAws && stated === null && action?.startsWith('s3:') === true ? wrapper.location : undefined
  const derived = place === undefined || action === null ? null : arnForAction(place, action)
  const tried = isAws && action === null && named?.candidates.length === 0 ? wrapper.tried : []
  return {
    ...emptyDenial(finding.reader, span),
    kind: finding.kind,
    ...wrapperFields(wrapper, null),
    ...(finding.resourceText === undefined ? {} : { resourceText: withoutSecrets(finding.resourceText) }),
    ...(derived === null || place === undefined
      ? {}
      : { eventSource: 's3.amazonaws.com', resourceText: withoutSecrets(place.text) }),
    code: wrapper.code ?? finding.code ?? null,
    principal: cleanValue(principal),
    ...callerFields(principal, isAws),
    action,
    resource: stated ?? derived,
    candidates: tried.length > 0 ? tried : (named?.candidates ?? []),
    ...(finding.details === undefined ? {} : { details: finding.details }),
    notes: [...(finding.notes ?? []), ...wrappedNote(finding, wrapper), ...notFoundNote(finding.kind, action, null)],
    evidence: {
      reader: finding.reader,
      actionFrom: action === null ? null : (named?.from ?? 'stated'),
      resourceFrom: stated !== null ? 'stated' : derived === null ? null : 'derived',
      span,
    },
  }
}

function callerFields(principal: string | null, isAws: boolean) {
  if (isAws) return principalFields(principal)
  return { principalType: principal === null ? null : gcpPrincipalType(principal) }
}

/** An HTTP client's `403 Forbidden`, by the address it asked. */
function denialOfRequest(
  { reader, code = null }: Finding,
  asked: RefusedRequest,
  wrapper: Wrapper,
  span: Span,
): Denial {
  const { action, actionFrom, resource, resourceText, eventSource, candidates, notes } = asked
  return {
    ...emptyDenial(reader, span),
    kind: 'aws-access-denied',
    ...wrapperFields(wrapper, null),
    code: wrapper.code ?? code,
    eventSource,
    action,
    resource,
    resourceText,
    resourceAccount: accountOfResource(resource),
    candidates,
    region: regionOfResource(resource),
    ...(asked.context === undefined ? {} : { context: asked.context }),
    notes: [...notes, ...notFoundNote('aws-access-denied', action, null)],
    evidence: {
      reader,
      actionFrom: action === null ? null : actionFrom,
      resourceFrom: resource === null ? null : 'derived',
      span,
    },
  }
}

/** S3 hides a missing object behind a refusal from callers who may not list the bucket (G-62). */
function notFoundNote(kind: Denial['kind'], action: string | null, reason: string | null): Denial['notes'] {
  const reads = action === 's3:GetObject' || action === 's3:GetObjectVersion'
  if (kind !== 'aws-access-denied' || !reads || reason !== null) return []
  return [{ code: 'possibly-not-found', text: MISSING_OBJECT }]
}

const cleanValue = (value: string | null): string | null => (value === null ? null : withoutSecrets(value))

function wrapperFields(wrapper: Wrapper, action: string | null) {
  const { code, operation, requestId, extendedRequestId } = wrapper
  // The action named after the operation is of the service that was called; otherwise it may be a hop's.
  const own = action !== null && operation !== null && isNamedAfter(action, operation)
  const eventSource = sourceOf(wrapper) ?? (own ? eventSourceOfAction(action) : null)
  return { code, operation, eventSource, requestId, extendedRequestId }
}

const isNamedAfter = (action: string, operation: string): boolean =>
  action.toLowerCase().endsWith(`:${operation.toLowerCase()}`)

/** The service as said, or the only one that sends this code (E.4). */
function sourceOf({ eventSource, code, operation, extendedRequestId }: Wrapper): string | null {
  if (eventSource !== null) return eventSource
  // S3 alone has a second id (`x-amz-id-2`). https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonResponseHeaders.html
  if (extendedRequestId !== null) return 's3.amazonaws.com'
  if (code === null) return null
  if (/^(?:Client\.)?UnauthorizedOperation$/.test(code)) return isOfEc2(operation) ? 'ec2.amazonaws.com' : null
  if (code === 'WAFLogDestinationPermissionIssueException') return 'wafv2.amazonaws.com'
  if (code === 'EC2AccessDeniedException') return 'lambda.amazonaws.com'
  return code === 'AuthorizationError' ? 'sns.amazonaws.com' : null
}

/** Amazon Redshift and others send EC2's code as well: the call decides, where only another service has it. */
const isOfEc2 = (operation: string | null): boolean =>
  operation === null ||
  actionsForEvent('ec2.amazonaws.com', operation).from === 'mapped' ||
  !allServices().some((service) => canonicalAction(`${service}:${operation}`) !== undefined)

interface NamedAction {
  readonly action: string | null
  readonly from?: 'stated' | 'mapped' | 'guessed'
  readonly candidates: Denial['candidates']
}

/** Where no call is named: the requests behind any call that such a text may stand for. */
const orElse = ({ orElse: others }: MessageFields, named: NamedAction): NamedAction =>
  named.action === null && named.candidates.length === 0
    ? { ...named, candidates: others.map((action) => ({ action, resource: null })) }
    : named

/** A text that stands for one action is taken at its word, but for a call of that service itself (kms:ReEncrypt). */
function actionOf(
  { action, impliedAction, oneOf, resource, resourceText, sender }: MessageFields,
  wrapper: Wrapper,
): NamedAction {
  if (oneOf.length > 0)
    return { action: null, candidates: oneOf.map((one) => ({ action: one, resource: roleOf(one, resource) })) }
  if (action !== null) return namedAction(action, wrapper)
  if (impliedAction === null)
    return namedAction(null, {
      ...wrapper,
      eventSource: callOf(sender, wrapper) ?? sourceOf(wrapper) ?? ownerOf(resource ?? resourceText, wrapper),
    })
  const called = namedAction(null, { ...wrapper, eventSource: eventSourceOfAction(impliedAction) })
  const isItsCall = called.from === 'mapped' || called.candidates.length > 0
  return isItsCall ? called : { action: impliedAction, from: 'mapped', candidates: [] }
}

/** The service of the refused resource, where it has an action of the name of the call: SQS for `SendMessage` on a queue. */
function ownerOf(resource: string | null, { operation }: Wrapper): string | null {
  const text = resource ?? ''
  const [, arn, host] = /^(?:arn:[^:]{1,20}:([a-z0-9-]{1,40}):|https:\/\/([a-z0-9-]{1,40})\.)/.exec(text) ?? []
  return callOf(isQueueEndpoint(text) || queueArnOf(text) !== undefined ? 'sqs' : (arn ?? host ?? null), { operation })
}

/** The service, if it has an action of the name of the call. */
function callOf(service: string | null, { operation }: Pick<Wrapper, 'operation'>): string | null {
  const action = service === null || operation === null ? undefined : canonicalAction(`${service}:${operation}`)
  return action === undefined ? null : eventSourceOfAction(action)
}

/** Says where the refused request stands behind the call that was made (R-MSG-33). */
function furtherNote({ behind, impliedAction }: MessageFields, wrapper: Wrapper, named: NamedAction): Denial['notes'] {
  const { code, operation } = wrapper
  const isWrapped = code !== null && named.from !== 'stated' && wrapsFurtherDenial(code)
  const further = named.action === impliedAction ? impliedAction : null
  if (further !== null && operation !== null && !isNamedAfter(further, operation))
    return [
      { code: 'further-request', text: `AWS refused \`${further}\`, which ${operation} needs besides its own action.` },
    ]
  return behind || isWrapped ? [behindNote(operation)] : []
}

const behindNote = (operation: string | null): Denial['notes'][number] => ({
  code: 'further-request',
  text: `The refused request is one that ${operation ?? 'the call'} makes to another service.`,
})

/** The note on a code that wraps the denial of a further request, without a message that says more. */
function wrappedNote({ kind, code }: Finding, wrapper: Wrapper): Denial['notes'] {
  const said = wrapper.code ?? code ?? null
  return kind === 'aws-access-denied' && said !== null && wrapsFurtherDenial(said)
    ? [behindNote(wrapper.operation)]
    : []
}

/** S3's status, and its words in the place of a code. */
const REFUSED = /^(?:403|access denied)$/i

/** The stated action, else the ones the called operation needs: one is the action, several are candidates (F.3). */
function namedAction(action: string | null, wrapper: Wrapper): NamedAction {
  if (action !== null) return { action, from: 'stated', candidates: [] }
  // Another code (ValidationError …) is the outer call's: the refused one stood behind it.
  const refused = wrapper.code === null || isDenialCode(wrapper.code) || REFUSED.test(wrapper.code)
  if (wrapper.operation === null || !refused) return { action: null, candidates: [] }
  const { actions, from } = actionsForOperation(sourceOf(wrapper), wrapper.operation)
  const [first, ...others] = actions
  // `(Service: AWSKMS` behind KMSAccessDenied names who refused, not who has the call.
  const isOfAnother = from === 'guessed' && wrapper.code !== null && wrapsFurtherDenial(wrapper.code)
  if (first === undefined || isOfAnother) return { action: null, candidates: [] }
  if (others.length === 0) return { action: first, from, candidates: [] }
  return { action: null, candidates: actions.map((name) => ({ action: name, resource: null })) }
}
