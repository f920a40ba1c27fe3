import { actionFacts } from '#iam/facts/actions.ts'
import { memoizeText } from '#iam/memoize.ts'
import type { ContextSource } from './context-source.ts'

/**
 * Whether a call on EC2 carries the key for resources of other types alone: an instance's type for the instance, and not for the image
 * it is made of, though a request lists it for the call (R-REQ-02). Tags of resources are those of each. `key` is in lower case.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html (`…IfExists`)
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
export function isOfOtherTypes(key: string, { action, resource }: ContextSource): boolean {
  if (action.service !== 'ec2' || resource.kind !== 'arn') return false
  const [, , service = '', , , name = ''] = resource.segments
  const type = service === 'ec2' ? name.split('/')[0] : OF_OTHER_SERVICES.get(service)
  return type !== undefined && keysOfOtherTypes(`${action.name}/${type}`).has(beforeName(key))
}

/** Types by which the reference names resources of other services that calls on EC2 use. */
const OF_OTHER_SERVICES: ReadonlyMap<string, string> = new Map([
  ['elastic-inference', 'elastic-inference'],
  ['license-manager', 'license-configuration'],
  ['resource-groups', 'group'],
])

const keysOfOtherTypes = memoizeText((text): ReadonlySet<string> => {
  const [name = '', type = ''] = text.split('/')
  const facts = actionFacts('ec2', name)
  const own = facts?.resourceTypes.find((resourceType) => resourceType.name === type)
  // What the reference does not list for the call may carry anything.
  if (facts === undefined || own === undefined) return new Set()
  const carried = new Set([...facts.ownConditionKeys, ...own.conditionKeys].map(folded))
  const all = facts.conditionKeys.map(folded)
  return new Set(all.filter((key) => !carried.has(key) && !key.endsWith(':resourcetag/')))
})

/** `aws:RequestTag/${TagKey}` → `aws:requesttag/`. */
const folded = (key: string): string => beforeName(key.toLowerCase())

const beforeName = (key: string): string => key.slice(0, key.indexOf('/') + 1) || key
