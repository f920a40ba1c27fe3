import type { PrincipalType } from '#iam/request.ts'
import { field, type JsonObject, objectOf, textField } from './loose-record.ts'

export interface FederatedCaller {
  readonly principal: string | null
  readonly principalType: PrincipalType
}

/**
 * Callers of AssumeRoleWithWebIdentity and AssumeRoleWithSAML have no ARN: the principal is the provider (R-CT-09a).
 * For SAML the provider's ARN is the call's `principalArn` parameter.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html#STS-API-SAML-WIF
 */
export function federatedCaller(record: JsonObject, principalType: 'saml' | 'web-identity'): FederatedCaller {
  const samlProvider = principalType === 'saml' ? textField(record, 'requestParameters', 'principalArn') : undefined
  const provider = samlProvider ?? textField(record, 'userIdentity', 'identityProvider') ?? providerFromId(record)
  return { principal: provider ?? null, principalType }
}

/** `<provider>:<audience>:<subject>`; a provider ARN ends at the first colon after its `oidc-provider/`. */
function providerFromId(record: JsonObject): string | undefined {
  const id = textField(record, 'userIdentity', 'principalId')
  if (id === undefined) return undefined
  const from = id.indexOf('oidc-provider/')
  const end = id.indexOf(':', Math.max(from, 0))
  return end < 0 ? undefined : id.slice(0, end)
}

/**
 * `<issuer>:aud` and `<issuer>:sub` of the token, from `principalId`, `userName` and the session's federation data
 * (R-CT-03, R-CT-09a).
 */
export function tokenClaims(record: JsonObject): readonly (readonly [string, string])[] {
  const data = field(record, 'userIdentity', 'sessionContext', 'webIdFederationData')
  const provider = textField(data, 'federatedProvider')
  const attributes = Object.entries(objectOf(field(data, 'attributes')) ?? {})
  if (provider !== undefined || attributes.length > 0) {
    return attributes.flatMap(([key, value]) => (typeof value === 'string' && key.includes(':') ? [[key, value]] : []))
  }
  if ((textField(record, 'userIdentity', 'type') ?? '').toLowerCase() !== 'webidentityuser') return []
  return claimsFromId(record)
}

function claimsFromId(record: JsonObject): readonly (readonly [string, string])[] {
  const provider = federatedCaller(record, 'web-identity').principal
  if (provider === null) return []
  const issuer = provider.includes(':oidc-provider/')
    ? provider.slice(provider.indexOf('oidc-provider/') + 14)
    : provider
  const id = textField(record, 'userIdentity', 'principalId') ?? ''
  const subject = textField(record, 'userIdentity', 'userName')
  const rest = id.startsWith(`${provider}:`) ? id.slice(provider.length + 1) : ''
  const claims: (readonly [string, string])[] = []
  const audience = subject !== undefined && rest.endsWith(`:${subject}`) ? rest.slice(0, -subject.length - 1) : ''
  if (audience !== '') claims.push([`${issuer}:aud`, audience])
  if (subject !== undefined) claims.push([`${issuer}:sub`, subject])
  return claims
}
