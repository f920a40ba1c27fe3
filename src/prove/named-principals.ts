import { isAccountId, parseArn } from '#iam/arn.ts'
import { field, listField, textField } from '#snapshot/fields.ts'
import { partitionAsked } from './partition.ts'
import { allowsOf, type ResourceSide } from './resource-side-access.ts'

/** Services that answer calls nobody signed (R-ANON-01). */
const UNSIGNED: ReadonlySet<string> = new Set([
  's3',
  'sqs',
  'sns',
  'lambda',
  'execute-api',
  'es',
  'cloudsearch',
  'mediastore',
  'glacier',
])

/** `AssumeRole` is always signed; the two other ways into a role never are (R-STS-10). */
const WITH_PROVIDER: ReadonlySet<string> = new Set(['sts:assumerolewithsaml', 'sts:assumerolewithwebidentity'])

/**
 * Who the resource's own policy, or a grant of the key, names beyond users and roles that the snapshot lists: services,
 * identity providers, sessions, accounts and principals elsewhere, and `anonymous` where it lets everyone in.
 */
export function namedPrincipals(side: ResourceSide): readonly string[] {
  const found = new Set<string>()
  const { action } = side.request
  const service = action.slice(0, Math.max(0, action.indexOf(':'))).toLowerCase()
  const partition = partitionAsked(side.request)
  const unsigned = WITH_PROVIDER.has(action.toLowerCase())
  for (const { principal, principalElement } of allowsOf(side)) {
    if (principal === undefined) continue
    if ((principal.any || principalElement === 'NotPrincipal') && UNSIGNED.has(service)) found.add('anonymous')
    if (principalElement === 'NotPrincipal') continue
    for (const { type, value } of principal.entries) {
      if (type === 'Service') found.add(value)
      else if (type === 'Federated' && unsigned) found.add(value)
      else if (type === 'AWS') addIfPrincipal(value, partition, found)
    }
  }
  for (const grant of listField(side.policies.serviceGuards, 'kmsGrants') ?? []) {
    const grantee = textField(grant, 'GranteePrincipal')
    if (grantee !== undefined && field(grant, 'Operations') !== undefined) addIfPrincipal(grantee, partition, found)
  }
  return [...found].sort()
}

/** A unique id stands for a principal that is gone, or for one that is listed by its ARN. */
function addIfPrincipal(value: string, partition: string, found: Set<string>): void {
  if (isAccountId(value)) found.add(`arn:${partition}:iam::${value}:root`)
  else if (isAccountId(parseArn(value)?.account ?? '') && !value.includes('*')) found.add(value)
}
