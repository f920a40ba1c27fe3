import { isPermissionlessName } from '#engine/services/hard-rules.ts'
import type { KeyState } from '#iam/key-state.ts'
import { NO_RESOURCE, readRequestResource } from '#iam/resource.ts'
import { principalTruth, resourceTruth } from '#iam/statement.ts'
import type { Truth } from '#iam/truth.ts'
import type { Worth } from '#space/action-classes.ts'
import type { ActionClass } from '#space/known-actions.ts'
import type { Around } from '#space/unknown-actions.ts'
import { hasVariables } from '#space/resource-classes.ts'
import { type PrincipalActions, listsAllBuckets, questionAbout, sourceOf } from './principal-actions.ts'
import { followsFromAsker } from './asker-names.ts'
import type { Asker } from './callers.ts'
import { type Clause, newFormula, NOTHING_SETTLED, verdictOf } from './clauses.ts'
import type { Documents, Entry } from './document-set.ts'
import type { DocumentSpace } from './document-space.ts'
import { type Bearing, isEmptyRegion } from './empty-region.ts'
import type { RepresentativeResource } from './representative-resources.ts'
import { PointSearch, type Work } from './point-search.ts'

/** A request that one side allows and the other does not, by what it stands for. */
export interface Win extends PrincipalActions {
  readonly region: Entry
  readonly place: RepresentativeResource
  /** Patterns that may matter here, by number in `Documents.patterns`. */
  readonly patterns: readonly number[]
  /** The pattern of the region that was asked for. */
  readonly within: number | undefined
  readonly context: ReadonlyMap<string, KeyState>
  /** Statements on this action. */
  readonly bearing: readonly Bearing[]
}

/** The part of a comparison that is being looked at: a changed statement, and some actions. */
interface Looked extends PrincipalActions {
  readonly region: Entry
  readonly self: Bearing
  readonly bearing: readonly Bearing[]
  readonly loose: boolean
}

/** A direction of a comparison of documents. */
export class Difference {
  readonly space: DocumentSpace
  /** 0: what OLD allows and NEW does not; 1: what NEW allows and OLD does not. */
  readonly side: 0 | 1
  readonly work: Work
  /** A walk was cut off, so that something may have been missed. */
  cutOff: boolean

  constructor(space: DocumentSpace, side: 0 | 1) {
    this.space = space
    this.side = side
    this.work = { budget: space.budget, open: false }
    this.cutOff = !space.askers.complete
  }

  get documents(): Documents {
    return this.space.documents
  }

  /** Statements whose change can have made the difference: an Allow come in, a Deny gone. */
  regions(): readonly Entry[] {
    const other = (1 - this.side) as 0 | 1
    return this.documents.entries.filter(({ isDeny, sides }) =>
      isDeny ? sides[other] && !sides[this.side] : sides[this.side] && !sides[other],
    )
  }

  /**
   * Every way the region can have made a difference, one per class of askers, actions and resources, as they are found;
   * undefined for one that was looked at and makes none. Whether they were taken to the last.
   */
  wins(region: Entry, loose: boolean, take: TakeWin, wanted: SoughtResources = EVERYTHING): boolean {
    const own = this.documents.entries.indexOf(region)
    let isWhole = true
    const worth = (around: Around): Worth => {
      const isOpen = this.isOpen(region, own, around)
      const known = isOpen || (around.service === 's3' && this.listsBuckets(region))
      return { known, unknown: () => isOpen && wanted.unknown() }
    }
    const complete = this.space.actions.each(own, worth, (actions) => {
      if (isPermissionlessName(actions.service, actions.first)) return false
      for (const asker of this.space.askers.askers) {
        this.work.budget.spend(4 * actions.holds.length + 4)
        const bearing = this.bearingOn(asker, actions)
        const self = bearingOf(bearing, own)
        if (self === undefined) continue
        if (!this.winsOfActions({ region, asker, actions, self, bearing, loose }, take, wanted)) isWhole = false
        if (!isWhole) return true
      }
      return false
    })
    if (!complete) this.cutOff = true
    return isWhole
  }

  /** Whether an ARN of it covers the listing of all buckets, which is on no resource: what covers the ARN need not (R-REQ-04). */
  private listsBuckets({ resources }: Entry): boolean {
    return resources.some((number) => this.documents.patterns[number]?.source.endsWith(':::*') === true)
  }

  /** Whether the region may make a difference on some action of a service that it holds. */
  private isOpen(region: Entry, own: number, around: Around): boolean {
    if (isAnywhere(region)) return true
    for (const asker of this.space.askers.askers) {
      const bearing = this.bearingAround(asker, around)
      this.work.budget.spend(bearing.length * (1 + region.resources.length))
      const self = bearingOf(bearing, own)
      if (self === undefined) continue
      for (const within of region.resources)
        if (!isEmptyRegion(this.space.places, self, bearing, within, this.side)) return true
    }
    return false
  }

  private bearingAround(asker: Asker, { service, surely, perhaps }: Around): readonly Bearing[] {
    const any: ActionClass = { service, form: 'any', holds: perhaps, first: '', names: [''] }
    const bearing: Bearing[] = []
    for (const i of perhaps) {
      const ofStatement = this.bears(i, asker, any, surely.includes(i))
      if (ofStatement !== undefined) bearing.push(ofStatement)
    }
    return bearing
  }

  /** Made once for both directions. */
  private bearingOn(asker: Asker, actions: ActionClass): readonly Bearing[] {
    const kept = this.space.bearings(asker)
    const known = kept.get(actions)
    if (known !== undefined) return known
    const bearing: Bearing[] = []
    kept.set(actions, bearing)
    for (const i of actions.holds) {
      const ofStatement = this.bears(i, asker, actions, true)
      if (ofStatement !== undefined) bearing.push(ofStatement)
    }
    return bearing
  }

  private bears(i: number, asker: Asker, actions: ActionClass, holdsAll: boolean): Bearing | undefined {
    const entry = this.documents.entries[i] as Entry
    const reached = reaches(entry, asker, actions)
    if (reached === false) return undefined
    const isReached = reached === true
    const own = this.space.lineAtoms[i] ?? []
    const lines = isReached ? own : [...own, this.space.unknownPrincipal]
    return { i, entry, isReached, lines, clause: { lines, patterns: NO_PATTERNS, negated: false }, holdsAll }
  }

  private winsOfActions(looked: Looked, take: TakeWin, wanted: SoughtResources): boolean {
    const { region, actions, bearing, self } = looked
    if (!bearing.some(this.allows)) return true
    const { places } = this.space
    if (actions.form === 'none') {
      if (!wanted.on(actions, undefined)) return true
      const patterns = numbersOf(bearing)
      return take(this.winAt(looked, patterns, undefined, places.without(patterns, actions)))
    }
    if (isAnywhere(region)) return !wanted.on(actions, undefined) || this.winsWithin(looked, undefined, take, wanted)
    for (const within of region.resources) {
      this.work.budget.spend(bearing.length)
      if (!wanted.on(actions, within) || isEmptyRegion(places, self, bearing, within, this.side)) continue
      if (!this.winsWithin(looked, within, take, wanted)) return false
    }
    return true
  }

  private readonly allows = ({ entry }: Bearing): boolean => !entry.isDeny && entry.sides[this.side]

  /** Until what is told of these actions on this pattern would not grow any more; the resource that comes to mind first. */
  private winsWithin(looked: Looked, within: number | undefined, take: TakeWin, wanted: SoughtResources): boolean {
    const patterns = numbersOf(looked.bearing)
    const likely = within === undefined ? undefined : this.space.places.likely(patterns, within, looked)
    if (likely !== undefined) {
      const win = this.winAt(looked, patterns, within, likely)
      if (win !== undefined && !take(win)) return false
      if (win !== undefined && !wanted.on(looked.actions, within)) return true
    }
    const places = this.space.places.of(patterns, within, looked)
    for (;;) {
      const { done, value: place } = places.next()
      if (done === true) {
        if (place === false) this.cutOff = true
        return true
      }
      const win = this.winAt(looked, patterns, within, place)
      if (!take(win)) return false
      if (win !== undefined && !wanted.on(looked.actions, within)) return true
    }
  }

  private winAt(
    looked: Looked,
    patterns: readonly number[],
    within: number | undefined,
    place: RepresentativeResource,
  ): Win | undefined {
    const context = this.contextFor(looked, place)
    if (context === undefined) return undefined
    const { region, asker, actions, bearing } = looked
    return { region, asker, actions, place, patterns, within, context, bearing }
  }

  private contextFor(looked: Looked, place: RepresentativeResource): ReadonlyMap<string, KeyState> | undefined {
    this.work.budget.spend(4 * looked.bearing.length + 4)
    const region = this.clauseOf(looked.self, place, looked)
    if (region === undefined) return undefined
    const other = (1 - this.side) as 0 | 1
    const formula = newFormula(region)
    for (const statement of looked.bearing) {
      const clause = statement === looked.self ? region : this.clauseOf(statement, place, looked)
      if (clause === undefined) continue
      const { isDeny, sides } = statement.entry
      if (sides[this.side]) (isDeny ? formula.newDenies : formula.newAllows).push(clause)
      if (sides[other]) (isDeny ? formula.oldDenies : formula.oldAllows).push(clause)
    }
    const verdict = verdictOf(formula, NOTHING_SETTLED)
    if (verdict !== 'open') return verdict === 'found' ? NO_CONTEXT : undefined
    const resource = place.arn === '*' ? NO_RESOURCE : readRequestResource(place.arn)
    const point = { source: sourceOf(looked, resource), resource, listsAllBuckets: listsAllBuckets(looked.actions) }
    return new PointSearch(formula, point, this.space.atoms, this.space.keys, this.work, looked.loose).run()
  }

  /** Undefined: the statement surely does not match. */
  private clauseOf(
    { entry: { statement, place, resources }, lines, clause: plain }: Bearing,
    { arn, held }: RepresentativeResource,
    { asker, actions }: PrincipalActions,
  ): Clause | undefined {
    if (place === 'trust') return plain
    if (statement.resources === undefined)
      return resourceTruth(statement, place, questionAbout(actions, asker.caller)) === true ? plain : undefined // R-OTH-06
    if (resources.length === 0) return undefined
    const negated = statement.resourceElement === 'NotResource'
    let open: number[] | undefined
    for (const number of resources) {
      if (!held.includes(number)) continue
      const pattern = this.documents.patterns[number]
      if (pattern === undefined || arn === '*' || !hasVariables(pattern)) return negated ? undefined : plain
      open ??= []
      open.push(this.space.atoms.pattern(pattern))
    }
    if (open === undefined) return negated ? plain : undefined
    return { lines, patterns: open, negated }
  }

  /** Condition keys that statements look at. */
  keysOf(bearing: readonly Bearing[]): readonly string[] {
    const { atoms } = this.space
    const found: string[] = []
    const note = (atom: number): void => {
      for (const key of atoms.list[atom]?.keys ?? []) if (!found.includes(key)) found.push(key)
    }
    for (const { i } of bearing) for (const line of this.space.lineAtoms[i] ?? []) note(line)
    for (const { entry } of bearing)
      for (const number of entry.resources) {
        const pattern = this.documents.patterns[number]
        if (pattern !== undefined && hasVariables(pattern)) note(atoms.pattern(pattern))
      }
    return found
  }
}

/**
 * Filter of what need be looked at: some actions on one of the region's patterns, and actions that the reference does not
 * have.
 */
export interface SoughtResources {
  readonly on: (actions: ActionClass, within: number | undefined) => boolean
  readonly unknown: () => boolean
}

/** Resource patterns of statements, each once. */
function numbersOf(bearing: readonly Bearing[]): readonly number[] {
  const numbers: number[] = []
  for (const { entry } of bearing) for (const i of entry.resources) if (!numbers.includes(i)) numbers.push(i)
  return numbers
}

/** Takes one that was looked at; false: enough. */
export type TakeWin = (win: Win | undefined) => boolean

function bearingOf(bearing: readonly Bearing[], statement: number): Bearing | undefined {
  for (const ofStatement of bearing) if (ofStatement.i === statement) return ofStatement
  return undefined
}

const EVERYTHING: SoughtResources = { on: () => true, unknown: () => true }

const NO_PATTERNS: readonly number[] = []
const NO_CONTEXT: ReadonlyMap<string, KeyState> = new Map()

function reaches({ statement, place }: Entry, { caller }: Asker, actions: ActionClass): Truth {
  if (place === 'identity') return true
  return principalTruth(statement, place, questionAbout(actions, caller)).matches
}

/** None of its own patterns must hold the resource: it names none, or those it leaves out. */
export const isAnywhere = ({ place, statement }: Entry): boolean =>
  place === 'trust' || statement.resources === undefined || statement.resourceElement === 'NotResource'

/** Whether what a key is follows from the asker, so that it is none of the context's. */
export const isOfAsker = followsFromAsker
