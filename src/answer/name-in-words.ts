import { isUnnamedCaller } from '#iam/unnamed-caller.ts'

/**
 * Name of a resource of IAM or KMS as a person says it: `role deploy-role`, `user dev`; of others the ARN, which is to be
 * copied.
 */
export function nameInWords(arn: string): string {
  const [, , service, , , ...rest] = arn.split(':')
  const path = rest.join(':')
  const parts = path.split('/')
  const last = parts.at(-1) ?? path
  if (service === 'sts' && parts[0] === 'assumed-role') return `role ${parts[1] ?? last}`
  if (service === 'sts' && parts[0] === 'federated-user') return `federated user ${last}`
  if (service === 'iam' && parts.length > 1 && parts[0] !== '') return `${parts[0]} ${last}`
  if (service === 'iam' && path === 'root') return 'the root user'
  if (service === 'kms' && parts[0] === 'alias') return path
  return arn
}

/** A caller as a sentence names it: `role deploy-role`; `the caller`, where nobody named it. */
export const callerInWords = (arn: string | null = null): { readonly name: string; readonly arn: string | null } => ({
  name: arn?.startsWith('arn:') === true && !isUnnamedCaller(arn) ? nameInWords(arn) : 'the caller',
  arn,
})
