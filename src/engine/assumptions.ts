import type { KeyState } from '#iam/key-state.ts'
import { accountText, type EvaluationInput } from './evaluation-input.ts'
import { contextOf } from './context.ts'
import type { Assumption, DecisionEffect, MissingFact } from './decision.ts'
import { evaluateLayers } from './evaluate-layers.ts'
import { MANAGER } from './layers/levels.ts'
import { missingFacts } from './missing.ts'
import type { PreparedPolicies } from './prepare.ts'
import { resourceFacts } from './resource-facts.ts'
import { ownResource } from './resource-side.ts'
import { mayHaveOtherOwner } from './services/s3-acl.ts'
import { ACL_HEADER, mayCarryAcl } from './services/s3-acl-header.ts'
import { atBucketBehind } from './layers/access-point-bucket.ts'
import { effectOf } from './verdict.ts'

/**
 * Assumptions that a decision took for granted and no source states: what `complete` and `contextComplete` close, and what
 * is taken to be as it usually is. Told is only what the decision hangs on: the request is evaluated again without each
 * (R-UNK-01).
 */
export function assumptionsOf(input: EvaluationInput, decision: DecisionEffect): readonly Assumption[] {
  return [...closedBySaying(input, decision), ...takenAsUsual(input, decision)]
}

/** Where a scenario says itself that it leaves nothing out. */
export const SAID: ReadonlySet<string> = new Set(['policies.complete', 'request.contextComplete'])

/** The facts that the decision would lack, had nobody said that all is told. */
function closedBySaying(input: EvaluationInput, decision: DecisionEffect): readonly Assumption[] {
  if (!input.policies.complete && input.request.contextComplete !== true) return []
  const open = evaluateLayers(withoutSaying(input))
  if (effectOf(open.tree) !== 'undetermined') return []
  const lacked = decision === 'undetermined' ? missingFacts(evaluateLayers(input), decision, undefined) : []
  const isLacked = ({ kind, fact }: MissingFact): boolean =>
    lacked.some((missing) => missing.kind === kind && missing.fact === fact)
  const found = new Map<string, Assumption>()
  for (const missing of missingFacts(open, 'undetermined', undefined)) {
    const taken = isLacked(missing) ? undefined : closed(missing, input)
    if (taken !== undefined && !found.has(taken.fact)) found.set(taken.fact, taken)
  }
  return [...found.values()]
}

function closed(
  { kind, fact, layer }: MissingFact,
  { question, request, policies }: EvaluationInput,
): Assumption | undefined {
  const isEndpoint = layer === 'vpc-endpoint-policy' && policies.inForce?.vpcEndpointPolicy === undefined
  if (kind === 'context-key' && isEndpoint && policies.complete)
    return { ...NO_POLICY, fact: 'policy of a VPC endpoint' }
  if (kind === 'context-key' && request.contextComplete !== true) return undefined
  if (kind === 'context-key')
    return {
      fact,
      value: textOf(question.lookup(fact)),
      from: 'request.contextComplete',
      ifWrong: 'a condition on the key may turn the decision',
    }
  return kind === 'policy'
    ? { ...NO_POLICY, fact }
    : {
        fact,
        value: 'not set',
        from: 'policies.complete',
        ifWrong: 'a setting that is there after all may turn the decision',
      }
}

const NO_POLICY = {
  value: 'none',
  from: 'policies.complete',
  ifWrong: 'a policy that is there after all may turn the decision',
} as const

const textOf = (state: KeyState): string => (state.state === 'values' ? state.values.join(', ') : state.state)

/** The case as it would be if nobody had said that the policies, or the keys, are all. */
function withoutSaying(input: EvaluationInput): EvaluationInput {
  const { source, question } = input
  const request = { ...input.request, contextComplete: false }
  const policies = withoutComplete(input)
  const ofResource = resourceFacts(question.action, input.attributes, false, source.keyAliases?.inRequest)
  const open = { ...source, ...ofResource, request }
  return { ...input, request, policies, source: open, question: { ...question, lookup: contextOf(open) } }
}

/** The layers that were given, and of those that were left out nothing. */
function withoutComplete({ policies, resource, resources }: EvaluationInput): PreparedPolicies {
  const { inForce } = policies
  if (!policies.complete || inForce === undefined) return policies
  const own = resource.kind === 'arn' ? ownResource(resources, resource.arn)?.policy : undefined
  return {
    ...policies,
    complete: false,
    ...(inForce.serviceControlPolicies === undefined ? { serviceControlPolicies: undefined } : {}),
    ...(inForce.resourceControlPolicies === undefined ? { resourceControlPolicies: undefined } : {}),
    ...(inForce.vpcEndpointPolicy === undefined ? { vpcEndpointPolicy: undefined } : {}),
    ...(inForce.resourcePolicy === undefined && own === undefined ? { resourcePolicy: undefined } : {}),
    ...(inForce.identityPolicies === undefined ? { identityPolicies: undefined } : {}),
    ...(inForce.permissionsBoundary === undefined ? { permissionsBoundary: undefined } : {}),
    ...(inForce.sessionPolicies === undefined ? { sessionPolicies: undefined } : {}),
  }
}

/** Something that is taken to be as it usually is, and the case as it would be if it is not. */
interface Usual {
  readonly assumption: Assumption
  readonly otherwise: EvaluationInput
}

function takenAsUsual(input: EvaluationInput, decision: DecisionEffect): readonly Assumption[] {
  return [objectOwner(input), noAclSent(input), notTheManager(input)].flatMap((usual) =>
    usual !== undefined && effectOf(evaluateLayers(usual.otherwise).tree) !== decision ? [usual.assumption] : [],
  )
}

/** Who owns an object is in no snapshot (ADR 0047). */
function objectOwner(input: EvaluationInput): Usual | undefined {
  if (!mayHaveOtherOwner(input)) return undefined
  const { resourceAccount } = atBucketBehind(input)
  const objectOwner = 'another account'
  return {
    assumption: {
      fact: 'objectOwner',
      value: accountText(resourceAccount, 'the account that owns the bucket'),
      from: 'nobody says who owns the object, and the bucket may have ACLs on',
      ifWrong: 'no policy of the bucket or its account reaches the object: only its ACL opens it (R-S3-02)',
    },
    otherwise: {
      ...input,
      attributes: { ...input.attributes, objectOwner },
      resources: input.resources.map((resource) => ({
        ...resource,
        attributes: { ...resource.attributes, objectOwner },
      })),
    },
  }
}

/** An upload that sets an ACL needs `s3:PutObjectAcl` as well; who asks about one without naming a header asks about none (G-63). */
function noAclSent(input: EvaluationInput): Usual | undefined {
  if (!mayCarryAcl(input)) return undefined
  const request = {
    ...input.request,
    context: { ...input.request.context, [ACL_HEADER]: { state: 'unknown' } as const },
  }
  const source = { ...input.source, request }
  return {
    assumption: {
      fact: ACL_HEADER,
      value: 'not sent',
      from: 'the request lists no header that sets an ACL',
      ifWrong: 'a bucket with ACLs disabled, or with BlockPublicAcls, may refuse the ACL (R-S3-03, R-S3-05)',
    },
    otherwise: { ...input, request, source, question: { ...input.question, lookup: contextOf(source) } },
  }
}

/** Levels that are given are taken to bear on the account: the management account has levels too, which do not reach it. */
function notTheManager(input: EvaluationInput): Usual | undefined {
  const { serviceControlPolicies: scps, resourceControlPolicies: rcps } = input.policies
  if (input.organization !== undefined || (!scps && !rcps)) return undefined
  return {
    assumption: {
      fact: MANAGER.fact,
      value: 'another account',
      from: 'levels of control policies are given, and no organization',
      ifWrong: 'no service control policy reaches the principal, or no resource control policy the resource (R-SCP-04)',
    },
    otherwise: { ...input, organization: {} },
  }
}

/** The assumptions of several decisions, each fact once. */
export const withoutRepeats = (all: readonly Assumption[]): readonly Assumption[] => [
  ...new Map(all.map((assumption) => [assumption.fact, assumption])).values(),
]
