import type { PreparedScenario } from '#engine/read-request.ts'
import { lazy } from '#iam/lazy.ts'
import { type ResourcePattern, readResourcePattern } from '#iam/resource.ts'
import type { AccessSet } from '#space/access-set.ts'
import type { Budget } from '#space/budget.ts'
import type { ActionClasses } from '#space/action-classes.ts'
import type { ActionClass } from '#space/known-actions.ts'
import { eachResourceClass, heldBy } from '#space/resource-classes.ts'
import type { ResourceView } from '#space/segment-texts.ts'
import { accessSets, type Found } from './access-sets.ts'
import { isAnywhere } from './difference.ts'
import type { Entry } from './document-set.ts'
import { isFormOf } from './action-form.ts'
import { FilledPatterns } from './filled-patterns.ts'
import { ANYTHING, listedResources, mayActWithoutPolicies, ownersOf, ownResources, viewOf } from './in-force-view.ts'
import { surelyNoMore } from './in-force-case.ts'
import { type Around, InForceSearch } from './in-force-search.ts'
import { inForceWitness, type Witnessed } from './in-force-witness.ts'
import { holdsRegion, intentEntries, intentOf } from './intent.ts'
import { type Layered, layeredEntries } from './layered-entries.ts'
import type { CompareOptions } from './comparison.ts'
import { CUT_OFF, type Direction, ELSEWHERE, NONE, OPEN, undecided, withinBudget } from './direction.ts'
import { openedFor } from './other-resources.ts'
import { SharedClasses } from './key-space.ts'
import type { Work } from './point-search.ts'
import { unlikeNames } from './rule-groups.ts'
import { mayBeOn } from './service-arns.ts'
import { actionClassesOf, weightOf } from './weight.ts'
import { variantsOf } from './unknown-layers.ts'

const MAX_FOUND = 60

export interface DirectionOptions {
  readonly budget: Budget
  readonly intended?: readonly AccessSet[] | undefined
  readonly resources?: readonly string[] | undefined
  /** `layeredEntries` of the two sides, where it was made before. */
  readonly layered?: Layered
  /** Other resources are compared by themselves, with what they have: nothing of theirs is open here. */
  readonly apart?: true | ((arn: string) => boolean) | undefined
  readonly shows?: CompareOptions['shows']
}

/**
 * Access that one side (1: NEW, 0: OLD) lets the principal of the scenarios have and the other does not, outside of what is
 * intended.
 */
export function inForceDirection(
  old: PreparedScenario,
  next: PreparedScenario,
  side: 0 | 1,
  options: DirectionOptions,
): Direction {
  const { budget, layered = layeredEntries(old, next) } = options
  const work: Work = { budget, open: false }
  const found: FoundHere[] = []
  const some = (): Direction | undefined => {
    const { witness } =
      found.find((found) => found.isShown === true) ?? found.find((found) => found.witness !== undefined) ?? {}
    if (witness === undefined) return undefined
    return { access: 'some', sets: accessSets({ documents: layered, side }, found), witness }
  }
  const run = (): Direction => {
    const search = new LayeredSearch([old, next], layered, side, work, options)
    for (const here of search.found(false)) if (found.push(here) >= MAX_FOUND) break
    const borne = some()
    if (borne !== undefined) return borne
    const unborne = found.find((found) => found.witness === undefined)
    if (unborne !== undefined)
      return { ...undecided(reasonOf(unborne) ?? OPEN), sets: accessSets({ documents: layered, side }, found) }
    if (work.open) for (const here of search.found(true)) return undecided(reasonOf(here) ?? OPEN)
    if (search.cutOff) return undecided(CUT_OFF)
    if (options.apart !== true)
      for (const here of search.found(true, true)) return undecided(reasonOf(here) ?? ELSEWHERE)
    return search.cutOff ? undecided(CUT_OFF) : NONE
  }
  return withinBudget(budget, run, some)
}

interface FoundHere extends Found, Witnessed {
  /** The layers that were filled in. */
  readonly assumption: string | undefined
}

const reasonOf = ({ lacking, assumption }: FoundHere): string | undefined => lacking ?? assumption

interface AroundHere extends Around {
  /** Whether nothing can come of these actions, on whatever resource: asked once, and only where the first does not tell. */
  readonly settled: () => boolean
}

/** Goes from what changed to requests that come out differently. */
class LayeredSearch {
  cutOff = false
  private opened = false
  private readonly apart: ((arn: string) => boolean) | undefined
  private readonly sides: readonly [PreparedScenario, PreparedScenario]
  private readonly layered: Layered
  /** Statements of the layers by their numbers, then the entries of what the intent tells apart. */
  private readonly entries: readonly Entry[]
  private readonly patterns: FilledPatterns
  private readonly side: 0 | 1
  private readonly work: Work
  private readonly keyClasses: SharedClasses
  private readonly classes: ActionClasses
  private allClasses: ActionClasses | undefined
  private readonly intended: Around['intended']
  private readonly intendedSets: readonly AccessSet[]
  private readonly onlyAt: readonly string[] | undefined
  private readonly onlyOn: readonly ResourcePattern[] | undefined
  private readonly shows: CompareOptions['shows']

  constructor(
    sides: readonly [PreparedScenario, PreparedScenario],
    layered: Layered,
    side: 0 | 1,
    work: Work,
    { intended, resources, apart, shows }: DirectionOptions,
  ) {
    this.apart = typeof apart === 'function' ? apart : undefined
    this.sides = sides
    this.layered = layered
    const meant = intentEntries(intended ?? [], layered.patterns.length)
    this.entries = [...layered.entries, ...meant.entries]
    this.patterns = new FilledPatterns([...layered.patterns, ...meant.patterns], sides, side)
    this.classes = actionClassesOf(this.entries, work.budget)
    this.side = side
    this.work = work
    this.keyClasses = new SharedClasses(work.budget)
    this.intendedSets = intended ?? []
    this.intended = intended === undefined ? () => false : intentOf(intended)
    this.onlyAt = resources
    this.shows = shows
    this.onlyOn = resources?.map((text) => readResourcePattern(text, '2008-10-17', 'identity'))
  }

  /** `opened`: what the scenarios do not say of other resources than their own may be anything. */
  *found(loose: boolean, opened = false): Generator<FoundHere> {
    this.opened = opened
    for (const { old, next, assumption } of variantsOf(this.sides[0], this.sides[1], opened)) {
      const [allows, refuses] = this.side === 1 ? [next, old] : [old, next]
      for (const region of this.regions(allows)) yield* this.inRegion(region, allows, refuses, assumption, loose)
    }
  }

  /** Statements whose change can have made the difference; where a layer went, all that gives access. */
  private regions(allows: PreparedScenario): readonly Entry[] {
    const { side } = this
    const { entries, everything } = this.layered
    const other = (1 - side) as 0 | 1
    if (!everything[side])
      return entries.filter(({ isDeny, sides }) =>
        isDeny ? sides[other] && !sides[side] : sides[side] && !sides[other],
      )
    const giving = entries.filter(({ isDeny, grants, sides }) => !isDeny && grants === true && sides[side])
    return this.opened || mayActWithoutPolicies(allows) ? [ANYTHING, ...giving] : giving
  }

  private *inRegion(
    region: Entry,
    allows: PreparedScenario,
    refuses: PreparedScenario,
    assumption: string | undefined,
    loose: boolean,
  ): Generator<FoundHere> {
    const entries = region === ANYTHING ? [...this.entries, ANYTHING] : this.entries
    const classes = region === ANYTHING ? this.anything() : this.classes
    const found = classes.of(entries.indexOf(region))
    for (;;) {
      const { done, value: actions } = found.next()
      if (done === true) {
        if (!actions) this.cutOff = true
        return
      }
      if (this.isIntended(region, actions) || this.onlyAt?.some((on) => mayBeOn(actions.service, on)) === false)
        continue
      const settled = lazy(() => this.isSettled(actions, allows, refuses))
      if (loose && settled()) continue
      const bearing = actions.holds.flatMap((i) => entries[i] ?? [])
      const { intended, work, opened, keyClasses } = this
      const weight = weightOf(bearing)
      const around = { allows, refuses, region, bearing, weight, intended, work, keyClasses, loose, opened, settled }
      work.budget.spend(weight)
      yield* this.onResources(around, actions, assumption)
    }
  }

  private isIntended(region: Entry, actions: ActionClass): boolean {
    return region !== ANYTHING && !region.isDeny && holdsRegion(this.intendedSets, region.statement, actions)
  }

  /** Whether nothing can come of it, seen without looking at any resource. */
  private isSettled(actions: ActionClass, allows: PreparedScenario, refuses: PreparedScenario): boolean {
    if (this.layered.everything[this.side] || actions.form === 'none') return false
    return unlikeNames(actions.service, actions.names).every(([name]) =>
      surelyNoMore({ allows, refuses }, `${actions.service}:${name}`),
    )
  }

  private anything(): ActionClasses {
    return (this.allClasses ??= actionClassesOf([...this.entries, ANYTHING], this.work.budget))
  }

  private *onResources(around: AroundHere, actions: ActionClass, assumption: string | undefined): Generator<FoundHere> {
    const { region, bearing } = around
    const numbers = [...new Set(bearing.flatMap(({ resources }) => resources))]
    const patterns = this.patterns.of(numbers)
    const wanted: readonly (number | undefined)[] =
      region === ANYTHING || isAnywhere(region) ? [undefined] : region.resources
    for (const within of actions.form === 'none' ? [undefined] : wanted) {
      const required = within === undefined ? undefined : numbers.indexOf(within)
      const witness = this.firstOn(around, actions, patterns, required)
      if (witness !== undefined) yield { region, actions, within, ...witness, assumption }
    }
  }

  /** The first resource on which the sides differ; one that the engine bears out with what is known, if there is any. */
  private firstOn(
    around: AroundHere,
    actions: ActionClass,
    patterns: readonly ResourcePattern[],
    required: number | undefined,
  ): Witnessed | undefined {
    let found: Witnessed | undefined
    let looked = 0
    for (const resource of this.resourcesOf(around, actions, patterns, required)) {
      // Where something comes of it, it mostly does on the first resource.
      if (looked++ === 1 && found === undefined && around.settled()) return undefined
      if (this.opened && this.isTold(resource)) continue
      for (const owner of ownersOf(around.allows, resource)) {
        const witnessed = this.at(around, actions, resource, owner, patterns)
        if (witnessed?.witness !== undefined) return witnessed
        found ??= witnessed
      }
    }
    return found
  }

  private isTold(resource: string): boolean {
    return this.apart?.(resource) === true || this.sides.every((side) => openedFor(resource, side) === undefined)
  }

  private *resourcesOf(
    { allows, refuses }: Around,
    actions: ActionClass,
    patterns: readonly ResourcePattern[],
    required: number | undefined,
  ): Generator<string> {
    if (actions.form !== 'none') {
      const own = this.opened ? ownResources(allows) : []
      const listed = [...listedResources(allows), ...listedResources(refuses), ...own]
      const view: ResourceView = {
        ...viewOf(actions, allows),
        budget: this.work.budget,
        ...(required === undefined ? {} : { required }),
      }
      const only = this.onlyOn ?? []
      const classes = eachResourceClass([...patterns, ...listed, ...only], view)
      for (;;) {
        const { done, value } = classes.next()
        if (done === true) {
          if (!value) this.cutOff = true
          break
        }
        const { arn } = value
        if (isFormOf(arn, actions.form) && (only.length === 0 || heldBy(only, arn).length > 0)) yield arn
      }
    }
    if (this.onlyOn !== undefined || this.opened) return
    if (actions.form === 'none' || required === undefined || patterns[required]?.kind === 'any') yield '*'
  }

  /** Names that the layers treat alike are asked once. */
  private at(
    around: Around,
    actions: ActionClass,
    resource: string,
    owner: string | undefined,
    patterns: readonly ResourcePattern[],
  ): Witnessed | undefined {
    const { service } = actions
    for (const names of unlikeNames(service, actions.names)) {
      const [first = ''] = names
      const search = new InForceSearch(around, { action: `${service}:${first}`, resource, owner })
      const context = search.run()
      if (context === undefined) continue
      return inForceWitness({
        sides: this.sides,
        side: this.side,
        search,
        context,
        actions: { service, form: actions.form, holds: actions.holds, first, names },
        resource,
        patterns,
        owner,
        onlyOn: this.onlyOn,
        shows: this.shows,
      })
    }
    return undefined
  }
}
