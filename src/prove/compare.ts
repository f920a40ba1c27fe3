import type { Policy } from '#engine/scenario.ts'
import { accessSets } from './access-sets.ts'
import type { PreparedScenario } from '#engine/read-request.ts'
import { type DirectionOptions, inForceDirection } from './in-force.ts'
import type { BeyondIntent, CompareOptions, Comparison } from './comparison.ts'
import { CUT_OFF, type Direction, NONE, NOT_ASKED, OPEN, outOfBudget, undecided } from './direction.ts'
import { Difference, type Win } from './difference.ts'
import { type DocumentKind, type Documents, readDocuments } from './document-set.ts'
import { OutOfBudget } from './point-search.ts'
import { type Witness, witnessOf } from './witness.ts'

const BUDGET = 200_000
/** Each step judges a request with the whole engine. */
const IN_FORCE_BUDGET = 20_000
/** More are searched for only until a good witness is found. */
const MAX_WINS = 200

/**
 * What NEW allows that OLD did not, and the reverse, for documents judged as one set: an Allow matches and no Deny does.
 * Principals count for a resource policy only.
 */
export function compareDocuments(
  old: readonly Policy[],
  next: readonly Policy[],
  kind: DocumentKind = 'identity-policy',
  { budget = BUDGET, lost = true }: CompareOptions = {},
): Comparison {
  const documents = readDocuments(old, next, kind)
  const gained = directionOf(documents, 1, budget)
  const taken = lost ? directionOf(documents, 0, budget) : NOT_ASKED
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

function directionOf(documents: Documents, side: 0 | 1, budget: number): Direction {
  const unreadable = unreadableHere(documents, side)
  if (unreadable !== undefined) return unreadable
  const difference = new Difference(documents, side, budget)
  const found: Win[] = []
  let best: Witness | undefined
  try {
    for (const region of difference.regions())
      for (const win of difference.wins(region, false)) {
        if (best === undefined || !best.isTyped || !best.isDecided) best = better(best, witnessOf(difference, win))
        found.push(win)
        if (found.length >= MAX_WINS && best !== undefined) break
      }
    if (best !== undefined) return { access: 'some', sets: accessSets(difference, found), witness: best.request }
    if (found.length > 0) return undecided('a difference was found that the engine does not bear out')
    return hasLooseWin(difference) ? undecided(difference.work.open ? OPEN : CUT_OFF) : NONE
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error
    if (best !== undefined) return { access: 'some', sets: accessSets(difference, found), witness: best.request }
    return undecided(outOfBudget(budget))
  }
}

function better(a: Witness | undefined, b: Witness | undefined): Witness | undefined {
  if (a === undefined || b === undefined) return a ?? b
  const rank = ({ isTyped, isDecided }: Witness): number => Number(isDecided) * 2 + Number(isTyped)
  return rank(b) > rank(a) ? b : a
}

/** What is not told apart exactly is taken either way: only if nothing comes of it even then, there is nothing. */
function hasLooseWin(difference: Difference): boolean {
  if (difference.cutOff) return true
  if (!difference.work.open) return false
  for (const region of difference.regions()) for (const _ of difference.wins(region, true)) return true
  return difference.cutOff
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
 * What NEW allows that OLD did not, and the reverse, for the principal of the scenarios on every action, resource and
 * context; all layers count. Both are taken as in force for every request that is looked at.
 */
export function compareInForce(
  old: PreparedScenario,
  next: PreparedScenario,
  options: CompareOptions = {},
): Comparison {
  const { budget = IN_FORCE_BUDGET, lost = true, intended, resources } = options
  const asked = { budget, resources }
  const gained = inForceDirection(old, next, 1, asked)
  const taken = lost ? inForceDirection(old, next, 0, asked) : NOT_ASKED
  const beyond = intended === undefined ? undefined : beyondIntent(old, next, { ...asked, intended }, gained)
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
  asked: DirectionOptions,
  gained: Direction,
): BeyondIntent {
  const { access, sets, witness, reason } = gained.access === 'none' ? gained : inForceDirection(old, next, 1, asked)
  return { access, newlyAllowed: sets, witness, ...(reason === undefined ? {} : { reason }) }
}
