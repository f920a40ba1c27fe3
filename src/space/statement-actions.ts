import { type ActionPattern, mayBeOfService } from '#iam/action.ts'
import { actionPatternOf } from '#iam/compilers.ts'
import { allServices, isService } from '#iam/facts/services.ts'
import { globMatches } from '#iam/glob.ts'
import type { Statement } from '#iam/policy.ts'
import { globsApart } from './glob-relations.ts'

export type NamePattern = Extract<ActionPattern, { kind: 'action' }>

/** The elements of one statement, by service. */
interface Elements {
  readonly everything: boolean
  readonly byService: ReadonlyMap<string, readonly NamePattern[]>
}

const read = new WeakMap<readonly string[], Elements>()

function elementsOf({ actionSource }: Statement): Elements {
  const known = read.get(actionSource)
  if (known !== undefined) return known
  const byService = new Map<string, NamePattern[]>()
  let everything = false
  for (const text of actionSource) {
    const pattern = actionPatternOf(text)
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

/** The actions of one service that a statement holds: all, none, or by these patterns. */
export type OfService = boolean | readonly NamePattern[]

export function sayOf(statement: Statement, service: string): OfService {
  const { actionSource } = statement
  if (actionSource.length === 0) return false // R-GRAM-11
  const { everything, byService } = elementsOf(statement)
  const lists = statement.actionElement === 'Action'
  if (everything) return lists
  const patterns = byService.get(service)
  if (patterns === undefined) return !lists
  return patterns.some(({ name }) => name.kind === 'any') ? lists : patterns
}

/** The services of a statement that lists nothing else; undefined: it holds actions of services that it does not name. */
export function onlyServices(statement: Statement): readonly string[] | undefined {
  if (statement.actionElement === 'NotAction') return undefined
  const { everything, byService } = elementsOf(statement)
  return everything ? undefined : [...byService.keys()].filter(isService)
}

/** The action patterns of some statements; undefined: they hold actions of services that they do not name, too. */
export function listedActions(statements: readonly Statement[]): readonly NamePattern[] | undefined {
  const listed: NamePattern[] = []
  for (const statement of statements) {
    if (statement.actionElement === 'NotAction') return undefined
    const { everything, byService } = elementsOf(statement)
    if (everything) return undefined
    for (const patterns of byService.values()) listed.push(...patterns)
  }
  return listed
}

/** Whether a statement may hold an action that one of these holds: few of its texts are worth compiling to see that. */
export function mayHoldOf({ actionElement, actionSource }: Statement, listed: readonly NamePattern[]): boolean {
  if (actionElement === 'NotAction') return true
  return actionSource.some((text) => {
    if (text.charCodeAt(0) === STAR) return true
    const own = listed.filter(({ service }) => mayBeOfService(text, service))
    if (own.length === 0) return false
    const pattern = actionPatternOf(text)
    return pattern.kind === 'action' && own.some(({ name }) => !globsApart(name, pattern.name))
  })
}

const STAR = 0x2a

/** Services whose actions many know: the first that no statement names stands for all of those. */
const WELL_KNOWN = ['dynamodb', 'sqs', 'sns', 'lambda', 'ec2', 's3', 'rds', 'glue', 'logs', 'events']

/** Known services that a statement names, and one that none does; with `kind` one of that kind and one of the rest. */
export function listedServices(
  statements: readonly Statement[],
  kind: ReadonlySet<string> | undefined,
): readonly string[] {
  const named = new Set<string>()
  for (const statement of statements)
    for (const service of elementsOf(statement).byService.keys()) if (isService(service)) named.add(service)
  const firstOf = (is: (service: string) => boolean): readonly string[] => {
    const wanted = (service: string): boolean => !named.has(service) && is(service)
    const first = WELL_KNOWN.find(wanted) ?? allServices().find(wanted)
    return first === undefined ? [] : [first]
  }
  const others =
    kind === undefined ? firstOf(() => true) : [...firstOf((one) => kind.has(one)), ...firstOf((one) => !kind.has(one))]
  return [...named, ...others]
}

/** Statements on one service: those that hold all its actions, and those that hold some. */
export interface Said {
  readonly always: readonly number[]
  readonly asked: readonly AskedOf[]
}

/** A statement by its number, and the names it lists; `isNot`: it holds all others. */
export interface AskedOf {
  readonly i: number
  readonly patterns: readonly NamePattern[]
  readonly isNot: boolean
}

export function saidOf(statements: readonly Statement[], service: string): Said {
  const always: number[] = []
  const asked: AskedOf[] = []
  for (let i = 0; i < statements.length; i++) {
    const statement = statements[i] as Statement
    const said = sayOf(statement, service)
    if (said === true) always.push(i)
    else if (said !== false) asked.push({ i, patterns: said, isNot: statement.actionElement === 'NotAction' })
  }
  return { always, asked }
}

/** Both together, ascending. */
export const merged = (a: readonly number[], b: readonly number[]): readonly number[] =>
  a.length === 0 ? b : ascending([...a, ...b])

/** Sorted where it stands: a handful of numbers, mostly in order already. */
export function ascending(numbers: number[]): number[] {
  for (let i = 1; i < numbers.length; i++) {
    const number = numbers[i] as number
    let at = i
    for (; at > 0 && (numbers[at - 1] as number) > number; at--) numbers[at] = numbers[at - 1] as number
    numbers[at] = number
  }
  return numbers
}

/** Statements that hold a name, of those asked. */
export function holdersOf(asked: readonly AskedOf[], name: string): readonly number[] {
  const holders: number[] = []
  for (const { i, patterns, isNot } of asked) if (holdsName(patterns, name) !== isNot) holders.push(i)
  return holders
}

function holdsName(patterns: readonly NamePattern[], name: string): boolean {
  for (const one of patterns) if (globMatches(one.name, name)) return true
  return false
}

/** The names of a statement that lists plain names and no pattern: nothing else can be meant. */
export function plainNames(patterns: readonly NamePattern[]): readonly string[] | undefined {
  const names: string[] = []
  for (const { name } of patterns) {
    if (name.kind !== 'text') return undefined
    names.push(name.text)
  }
  return names
}
