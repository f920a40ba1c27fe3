import { isPermissionless } from '#engine/services/hard-rules.ts'
import type { KeyState } from '#iam/key-state.ts'
import { NO_RESOURCE, readRequestResource } from '#iam/resource.ts'
import { principalTruth, resourceTruth } from '#iam/statement.ts'
import type { Truth } from '#iam/truth.ts'
import type { ActionClass } from '#space/known-actions.ts'
import type { Around } from '#space/unknown-actions.ts'
import { hasVariables } from '#space/resource-classes.ts'
import { type Asked, listsAllBuckets, questionAbout, sourceOf } from './asked.ts'
import { type Asker, followsFromAsker } from './callers.ts'
import { type Clause, newFormula, NOTHING_SETTLED, verdictOf } from './clauses.ts'
import type { Documents, Entry } from './document-set.ts'
import type { DocumentSpace } from './document-space.ts'
import { type Bearing, nothingWithin } from './nothing-within.ts'
import type { Place } from './places.ts'
import { PointSearch, type Work } from './point-search.ts'

/** A request that one side allows and the other does not, by what it stands for. */
export interface Win extends Asked {
  readonly region: Entry
  readonly place: Place
  /** Patterns that may matter here, by number in `Documents.patterns`. */
  readonly patterns: readonly number[]
  /** The pattern of the region that was asked for. */
  readonly within: number | undefined
  readonly context: ReadonlyMap<string, KeyState>
  /** Statements on this action, by number. */
  readonly bearing: readonly number[]
}

/** What is being looked at: a changed statement, and some actions. */
interface Looked extends Asked {
  readonly region: Entry
  readonly self: Bearing
  readonly bearing: readonly Bearing[]
  readonly loose: boolean
}

/** One direction of a comparison of documents. */
export class Difference {
  readonly space: DocumentSpace
  /** 0: what OLD allows and NEW does not; 1: what NEW allows and OLD does not. */
  readonly side: 0 | 1
  readonly work: Work
  /** A walk was cut off, so that something may have been missed. */
  cutOff: boolean

  constructor(space: DocumentSpace, side: 0 | 1, budget: number) {
    this.space = space
    this.side = side
    this.work = { steps: budget, open: false }
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
   * undefined for one that was looked at and makes none.
   */
  *wins(region: Entry, loose: boolean, wanted: Wanted = EVERYTHING): Generator<Win | undefined> {
    const own = this.documents.entries.indexOf(region)
    const classes = this.space.actions.of(own, (around) => {
      const isOpen = this.isOpen(region, own, around)
      const known = isOpen || (around.service === 's3' && this.listsBuckets(region))
      return { known, unknown: () => isOpen && wanted.unknown() }
    })
    for (;;) {
      const { done, value: actions } = classes.next()
      if (done === true) {
        if (!actions) this.cutOff = true
        return
      }
      if (isPermissionless(`${actions.service}:${actions.first}`)) continue
      for (const asker of this.space.askers.askers) {
        const bearing = this.bearingOn(asker, actions)
        const self = bearing.find(({ i }) => i === own)
        if (self !== undefined) yield* this.winsOfActions({ region, asker, actions, self, bearing, loose }, wanted)
      }
    }
  }

  /** Whether an ARN of it covers the listing of all buckets, which is on no resource: what covers the ARN need not (R-REQ-04). */
  private listsBuckets({ resources }: Entry): boolean {
    return resources.some((number) => this.documents.patterns[number]?.source.endsWith(':::*') === true)
  }

  /** Whether the region may make a difference on some action of a service that it holds. */
  private isOpen(region: Entry, own: number, around: Around): boolean {
    if (isAnywhere(region)) return true
    return this.space.askers.askers.some((asker) => {
      const bearing = this.bearingAround(asker, around)
      const self = bearing.find(({ i }) => i === own)
      const { places } = this.space
      return self !== undefined && region.resources.some((one) => !nothingWithin(places, self, bearing, one, this.side))
    })
  }

  private bearingAround(asker: Asker, { service, surely, perhaps }: Around): readonly Bearing[] {
    const any: ActionClass = { service, form: 'any', holds: perhaps, first: '', names: [''] }
    const bearing: Bearing[] = []
    for (const i of perhaps) {
      const one = this.bears(i, asker, any, surely.includes(i))
      if (one !== undefined) bearing.push(one)
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
      const one = this.bears(i, asker, actions, true)
      if (one !== undefined) bearing.push(one)
    }
    return bearing
  }

  private bears(i: number, asker: Asker, actions: ActionClass, holdsAll: boolean): Bearing | undefined {
    const entry = this.documents.entries[i] as Entry
    const reached = reaches(entry, asker, actions)
    if (reached === false) return undefined
    const isReached = reached === true
    const lines = this.space.lineAtoms[i] ?? []
    return { i, entry, isReached, lines: isReached ? lines : [...lines, this.space.unknownPrincipal], holdsAll }
  }

  private *winsOfActions(looked: Looked, wanted: Wanted): Generator<Win | undefined> {
    const { region, actions, bearing, self } = looked
    if (!bearing.some(({ entry }) => !entry.isDeny && entry.sides[this.side])) return
    const { places } = this.space
    const patterns = numbersOf(bearing)
    if (actions.form === 'none') {
      if (wanted.on(actions, undefined))
        yield this.winAt(looked, patterns, undefined, places.without(patterns, actions))
      return
    }
    for (const within of isAnywhere(region) ? [undefined] : region.resources) {
      if (!wanted.on(actions, within)) continue
      if (within !== undefined && nothingWithin(places, self, bearing, within, this.side)) continue
      const likely = within === undefined ? undefined : places.likely(patterns, within, looked)
      if (likely !== undefined) {
        const win = this.winAt(looked, patterns, within, likely)
        if (win !== undefined) yield win
        if (win !== undefined && !wanted.on(actions, within)) continue
      }
      yield* this.winsWithin(looked, patterns, within, wanted)
    }
  }

  /** Until what is told of these actions on this pattern would not grow any more. */
  private *winsWithin(
    looked: Looked,
    patterns: readonly number[],
    within: number | undefined,
    wanted: Wanted,
  ): Generator<Win | undefined> {
    const places = this.space.places.of(patterns, within, looked)
    for (;;) {
      const { done, value: place } = places.next()
      if (done === true) {
        if (place === false) this.cutOff = true
        return
      }
      const win = this.winAt(looked, patterns, within, place)
      yield win
      if (win !== undefined && !wanted.on(looked.actions, within)) return
    }
  }

  private winAt(
    looked: Looked,
    patterns: readonly number[],
    within: number | undefined,
    place: Place,
  ): Win | undefined {
    const context = this.contextFor(looked, place)
    if (context === undefined) return undefined
    const { region, asker, actions, bearing } = looked
    return { region, asker, actions, place, patterns, within, context, bearing: bearing.map(({ i }) => i) }
  }

  private contextFor(looked: Looked, place: Place): ReadonlyMap<string, KeyState> | undefined {
    const region = this.clauseOf(looked.self, place, looked)
    if (region === undefined) return undefined
    const other = (1 - this.side) as 0 | 1
    const formula = newFormula(region)
    for (const one of looked.bearing) {
      const clause = one === looked.self ? region : this.clauseOf(one, place, looked)
      if (clause === undefined) continue
      const { isDeny, sides } = one.entry
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
    { entry: { statement, place, resources }, lines }: Bearing,
    { arn, held }: Place,
    { asker, actions }: Asked,
  ): Clause | undefined {
    const plain = { lines, patterns: NO_PATTERNS, negated: false }
    if (place === 'trust') return plain
    if (statement.resources === undefined)
      return resourceTruth(statement, place, questionAbout(actions, asker.caller)) === true ? plain : undefined // R-OTH-06
    if (statement.resources.length === 0) return undefined
    const negated = statement.resourceElement === 'NotResource'
    const open: number[] = []
    for (const number of resources) {
      if (!held.includes(number)) continue
      const pattern = this.documents.patterns[number]
      if (pattern === undefined || arn === '*' || !hasVariables(pattern)) return negated ? undefined : plain
      open.push(this.space.atoms.pattern(pattern))
    }
    if (open.length === 0) return negated ? plain : undefined
    return { lines, patterns: open, negated }
  }

  /** Condition keys that statements look at. */
  keysOf(bearing: readonly number[]): readonly string[] {
    const lines = bearing.flatMap((i) => this.space.lineAtoms[i] ?? [])
    const patterns = bearing
      .flatMap((i) => (this.documents.entries[i] as Entry).resources)
      .flatMap((i) => {
        const pattern = this.documents.patterns[i]
        return pattern !== undefined && hasVariables(pattern) ? [this.space.atoms.pattern(pattern)] : []
      })
    return [...new Set([...lines, ...patterns].flatMap((atom) => this.space.atoms.list[atom]?.keys ?? []))]
  }
}

/** What need be looked at: some actions on one of the region's patterns, and actions that the reference does not have. */
export interface Wanted {
  readonly on: (actions: ActionClass, within: number | undefined) => boolean
  readonly unknown: () => boolean
}

/** Resource patterns of statements, each once. */
function numbersOf(bearing: readonly Bearing[]): readonly number[] {
  const numbers: number[] = []
  for (const { entry } of bearing) for (const i of entry.resources) if (!numbers.includes(i)) numbers.push(i)
  return numbers
}

const EVERYTHING: Wanted = { on: () => true, unknown: () => true }

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
