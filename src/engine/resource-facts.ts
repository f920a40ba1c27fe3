import type { Action } from '#iam/action.ts'
import { lowerCase } from '#iam/memoize.ts'
import type { ContextSource, KeyAliases } from './context-source.ts'
import type { Attributes } from './scenario.ts'

type ResourceFacts = Pick<ContextSource, 'resourceTags' | 'tagsInDoubt' | 'keyAliases' | 'urlAuthType'>
type Tags = Pick<ContextSource, 'resourceTags' | 'tagsInDoubt'>

/** Facts of the request's resource from which condition keys follow: its tags, the aliases of a key, the type of a function's URLs. */
export function resourceFacts(
  { service, name }: Action,
  attributes: Attributes | null | undefined,
  complete: boolean,
  alias: string | undefined,
): ResourceFacts {
  // R-PASS-02: tags of a role are no help to PassRole.
  const tags = service === 'iam' && name === 'passrole' ? NO_FACT : tagsOf(attributes, service)
  if (service === 'lambda' && name === 'invokefunctionurl')
    return { ...tags, urlAuthType: authTypeOfUrls(stated(attributes, 'functionUrls')) }
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
 * A name for both keys under which one tag of a resource is asked for: `aws:ResourceTag/k` and that of the service called, such as
 * `ec2:ResourceTag/k` (R-CTX-18). All other keys have their own name in lower case.
 */
export function tagKeyOf(key: string, service: string): string {
  const folded = lowerCase(key)
  const own = `${service}${OF_RESOURCE}`
  return folded.startsWith(own) ? `aws${OF_RESOURCE}${folded.slice(own.length)}` : folded
}

/** The other key of the tag, for one of the two; `key` is in lower case. Undefined: it is no tag of a resource. */
export function otherTagKey(key: string, service: string): string | undefined {
  const colon = key.indexOf(':')
  if (!key.startsWith(OF_RESOURCE, colon)) return undefined
  const prefix = key.slice(0, colon)
  const other = prefix === 'aws' ? service : prefix === service ? 'aws' : undefined
  return other === undefined ? undefined : other + key.slice(colon)
}

const OF_RESOURCE = ':resourcetag/'

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

/** The type of authorization that all URLs of a function have; undefined: not known, or not the same for all. */
export function authTypeOfUrls(urls: unknown): string | undefined {
  const types = Array.isArray(urls) ? urls.map(authTypeOf) : []
  const [first, ...others] = types
  return others.every((type) => type === first) ? first : undefined
}

function authTypeOf(url: unknown): string | undefined {
  if (typeof url !== 'object' || url === null || !Object.hasOwn(url, 'authType')) return undefined
  const { authType } = url as { readonly authType: unknown }
  return typeof authType === 'string' ? authType : undefined
}
