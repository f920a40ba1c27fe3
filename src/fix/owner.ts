import type { Scenario } from '#engine/scenario.ts'
import { parseArn } from '#iam/arn.ts'
import { type Place, carries } from './place.ts'

/** Who can make the change (R-FIX-04): `account 111122223333`, with what else has to be said. */
export function ownerOf(place: Place, scenarios: readonly Scenario[]): string {
  const organization = scenarios.map((one) => one.organization).find((one) => one !== undefined && one !== null)
  const management = organization?.managementAccount
  switch (place.layer) {
    case 'service-control-policy':
    case 'resource-control-policy':
      return `organization management account${management === undefined ? '' : ` ${management}`}`
    case 'permissions-boundary':
      return `account ${accountIn(place.arn ?? place.on)}: whoever sets its permissions boundaries`
    case 'session-policy':
      return federationName(place) === undefined
        ? 'whoever assumes the role: the session policy is passed with AssumeRole'
        : 'whoever calls GetFederationToken: the session policy is passed with it'
    case 'vpc-endpoint-policy':
      return `owner of VPC endpoint ${place.where ?? place.on}`
    case 'resource-policy':
      return `account ${resourceAccount(place, scenarios)}`
    default:
      return isIdentityCenter(place)
        ? `IAM Identity Center: permission set ${permissionSetOf(place.on)}`
        : `account ${accountIn(place.arn ?? place.on)}`
  }
}

/** The name of a session that a user made for somebody with GetFederationToken (R-PRIN-10). */
export function federationName({ on }: Place): string | undefined {
  const at = on.indexOf(':federated-user/')
  return at < 0 ? undefined : on.slice(at + ':federated-user/'.length)
}

/** Roles of permission sets are changed in IAM Identity Center, which writes them anew (R-EVAL-05). */
export const isIdentityCenter = ({ on }: Pick<Place, 'on'>): boolean =>
  on.includes(':role/aws-reserved/sso.amazonaws.com/')

/** `AWSReservedSSO_PowerUser_0123456789abcdef` → `PowerUser`. */
export function permissionSetOf(role: string): string {
  const name = role.slice(role.lastIndexOf('/') + 1)
  const start = name.indexOf('_') + 1
  return name.slice(start, Math.max(start, name.lastIndexOf('_')))
}

function accountIn(arn: string): string {
  const account = parseArn(arn)?.account
  return account === undefined || account === '' ? 'of the principal' : account
}

function resourceAccount(place: Place, scenarios: readonly Scenario[]): string {
  const inArn = parseArn(place.on)?.account
  if (inArn !== undefined && inArn !== '') return inArn
  const listed = scenarios.flatMap(({ resources = [] }) => resources).find(({ arn }) => arn === place.on)?.account
  const asked = scenarios.map(({ request }) => request).find((one) => carries(one.resource, place.on))?.resourceAccount
  return listed ?? asked ?? 'of the resource'
}
