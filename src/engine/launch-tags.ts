import { CALL_FACTS } from '#iam/call-facts.ts'
import { ABSENT, type KeyState, PRESENT, several, UNKNOWN } from '#iam/key-state.ts'
import type { ContextSource } from './context-source.ts'
import type { Listed } from './derived-keys.ts'

/**
 * `aws:RequestTag/…` and `aws:TagKeys` where EC2 is told, for each type of what it makes, which tags it is to have: each resource of the
 * call is evaluated with the tags for its own type (R-REQ-02). Undefined: the call says nothing of types. `key` is in lower case.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExampleIAMPolicies_EC2.html (RunInstances, tags)
 */
export function launchTag(key: string, source: ContextSource, listed: Listed): KeyState | undefined {
  if (source.action.service !== 'ec2' || !(key === TAG_KEYS || key.startsWith(REQUEST_TAG))) return undefined
  const tagged = listed(CALL_FACTS.tagged)
  if (tagged?.state === 'absent') return ABSENT
  if (tagged?.state !== 'values') return undefined
  const type = typeOf(source)
  const byTemplate = tagged.values.includes(BY_TEMPLATE)
  if (type === undefined) return UNKNOWN
  if (!tagged.values.includes(type)) return byTemplate ? UNKNOWN : ABSENT
  const names = namesFor(type, source, listed)
  if (key === TAG_KEYS) return byTemplate ? PRESENT : names.length === 0 ? ABSENT : several(names)
  const name = key.slice(REQUEST_TAG.length)
  const state = listed(isApart(source) ? `${CALL_FACTS.tag}${type}/${name}` : key)
  if (state !== undefined) return state
  // A value that was removed from the record.
  if (names.some((tagName) => tagName.toLowerCase() === name)) return PRESENT
  return byTemplate ? UNKNOWN : ABSENT
}

const TAG_KEYS = 'aws:tagkeys'
const REQUEST_TAG = 'aws:requesttag/'

/** Among the types: a launch template is named, whose tags for other types the call does not show. */
export const BY_TEMPLATE = '*'

/** Undefined: which resource is not known. */
function typeOf({ resource }: ContextSource): string | undefined {
  if (resource.kind !== 'arn') return resource.kind === 'unknown' ? undefined : ''
  return resource.segments[2] === 'ec2' ? (resource.segments[5]?.split('/')[0] ?? '') : ''
}

/** Whether the types get other tags each. */
const isApart = ({ request }: ContextSource): boolean =>
  Object.keys(request.context ?? {}).some((key) => key.startsWith(CALL_FACTS.tagKeys))

/** Keys of the tags for a type. */
function namesFor(type: string, source: ContextSource, listed: Listed): readonly string[] {
  const keys = listed(isApart(source) ? `${CALL_FACTS.tagKeys}${type}` : TAG_KEYS)
  return keys?.state === 'values' ? keys.values : []
}
