import type { ActionForm } from '#space/known-actions.ts'

/** Whether the engine evaluates an action of the form on this ARN as it stands (R-RES-09, R-KMS-09). */
export function isFormOf(arn: string, form: ActionForm): boolean {
  if (form === 'bucket' || form === 'object') {
    const at = arn.indexOf(':s3:::')
    if (at < 0) return true
    const hasKey = arn.includes('/', at)
    return form === 'bucket' ? !hasKey : hasKey || arn.includes('*')
  }
  if (form !== 'key') return true
  const [, , service, , , ...rest] = arn.split(':')
  return service !== 'kms' || !rest.join(':').startsWith('alias/')
}
