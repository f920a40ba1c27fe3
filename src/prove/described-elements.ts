import type { ActionClass } from '#space/known-actions.ts'
import type { ActionElements } from './action-elements.ts'
import { isAnywhere, type Win } from './difference.ts'
import type { Entry } from './document-set.ts'

/**
 * Elements that the description of a changed statement tells already (`accessSets`): its resource patterns, and the action
 * elements of all statements that come into it. More actions that the same elements hold add nothing to it.
 */
export class DescribedElements {
  private readonly all: ActionElements
  private readonly withins: (number | undefined)[] = []
  private readonly elements: number[] = []

  constructor(all: ActionElements) {
    this.all = all
  }

  add({ actions, within }: Win): void {
    if (!this.withins.includes(within)) this.withins.push(within)
    for (const element of this.all.of(actions)) if (!this.elements.includes(element)) this.elements.push(element)
  }

  holds(actions: ActionClass, within: number | undefined): boolean {
    if (!this.withins.includes(within)) return false
    for (const element of this.all.of(actions)) if (!this.elements.includes(element)) return false
    return true
  }

  /** Whether all elements of a statement and all its patterns are told. */
  holdsAllOf(region: Entry, i: number): boolean {
    const first = this.all.firstOf(i)
    const behind = this.all.firstOf(i + 1)
    for (let element = first; element < behind; element++) if (!this.elements.includes(element)) return false
    return isAnywhere(region) ? this.withins.includes(undefined) : region.resources.every(this.isTold)
  }

  private readonly isTold = (within: number): boolean => this.withins.includes(within)

  /** Whether every element of one statement that holds some of the actions is told. */
  holdsElements(statement: number, actions: ActionClass): boolean {
    const first = this.all.firstOf(statement)
    const behind = this.all.firstOf(statement + 1)
    for (const element of this.all.of(actions))
      if (element >= first && element < behind && !this.elements.includes(element)) return false
    return true
  }
}
