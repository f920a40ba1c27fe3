import { ancestorsAsked } from '#engine/calls.ts'
import { truthOfPolicies, type PreparedPolicies, type PreparedPolicy } from '#engine/prepare.ts'
import type { Organization, Policy } from '#engine/scenario.ts'
import { isServiceLinkedRole, readCaller } from '#iam/caller.ts'
import { UNKNOWN } from '#iam/key-state.ts'
import { lazy } from '#iam/lazy.ts'
import type { Request } from '#iam/request.ts'
import type { Question } from '#iam/statement.ts'
import { type ListedPrincipal, principalsOfAccount } from '#snapshot/account-principals.ts'
import { controlPoliciesOf, organizationFor } from '#snapshot/organization.ts'
import { settledTags } from '#snapshot/principal.ts'
import type { Snapshot } from '#snapshot/snapshot.ts'
import { distinguishesPrincipals } from './equivalent-principals.ts'
import type { Answer } from './answer.ts'
import { bearingPart, type Settled, settledBy } from './statement-prefilter.ts'
import { accountQuestion, needsIdentityPolicy } from './resource-side-access.ts'
import type { SetAnswer, Sweep } from './sweep.ts'

/** The sweep of one account: what all its principals share, and what is memoized while they are gone through. */
interface Account {
  readonly levels: PreparedPolicies['serviceControlPolicies']
  readonly organization: Organization | null | undefined
  /** Whether a principal whose own policies say nothing is surely denied. */
  readonly needsIdentityPolicy: boolean
  /** The request as nobody in particular asks it: every key open. */
  readonly neutral: Question
  /** Undefined: principals are told apart by more than their policies. */
  readonly answers: Map<string, SetAnswer> | undefined
  readonly prepared: Map<unknown, Prepared | undefined>
  readonly boundaries: Map<
    unknown,
    { readonly policy: PreparedPolicy; readonly number: number; readonly apart: boolean }
  >
}

interface Prepared {
  /** Made for the first of a group only. */
  readonly policy: () => PreparedPolicy
  /** Undefined: that depends. */
  readonly settled: Settled | undefined
}

export type TakeAnswer = (principal: string, answer: SetAnswer) => void

/** Evaluates every user and role of an account, where they are at hand. */
export function sweepPrincipals(sweep: Sweep, account: string, tell: TakeAnswer): 'read' | 'missing' | 'unreadable' {
  const { state, principals } = principalsOfAccount(sweep.snapshot, account)
  if (state !== 'read') return state
  const here = accountOf(sweep, account)
  for (const principal of principals) tell(principal.arn, answerFor(sweep, here, principal))
  return state
}

function accountOf(sweep: Sweep, account: string): Account {
  const { snapshot, side, preparedPolicies: cache, sought } = sweep
  const levels = cache.levels(controlPoliciesOf(snapshot, account, 'scps').levels)
  const question = accountQuestion(side, account)
  const isPlain =
    sought !== undefined &&
    isAskedAlone(sweep) &&
    !distinguishesPrincipals(sharedBy(sweep, levels), sought.action, account)
  return {
    levels,
    organization: organizationFor(snapshot, account, side.request.resourceAccount),
    needsIdentityPolicy: sought !== undefined && needsIdentityPolicy(side, account),
    neutral: { ...question, lookup: () => UNKNOWN },
    answers: isPlain ? new Map() : undefined,
    prepared: new Map(),
    boundaries: new Map(),
  }
}

/**
 * Grants name principals besides the policy of a key, an access point stands before a bucket with a policy of its own, and
 * what lies in another resource is asked for together with that.
 */
const isAskedAlone = ({ sought, side: { request } }: Sweep): boolean =>
  sought?.action.service !== 'kms' &&
  sought?.arn?.includes(':accesspoint/') !== true &&
  ancestorsAsked(request).length === 0

function sharedBy({ side: { policies } }: Sweep, levels: Account['levels']): readonly PreparedPolicy[] {
  const { resourcePolicy, vpcEndpointPolicy, resourceControlPolicies } = policies
  const ofLevels = [...(levels ?? []), ...(resourceControlPolicies ?? [])].flatMap((level) => level.policies ?? [])
  return [resourcePolicy ?? [], vpcEndpointPolicy ?? []].flat().concat(ofLevels)
}

const DENIED: Answer = { decision: 'denied', conjunctions: [], missing: [] }

function answerFor(sweep: Sweep, here: Account, listed: ListedPrincipal): SetAnswer {
  const identity = preparedIdentity(sweep, here, listed.identityPolicies())
  if (identity?.length === 0 && here.needsIdentityPolicy) return DENIED
  const boundary = preparedBoundary(sweep, here, listed.boundary())
  const key = here.answers && groupOf(listed, identity, boundary)
  const known = key === undefined ? undefined : here.answers?.get(key)
  if (known !== undefined) return known
  const { snapshot, side, answerPrepared } = sweep
  const policies: PreparedPolicies = {
    ...side.policies,
    serviceControlPolicies: here.levels,
    identityPolicies: identity === undefined || identity.length > 0 ? identity?.map(({ policy }) => policy()) : null,
    permissionsBoundary: boundary && boundary.policy,
    sessionPolicies: null,
  }
  const request: Request = { ...side.request, principal: listed.arn, ...detailsOf(snapshot, listed) }
  const { organization } = here
  const scenario = { request, resources: side.resources, ...(organization === undefined ? {} : { organization }) }
  const answer = answerPrepared({ scenario, policies })
  if (key !== undefined) here.answers?.set(key, answer)
  return answer
}

/** Principals of one group get one answer; undefined: this one is alone. */
function groupOf(
  { kind, arn }: ListedPrincipal,
  identity: readonly Prepared[] | undefined,
  boundary: ReturnType<typeof preparedBoundary>,
): string | undefined {
  if (identity === undefined || boundary === undefined || boundary?.apart === true) return undefined
  let [deny, allow] = [false, false]
  for (const { settled } of identity) {
    if (settled === undefined) return undefined
    deny ||= settled.deny
    allow ||= settled.allow
  }
  const linked = kind === 'role' && isServiceLinkedRole(readCaller({ principal: arn, action: '', resource: null }))
  return `${kind} ${linked} ${deny} ${allow} ${boundary === null ? 'none' : boundary.number}`
}

/** Undefined: the policies are not known. Those that surely say nothing of the request are left out. */
function preparedIdentity(
  sweep: Sweep,
  here: Account,
  policies: readonly Policy[] | undefined,
): readonly Prepared[] | undefined {
  if (policies === undefined) return undefined
  const kept: Prepared[] = []
  for (const policy of policies) {
    const prepared = preparedPolicy(sweep, here, policy)
    if (prepared !== undefined) kept.push(prepared)
  }
  return kept
}

function preparedPolicy(sweep: Sweep, here: Account, policy: Policy): Prepared | undefined {
  // Managed policies are attached many times over; an inline one has one principal.
  if (policy.arn === undefined) return prepare(sweep, here, policy)
  const key = policy.document ?? policy.arn
  if (!here.prepared.has(key)) here.prepared.set(key, prepare(sweep, here, policy))
  return here.prepared.get(key)
}

function prepare({ preparedPolicies: cache, sought }: Sweep, here: Account, policy: Policy): Prepared | undefined {
  const { document } = policy
  const isPlain = sought !== undefined && typeof document === 'object' && document !== null
  const part = isPlain ? bearingPart(document, sought) : document
  if (isPlain && part === undefined) return undefined
  const prepared = lazy(() => cache.identity(part === document ? policy : { ...policy, document: part }))
  const plain = isPlain ? settledBy(part, sought) : undefined
  if (plain !== undefined) return { policy: prepared, settled: plain }
  const { deny, allow } = truthOfPolicies([prepared()], here.neutral)
  return { policy: prepared, settled: deny === 'unknown' || allow === 'unknown' ? undefined : { deny, allow } }
}

function preparedBoundary(
  { preparedPolicies: cache, sought }: Sweep,
  { boundaries, neutral }: Account,
  policy: Policy | null | undefined,
) {
  if (policy === null || policy === undefined) return policy
  const key = policy.document ?? policy.arn
  const known = boundaries.get(key)
  if (known !== undefined) return known
  const prepared = cache.boundary(policy)
  const apart = sought === undefined || distinguishesPrincipals([prepared], sought.action, neutral.caller.account ?? '')
  const made = { policy: prepared, number: boundaries.size, apart }
  boundaries.set(key, made)
  return made
}

/** As a request of this principal has them: its unique id, and the tags that the snapshot settles. */
function detailsOf(snapshot: Snapshot, listed: ListedPrincipal): Partial<Request> {
  const entity = listed.entity()
  if (entity === undefined) return {}
  const caller = readCaller({ principal: listed.arn, action: '', resource: null })
  const tags = settledTags(snapshot, { caller, entity, why: undefined })
  return {
    ...(listed.kind === 'user' && entity.id !== undefined ? { principalDetails: { userId: entity.id } } : {}),
    ...(tags === undefined ? {} : { principalTags: tags }),
  }
}
