/**
 * Tags that EC2 is told to give to what a call makes, by type: each resource is judged with those of its own type. R-REQ-02.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExampleIAMPolicies_EC2.html ("The tag must be applied to both instances and volumes")
 */
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
