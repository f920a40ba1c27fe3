import { type ActionClass, holdsSome } from '#space/known-actions.ts'
import { patternOf } from '#space/statement-actions.ts'
import { isAnywhere, type Win } from './difference.ts'
import type { Entry } from './document-set.ts'

/**
 * What the description of a changed statement tells already (`accessSets`): its resource patterns, and the action elements
 * of all statements that come into it. More actions that the same elements hold add nothing to it.
 */
export class Told {
  private readonly entries: readonly Entry[]
  private readonly withins = new Set<number | undefined>()
  private readonly elements = new Set<number>()
  private readonly known = new Map<ActionClass, readonly number[]>()

  constructor(entries: readonly Entry[]) {
    this.entries = entries
  }

  add({ actions, within }: Win): void {
    this.withins.add(within)
    for (const element of this.elementsOf(actions)) this.elements.add(element)
  }

  holds(actions: ActionClass, within: number | undefined): boolean {
    return this.withins.has(within) && this.elementsOf(actions).every((element) => this.elements.has(element))
  }

  /** Whether all elements of a statement and all its patterns are told. */
  holdsAllOf(region: Entry): boolean {
    const i = this.entries.indexOf(region)
    const { actionElement, actionSource } = region.statement
    const count = actionElement === 'NotAction' ? 1 : actionSource.length
    for (let at = 0; at < count; at++) if (!this.elements.has(i * MANY + at)) return false
    const patterns = isAnywhere(region) ? [undefined] : region.resources
    return patterns.every((within) => this.withins.has(within))
  }

  /** Whether every element of one statement that holds some of the actions is told. */
  holdsElements(statement: number, actions: ActionClass): boolean {
    const own = this.elementsOf(actions).filter((element) => Math.floor(element / MANY) === statement)
    return own.every((element) => this.elements.has(element))
  }

  /** One number for each element of each statement that holds some of the actions. */
  private elementsOf(actions: ActionClass): readonly number[] {
    const known = this.known.get(actions)
    if (known !== undefined) return known
    const found: number[] = []
    for (const i of actions.holds) {
      const { actionElement, actionSource } = (this.entries[i] as Entry).statement
      if (actionElement === 'NotAction') found.push(i * MANY)
      else
        for (const [at, text] of actionSource.entries())
          if (holdsSome(patternOf(text), actions)) found.push(i * MANY + at)
    }
    this.known.set(actions, found)
    return found
  }
}

/** No statement lists more elements: a policy has at most 10,240 characters. */
const MANY = 10_000
