import { saysOwner } from '#engine/owner-keys.ts'
import { isAskedOnCatalog } from '#engine/services/glue.ts'
import { type Action, actionMatches, readAction, readActionPattern } from '#iam/action.ts'
import { actionsOf, isWildcardOnlyAction, resourceTypeNames } from '#iam/facts/actions.ts'
import { GLOBAL_SERVICES } from '#iam/facts/global-services.ts'
import { RCP_SERVICES } from '#iam/facts/rcp-services.ts'
import { resourceTypeFacts } from '#iam/facts/resource-types.ts'
import { allServices, isService } from '#iam/facts/services.ts'
import { lazy } from '#iam/lazy.ts'
import { memoizeText } from '#iam/memoize.ts'
import type { Statement } from '#iam/policy.ts'
import { actionTruth } from '#iam/statement.ts'

/** Kept for every action that is asked for; there are no more than the reference knows. */
function ofEachAction<T>(read: (name: string) => T): (name: string) => T {
  const known = new Map<string, { readonly value: T }>()
  return (name) => {
    const found = known.get(name) ?? { value: read(name) }
    known.set(name, found)
    return found.value
  }
}

/** Every known action. */
export const everyName = lazy((): readonly string[] =>
  allServices().flatMap((service) => actionsOf(service).map((name) => `${service}:${name}`)),
)

/** The known actions that a statement covers, as `service:Name`. */
export function namesOf(statement: Statement): readonly string[] {
  if (statement.actionElement === 'Action' && statement.actionSource.includes('*')) return everyName()
  return servicesOf(statement).flatMap((service) =>
    actionsOf(service).flatMap((name) => {
      const text = `${service}:${name}`
      const action = readAction(text)
      return action !== undefined && actionTruth(statement, action) ? [text] : []
    }),
  )
}

function servicesOf({ actionElement, actionSource }: Statement): readonly string[] {
  if (actionElement === 'NotAction') return allServices()
  const found = new Set<string>()
  for (const text of actionSource) {
    const pattern = readActionPattern(text)
    if (pattern.kind === 'any') return allServices()
    if (pattern.kind === 'action' && isService(pattern.service)) found.add(pattern.service)
  }
  return [...found]
}

/** S3's objects stand below their bucket. */
export function placesOf(name: string, arn: string): readonly string[] {
  if (!arn.includes(':s3:::')) return [arn]
  const types = typesOf(name)
  const both = types.length !== 1
  return [...(both || types.includes('bucket') ? [arn] : []), ...(both || types.includes('object') ? [`${arn}/*`] : [])]
}

/** The services whose ARNs an action is evaluated on, as far as the reference says; empty: any. */
export const resourceServices = ofEachAction((name): readonly string[] => {
  const colon = name.indexOf(':')
  const service = name.slice(0, colon)
  const types = resourceTypeNames(service, name.slice(colon + 1))
  const texts = types.flatMap((type) => resourceTypeFacts(service, type)?.arnPatterns ?? [])
  return [...new Set(texts.map((text) => text.split(':')[2] ?? ''))].filter(
    (service) => service !== '' && !service.includes('$'),
  )
})

/** Whether S3 evaluates the action on objects, on buckets, or on whatever the request names (R-RES-09). */
function typesOf(name: string): readonly string[] {
  if (!name.startsWith('s3:')) return []
  return resourceTypeNames('s3', name.slice(3)).filter((type) => type === 'object' || type === 'bucket')
}

/** Bucket policies have rules of their own, and one call of S3 lists all buckets (R-S3-14, R-REQ-04). */
const SINGLE: ReadonlySet<string> = new Set([
  's3:getbucketpolicy',
  's3:putbucketpolicy',
  's3:deletebucketpolicy',
  's3:listallmybuckets',
])

/**
 * Trait of an action by which the engine tells it from others, besides what statements say: of several with the same trait
 * one actions may then speak for all.
 */
export const traitOf = ofEachAction((name): string => {
  const { service } = actionOf(name)
  if (BY_NAME.has(service) || SINGLE.has(name.toLowerCase())) return name
  const none = isWildcardOnlyAction(name) === true
  const on = none ? 'none' : `${typesOf(name).join()} ${resourceServices(name).toSorted().join()}`
  const known = [GLOBAL_SERVICES.has(service), RCP_SERVICES.has(service), saysOwner(actionOf(name))]
  return `${known.join(' ')} ${isAskedOnCatalog(name)} ${on}`
})

/** Services with rules of their own, some of them for single actions. */
const BY_NAME: ReadonlySet<string> = new Set([
  'iam',
  'sts',
  'kms',
  'lambda',
  'execute-api',
  'organizations',
  'sqs',
  'secretsmanager',
])

export const actionOf = ofEachAction((name): Action => readAction(name) ?? { service: '', name: '' })

/** The known actions of one pattern of one service. */
const coveredBy = memoizeText((pattern): readonly string[] => {
  const read = readActionPattern(pattern)
  if (read.kind !== 'action') return []
  return actionsOf(read.service)
    .map((name) => `${read.service}:${name}`)
    .filter((name) => actionMatches(read, actionOf(name)))
})

/**
 * A set of actions in few words: of `patterns`, those that cover nothing else; whole services; the rest by name. Sorted.
 */
export function inFewWords(names: readonly string[], patterns: readonly string[]): readonly string[] {
  const wanted = new Set(names)
  const left = new Set(names)
  const found: string[] = []
  const services = [...new Set(names.map((name) => actionOf(name).service))]
  const wide = [...patterns, ...services.map((service) => `${service}:*`)]
  for (const pattern of [...new Set(wide)].toSorted((a, b) => a.length - b.length)) {
    const read = readActionPattern(pattern)
    if (read.kind !== 'action' || !pattern.includes('*')) continue
    const covered = coveredBy(pattern)
    if (covered.length < 2 || !covered.every((name) => wanted.has(name)) || !covered.some((name) => left.has(name)))
      continue
    found.push(pattern)
    for (const name of covered) left.delete(name)
  }
  return [...found, ...left].toSorted()
}
