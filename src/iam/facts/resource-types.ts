import { fieldsOf, withPlaceholders } from './service-table.ts'
import { memoizeText } from '../memoize.ts'
import { serviceTable } from './services.ts'

export interface ResourceTypeFacts {
  readonly name: string
  /** With AWS's placeholders: `arn:${Partition}:s3:::${BucketName}`. A few types have two. A `*` in one is AWS's own. */
  readonly arnPatterns: readonly string[]
  /** Keys any request on this type may carry, besides those of the action. */
  readonly conditionKeys: readonly string[]
}

/** Row of a service's "Resource types" table; names in any case. */
export function resourceTypeFacts(service: string, type: string): ResourceTypeFacts | undefined {
  const table = serviceTable(service)
  const line = table?.types.get(type.toLowerCase())
  if (table === undefined || line === undefined) return undefined
  const known = read.get(line)
  if (known?.service === table.prefix) return known.facts
  const [name = '', patterns = '', set] = fieldsOf(line)
  const arnPatterns = patterns.split(',').map((pattern) => longPattern(table.prefix, pattern))
  const facts = { name, arnPatterns, conditionKeys: table.keySet(set) }
  read.set(line, { service: table.prefix, facts })
  return facts
}

/** By line of a table: each is taken apart once. */
const read = new Map<string, { readonly service: string; readonly facts: ResourceTypeFacts }>()

const longPattern = (prefix: string, pattern: string): string => {
  const whole = pattern.startsWith('~') ? `${prefix}:{Region}:{Account}:${pattern.slice(1)}` : pattern
  return `arn:\${Partition}:${withPlaceholders(whole)}`
}

/** Names of a service's resource types, sorted; none for an unknown service. */
export function resourceTypesOf(service: string): readonly string[] {
  const lines = serviceTable(service)?.types.values() ?? []
  return [...lines].map((line) => fieldsOf(line)[0] ?? '')
}

/**
 * Whether ARNs of a service begin with the word of a resource type. Not where AWS's own forms begin with a name that a
 * separator follows, as `{PipelineName}/{StageName}`, or all with a name. One that begins with a type which is a variable,
 * as `{StreamType}/{StreamName}`, does.
 */
export const hasTypeWord = memoizeText((service): boolean => {
  const forms = resourceTypesOf(service)
    .flatMap((type) => resourceTypeFacts(service, type)?.arnPatterns ?? [])
    .map((pattern) => pattern.split(':'))
    .filter((parts) => parts[2] === service)
    .map((parts) => parts.slice(5).join(':'))
  const named = forms.filter((form) => form.startsWith('${') && !NAMES_TYPE.test(form))
  const isFollowed = (form: string): boolean => form.includes('}/') || form.includes('}:')
  return !named.some(isFollowed) && (named.length === 0 || named.length < forms.length)
})

/** A placeholder such as `${StreamType}`. */
const NAMES_TYPE = /^\$\{\w+Type\}/
