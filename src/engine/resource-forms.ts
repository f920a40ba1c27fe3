import { actionFacts } from '#iam/facts/actions.ts'
import { memoizeText } from '#iam/memoize.ts'
import type { Resource } from './scenario.ts'

/** A resource as people write it, put into the form the action is evaluated on; `null`: which one is not known. */
export interface ResourceForm {
  readonly resource: string | null
  readonly rule: string
  /** The alias that it was written as, as `kms:RequestAlias` has it. */
  readonly alias?: string
}

/**
 * The resource of an S3 request: a bucket for an action on objects means "some object" (`bucket/*`, a literal, R-MSG-25);
 * an object for an action on buckets means its bucket (R-RES-09). Undefined: it is in the right form already.
 */
export function s3ResourceForm(actionName: string, resource: string): ResourceForm | undefined {
  const colons = resource.indexOf(':s3:::')
  if (colons < 0 || !resource.startsWith('arn:')) return undefined
  const slash = resource.indexOf('/', colons)
  const home = homeOf(actionName)
  if (slash < 0)
    return home === 'object' && !resource.includes('*') ? { resource: `${resource}/*`, rule: 'R-RES-09' } : undefined
  return home === 'bucket' ? { resource: resource.slice(0, slash), rule: 'R-RES-09' } : undefined
}

/** Whether an S3 action is on objects only or on buckets only. */
const homeOf = memoizeText((actionName): 'object' | 'bucket' | 'either' => {
  const types = new Set((actionFacts('s3', actionName)?.resourceTypes ?? []).map(({ name }) => name))
  if (types.has('object') === types.has('bucket')) return 'either'
  return types.has('object') ? 'object' : 'bucket'
})

/**
 * Key actions are authorized against the key: an alias stands for the key that has it, where the scenario tells which
 * (R-KMS-09). Undefined: no alias, or an action on aliases.
 */
export function keyOfAlias(
  actionName: string,
  resource: string,
  resources: readonly Resource[],
): ResourceForm | undefined {
  const alias = /^arn:[a-z-]{1,20}:kms:[^:]{0,40}:[^:]{0,12}:(?<alias>alias\/[^\n]{1,256})$/.exec(resource)?.groups?.[
    'alias'
  ]
  if (alias === undefined) return undefined
  const types = actionFacts('kms', actionName)?.resourceTypes ?? []
  if (!types.some(({ name }) => name === 'key') || types.some(({ name }) => name === 'alias')) return undefined
  const key = resources.find((listed) => hasAlias(listed, alias) && sameHome(listed.arn, resource))
  return { resource: key?.arn ?? null, rule: 'R-KMS-09', alias }
}

function hasAlias({ attributes }: Resource, alias: string): boolean {
  const listed = attributes !== undefined && Object.hasOwn(attributes, 'aliases') ? attributes['aliases'] : undefined
  return (
    Array.isArray(listed) &&
    listed.some(
      (listedAlias) => listedAlias === alias || (typeof listedAlias === 'string' && listedAlias.endsWith(`:${alias}`)),
    )
  )
}

/** Same Region and account. */
const sameHome = (key: string, alias: string): boolean =>
  key.split(':').slice(3, 5).join() === alias.split(':').slice(3, 5).join()
