import { actionOfOperation } from '#iam/api-operations.ts'
import type { Budget } from './budget.ts'
import { globCovers, globsApart } from './glob-relations.ts'
import { type ActionClass, formOfKnown, knownNames } from './known-actions.ts'
import { type AskedOf, holdersOf, merged, type NamePattern, plainNames, type Said } from './statement-actions.ts'
import { textClasses } from './text-classes.ts'
import { globPattern, type Observer } from './text-pattern.ts'

/** Classes of actions that the reference does not have, each with one name. */
export interface Unknown {
  readonly classes: readonly ActionClass[]
  /** False: there may be more. */
  readonly complete: boolean
}

/** Actions that statement number `region` holds beyond the known ones of a service: new ones come every week. */
export function unknownClasses(service: string, said: Said, region: number, budget?: Budget): Unknown {
  const own = said.asked.find(({ i }) => i === region)
  const plain = own === undefined || own.isNot ? undefined : plainNames(own.patterns)
  if (plain !== undefined) return { classes: plain.flatMap((name) => classOfName(service, said, name)), complete: true }
  const asked = own === undefined ? said.asked : said.asked.filter((one) => one === own || tellsApart(one, own))
  const { index } = knownNames(service)
  const observers = asked.map(({ patterns }) => observerOf(patterns, index))
  const at = own === undefined || own.isNot ? -1 : asked.indexOf(own)
  const { classes, complete } = textClasses(observers, { budget, ...(at < 0 ? {} : { required: [at] }) })
  const found = new Map<string, ActionClass>()
  for (const { text, holds } of classes) {
    budget?.spend(4 * said.asked.length)
    if (own?.isNot === true && holds.includes(asked.indexOf(own))) continue
    const held = holdersOf(said.asked, text)
    const key = held.join()
    if (found.has(key)) continue
    const isUsual = (name: string): boolean => name !== '' && !index.has(name) && !isOperation(service, name)
    const isAlike = (name: string): boolean => isUsual(name) && holdersOf(said.asked, name).join() === key
    const name = isUsual(text) ? text : nameLike(text, isAlike)
    if (name !== undefined) found.set(key, classOf(service, said, name, held))
  }
  return { classes: [...found.values()], complete }
}

/** Whether a statement lists names of the reference alone, so that there are no others to look for. */
export function hasOnlyKnown(service: string, { asked }: Said, region: number): boolean {
  const own = asked.find(({ i }) => i === region)
  if (own === undefined || own.isNot) return false
  return plainNames(own.patterns)?.every((name) => formOfKnown(service, name) !== undefined) === true
}

/** Statements on all actions of a service that a statement holds, before these are divided into classes. */
export interface Around {
  readonly service: string
  /** Statements that hold every one of them. */
  readonly surely: readonly number[]
  /** Statements that hold every one of them, and those that may hold some. */
  readonly perhaps: readonly number[]
}

export function aroundActions(service: string, { always, asked }: Said, region: number): Around {
  const own = asked.find(({ i }) => i === region)
  const [surely, perhaps] = [always.slice(), always.slice()]
  for (const one of asked) {
    perhaps.push(one.i)
    if (one === own || (own !== undefined && !one.isNot && !own.isNot && holdsAll(one, own))) surely.push(one.i)
  }
  return { service, surely, perhaps }
}

function holdsAll({ patterns }: AskedOf, own: AskedOf): boolean {
  for (const inner of own.patterns) if (!patterns.some((outer) => globCovers(outer.name, inner.name))) return false
  return true
}

const classOf = (service: string, { always }: Said, name: string, held: readonly number[]): ActionClass => ({
  service,
  form: 'any',
  holds: merged(always, held),
  first: name,
  names: [name],
})

/** The class of a name that a statement lists as it stands; none where the reference has it, or where it is no action. */
function classOfName(service: string, said: Said, name: string): readonly ActionClass[] {
  if (name === '' || formOfKnown(service, name) !== undefined || isOperation(service, name)) return []
  return [classOf(service, said, name, holdersOf(said.asked, name))]
}

/** Whether a statement may hold some of another's names and not all of them. */
function tellsApart(one: AskedOf, own: AskedOf): boolean {
  if (own.isNot) return true
  return !holdsAll(one, own) && own.patterns.some((a) => one.patterns.some((b) => !globsApart(a.name, b.name)))
}

/** Names that the reference has are no part of it. */
const observerOf = (patterns: readonly NamePattern[], index: ReadonlyMap<string, number>): Observer =>
  patterns.flatMap(({ name }) => (name.kind === 'text' && index.has(name.text) ? [] : [globPattern(name)]))

/** A request that names an API operation asks for the action behind it (R-MSG-08). */
const isOperation = (service: string, name: string): boolean => actionOfOperation(`${service}:${name}`) !== undefined

/** A name like this one with a letter more; undefined: there is none. */
function nameLike(name: string, isAlike: (name: string) => boolean): string | undefined {
  for (const letter of 'xzq')
    for (let at = 0; at <= name.length; at++) {
      const longer = name.slice(0, at) + letter + name.slice(at)
      if (isAlike(longer)) return longer
    }
  return undefined
}
