import type { JsonObject } from '#snapshot/fields.ts'
import { isUnknown, type Unknown } from './unknown.ts'

export interface Permission {
  readonly sid: string | Unknown | undefined
  readonly action: string | Unknown
  /** A service, an account id, an ARN, or `*`. */
  readonly principal: string | Unknown
  readonly sourceArn: string | Unknown | undefined
  readonly sourceAccount: string | Unknown | undefined
  readonly organizationId: string | Unknown | undefined
  readonly urlAuthType: string | Unknown | undefined
  readonly eventSourceToken: string | Unknown | undefined
  readonly invokedViaUrl: unknown
}

/**
 * The statement that AddPermission makes of a permission.
 * https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
export function statementOfPermission(permission: Permission, resource: string, partition: string): JsonObject {
  const conditions: [operator: string, key: string, value: unknown][] = [
    ['ArnLike', 'AWS:SourceArn', permission.sourceArn],
    ['StringEquals', 'AWS:SourceAccount', permission.sourceAccount],
    ['StringEquals', 'aws:PrincipalOrgID', permission.organizationId],
    ['StringEquals', 'lambda:FunctionUrlAuthType', permission.urlAuthType],
    ['StringEquals', 'lambda:EventSourceToken', permission.eventSourceToken],
    ['Bool', 'lambda:InvokedViaFunctionUrl', permission.invokedViaUrl],
  ]
  const operators = new Map<string, Map<string, unknown>>()
  for (const [operator, key, value] of conditions) {
    if (value === undefined || value === null || value === false) continue
    const keys = operators.get(operator) ?? new Map<string, unknown>()
    operators.set(operator, keys.set(key, value === true ? 'true' : value))
  }
  return {
    ...(typeof permission.sid === 'string' ? { Sid: permission.sid } : {}),
    Effect: 'Allow',
    Principal: principalOf(permission.principal, partition),
    Action: permission.action,
    Resource: resource,
    ...(operators.size === 0
      ? {}
      : {
          Condition: Object.fromEntries([...operators].map(([operator, keys]) => [operator, Object.fromEntries(keys)])),
        }),
  }
}

function principalOf(principal: string | Unknown, partition: string): unknown {
  if (isUnknown(principal) || principal === '*') return principal
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:${partition}:iam::${principal}:root` }
  return principal.startsWith('arn:') ? { AWS: principal } : { Service: principal }
}

/** Stands for the statements of a function's policy that the file does not hold. */
export const FURTHER_PERMISSIONS = '(not known: permissions of this function that are given elsewhere)'
