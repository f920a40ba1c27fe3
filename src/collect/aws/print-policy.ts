import { COLLECTORS } from './collectors.ts'
import { ACCOUNT_ACTIONS } from './iam.ts'
import { SET_ACTIONS } from './identity-center-actions.ts'
import { ORGANIZATION_ACTIONS } from './organization.ts'

interface Policy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly object[]
}

/**
 * Characters of a managed policy and of a role's inline policies, without white space.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const MANAGED_POLICY_SIZE = 6144
export const INLINE_POLICY_SIZE = 10_240

/**
 * The least that `collect` needs, as an IAM policy: reading calls only. The statement for other accounts is added where a
 * role is to be assumed in them.
 */
export function collectPolicy(services: readonly string[] | undefined, role: string | undefined): Policy {
  return policyOf([...basis(role), ...narrowed(services), allow('Resources', resourceActions(services))])
}

/** The policy that `collect` needs, cut so that each part is a managed policy; one part where it fits. */
export function collectPolicyParts(
  services: readonly string[] | undefined,
  role: string | undefined,
): readonly Policy[] {
  const parts: { readonly first: readonly object[]; readonly actions: string[] }[] = [
    { first: [...basis(role), ...narrowed(services)], actions: [] },
  ]
  for (const action of resourceActions(services)) {
    const last = parts.at(-1)
    const fits = last !== undefined && sizeOf(part(last, [action])) <= MANAGED_POLICY_SIZE
    if (fits) last.actions.push(action)
    else parts.push({ first: [], actions: [action] })
  }
  return parts.map((one) => part(one, []))
}

/** Characters as IAM counts them. */
export const sizeOf = (policy: Policy): number => JSON.stringify(policy).length

const part = (
  { first, actions }: { readonly first: readonly object[]; readonly actions: readonly string[] },
  more: readonly string[],
): Policy => policyOf([...first, allow('Resources', [...actions, ...more])])

const policyOf = (Statement: readonly object[]): Policy => ({ Version: '2012-10-17', Statement })

function allow(Sid: string, Action: readonly string[]): object {
  return { Sid, Effect: 'Allow', Action, Resource: '*' }
}

function resourceActions(services: readonly string[] | undefined): readonly string[] {
  return actionsOf(services).filter((action) => !NARROWED.has(action))
}

function actionsOf(services: readonly string[] | undefined): readonly string[] {
  const chosen = COLLECTORS.filter(({ service }) => services === undefined || services.includes(service))
  return [...new Set(chosen.flatMap(({ actions }) => actions))].sort()
}

/**
 * One action that reads everything of its service, keys of APIs with their values included: only what is asked for.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_apigateway.html
 */
const NARROWED: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'apigateway:GET',
    ['/restapis', '/restapis/*/resources', '/domainnames'].map((path) => `arn:*:apigateway:*:*:${path}`),
  ],
])

const narrowed = (services: readonly string[] | undefined): readonly object[] =>
  actionsOf(services).flatMap((action) => {
    const Resource = NARROWED.get(action)
    return Resource === undefined ? [] : [{ Sid: 'ApiGateway', Effect: 'Allow', Action: [action], Resource }]
  })

/** What no choice of services leaves out. */
function basis(role: string | undefined): readonly object[] {
  return [
    allow('Organization', ORGANIZATION_ACTIONS),
    allow('IdentityCenter', SET_ACTIONS),
    allow('Accounts', ACCOUNT_ACTIONS),
    ...(role === undefined
      ? []
      : [
          {
            Sid: 'OtherAccounts',
            Effect: 'Allow',
            Action: ['sts:AssumeRole'],
            Resource: role.startsWith('arn:') ? role : `arn:*:iam::*:role/${role}`,
          },
        ]),
  ]
}
