import { accessSets, type Found } from './access-sets.ts'
import type { Difference, TakeWin, SoughtResources, Win } from './difference.ts'
import { CUT_OFF, type Direction, NONE, OPEN, undecided } from './direction.ts'
import type { Entry } from './document-set.ts'
import { DescribedElements } from './described-elements.ts'
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
  private readonly describedElements = new Map<Entry, DescribedElements>()
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
    const found: Found[] = []
    for (const win of this.found) this.describe(win, found)
    this.addAsWritten(found)
    return { access: 'some', sets: accessSets(this.difference, found), witness: this.best.request }
  }

  /** Actions that the elements told hold besides: they make no difference, so what cuts them out must be told too. */
  private addAsWritten(found: Found[]): void {
    const { space, documents } = this.difference
    for (const [region, described] of this.describedElements) {
      if (region.isDeny || !this.whole.has(region)) continue
      const own = documents.entries.indexOf(region)
      for (const actions of space.actions.knownIn(own))
        if (described.holdsElements(own, actions)) found.push({ region, actions, within: undefined })
    }
  }

  /** Where not every point was looked at, each action of the region counts: what is too much stands in `except`. */
  private describe(win: Win, found: Found[]): void {
    const { region } = win
    if (this.described.has(region)) return
    if (this.whole.has(region)) {
      found.push(win)
      return
    }
    this.described.add(region)
    const { space, documents } = this.difference
    for (const actions of space.actions.knownIn(documents.entries.indexOf(region)))
      found.push({ region, actions, within: undefined })
  }

  /**
   * Direction where nothing was found: what is not told apart exactly is taken either way, and only if nothing comes of it
   * even then, there is nothing.
   */
  nothing(): Direction {
    const { difference } = this
    if (this.found.length > 0) return undecided(NOT_BORNE_OUT)
    if (difference.cutOff) return undecided(CUT_OFF)
    if (!difference.work.open) return NONE
    const takeNone: TakeWin = (win) => win === undefined
    for (const region of difference.regions()) if (!difference.wins(region, true, takeNone)) return undecided(OPEN)
    return difference.cutOff ? undecided(CUT_OFF) : NONE
  }

  private inRegion(region: Entry): void {
    let more = MORE_POINTS
    const { elements } = this.difference.space
    const own = this.difference.documents.entries.indexOf(region)
    const described = new DescribedElements(elements)
    let isKnown = false
    const wanted: SoughtResources = {
      on: (actions, within) => !(this.isGood() && described.holds(actions, within)),
      unknown: () => !(this.isGood() && described.holdsAllOf(region, own)),
    }
    const take: TakeWin = (win) => {
      if (win !== undefined) {
        this.found.push(win)
        this.describedElements.set(region, described)
        described.add(win)
        this.improve(win)
        isKnown = true
      }
      return !(isKnown && this.isGood() && --more < 0)
    }
    if (this.difference.wins(region, false, take, wanted)) this.whole.add(region)
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
    const made = witnessOf(this.difference, win, this.best)
    if (made !== undefined && (this.best === undefined || rank(made) > rank(this.best))) this.best = made
  }
}

const rank = ({ isTyped, isDecided }: Witness): number => Number(isDecided) * 2 + Number(isTyped)

const NOT_BORNE_OUT = 'a difference was found that the engine does not bear out'
