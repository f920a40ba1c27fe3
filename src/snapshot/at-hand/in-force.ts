import type { Assumption } from '#engine/decision.ts'
import { furtherPolicies } from '#engine/further-policies.ts'
import type { PoliciesInForce, Policy, PolicyLevel, Scenario } from '#engine/scenario.ts'
import { readCaller } from '#iam/caller.ts'
import { contextValue } from '../complete-request.ts'
import { isOutsideAccounts } from '../principal.ts'
import { withKeysBound } from './bind.ts'
import { callerAtHand, isCaller } from './identity.ts'
import { withNamedLayer } from './named-layer.ts'
import type { AtHand, Piece } from './piece.ts'
import { resourceAtHand } from './resource-side.ts'

/** A scenario with what is at hand, and the files that bear on it. */
export interface WithAtHand {
  readonly scenario: Scenario
  readonly used: readonly Piece[]
  /** What was assumed to bind a file. */
  readonly assumptions: readonly Assumption[]
}

/**
 * The scenario with what somebody holds beside the denial. What he gave stands before what a snapshot has; what is given of
 * a layer does not say that there is nothing else of it (R-EVID-08).
 */
export function withAtHand(scenario: Scenario, atHand: AtHand): WithAtHand {
  const { noEndpoint, noOrganization, namedLayer } = atHand
  const { request, policies = {} } = scenario
  const layered = withNamedLayer(atHand.pieces, scenario, namedLayer)
  const { pieces, assumptions } = withKeysBound(layered.pieces, scenario)
  const caller = callerAtHand(pieces, request, policies, namedLayer)
  const side = resourceAtHand(pieces, scenario)
  const endpoint = noEndpoint ? NO_ENDPOINT_POLICY : endpointAtHand(pieces, scenario, namedLayer)
  const levels = noOrganization
    ? { policies: { serviceControlPolicies: null, resourceControlPolicies: null }, used: [] }
    : levelsAtHand(pieces, scenario)
  const session = sessionAtHand(pieces, scenario)
  const resources = side.resources.length === 0 ? {} : { resources: side.resources }
  return {
    scenario: {
      ...scenario,
      request: {
        ...(caller.tags === undefined ? {} : { principalTags: caller.tags }),
        ...withContext(request, noEndpoint ? NO_ENDPOINT : (endpoint.context ?? {})),
      },
      policies: {
        ...policies,
        ...caller.policies,
        ...session.policies,
        ...side.policies,
        ...endpoint.policies,
        ...levels.policies,
      },
      ...resources,
      ...(noOrganization ? { organization: null } : {}),
    },
    used: [...caller.used, ...session.used, ...side.used, ...endpoint.used, ...levels.used],
    assumptions: [
      ...layered.assumptions,
      ...assumptions.filter(({ fact }) => isUsed(fact, side.used)),
      ...caller.assumptions,
      ...(endpoint.assumptions ?? []),
    ],
  }
}

const NO_ENDPOINT = { 'aws:SourceVpce': null, 'aws:SourceVpc': null } as const

/** Only what counts was assumed of it. */
const isUsed = (fact: string, used: readonly Piece[]): boolean => used.some(({ file }) => fact.endsWith(` ${file}`))

const withContext = (request: Scenario['request'], context: NonNullable<Scenario['request']['context']>) =>
  Object.keys(context).length === 0 ? request : { ...request, context: { ...request.context, ...context } }

interface Part {
  readonly policies: PoliciesInForce
  readonly used: readonly Piece[]
  /** Keys of the request that follow. */
  readonly context?: NonNullable<Scenario['request']['context']>
  readonly assumptions?: readonly Assumption[]
}

const NO_ENDPOINT_POLICY: Part = { policies: { vpcEndpointPolicy: null }, used: [] }

const NONE: Part = { policies: {}, used: [] }

type Endpoint = Extract<Piece, { readonly is: 'endpoint' }>

/**
 * The endpoint that an option gives; else the one that the request names; else, where the request does not say that it took
 * none, the only one for the service, or the only one at all where AWS named an endpoint policy (R-EVID-13).
 */
function endpointAtHand(pieces: readonly Piece[], { request }: Scenario, namedLayer: AtHand['namedLayer']): Part {
  const id = contextValue(request, 'aws:sourcevpce')
  const given = pieces.filter((piece): piece is Endpoint => piece.is === 'endpoint')
  const found = given.find((piece) => piece.named === true || piece.id === undefined || piece.id === id)
  if (found !== undefined)
    return found.policy === undefined
      ? NONE
      : {
          policies: { vpcEndpointPolicy: found.policy },
          used: [found],
          ...(found.id === undefined || typeof id === 'string' ? {} : { context: wayThrough(found) }),
        }
  const isNamed = namedLayer === 'vpc-endpoint-policy'
  if (id !== undefined && !(isNamed && id === null)) return NONE
  const only = onlyEndpoint(given, request.action, isNamed)
  if (only?.id === undefined || only.policy === undefined) return NONE
  return {
    policies: { vpcEndpointPolicy: only.policy },
    used: [only],
    context: wayThrough(only),
    assumptions: [
      {
        fact: 'aws:SourceVpce',
        value: only.id,
        from: isNamed
          ? 'AWS named an endpoint policy, and this is the one given'
          : 'it is the only endpoint for the service',
        ifWrong:
          'the call took another way, and its policy does not count: --no-endpoint, or --context aws:SourceVpce=ID',
      },
    ],
  }
}

/** Keys of a request through an endpoint: its id, and the VPC that it is in. */
const wayThrough = ({ id, vpc }: Endpoint): NonNullable<Scenario['request']['context']> => ({
  ...(id === undefined ? {} : { 'aws:SourceVpce': id }),
  ...(vpc === undefined ? {} : { 'aws:SourceVpc': vpc }),
})

/** The given endpoint that an option names, the only one of the action's service, or the only one at all where AWS named an endpoint policy. */
export function onlyEndpoint(pieces: readonly Piece[], action: string, isNamed = false): Endpoint | undefined {
  const given = pieces.filter((piece): piece is Endpoint => piece.is === 'endpoint')
  const named = given.find((piece) => piece.named === true)
  if (named !== undefined) return named
  const ofService = given.filter(({ service }) => service === action.split(':')[0]?.toLowerCase())
  const found = isNamed && ofService.length === 0 ? given : ofService
  return found.length === 1 ? found[0] : undefined
}

/** The policies of the caller's session; other callers have none. */
function sessionAtHand(pieces: readonly Piece[], { request }: Scenario): Part {
  const caller = readCaller(request)
  const found = pieces
    .filter((piece): piece is Session => piece.is === 'session-policy')
    .filter(({ owner }) => owner === undefined || isCaller(owner, caller))
  if (found.length === 0 || !/:(?:assumed-role|federated-user)\//.test(request.principal)) return NONE
  return { policies: { sessionPolicies: found.map(({ policy }) => policy) }, used: found }
}

/** Service and resource control policies; services and anonymous callers have none of the first kind (D.2). */
function levelsAtHand(pieces: readonly Piece[], { request, policies = {} }: Scenario): Part {
  const scps = pieces.filter((piece): piece is Control => piece.is === 'scp')
  const rcps = pieces.filter((piece): piece is Control => piece.is === 'rcp')
  const hasScps = scps.length > 0 && !isOutsideAccounts(readCaller(request))
  return {
    policies: {
      ...(hasScps
        ? { serviceControlPolicies: levelsOf(scps, policies.serviceControlPolicies, 'service control policies') }
        : {}),
      ...(rcps.length > 0
        ? { resourceControlPolicies: levelsOf(rcps, policies.resourceControlPolicies, 'resource control policies') }
        : {}),
    },
    used: [...(hasScps ? scps : []), ...rcps],
  }
}

type Control = Extract<Piece, { readonly is: 'scp' | 'rcp' }>
type Session = Extract<Piece, { readonly is: 'session-policy' }>

/**
 * Those that an option names are a level each, root first; the others stand at a level that nobody named. What else is
 * attached there, such as FullAWSAccess, nobody said.
 */
function levelsOf(
  pieces: readonly Control[],
  known: readonly PolicyLevel[] | null | undefined,
  what: string,
): readonly PolicyLevel[] {
  if (known !== undefined && known !== null && known.length > 0) return replaced(pieces, known)
  const named = pieces.filter((piece) => piece.named === true)
  const found = pieces.filter((piece) => piece.named !== true).map(({ policy }) => policy)
  const level = (policies: readonly Policy[], target: string): PolicyLevel => ({
    target,
    policies: [...policies, furtherPolicies(what)],
  })
  return [
    ...named.map(({ policy, file }) => level([policy], file)),
    ...(found.length === 0 ? [] : [level(found, pieces.map(({ file }) => file).join(', '))]),
  ]
}

/** What a snapshot has by the same ARN or name is replaced where it hangs; any other is at the account's own level. */
function replaced(pieces: readonly Control[], known: readonly PolicyLevel[]): readonly PolicyLevel[] {
  const isSame = (one: Policy, { policy }: Control): boolean =>
    policy.arn === undefined ? one.name === policy.name : one.arn === policy.arn
  const fresh = pieces.filter(
    (piece) => !known.some(({ policies = [] }) => policies.some((policy) => isSame(policy, piece))),
  )
  return known.map((level, i) => {
    if (level.policies === undefined) return level
    const kept = level.policies.map((policy) => pieces.find((piece) => isSame(policy, piece))?.policy ?? policy)
    return { ...level, policies: i === known.length - 1 ? [...kept, ...fresh.map(({ policy }) => policy)] : kept }
  })
}
