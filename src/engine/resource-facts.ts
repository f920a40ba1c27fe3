import type { Action } from '#iam/action.ts'
import { lowerCase } from '#iam/memoize.ts'
import type { ContextSource, KeyAliases } from './context-source.ts'
import type { Attributes } from './scenario.ts'

type ResourceFacts = Pick<ContextSource, 'resourceTags' | 'tagsInDoubt' | 'keyAliases'>
type Tags = Pick<ContextSource, 'resourceTags' | 'tagsInDoubt'>

/** Facts of the request's resource from which condition keys follow: its tags, and the aliases of a key. */
export function resourceFacts(
  { service, name }: Action,
  attributes: Attributes | null | undefined,
  complete: boolean,
  alias: string | undefined,
): ResourceFacts {
  // R-PASS-02: tags of a role are no help to PassRole.
  const tags = service === 'iam' && name === 'passrole' ? NO_FACT : tagsOf(attributes, service)
  return service === 'kms' ? { ...tags, keyAliases: aliasesOf(attributes, complete, alias) } : tags
}

const NO_FACT: Tags = { resourceTags: undefined }
const NO_TAGS: Tags = { resourceTags: {} }

/** `aws:ResourceTag/…`, and what services call it. */
export function isTagOfResource(key: string): boolean {
  const slash = key.indexOf('/')
  const prefix = lowerCase(slash < 0 ? key : key.slice(0, slash))
  return prefix === 's3:buckettag' || prefix.endsWith(':resourcetag')
}

/** As it is stated, whatever is said to be complete: `null`: not set; undefined: not known (docs/json.md, "Scenario"). */
export const stated = (attributes: Attributes | null | undefined, name: string): unknown => {
  if (attributes === null) return null
  return attributes !== undefined && Object.hasOwn(attributes, name) ? attributes[name] : undefined
}

/**
 * Tags of the resource; of a bucket only where attribute-based access control is on (R-S3-11). That policies are complete says nothing
 * of them: tags that nobody stated are not known (R-UNK-01).
 */
function tagsOf(attributes: Attributes | null | undefined, service: string): Tags {
  const abac = service === 's3' ? stated(attributes, 'abac') : true
  if (abac === false || abac === null) return NO_TAGS
  const tags = stated(attributes, 'tags')
  if (tags === null) return NO_TAGS
  if (typeof tags !== 'object') return NO_FACT
  const resourceTags = tags as Record<string, unknown>
  return abac === undefined ? { resourceTags, tagsInDoubt: true } : { resourceTags }
}

/** Listed by name or by ARN. */
function aliasesOf(
  attributes: Attributes | null | undefined,
  complete: boolean,
  inRequest: string | undefined,
): KeyAliases | undefined {
  const aliases = stated(attributes, 'aliases')
  const listed = aliases === undefined && complete ? null : aliases
  const all = listed === null ? [] : Array.isArray(listed) ? listed.map(aliasName) : undefined
  return all === undefined && inRequest === undefined ? undefined : { all, inRequest }
}

const aliasName = (written: unknown): string => {
  const text = String(written)
  return text.startsWith('arn:') ? text.slice(text.lastIndexOf(':') + 1) : text
}
