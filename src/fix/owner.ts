import type { Scenario } from '#engine/scenario.ts'
import { parseArn } from '#iam/arn.ts'
import { readCaller } from '#iam/caller.ts'
import { holderOf, type PolicyLocation, holdsPolicyOf } from './policy-location.ts'

/** Who can make the change (R-FIX-04): `account 111122223333`, with what else has to be said. */
export function ownerOf(location: PolicyLocation, scenarios: readonly Scenario[]): string {
  const organization = scenarios
    .map((scenario) => scenario.organization)
    .find((organization) => organization !== undefined && organization !== null)
  const management = organization?.managementAccount
  switch (location.layer) {
    case 'service-control-policy':
    case 'resource-control-policy':
      return `organization management account${management === undefined ? '' : ` ${management}`}`
    case 'permissions-boundary':
      return `account ${accountIn(location)}: whoever sets its permissions boundaries`
    case 'session-policy':
      return federationName(location) === undefined
        ? 'whoever assumes the role: the session policy is passed with AssumeRole'
        : 'whoever calls GetFederationToken: the session policy is passed with it'
    case 'vpc-endpoint-policy':
      return `owner of VPC endpoint ${location.where ?? location.on}`
    case 'resource-policy':
      return `account ${resourceAccount(location, scenarios)}`
    default:
      return isIdentityCenter(location) ? permissionSetWords(location.on) : `account ${accountIn(location)}`
  }
}

/** The name of a session that a user made for somebody with GetFederationToken (R-PRIN-10). */
export function federationName({ on }: PolicyLocation): string | undefined {
  const at = on.indexOf(':federated-user/')
  return at < 0 ? undefined : on.slice(at + ':federated-user/'.length)
}

/**
 * Whether a policy is that of a permission set, changed in IAM Identity Center, which writes its roles anew (R-EVAL-05). A managed policy
 * that such a role has stands in the account and is changed there.
 */
export const isIdentityCenter = ({ on, arn }: Pick<PolicyLocation, 'on' | 'arn'>): boolean =>
  arn === undefined && (on.includes(':role/aws-reserved/sso.amazonaws.com/') || on.includes(':role/AWSReservedSSO_'))

/** Roles that a service made for itself, whose policies AWS alone changes (R-PRIN-09); the ARN of a session lacks their path. */
export const isServiceLinked = (role: string): boolean =>
  role.includes(':role/aws-service-role/') || role.includes(':role/AWSServiceRoleFor')

/** A permission set has one inline policy at most, which its roles have by this name. */
export const INLINE_OF_PERMISSION_SET = 'AwsSSOInlinePolicy'

/** The location with the permission set that its role was made from, where one of the scenarios tells it. */
export function withPermissionSet(location: PolicyLocation, scenarios: readonly Scenario[]): PolicyLocation {
  if (!isIdentityCenter(location)) return location
  const ofRole = scenarios.find(({ request }) => holderOf(readCaller(request)) === location.on)
  const permissionSet = ofRole?.request.principalDetails?.permissionSet
  return permissionSet === undefined ? location : { ...location, permissionSet }
}

/** The permission set of a role as the owner of a change. */
export const permissionSetWords = (role: string): string =>
  `IAM Identity Center: permission set ${permissionSetOf(role)}`

/** `AWSReservedSSO_PowerUser_0123456789abcdef` → `PowerUser`. */
export function permissionSetOf(role: string): string {
  const name = role.slice(role.lastIndexOf('/') + 1)
  const start = name.indexOf('_') + 1
  return name.slice(start, Math.max(start, name.lastIndexOf('_')))
}

function accountIn({ arn, on }: PolicyLocation): string {
  const account = (parseArn(arn ?? '') ?? parseArn(on))?.account
  return account === undefined || account === '' ? 'of the principal' : account
}

function resourceAccount(location: PolicyLocation, scenarios: readonly Scenario[]): string {
  const inArn = parseArn(location.on)?.account
  if (inArn !== undefined && inArn !== '') return inArn
  const listed = scenarios.flatMap(({ resources = [] }) => resources).find(({ arn }) => arn === location.on)?.account
  const stated = scenarios
    .map(({ request }) => request)
    .find((request) => holdsPolicyOf(request.resource, location.on))?.resourceAccount
  return listed ?? stated ?? 'of the resource'
}
