import { actionOfOperation } from '#iam/api-operations.ts'
import { globMatches } from '#iam/glob.ts'
import type { Statement } from '#iam/policy.ts'
import { type ActionForm, knownNames, matchedNames } from './known-actions.ts'
import { listedServices, type OfService, sayOf } from './statement-actions.ts'
import { type Observer, textClasses } from './text-classes.ts'
import { globSteps, patternOf } from './text-pattern.ts'

/** Actions that the statements do not tell apart. */
export interface ActionClass {
  readonly service: string
  readonly form: ActionForm
  /** Statements that list the action, or do not where they have `NotAction`: by number, ascending. */
  readonly holds: readonly number[]
  /** Names in lower case, at least one. */
  readonly names: readonly string[]
}

/** What is told apart besides what the statements do. */
export interface Apart {
  /** Services that are unlike all others: of those that no statement names, one of these stands for them and one for the rest. */
  readonly kind?: ReadonlySet<string>
}

/** The actions of all known services, in classes that a list of statements tells apart. */
export class ActionClasses {
  private readonly statements: readonly Statement[]
  private readonly services: readonly string[]
  private readonly known = new Map<string, readonly ActionClass[]>()
  private readonly unknown = new Map<string, { readonly classes: readonly ActionClass[]; readonly complete: boolean }>()

  constructor(statements: readonly Statement[], { kind }: Apart = {}) {
    this.statements = statements
    this.services = listedServices(statements, kind)
  }

  /**
   * Classes that statement number `region` holds, those of known actions first. Services that no statement names are
   * alike: one stands for all. At the end, whether all were found.
   */
  *of(region: number): Generator<ActionClass, boolean> {
    const own = this.statements[region] as Statement
    const reached = this.services.filter((service) => sayOf(own, service) !== false)
    for (const service of reached) for (const one of this.knownOf(service)) if (one.holds.includes(region)) yield one
    let complete = true
    for (const service of reached) {
      const texts = plainNames(sayOf(own, service), own)
      const found = texts === undefined ? this.unknownOf(service) : this.unknownAmong(service, texts)
      complete &&= found.complete
      for (const one of found.classes) if (one.holds.includes(region)) yield one
    }
    return complete
  }

  /** Classes of known actions that statement number `region` holds. */
  knownIn(region: number): readonly ActionClass[] {
    return this.services.flatMap((service) => this.knownOf(service).filter(({ holds }) => holds.includes(region)))
  }

  private knownOf(service: string): readonly ActionClass[] {
    const known = this.known.get(service)
    if (known !== undefined) return known
    const { asked, always } = this.saidOf(service)
    const { names, forms } = knownNames(service)
    const listed = asked.map(([i, patterns]) => ({ i, names: matchedNames(service, patterns), ...this.elementOf(i) }))
    const classes = new Map<string, ActionClass & { readonly names: string[] }>()
    for (const [at, name] of names.entries()) {
      let key: string = forms[at] ?? 'any'
      for (const { names: flags, isNot } of listed) key += (flags[at] === 1) === isNot ? '0' : '1'
      const made = classes.get(key)
      if (made !== undefined) made.names.push(name)
      else {
        const held = listed.flatMap(({ i, names: flags, isNot }) => ((flags[at] === 1) === isNot ? [] : [i]))
        classes.set(key, { service, form: forms[at] ?? 'any', holds: merged(always, held), names: [name] })
      }
    }
    const found = [...classes.values()]
    this.known.set(service, found)
    return found
  }

  /** A name for each way the patterns can hold names that the reference does not have. */
  private unknownOf(service: string): { readonly classes: readonly ActionClass[]; readonly complete: boolean } {
    const made = this.unknown.get(service)
    if (made !== undefined) return made
    const { asked, always } = this.saidOf(service)
    const observers: Observer[] = []
    const numbers = new Map<string, number>()
    const patternsOf = asked.map(([i, patterns]) => ({
      i,
      ...this.elementOf(i),
      patterns: patterns.map(({ name }) => {
        const steps = globSteps(name)
        const key = steps.join()
        const known = numbers.get(key)
        if (known !== undefined) return known
        numbers.set(key, observers.length)
        return observers.push([patternOf(steps)]) - 1
      }),
    }))
    const { index } = knownNames(service)
    const { classes, complete } = textClasses(observers)
    const found = new Map<string, ActionClass>()
    for (const { text, holds } of classes) {
      if (text === '' || index.has(text)) continue
      const held = patternsOf.flatMap(({ i, isNot, patterns }) =>
        patterns.some((number) => holds.includes(number)) === isNot ? [] : [i],
      )
      const key = held.join()
      if (found.has(key)) continue
      const alike = (name: string): boolean => this.heldBy(asked, name).join() === key
      const name = nameLike(service, text, (one) => !index.has(one) && alike(one))
      if (name !== undefined) found.set(key, { service, form: 'any', holds: merged(always, held), names: [name] })
    }
    const all = { classes: [...found.values()], complete }
    this.unknown.set(service, all)
    return all
  }

  /** The same where only these names can be meant. */
  private unknownAmong(service: string, names: readonly string[]) {
    const { asked, always } = this.saidOf(service)
    const { index } = knownNames(service)
    const classes = names.flatMap((name): ActionClass[] => {
      if (name === '' || index.has(name) || isOperation(service, name)) return []
      return [{ service, form: 'any', holds: merged(always, this.heldBy(asked, name)), names: [name] }]
    })
    return { classes, complete: true }
  }

  private heldBy(asked: Asked, name: string): readonly number[] {
    return asked.flatMap(([i, patterns]) => {
      const listed = patterns.some((pattern) => globMatches(pattern.name, name))
      return listed === this.elementOf(i).isNot ? [] : [i]
    })
  }

  private elementOf(i: number): { readonly isNot: boolean } {
    return { isNot: (this.statements[i] as Statement).actionElement === 'NotAction' }
  }

  /** Statements that hold every action of the service, and those that hold some. */
  private saidOf(service: string): {
    readonly always: readonly number[]
    readonly asked: Asked
  } {
    const always: number[] = []
    const asked: (readonly [number, Exclude<OfService, boolean>])[] = []
    for (const [i, statement] of this.statements.entries()) {
      const said = sayOf(statement, service)
      if (said === true) always.push(i)
      else if (said !== false) asked.push([i, said])
    }
    return { always, asked }
  }
}

type Asked = readonly (readonly [number, Exclude<OfService, boolean>])[]

/** A request that names an API operation asks for the action behind it (R-MSG-08). */
const isOperation = (service: string, name: string): boolean => actionOfOperation(`${service}:${name}`) !== undefined

/** The name, or one like it with a letter more, that is no operation; undefined: there is none. */
function nameLike(service: string, name: string, isAlike: (name: string) => boolean): string | undefined {
  if (!isOperation(service, name)) return name
  for (const letter of 'xzq')
    for (let at = 0; at <= name.length; at++) {
      const longer = name.slice(0, at) + letter + name.slice(at)
      if (isAlike(longer) && !isOperation(service, longer)) return longer
    }
  return undefined
}

/** The names of a statement that lists plain names and no pattern: nothing else can be meant. */
function plainNames(says: OfService, { actionElement }: Statement): readonly string[] | undefined {
  if (typeof says === 'boolean' || actionElement === 'NotAction') return undefined
  const names: string[] = []
  for (const { name } of says) {
    if (name.kind !== 'text') return undefined
    names.push(name.text)
  }
  return names
}

const merged = (a: readonly number[], b: readonly number[]): readonly number[] =>
  a.length === 0 ? b : [...a, ...b].sort((x, y) => x - y)
