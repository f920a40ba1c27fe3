import type { ContextEntry } from './context-entry.ts'
import { field, isObject, isRedacted, type JsonObject, listOf, objectOf, textField, textOf } from './loose-record.ts'

/**
 * Condition keys and tags that CloudTrail Lake recorded with the event (R-CT-06): the keys as they were evaluated.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-context-events.html
 */
export function eventContextKeys(record: JsonObject): readonly ContextEntry[] {
  const context = field(record, 'eventContext')
  if (context === undefined) return []
  const request = field(context, 'requestContext')
  const tags = field(context, 'tagContext')
  return [
    ...keysOf(request),
    ...keysOf(field(request, 'values')),
    ...tagsOf('aws:PrincipalTag/', field(tags, 'principalTags')),
    ...resourceTags(field(tags, 'resourceTags')),
  ]
}

function keysOf(value: unknown): readonly ContextEntry[] {
  return Object.entries(objectOf(value) ?? {}).flatMap(([key, given]): readonly ContextEntry[] => {
    if (!key.includes(':')) return []
    if (Array.isArray(given)) {
      const texts = given.flatMap((one) => textOf(one) ?? [])
      return texts.length === 0 ? [] : [[key, texts.length === 1 ? (texts[0] ?? null) : texts]]
    }
    if (typeof given === 'boolean' || typeof given === 'number') return [[key, given]]
    return typeof given === 'string' && !isRedacted(given) ? [[key, given]] : []
  })
}

/** Tags as a map, or as a list of `{key, value}`. */
export function tagsOf(prefix: string, value: unknown): readonly ContextEntry[] {
  return tagPairs(value).flatMap(([key, text]) => (text === undefined ? [] : [[`${prefix}${key}`, text] as const]))
}

/** Key and value of each tag; a value that was removed from the record is undefined. */
export function tagPairs(value: unknown): readonly (readonly [string, string | undefined])[] {
  if (value === null || value === undefined) return []
  const map = Array.isArray(value) ? undefined : objectOf(value)
  if (map !== undefined && textField(map, 'key') === undefined && textField(map, 'tagKey') === undefined) {
    return Object.entries(map).flatMap(([key, one]) =>
      isObject(one) || Array.isArray(one) ? [] : [[key, readable(one)] as const],
    )
  }
  return listOf(value).flatMap((one) => {
    const key = textField(one, 'key') ?? textField(one, 'tagKey')
    if (key === undefined) return []
    return [[key, readable(field(one, 'value') ?? field(one, 'tagValue') ?? '')] as const]
  })
}

const readable = (value: unknown): string | undefined =>
  isRedacted(value) ? undefined : typeof value === 'string' ? value : textOf(value)

/** `aws:ResourceTag/` keys of the event's only resource; tags of several could not be told apart in a context. */
function resourceTags(value: unknown): readonly ContextEntry[] {
  const resources = listOf(value)
  const [only] = resources
  return resources.length === 1 ? tagsOf('aws:ResourceTag/', field(only, 'tags') ?? field(only, 'values')) : []
}
