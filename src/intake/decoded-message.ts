import { canonicalAction } from '#iam/facts/actions.ts'
import { emptyDenial } from './build-denial.ts'
import { field, isObject, type JsonObject, listOf, objectOf, textField, textOf } from './cloudtrail/loose-record.ts'
import type { Denial } from './denial.ts'
import { parseJson } from './parsed.ts'
import { principalFields } from './principal-fields.ts'
import { accountOfResource, regionOfResource } from './region.ts'
import { withoutCredentials } from './wrapper/secrets.ts'
import { eventSourceOfAction } from './wrapper/service-names.ts'

/** Members that only a decoded authorization message has: where to look for one in a text. */
export const DECODED_NAMES: readonly string[] = ['DecodedMessage', 'matchedStatements']

/**
 * Denial in an answer of `sts:DecodeAuthorizationMessage`, as `{"DecodedMessage": "…"}` or the document in it: the whole
 * request with its context and the statements that matched (R-MSG-13). Undefined: the value is none.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
 */
export function readDecodedMessage(value: unknown, span: readonly [number, number] | null): Denial | undefined {
  const document = documentOf(value)
  if (document === undefined) return undefined
  const context = field(document, 'context')
  const principal = textField(context, 'principal', 'arn') ?? null
  const { principalType, roleArn, accountId, sessionName } = principalFields(principal)
  const printed = textField(context, 'action') ?? null
  const action = printed === null ? null : (canonicalAction(printed) ?? printed)
  const resource = textField(context, 'resource') ?? null
  const isAllowed = flag(document, 'allowed')
  const explicitDeny = flag(document, 'explicitDeny')
  return {
    ...emptyDenial('decoded-message', span),
    kind: isAllowed ? 'other' : 'aws-access-denied',
    eventSource: action === null ? null : eventSourceOfAction(action),
    principal,
    principalType,
    roleArn,
    accountId,
    sessionName,
    action,
    resource,
    resourceAccount: accountOfResource(resource),
    reported: { layer: null, denyType: isAllowed ? null : explicitDeny ? 'explicit' : 'implicit', policyArn: null },
    decoded: { explicitDeny, matchedStatements: listOf(items(field(document, 'matchedStatements'))) },
    region: regionOfResource(resource) ?? regionOf(context),
    context: conditionsOf(context),
    evidence: {
      reader: 'decoded-message',
      actionFrom: action === null ? null : 'stated',
      resourceFrom: resource === null ? null : 'stated',
      span,
    },
    notes: isAllowed
      ? [{ code: 'decoded-allowed', text: 'The decoded message says that this request was allowed.' }]
      : [],
  }
}

/**
 * Denial in a decoded message that was cut: it has lost the request, and says what matched: its action is the one that all
 * statements are about.
 */
export function readCutMessage(value: unknown, span: readonly [number, number]): Denial | undefined {
  const document = objectOf(value)
  if (document === undefined || !hasVerdict(document) || field(document, 'context') !== undefined) return undefined
  const decoded = readDecodedMessage({ ...document, context: {} }, span)
  if (decoded?.decoded === undefined || decoded.kind !== 'aws-access-denied') return undefined
  const actions = decoded.decoded.matchedStatements.flatMap((statement) => listOf(items(field(statement, 'actions'))))
  // The last one may have been cut itself: what no service has is no action.
  const named = actions.flatMap((action) => canonicalAction(textOf(field(action, 'value') ?? action) ?? '') ?? [])
  const [action, ...others] = new Set(named)
  const isOne = action !== undefined && others.length === 0
  return {
    ...decoded,
    action: isOne ? action : null,
    eventSource: isOne ? eventSourceOfAction(action) : null,
    evidence: { ...decoded.evidence, actionFrom: isOne ? 'guessed' : null },
    notes: [
      ...decoded.notes,
      { code: 'message-truncated', text: 'The decoded message was cut: what it was asked on is lost.' },
    ],
  }
}

function documentOf(value: unknown): JsonObject | undefined {
  const holder = objectOf(value)
  const document = objectOf(field(holder, 'DecodedMessage')) ?? holder
  const isOne = document !== undefined && isObject(field(document, 'context')) && hasVerdict(document)
  return isOne ? document : undefined
}

const hasVerdict = (document: JsonObject): boolean =>
  field(document, 'matchedStatements') !== undefined || field(document, 'explicitDeny') !== undefined

const flag = (document: JsonObject, name: string): boolean => textField(document, name)?.toLowerCase() === 'true'

/** AWS writes a list as `{"items": […]}`. */
const items = (value: unknown): unknown => field(value, 'items') ?? value

/** The condition keys as they were evaluated. */
function conditionsOf(context: unknown): Denial['context'] {
  const entries = listOf(items(field(context, 'conditions'))).flatMap((one) => {
    const key = textField(one, 'key')
    const values = listOf(items(field(one, 'values'))).flatMap((each) => textOf(field(each, 'value') ?? each) ?? [])
    if (key === undefined || values.length === 0) return []
    return [[key, values.length === 1 ? (values[0] ?? null) : values] as const]
  })
  return Object.fromEntries(entries)
}

const regionOf = (context: unknown): string | null => {
  const conditions = conditionsOf(context)
  const region = conditions['aws:RequestedRegion'] ?? conditions['aws:Region'] ?? conditions['ec2:Region']
  return typeof region === 'string' ? region : null
}

/**
 * The refusal and its decoded form pasted together are one denial: the text has the ids, the document the request. An action that
 * follows from the name of the call alone is no other one: a launch is refused for what it tags or passes, too.
 */
export function withDecoded(refusal: Denial, decoded: Denial): Denial | undefined {
  const { action, principal, evidence } = refusal
  const isSame =
    action === null || evidence.actionFrom !== 'stated' || action.toLowerCase() === decoded.action?.toLowerCase()
  const isOfOther = principal !== null && decoded.principal !== null && principal !== decoded.principal
  if (!isSame || isOfOther || decoded.kind !== refusal.kind || decoded.decoded === undefined) return undefined
  return joined(refusal, decoded)
}

/** Whether AWS could decode the message of a refusal, and nobody has; one that was cut cannot be decoded (R-MSG-20). */
export const canBeDecoded = ({ encodedMessage, decoded, notes }: Denial): boolean =>
  encodedMessage !== null && decoded === undefined && !notes.some(({ code }) => code === 'message-truncated')

/**
 * The refusal with what AWS answered when it was asked for this very message, so the action in it is the refused one even
 * where the name of the API call says another (R-MSG-13). Undefined: the answer is no decoded message.
 */
export function withAnswer(refusal: Denial, text: string): Denial | undefined {
  const parsed = parseJson(text)
  const decoded = parsed.ok ? readDecodedMessage(parsed.value, refusal.evidence.span) : undefined
  return decoded === undefined ? undefined : withoutCredentials(joined(refusal, decoded))
}

/** Refusal with what its decoded message says; what that document does not say stays as the text said it. */
function joined(refusal: Denial, decoded: Denial): Denial {
  const isNamed = decoded.principal !== null
  const { principal, principalType, roleArn, accountId, sessionName } = isNamed ? decoded : refusal
  const isTold = decoded.action !== null
  return {
    ...decoded,
    ...ids(refusal),
    principal,
    principalType,
    // The record behind the text may have given a path that the session's ARN lacks.
    roleArn: refusal.principal === principal ? (refusal.roleArn ?? roleArn) : roleArn,
    accountId,
    sessionName,
    action: decoded.action ?? refusal.action,
    resource: decoded.resource ?? refusal.resource,
    resourceAccount: decoded.resourceAccount ?? refusal.resourceAccount,
    candidates: isTold ? [] : refusal.candidates,
    region: refusal.region ?? decoded.region,
    kind: refusal.kind,
    reported:
      refusal.reported.layer === null
        ? { ...decoded.reported, policyArn: refusal.reported.policyArn }
        : refusal.reported,
    context: { ...refusal.context, ...decoded.context },
    evidence: {
      ...refusal.evidence,
      ...(isTold ? { actionFrom: 'stated' as const } : {}),
      ...(decoded.resource === null ? {} : { resourceFrom: 'stated' as const }),
    },
    notes: [...refusal.notes, ...decoded.notes],
  }
}

const ids = ({
  code,
  eventSource,
  operation,
  encodedMessage,
  authorizationId,
  requestId,
  extendedRequestId,
  eventId,
  sharedEventId,
  time,
}: Denial) => ({
  code,
  ...(eventSource === null ? {} : { eventSource }),
  operation,
  encodedMessage,
  authorizationId,
  requestId,
  extendedRequestId,
  eventId,
  sharedEventId,
  time,
})
