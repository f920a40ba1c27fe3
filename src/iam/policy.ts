import { type ActionElements, readActionElements } from './action.ts'
import { ANEW, type Compilers } from './compilers.ts'
import { type ConditionLine, isConditionBlock, readCondition } from './condition/condition.ts'
import { DEFAULT_READINGS, type Readings } from './readings.ts'
import { duplicateKeyAt } from './json-scan.ts'
import { type PrincipalElement, readPrincipalElement } from './principal-element.ts'
import { asGiven, type PolicyPlace, type ResourcePattern } from './resource.ts'

/**
 * A policy document read once, to be judged many times. What is written is checked when it is read, and compiled when a
 * request first reaches it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html (R-GRAM-01)
 */
export interface PolicyDocument {
  readonly version: string
  readonly statements: readonly Statement[]
  /** Why the document, or a part of it, cannot be read: it may then allow or deny anything. */
  readonly unreadable: readonly { readonly pointer: string; readonly why: string }[]
}

export interface Statement {
  readonly index: number
  readonly pointer: string
  readonly sid: string | undefined
  readonly effect: 'Allow' | 'Deny'
  /** Whether one of the elements matches. */
  readonly listsAction: ActionElements
  readonly actionElement: 'Action' | 'NotAction'
  readonly actionSource: readonly string[]
  /** Undefined where the element is missing: the role itself for a trust policy (R-GRAM-10), nothing elsewhere (R-GRAM-08). */
  readonly resources: readonly ResourcePattern[] | undefined
  readonly resourceElement: 'Resource' | 'NotResource'
  readonly principal: PrincipalElement | undefined
  readonly principalElement: 'Principal' | 'NotPrincipal'
  readonly principalSource: unknown
  readonly conditions: readonly ConditionLine[]
}

/** The statement with every part compiled, as plain fields: for those that requests reach. */
export const compiled = (statement: Statement): Statement => ({
  index: statement.index,
  pointer: statement.pointer,
  sid: statement.sid,
  effect: statement.effect,
  listsAction: statement.listsAction,
  actionElement: statement.actionElement,
  actionSource: statement.actionSource,
  resources: statement.resources,
  resourceElement: statement.resourceElement,
  principal: statement.principal,
  principalElement: statement.principalElement,
  principalSource: statement.principalSource,
  conditions: statement.conditions,
})

/** Reads a document given as an object, as JSON text, or as URL-encoded JSON text. Never throws. */
export function readPolicyDocument(
  document: unknown,
  place: PolicyPlace,
  readings: Readings = DEFAULT_READINGS,
  compilers: Compilers = ANEW,
  endpoint?: string,
): PolicyDocument {
  const value = typeof document === 'string' ? readText(document) : document
  if (value === TWICE) return unreadableDocument('a key stands twice in one object')
  if (!isObject(value)) return unreadableDocument('the document is not a JSON object')
  const version = typeof value['Version'] === 'string' ? value['Version'] : '2008-10-17'
  const listed = Object.hasOwn(value, 'Statement') ? value['Statement'] : undefined
  if (listed === undefined) return unreadableDocument('the document has no Statement')
  const items: readonly unknown[] = Array.isArray(listed) ? listed : [listed]
  if (partsOf(items) > MOST_PARTS) return unreadableDocument(`it has more than ${MOST_PARTS} statements and entries`)
  const reading: Reading = { version, place, readings, compilers, endpoint }
  const statements: Statement[] = []
  const unreadable: { pointer: string; why: string }[] = []
  items.forEach((item, index) => {
    const pointer = Array.isArray(listed) ? `/Statement/${index}` : '/Statement'
    const statement = readStatement(item, { index, pointer }, reading)
    if (typeof statement === 'string') unreadable.push({ pointer, why: statement })
    else statements.push(statement)
  })
  return { version, statements, unreadable }
}

/**
 * Statements, and entries of their Action and Resource lists, that a document may have. The longest policy that AWS keeps
 * (R-QUOTA-01) holds fewer than 13,000; the trace of one with 100,000 would take half a gigabyte (R-QUOTA-03).
 */
export const MOST_PARTS = 20_000

function partsOf(statements: readonly unknown[]): number {
  let parts = statements.length
  for (const statement of statements)
    if (isObject(statement))
      for (const element of LISTED) {
        const entries = statement[element]
        if (Array.isArray(entries)) parts += entries.length
      }
  return parts
}

const LISTED = ['Action', 'NotAction', 'Resource', 'NotResource'] as const

const unreadableDocument = (why: string): PolicyDocument => ({
  version: '2012-10-17',
  statements: [],
  unreadable: [{ pointer: '', why }],
})

const TWICE = Symbol('a key stands twice')

/** Readers differ in which of two equal keys they keep, so neither is believed (R-GRAM-06). */
function readText(text: string): unknown {
  const trimmed = text.trimStart()
  try {
    const json = trimmed.startsWith('%') ? decodeURIComponent(trimmed).trimStart() : trimmed
    const value: unknown = JSON.parse(json)
    return duplicateKeyAt(json, 0) === undefined ? value : TWICE
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What of its document and its place a statement is read by. */
interface Reading {
  readonly version: string
  readonly place: PolicyPlace
  readonly readings: Readings
  readonly compilers: Compilers
  /** Of a VPC endpoint: its type, where it is known. */
  readonly endpoint: string | undefined
}

/** A statement AWS would not save but whose meaning is plain is read (R-VAL-01); one without a plain meaning says why. */
function readStatement(item: unknown, at: Pick<Statement, 'index' | 'pointer'>, reading: Reading): Statement | string {
  if (!isObject(item)) return 'the statement is not a JSON object'
  const effect = item['Effect']
  const pair = firstPair(item)
  if (effect !== 'Allow' && effect !== 'Deny') return `Effect is ${quote(effect)}, which is neither Allow nor Deny`
  if (pair !== undefined) return `${pair} and Not${pair} stand in one statement`
  const actionElement = Object.hasOwn(item, 'NotAction') ? 'NotAction' : 'Action'
  const resourceElement = Object.hasOwn(item, 'NotResource') ? 'NotResource' : 'Resource'
  const actions = texts(item[actionElement])
  if (actions === undefined) return `${actionElement} is neither a text nor a list of texts`
  const resources = texts(item[resourceElement])
  if (resources === undefined) return `${resourceElement} is neither a text nor a list of texts`
  const condition = Object.hasOwn(item, 'Condition') ? item['Condition'] : NO_CONDITION
  if (!isConditionBlock(condition)) return 'Condition is not an object of operators, keys and values'
  const principalElement = Object.hasOwn(item, 'NotPrincipal') ? 'NotPrincipal' : 'Principal'
  const principal = item[principalElement]
  if (!isPrincipal(principal)) return `${principalElement} holds an entry that is neither a text nor a list of texts`
  // Whom such a text would leave out is not in the grammar; a Principal of that kind names nobody (R-PM-02).
  if (principalElement === 'NotPrincipal' && principal !== '*' && !isObject(principal))
    return 'NotPrincipal is neither `*` nor a map of principals'
  return new WrittenStatement(at, reading, {
    sid: typeof item['Sid'] === 'string' ? item['Sid'] : undefined,
    effect,
    actionElement,
    actions,
    resourceElement,
    resources: Object.hasOwn(item, resourceElement) ? resources : undefined,
    principalElement,
    principal,
    condition,
  })
}

/** The elements of a statement as they are written, found to be well formed. */
interface Elements {
  readonly sid: string | undefined
  readonly effect: 'Allow' | 'Deny'
  readonly actionElement: Statement['actionElement']
  readonly actions: readonly string[]
  readonly resourceElement: Statement['resourceElement']
  readonly resources: readonly string[] | undefined
  readonly principalElement: Statement['principalElement']
  readonly principal: unknown
  readonly condition: unknown
}

/** A statement that is compiled part by part, when somebody asks. */
class WrittenStatement implements Statement {
  readonly index: number
  readonly pointer: string
  readonly sid: string | undefined
  readonly effect: 'Allow' | 'Deny'
  readonly actionElement: Statement['actionElement']
  readonly actionSource: readonly string[]
  readonly resourceElement: Statement['resourceElement']
  readonly principalElement: Statement['principalElement']
  readonly principalSource: unknown
  readonly #reading: Reading
  readonly #written: Elements
  #listsAction: ActionElements | undefined
  #resources: readonly ResourcePattern[] | undefined
  #principal: PrincipalElement | undefined
  #conditions: readonly ConditionLine[] | undefined

  constructor({ index, pointer }: Pick<Statement, 'index' | 'pointer'>, reading: Reading, written: Elements) {
    this.index = index
    this.pointer = pointer
    this.sid = written.sid
    this.effect = written.effect
    this.actionElement = written.actionElement
    this.actionSource = written.actions
    this.resourceElement = written.resourceElement
    this.principalElement = written.principalElement
    this.principalSource = written.principal ?? null
    this.#reading = reading
    this.#written = written
  }

  get listsAction(): ActionElements {
    return (this.#listsAction ??= readActionElements(this.actionSource, this.#reading.compilers.action))
  }

  get resources(): readonly ResourcePattern[] | undefined {
    return (this.#resources ??= this.#readResources())
  }

  #readResources(): readonly ResourcePattern[] | undefined {
    const { version, place, readings, compilers } = this.#reading
    const read = this.#written.resources?.map((text) => compilers.resource(text, version, place, readings))
    return this.effect === 'Allow' && this.resourceElement === 'Resource' ? read?.map(asGiven) : read
  }

  get principal(): PrincipalElement | undefined {
    const { principal } = this.#written
    if (principal === undefined) return undefined
    return (this.#principal ??= readPrincipalElement(principal, this.#reading.readings, this.#reading.endpoint))
  }

  get conditions(): readonly ConditionLine[] {
    const { version, readings } = this.#reading
    return (this.#conditions ??= readLines(this.#written.condition, version, readings))
  }
}

/** R-GRAM-12: an empty block is no condition, or one that never holds. */
function readLines(block: unknown, version: string, readings: Readings): readonly ConditionLine[] {
  const lines = readCondition(block, version, readings) ?? []
  if (lines.length > 0 || readings['empty-condition'] === 'no-condition' || block === NO_CONDITION) return lines
  return [{ operator: '(empty Condition)', key: '', use: undefined, values: [], readings }]
}

const NO_CONDITION: Readonly<Record<string, never>> = {}

function firstPair(item: Record<string, unknown>): string | undefined {
  return ['Action', 'Resource', 'Principal'].find(
    (name) => Object.hasOwn(item, name) && Object.hasOwn(item, `Not${name}`),
  )
}

function texts(value: unknown): readonly string[] | undefined {
  if (value === undefined) return []
  if (typeof value === 'string') return [value]
  if (!Array.isArray(value)) return undefined
  return value.every((entry): entry is string => typeof entry === 'string') ? value : undefined
}

function quote(value: unknown): string {
  if (value === undefined) return 'missing'
  // An object may be nested deeper than JSON.stringify can follow.
  return typeof value === 'object' && value !== null ? 'no text' : `\`${String(value).slice(0, 60)}\``
}

/** A text, or a map of texts and lists of texts. An account id may have arrived as a number. */
function isPrincipal(value: unknown): boolean {
  if (value === undefined || typeof value === 'string') return true
  if (Array.isArray(value)) return value.every((entry) => typeof entry === 'string')
  if (!isObject(value)) return false
  const isEntry = (entry: unknown): boolean => typeof entry === 'string' || typeof entry === 'number'
  return Object.values(value).every((listed) => (Array.isArray(listed) ? listed.every(isEntry) : isEntry(listed)))
}
