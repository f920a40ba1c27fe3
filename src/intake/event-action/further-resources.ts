import { actionFacts } from '#iam/facts/actions.ts'
import { rolesHandedOn } from './named-resources.ts'
import { parameterIndex } from './parameter-index.ts'
import type { EventResources, FoundResources } from './event-resources.ts'
import { isOfAction, resourcesForAction } from './resources.ts'
import { ALSO_LOGS, servicePrefix } from '#iam/event-sources.ts'

/** Whether the action is of another service than the event: a further request of the call (R-CT-25a). */
export function isFurtherAction(action: string, eventSource: string): boolean {
  const own = servicePrefix(eventSource)
  const service = action.slice(0, action.indexOf(':')).toLowerCase()
  if (own === undefined || service === own) return false
  return !(ALSO_LOGS.get(own) ?? []).includes(service)
}

/** Parameters of the outer call that name the key of a KMS request behind it (R-CT-31b, G-01). */
const KEY_PARAMETERS = [
  'kmsKeyId',
  'kmsKeyArn',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'kmsMasterKeyId',
  'sSEKMSKeyId',
]

/**
 * The resource of a further request: `*`, or an ARN in the record that has the form of one of its action's resource types.
 * The parameters are those of the outer call, so their names mean nothing here (R-CT-30c).
 */
export function furtherResources(action: string, event: EventResources): FoundResources {
  const [service = '', name = ''] = action.split(':')
  const facts = actionFacts(service, name)
  if (facts === undefined) return { resources: [], from: 'guessed' }
  if (facts.resourceTypes.length === 0) return { resources: ['*'], from: 'derived' }
  if (action === 'ec2:CreateTags') return resourcesForAction(action, event)
  const roles = action === 'iam:PassRole' ? rolesHandedOn(event.parameters) : []
  if (roles.length > 0) return { resources: [...new Set(roles)], from: 'derived' }
  const index = parameterIndex(event.parameters)
  const arns = [...event.listed, ...index.all.map(([, value]) => value)].filter((value) => isOfAction(value, facts))
  if (arns.length > 0) return { resources: [...new Set(arns)], from: 'derived' }
  const [key] = service === 'kms' ? KEY_PARAMETERS.flatMap((parameter) => index.values(parameter)) : []
  return key === undefined
    ? { resources: [], from: 'guessed' }
    : resourcesForAction(action, { ...event, parameters: { keyId: key } })
}
