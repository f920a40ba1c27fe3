import { parseArn } from '#iam/arn.ts'
import { textField } from '../fields.ts'
import { hasAll } from './form.ts'

export const CALLER_IDENTITY = 'aws sts get-caller-identity'

/** The ARN in an output of `aws sts get-caller-identity`; undefined: it is none, or holds no whole ARN. */
export function callerIdentity(value: unknown): string | undefined {
  if (!hasAll('UserId', 'Account', 'Arn')(value)) return undefined
  const arn = textField(value, 'Arn') ?? ''
  const { service = '', account = '' } = parseArn(arn) ?? {}
  return ['sts', 'iam'].includes(service) && /^\d{12}$/.test(account) ? arn : undefined
}
