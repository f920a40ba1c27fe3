import { parseArn } from '#iam/arn.ts'
import { actionFacts, type ActionFacts } from '#iam/facts/actions.ts'
import { resourceTypeFacts, resourceTypesOf } from '#iam/facts/resource-types.ts'
import type { EventResources, FoundResources } from './event-resources.ts'
import { filled, formOf, namesIn } from './arn-pattern.ts'
import { withOwner } from './owner-account.ts'
import { parameterIndex, type ParameterIndex } from './parameter-index.ts'
import { ARGUMENTS, UNGIVEN } from './parameter-names.ts'
import { nearValues, valuesFor } from './parameter-values.ts'
import { ownResources } from './service-resources.ts'

const NONE: FoundResources = { resources: [], from: 'guessed' }

/** The resources on which AWS judged the action, by the priority of R-CT-30 (2) to (5); none where nothing gives them. */
export function resourcesForAction(action: string, call: EventResources): FoundResources {
  const colon = action.indexOf(':')
  const service = action.slice(0, colon).toLowerCase()
  const event = withOwner(service, call)
  const facts = actionFacts(service, action.slice(colon + 1))
  if (facts?.resourceTypes.length === 0) return { resources: ['*'], from: 'derived' }
  const own = ownResources(service, facts, event)
  if (own !== undefined) return own
  if (facts === undefined) return NONE
  const index = parameterIndex(event.parameters)
  const listed = event.listed.filter((arn) => isOfAction(arn, facts))
  if (listed.length > 0) return { resources: [...new Set(listed)], from: 'derived' }
  const derived = fromPatterns(facts, index, event)
  if (derived.length > 0) return { resources: derived, from: 'derived' }
  const stated = fallback(facts, index)
  if (stated.resources.length > 0 || index.top.length === 0) return stated
  const near = fromPatterns(facts, index, event, true)
  return near.length > 0 ? { resources: near, from: 'guessed' } : NONE
}

/** Whether the ARN has the form of one of the action's resource types, and of no other type more closely. */
export function isOfAction(arn: string, facts: ActionFacts): boolean {
  const wanted = new Set(facts.resourceTypes.map(({ name }) => name.toLowerCase()))
  let best = -1
  let matches = false
  for (const type of resourceTypesOf(facts.service)) {
    for (const pattern of resourceTypeFacts(facts.service, type)?.arnPatterns ?? []) {
      const form = formOf(arn, pattern)
      if (form === undefined || form < best) continue
      const isWanted = wanted.has(type.toLowerCase())
      matches = form === best ? matches || isWanted : isWanted
      best = form
    }
  }
  return matches
}

interface Candidate {
  readonly arns: readonly string[]
  readonly names: readonly string[]
  /** Of several types the one that is judged for sure: AWS stars it, or the call names it by its ARN. */
  readonly sure: boolean
}

/** Fills the patterns of the action's resource types from the parameters (R-CT-30 (3), R-CT-31, R-CT-31a). */
function fromPatterns(
  facts: ActionFacts,
  index: ParameterIndex,
  event: EventResources,
  near = false,
): readonly string[] {
  const stated = statedArns(facts, index)
  const candidates = facts.resourceTypes.flatMap(({ name, required }) => {
    const patterns = resourceTypeFacts(facts.service, name)?.arnPatterns ?? []
    return patterns.flatMap((pattern): readonly Candidate[] => {
      const names = namesIn(pattern)
      const needed = required || facts.resourceTypes.length === 1
      if (!needed && isAside(pattern, facts)) return []
      const itself = fitting(stated, pattern)
      if (itself.length > 0) return [{ arns: itself, names, sure: true }]
      if (!needed && names.every((name) => UNGIVEN.has(`${facts.service}|${name}`))) return []
      const arns = arnsOf(facts, name, pattern, index, event, near)
      return arns.length === 0 ? [] : [{ arns, names, sure: required }]
    })
  })
  const kept = candidates.filter(
    (candidate) => candidate.sure || !candidates.some((other) => isPartOf(candidate, other)),
  )
  return [...new Set(kept.flatMap(({ arns }) => arns))]
}

/** The cluster beside its service, the table beside its index: named on the way, not judged. */
const isPartOf = (candidate: Candidate, other: Candidate): boolean =>
  candidate.names.length < other.names.length && candidate.names.every((name) => other.names.includes(name))

const MAX_ARNS = 50

/** The ARNs that have the form of the pattern: each is the resource as it stands, and no part of another (R-CT-30c). */
const fitting = (arns: readonly string[], pattern: string): readonly string[] =>
  [...new Set(arns)].filter((arn) => isOfAnyService(pattern) || formOf(arn, pattern) !== undefined).slice(0, MAX_ARNS)

/** A type of another service, where the action has types of its own: the bucket beside a document, say. */
const isAside = (pattern: string, facts: ActionFacts): boolean =>
  !isOfAnyService(pattern) &&
  !isOwn(pattern, facts) &&
  facts.resourceTypes.some(({ name }) =>
    resourceTypeFacts(facts.service, name)?.arnPatterns.some((pattern) => isOwn(pattern, facts)),
  )

const isOwn = (pattern: string, { service }: ActionFacts): boolean => pattern.includes(`:${service}:`)

/** `endpoint:*` of DMS has no name to fill in: the call's own ARNs that begin so are meant. */
function starred(pattern: string, names: readonly string[], index: ParameterIndex): readonly string[] {
  if (names.length > 0 || !pattern.endsWith('*')) return []
  const word = pattern.split(':').slice(5).join(':').replace(/\*$/, '')
  return index.all.flatMap(([name, value]) => {
    const { service, resource } = parseArn(value) ?? {}
    const isOne = service === parseArn(pattern)?.service && resource?.startsWith(word) === true
    return isOne && !ARGUMENTS.has(name.toLowerCase()) ? [value] : []
  })
}

/** A recovery point has the ARN of whatever service it is of, so that no part of it can be filled in. */
const isOfAnyService = (pattern: string): boolean => pattern.split(':')[2]?.includes('${') === true

function arnsOf(
  facts: ActionFacts,
  type: string,
  pattern: string,
  index: ParameterIndex,
  event: EventResources,
  near: boolean,
): readonly string[] {
  const names = namesIn(pattern)
  const lists = names.map((name) => {
    const gap = { facts, type, pattern, name, index, event }
    const values = valuesFor(gap)
    return values.length > 0 || !near ? values : nearValues(gap)
  })
  const ready = fitting([...typeArns(type, index), ...lists.flat().filter(isArn)], pattern)
  const own = ready.length > 0 ? ready : starred(pattern, names, index)
  if (own.length > 0) return own
  if (isOfAnyService(pattern) || lists.some((list) => list.length === 0)) return []
  const count = Math.max(1, ...lists.map((list) => list.length))
  const arns: string[] = []
  for (let n = 0; n < Math.min(count, MAX_ARNS); n++) {
    const arn = filled(pattern, (name) => {
      if (name === 'Partition') return event.partition
      if (name === 'Region') return event.region ?? undefined
      if (name === 'Account') return event.account ?? undefined
      const list = lists[names.indexOf(name)] ?? []
      return partOf(list[n] ?? list[0], name, facts)
    })
    if (arn !== undefined) arns.push(arn)
  }
  return arns
}

const isArn = (value: string): boolean => value.startsWith('arn:')

/** Parameters of the calls that tag, share or describe whatever has an ARN: what they hold is the resource itself. */
const STATING = ['resourceArn', 'resourceArns', 'resourceArnList', 'arn', 'resource', 'resourceName', 'resourceId']

/** IAM's simulator takes the resources to ask about under such a name. */
const statedArns = (facts: ActionFacts, index: ParameterIndex): readonly string[] =>
  facts.service === 'iam' ? [] : STATING.flatMap((parameter) => index.values(parameter)).filter(isArn)

/** `streamARN`, `stateMachineArn`: the parameter that gives a type by its whole ARN. */
const typeArns = (type: string, index: ParameterIndex): readonly string[] =>
  index.values(`${type.replaceAll(/[^A-Za-z0-9]/g, '')}Arn`).filter(isArn)

/**
 * A plain name as it is; of an ARN its last name, where a part of the pattern is given so (the cluster's ARN in a
 * service's). The ARN of one of the action's own types is the resource: it gives another type only the name they share.
 */
function partOf(value: string | undefined, name: string, facts: ActionFacts): string | undefined {
  if (value === undefined || !isArn(value)) return value
  const own = facts.resourceTypes
    .flatMap((type) => resourceTypeFacts(facts.service, type.name)?.arnPatterns ?? [])
    .filter((pattern) => formOf(value, pattern) !== undefined)
  if (own.length > 0 && !own.some((pattern) => namesIn(pattern).includes(name))) return undefined
  return parseArn(value)?.resource.split(/[/:]/).at(-1)
}

/** The only ARN among the parameters that has the form of a resource type of the action (R-CT-30 (4), R-CT-30c). */
function fallback(facts: ActionFacts, index: ParameterIndex): FoundResources {
  const arns = index.all
    .filter(
      ([name, value]) => value.startsWith('arn:') && !ARGUMENTS.has(name.toLowerCase()) && isOfAction(value, facts),
    )
    .map(([, value]) => value)
  const distinct = [...new Set(arns)]
  return distinct.length === 1 ? { resources: distinct, from: 'guessed' } : NONE
}
