import { prepareScenario } from '#engine/evaluate.ts'
import { type ManagedPolicies, withManagedPolicies } from '#engine/managed-policies.ts'
import type { PreparedScenario } from '#engine/read-request.ts'
import type { Request } from '#iam/request.ts'
import type { PoliciesInForce, Resource, Scenario } from '#engine/scenario.ts'
import { principalArnsOf } from '#snapshot/entities.ts'
import { scenarioOf } from '#snapshot/in-force.ts'
import type { Snapshot } from '#snapshot/snapshot.ts'
import { onlyOfRoles } from './role-actions.ts'
import { isRoot, type Who } from './snapshot-callers.ts'
import type { Target } from './snapshot-targets.ts'

/** The policies in force for a principal on resources without a policy of their own, in its own account. */
export function besidesResources(snapshot: Snapshot, who: Who, find: ManagedPolicies | undefined): PreparedScenario {
  const { principal, principalDetails } = who
  const account = principal.split(':')[4] ?? ''
  const scenario = scenarioOf(snapshot, {
    ...who,
    action: 'sts:GetCallerIdentity',
    resource: '*',
    resourceAccount: account,
  })
  const holder = principalDetails?.federatedBy ?? principal
  const isThere = isRoot(holder) || principalArnsOf(snapshot, account).includes(holder)
  const identity = isThere ? {} : { identityPolicies: null, permissionsBoundary: null }
  return prepared(
    {
      ...scenario,
      policies: { ...scenario.policies, ...identity, resourcePolicy: null, ...sessionOf(who), serviceGuards: null },
      resources: [],
    },
    find,
  )
}

export function onTarget(
  snapshot: Snapshot,
  who: Who,
  { arn, isRole }: Target,
  find: ManagedPolicies | undefined,
): PreparedScenario {
  const scenario = scenarioOf(snapshot, {
    ...who,
    action: isRole ? actionOf(who.principal) : 's3:GetObject',
    resource: arn,
  })
  const own = {
    ...scenario,
    policies: { ...scenario.policies, ...sessionOf(who) },
    resources: (scenario.resources ?? []).map((resource) => (resource.arn === arn ? resource : besideTarget(resource))),
  }
  return isRole ? prepared(own, find, onlyOfRoles) : prepared(own, find)
}

/**
 * A key that encrypts the target is asked by requests of its own, which are compared where it is the target: who may use it
 * changes nothing of those for the target. The policy of a bucket behind an access point counts for the same request (R-S3-07).
 */
function besideTarget(resource: Resource): Resource {
  if (resource.kind !== 'key') return resource
  const { policy: _, lines: __, file: ___, attributes, ...rest } = resource
  const { kmsGrants: ____, ...facts } = attributes ?? {}
  return { ...rest, attributes: facts }
}

/** The request with all that the snapshot has for it; a session without a policy of its own. */
export function preparedFor(snapshot: Snapshot, request: Request, find: ManagedPolicies | undefined): PreparedScenario {
  const scenario = scenarioOf(snapshot, request)
  return prepared({ ...scenario, policies: { ...scenario.policies, ...sessionOf(request) } }, find)
}

/** Sessions have none, but for those of GetFederationToken: without one they could do next to nothing (R-PRIN-10). */
const sessionOf = ({ principal }: Who): PoliciesInForce =>
  principal.includes(':federated-user/') ? {} : { sessionPolicies: null }

/** Providers come by calls that nobody signs (R-STS-10). */
function actionOf(principal: string): string {
  if (principal.includes(':saml-provider/')) return 'sts:AssumeRoleWithSAML'
  const isProvider =
    principal.includes(':oidc-provider/') || (!principal.startsWith('arn:') && !isServiceName(principal))
  return isProvider ? 'sts:AssumeRoleWithWebIdentity' : 'sts:AssumeRole'
}

/** `cognito-identity.amazonaws.com` is a provider of identities, not a service that assumes roles. */
const isServiceName = (text: string): boolean =>
  (text.endsWith('.amazonaws.com') || text.endsWith('.amazonaws.com.cn')) && !text.startsWith('cognito-identity.')

/** `part`: what of the policies is looked at; documents of managed policies are found first. */
function prepared(
  scenario: Scenario,
  find: ManagedPolicies | undefined,
  part: (policies: PoliciesInForce) => PoliciesInForce = (policies) => policies,
): PreparedScenario {
  const found = find === undefined ? scenario : withManagedPolicies(scenario, find)
  return prepareScenario({ ...found, policies: part(found.policies ?? {}) })
}
