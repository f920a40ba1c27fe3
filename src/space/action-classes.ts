import type { Statement } from '#iam/policy.ts'
import { lazy } from '#iam/lazy.ts'
import type { Budget } from './budget.ts'
import { type ActionClass, formOfKnown, KnownActions, knownNames, matchedNames, type NameSet } from './known-actions.ts'
import {
  ascending,
  type AskedOf,
  holdersOf,
  listedServices,
  merged,
  onlyServices,
  plainNames,
  type Said,
  saidOf,
  sayOf,
} from './statement-actions.ts'
import { type Around, aroundActions, hasOnlyKnown, type Unknown, unknownClasses } from './unknown-actions.ts'

/** Actions to be told apart besides those that the statements do. */
export interface Apart {
  /** Services that are unlike all others: of those that no statement names, one of these stands for them and one for the rest. */
  readonly kind?: ReadonlySet<string>
  readonly budget?: Budget | undefined
}

/**
 * Parts of a service that are worth looking for: its known actions, and those that the reference does not have, which takes
 * longest.
 */
export interface Worth {
  readonly known: boolean
  /** Asked once the known ones were looked at. */
  readonly unknown: () => boolean
}

const NO_OTHERS: Unknown = { classes: [], complete: true }

/** Classes of the names that a statement lists, the same for each that lists the same. Undefined: of all names. */
interface OfNames {
  readonly own: AskedOf | undefined
  readonly classes: readonly ActionClass[]
}

const sameNames = (a: AskedOf | undefined, b: AskedOf | undefined): boolean =>
  a === b ||
  (a !== undefined &&
    a.isNot === b?.isNot &&
    a.patterns.length === b.patterns.length &&
    a.patterns.every((pattern, i) => pattern === b.patterns[i]))

/** The actions of all known services, in classes that a list of statements tells apart. */
export class ActionClasses {
  private readonly statements: readonly Statement[]
  /** All that some statement names, and those that stand for the rest. */
  private readonly services: () => readonly string[]
  private readonly said = new Map<string, Said>()
  private readonly known = new Map<string, OfNames[]>()
  private readonly budget: Budget | undefined

  constructor(statements: readonly Statement[], { kind, budget }: Apart = {}) {
    this.budget = budget
    this.statements = statements
    this.services = lazy(() => listedServices(statements, kind))
  }

  /**
   * Classes that statement number `region` holds, those of known actions first. Services that no statement names are
   * alike: one stands for all. At the end, whether all were found.
   */
  *of(region: number): Generator<ActionClass, boolean> {
    const reached = this.reachedBy(region)
    for (const service of reached) yield* this.knownOf(service, region)
    let complete = true
    for (const service of reached) {
      const found = this.unknownOf(service, region)
      complete &&= found.complete
      yield* found.classes
    }
    return complete
  }

  /** Calls `take` with each of the same until it says that it has enough. Whether all were found. */
  each(region: number, worth: (around: Around) => Worth, take: (actions: ActionClass) => boolean): boolean {
    const reached = this.reachedBy(region)
    this.budget?.spend(reached.length * this.statements.length)
    const worths = reached.map((service) => worth(aroundActions(service, this.saidOf(service), region)))
    for (let i = 0; i < reached.length; i++)
      if (worths[i]?.known === true && this.knownOf(reached[i] as string, region).some(take)) return true
    let complete = true
    for (let i = 0; i < reached.length; i++) {
      const service = reached[i] as string
      if (this.hasOnlyKnown(service, region) || worths[i]?.unknown() !== true) continue
      const found = this.unknownOf(service, region)
      complete &&= found.complete
      if (found.classes.some(take)) return true
    }
    return complete
  }

  /** Classes of known actions that statement number `region` holds. */
  knownIn(region: number): readonly ActionClass[] {
    const reached = this.reachedBy(region)
    const [only] = reached
    if (reached.length === 1 && only !== undefined) return this.knownOf(only, region)
    return reached.flatMap((service) => this.knownOf(service, region))
  }

  private hasOnlyKnown(service: string, region: number): boolean {
    return hasOnlyKnown(service, this.saidOf(service), region)
  }

  private unknownOf(service: string, region: number): Unknown {
    if (this.hasOnlyKnown(service, region)) return NO_OTHERS
    return unknownClasses(service, this.saidOf(service), region, this.budget)
  }

  private reachedBy(region: number): readonly string[] {
    const own = this.statements[region] as Statement
    return onlyServices(own) ?? this.services().filter((service) => sayOf(own, service) !== false)
  }

  private knownOf(service: string, region: number): readonly ActionClass[] {
    const said = this.saidOf(service)
    const own = said.asked.find(({ i }) => i === region)
    const made = this.known.get(service) ?? []
    this.known.set(service, made)
    const known = made.find((one) => sameNames(one.own, own))
    if (known !== undefined) return known.classes
    const few = fewNames(own)
    const classes =
      few === undefined ? knownClasses(service, said, own, this.budget) : classesOfNames(service, said, few)
    made.push({ own, classes })
    return classes
  }

  private saidOf(service: string): Said {
    const known = this.said.get(service)
    if (known !== undefined) return known
    const made = saidOf(this.statements, service)
    this.said.set(service, made)
    return made
  }
}

/** As many names are looked up one by one; for more, all of a service are gone through. */
const FEW = 4

/** The names of a statement that lists a few as they stand. */
function fewNames(own: AskedOf | undefined): readonly string[] | undefined {
  if (own === undefined || own.isNot || own.patterns.length > FEW) return undefined
  return plainNames(own.patterns)
}

/** The classes of these names alone. */
function classesOfNames(service: string, { always, asked }: Said, listed: readonly string[]): readonly ActionClass[] {
  const found = new Map<string, ActionClass & { readonly names: string[] }>()
  for (const name of new Set(listed)) {
    const form = formOfKnown(service, name)
    if (form === undefined) continue
    const holds = merged(always, holdersOf(asked, name))
    const key = `${form} ${holds.join()}`
    const known = found.get(key)
    if (known === undefined) found.set(key, { service, form, holds, first: name, names: [name] })
    else known.names.push(name)
  }
  return [...found.values()]
}

/** Begins with one class for each form of what the region holds, and divides every class by one statement after the other. */
function knownClasses(
  service: string,
  { always, asked }: Said,
  own: AskedOf | undefined,
  budget: Budget | undefined,
): readonly ActionClass[] {
  const within = own === undefined ? undefined : matchedNames(service, own.patterns)
  let classes: Divided[] = []
  for (const [form, set] of knownNames(service).byForm) {
    const held = within === undefined ? set : divided(set, within, own?.isNot === true)
    if (held !== undefined) classes.push({ form, set: held, holds: own === undefined ? [] : [own.i] })
  }
  for (const one of asked) {
    if (one === own) continue
    const { i, patterns, isNot } = one
    const matched = matchedNames(service, patterns)
    budget?.spend(classes.length * (1 + (matched.length >> 3)) + 1)
    const parts: Divided[] = []
    for (const { form, set, holds } of classes) {
      const held = divided(set, matched, isNot)
      const rest = held === set ? undefined : divided(set, matched, !isNot)
      if (held !== undefined) parts.push({ form, set: held, holds: [...holds, i] })
      if (rest !== undefined) parts.push({ form, set: rest, holds })
    }
    classes = parts
  }
  const made = classes.map(
    ({ form, set, holds }) => new KnownActions(service, form, ascending([...always, ...holds]), set),
  )
  return made.length < 2 ? made : made.sort((a, b) => a.start - b.start)
}

interface Divided {
  readonly form: ActionClass['form']
  readonly set: NameSet
  readonly holds: readonly number[]
}

/** The part of a set that the other holds, or that it does not; the set itself where that is all of it, undefined where nothing is. */
function divided(set: NameSet, by: NameSet, isNot: boolean): NameSet | undefined {
  let [some, all] = [false, true]
  for (let i = 0; i < set.length; i++) {
    const own = set[i] as number
    const part = isNot ? own & ~(by[i] as number) : own & (by[i] as number)
    if (part !== 0) some = true
    if (part !== (own | 0)) all = false
  }
  if (all || !some) return all ? set : undefined
  return set.map((own, i) => (isNot ? own & ~(by[i] as number) : own & (by[i] as number)))
}
