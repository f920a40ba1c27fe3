import { requestAsTold } from '#diagnose/evidence/chosen-values.ts'
import type { ReplayContext } from '#diagnose/replay-context.ts'
import type { DecisionEffect } from '#engine/decision.ts'
import type { Scenario } from '#engine/scenario.ts'
import { type Edited, withEdits } from '../edit.ts'
import { formatArn, parseArn } from '#iam/arn.ts'
import { readCaller } from '#iam/caller.ts'
import { actionFacts, actionsOf } from '#iam/facts/actions.ts'
import type { ContextValue, Request } from '#iam/request.ts'
import { principalArnsOf } from '#snapshot/entities.ts'
import type { Neighbour, NeighbourRelation } from './fix.ts'
import { WITHOUT_RESOURCE } from '#prove/own-resource.ts'
import type { BudgetedEvaluator } from '../budgeted-evaluator.ts'

/** A neighbour with what is in force for it now; the same for every fix. */
export interface NearRequest {
  readonly relation: NeighbourRelation
  readonly differs: Neighbour['differs']
  /** The request as a person may be told of it. */
  readonly request: Request
  readonly scenario: Scenario
  readonly before: DecisionEffect
}

/**
 * Requests beside the one a fix is for: the next object, the next action, another session, role, account or network
 * (R-FIX-05).
 */
export const nearRequestsOf = (
  request: Request,
  replayContext: ReplayContext,
  { unbudgetedEffect }: BudgetedEvaluator,
): readonly NearRequest[] =>
  nearRequests(request, replayContext).map(([relation, other, differs]) => {
    const scenario = replayContext.scenarioFor(other)
    const shownRequest = requestAsTold(scenario.request, replayContext.tellable)
    return { relation, differs, request: shownRequest, scenario, before: unbudgetedEffect(scenario) }
  })

/** Each before and after: one that changes is seen at once; the proof speaks of all others. */
export const neighboursOf = (
  beside: readonly NearRequest[],
  edited: readonly Edited[],
  { unbudgetedEffect }: BudgetedEvaluator,
): readonly Neighbour[] =>
  beside.map(({ relation, differs, request, scenario, before }) => ({
    relation,
    ...(differs === undefined ? {} : { differs }),
    request,
    before,
    after: unbudgetedEffect(withEdits(scenario, edited)),
  }))

type Relative = readonly [NeighbourRelation, Request, differs?: Neighbour['differs']]

function nearRequests(request: Request, replayContext: ReplayContext): readonly Relative[] {
  if (typeof request.resource !== 'string') return []
  return [
    ...siblingResources(request.resource, request.action).map(
      (resource): Relative => ['sibling-resource', { ...request, resource }],
    ),
    ...siblingActions(request).map((action): Relative => ['sibling-action', { ...request, action }]),
    ...otherSession(request),
    ...otherPrincipals(request, replayContext),
    ...otherContexts(request),
  ]
}

/**
 * An object beside it, and one in another folder; a queue or table beside it. Keys, search domains, repositories of images and
 * roles that are assumed have a policy each, which never names the resource: what it says of another one is nothing.
 */
function siblingResources(resource: string, action: string): readonly string[] {
  const arn = parseArn(resource)
  if (arn === undefined || resource === '*' || action.startsWith('sts:')) return []
  if (arn.service === 'kms' || WITHOUT_RESOURCE.has(arn.service)) return []
  const slash = arn.resource.lastIndexOf('/')
  if (arn.service === 's3' && slash < 0) return []
  const folder = arn.resource.slice(0, slash + 1)
  const top = arn.service === 's3' ? arn.resource.slice(0, arn.resource.indexOf('/') + 1) : folder
  const beside = formatArn({ ...arn, resource: `${slash < 0 ? `${arn.resource}-` : folder}neighbour` })
  const elsewhere = formatArn({ ...arn, resource: `${top}neighbour/elsewhere` })
  return top === folder ? [beside] : [beside, elsewhere]
}

const MAX_ACTIONS = 2

/** Actions of the same access level on the same kind of resource. */
function siblingActions({ action }: Request): readonly string[] {
  const [service = '', name = ''] = action.split(':')
  const own = actionFacts(service, name)
  if (own === undefined) return []
  const types = new Set(own.resourceTypes.map((type) => type.name))
  const stem = (text: string): string => /[A-Z][a-z]+$/.exec(text)?.[0] ?? text
  const siblings = actionsOf(service).filter((other) => {
    const facts = other === own.name ? undefined : actionFacts(service, other)
    return facts?.accessLevel === own.accessLevel && facts.resourceTypes.some((type) => types.has(type.name))
  })
  // What is named alike comes first: PutObject and DeleteObject before AbortMultipartUpload.
  const near = siblings.filter((other) => stem(other) === stem(own.name))
  return [...new Set([...near, ...siblings])].slice(0, MAX_ACTIONS).map((other) => `${service}:${other}`)
}

function otherSession(request: Request): readonly Relative[] {
  const caller = readCaller(request)
  if (caller.kind !== 'role-session' || caller.sessionName === undefined) return []
  const name = 'another-session'
  const principal = `${request.principal.slice(0, request.principal.lastIndexOf('/') + 1)}${name}`
  const { userId, ...details } = request.principalDetails ?? {}
  const id = userId === undefined ? {} : { userId: `${userId.split(':')[0] ?? ''}:${name}` }
  const context = without(request.context, ['aws:userid'])
  return [['other-session', { ...request, principal, principalDetails: { ...details, ...id }, context }]]
}

/** Another role of the account, and the role of that name in another account, where the snapshot has them. */
function otherPrincipals(request: Request, replayContext: ReplayContext): readonly Relative[] {
  const { policySource } = replayContext
  const { account, roleArn, kind, partition } = readCaller(request)
  if (policySource.kind !== 'snapshot' || account === undefined || (kind !== 'role-session' && kind !== 'user'))
    return []
  const own = (roleArn ?? request.principal).split('/').at(-1)
  const asRole = (relation: NeighbourRelation, arn: string): Relative => [
    relation,
    { ...strangerRequest(request), principal: arn },
  ]
  const roles = principalArnsOf(policySource.snapshot, account).filter(
    (arn) => arn.includes(':role/') && arn.split('/').at(-1) !== own,
  )
  const [other] = roles.filter((arn) => !arn.includes(':role/aws-'))
  const elsewhere = accountsRelatives(replayContext, account)
  return [
    ...(other === undefined ? [] : [asRole('other-principal', other)]),
    ...(elsewhere === undefined
      ? []
      : [asRole('other-account', `arn:${partition}:iam::${elsewhere}:role/${own ?? 'role'}`)]),
  ]
}

function accountsRelatives({ policySource }: ReplayContext, account: string): string | undefined {
  if (policySource.kind !== 'snapshot') return undefined
  const ids = [...policySource.snapshot.files.keys()].flatMap((path) => /^accounts\/(\d{12})\//.exec(path)?.[1] ?? [])
  return ids.find((id) => id !== account)
}

/** Request of a stranger: what belongs to the caller goes; what belongs to the call stays. */
export function strangerRequest(request: Request): Request {
  const { principalDetails: _, principalTags: __, ...rest } = request
  const own = ['aws:userid', 'aws:sourceidentity', 'aws:federatedprovider', 'aws:tokenissuetime', 'aws:principalarn']
  return { ...rest, context: without(request.context, own) }
}

function without(context: Request['context'], keys: readonly string[]): NonNullable<Request['context']> {
  const kept = Object.entries(context ?? {}).filter(
    ([key]) => !keys.includes(key.toLowerCase()) && !key.toLowerCase().startsWith('aws:principaltag/'),
  )
  return Object.fromEntries(kept)
}

/** The request without TLS, and from elsewhere; for a web identity, with a token of another repository or subject. */
function otherContexts(request: Request): readonly Relative[] {
  const set = (key: string, value: ContextValue): Relative => {
    const kept = Object.entries(request.context ?? {}).filter(([name]) => name.toLowerCase() !== key.toLowerCase())
    const differs = { [key]: value }
    return ['other-context', { ...request, context: { ...Object.fromEntries(kept), ...differs } }, differs]
  }
  const via = Object.entries(request.context ?? {}).find(([key]) => key.toLowerCase() === 'kms:viaservice')
  if (via !== undefined) return [set(via[0], null)]
  const subject = Object.entries(request.context ?? {}).find(
    ([key, value]) => key.toLowerCase().endsWith(':sub') && typeof value === 'string',
  )
  const hasAddress = Object.entries(request.context ?? {}).some(
    ([key, value]) => key.toLowerCase() === 'aws:sourceip' && value !== null,
  )
  return [
    ...(subject === undefined ? [] : [set(subject[0], `${String(subject[1])}-neighbour`)]),
    set('aws:SecureTransport', false),
    ...(hasAddress ? [set('aws:SourceIp', '198.51.100.77')] : []),
  ]
}
