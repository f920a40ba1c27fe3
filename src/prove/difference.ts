import type { ContextSource } from '#engine/context-source.ts'
import { isPermissionless } from '#engine/services/hard-rules.ts'
import type { Caller } from '#iam/caller.ts'
import { GLOBAL_SERVICES } from '#iam/facts/global-services.ts'
import { ABSENT, type KeyState } from '#iam/key-state.ts'
import { DEFAULT_READINGS } from '#iam/readings.ts'
import { readRequestResource, type RequestResource, resourceMatches, type ResourcePattern } from '#iam/resource.ts'
import { principalTruth, type Question, resourceTruth } from '#iam/statement.ts'
import type { Truth } from '#iam/truth.ts'
import type { ActionClass } from '#space/action-classes.ts'
import {
  eachResourceClass,
  hasVariables,
  type ResourceClass,
  type ResourceView,
  variableObservers,
} from '#space/resource-classes.ts'
import type { Observer } from '#space/text-classes.ts'
import { isFormOf } from './action-form.ts'
import { type Asker, followsFromAsker } from './callers.ts'
import type { Documents, Entry } from './document-set.ts'
import type { DocumentSpace } from './document-space.ts'
import type { KeySpace } from './key-space.ts'
import { type Clause, type Formula, PointSearch, type Work } from './point-search.ts'

/** A request that one side allows and the other does not, by what it stands for. */
export interface Win {
  readonly region: Entry
  readonly asker: Asker
  readonly actions: ActionClass
  /** `*`: no resource. */
  readonly resource: ResourceClass | '*'
  /** Patterns that may matter here, by number in `Documents.patterns`, in the order of `resource.holds`. */
  readonly patterns: readonly number[]
  /** The pattern of the region that was asked for. */
  readonly within: number | undefined
  readonly context: ReadonlyMap<string, KeyState>
  /** Condition keys that the statements on this action look at. */
  readonly keys: readonly string[]
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
  *wins(region: Entry, loose: boolean): Generator<Win | undefined> {
    const { entries } = this.documents
    const own = entries.indexOf(region)
    const actions = this.space.actions.of(own)
    for (;;) {
      const { done, value } = actions.next()
      if (done === true) {
        if (!value) this.cutOff = true
        return
      }
      if (isPermissionless(`${value.service}:${value.names[0]}`)) continue
      for (const asker of this.space.askers.askers) yield* this.winsOfActions(region, own, asker, value, loose)
    }
  }

  private *winsOfActions(
    region: Entry,
    own: number,
    asker: Asker,
    actions: ActionClass,
    loose: boolean,
  ): Generator<Win | undefined> {
    const { entries } = this.documents
    const reached = new Map<number, Truth>()
    for (const i of actions.holds) {
      const truth = this.reaches(entries[i] as Entry, asker, actions)
      if (truth !== false) reached.set(i, truth)
    }
    const bearing = [...reached.keys()]
    if (!reached.has(own)) return
    const allows = bearing.some((i) => !(entries[i] as Entry).isDeny && (entries[i] as Entry).sides[this.side])
    if (!allows) return
    for (const { resource, patterns, within } of this.resources(region, bearing, actions, asker)) {
      const context = this.contextFor(region, reached, { asker, actions, resource, patterns }, loose)
      if (context === undefined) yield undefined
      else yield { region, asker, actions, resource, patterns, within, context, keys: this.keysOf(bearing) }
    }
  }

  private reaches({ statement, place }: Entry, { caller }: Asker, actions: ActionClass): Truth {
    if (place === 'identity') return true
    return principalTruth(statement, place, questionAbout(actions, caller)).matches
  }

  /** Resources of the region that the patterns of these statements tell apart. */
  private *resources(
    region: Entry,
    bearing: readonly number[],
    actions: ActionClass,
    asker: Asker,
  ): Generator<{ resource: ResourceClass | '*'; patterns: readonly number[]; within: number | undefined }> {
    const patterns = [...new Set(bearing.flatMap((i) => (this.documents.entries[i] as Entry).resources))]
    if (actions.form === 'none') {
      yield { resource: '*', patterns, within: undefined }
      return
    }
    const read = patterns.map((i) => this.documents.patterns[i] ?? { kind: 'never' as const, source: '' })
    const rests = this.variableRests(read, asker, actions)
    const wanted: readonly (number | undefined)[] = isAnywhere(region) ? [undefined] : region.resources
    for (const within of wanted) {
      const required = within === undefined ? undefined : patterns.indexOf(within)
      const key = `${patterns.join()} ${required} ${actions.service} ${actions.form} ${rests.length === 0 ? asker.caller.account : asker.who.principal}`
      const classes = this.space.resourcesOf(key, () =>
        eachResourceClass(read, {
          ...viewOf(actions, asker.caller.account, this.space.keys),
          rests,
          ...(required === undefined ? {} : { required }),
        }),
      )
      for (;;) {
        const { done, value } = classes.next()
        if (done === true) {
          if (!value) this.cutOff = true
          break
        }
        if (isFormOf(value.arn, actions.form)) yield { resource: value, patterns, within }
      }
      if (within === undefined || this.documents.patterns[within]?.kind === 'any')
        yield { resource: '*', patterns, within }
    }
  }

  /** Twice: with every variable that follows from the asker, and with the defaults of those that may be absent. */
  private variableRests(read: readonly ResourcePattern[], asker: Asker, actions: ActionClass): readonly Observer[] {
    const source = sourceOf({ asker, actions }, NO_RESOURCE)
    const given = (absent: KeyState) => (key: string) => this.space.keys.given(key.toLowerCase(), source) ?? absent
    return read.flatMap((pattern) => [
      ...variableObservers(pattern, given(NOT_KNOWN)),
      ...variableObservers(pattern, given(ABSENT)),
    ])
  }

  private contextFor(
    region: Entry,
    bearing: ReadonlyMap<number, Truth>,
    at: Pick<Win, 'asker' | 'actions' | 'resource' | 'patterns'>,
    loose: boolean,
  ): ReadonlyMap<string, KeyState> | undefined {
    const { entries } = this.documents
    const clauses = new Map<number, Clause>()
    for (const [i, reached] of bearing) {
      const clause = this.clauseOf(i, at)
      if (clause === undefined) continue
      const open = reached === 'unknown' ? [this.space.unknownPrincipal] : []
      clauses.set(i, open.length === 0 ? clause : { ...clause, lines: [...clause.lines, ...open] })
    }
    const own = clauses.get(entries.indexOf(region))
    if (own === undefined) return undefined
    const pick = (deny: boolean, side: 0 | 1): Clause[] =>
      [...clauses].flatMap(([i, clause]) => {
        const entry = entries[i] as Entry
        return entry.isDeny === deny && entry.sides[side] ? [clause] : []
      })
    const other = (1 - this.side) as 0 | 1
    const formula: Formula = {
      region: own,
      newAllows: pick(false, this.side),
      newDenies: pick(true, this.side),
      oldAllows: pick(false, other),
      oldDenies: pick(true, other),
      outside: [],
    }
    const resource = at.resource === '*' ? NO_RESOURCE : readRequestResource(at.resource.arn)
    const point = { source: sourceOf(at, resource), resource, listsAllBuckets: listsAllBuckets(at.actions) }
    return new PointSearch(formula, point, this.space.atoms, this.space.keys, this.work, loose).run()
  }

  /** Undefined: the statement surely does not match. */
  private clauseOf(
    i: number,
    { asker, actions, resource, patterns }: Pick<Win, 'asker' | 'actions' | 'resource' | 'patterns'>,
  ): Clause | undefined {
    const { statement, place, resources } = this.documents.entries[i] as Entry
    const lines = this.space.lineAtoms[i] ?? []
    const plain = { lines, patterns: [], negated: false }
    if (place === 'trust') return plain
    if (statement.resources === undefined)
      return resourceTruth(statement, place, questionAbout(actions, asker.caller)) === true ? plain : undefined // R-OTH-06
    if (statement.resources.length === 0) return undefined
    const negated = statement.resourceElement === 'NotResource'
    const open: number[] = []
    for (const number of resources) {
      const held =
        resource === '*' ? this.holdsNothing(number, actions) : resource.holds.includes(patterns.indexOf(number))
      if (!held) continue
      const pattern = this.documents.patterns[number]
      if (pattern === undefined || resource === '*' || !hasVariables(pattern)) return negated ? undefined : plain
      open.push(this.space.atoms.pattern(pattern))
    }
    if (open.length === 0) return negated ? plain : undefined
    return { lines, patterns: open, negated }
  }

  private holdsNothing(number: number, actions: ActionClass): boolean {
    const pattern = this.documents.patterns[number]
    return (
      pattern !== undefined && resourceMatches(pattern, NO_RESOURCE, () => NOT_KNOWN, listsAllBuckets(actions)) === true
    )
  }

  private keysOf(bearing: readonly number[]): readonly string[] {
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

/** The action asked of nothing in particular: what a statement says of principal and resource by itself. */
const questionAbout = ({ service, names }: ActionClass, caller: Caller): Question => ({
  action: { service, name: names[0] ?? '' },
  resource: NO_RESOURCE,
  caller,
  lookup: () => NOT_KNOWN,
  listsAllBuckets: false,
  hasBoundary: false,
})

/** None of its own patterns must hold the resource: it names none, or those it leaves out. */
export const isAnywhere = ({ place, statement }: Entry): boolean =>
  place === 'trust' || statement.resources === undefined || statement.resourceElement === 'NotResource'

const NO_RESOURCE: RequestResource = { kind: 'none' }
const NOT_KNOWN: KeyState = { state: 'unknown' }

const listsAllBuckets = ({ service, names }: ActionClass): boolean =>
  service === 's3' && names[0] === 'listallmybuckets'

export function sourceOf({ asker, actions }: Pick<Win, 'asker' | 'actions'>, resource: RequestResource): ContextSource {
  const account = resource.kind === 'arn' ? (resource.segments[4] ?? '') : ''
  return {
    request: { ...asker.who, action: `${actions.service}:${actions.names[0]}`, resource: null },
    caller: asker.caller,
    action: { service: actions.service, name: actions.names[0] ?? '' },
    resource,
    resourceAccount: /^\d{12}$/.test(account) ? account : undefined,
    organization: undefined,
    readings: DEFAULT_READINGS,
    resourceTags: undefined,
    throughEndpoint: false,
    globalRegion: GLOBAL_SERVICES.has(actions.service) ? 'us-east-1' : undefined,
  }
}

/** Segments worth telling apart besides what the patterns name: those that condition keys follow from. */
function viewOf({ service, form }: ActionClass, account: string | undefined, keys: KeySpace): ResourceView {
  const texts = (key: string): readonly string[] =>
    keys.linesOf(key).flatMap((line) => line.values.map(({ template }) => template.source))
  const accounts = [...texts('aws:resourceaccount'), ...texts('s3:resourceaccount')]
  const regions = texts('aws:requestedregion')
  const rest = form === 'bucket' || form === 'object' ? ['*/*'] : form === 'key' ? ['alias/*'] : []
  return {
    segments: {
      ...(accounts.length === 0 ? {} : { 4: [...accounts, '????????????', ''] }),
      ...(regions.length === 0 ? {} : { 3: [...regions, ''] }),
      ...(rest.length === 0 ? {} : { 2: ['s3', 'kms'], 5: rest }),
    },
    preferred: { 2: [service], ...(account === undefined ? {} : { 4: ['', account] }) },
  }
}

/** Whether what a key is follows from the asker, so that it is none of the context's. */
export const isOfAsker = followsFromAsker
