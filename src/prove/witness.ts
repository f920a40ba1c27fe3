import type { ContextSource } from '#engine/context-source.ts'
import { effectWithoutOthers, NOTHING_IN_FORCE } from '#engine/evaluate-effect.ts'
import { truthOfPolicies, type PreparedPolicy } from '#engine/prepare.ts'
import { normalizeRequest, evaluationInputOf } from '#engine/read-request.ts'
import { isAccountId } from '#iam/arn.ts'
import { canonicalAction } from '#iam/facts/actions.ts'
import { conditionKeyFacts } from '#iam/facts/condition-keys.ts'
import { ABSENT, type KeyState } from '#iam/key-state.ts'
import type { ContextValue, Request } from '#iam/request.ts'
import { readRequestResource, type ResourcePattern } from '#iam/resource.ts'
import { onStarItself } from '#iam/star-itself.ts'
import type { Truth } from '#iam/truth.ts'
import { sourceOf } from './principal-actions.ts'
import { type Difference, isOfAsker, type Win } from './difference.ts'
import { type Assigned, isPossible, type KeySpace } from './key-space.ts'
import { isTyped } from './type-forms.ts'
import { TypedArns } from './typed-resources.ts'

/** How much a witness shows: that the documents differ, that the whole evaluation does, and on a resource of its action's types. */
export interface Witness {
  readonly request: Request
  readonly isTyped: boolean
  readonly isDecided: boolean
}

const MAX_ACTIONS = 12
const OTHER_ACCOUNT = '444455556666'
const NO_STATES: Map<string, KeyState> = new Map()

/**
 * The best request of a win that the engine answers differently under the two sides, and that shows more than the `known`
 * witness; undefined: it answers none so.
 */
export function witnessOf(difference: Difference, win: Win, known?: Witness): Witness | undefined {
  let best: Witness | undefined
  for (const request of candidates(difference, win)) {
    const typed = isTyped(request)
    if (!typed && (known?.isDecided === true || best !== undefined)) continue
    const shown = replay(difference, request)
    if (shown === undefined) continue
    const made = { request, isTyped: typed, isDecided: shown === 'decided' }
    if (made.isTyped && made.isDecided) return made
    if (best === undefined || (made.isTyped && !best.isTyped)) best = made
  }
  return best
}

/** Requests of a win: each action on a resource of its types, where the win holds one; the win's own resource at last. */
function* candidates(difference: Difference, win: Win): Generator<Request> {
  const { place } = win
  if (place.isTyped === true) yield* requestsFor(difference, win, win.actions.first, place.arn)
  const typed = new TypedArns(win.actions, win.place.arn, patternsOf(difference, win), win.asker.caller.account)
  for (const name of win.actions.names.slice(0, MAX_ACTIONS))
    for (const arn of typed.of(name)) yield* requestsFor(difference, win, name, arn)
  yield* requestsFor(difference, win, win.actions.first, win.place.arn)
}

/** Asked by somebody of the resource's account, where only identity policies are compared; then by whom the search took. */
function* requestsFor(difference: Difference, win: Win, name: string, resource: string): Generator<Request> {
  const account = resource.split(':')[4] ?? ''
  const canMove = !namesPrincipals(difference.documents) && isAccountId(account)
  if (canMove) yield requestOf(difference, win, name, resource, true)
  if (!canMove || accountOf(win.asker.who.principal) !== account)
    yield requestOf(difference, win, name, resource, false)
}

const patternsOf = ({ documents }: Difference, { patterns }: Win): readonly ResourcePattern[] =>
  patterns.map((i) => documents.patterns[i] as ResourcePattern)

function requestOf(difference: Difference, win: Win, name: string, resource: string, moves: boolean): Request {
  const { documents, keys } = difference.space
  const written = `${win.actions.service}:${name}`
  const requestResource = readRequestResource(resource)
  const inResource = requestResource.kind === 'arn' ? (requestResource.segments[4] ?? '') : ''
  const named = namesPrincipals(documents)
  const who = moves ? inAccount(win.asker.who, inResource) : win.asker.who
  const source = sourceOf(win, requestResource)
  const context: Record<string, ContextValue> = {}
  const tags: Record<string, string> = {}
  const looked = difference.keysOf(win.bearing)
  const assigned = looked.length === 0 ? NO_STATES : new Map(win.context)
  for (const key of looked) {
    if (isOfAsker(key) && keys.derivedState(key, source) !== undefined) continue
    if (!assigned.has(key)) {
      const any = anyState(keys, key, source, assigned)
      if (any !== undefined) assigned.set(key, any)
    }
    if (keys.derivedState(key, source) !== undefined) continue
    const value = valueOf(assigned.get(key))
    if (value === undefined) continue
    const name = keys.spelling(key) ?? conditionKeyFacts(key)?.name ?? key
    if (key.startsWith('aws:principaltag/') && typeof value === 'string')
      tags[name.slice('aws:PrincipalTag/'.length)] = value
    else context[name] = value
  }
  const account = accountOf(who.principal)
  const owner = isAccountId(inResource) ? undefined : named ? ownerOf(account) : account
  return onStarItself({
    principal: who.principal,
    ...(who.principalDetails === undefined ? {} : { principalDetails: who.principalDetails }),
    ...(Object.keys(tags).length === 0 ? {} : { principalTags: tags }),
    action: canonicalAction(written) ?? written,
    resource,
    ...(owner === undefined || requestResource.kind !== 'arn' ? {} : { resourceAccount: owner }),
    context,
    contextComplete: true,
  })
}

/** State of a key on which nothing hangs: none where it may be absent, else one of its classes. */
function anyState(keys: KeySpace, key: string, source: ContextSource, assigned: Assigned): KeyState | undefined {
  const presence = keys.presence(key, source)
  if (presence.mayBeAbsent && isPossible(key, ABSENT, assigned)) return ABSENT
  return keys.classes(key, presence).classes.find(({ state }) => isPossible(key, state, assigned))?.state
}

/** Account that owns the resource of a resource policy: another than the caller's, since only there the policy alone decides. */
const ownerOf = (account: string | undefined): string => (account === OTHER_ACCOUNT ? '111122223333' : OTHER_ACCOUNT)

const accountOf = (principal: string): string | undefined => {
  const account = principal.split(':')[4]
  return account === undefined || account === '' ? undefined : account
}

/** The user or role moved to another account, which the policies may not tell from its own: the replay shows. */
function inAccount({ principal, principalDetails }: Win['asker']['who'], account: string): Win['asker']['who'] {
  const own = accountOf(principal)
  if (own === undefined || own === account || !isAccountId(account))
    return { principal, ...(principalDetails === undefined ? {} : { principalDetails }) }
  const move = (arn: string): string => arn.replace(`:${own}:`, `:${account}:`)
  const { roleArn, federatedBy } = principalDetails ?? {}
  const moved = {
    ...(roleArn === undefined ? {} : { roleArn: move(roleArn) }),
    ...(federatedBy === undefined ? {} : { federatedBy: move(federatedBy) }),
  }
  return { principal: move(principal), ...(principalDetails === undefined ? {} : { principalDetails: moved }) }
}

function valueOf(state: KeyState | undefined): ContextValue | undefined {
  if (state === undefined || state.state === 'absent') return undefined
  if (state.state !== 'values') return undefined
  return state.multivalued ? state.values : (state.values[0] ?? '')
}

/** `decided`: the whole evaluation differs; `evaluated`: the documents do. */
function replay({ documents, side }: Difference, request: Request): 'decided' | 'judged' | undefined {
  const named = namesPrincipals(documents)
  const [allowing, refusing] = [documents.policies[side], documents.policies[(1 - side) as 0 | 1]]
  // Documents of a resource never decide alone: what they say is all there is to show.
  const decide = named ? undefined : effectWithoutOthers(request)
  if (decide !== undefined && decide(allowing) === 'allowed' && decide(refusing) === 'denied') return 'decided'
  if (truthOfDocuments(allowing, request) !== true || truthOfDocuments(refusing, request) !== false) return undefined
  return named ? 'decided' : 'judged'
}

/** Whether an Allow matches and no Deny does. */
function truthOfDocuments(policies: readonly PreparedPolicy[], request: Request): Truth {
  const prepared = { scenario: { request, organization: null }, policies: NOTHING_IN_FORCE }
  const read = normalizeRequest(request, request.resource as string)
  const { question } = evaluationInputOf(prepared, read, undefined)
  const { deny, allow } = truthOfPolicies(policies, question)
  if (deny === true || allow === false) return false
  return deny === false && allow === true ? true : 'unknown'
}

const namesPrincipals = ({ entries }: Difference['documents']): boolean =>
  entries.some(({ place }) => place === 'resource' || place === 'trust')
