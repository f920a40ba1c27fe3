import { type ActionFacts, actionFacts } from '#iam/facts/actions.ts'
import { memoizeRecent } from '../memoize-recent.ts'
import { namesIn } from './arn-pattern.ts'
import type { EventResources } from './event-resources.ts'
import { ARGUMENTS, ASSUMED, parameterNames, UNGIVEN } from './parameter-names.ts'
import type { ParameterIndex } from './parameter-index.ts'

/** A name to fill in the ARN pattern of one of the action's resource types. */
export interface Gap {
  readonly facts: ActionFacts
  readonly type: string
  readonly pattern: string
  readonly name: string
  readonly index: ParameterIndex
  readonly event: EventResources
}

/**
 * Values that the parameters surely give: one that is called so, or `name` or `id` where the operation's own name has the
 * resource type.
 */
export function valuesFor(gap: Gap): readonly string[] {
  const { facts, type, name, index, event } = gap
  const key = `${facts.service}|${name}`
  if (UNGIVEN.has(key)) return ['*']
  const given = parameterNames(facts.service, type, name)
    .map((parameter) => index.values(parameter).filter((value) => isOfGap(gap, value)))
    .find((values) => values.length > 0)
  const found = given ?? (meantTypes(event.operation, facts).has(type) ? generic(gap) : [])
  if (found.length > 0) return found.map((value) => shaped(key, value, gap))
  const assumed = ASSUMED.get(key)
  if (assumed !== undefined && isLeftOut(gap)) return [assumed]
  const star = facts.service === 'ec2' && (isMade(event.operation, type) || isDefault(event.operation, type, index))
  return star ? ['*'] : []
}

/** Not where the record holds no parameters at all, nor where another type may be the one meant (R-CT-30). */
const isLeftOut = ({ facts, pattern, index }: Gap): boolean =>
  namesIn(pattern).length > 1
    ? index.top.length > 0
    : facts.resourceTypes.length === 1 && index.top.length > 0 && !index.all.some(([, text]) => text.startsWith('arn:'))

/** A parameter of so many letters says what it names. */
const TELLING = 4

/**
 * `collectionName` for `GeofenceCollectionName`, `domain` for `DomainName`: the only parameter of the call whose name is
 * a part of the pattern's name or has it as its end. Names that differ so may mean another thing: `guessed`. An
 * `application` for an `ApplicationId` may be its name as well.
 */
export function nearValues({ name, index }: Gap): readonly string[] {
  const wanted = name.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase()
  const base = wanted.replace(/(?:name|identifier|id)$/, '')
  const close = index.top.filter(
    (one) =>
      one.length >= TELLING &&
      !ARGUMENTS.has(one) &&
      ((one === base && !isId(name)) ||
        (/(?:name|id)s?$/.test(one) && (wanted.endsWith(one) || (wanted.length > TELLING && one.endsWith(wanted))))),
  )
  const [only] = close
  return only === undefined || close.length > 1 || GENERIC_ONLY.has(only) ? [] : index.values(only)
}

/** Ends of nearly every name. */
const GENERIC_ONLY = new Set(['name', 'names', 'resourceid', 'accountid', 'instanceid'])

/**
 * The resource types that the operation's own name has, the longest where one is part of another: of the five types of
 * `UpdateWebACL` the web ACL, of `UpdateAppBlockBuilder` the builder. The call's `name` and `id` are theirs.
 */
const meantTypes = (operation: string, { service, name }: ActionFacts): ReadonlySet<string> =>
  meantBy(`${operation} ${service} ${name}`)

/** Every gap of every type asks it, of call after call. */
const meantBy = memoizeRecent((key): ReadonlySet<string> => {
  const [operation = '', service = '', action = ''] = key.split(' ')
  const said = letters(operation)
  const types = actionFacts(service, action)?.resourceTypes ?? []
  const named = types.map(({ name }) => ({ name, word: letters(name).replace(/resource$/, '') }))
  const found = named.filter(({ word }) => word !== '' && said.includes(word))
  const longest = found.filter(({ word }) => !found.some((other) => other.word !== word && other.word.includes(word)))
  return new Set(longest.map(({ name }) => name))
})

const letters = (text: string): string => text.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase()

/**
 * Calls that set the name of what they make or change. AWS gives what is made its id, so that `name` cannot stand for it.
 * https://docs.aws.amazon.com/vpc-lattice/latest/APIReference/API_CreateService.html
 */
const isMaking = (operation: string): boolean =>
  /^(?:Create|Update|Put|Register|Import|Copy|Modify|Start|Restore|Publish|Upload|Associate|Define|Request)/.test(
    operation,
  )

const isId = (name: string): boolean => /(?:id|identifier)$/i.test(name)

/** The call's own `id` or `name`, for the last name of a pattern, and for any that AWS calls so. */
function generic({ name, pattern, index, event }: Gap): readonly string[] {
  const names = namesIn(pattern)
  const own = name.toLowerCase()
  if ((names.at(-1) !== name && own !== 'name' && own !== 'id') || own.endsWith('alias')) return []
  const kind = index.values('identifierType')[0]
  const identifiers = kind === undefined || letters(kind) === letters(name) ? index.values('identifier') : []
  const ids = isId(name) ? [...index.values('id'), ...identifiers] : []
  if (ids.length > 0) return ids
  return isId(name) && isMaking(event.operation) ? [] : index.values('name').slice(0, 1)
}

/** `alias/orders` is no key of its own: the key behind it is judged, which the call does not tell. */
const isOfGap = ({ name }: Gap, value: string): boolean => name !== 'KeyId' || !value.startsWith('alias/')

/** Whether a call makes a resource of this type, which has no id yet: EC2 judges and prints `instance/*` (R-MSG-25). */
function isMade(operation: string, type: string): boolean {
  const made = MADE.get(operation)
  if (made !== undefined) return made.includes(type)
  return operation.startsWith('Create') && operation.slice(6).toLowerCase() === type.replaceAll('-', '')
}

/** Where the call's name does not say what it makes, or not all of it. */
const MADE: ReadonlyMap<string, readonly string[]> = new Map([
  ['RunInstances', ['instance', 'volume', 'network-interface']],
  ['AllocateAddress', ['elastic-ip']],
  ['CreateFleet', ['fleet', 'instance']],
  ['CreateImage', ['image', 'snapshot']],
  ['CreateSnapshots', ['snapshot']],
  ['RegisterImage', ['image']],
  ['RequestSpotInstances', ['spot-instances-request']],
])

/**
 * A launch that names no network goes into the default one or into that of its template, and one that names no image has that of its
 * template: they are asked for all the same (R-REQ-02).
 */
const isDefault = (operation: string, type: string, index: ParameterIndex): boolean =>
  operation === 'RunInstances' &&
  ((type === 'image' && namesTemplate(index)) ||
    ((type === 'subnet' || type === 'security-group') && index.values('networkInterfaceId').length === 0))

const namesTemplate = (index: ParameterIndex): boolean =>
  ['launchTemplateId', 'launchTemplateName'].some((name) => index.values(name).length > 0)

/**
 * Values that the parameters spell in another case than the ARN that is judged. RDS stores names in lower case, and prints
 * `secgrp:billing` for a call that says `Billing`.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html, `DBInstanceIdentifier`
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.access-control.html
 * https://docs.aws.amazon.com/sagemaker/latest/dg/domain-resource-isolation.html
 */
const LOWERED = new Set(['pi|ServiceType', 'sagemaker|AppType'])

function shaped(key: string, value: string, { pattern, index }: Gap): string {
  if (value.startsWith('arn:')) return value
  if (key === 'wafv2|Scope') return value.toUpperCase() === 'CLOUDFRONT' ? 'global' : 'regional'
  if (LOWERED.has(key) || key.startsWith('rds|')) return value.toLowerCase()
  if (!key.startsWith('iam|') || !key.endsWith('WithPath')) return withoutTypeBefore(key, value, pattern)
  const path = index.values('path')[0] ?? '/'
  return `${path.startsWith('/') && path.endsWith('/') ? path.slice(1) : ''}${value}`
}

/** Where the pattern has `hostedzone/${Id}`, `/hostedzone/Z1`, as Route 53 writes its ids, and `/Z1` are `Z1`. */
function withoutTypeBefore(key: string, value: string, pattern: string): string {
  if (!value.startsWith('/')) return value
  const [before = ''] = pattern.split(`\${${key.slice(key.indexOf('|') + 1)}}`)
  const type = before.slice(before.lastIndexOf(':') + 1)
  if (!type.endsWith('/')) return value
  return value.startsWith(`/${type}`) ? value.slice(type.length + 1) : value.replace(/^\/+/, '')
}
