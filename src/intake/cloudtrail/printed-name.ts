import { actionFacts } from '#iam/facts/actions.ts'
import { resourceTypeFacts } from '#iam/facts/resource-types.ts'
import { filled, namesIn } from '../event-action/arn-pattern.ts'
import { partitionOf } from './account-id.ts'
import type { Caller } from './who.ts'

/**
 * The ARN behind a bare name that a service printed, where the action has one resource type and its ARN is made of that
 * name (R-MSG-23). A secret's ARN ends in six letters that its name does not tell; ids are not names.
 */
export function bareNameArn(
  action: string | null,
  printed: string,
  caller: Caller,
  region: string | null,
): string | null {
  if (action === null || !/^[\w+=,.@/-]{1,512}$/.test(printed)) return null
  const [service = '', name = ''] = action.split(':')
  const types = actionFacts(service, name)?.resourceTypes ?? []
  const [only] = types
  const pattern =
    only === undefined || types.length > 1 ? undefined : resourceTypeFacts(service, only.name)?.arnPatterns[0]
  if (pattern === undefined) return null
  const [variable = '', ...more] = namesIn(pattern)
  if (more.length > 0 || (!variable.endsWith('Name') && variable !== 'SecretId')) return null
  const value = variable === 'SecretId' ? `${printed}-??????` : printed
  const arn = filled(pattern, (part) => {
    if (part === 'Partition') return partitionOf(caller.principal, region)
    if (part === 'Region') return region ?? undefined
    if (part === 'Account') return caller.accountId ?? undefined
    return value
  })
  return arn ?? null
}
