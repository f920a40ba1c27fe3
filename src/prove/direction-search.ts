import { accessSets, type Found } from './access-sets.ts'
import type { Difference, Wanted, Win } from './difference.ts'
import { CUT_OFF, type Direction, NONE, OPEN, undecided } from './direction.ts'
import type { Entry } from './document-set.ts'
import { Told } from './told.ts'
import { type Witness, witnessOf } from './witness.ts'

/** Once a region is known to make a difference, so many more points are looked at to say which of its elements do. */
const MORE_POINTS = 12

/** Searches one direction of a comparison of documents, until it can say whether, where, and by which request. */
export class DirectionSearch {
  private readonly difference: Difference
  private readonly found: Win[] = []
  /** Regions of which every point was looked at. */
  private readonly whole = new Set<Entry>()
  private readonly described = new Set<Entry>()
  private readonly told = new Map<Entry, Told>()
  private readonly tried = new Set<string>()
  private best: Witness | undefined

  constructor(difference: Difference) {
    this.difference = difference
  }

  run(): void {
    for (const region of this.difference.regions()) this.inRegion(region)
  }

  some(): Direction | undefined {
    if (this.best === undefined) return undefined
    const found = this.found.flatMap((win) => this.asDescribed(win))
    const sets = accessSets(this.difference, [...found, ...this.asWritten()])
    return { access: 'some', sets, witness: this.best.request }
  }

  /** Actions that the elements told hold besides: they make no difference, so what cuts them out must be told too. */
  private asWritten(): readonly Found[] {
    const { space, documents } = this.difference
    return [...this.told].flatMap(([region, told]) => {
      if (region.isDeny || !this.whole.has(region)) return []
      const own = documents.entries.indexOf(region)
      const written = space.actions.knownIn(own).filter((actions) => told.holdsElements(own, actions))
      return written.map((actions) => ({ region, actions, within: undefined }))
    })
  }

  /** Where not every point was looked at, each action of the region counts: what is too much stands in `except`. */
  private asDescribed(win: Win): readonly Found[] {
    const { region } = win
    if (this.whole.has(region) || this.described.has(region)) return this.described.has(region) ? [] : [win]
    this.described.add(region)
    return this.difference.space.actions
      .knownIn(this.difference.documents.entries.indexOf(region))
      .map((actions) => ({ region, actions, within: undefined }))
  }

  /** What is not told apart exactly is taken either way: only if nothing comes of it even then, there is nothing. */
  nothing(): Direction {
    const { difference } = this
    if (this.found.length > 0) return undecided(NOT_BORNE_OUT)
    if (difference.cutOff) return undecided(CUT_OFF)
    if (!difference.work.open) return NONE
    for (const region of difference.regions())
      for (const win of difference.wins(region, true)) if (win !== undefined) return undecided(OPEN)
    return difference.cutOff ? undecided(CUT_OFF) : NONE
  }

  private inRegion(region: Entry): void {
    let more = MORE_POINTS
    const told = new Told(this.difference.documents.entries)
    const wanted: Wanted = {
      on: (actions, within) => !(this.isGood() && told.holds(actions, within)),
      unknown: () => !(this.isGood() && told.holdsAllOf(region)),
    }
    for (const win of this.difference.wins(region, false, wanted)) {
      if (win !== undefined) {
        this.found.push(win)
        this.told.set(region, told)
        told.add(win)
        this.improve(win)
      }
      const isKnown = this.found.at(-1)?.region === region
      if (isKnown && this.isGood() && --more < 0) return
    }
    this.whole.add(region)
  }

  private isGood(): boolean {
    return this.best !== undefined && this.best.isTyped && this.best.isDecided
  }

  private improve(win: Win): void {
    if (this.isGood()) return
    const { actions, place, asker } = win
    const at = place.arn === '*' ? '*' : place.held.join()
    const key = `${actions.service} ${actions.first} ${at} ${asker.who.principal}`
    if (this.tried.has(key)) return
    this.tried.add(key)
    const made = witnessOf(this.difference, win)
    if (made !== undefined && (this.best === undefined || rank(made) > rank(this.best))) this.best = made
  }
}

const rank = ({ isTyped, isDecided }: Witness): number => Number(isDecided) * 2 + Number(isTyped)

const NOT_BORNE_OUT = 'a difference was found that the engine does not bear out'
