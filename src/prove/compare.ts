import type { Policy } from '#engine/scenario.ts'
import type { PreparedScenario } from '#engine/read-request.ts'
import { type DirectionOptions, inForceDirection } from './in-force.ts'
import type { BeyondIntent, CompareOptions, Comparison } from './comparison.ts'
import { Budget, OutOfBudget } from '#space/budget.ts'
import { type Direction, NONE, NOT_ASKED, undecided, withinBudget } from './direction.ts'
import { Difference } from './difference.ts'
import { DirectionSearch } from './direction-search.ts'
import { DocumentSpace } from './document-space.ts'
import { type DocumentKind, type Documents, readDocuments } from './document-set.ts'
import { layeredEntries } from './layered-entries.ts'
import { sharing } from './shared-policies.ts'

/**
 * Access that NEW allows and OLD did not, and the reverse, for documents evaluated as one set: an Allow matches and no Deny
 * does. Principals count for a resource policy only.
 */
export function compareDocuments(
  old: readonly Policy[],
  next: readonly Policy[],
  kind: DocumentKind = 'identity-policy',
  options: CompareOptions = {},
): Comparison {
  return compareRead(readDocuments(old, next, kind), options)
}

/** The comparison of documents that are read. */
export function compareRead(documents: Documents, { budget, lost = true }: CompareOptions = {}): Comparison {
  const space = spaceOf(documents, Budget.of(budget))
  const gained = directionOf(documents, space, 1)
  const taken = lost ? directionOf(documents, space, 0) : NOT_ASKED
  const reason = gained.reason ?? taken.reason
  return {
    schemaVersion: 1,
    newAccess: gained.access,
    lostAccess: taken.access,
    newlyAllowed: gained.sets,
    newlyDenied: taken.sets,
    witness: gained.witness,
    lostWitness: taken.witness,
    ...(reason === undefined ? {} : { reason }),
  }
}

/** Space of askers, actions, resources and contexts that the documents tell apart, or why that is not looked at. */
function spaceOf(documents: Documents, budget: Budget): DocumentSpace | OutOfBudget {
  try {
    return new DocumentSpace(documents, budget)
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error
    return error
  }
}

function directionOf(documents: Documents, space: DocumentSpace | OutOfBudget, side: 0 | 1): Direction {
  const unreadable = unreadableHere(documents, side)
  if (unreadable !== undefined) return unreadable
  if (space instanceof OutOfBudget) return undecided(space.message)
  const search = new DirectionSearch(new Difference(space, side))
  return withinBudget(
    space.budget,
    () => {
      search.run()
      return search.some() ?? search.nothing()
    },
    () => search.some(),
  )
}

/** A document that cannot be read may allow or deny anything; undefined: that settles nothing here. */
function unreadableHere({ policies, entries, unreadable }: Documents, side: 0 | 1): Direction | undefined {
  const reason = unreadable[side] ?? unreadable[(1 - side) as 0 | 1]
  if (reason === undefined) return undefined
  const sources = policies.map((list) => new Set(list.map(({ source }) => JSON.stringify(source))))
  const [old, next] = sources
  if (old !== undefined && next !== undefined && old.size === next.size && [...old].every((text) => next.has(text)))
    return NONE
  const mayAllow = unreadable[side] !== undefined || entries.some(({ isDeny, sides }) => !isDeny && sides[side])
  return mayAllow ? undecided(reason) : NONE
}

/**
 * Access that NEW allows and OLD did not, and the reverse, for the principal of the scenarios on every action, resource and
 * context; all layers count. Both are taken as in force for every request that is looked at.
 */
export function compareInForce(
  before: PreparedScenario,
  after: PreparedScenario,
  options: CompareOptions = {},
): Comparison {
  const { lost = true, intended, resources, apart, shows } = options
  const budget = Budget.of(options.budget)
  const [old, next] = sharing(before, after)
  const directionOptions = { budget, resources, apart, shows, layered: layeredEntries(old, next) }
  const gained = inForceDirection(old, next, 1, directionOptions)
  const taken = lost ? inForceDirection(old, next, 0, directionOptions) : NOT_ASKED
  const beyond = intended === undefined ? undefined : beyondIntent(old, next, { ...directionOptions, intended }, gained)
  const reason = gained.reason ?? (lost ? taken.reason : undefined)
  return {
    schemaVersion: 1,
    newAccess: gained.access,
    lostAccess: taken.access,
    newlyAllowed: gained.sets,
    newlyDenied: taken.sets,
    witness: gained.witness,
    lostWitness: taken.witness,
    ...(reason === undefined ? {} : { reason }),
    ...(beyond === undefined ? {} : { beyondIntent: beyond }),
  }
}

function beyondIntent(
  old: PreparedScenario,
  next: PreparedScenario,
  options: DirectionOptions,
  gained: Direction,
): BeyondIntent {
  const { access, sets, witness, reason } = gained.access === 'none' ? gained : inForceDirection(old, next, 1, options)
  return { access, newlyAllowed: sets, witness, ...(reason === undefined ? {} : { reason }) }
}
