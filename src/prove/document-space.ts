import type { ConditionLine } from '#iam/condition/condition.ts'
import type { Budget } from '#space/budget.ts'
import { ActionClasses } from '#space/action-classes.ts'
import type { ActionClass } from '#space/known-actions.ts'
import { hasVariables } from '#space/resource-classes.ts'
import { ActionElements } from './action-elements.ts'
import { Atoms } from './atoms.ts'
import { namesAtHand } from './caller-names.ts'
import { type Asker, type Askers, everyAsker, principalsOfAccounts, SOME_PROVIDER, userNamed } from './callers.ts'
import type { Documents } from './document-set.ts'
import { KeySpace, SharedClasses } from './key-space.ts'
import { distinguishKinds } from './distinguish-kinds.ts'
import type { Bearing } from './empty-region.ts'
import { partitionWritten } from './partition.ts'
import { RepresentativeResources } from './representative-resources.ts'

/** The space of requests that two sets of documents can tell apart: read once, searched in both directions. */
export class DocumentSpace {
  readonly documents: Documents
  /** Of both directions together. */
  readonly budget: Budget
  readonly atoms = new Atoms()
  readonly keys: KeySpace
  readonly askers: Askers
  readonly actions: ActionClasses
  readonly elements: ActionElements
  /** By number of the statement, its condition lines. */
  readonly lineAtoms: readonly (readonly number[])[]
  readonly places: RepresentativeResources
  /** Atom of a statement whose principal no request names: it may match. */
  readonly unknownPrincipal: number
  private readonly kept = new Map<Asker, Map<ActionClass, readonly Bearing[]>>()

  constructor(documents: Documents, budget: Budget) {
    this.documents = documents
    this.budget = budget
    const { entries } = documents
    this.lineAtoms = entries.map(({ statement, version }) =>
      statement.conditions.map((line) => this.atoms.line(line, version)),
    )
    for (const pattern of documents.patterns) if (hasVariables(pattern)) this.atoms.pattern(pattern)
    this.unknownPrincipal = this.atoms.never('a principal that no request names')
    const lines: ConditionLine[] = []
    for (const { line } of this.atoms.list) if (line !== undefined) lines.push(line)
    this.keys = new KeySpace(lines, new SharedClasses(budget))
    this.places = new RepresentativeResources(documents.patterns, this.keys, budget)
    this.askers = this.findAskers(lines)
    this.actions = new ActionClasses(
      entries.map(({ statement }) => statement),
      { budget },
    )
    this.elements = new ActionElements(entries)
  }

  /** Of one asker, what bears on each class of actions. */
  bearings(asker: Asker): Map<ActionClass, readonly Bearing[]> {
    const known = this.kept.get(asker)
    if (known !== undefined) return known
    const made = new Map<ActionClass, readonly Bearing[]>()
    this.kept.set(asker, made)
    return made
  }

  private findAskers(lines: readonly ConditionLine[]): Askers {
    const { entries, patterns } = this.documents
    const place = entries[0]?.place
    const partition = partitionWritten(patterns)
    const namesAnybody = place === 'resource' || place === 'trust'
    const statements = namesAnybody ? entries.map(({ statement }) => statement) : []
    const looked = new Set(this.atoms.list.flatMap(({ keys }) => keys))
    const kinds = distinguishKinds(statements, [...looked], this.keys, partition)
    const found = (namesAnybody ? everyAsker : principalsOfAccounts)(kinds, lines, statements, partition, this.budget)
    const named = namesAtHand(patterns, lines).map((name) => userNamed(name, partition))
    const further = place === 'trust' ? [...named, SOME_PROVIDER] : named
    return further.length === 0 ? found : { ...found, askers: [...found.askers, ...further] }
  }
}
