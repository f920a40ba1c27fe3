import type { Denial } from '#intake/denial.ts'
import type {
  Assertion,
  FederationFile,
  IdentityPool,
  PodIdentity,
  Workload,
} from '#snapshot/at-hand/federation/fact.ts'

const POD_IDENTITY = 'pods.eks.amazonaws.com'

/** Whether EKS Pod Identity was denied the role of an association. */
export const isOfPodIdentity = ({ principal, action, candidates }: Denial): boolean =>
  principal === POD_IDENTITY && (action ?? candidates[0]?.action ?? '').toLowerCase().startsWith('sts:')

const partition = (arn: string): string => arn.split(':')[1] ?? 'aws'

/** The only element, if there is exactly one. */
export const only = <T>(list: readonly T[]): T | undefined => (list.length === 1 ? list[0] : undefined)

function withRole(denial: Denial, role: string | undefined): Denial {
  if (role === undefined || denial.resource !== null) return denial
  return {
    ...denial,
    resource: role,
    resourceAccount: role.split(':')[4] ?? null,
    candidates: denial.candidates.map((candidate) => ({ ...candidate, resource: candidate.resource ?? role })),
    evidence: { ...denial.evidence, resourceFrom: 'derived' },
  }
}

/** The role of the association, and the tags that EKS sends for it. https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html */
export function withPodIdentity(
  denial: Denial,
  associations: readonly (PodIdentity & FederationFile)[],
  workloads: readonly (Workload & FederationFile)[],
): Denial {
  const workload = only(workloads)
  const association = only(
    associations.filter(
      ({ namespace, account, roleArn }) =>
        (workload === undefined || (workload.namespace === namespace && workload.account === account)) &&
        (denial.resource === null || roleArn === undefined || roleArn === denial.resource),
    ),
  )
  if (association === undefined) return denial
  const { cluster, namespace, account, associationArn = '', roleArn, isTagged } = association
  const [, , , region = '', owner = ''] = associationArn.split(':')
  const clusterArn = `arn:${partition(associationArn)}:eks:${region}:${owner}:cluster/${cluster}`
  const tags = {
    'aws:RequestTag/eks-cluster-name': cluster,
    'aws:RequestTag/kubernetes-namespace': namespace,
    'aws:RequestTag/kubernetes-service-account': account,
    ...(owner === '' ? {} : { 'aws:RequestTag/eks-cluster-arn': clusterArn }),
  }
  return withRole({ ...denial, context: { ...(isTagged ? tags : {}), ...denial.context } }, roleArn)
}

/** The pool that the token is of, and whether the role is the one of its guests. */
export function withIdentityPool(denial: Denial, pools: readonly (IdentityPool & FederationFile)[]): Denial {
  const pool = only(pools)
  if (pool === undefined) return denial
  const roles = Object.entries(pool.roles).filter(([, arn]) => denial.resource === null || arn === denial.resource)
  const [kind, role] = only(roles) ?? []
  const isSettled = kind !== undefined && (kind === 'unauthenticated' || !pool.hasMappings)
  const context = {
    'cognito-identity.amazonaws.com:aud': pool.id,
    ...(isSettled ? { 'cognito-identity.amazonaws.com:amr': [kind] } : {}),
  }
  return withRole({ ...denial, context: { ...context, ...denial.context } }, role)
}

/** The keys that STS makes of an assertion, and the provider of the pair that is for the role. */
export function withAssertion(denial: Denial, assertions: readonly (Assertion & FederationFile)[]): Denial {
  const assertion = only(assertions)
  if (assertion === undefined) return denial
  const { recipient, issuer, pairs, tags } = assertion
  const pair = only(pairs.filter(({ role }) => denial.resource === null || role === denial.resource))
  const context = {
    ...(recipient === undefined ? {} : { 'SAML:aud': recipient }),
    ...(issuer === undefined ? {} : { 'SAML:iss': issuer }),
    ...denial.context,
  }
  const candidates =
    tags.length === 0 || denial.action === null
      ? denial.candidates
      : [
          { action: denial.action, resource: pair?.role ?? denial.resource },
          { action: 'sts:TagSession', resource: pair?.role ?? denial.resource },
        ]
  return {
    ...withRole({ ...denial, context }, pair?.role),
    principal: denial.principal ?? pair?.provider ?? null,
    ...(candidates === denial.candidates ? {} : { action: null, candidates }),
  }
}
