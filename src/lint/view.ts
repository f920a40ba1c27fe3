import { splitArn } from '#iam/arn.ts'
import { type OperatorUse, readOperator } from '#iam/condition/operators.ts'
import { type ConditionKeyFacts, conditionKeyFacts } from '#iam/facts/condition-keys.ts'
import type { PolicyPlace } from '#iam/resource.ts'
import type { PreparedPolicy } from '#engine/prepare.ts'
import { jsonOf } from './shown.ts'

/**
 * A policy as it was written. The engine reads only what has a meaning; here also what has none is kept, because that is
 * what a finding is about.
 */
export interface PolicyView {
  readonly place: PolicyPlace
  /** What a resource policy is attached to (docs/json.md: `kind`). */
  readonly kind: string | undefined
  readonly arn: string | undefined
  readonly source: unknown
  /** Undefined: not a JSON object. */
  readonly raw: JsonObject | undefined
  /** Without whitespace; empty where there is no object. */
  readonly compact: string
  readonly version: string
  readonly statements: readonly StatementView[]
  readonly unreadable: PreparedPolicy['document']['unreadable']
}

export type JsonObject = Readonly<Record<string, unknown>>

export interface StatementView {
  readonly raw: JsonObject
  readonly pointer: string
  readonly allows: boolean
  readonly denies: boolean
  readonly actions: readonly Item[]
  readonly actionElement: 'Action' | 'NotAction'
  readonly resources: readonly ResourceItem[]
  readonly resourceElement: 'Resource' | 'NotResource'
  readonly principals: readonly PrincipalItem[]
  readonly principalElement: 'Principal' | 'NotPrincipal'
  readonly lines: readonly Line[]
  /** Of the resources and the condition values, under operators that take variables or under none: those with `${`. */
  readonly withVariables: readonly Item[]
}

/** Text of an element, and where it stands in the statement. */
export interface Item {
  readonly text: string
  readonly pointer: string
}

/** The six parts of an ARN. */
export type Parts = NonNullable<ReturnType<typeof splitArn>>

export interface ResourceItem extends Item {
  /** Undefined also where a variable stands before the last part: its colon would cut the ARN at the wrong place. */
  readonly parts: Parts | undefined
}

export interface PrincipalItem extends Item {
  readonly key: string
  readonly value: unknown
}

/** A condition line, and what is known of its key. */
export interface Line {
  readonly operator: string
  readonly use: OperatorUse | undefined
  readonly key: string
  /** In lower case. */
  readonly folded: string
  readonly facts: ConditionKeyFacts | undefined
  readonly pointer: string
  readonly values: readonly LineValue[]
  /** Whether the values were written as a list. */
  readonly list: boolean
}

export interface LineValue extends Item {
  readonly value: unknown
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const has = (object: JsonObject, name: string): boolean => Object.hasOwn(object, name)

export function viewOf(policy: PreparedPolicy, kind: string | undefined): PolicyView {
  const value = typeof policy.source === 'string' ? parseText(policy.source) : policy.source
  const raw = isObject(value) ? value : undefined
  const listed = raw !== undefined && has(raw, 'Statement') ? raw['Statement'] : []
  const items: readonly unknown[] = Array.isArray(listed) ? listed : [listed]
  const statements = items.flatMap((item, index) =>
    isObject(item) ? [statementView(item, Array.isArray(listed) ? `/Statement/${index}` : '/Statement')] : [],
  )
  const version = raw !== undefined && typeof raw['Version'] === 'string' ? raw['Version'] : '2008-10-17'
  const { place, arn, source, document } = policy
  const compact = raw === undefined ? '' : jsonOf(raw)
  return { place, kind, arn, source, raw, compact, version, statements, unreadable: document.unreadable }
}

/** JSON text, URL-encoded or not; undefined: neither. */
export function parseText(text: string): unknown {
  const trimmed = text.trimStart()
  try {
    return JSON.parse(trimmed.startsWith('%') ? decodeURIComponent(trimmed) : trimmed)
  } catch {
    return undefined
  }
}

function statementView(raw: JsonObject, pointer: string): StatementView {
  const actionElement = has(raw, 'NotAction') ? 'NotAction' : 'Action'
  const resourceElement = has(raw, 'NotResource') ? 'NotResource' : 'Resource'
  const principalElement = has(raw, 'NotPrincipal') ? 'NotPrincipal' : 'Principal'
  const resources = itemsOf(raw, resourceElement).map(resourceItem)
  const lines = has(raw, 'Condition') ? linesOf(raw['Condition']) : []
  const values = lines.flatMap((line) => (takesVariables(line) ? line.values : []))
  return {
    raw,
    pointer,
    allows: raw['Effect'] === 'Allow',
    denies: raw['Effect'] === 'Deny',
    actions: itemsOf(raw, actionElement),
    actionElement,
    resources,
    resourceElement,
    principals: principalsOf(raw, principalElement),
    principalElement,
    lines,
    withVariables: [...resources, ...values].filter(({ text }) => hasVariable(text)),
  }
}

function itemsOf(raw: JsonObject, element: string): Item[] {
  if (!has(raw, element)) return []
  const value = raw[element]
  if (typeof value === 'string') return [{ text: value, pointer: `/${element}` }]
  if (!Array.isArray(value)) return []
  return value.flatMap((text, i) => (typeof text === 'string' ? [{ text, pointer: `/${element}/${i}` }] : []))
}

function resourceItem({ text, pointer }: Item): ResourceItem {
  const parts = text.startsWith('arn:') ? splitArn(text) : undefined
  const cut = parts !== undefined && hasVariable(text) && parts.some((part, i) => i < 5 && hasVariable(part))
  return { text, pointer, parts: cut ? undefined : parts }
}

/** Entries of the map form; `"*"` alone is none, and says so in `raw`. */
function principalsOf(raw: JsonObject, element: string): PrincipalItem[] {
  const value = has(raw, element) ? raw[element] : undefined
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, listed]) => {
    const base = `/${element}/${escapePointer(key)}`
    if (!Array.isArray(listed)) return [{ key, value: listed, text: textOf(listed), pointer: base }]
    return listed.map((one, i) => ({ key, value: one, text: textOf(one), pointer: `${base}/${i}` }))
  })
}

function linesOf(condition: unknown): Line[] {
  if (!isObject(condition)) return []
  return Object.entries(condition).flatMap(([operator, keys]) => {
    if (!isObject(keys)) return []
    const use = readOperator(operator)
    return Object.entries(keys).map(([key, listed]) => lineOf(operator, use, key, listed))
  })
}

function lineOf(operator: string, use: OperatorUse | undefined, key: string, listed: unknown): Line {
  const pointer = `/Condition/${escapePointer(operator)}/${escapePointer(key)}`
  const list = Array.isArray(listed)
  const values: readonly unknown[] = list ? listed : [listed]
  return {
    operator,
    use,
    key,
    folded: key.toLowerCase(),
    facts: conditionKeyFacts(key),
    pointer,
    list,
    values: values.map((value, i) => ({ value, text: textOf(value), pointer: list ? `${pointer}/${i}` : pointer })),
  }
}

/** What a value is compared as (R-GRAM-05); empty for what is no value. */
const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''

/** RFC 6901. */
export const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

/** Only resource, trust, endpoint policies and RCPs have a Principal (R-GRAM-09). */
export const takesPrincipal = ({ place }: PolicyView): boolean =>
  place === 'resource' || place === 'trust' || place === 'vpce' || place === 'rcp'

/** Policies that IAM itself saves, with its stricter grammar. */
export const isSavedByIam = ({ place }: PolicyView): boolean =>
  place === 'identity' || place === 'boundary' || place === 'session' || place === 'trust'

/** Bool is among them: AWS's pages disagree, and the engine reads them there (X-07). */
export const takesVariables = ({ use }: Line): boolean => !WITHOUT_VARIABLES.has(use?.operator.family ?? '')

const WITHOUT_VARIABLES: ReadonlySet<string> = new Set(['null', 'numeric', 'date', 'ip', 'binary'])

export const hasWildcard = (text: string): boolean => text.includes('*') || text.includes('?')

export const hasVariable = (text: string): boolean => text.includes('${')

/** Whether a condition key is tested at all, in lower case; a prefix where it ends in a slash. */
export const tests = ({ lines }: StatementView, key: string): boolean =>
  lines.some((line) => (key.endsWith('/') ? line.folded.startsWith(key) : line.folded === key))
