import { LISTS_DEPENDENT_ACTIONS } from './data/catalogue.ts'
import { fieldsOf, type ServiceTable } from './service-table.ts'
import { serviceTable } from './services.ts'

export type AccessLevel = 'Read' | 'List' | 'Write' | 'Tagging' | 'Permissions management'

export interface ActionFacts {
  readonly service: string
  /** Canonical spelling, without the service: `PutObject`. */
  readonly name: string
  readonly accessLevel: AccessLevel
  /** Empty: the action is evaluated on `*` (R-REQ-03). */
  readonly resourceTypes: readonly ActionResourceType[]
  /** Keys of the action itself and of each of its resource types' rows; what a type carries anywhere is in `resourceTypeFacts`. */
  readonly conditionKeys: readonly string[]
  /** Of them those of the action itself, whatever the resource. */
  readonly ownConditionKeys: readonly string[]
  /** Actions the caller needs besides, each `service:Name`. Undefined: this edition of the reference does not say. */
  readonly dependentActions: readonly string[] | undefined
}

export interface ActionResourceType {
  readonly name: string
  /** Whether AWS stars it. Where an action stars none of several, a call names one of them, not none. */
  readonly required: boolean
  /** Keys present only when this type is the one judged. */
  readonly conditionKeys: readonly string[]
}

/**
 * Row of the Service Authorization Reference for an action; names in any case. Undefined: not in this edition of the
 * reference.
 */
export function actionFacts(service: string, name: string): ActionFacts | undefined {
  const table = serviceTable(service)
  const line = table?.actions.get(name.toLowerCase())
  if (table === undefined || line === undefined) return undefined
  const known = read.get(line)
  if (known?.service === table.prefix) return known
  const facts = readAction(table, line)
  read.set(line, facts)
  return facts
}

/** Names of an action's resource types alone: of all actions of a service they are asked for, and the rest is long to read. */
export function resourceTypeNames(service: string, name: string): readonly string[] {
  const table = serviceTable(service)
  const line = table?.actions.get(name.toLowerCase())
  if (table === undefined || line === undefined) return []
  const [, , types = ''] = fieldsOf(line)
  return listOf(types).map((type) => table.typeName(type.split(':')[0] ?? ''))
}

/** Canonical names of a service's actions, sorted; none for an unknown service. */
export function actionsOf(service: string): readonly string[] {
  const table = serviceTable(service)
  if (table === undefined) return []
  const known = NAMES.get(table)
  if (known !== undefined) return known
  const names = [...table.actions.values()].map((line) => fieldsOf(line)[0] ?? '')
  NAMES.set(table, names)
  return names
}

/** A policy may have twenty thousand patterns, each of which is held against all names of its service. */
const NAMES = new WeakMap<ServiceTable, readonly string[]>()

/** `s3:putobject` → `s3:PutObject`; undefined for anything that is not one known action, wildcards included (R-ACT-01). */
export function canonicalAction(action: string): string | undefined {
  const facts = factsOf(action)
  return facts === undefined ? undefined : `${facts.service}:${facts.name}`
}

/** Whether the action names no resource type, so that its resource is `*` (R-REQ-03, R-REQ-04); undefined: unknown action. */
export function isWildcardOnlyAction(action: string): boolean | undefined {
  const colon = action.indexOf(':')
  const line = colon < 0 ? undefined : lineOf(action.slice(0, colon), action.slice(colon + 1))
  // Asked of every action there is, and the rest of a line is long to read.
  return line === undefined ? undefined : typesField(line) === ''
}

const lineOf = (service: string, name: string): string | undefined =>
  serviceTable(service)?.actions.get(name.toLowerCase())

const typesField = (line: string): string => fieldsOf(line)[2] ?? ''

function factsOf(action: string): ActionFacts | undefined {
  const colon = action.indexOf(':')
  return colon < 0 ? undefined : actionFacts(action.slice(0, colon), action.slice(colon + 1))
}

const read = new Map<string, ActionFacts>()

const LEVELS: ReadonlyMap<string, AccessLevel> = new Map([
  ['R', 'Read'],
  ['L', 'List'],
  ['W', 'Write'],
  ['T', 'Tagging'],
  ['P', 'Permissions management'],
])

function readAction(table: ServiceTable, line: string): ActionFacts {
  const [name = '', level = '', types = '', set, dependent = ''] = fieldsOf(line)
  const resourceTypes = listOf(types).map((type) => readResourceType(table, type))
  const ownConditionKeys = table.keySet(set)
  const keys = [ownConditionKeys, ...resourceTypes.map((type) => type.conditionKeys)]
  return {
    service: table.prefix,
    name,
    // The generator refuses any other letter; the weightiest level stands in, should one slip through.
    accessLevel: LEVELS.get(level) ?? 'Permissions management',
    resourceTypes,
    conditionKeys: [...new Set(keys.flat())].sort(),
    ownConditionKeys,
    dependentActions: LISTS_DEPENDENT_ACTIONS ? listOf(dependent) : undefined,
  }
}

function readResourceType(table: ServiceTable, text: string): ActionResourceType {
  const [starred = '', set] = text.split(':')
  const required = starred.endsWith('*')
  // Base 36 has no asterisk: parseInt stops before it.
  return { name: table.typeName(starred), required, conditionKeys: table.keySet(set) }
}

const listOf = (text: string): readonly string[] => (text === '' ? [] : text.split(','))
