import { parseArn } from '#iam/arn.ts'

/**
 * Who stands behind a session: `arn:…:sts::A:assumed-role/R/S` → `arn:…:iam::A:role/R`, a federated user's session as it is.
 * The role's path is only where the event gives the role's own ARN. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
export function principalKeyOf(principal: string): string {
  const arn = parseArn(principal)
  if (arn?.service !== 'sts' || !arn.resource.startsWith('assumed-role/')) return principal
  const name = arn.resource.split('/')[1] ?? ''
  return `arn:${arn.partition}:iam::${arn.account}:role/${name}`
}

/**
 * Whose keys a principal means. A role without a path, such as every session's, is the role of that name below any path: an
 * account has no two of one name. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export function principalsOf(principal: string): {
  readonly key: string
  readonly anyPath?: readonly [string, string]
} {
  const key = principalKeyOf(principal)
  const arn = parseArn(key)
  const [kind, name = '', ...more] = arn?.resource.split('/') ?? []
  if (arn?.service !== 'iam' || kind !== 'role' || name === '' || more.length > 0) return { key }
  return { key, anyPath: [key.slice(0, -name.length), `/${name}`] }
}
