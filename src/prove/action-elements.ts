import { actionPatternOf } from '#iam/compilers.ts'
import { type ActionClass, holdsSome } from '#space/known-actions.ts'
import type { Entry } from './document-set.ts'

/** The action elements of all statements, numbered one after the other; all that `NotAction` lists is one. */
export class ActionElements {
  private readonly entries: readonly Entry[]
  /** The number of each statement's first, and behind the last. */
  private readonly firsts: readonly number[]
  private readonly known = new Map<ActionClass, readonly number[]>()

  constructor(entries: readonly Entry[]) {
    this.entries = entries
    const firsts = [0]
    let count = 0
    for (const { statement } of entries) {
      count += statement.actionElement === 'NotAction' ? 1 : statement.actionSource.length
      firsts.push(count)
    }
    this.firsts = firsts
  }

  firstOf(statement: number): number {
    return this.firsts[statement] ?? 0
  }

  /** Numbers of the action elements, of whichever statement, that hold some of the actions. */
  of(actions: ActionClass): readonly number[] {
    const known = this.known.get(actions)
    if (known !== undefined) return known
    const found: number[] = []
    for (const i of actions.holds) {
      const { actionElement, actionSource } = (this.entries[i] as Entry).statement
      const first = this.firstOf(i)
      if (actionElement === 'NotAction') found.push(first)
      else
        for (let at = 0; at < actionSource.length; at++)
          if (holdsSome(actionPatternOf(actionSource[at] as string), actions)) found.push(first + at)
    }
    this.known.set(actions, found)
    return found
  }
}
