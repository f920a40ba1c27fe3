import type { Policy } from '#engine/scenario.ts'
import type { Request } from '#iam/request.ts'
import { type CallEvent, eventById } from '#intake/cloudtrail/call-event.ts'
import { FEDERATED } from '#intake/cloudtrail/sts-keys.ts'
import type { Denial } from '#intake/denial.ts'
import { managedPolicy } from '#snapshot/entities.ts'
import { roleOf } from '#snapshot/principal.ts'
import type { PolicySource } from './diagnosis.ts'

/**
 * The AssumeRole event that made the denied session, where the input holds it (R-CT-05). Sessions may share a name: where
 * both records have an access key it must be the same, and no session is made after its calls.
 */
export function sessionEventOf(denial: Denial, events: readonly CallEvent[]): CallEvent | undefined {
  const key = eventById(events, denial.eventId)?.accessKeyId ?? null
  const makers = events.filter(
    ({ assumeRole, outcome, time }) =>
      assumeRole !== undefined &&
      outcome === 'allowed' &&
      (time === null || denial.time === null || time <= denial.time),
  )
  const byKey = makers.filter(({ assumeRole }) => key !== null && assumeRole?.issuedAccessKeyId === key)
  const byName = makers.filter(
    ({ assumeRole }) =>
      assumeRole?.sessionArn === denial.principal && (key === null || (assumeRole?.issuedAccessKeyId ?? null) === null),
  )
  return latest(byKey) ?? latest(byName)
}

const latest = (events: readonly CallEvent[]): CallEvent | undefined =>
  events.reduce<CallEvent | undefined>(
    (last, event) => (last === undefined || (event.time ?? '') >= (last.time ?? '') ? event : last),
    undefined,
  )

/**
 * The session policies the AssumeRole event shows; an event that is whole and shows none proves that there are none.
 * Undefined: no such event, or its parameters are cut. A policy without a document is one that is not known.
 */
export function sessionPoliciesFor(
  denial: Denial,
  events: readonly CallEvent[],
  policySource: PolicySource,
): readonly Policy[] | undefined {
  const session = sessionEventOf(denial, events)?.assumeRole
  if (session === undefined || session.complete === false) return undefined
  const hidden: Policy[] = session.policyHidden ? [{ name: 'inline session policy' }] : []
  const inline: Policy[] =
    session.policy === null ? hidden : [{ name: 'inline session policy', document: session.policy }]
  return [...inline, ...session.policyArns.map((arn) => managed(arn, policySource))]
}

function managed(arn: string, policySource: PolicySource): Policy {
  const account = arn.split(':')[4] ?? ''
  if (policySource.kind === 'snapshot' && account !== 'aws')
    return managedPolicy(policySource.snapshot, account, undefined, arn)
  return { name: arn.slice(arn.lastIndexOf('/') + 1), arn }
}

/**
 * The request with the session tags that the AssumeRole event shows, over those of the role (R-CT-05, R-PRIN-06). All tags
 * are known only where the role's are; else only those passed. A whole record lists the transitive tags of an earlier
 * session too: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
export function withSessionTags(
  request: Request,
  denial: Denial,
  events: readonly CallEvent[],
  policySource: PolicySource,
): Request {
  const event = sessionEventOf(denial, events)
  const session = event?.assumeRole
  if (session === undefined || !session.complete || !showsTags(event?.eventName, session.tags)) return request
  const role = request.principalDetails?.roleArn ?? request.principal
  const below =
    request.principalTags ?? (policySource.kind === 'snapshot' ? roleOf(policySource.snapshot, role)?.tags : undefined)
  const sessionTags = overlaid(session.incomingTags, session.tags)
  if (below !== undefined) return { ...request, principalTags: overlaid(below, sessionTags) }
  const passed = Object.entries(sessionTags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])
  return { ...request, context: { ...request.context, ...Object.fromEntries(passed) } }
}

/** A token or an assertion brings tags that its record may not list: only a record that does shows them. */
const showsTags = (eventName: string | undefined, tags: Readonly<Record<string, string>>): boolean =>
  eventName === 'AssumeRole' || (FEDERATED.has(eventName ?? '') && Object.keys(tags).length > 0)

function overlaid(below: Readonly<Record<string, string>>, above: Readonly<Record<string, string>>) {
  const passed = new Set(Object.keys(above).map((key) => key.toLowerCase()))
  return { ...Object.fromEntries(Object.entries(below).filter(([key]) => !passed.has(key.toLowerCase()))), ...above }
}
