import { actionFacts } from './actions.ts'
import { conditionKeyFacts } from './condition-keys.ts'
import { resourceTypeFacts } from './resource-types.ts'

/** Services whose keys the reference lists with every action that has them. Elsewhere AWS's own policies contradict it. */
export const KEYS_LISTED_WELL: ReadonlySet<string> = new Set([
  'dynamodb',
  'iam',
  'kms',
  'lambda',
  's3',
  'secretsmanager',
  'sns',
  'sqs',
])

/**
 * Whether requests for an action can carry a key (R-COND-06).
 *
 * @param action in full, `iam:UpdateRole`
 * @param key the reference's name of it in small letters, `s3:existingobjecttag/<key>`
 * @returns undefined: the reference does not have the action
 */
export function carries(action: string, key: string): boolean | undefined {
  const colon = action.indexOf(':')
  const service = colon < 0 ? '' : action.slice(0, colon)
  const facts = actionFacts(service, action.slice(service.length + 1))
  if (facts === undefined) return undefined
  const has = (keys: readonly string[] | undefined) => keys?.some((one) => one.toLowerCase() === key) === true
  return (
    has(facts.conditionKeys) ||
    facts.resourceTypes.some(({ name }) => has(resourceTypeFacts(facts.service, name)?.conditionKeys))
  )
}

/**
 * Whether a key of the action's own service is one that the service never sends with it, by a reference that lists it with
 * the actions that have it (R-COND-06).
 *
 * @param key as a policy writes it, in any case
 */
export function isNeverSent(action: string, key: string): boolean {
  const service = key.slice(0, key.indexOf(':') + 1).toLowerCase()
  if (!KEYS_LISTED_WELL.has(service.slice(0, -1)) || !action.toLowerCase().startsWith(service)) return false
  const facts = conditionKeyFacts(key)
  return facts !== undefined && carries(action, (facts.template ?? facts.name).toLowerCase()) === false
}
