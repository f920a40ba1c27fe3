import { ABSENT, type KeyState } from '#iam/key-state.ts'
import { NO_RESOURCE, readRequestResource, resourceMatches, type ResourcePattern } from '#iam/resource.ts'
import type { Budget } from '#space/budget.ts'
import { patternCovers, patternsApart } from '#space/glob-relations.ts'
import { Kept } from '#space/kept.ts'
import type { ActionClass } from '#space/known-actions.ts'
import { combinations, hasVariables, type ResourceClass, variableObservers } from '#space/resource-classes.ts'
import type { ResourceView } from '#space/segment-texts.ts'
import type { Observer } from '#space/text-pattern.ts'
import { isFormOf } from './action-form.ts'
import { type PrincipalActions, listsAllBuckets, sourceOf } from './principal-actions.ts'
import type { KeySpace } from './key-space.ts'
import { arnIn, typedArnIn } from './typed-arn.ts'

/** A resource that stands for all that the patterns at hand do not tell apart from it. */
export interface RepresentativeResource {
  /** `*`: no resource. */
  readonly arn: string
  /** Patterns that hold it, by number. Those with a variable: that would, for some value of it. */
  readonly held: readonly number[]
  /** It is of a type that the actions are evaluated on. */
  readonly isTyped?: true
}

type Relation = 'covers' | 'apart' | 'meets'

/** The resources that the patterns of two sets of documents tell apart. */
export class RepresentativeResources {
  private readonly patterns: readonly ResourcePattern[]
  private readonly keys: KeySpace
  private readonly budget: Budget
  private readonly relations: Relation[][]
  private readonly found = new Map<string, Kept<ResourceClass, boolean>>()

  constructor(patterns: readonly ResourcePattern[], keys: KeySpace, budget: Budget) {
    this.patterns = patterns
    this.keys = keys
    this.budget = budget
    this.relations = patterns.map(() => [])
  }

  /** How a pattern lies to another, as far as that is seen without walking them. */
  relation(number: number, within: number): Relation {
    const row = this.relations[within] as Relation[]
    return (row[number] ??= this.compared(number, within))
  }

  private compared(number: number, within: number): Relation {
    const [pattern, own] = [this.at(number), this.at(within)]
    this.budget.spend(1 + ((pattern.source.length + own.source.length) >> 3))
    if (number === within || patternCovers(pattern, own)) return 'covers'
    return patternsApart(pattern, own) ? 'apart' : 'meets'
  }

  private at(number: number): ResourcePattern {
    return this.patterns[number] ?? NEVER
  }

  /** Representative of an action that is asked on no resource: `*`, and the patterns that hold it. */
  without(numbers: readonly number[], actions: ActionClass): RepresentativeResource {
    const lists = listsAllBuckets(actions)
    return {
      arn: '*',
      held: numbers.filter((i) => resourceMatches(this.at(i), NO_RESOURCE, UNKNOWN_KEYS, lists) === true),
    }
  }

  /** The resource of `within` that first comes to mind; undefined: none does. Where something differs, it mostly does there. */
  likely(
    numbers: readonly number[],
    within: number,
    { actions, asker }: PrincipalActions,
  ): RepresentativeResource | undefined {
    const { account } = asker.caller
    const typed = typedArnIn(this.at(within), actions, account)
    const arn = typed ?? arnIn(this.at(within), actions, account)
    if (arn === undefined) return undefined
    const resource = readRequestResource(arn)
    this.budget.spend(numbers.length)
    const held: number[] = []
    for (const i of numbers) if (resourceMatches(this.at(i), resource, UNKNOWN_KEYS) !== false) held.push(i)
    if (resource.kind !== 'arn' || !held.includes(within)) return undefined
    return typed === undefined ? { arn, held } : { arn, held, isTyped: true }
  }

  /**
   * Representative resources that `within` holds, an ARN for each way the other patterns do; undefined: on every resource.
   * At the end, whether all were found.
   */
  *of(
    numbers: readonly number[],
    within: number | undefined,
    principalActions: PrincipalActions,
  ): Generator<RepresentativeResource, boolean> {
    const { form } = principalActions.actions
    this.budget.spend(2 * numbers.length)
    const always =
      within === undefined ? [] : numbers.filter((i) => this.relation(i, within) === 'covers' && i !== within)
    const apart =
      within === undefined ? numbers : [within, ...numbers.filter((i) => this.relation(i, within) === 'meets')]
    const classes = this.classesOf(apart, within !== undefined, principalActions)
    for (;;) {
      const { done, value } = classes.next()
      if (done === true) {
        if (within === undefined || this.at(within).kind === 'any')
          yield this.without(numbers, principalActions.actions)
        return value
      }
      if (!isFormOf(value.arn, form)) continue
      yield { arn: value.arn, held: [...always, ...value.holds.map((at) => apart[at] as number)] }
    }
  }

  /** Made once for both directions, and for all actions that are alike in it. */
  private classesOf(
    apart: readonly number[],
    required: boolean,
    principalActions: PrincipalActions,
  ): Generator<ResourceClass, boolean> {
    const { actions, asker } = principalActions
    const read = apart.map((i) => this.at(i))
    const rests = this.variableRests(read, principalActions)
    const who = rests.length === 0 ? asker.caller.account : asker.who.principal
    const key = `${apart.join()} ${required} ${actions.service} ${actions.form} ${who}`
    const known = this.found.get(key)
    if (known !== undefined) return known.again()
    const { segments, preferred } = viewOf(actions, asker.caller.account, this.keys)
    const { budget } = this
    const view = { segments, preferred, rests, budget, ...(required ? { required: 0 } : {}) }
    const made = new Kept(combinations(read, view))
    this.found.set(key, made)
    return made.again()
  }

  /** Twice: with every variable that follows from the asker, and with the defaults of those that may be absent. */
  private variableRests(read: readonly ResourcePattern[], principalActions: PrincipalActions): readonly Observer[] {
    if (!read.some(hasVariables)) return NO_RESTS
    const source = sourceOf(principalActions, NO_RESOURCE)
    const derivedOr = (absent: KeyState) => (key: string) => this.keys.derivedState(key.toLowerCase(), source) ?? absent
    return read.flatMap((pattern) => [
      ...variableObservers(pattern, derivedOr(NOT_KNOWN)),
      ...variableObservers(pattern, derivedOr(ABSENT)),
    ])
  }
}

const NO_RESTS: readonly Observer[] = []
const NEVER: ResourcePattern = { kind: 'never', source: '' }
const NOT_KNOWN: KeyState = { state: 'unknown' }
const UNKNOWN_KEYS = (): KeyState => NOT_KNOWN

/** Segments worth telling apart besides what the patterns name: those that condition keys follow from. */
function viewOf(
  { service, form }: ActionClass,
  account: string | undefined,
  keys: KeySpace,
): Required<Pick<ResourceView, 'segments' | 'preferred'>> {
  const accounts = [...textsOf(keys, 'aws:resourceaccount'), ...textsOf(keys, 's3:resourceaccount')]
  const regions = textsOf(keys, 'aws:requestedregion')
  const rest = form === 'bucket' || form === 'object' ? WITH_KEY : form === 'key' ? ALIASES : NO_TEXTS
  return {
    segments: {
      2: rest.length === 0 ? NO_TEXTS : S3_AND_KMS,
      3: regions.length === 0 ? NO_TEXTS : [...regions, ''],
      4: accounts.length === 0 ? NO_TEXTS : [...accounts, '????????????', ''],
      5: rest,
    },
    preferred: { 2: [service], 4: account === undefined ? NO_TEXTS : ['', account] },
  }
}

const NO_TEXTS: readonly string[] = []
const WITH_KEY = ['*/*']
const ALIASES = ['alias/*']
const S3_AND_KMS = ['s3', 'kms']

function textsOf(keys: KeySpace, key: string): readonly string[] {
  const lines = keys.linesOf(key)
  return lines.length === 0 ? NO_TEXTS : lines.flatMap((line) => line.values.map(({ template }) => template.source))
}
