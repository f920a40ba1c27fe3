import type { Note } from './note.ts'
import { parseArn } from '#iam/arn.ts'
import { canonicalAction } from '#iam/facts/actions.ts'
import { POLICY_TYPES, readChecks, reportedBy } from './authorization-checks.ts'
import { emptyDenial } from './build-denial.ts'
import { field, isObject, listOf, textField, textOf } from './cloudtrail/loose-record.ts'
import type { Denial, EvaluatedPolicy, ReportedLayer } from './denial.ts'
import { principalFields } from './principal-fields.ts'
import { accountOfResource, regionOfResource } from './region.ts'
import { eventSourceOfAction } from './wrapper/service-names.ts'

/** A member that only these answers have: where to look for one in a text. */
export const DETAILS_NAMES: readonly string[] = ['evaluatedEffect', 'EvaluatedEffect']

const READER = 'authorization-details'

/**
 * Denials in an answer of `GetRequestAuthorizationDetails`: a denial for each action and resource that were evaluated and
 * refused, with the condition keys as AWS had them (R-MSG-14). Undefined: the value is none.
 * https://docs.aws.amazon.com/iam-toolbox/latest/APIReference/API_GetRequestAuthorizationDetails.html
 */
export function readAuthorizationDetails(
  value: unknown,
  span: readonly [number, number] | null,
): readonly Denial[] | undefined {
  const evaluations = listOf(field(value, 'evaluations')).filter(
    (one) => isObject(one) && textField(one, 'action') !== undefined,
  )
  if (evaluations.length === 0 || !evaluations.some((evaluation) => effectOf(evaluation) !== undefined))
    return undefined
  const refused = evaluations.filter((evaluation) => effectOf(evaluation)?.endsWith('DENY') === true)
  const notes = notesOf(value)
  if (refused.length === 0) return [{ ...emptyDenial(READER, span), notes: [ALL_ALLOWED, ...notes] }]
  return refused.map((evaluation) => denialOf(value, evaluation, notes, span))
}

const ALL_ALLOWED: Note = {
  code: 'decoded-allowed',
  text: 'The authorization details say that everything listed in them was allowed.',
}

const effectOf = (evaluation: unknown): string | undefined => textField(evaluation, 'evaluatedEffect')?.toUpperCase()

/** The answer comes in pages of evaluations. */
const notesOf = (answer: unknown): readonly Note[] =>
  textField(answer, 'nextToken') === undefined
    ? []
    : [
        {
          code: 'more-pages',
          text: 'AWS evaluated more for this request: this is one page, and `nextToken` fetches the next one.',
        },
      ]

function denialOf(
  answer: unknown,
  evaluation: unknown,
  notes: readonly Note[],
  span: readonly [number, number] | null,
): Denial {
  const context = contextOf(field(answer, 'requestContext'), field(evaluation, 'context'))
  const printed = textField(evaluation, 'action') ?? ''
  const action = canonicalAction(printed) ?? printed
  // Empty where the action is on no resource.
  const resource = textField(evaluation, 'resource') ?? '*'
  const explicitDeny = effectOf(evaluation) === 'EXPLICIT_DENY'
  const policies = policiesOf(answer)
  const matched = matchedOf(policies, evaluation)
  const checks = readChecks(evaluation, (uri) => policies.find((policy) => policy.uri === uri)?.layer ?? null)
  return {
    ...emptyDenial(READER, span),
    kind: 'aws-access-denied',
    eventSource: eventSourceOfAction(action),
    ...callerOf(context),
    action,
    resource,
    resourceAccount: accountOfResource(resource),
    reported: {
      ...deniedBy(matched),
      denyType: explicitDeny ? 'explicit' : 'implicit',
      ...reportedBy(checks),
      ...(checks.length === 0 ? {} : { checks }),
    },
    decoded: { explicitDeny, matchedStatements: matched, policies },
    region: regionOfResource(resource) ?? textOf(valueOf(context, 'aws:RequestedRegion')) ?? null,
    context,
    evidence: { reader: READER, actionFrom: 'stated', resourceFrom: 'stated', span },
    notes,
  }
}

/** Keys of one evaluation are put on top of those of the request. */
function contextOf(...parts: readonly unknown[]): Denial['context'] {
  const merged = new Map<string, readonly [string, Denial['context'][string]]>()
  for (const part of parts) {
    if (!isObject(part)) continue
    for (const [key, value] of Object.entries(part)) {
      const read = contextValue(value)
      if (read !== undefined) merged.set(key.toLowerCase(), [key, read])
    }
  }
  return Object.fromEntries(merged.values())
}

/** Values are JSON; an object is no value of a condition key. */
function contextValue(value: unknown): Denial['context'][string] | undefined {
  if (value === null || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string')
    return value
  if (!Array.isArray(value)) return undefined
  return value.flatMap((one) => textOf(one) ?? [])
}

function valueOf(context: Denial['context'], key: string): unknown {
  return field(context, key)
}

/** `aws:PrincipalArn` of a session is its role; `aws:userid` has the session's name (R-CTX-03). */
function callerOf(
  context: Denial['context'],
): Pick<Denial, 'principal' | 'principalType' | 'roleArn' | 'accountId' | 'sessionName'> {
  const named = textOf(valueOf(context, 'aws:PrincipalArn')) ?? null
  const session = textOf(valueOf(context, 'aws:userid'))?.split(':').slice(1).join(':') ?? ''
  const arn = named === null ? undefined : parseArn(named)
  const isRole = arn?.service === 'iam' && arn.resource.startsWith('role/')
  const principal =
    arn === undefined || !isRole || session === ''
      ? named
      : `arn:${arn.partition}:sts::${arn.account}:assumed-role/${arn.resource.split('/').at(-1) ?? ''}/${session}`
  const { principalType, roleArn, accountId, sessionName } = principalFields(principal)
  return { principal, principalType, roleArn: isRole ? named : roleArn, accountId, sessionName }
}

const policiesOf = (answer: unknown): readonly EvaluatedPolicy[] =>
  listOf(field(answer, 'policies')).flatMap((one) => {
    const uri = textField(one, 'uri')
    return uri === undefined
      ? []
      : [{ uri, layer: POLICY_TYPES.get(textField(one, 'type')?.toUpperCase() ?? '') ?? null }]
  })

interface Matched {
  readonly policy: string
  readonly layer: ReportedLayer | null
  readonly sid?: string
  readonly effect?: string
}

/** Every statement that matched, with the policy that holds it. */
function matchedOf(policies: readonly EvaluatedPolicy[], evaluation: unknown): readonly Matched[] {
  const layers = new Map(policies.map(({ uri, layer }) => [uri, layer]))
  const inChecks = listOf(field(evaluation, 'checks')).flatMap((check) => listOf(field(check, 'matchedPolicies')))
  const all = inChecks.length > 0 ? inChecks : listOf(field(evaluation, 'matchedPolicies'))
  return all.flatMap((one) => {
    const policy = textField(one, 'uri')
    if (policy === undefined) return []
    const layer = layers.get(policy) ?? null
    return listOf(field(one, 'matchedStatements')).map((statement): Matched => {
      const sid = textField(statement, 'sid')
      const effect = textField(statement, 'evaluatedEffect')
      return {
        policy,
        layer,
        ...(sid === undefined ? {} : { sid }),
        ...(effect === undefined ? {} : { effect }),
      }
    })
  })
}

/** The layer and policy of the first statement that denies; the URI of a managed policy is its ARN, of an inline one opaque. */
function deniedBy(matched: readonly Matched[]): Pick<Denial['reported'], 'layer' | 'policyArn'> {
  const denies = matched.find(({ effect }) => effect?.toUpperCase() === 'DENY')
  return {
    layer: denies?.layer ?? null,
    policyArn: denies?.policy.startsWith('arn:') === true ? denies.policy : null,
  }
}

/** The refusal's text and its details in one paste are one denial: the text has the ids, the details the request. */
export function withDetails(refusal: Denial, details: Denial): Denial {
  const { code, operation, authorizationId, requestId, extendedRequestId, eventId, sharedEventId, time } = refusal
  return {
    ...details,
    code,
    operation,
    authorizationId,
    requestId,
    extendedRequestId,
    eventId,
    sharedEventId,
    time,
    eventSource: refusal.eventSource ?? details.eventSource,
    principal: refusal.principal ?? details.principal,
    principalType: refusal.principal === null ? details.principalType : refusal.principalType,
    accountId: refusal.principal === null ? details.accountId : refusal.accountId,
    sessionName: refusal.principal === null ? details.sessionName : refusal.sessionName,
    roleArn: details.roleArn ?? refusal.roleArn,
    region: refusal.region ?? details.region,
    reported: {
      ...(refusal.reported.layer === null ? details.reported : refusal.reported),
      ...(details.reported.checks === undefined ? {} : { checks: details.reported.checks }),
    },
    context: { ...refusal.context, ...details.context },
    evidence: { ...refusal.evidence, actionFrom: 'stated', resourceFrom: 'stated' },
    notes: [...refusal.notes, ...details.notes],
  }
}

/** Whether a denial was read out of such an answer. */
export const isDetails = ({ evidence }: Denial): boolean => evidence.reader === READER
