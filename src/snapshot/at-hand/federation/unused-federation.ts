import type { Scenario } from '#engine/scenario.ts'
import type { FederationFact, FederationFile } from './fact.ts'

interface Unused {
  readonly file: string
  readonly takenFor: string
  readonly why: string
  readonly whatWouldBindIt: string
}

/** The files about tokens and assertions that say nothing of the denied calls, each once (R-EVID-14). */
export function unusedFederation(files: readonly FederationFile[], scenarios: readonly Scenario[]): readonly Unused[] {
  const used = new Set(
    files.filter((fact) => scenarios.some(({ request }) => isUsed(fact, request))).map(({ file }) => file),
  )
  const unused = new Map(files.filter(({ file }) => !used.has(file)).map((fact) => [fact.file, fact]))
  return [...unused.values()].map((fact) => ({ file: fact.file, takenFor: fact.form, ...reasonOf(fact, scenarios) }))
}

/** Whether a call is of the kind that the fact is about, and for its role. */
function isUsed(fact: FederationFact, { action, principal, resource, context }: Scenario['request']): boolean {
  const keys = Object.entries(context ?? {})
  const has = (key: string, value: string): boolean =>
    keys.some(([name, actual]) => name.endsWith(key) && [actual].flat().some((item) => item === value))
  const isWebIdentity = /^sts:AssumeRoleWithWebIdentity$/i.test(action)
  const ofRole = (role: string | undefined): boolean => role === undefined || [resource].flat().includes(role)
  switch (fact.is) {
    case 'service-account':
    case 'workload': {
      const account = fact.is === 'workload' ? fact.account : fact.name
      return (
        has(':sub', `system:serviceaccount:${fact.namespace}:${account}`) ||
        has('RequestTag/kubernetes-service-account', account)
      )
    }
    case 'cluster':
      return isWebIdentity && principal.endsWith(`:oidc-provider/${fact.issuer}`)
    case 'provider':
      return isWebIdentity && principal.endsWith(`:oidc-provider/${fact.host}`)
    case 'providers':
    case 'job-audiences':
      return isWebIdentity && principal.includes(':oidc-provider/')
    case 'pod-identity':
      return principal === 'pods.eks.amazonaws.com' && ofRole(fact.roleArn)
    case 'identity-pool':
      return isWebIdentity && principal === 'cognito-identity.amazonaws.com'
    case 'assertion':
      return principal.includes(':saml-provider/')
  }
}

function reasonOf(fact: FederationFact, [call]: readonly Scenario[]): Pick<Unused, 'why' | 'whatWouldBindIt'> {
  if (call === undefined)
    return {
      why: 'the evidence does not name the action that was denied',
      whatWouldBindIt: '--action ACTION, and --resource ARN',
    }
  const role = 'roleArn' in fact ? fact.roleArn : undefined
  if (role !== undefined && ![call.request.resource].flat().includes(role))
    return { why: `it is for ${role}`, whatWouldBindIt: '--resource ARN, if that role was to be assumed' }
  return {
    why: `the denied call is ${call.request.action} by ${call.request.principal}`,
    whatWouldBindIt:
      'denytrace whoami --web-identity-token FILE --format json, as another file, says what the token has',
  }
}
