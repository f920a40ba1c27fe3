import type { Decision } from '#engine/decision.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import type { PoliciesInForce, Policy, PolicyLevel, Scenario } from '#engine/scenario.ts'
import { type Caller, readCaller } from '#iam/caller.ts'
import type { Request } from '#iam/request.ts'
import { contextEntries, type ContextEntry } from './context-entries.ts'
import type { CrossCheck, Sent } from './cross-check.ts'
import { ONLY_USERS_AND_ROLES } from './limits.ts'

/** As the API has it: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html */
export interface CustomInput {
  readonly PolicyInputList: string[]
  readonly PermissionsBoundaryPolicyInputList?: string[]
  readonly OrderedOrganizationPolicyInputList?: { readonly ServiceControlPolicyInputList: string[] }[]
  readonly ActionNames: string[]
  readonly ResourceArns?: string[]
  readonly ResourcePolicy?: string
  readonly ResourceOwner?: string
  readonly CallerArn?: string
  readonly ContextEntries?: ContextEntry[]
}

export type PrincipalInput = { readonly PolicySourceArn: string } & Omit<
  CustomInput,
  'PolicyInputList' | 'PermissionsBoundaryPolicyInputList' | 'OrderedOrganizationPolicyInputList'
>

/** A question to the policy simulator: what it is given, and which layers it then has before it. */
export type SimulationQuestion = {
  readonly step: number
  readonly decision: Decision
  readonly covers: readonly PolicyLayer[]
  readonly sent: Sent
  /** Whether caller and resource are of one account; undefined: not known. */
  readonly sameAccount: boolean | undefined
} & (
  | { readonly call: 'iam:SimulatePrincipalPolicy'; readonly input: PrincipalInput }
  | { readonly call: 'iam:SimulateCustomPolicy'; readonly input: CustomInput }
)

interface SimulationQuestions {
  readonly questions: readonly SimulationQuestion[]
  /** Questions that cannot be asked, with the reason. */
  readonly notAsked: readonly CrossCheck[]
}

/** The questions about one evaluated request; about each of its resources where it has several. */
export function simulationsOf(step: number, scenario: Scenario, decision: Decision): SimulationQuestions {
  const parts = decision.parts ?? [{ resource: scenario.request.resource, decision }]
  const caller = readCaller(scenario.request)
  const source = caller.kind === 'user' ? caller.arn : caller.kind === 'role-session' ? caller.roleArn : undefined
  if (source === undefined) return { questions: [], notAsked: step === 0 ? [noEntity(caller, decision)] : [] }
  const questions = parts.flatMap((part): readonly SimulationQuestion[] => {
    if (typeof part.resource !== 'string') return []
    const request: Request = { ...scenario.request, resource: part.resource }
    const facts = { step, decision: part.decision, sameAccount: sameAccount(request, caller) }
    return [
      { ...facts, call: 'iam:SimulatePrincipalPolicy' as const, ...principalInput(source, scenario, request, caller) },
      ...customInput(scenario, request, caller).map((custom) => ({
        ...facts,
        call: 'iam:SimulateCustomPolicy' as const,
        ...custom,
      })),
    ]
  })
  return { questions, notAsked: [] }
}

const noEntity = ({ arn }: Caller, { decision }: Decision): CrossCheck => ({
  step: 0,
  call: 'iam:SimulatePrincipalPolicy',
  sent: null,
  answer: null,
  ours: decision,
  agrees: null,
  explanation: `Not asked: \`${arn}\` is no IAM user or role.`,
  limits: [ONLY_USERS_AND_ROLES],
})

function sameAccount(request: Request, { account }: Caller): boolean | undefined {
  const owner = request.resourceAccount ?? String(request.resource).split(':')[4]
  return owner === undefined || owner === '' || account === undefined ? undefined : owner === account
}

/** Action, resource, keys, and a user's resource policy: what both calls take. */
function shared(
  { policies = {}, organization }: Scenario,
  request: Request,
  caller: Caller,
  bears: (key: string) => boolean = () => true,
) {
  const entries = contextEntries(request, organization).filter(({ ContextKeyName }) => bears(ContextKeyName))
  const { resourcePolicy } = policies
  const document = caller.kind === 'user' && resourcePolicy ? textOf(resourcePolicy) : undefined
  const owner = request.resourceAccount
  return {
    entries,
    resourcePolicy: document === undefined ? undefined : resourcePolicy,
    input: {
      ActionNames: [request.action],
      ...(request.resource === '*' ? {} : { ResourceArns: [String(request.resource)] }),
      ...(entries.length === 0 ? {} : { ContextEntries: entries }),
      ...(document === undefined ? {} : { ResourcePolicy: document, CallerArn: caller.arn }),
      ...(document === undefined || owner === undefined
        ? {}
        : { ResourceOwner: `arn:${caller.partition}:iam::${owner}:root` }),
    },
  }
}

function sentOf(request: Request, entries: readonly ContextEntry[], policies: readonly Policy[]): Sent {
  return {
    action: request.action,
    resource: String(request.resource),
    policies: [...new Set(policies.map(({ name, arn }) => arn ?? name))],
    contextKeys: entries.map(({ ContextKeyName }) => ContextKeyName),
  }
}

function principalInput(source: string, scenario: Scenario, request: Request, caller: Caller) {
  const { entries, input, resourcePolicy } = shared(scenario, request, caller)
  const sent = sentOf(request, entries, resourcePolicy ? [resourcePolicy] : [])
  const covers: readonly PolicyLayer[] = ['identity-policy', 'permissions-boundary']
  return {
    input: { PolicySourceArn: source, ...input },
    sent: { principal: source, ...sent },
    covers: resourcePolicy ? [...covers, 'resource-policy' as const] : covers,
  }
}

/** AWS takes so many levels of an organization. */
const MAX_LEVELS = 7

/** None where the identity-based policies are not known, or there are none to send. */
function customInput(scenario: Scenario, request: Request, caller: Caller) {
  const { policies = {} } = scenario
  const identity = policies.identityPolicies ?? []
  const documents = textsOf(identity)
  if (documents === undefined || documents.length === 0) return []
  const sentTexts = textsSent(policies)
  // No more is sent than the documents ask for.
  const bears = (key: string): boolean => sentTexts.includes(key.toLowerCase())
  const { entries, input, resourcePolicy } = shared(scenario, request, caller, bears)
  const boundary = policies.permissionsBoundary ? textOf(policies.permissionsBoundary) : undefined
  const levels = levelsOf(policies.serviceControlPolicies)
  const covers: PolicyLayer[] = ['identity-policy']
  if (boundary !== undefined || isNone(policies, 'permissionsBoundary')) covers.push('permissions-boundary')
  if (levels !== undefined || isNone(policies, 'serviceControlPolicies')) covers.push('service-control-policy')
  if (resourcePolicy) covers.push('resource-policy')
  const sent = [
    ...identity,
    ...(boundary !== undefined && policies.permissionsBoundary ? [policies.permissionsBoundary] : []),
    ...(levels === undefined ? [] : (policies.serviceControlPolicies ?? []).flatMap((level) => level.policies ?? [])),
    ...(resourcePolicy ? [resourcePolicy] : []),
  ]
  return [
    {
      input: {
        PolicyInputList: documents,
        ...(boundary === undefined ? {} : { PermissionsBoundaryPolicyInputList: [boundary] }),
        ...(levels === undefined ? {} : { OrderedOrganizationPolicyInputList: levels }),
        ...input,
      },
      sent: sentOf(request, entries, sent),
      covers,
    },
  ]
}

/** Every document that may be sent, as one text in lower case. */
const textsSent = ({
  identityPolicies,
  permissionsBoundary,
  serviceControlPolicies,
  resourcePolicy,
}: PoliciesInForce): string =>
  [
    ...(identityPolicies ?? []),
    ...(permissionsBoundary ? [permissionsBoundary] : []),
    ...(serviceControlPolicies ?? []).flatMap((level) => level.policies ?? []),
    ...(resourcePolicy ? [resourcePolicy] : []),
  ]
    .map((policy) => textOf(policy) ?? '')
    .join('\n')
    .toLowerCase()

const isNone = (policies: PoliciesInForce, layer: 'permissionsBoundary' | 'serviceControlPolicies'): boolean =>
  policies[layer] === null || (policies[layer] === undefined && policies.complete === true)

function levelsOf(levels: readonly PolicyLevel[] | null | undefined) {
  if (!levels || levels.length === 0 || levels.length > MAX_LEVELS) return undefined
  const texts = levels.map(({ policies }) => (policies === undefined ? undefined : textsOf(policies)))
  if (!texts.every((text) => text !== undefined)) return undefined
  return texts.map((text) => ({ ServiceControlPolicyInputList: text }))
}

/** Undefined where one of them cannot be sent: without it the question would be another. */
function textsOf(policies: readonly Policy[]): string[] | undefined {
  const texts = policies.map(textOf)
  return texts.every((text) => text !== undefined) ? texts : undefined
}

/** A document as JSON text; undefined where there is none. */
export function textOf({ document }: Policy): string | undefined {
  if (typeof document === 'object' && document !== null) return JSON.stringify(document)
  if (typeof document !== 'string') return undefined
  const text = document.trim()
  if (text.startsWith('{')) return text
  try {
    const decoded = decodeURIComponent(text)
    return decoded.trimStart().startsWith('{') ? decoded : undefined
  } catch {
    return undefined
  }
}
