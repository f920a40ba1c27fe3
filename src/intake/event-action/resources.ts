import { parseArn } from '#iam/arn.ts'
import { actionFacts, type ActionFacts } from '#iam/facts/actions.ts'
import { resourceTypeFacts, resourceTypesOf } from '#iam/facts/resource-types.ts'
import type { EventResources, FoundResources } from './event-resources.ts'
import { filled, formOf, namesIn } from './arn-pattern.ts'
import { parameterIndex, type ParameterIndex } from './parameter-index.ts'
import { parameterNames, UNGIVEN } from './parameter-names.ts'
import { ownResources } from './service-resources.ts'

const NONE: FoundResources = { resources: [], from: 'guessed' }

/** The resources on which AWS judged the action, by the priority of R-CT-30 (2) to (5); none where nothing gives them. */
export function resourcesForAction(action: string, event: EventResources): FoundResources {
  const colon = action.indexOf(':')
  const service = action.slice(0, colon).toLowerCase()
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
  if (stated.resources.length > 0) return stated
  const near = index.top.length === 0 ? [] : fromPatterns(facts, index, event, true)
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
  readonly required: boolean
}

/** Fills the patterns of the action's resource types from the parameters (R-CT-30 (3), R-CT-31, R-CT-31a). */
function fromPatterns(
  facts: ActionFacts,
  index: ParameterIndex,
  event: EventResources,
  near = false,
): readonly string[] {
  const candidates = facts.resourceTypes.flatMap(({ name, required }) => {
    const patterns = resourceTypeFacts(facts.service, name)?.arnPatterns ?? []
    return patterns.flatMap((pattern): readonly Candidate[] => {
      const names = namesIn(pattern)
      const only = facts.resourceTypes.length === 1
      if ((names.length === 0 || !pattern.includes(`:${facts.service}:`)) && !required && !only) return []
      const arns = arnsOf(facts, name, pattern, index, event, near)
      return arns.length === 0 ? [] : [{ arns, names, required }]
    })
  })
  const kept = candidates.filter((one) => one.required || !candidates.some((other) => isPartOf(one, other)))
  return [...new Set(kept.flatMap(({ arns }) => arns))]
}

/** The cluster beside its service, the table beside its index: named on the way, not judged. */
const isPartOf = (one: Candidate, other: Candidate): boolean =>
  one.names.length < other.names.length && one.names.every((name) => other.names.includes(name))

const MAX_ARNS = 50

function arnsOf(
  facts: ActionFacts,
  type: string,
  pattern: string,
  index: ParameterIndex,
  event: EventResources,
  near: boolean,
) {
  const names = namesIn(pattern)
  const lists = names.map((name) => {
    const values = valuesFor(facts, type, name, pattern, index, event)
    return values.length > 0 || !near ? values : nearValues(name, index)
  })
  // A recovery point has the ARN of whatever service it is of, so that no part of it can be filled in.
  const ofAnyService = pattern.split(':')[2]?.includes('${') === true
  const ready = lists
    .flat()
    .filter((value) => value.startsWith('arn:') && (ofAnyService || formOf(value, pattern) !== undefined))
  if (ready.length > 0) return [...new Set(ready)].slice(0, MAX_ARNS)
  if (ofAnyService || lists.some((list) => list.length === 0)) return []
  const count = Math.max(1, ...lists.map((list) => list.length))
  const arns: string[] = []
  for (let n = 0; n < Math.min(count, MAX_ARNS); n++) {
    const arn = filled(pattern, (name) => {
      if (name === 'Partition') return event.partition
      if (name === 'Region') return event.region ?? undefined
      if (name === 'Account') return event.account ?? undefined
      const list = lists[names.indexOf(name)] ?? []
      return lastName(list[n] ?? list[0])
    })
    if (arn !== undefined) arns.push(arn)
  }
  return arns
}

function valuesFor(
  facts: ActionFacts,
  type: string,
  name: string,
  pattern: string,
  index: ParameterIndex,
  event: EventResources,
): readonly string[] {
  const key = `${facts.service}|${name}`
  const arns = arnParameters(facts, type).flatMap((parameter) => index.values(parameter))
  if (UNGIVEN.has(key)) return arns.length > 0 ? arns : ['*']
  const given = parameterNames(facts.service, type, name)
    .map((parameter) => index.values(parameter))
    .find((values) => values.length > 0)
  if (given !== undefined) return given.map((value) => shaped(key, value, index))
  if (arns.length > 0) return arns
  const only = facts.resourceTypes.length === 1 || facts.resourceTypes.filter(({ required }) => required).length === 1
  const single = only && namesIn(pattern).length === 1
  if (single && index.values('name').length > 0) return index.values('name').slice(0, 1)
  return facts.service === 'ec2' && isMade(event.operation, type) ? ['*'] : []
}

/** A parameter of so many letters says what it names. */
const TELLING = 4

/**
 * `collectionName` for `GeofenceCollectionName`, `domain` for `DomainName`: the only parameter of the call whose name is
 * a part of the pattern's name or has it as its end. Names that differ so may mean another thing: `guessed`.
 */
function nearValues(name: string, index: ParameterIndex): readonly string[] {
  const wanted = name.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase()
  const base = wanted.replace(/(?:name|identifier|id)$/, '')
  const close = index.top.filter(
    (one) =>
      one.length >= TELLING &&
      !ARGUMENTS.has(one) &&
      (one === base ||
        (/(?:name|id)s?$/.test(one) && (wanted.endsWith(one) || (wanted.length > TELLING && one.endsWith(wanted))))),
  )
  const [only] = close
  return only === undefined || close.length > 1 || GENERIC_ONLY.has(only) ? [] : index.values(only)
}

/** Ends of nearly every name. */
const GENERIC_ONLY = new Set(['name', 'names', 'resourceid', 'accountid', 'instanceid'])

/** What a call makes has no id yet: EC2 judges and prints `instance/*` (R-MSG-25). */
function isMade(operation: string, type: string): boolean {
  if (operation === 'RunInstances') return ['instance', 'volume', 'network-interface'].includes(type)
  if (operation === 'AllocateAddress') return type === 'elastic-ip'
  return operation.startsWith('Create') && operation.slice(6).toLowerCase() === type.replaceAll('-', '')
}

/** `streamARN`, `stateMachineArn`: the parameter that gives a type by its whole ARN. */
const arnParameters = (facts: ActionFacts, type: string): readonly string[] =>
  facts.service === 'iam' || facts.service === 'sts'
    ? [`${type.replaceAll('-', '')}Arn`, 'resourceArn']
    : [`${type.replaceAll(/[^A-Za-z0-9]/g, '')}Arn`, 'resourceArn', 'aRN', 'arn']

/** The name within an ARN of another type (the cluster's ARN in a service's), a plain name as it is. */
function lastName(value: string | undefined): string | undefined {
  if (value === undefined || !value.startsWith('arn:')) return value
  return parseArn(value)?.resource.split(/[/:]/).at(-1)
}

function shaped(key: string, value: string, index: ParameterIndex): string {
  if (value.startsWith('arn:')) return value
  if (key === 'wafv2|Scope') return value.toUpperCase() === 'CLOUDFRONT' ? 'global' : 'regional'
  if (!key.startsWith('iam|') || !key.endsWith('WithPath'))
    return value.startsWith('/') ? value.replace(/^\/+/, '') : value
  const path = index.values('path')[0] ?? '/'
  return `${path.startsWith('/') && path.endsWith('/') ? path.slice(1) : ''}${value}`
}

/** Parameters that hold an argument of the call, or the resource of a further request (R-CT-30c). */
const ARGUMENTS = new Set([
  'rolearn',
  'iamrolearn',
  'executionrolearn',
  'policyarn',
  'principalarn',
  'permissionsboundary',
  'kmskeyid',
  'targetarn',
  'destinationarn',
  'topicarn',
])

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
