import type { Statement } from '#iam/policy.ts'
import { ACTION_FORMS, type ActionClass, knownNames, matchedNames } from './known-actions.ts'
import { type AskedOf, listedServices, merged, type Said, saidOf, sayOf } from './statement-actions.ts'
import { type Around, aroundUnknown, unknownClasses } from './unknown-actions.ts'

/** What is told apart besides what the statements do. */
export interface Apart {
  /** Services that are unlike all others: of those that no statement names, one of these stands for them and one for the rest. */
  readonly kind?: ReadonlySet<string>
}

/** The actions of all known services, in classes that a list of statements tells apart. */
export class ActionClasses {
  private readonly statements: readonly Statement[]
  private readonly services: readonly string[]
  private readonly said = new Map<string, Said>()
  private readonly known = new Map<string, readonly ActionClass[]>()

  constructor(statements: readonly Statement[], { kind }: Apart = {}) {
    this.statements = statements
    this.services = listedServices(statements, kind)
  }

  /**
   * Classes that statement number `region` holds, those of known actions first. Services that no statement names are
   * alike: one stands for all. At the end, whether all were found. `isWorth`: whether to look for the classes of actions
   * that the reference does not have, which takes longest.
   */
  *of(region: number, isWorth: (unknown: Around) => boolean = () => true): Generator<ActionClass, boolean> {
    const own = this.statements[region] as Statement
    const reached = this.services.filter((service) => sayOf(own, service) !== false)
    for (const service of reached) for (const one of this.knownOf(service)) if (one.holds.includes(region)) yield one
    let complete = true
    for (const service of reached) {
      const said = this.saidOf(service)
      if (!isWorth(aroundUnknown(service, said, region))) continue
      const found = unknownClasses(service, said, region)
      complete &&= found.complete
      yield* found.classes
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
    const made = knownClasses(service, this.saidOf(service))
    this.known.set(service, made)
    return made
  }

  private saidOf(service: string): Said {
    const known = this.said.get(service)
    if (known !== undefined) return known
    const made = saidOf(this.statements, service)
    this.said.set(service, made)
    return made
  }
}

/** Begins with one class for each form, and divides every class by one statement after the other. */
function knownClasses(service: string, { always, asked }: Said): readonly ActionClass[] {
  const { names, formNumbers } = knownNames(service)
  const classOf = formNumbers.slice()
  let parents: number[] = ACTION_FORMS.map(() => -1)
  const history: { readonly parents: readonly number[]; readonly held: readonly boolean[] }[] = []
  for (const { patterns, isNot } of asked) {
    const flags = matchedNames(service, patterns)
    const numbers = new Int16Array(parents.length * 2).fill(-1)
    parents = []
    const held: boolean[] = []
    for (let at = 0; at < classOf.length; at++) {
      const was = classOf[at] as number
      const isHeld = (flags[at] === 1) !== isNot
      const slot = was * 2 + (isHeld ? 1 : 0)
      let number = numbers[slot] as number
      if (number < 0) {
        number = parents.push(was) - 1
        numbers[slot] = number
        held.push(isHeld)
      }
      classOf[at] = number
    }
    history.push({ parents, held })
  }
  const found: Growing[] = []
  const made: Growing[] = []
  for (const [at, name] of names.entries()) {
    const number = classOf[at] as number
    let one = made[number]
    if (one === undefined) {
      const holds = merged(always, heldBy(history, number, asked))
      one = { service, form: ACTION_FORMS[formNumbers[at] as number] ?? 'any', holds, names: [], numbers: [] }
      made[number] = one
      found.push(one)
    }
    one.names.push(name)
    one.numbers.push(at)
  }
  return found
}

interface Growing extends ActionClass {
  readonly names: string[]
  readonly numbers: number[]
}

/** The statements that hold a class, back through those it was divided by. */
function heldBy(
  history: readonly { readonly parents: readonly number[]; readonly held: readonly boolean[] }[],
  number: number,
  asked: readonly AskedOf[],
): readonly number[] {
  const holds: number[] = []
  let at = number
  for (let step = history.length - 1; step >= 0; step--) {
    const { parents, held } = history[step] as (typeof history)[number]
    if (held[at] === true) holds.push((asked[step] as AskedOf).i)
    at = parents[at] as number
  }
  return holds.reverse()
}
