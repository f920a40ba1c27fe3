import { type ActionPattern, readActionPattern } from '#iam/action.ts'
import { actionFacts, isWildcardOnlyAction } from '#iam/facts/actions.ts'
import { allServices, isService, serviceTable } from '#iam/facts/services.ts'
import { globMatches } from '#iam/glob.ts'
import type { Statement } from '#iam/policy.ts'
import { type Observer, textClasses } from './text-classes.ts'
import { globSteps, patternOf } from './text-pattern.ts'

/**
 * What an action is evaluated on, as far as the request's own form settles it: nothing (R-REQ-03), a bucket, an object
 * (R-RES-09), a KMS key (R-KMS-09), or any resource.
 */
export type ActionForm = 'none' | 'bucket' | 'object' | 'key' | 'any'

/** Actions that the statements do not tell apart. */
export interface ActionClass {
  readonly service: string
  readonly form: ActionForm
  /** Statements that list the action, or do not where they have `NotAction`: by number, ascending. */
  readonly holds: readonly number[]
  /** Names in lower case; known ones first, at least one. */
  readonly names: readonly string[]
  /** How many of the names the service reference knows; the others are any of their pattern. */
  readonly known: number
}

export interface ActionClasses {
  readonly classes: readonly ActionClass[]
  readonly complete: boolean
}

/** The elements of one statement, by service. */
interface Elements {
  readonly everything: boolean
  readonly byService: ReadonlyMap<string, readonly Extract<ActionPattern, { kind: 'action' }>[]>
}

const read = new WeakMap<readonly string[], Elements>()

function elementsOf({ actionSource }: Statement): Elements {
  const known = read.get(actionSource)
  if (known !== undefined) return known
  const byService = new Map<string, Extract<ActionPattern, { kind: 'action' }>[]>()
  let everything = false
  for (const text of actionSource) {
    const pattern = readActionPattern(text)
    if (pattern.kind === 'any') everything = true
    if (pattern.kind !== 'action') continue
    const listed = byService.get(pattern.service)
    if (listed === undefined) byService.set(pattern.service, [pattern])
    else listed.push(pattern)
  }
  const elements = { everything, byService }
  read.set(actionSource, elements)
  return elements
}

/** What one statement says of the actions of one service. */
type OfService = boolean | readonly Extract<ActionPattern, { kind: 'action' }>[]

function ofService(statement: Statement, service: string): OfService {
  const { everything, byService } = elementsOf(statement)
  if (statement.actionSource.length === 0) return false
  const lists = statement.actionElement === 'Action'
  if (everything) return lists
  const patterns = byService.get(service)
  if (patterns === undefined) return !lists
  const all = patterns.some(({ name }) => name.kind === 'any')
  return all ? lists : patterns
}

/** What is told apart besides what the statements do. */
export interface Apart {
  /** Services that are unlike all others: of those that no statement names, one of these stands for them and one for the rest. */
  readonly kind?: ReadonlySet<string>
}

/**
 * The actions that statement number `region` holds, in classes. Services that no statement names are alike: one of them
 * stands for all. Only actions of known services are looked at (docs/json.md, "Compare").
 */
export function actionClasses(statements: readonly Statement[], region: number, apart: Apart = {}): ActionClasses {
  const classes: ActionClass[] = []
  let complete = true
  for (const service of servicesOf(statements, region, apart)) {
    const found = classesOfService(statements, region, service)
    classes.push(...found.classes)
    complete &&= found.complete
  }
  return { classes, complete }
}

/** Services whose actions many know: the first that no statement names stands for all of those. */
const WELL_KNOWN = ['dynamodb', 'sqs', 'sns', 'lambda', 'ec2', 's3', 'rds', 'glue', 'logs', 'events']

function servicesOf(statements: readonly Statement[], region: number, { kind }: Apart): readonly string[] {
  const named = new Set<string>()
  for (const statement of statements) for (const service of elementsOf(statement).byService.keys()) named.add(service)
  const firstOf = (is: (service: string) => boolean): readonly string[] => {
    const wanted = (service: string): boolean => !named.has(service) && is(service)
    const first = WELL_KNOWN.find(wanted) ?? allServices().find(wanted)
    return first === undefined ? [] : [first]
  }
  const others =
    kind === undefined ? firstOf(() => true) : [...firstOf((one) => kind.has(one)), ...firstOf((one) => !kind.has(one))]
  const own = statements[region] as Statement
  const reached = (service: string): boolean => isService(service) && ofService(own, service) !== false
  return [...named, ...others].filter(reached)
}

function classesOfService(statements: readonly Statement[], region: number, service: string): ActionClasses {
  const said = statements.map((statement) => ofService(statement, service))
  const always = said.flatMap((one, i) => (one === true ? [i] : []))
  const asked = said.flatMap((one, i) => (typeof one === 'boolean' ? [] : [i]))
  const found = new Map<string, ActionClass & { readonly names: string[]; known: number }>()
  const regionSays = said[region] ?? false
  const add = (name: string, isKnown: boolean): void => {
    if (!holdsName(statements[region] as Statement, regionSays, name)) return
    const own = asked.filter((i) => holdsName(statements[i] as Statement, said[i] ?? false, name))
    const form = isKnown ? formOf(service, name) : 'any'
    const key = `${form} ${own.join()}`
    const known = found.get(key)
    if (known === undefined) {
      const holds = [...always, ...own].sort((a, b) => a - b)
      found.set(key, { service, form, holds, names: [name], known: isKnown ? 1 : 0 })
    } else {
      known.names.push(name)
      if (isKnown) known.known++
    }
  }
  const table = serviceTable(service)
  const named = namesOf(regionSays, statements[region] as Statement)
  if (named !== undefined) {
    for (const name of named) add(name, table?.actions.has(name) === true)
    return { classes: [...found.values()].map(knownFirst(service)), complete: true }
  }
  for (const name of table?.actions.keys() ?? []) add(name, true)
  const unknown = unknownNames(asked, said)
  for (const name of unknown.names) if (table?.actions.has(name) !== true) add(name, false)
  return { classes: [...found.values()], complete: unknown.complete }
}

function holdsName({ actionElement }: Statement, patterns: OfService, name: string): boolean {
  if (typeof patterns === 'boolean') return patterns
  return patterns.some((pattern) => globMatches(pattern.name, name)) === (actionElement === 'Action')
}

/** A name for each way the patterns can hold names that the reference does not have. */
function unknownNames(
  asked: readonly number[],
  said: readonly OfService[],
): { readonly names: readonly string[]; readonly complete: boolean } {
  const patterns = new Map<string, Observer>()
  for (const i of asked)
    for (const pattern of said[i] as Exclude<OfService, boolean>) {
      const steps = globSteps(pattern.name)
      patterns.set(steps.join(), [patternOf(steps)])
    }
  const { classes, complete } = textClasses([...patterns.values()])
  return { names: classes.map(({ text }) => text).filter((text) => text !== ''), complete }
}

/** The names of a statement that lists plain names and no pattern: nothing else needs to be looked at. */
function namesOf(says: OfService, { actionElement }: Statement): readonly string[] | undefined {
  if (typeof says === 'boolean' || actionElement === 'NotAction') return undefined
  const names = new Set<string>()
  for (const { name } of says) {
    if (name.kind !== 'text') return undefined
    names.add(name.text)
  }
  return [...names]
}

const knownFirst =
  (service: string) =>
  (one: ActionClass): ActionClass => {
    const known = (name: string): boolean => serviceTable(service)?.actions.has(name) === true
    return { ...one, names: one.names.toSorted((a, b) => Number(known(b)) - Number(known(a))) }
  }

function formOf(service: string, name: string): ActionForm {
  if (isWildcardOnlyAction(`${service}:${name}`) === true) return 'none'
  if (service !== 's3' && service !== 'kms') return 'any'
  const types = new Set((actionFacts(service, name)?.resourceTypes ?? []).map((type) => type.name))
  if (service === 'kms') return types.has('key') && !types.has('alias') ? 'key' : 'any'
  if (types.has('object') === types.has('bucket')) return 'any'
  return types.has('object') ? 'object' : 'bucket'
}
