import type { Step } from '#engine/decision.ts'
import { evaluate } from '#engine/evaluate.ts'
import type { ContextValue, Request } from '#iam/request.ts'
import type { EventFacts } from '#intake/cloudtrail/event-facts.ts'
import type { Denial } from '#intake/denial.ts'
import { sessionEventOf } from './session-evidence.ts'
import type { Assumption } from './diagnosis.ts'
import { type Held, hold, holdFurther, type Holding } from './subject.ts'

/**
 * The AssumeRole before the denied request, where the trust policy is known: trust, external id, session tags, source
 * identity, MFA and duration, each its own finding, so that the way in and the way on are seen in sequence
 * (docs/json.md, "Diagnosis"; R-STS-01..10).
 */
export function sessionSteps(denial: Denial, held: Held, holding: Holding, records: readonly unknown[]): SessionSteps {
  const { request } = held.scenario
  const roleArn = request.principalDetails?.roleArn ?? denial.roleArn
  if (!request.principal.includes(':assumed-role/') || roleArn === null || roleArn === undefined) return NONE
  const event = sessionEventOf(denial, records)
  const made = assumeRequest(denial, roleArn, event)
  const caller: Holding = { ...holding, sessionPolicies: undefined, sessionPolicyNamed: false }
  const before = hold(caller, made.request)
  if (before.scenario.policies?.resourcePolicy === undefined || holding.subject.kind === 'scenario') return NONE
  const observed = event?.eventId ?? null
  const step = (scenario: Held['scenario'], why: string, rule?: string): Step => ({
    relation: 'before',
    request: scenario.request,
    why,
    ...(rule === undefined ? {} : { rule }),
    decision: evaluate(scenario, holding.readings),
    ...(observed === null ? {} : { observed }),
  })
  const needed = holdFurther(caller, before)
  const steps = [
    step(before.scenario, made.why),
    ...needed.map(({ further, held: theirs }) => step(theirs.scenario, further.why, further.rule)),
  ]
  // What the snapshot filled in for the caller stands in the step's request; what was assumed stands nowhere else.
  const assumed = before.assumptions.filter(({ fact }) => fact === 'session policies')
  return {
    steps,
    scenarios: [before.scenario, ...needed.map((one) => one.held.scenario)],
    assumptions: assumed.map((one) => ({ ...one, fact: `session policies of ${made.request.principal}` })),
  }
}

interface SessionSteps {
  readonly steps: readonly Step[]
  /** What was in force for each. */
  readonly scenarios: readonly Held['scenario'][]
  readonly assumptions: readonly Assumption[]
}

const NONE: SessionSteps = { steps: [], scenarios: [], assumptions: [] }

interface Made {
  readonly request: Request
  readonly why: string
}

/** From the event that made the session; else from what the session says of its provider; else by somebody not known. */
function assumeRequest(denial: Denial, roleArn: string, event: EventFacts | undefined): Made {
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

function fromEvent(roleArn: string, event: EventFacts): Made {
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
const hasIssuer = ({ roleArn }: EventFacts): boolean => (roleArn?.split('/').length ?? 0) > 2
