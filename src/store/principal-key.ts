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
