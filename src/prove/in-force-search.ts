import type { EvaluationInput } from '#engine/evaluation-input.ts'
import type { ContextSource } from '#engine/context-source.ts'
import { evaluateLayers, type EvaluatedLayers, evaluateLayersWith } from '#engine/evaluate-layers.ts'
import { isPermissionless } from '#engine/services/hard-rules.ts'
import { effectOf } from '#engine/verdict.ts'
import type { ConditionLine } from '#iam/condition/condition.ts'
import { evaluateLine } from '#iam/condition/condition.ts'
import { type KeyState, UNKNOWN } from '#iam/key-state.ts'
import type { Request } from '#iam/request.ts'
import { matchBeyondAction, type Question, resourceTruth } from '#iam/statement.ts'
import type { Truth } from '#iam/truth.ts'
import { variablesOf } from '#iam/variables.ts'
import { hasVariable } from '#space/key-classes.ts'
import type { Entry } from './document-set.ts'
import { heldOpen } from './filled-patterns.ts'
import { type ActionOnResource, type BothSides, caseOf, requestFor } from './in-force-case.ts'
import { isPossible, KeySpace, type SharedClasses } from './key-space.ts'
import { impliesTrace } from './trace-implication.ts'
import type { Work } from './point-search.ts'

/** The input of a search at one action and resource. */
export interface Around extends BothSides {
  readonly region: Entry
  /** Statements of either side that list the action. */
  readonly bearing: readonly Entry[]
  /** Whether a request lies in what is meant to be allowed, and so is not looked for. */
  readonly intended: (question: Question, request: Request) => Truth
  readonly work: Work
  /** Cost of evaluating a request once, in steps of the budget. */
  readonly weight: number
  readonly keyClasses: SharedClasses
  readonly loose: boolean
  /** Whether what the scenarios do not say of the resource is open, rather than as their layers have it. */
  readonly opened?: boolean
}

/** Looks for a context in which one side allows and the other refuses, with the engine as the judge of every step. */
export class InForceSearch {
  private readonly assigned = new Map<string, KeyState>()
  private readonly keys: KeySpace
  private readonly request: Request
  private readonly allowing: EvaluationInput
  private readonly refusing: EvaluationInput
  private readonly around: Around
  /** Statements whose resource may match, the region first. */
  private readonly statements: readonly Entry[]

  constructor(around: Around, actionOnResource: ActionOnResource) {
    this.around = around
    around.work.budget.spend(around.weight)
    this.request = requestFor(around.allows, actionOnResource)
    const { opened = false } = around
    this.allowing = caseOf(around.allows, this.request, opened)
    this.refusing = caseOf(around.refuses, requestFor(around.refuses, actionOnResource), opened)
    const held = heldOpen([around.region, ...around.bearing], this.allowing.question.lookup)
    if (held.length > 0) around.work.open = true
    if (around.loose) for (const key of held) this.assigned.set(key, UNKNOWN)
    const question = this.questionOf(this.allowing)
    this.statements = [around.region, ...around.bearing].filter(
      ({ statement, place }) => resourceTruth(statement, place, question) !== false,
    )
    this.keys = new KeySpace(
      this.statements.flatMap(({ statement }) => statement.conditions),
      around.keyClasses,
    )
  }

  /** States of the keys it took; undefined: no context will do. */
  run(): ReadonlyMap<string, KeyState> | undefined {
    if (!this.statements.includes(this.around.region) || isPermissionless(this.request.action)) return undefined
    return this.settles() ? this.assigned : undefined
  }

  /** Keys the statements look at, in lower case, that a witness must settle. */
  get openKeys(): readonly string[] {
    const ofLayers = this.layerKeys().filter((key) => this.allowing.question.lookup(key).state === 'unknown')
    return [...new Set([...this.statements.flatMap(keysOf), ...ofLayers])].filter((key) => !this.isSettled(key))
  }

  get keySpace(): KeySpace {
    return this.keys
  }

  get facts(): EvaluationInput {
    return this.allowing
  }

  private settles(): boolean {
    this.around.work.budget.spend(2 * this.around.weight)
    const { region, intended } = this.around
    const question = this.questionOf(this.allowing)
    const within = matchBeyondAction(region.statement, region.place, question).matches
    if (within === false) return false
    const here = this.evaluated(this.allowing)
    const allowed = effectOf(here.tree)
    if (allowed === 'denied') return false
    const there = this.evaluated(this.refusing)
    const refused = effectOf(there.tree)
    if (refused === 'allowed' || impliesTrace(here.trace, there.trace)) return false
    const meant = intended(question, this.request)
    if (meant === true) return false
    const isFound = allowed === 'allowed' && refused === 'denied' && meant === false
    return isFound && !this.isTornApart() ? true : this.descend()
  }

  private questionOf(input: EvaluationInput): Question {
    return { ...input.question, lookup: (key) => this.assigned.get(key.toLowerCase()) ?? input.question.lookup(key) }
  }

  private evaluated(input: EvaluationInput): EvaluatedLayers {
    return this.assigned.size === 0 ? evaluateLayers(input) : evaluateLayersWith(input, this.assigned)
  }

  private descend(): boolean {
    const key = this.nextKey()
    if (key !== undefined) return this.tryStates(key)
    // Every key is settled and the engine does not know: the two sides may differ in it.
    this.around.work.open = true
    return this.around.loose
  }

  /** Only one side has an endpoint: whether the request came through it must be the same for both. */
  private isTornApart(): boolean {
    const [a, b] = [this.allowing.policies.vpcEndpointPolicy, this.refusing.policies.vpcEndpointPolicy]
    return Boolean(a) !== Boolean(b) && !this.assigned.has('aws:sourcevpce')
  }

  private isSettled(key: string): boolean {
    if (this.assigned.has(key)) return true
    const { state } = this.allowing.question.lookup(key)
    return state === 'values' || state === 'absent'
  }

  private nextKey(): string | undefined {
    const question = this.questionOf(this.allowing)
    for (const entry of this.statements) {
      if (matchBeyondAction(entry.statement, entry.place, question).matches !== 'unknown') continue
      const variable = variableKeys(entry).find((key) => !this.isSettled(key))
      if (variable !== undefined) return variable
      for (const line of entry.statement.conditions) {
        const key = line.key.toLowerCase()
        if (!this.isSettled(key) && evaluateLine(line, question.lookup(line.key), question.lookup) === 'unknown')
          return key
      }
    }
    return this.layerKeys().find((key) => (this.isTornApart() ? !this.assigned.has(key) : !this.isSettled(key)))
  }

  /** Keys that a layer asks for by itself: whether the request came through the endpoint. */
  private layerKeys(): readonly string[] {
    const sides = [this.allowing.policies, this.refusing.policies]
    return sides.some(({ vpcEndpointPolicy }) => vpcEndpointPolicy) ? [...OF_LAYERS.keys()] : []
  }

  private tryStates(key: string): boolean {
    const presence = this.keys.presence(key, this.source())
    const filled = this.valuesFilledIn(key)
    const apart = this.layerKeys().includes(key) ? OF_LAYERS.get(key) : undefined
    const values = filled === undefined && apart === undefined ? undefined : [...(filled ?? []), ...(apart ?? [])]
    const { classes, exact } = this.keys.classes(key, presence, values)
    const states = classes.map(({ state }) => state)
    const isOpen = !exact || filled !== undefined
    if (isOpen) this.around.work.open = true
    if (this.around.loose && isOpen) states.push(UNKNOWN)
    for (const state of states) {
      if (!isPossible(key, state, this.assigned)) continue
      this.assigned.set(key, state)
      if (this.settles()) return true
      this.assigned.delete(key)
    }
    return false
  }

  private source(): ContextSource {
    const { request, caller, resource, resourceAccount, organization, question } = this.allowing
    return {
      request,
      caller,
      resource,
      resourceAccount,
      organization,
      action: question.action,
      resourceTags: undefined,
      hasControlLevels: this.allowing.source.hasControlLevels,
      throughEndpoint: this.allowing.policies.vpcEndpointPolicy != null && !this.isTornApart(),
      globalRegion: undefined,
      readings: this.allowing.policies.readings,
    }
  }

  private valuesFilledIn(key: string): readonly string[] | undefined {
    const variable = this.statements.some((entry) => variableKeys(entry).includes(key))
    const lines = this.statements.flatMap(({ statement }) => statement.conditions.filter(hasVariable))
    const compared = lines.filter((line) => line.key.toLowerCase() === key)
    if (!variable && compared.length === 0) return undefined
    const values = new Set(['a'])
    const resource = this.allowing.resource
    if (variable && resource.kind === 'arn')
      for (const part of (resource.segments[5] ?? '').split(/[/:]/).slice(0, 6)) if (part !== '') values.add(part)
    for (const { values: listed } of compared)
      for (const { template } of listed)
        if (template.constant) values.add(template.source.replaceAll('*', '').replaceAll('?', 'a'))
    for (const name of compared.flatMap((line) => line.values.flatMap(({ template }) => variablesOf(template)))) {
      const state = this.assigned.get(name.toLowerCase()) ?? this.allowing.question.lookup(name)
      if (state.state === 'values')
        for (const value of [state.values[0] ?? '', `${state.values[0] ?? ''}a`]) values.add(value)
    }
    return [...values]
  }
}

/** With values that a layer tells apart. */
const OF_LAYERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['aws:viaawsservice', ['false', 'true']],
  ['aws:sourcevpce', ['vpce-1']],
])

const keysOf = (entry: Entry): readonly string[] => [
  ...variableKeys(entry),
  ...entry.statement.conditions.map((line) => line.key.toLowerCase()),
]

function variableKeys({ statement }: Entry): readonly string[] {
  const inResources = (statement.resources ?? []).flatMap((resource) =>
    resource.kind === 'arn' ? variablesOf(resource.rest) : [],
  )
  const inLines = statement.conditions.flatMap((line: ConditionLine) =>
    line.values.flatMap(({ template }) => variablesOf(template)),
  )
  return [...inResources, ...inLines].map((key) => key.toLowerCase())
}
