import type { EvaluatedStep } from '#engine/chain.ts'
import type { Decision, Step } from '#engine/decision.ts'
import { evaluate } from '#engine/evaluate.ts'
import type { Policy, Scenario } from '#engine/scenario.ts'
import { readPolicyDocument } from '#iam/policy.ts'
import type { ContextValue, Request } from '#iam/request.ts'
import type { CallEvent } from '#intake/cloudtrail/call-event.ts'
import type { Denial } from '#intake/denial.ts'
import { layerName } from '#iam/layers.ts'
import { sessionEventOf } from './session-evidence.ts'
import type { Assumption } from '#engine/decision.ts'
import { type ScenarioWithAssumptions, scenarioFor, furtherRequestsOf, type ScenarioSources } from './scenario-for.ts'

/**
 * The AssumeRole before the denied request, where the trust policy is known: trust, external id, session tags, source
 * identity, MFA and duration, each its own finding, so that the way in and the way on are seen in sequence
 * (docs/json.md, "Diagnosis"; R-STS-01..10).
 */
export function sessionSteps(
  denial: Denial,
  { request }: Scenario,
  sources: ScenarioSources,
  events: readonly CallEvent[],
): SessionSteps {
  const roleArn = request.principalDetails?.roleArn ?? denial.roleArn
  if (!request.principal.includes(':assumed-role/') || roleArn === null || roleArn === undefined) return NONE
  const event = sessionEventOf(denial, events)
  const caller: ScenarioSources = { ...sources, sessionPolicies: undefined, sessionPolicyNamed: false }
  const trust = scenarioFor(caller, assumeRequest(denial, roleArn, event).request).scenario.policies?.resourcePolicy
  // The role of a session is there: where no trust policy was collected, it is one that nobody knows.
  if (trust === undefined || trust === null || sources.policySource.kind !== 'snapshot') return NONE
  const attempts = assumeRequests(denial, roleArn, event, trust).map((assumeRole) => ({
    assumeRole,
    before: scenarioFor(caller, assumeRole.request),
  }))
  const [first] = attempts
  if (first === undefined) return NONE
  const isOpen = ({ before }: AssumeRoleAttempt): boolean =>
    evaluate(before.scenario, sources.readings).decision !== 'denied'
  const { assumeRole, before } = attempts.find(isOpen) ?? first
  const observed = event?.eventId ?? null
  const evaluated = (scenario: Scenario, why: string, rule?: string): EvaluatedStep => ({
    scenario,
    step: {
      relation: 'before',
      request: scenario.request,
      ...(rule === undefined ? {} : { rule }),
      ...asHappened(evaluate(scenario, sources.readings), why),
      ...(observed === null ? {} : { observed }),
    },
  })
  const dependent = furtherRequestsOf(caller, before.scenario)
  const steps = [
    evaluated(before.scenario, assumeRole.why),
    ...dependent.map(({ further, scenario }) => evaluated(scenario, further.why, further.rule)),
  ]
  // What the snapshot filled in for the caller stands in the step's request; what was assumed stands nowhere else.
  const ofPolicies = before.assumptions.filter(({ fact }) => fact === 'session policies')
  return {
    steps,
    assumptions: ofPolicies.map((policy) => ({
      ...policy,
      fact: `session policies of ${assumeRole.request.principal}`,
    })),
  }
}

interface AssumeRoleAttempt {
  readonly assumeRole: AssumeRoleRequest
  readonly before: ScenarioWithAssumptions
}

/**
 * A session that made a call was made: what stands before it has happened, whatever the policies of today say, which may only
 * tell that it could not be made again. What each layer says stays in the trace.
 */
function asHappened(decision: Decision, why: string): Pick<Step, 'why' | 'decision'> {
  if (decision.decision !== 'denied') return { why, decision }
  const refusing = decision.blockedBy.map((layer) => layerName(layer)).join(' and ')
  return {
    why: `${why}. It has happened, but the policies provided would deny it now, by the ${refusing}`,
    decision: {
      ...decision,
      decision: 'undetermined',
      denyType: null,
      blockedBy: [],
      likelyReported: null,
      missing: [],
    },
  }
}

interface SessionSteps {
  readonly steps: readonly EvaluatedStep[]
  readonly assumptions: readonly Assumption[]
}

const NONE: SessionSteps = { steps: [], assumptions: [] }

interface AssumeRoleRequest {
  readonly request: Request
  readonly why: string
}

/** From the event that made the session; else from what the session says of its provider; else by somebody not known. */
function assumeRequest(denial: Denial, roleArn: string, event: CallEvent | undefined): AssumeRoleRequest {
  if (event !== undefined) return fromEvent(roleArn, event)
  const provider = denial.context['aws:FederatedProvider']
  const base = { resource: roleArn, context: sessionName(denial) }
  if (typeof provider === 'string')
    return {
      request: {
        principal: provider,
        principalDetails: { type: 'web-identity', federatedBy: provider },
        action: 'sts:AssumeRoleWithWebIdentity',
        ...base,
        context: { ...base.context, ...claims(denial, provider) },
      },
      why: 'the session was made with a web identity of this provider',
    }
  return {
    request: { principal: 'unknown', principalDetails: { type: 'unknown' }, action: 'sts:AssumeRole', ...base },
    why: 'the evidence holds no AssumeRole event, so who assumed the role is not known',
  }
}

/**
 * The ways in which the session may have been made: the one that the evidence shows; where it shows none, the kinds of call
 * that the trust policy speaks of, each as whom it names.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html
 */
function assumeRequests(
  denial: Denial,
  roleArn: string,
  event: CallEvent | undefined,
  trust: Policy,
): readonly AssumeRoleRequest[] {
  const own = assumeRequest(denial, roleArn, event)
  if (event !== undefined || own.request.action !== 'sts:AssumeRole') return [own]
  const { statements } = readPolicyDocument(trust.document, 'resource')
  const named = statements
    .filter(({ effect, principalElement }) => effect === 'Allow' && principalElement === 'Principal')
    .flatMap(({ principal }) => principal?.entries ?? [])
  const others = named.slice(0, MAX_ASSUME_REQUESTS).flatMap(({ type, value }): readonly AssumeRoleRequest[] => {
    if (type === 'Service') return [byService(value, own.request)]
    return type === 'Federated' ? [byProvider(value, own.request)] : []
  })
  return [own, ...others]
}

/** A trust policy of AWS's quota names no more than so many; of a longer one the first tell enough. */
const MAX_ASSUME_REQUESTS = 50

const byService = (service: string, { resource, context = {} }: Request): AssumeRoleRequest => ({
  request: { principal: service, principalDetails: { type: 'service' }, action: 'sts:AssumeRole', resource, context },
  why: 'the evidence holds no AssumeRole event; the trust policy lets this service make sessions',
})

function byProvider(provider: string, { resource, context = {} }: Request): AssumeRoleRequest {
  const isSaml = provider.includes(':saml-provider/')
  return {
    request: {
      principal: provider,
      principalDetails: { type: isSaml ? 'saml' : 'web-identity', federatedBy: provider },
      action: isSaml ? 'sts:AssumeRoleWithSAML' : 'sts:AssumeRoleWithWebIdentity',
      resource,
      context,
    },
    why: 'the evidence holds no AssumeRole event; the trust policy lets identities of this provider make sessions',
  }
}

const sessionName = ({ sessionName: name }: Denial): Record<string, ContextValue> =>
  name === null ? {} : { 'sts:RoleSessionName': name }

/** `<issuer>:aud` and `<issuer>:sub` stay with the session (R-CTX-03). */
function claims(denial: Denial, provider: string): Record<string, ContextValue> {
  const issuer = provider.includes(':oidc-provider/')
    ? provider.slice(provider.indexOf(':oidc-provider/') + 15)
    : provider
  return Object.fromEntries(
    Object.entries(denial.context).filter(([key]) => key.startsWith(`${issuer}:`)) as [string, ContextValue][],
  )
}

function fromEvent(roleArn: string, event: CallEvent): AssumeRoleRequest {
  const { eventName, principal, context } = event
  const unsigned = eventName !== 'AssumeRole'
  return {
    request: {
      principal: principal ?? 'unknown',
      ...(unsigned ? { principalDetails: { type: eventName.endsWith('SAML') ? 'saml' : 'web-identity' } } : {}),
      ...(!unsigned && hasIssuer(event) && event.roleArn !== null
        ? { principalDetails: { roleArn: event.roleArn } }
        : {}),
      action: `sts:${eventName}`,
      resource: roleArn,
      context: { ...context } as Record<string, ContextValue>,
    },
    why: 'it is the call that made this session',
  }
}

/** A path can only come from an issuer; without one the role is named after its session (R-PRIN-03). */
const hasIssuer = ({ roleArn }: CallEvent): boolean => (roleArn?.split('/').length ?? 0) > 2
