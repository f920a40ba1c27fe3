/**
 * What of a call on EC2 each resource is judged with: its own condition keys, and the tags that EC2 is told to give to its type. R-REQ-02.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExampleIAMPolicies_EC2.html ("The tag must be applied to both instances and volumes")
 */
import { actionFacts } from '#iam/facts/actions.ts'
import { UNKNOWN_RESOURCE, type Question } from './question.ts'

type State = { readonly values: readonly string[]; readonly multi: boolean } | 'absent' | 'present' | 'unknown'

/** Undefined: no key of tags, or a call that says nothing of types. */
export function launchTag(question: Question, key: string): State | undefined {
  const context = Object.entries(question.request.context ?? {})
  const list = (name: string): readonly string[] =>
    context
      .filter(([k]) => k.toLowerCase() === name.toLowerCase())
      .flatMap(([, value]) => (Array.isArray(value) ? value.map(String) : []))
  const text = (name: string): string | undefined => {
    const found = context.find(([k]) => k.toLowerCase() === name.toLowerCase())
    return found === undefined ? undefined : String(found[1])
  }
  const types = list('denytrace:call/tagged')
  const isTagKey = key === 'aws:tagkeys' || key.startsWith('aws:requesttag/')
  if (!isTagKey || question.service !== 'ec2' || types.length === 0) return undefined
  if (question.resource === UNKNOWN_RESOURCE) return 'unknown'
  const type = /^arn:[^:]*:ec2:[^:]*:[^:]*:([^/]*)/.exec(question.resource)?.[1] ?? ''
  const mayHaveMore = types.includes('*')
  if (!types.includes(type)) return mayHaveMore ? 'unknown' : 'absent'
  const each = context.some(([k]) => k.startsWith('denytrace:call/tagkeys/'))
  const keys = list(each ? `denytrace:call/tagkeys/${type}` : 'aws:TagKeys')
  if (key === 'aws:tagkeys')
    return mayHaveMore ? 'present' : keys.length === 0 ? 'absent' : { values: keys, multi: true }
  const name = key.slice('aws:requesttag/'.length)
  const value = text(each ? `denytrace:call/tag/${type}/${name}` : key)
  if (value !== undefined) return { values: [value], multi: false }
  return keys.some((k) => k.toLowerCase() === name) ? 'present' : mayHaveMore ? 'unknown' : 'absent'
}

/**
 * "A condition key that exists for only some of them makes the statement match only those" (R-REQ-02), on EC2 by the reference's table of
 * the action: its row for the resource lacks the key, so does its row without a resource, and another row has it.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
export function isOfAnotherResource(question: Question, key: string): boolean {
  const [, service = '', word] = /^arn:[^:]*:([^:]*):[^:]*:[^:]*:([^/]*)/.exec(question.resource) ?? []
  const ofOthers = {
    'elastic-inference': service,
    'license-manager': 'license-configuration',
    'resource-groups': 'group',
  }
  const type = service === 'ec2' ? word : Object.entries(ofOthers).find(([name]) => name === service)?.[1]
  const facts = question.service === 'ec2' ? actionFacts('ec2', question.action.slice(4)) : undefined
  const row = facts?.resourceTypes.find(({ name }) => name === type)
  if (facts === undefined || row === undefined || key.includes(':resourcetag/')) return false
  const isKey = (name: string): boolean => {
    const [begin = '', variable] = name.toLowerCase().split('${')
    return variable === undefined ? key === begin : key.startsWith(begin)
  }
  return facts.conditionKeys.some(isKey) && ![...row.conditionKeys, ...facts.ownConditionKeys].some(isKey)
}
