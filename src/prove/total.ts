import type { Request } from '#iam/request.ts'
import type { AccessSet } from '#space/access-set.ts'
import type { Access, Comparison } from './comparison.ts'
import { isRoot } from './snapshot-callers.ts'

const MAX_SETS = 200

/**
 * How much a witness shows, larger for more: nothing where the whole of the snapshots answers it alike; the root user may do nearly
 * everything.
 */
const telling = (request: Request | null, isShown: boolean): number =>
  request === null ? 0 : 1 + Number(!isRoot(request.principal)) + 2 * Number(isShown)

type Shows = (request: Request, side: 0 | 1) => boolean

const MOST_TELLING = 4

/** Adds up comparisons of many principals. */
export class Total {
  private readonly access: [Access, Access] = ['none', 'none']
  private readonly sets: readonly [Map<string, AccessSet>, Map<string, AccessSet>] = [new Map(), new Map()]
  private readonly witnesses: [Request | null, Request | null] = [null, null]
  private readonly telling: [number, number] = [0, 0]
  private readonly shows: Shows
  private reason: string | undefined

  constructor(shows: Shows) {
    this.shows = shows
  }

  /** Whether nothing that is still found could be shown better than what there is. */
  isTold(way: 0 | 1): boolean {
    return this.telling[way] === MOST_TELLING
  }

  add(principal: string, comparison: Comparison): void {
    this.note(0, principal, comparison.newAccess, comparison.newlyAllowed, comparison.witness)
    this.note(1, principal, comparison.lostAccess, comparison.newlyDenied, comparison.lostWitness)
    if (comparison.reason !== undefined) this.reason ??= `of \`${principal}\`: ${comparison.reason}`
  }

  /** Something was not looked at: what was not found may be there. `ways`: for access gained, and lost. */
  leftOut(reason: string, ways: readonly [boolean, boolean] = [true, true]): void {
    for (const way of [0, 1] as const)
      if (ways[way] && this.access[way] === 'none') {
        this.access[way] = 'undecided'
        this.reason ??= reason
      }
  }

  private note(
    way: 0 | 1,
    principal: string,
    access: Access,
    sets: readonly AccessSet[],
    witness: Request | null,
  ): void {
    if (access === 'some' || this.access[way] === 'none') this.access[way] = access
    if (witness !== null && !this.isTold(way)) {
      const tells = telling(witness, this.shows(witness, (1 - way) as 0 | 1))
      if (tells > this.telling[way]) {
        this.telling[way] = tells
        this.witnesses[way] = witness
      }
    }
    const found = this.sets[way]
    for (const set of sets) {
      const key = JSON.stringify({ ...set, principals: [] })
      const known = found.get(key)
      if (known !== undefined) found.set(key, { ...known, principals: [...new Set([...known.principals, principal])] })
      else if (found.size < MAX_SETS) found.set(key, { ...set, principals: [principal] })
    }
  }

  comparison(): Comparison {
    return {
      schemaVersion: 1,
      newAccess: this.access[0],
      lostAccess: this.access[1],
      newlyAllowed: [...this.sets[0].values()],
      newlyDenied: [...this.sets[1].values()],
      witness: this.witnesses[0],
      lostWitness: this.witnesses[1],
      ...(this.reason === undefined || !this.access.includes('undecided') ? {} : { reason: this.reason }),
    }
  }
}
