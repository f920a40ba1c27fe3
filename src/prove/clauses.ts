import type { Truth } from '#iam/truth.ts'

/** The clauses of a statement once action, resource and principal are settled: all lines, and one of the patterns. */
export interface Clause {
  readonly lines: readonly number[]
  /** Patterns with variables, one of which must hold; `negated`: none may. */
  readonly patterns: readonly number[]
  readonly negated: boolean
}

/** A request is wanted in `region` that NEW allows and OLD does not. */
export interface Formula {
  readonly region: Clause
  readonly newAllows: Clause[]
  readonly newDenies: Clause[]
  readonly oldAllows: Clause[]
  readonly oldDenies: Clause[]
}

export const newFormula = (region: Clause): Formula => ({
  region,
  newAllows: [],
  newDenies: [],
  oldAllows: [],
  oldDenies: [],
})

/** `dead`: no such request, whatever the atoms that are not settled; `found`: one, whatever they are. */
export type Verdict = 'dead' | 'found' | 'open'

/** Truth values by number of the atom; one that is not there is not settled. */
type Truths = readonly Truth[]

export const NOTHING_SETTLED: Truths = []

export function verdictOf({ region, newAllows, newDenies, oldAllows, oldDenies }: Formula, truths: Truths): Verdict {
  const within = clauseTruth(region, truths)
  if (within === false) return 'dead'
  const newDenied = any(newDenies, truths)
  if (newDenied === true) return 'dead'
  const newAllowed = any(newAllows, truths)
  if (newAllowed === false) return 'dead'
  const oldAllowed = any(oldAllows, truths)
  const oldDenied = oldAllowed === false ? false : any(oldDenies, truths)
  if (oldAllowed === true && oldDenied === false) return 'dead'
  const isNew = oldAllowed === false || oldDenied === true
  return within === true && newDenied === false && newAllowed === true && isNew ? 'found' : 'open'
}

function any(clauses: readonly Clause[], truths: Truths): Truth {
  let any: Truth = false
  for (const clause of clauses) {
    const truth = clauseTruth(clause, truths)
    if (truth === true) return true
    if (truth === 'unknown') any = 'unknown'
  }
  return any
}

export function clauseTruth({ lines, patterns, negated }: Clause, truths: Truths): Truth {
  let all: Truth = true
  for (const line of lines) {
    const truth = truths[line] ?? 'unknown'
    if (truth === false) return false
    if (truth === 'unknown') all = 'unknown'
  }
  if (patterns.length === 0) return all
  let any: Truth = false
  for (const pattern of patterns) {
    const truth = truths[pattern] ?? 'unknown'
    if (truth === true) any = true
    else if (truth === 'unknown' && any === false) any = 'unknown'
  }
  const resource: Truth = any === 'unknown' ? any : any !== negated
  return resource === false ? false : resource === true ? all : 'unknown'
}
