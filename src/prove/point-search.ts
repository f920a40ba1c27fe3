import type { ContextSource } from '#engine/context-source.ts'
import { type ConditionLine, evaluateLine } from '#iam/condition/condition.ts'
import { type KeyState, single, UNKNOWN } from '#iam/key-state.ts'
import { type RequestResource, resourceMatches } from '#iam/resource.ts'
import type { Truth } from '#iam/truth.ts'
import { fill, textOf } from '#iam/variables.ts'
import type { Atom, Atoms } from './atoms.ts'
import { clauseTruth, type Formula, type Verdict, verdictOf } from './clauses.ts'
import type { Budget } from '#space/budget.ts'
import { isPossible, type KeySpace, RELATED } from './key-space.ts'

/** The work that is left, shared by all searches of a comparison, and what they could not settle. */
export interface Work {
  readonly budget: Budget
  /** Something was met that only `loose` searches cover: a variable, a state that no class stands for. */
  open: boolean
}

export interface Point {
  readonly source: ContextSource
  readonly resource: RequestResource
  readonly listsAllBuckets: boolean
}

/** Finds a context in which a formula holds, or none. */
export class PointSearch {
  private readonly truths: Truth[]
  private readonly assigned = new Map<string, KeyState>()
  private readonly formula: Formula
  private readonly point: Point
  private readonly atoms: Atoms
  private readonly keys: KeySpace
  private readonly work: Work
  private readonly loose: boolean
  /** Cost of evaluating the whole formula once, in steps of the budget. */
  private readonly weight: number

  constructor(formula: Formula, point: Point, atoms: Atoms, keys: KeySpace, work: Work, loose: boolean) {
    this.formula = formula
    this.point = point
    this.atoms = atoms
    this.keys = keys
    this.work = work
    this.loose = loose
    this.truths = atoms.list.map(() => 'unknown')
    this.weight = 10 + atoms.list.length + weightOf(formula)
    work.budget.spend(this.weight)
  }

  /** The states of the keys it took, by lower-case key; undefined: no context will do. */
  run(): ReadonlyMap<string, KeyState> | undefined {
    const verdict = this.verdict()
    if (verdict === 'dead') return undefined
    if (verdict === 'found') return this.assigned
    return this.descend() ? this.assigned : undefined
  }

  private verdict(): Verdict {
    return verdictOf(this.formula, this.truths)
  }

  private descend(): boolean {
    this.work.budget.spend(this.weight)
    const open = this.openAtom()
    if (open === undefined) return false
    const { number, key } = open
    return key === undefined ? this.assume(number) : this.tryStates(key)
  }

  /** The first atom that is not settled, and the first of its keys that is not: what a value is filled into comes last. */
  private openAtom(): { readonly number: number; readonly key: string | undefined } | undefined {
    const { region, newDenies, newAllows, oldAllows, oldDenies } = this.formula
    let stuck: number | undefined
    for (const clauses of [[region], newDenies, oldDenies, oldAllows, newAllows])
      for (const clause of clauses) {
        if (clauseTruth(clause, this.truths) !== 'unknown') continue
        for (const numbers of [clause.lines, clause.patterns])
          for (const number of numbers) {
            if (this.truths[number] !== 'unknown') continue
            const key = this.openKey(this.atoms.list[number] as Atom)
            if (key !== undefined) return { number, key }
            stuck ??= number
          }
      }
    return stuck === undefined ? undefined : { number: stuck, key: undefined }
  }

  private openKey({ variables, keys }: Atom): string | undefined {
    for (const variable of variables) if (!this.assigned.has(variable)) return variable
    for (const key of keys) if (!this.assigned.has(key)) return key
    return undefined
  }

  /** All keys are settled and the atom is not: it may come out either way. */
  private assume(number: number): boolean {
    this.work.open = true
    if (!this.loose) return false
    for (const truth of [true, false]) {
      this.truths[number] = truth
      if (this.settles()) return true
    }
    this.truths[number] = 'unknown'
    return false
  }

  private settles(): boolean {
    const verdict = this.verdict()
    return verdict === 'found' || (verdict === 'open' && this.descend())
  }

  private tryStates(key: string): boolean {
    const before = this.truths.slice()
    const seen = new Set<string>()
    const { states, apart } = this.statesOf(key)
    const related = RELATED.has(key)
    for (const state of states) {
      this.work.budget.spend(this.weight)
      if (!isPossible(key, state, this.assigned)) continue
      this.assigned.set(key, state)
      this.settleAtoms(key, state)
      const signature = this.truthText() + (apart ? JSON.stringify(state) : '')
      if (related || !seen.has(signature)) {
        seen.add(signature)
        if (this.settles()) return true
      }
      this.assigned.delete(key)
      for (let i = 0; i < before.length; i++) this.truths[i] = before[i] as Truth
    }
    return false
  }

  private truthText(): string {
    let text = ''
    for (const truth of this.truths) text += truth === true ? '1' : truth === false ? '0' : '?'
    return text
  }

  /** `apart`: values that the lines do not tell apart may yet differ in what is filled in. */
  private statesOf(key: string): { readonly states: readonly KeyState[]; readonly apart: boolean } {
    const derived = this.keys.derivedState(key, this.point.source)
    if (derived !== undefined) return { states: [derived], apart: false }
    const presence = this.keys.presence(key, this.point.source)
    const values = this.valuesFilledIn(key)
    const { classes, exact } = this.keys.classes(key, presence, values)
    if (!exact) this.work.open = true
    const states: KeyState[] = []
    for (const { state } of classes) states.push(state)
    const isLoose = !exact && this.loose
    return { states: isLoose ? [...states, UNKNOWN] : states, apart: values !== undefined || isLoose }
  }

  /** Values that make or break what holds a variable, where the key is one, or is compared with one. */
  private valuesFilledIn(key: string): readonly string[] | undefined {
    const values = new Set<string>()
    let isConcerned = false
    for (const atom of this.atoms.list) {
      if (atom.variables.length === 0 || !atom.keys.includes(key)) continue
      isConcerned = true
      if (atom.variables.includes(key)) {
        values.add('a')
        for (const text of this.cutOut(atom)) values.add(text)
      }
      if (atom.line !== undefined) for (const text of this.besideVariable(atom.line, key)) values.add(text)
    }
    return isConcerned ? [...values] : undefined
  }

  /**
   * Values to try for a line with a variable: of its own key what is filled in, or nearly that; of the variable what its
   * key has.
   */
  private besideVariable({ key: own, values }: ConditionLine, key: string): readonly string[] {
    if (own.toLowerCase() !== key) {
      const state = this.lookupOrGiven(own)
      return state.state === 'values' ? state.values : []
    }
    return values.flatMap(({ template }) => {
      const filled = fill(template, this.lookupOrGiven)
      if (typeof filled === 'string') return []
      const text = textOf(filled).replaceAll('*', '').replaceAll('?', 'a')
      return [text, `${text}a`, text.toUpperCase()]
    })
  }

  /** The parts of the resource's own text that a variable in a pattern could stand for. */
  private cutOut({ pattern }: Atom): readonly string[] {
    const { resource } = this.point
    if (pattern?.kind !== 'arn' || resource.kind !== 'arn') return []
    const rest = resource.segments[5] ?? ''
    const found: string[] = []
    for (let from = 0; from < rest.length && rest.length <= 64; from++)
      for (let to = from + 1; to <= rest.length; to++) found.push(rest.slice(from, to))
    const lookup = (text: string) => () => single(text)
    return found.filter((text) => resourceMatches(pattern, resource, lookup(text)) === true).slice(0, 8)
  }

  private readonly lookup = (key: string): KeyState => this.assigned.get(key.toLowerCase()) ?? UNKNOWN

  private readonly lookupOrGiven = (key: string): KeyState =>
    this.assigned.get(key.toLowerCase()) ?? this.keys.derivedState(key.toLowerCase(), this.point.source) ?? UNKNOWN

  private settleAtoms(key: string, state: KeyState): void {
    const { list } = this.atoms
    for (let i = 0; i < list.length; i++) {
      const atom = list[i] as Atom
      if (!atom.keys.includes(key) || !atom.keys.every((atomKey) => this.assigned.has(atomKey))) continue
      if (state === UNKNOWN && atom.variables.length === 0) continue
      this.truths[i] = this.loose && atom.variables.length > 0 ? this.looseTruth(atom) : this.truthOf(atom)
      // Another value, or another text of the same class, may come out otherwise: this is no proof that there is none.
      if (atom.variables.length > 0) this.work.open = true
    }
  }

  private truthOf({ line, pattern }: Atom): Truth {
    if (line !== undefined) return evaluateLine(line, this.lookup(line.key), this.lookup)
    if (pattern === undefined) return false
    return resourceMatches(pattern, this.point.resource, this.lookup, this.point.listsAllBuckets)
  }

  /**
   * A value filled in stands for many, and whoever asks, like the resource, for others with other names: only what follows
   * from a key that is absent is sure, and that only where no default stands in for it.
   */
  private looseTruth(atom: Atom): Truth {
    const isFilled = atom.hasDefault || atom.variables.some((key) => this.assigned.get(key)?.state !== 'absent')
    if (!isFilled) return this.truthOf(atom)
    if (atom.line === undefined) return 'unknown'
    const own = this.lookup(atom.line.key)
    return own.state === 'absent' ? this.truthOf(atom) : 'unknown'
  }
}

function weightOf({ newAllows, newDenies, oldAllows, oldDenies }: Formula): number {
  let weight = 0
  for (const clauses of [newAllows, newDenies, oldAllows, oldDenies])
    for (const { lines, patterns } of clauses) weight += 1 + lines.length + patterns.length
  return weight
}
