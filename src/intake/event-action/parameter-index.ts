import { isRedacted, objectOf } from '../cloudtrail/loose-record.ts'

/**
 * The parameters of a call by name, without regard to case (R-CT-32), wherever they stand: `instancesSet.items[].imageId`
 * is found as `imageid`. Names that say little (`name`, `id`) count only at the top.
 */
export interface ParameterIndex {
  /** Values under a name, outermost first. */
  values(name: string): readonly string[]
  /** Names of the call's own parameters, lower case. */
  readonly top: readonly string[]
  /** Every text of the parameters, with the name it stands under. */
  readonly all: readonly (readonly [name: string, value: string])[]
}

const MAX_VALUES = 2000
const MAX_DEPTH = 8

/** Under these stand arguments, not the call's resources. */
const NOT_RESOURCES = new Set([
  'tags',
  'tagset',
  'tagspecificationset',
  'filterset',
  'filters',
  'environment',
  'policydocument',
  'policy',
  // The other security groups that a rule lets in
  'ippermissions',
  'ippermissionsegress',
  'assumerolepolicydocument',
  'bucketpolicy',
])

/** Parameters whose fields are the call's own, as in `{"tableInput": {"name": …}}` of Glue and the pipeline of CodePipeline. */
const WRAPPERS = new Set(['tableinput', 'databaseinput', 'connectioninput', 'pipeline'])

/** Names that mean different things at different depths. */
const TOP_ONLY = new Set([
  'name',
  'id',
  'key',
  'type',
  'value',
  'arn',
  'scope',
  'rule',
  'service',
  'cluster',
  'path',
  'identity',
  'resource',
])

export function parameterIndex(parameters: unknown): ParameterIndex {
  const found = new Map<string, string[]>()
  const all: (readonly [string, string])[] = []
  const queue: { readonly value: unknown; readonly name: string; readonly depth: number }[] = []
  const own = Object.entries(objectOf(parameters) ?? {})
  for (const [name, value] of own) queue.push({ value, name, depth: 1 })
  for (let at = 0; at < queue.length && all.length < MAX_VALUES && at < MAX_VALUES * 4; at++) {
    const next = queue[at]
    if (next === undefined) break
    const { value, name, depth } = next
    if (typeof value === 'string' || typeof value === 'number') {
      if (isRedacted(value) || value === '') continue
      const text = decoded(String(value))
      const key = plainName(name)
      all.push([name, text])
      if (depth > 1 && TOP_ONLY.has(key)) continue
      found.set(key, [...(found.get(key) ?? []), text])
    } else if (depth < MAX_DEPTH) {
      queue.push(...inside(value, name, depth))
    }
  }
  return { values: (name) => found.get(plainName(name)) ?? [], top: own.map(([name]) => name.toLowerCase()), all }
}

/** Pinpoint writes `application-id`: https://docs.aws.amazon.com/pinpoint/latest/developerguide/logging-using-cloudtrail.html */
const plainName = (name: string): string => name.toLowerCase().replaceAll('-', '')

function inside(value: unknown, name: string, depth: number) {
  // EC2 writes a list's entries as `{"content": …, "tag": 1}`.
  if (Array.isArray(value)) return value.slice(0, MAX_VALUES).map((one: unknown) => ({ value: one, name, depth }))
  const object = typeof value === 'object' && value !== null ? objectOf(value) : undefined
  if (object === undefined || NOT_RESOURCES.has(name.toLowerCase())) return []
  const wrapper = name.toLowerCase().endsWith('request') || WRAPPERS.has(name.toLowerCase())
  return Object.entries(object).map(([key, one]) => ({
    value: one,
    name: key === 'content' ? name : key,
    depth: wrapper ? depth : depth + 1,
  }))
}

/** EKS writes ARNs URL-encoded (R-CT-30c). */
function decoded(text: string): string {
  if (!/^arn%3a/i.test(text)) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
