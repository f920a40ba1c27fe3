import type { Diagnosis } from '#diagnose/diagnosis.ts'
import { isUnnamedCaller } from '#diagnose/unnamed-caller.ts'

/**
 * Name of a resource of IAM or KMS as a person says it: `role deploy-role`, `user dev`; of others the ARN, which is to be
 * copied.
 */
export function nameOfResource(arn: string): string {
  if (isUnnamedCaller(arn)) return 'the caller'
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

/** `s3:PutObject on arn:…` */
export function requestWords({ denial, steps }: Diagnosis): string {
  const [denied] = steps
  const action = denied?.request.action ?? denial.action ?? oneOf(denial) ?? denial.operation ?? 'a request'
  const resource = [denied?.request.resource ?? denial.resource ?? null].flat()
  const named = resource.filter((arn) => arn !== null)
  if (named.length === 0) return action
  return `${action} on ${named.join(', ')}`
}

/** Where the evidence leaves open which of several it was. */
const oneOf = ({ candidates }: Diagnosis['denial']): string | undefined =>
  candidates.length === 0 ? undefined : [...new Set(candidates.map(({ action }) => action))].join(' or ')
