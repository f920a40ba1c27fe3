import type { Clause } from './clauses.ts'
import type { Entry } from './document-set.ts'
import type { RepresentativeResources } from './representative-resources.ts'

/** A statement that lists an action and may match its asker, with the lines it asks of the context. */
export interface Bearing {
  readonly i: number
  readonly entry: Entry
  readonly lines: readonly number[]
  /** Clause of the condition lines that it asks where one of its patterns holds the resource whatever the context. */
  readonly clause: Clause
  /** Whether it surely matches the asker: of a principal that no request names, nobody can say. */
  readonly isReached: boolean
  /** `false`: it may hold some of the actions only. */
  readonly holdsAll: boolean
}

/**
 * Whether a changed statement surely makes no difference on what one of its patterns holds, seen without looking at any
 * resource: a Deny of the side that should allow lies over all of it; or an Allow of the other side does, and no Deny takes
 * that back that the first side has not too; or no Allow reaches it. A statement lies over another that asks at least as much.
 */
export function isEmptyRegion(
  places: RepresentativeResources,
  self: Bearing,
  bearing: readonly Bearing[],
  within: number,
  side: 0 | 1,
): boolean {
  const other = (1 - side) as 0 | 1
  let [isAllowed, isAllowedThere, isTakenBackThere] = [false, false, false]
  for (const statement of bearing) {
    const { isDeny, sides } = statement.entry
    if (isDeny) {
      if (sides[side] && liesOver(places, statement, self, within)) return true
      if (sides[other] && !sides[side]) isTakenBackThere ||= !isApart(places, statement.entry, within)
      continue
    }
    if (sides[side]) isAllowed ||= !isApart(places, statement.entry, within)
    if (sides[other]) isAllowedThere ||= liesOver(places, statement, self, within)
  }
  return !isAllowed || (isAllowedThere && !isTakenBackThere)
}

function liesOver(
  places: RepresentativeResources,
  { entry, lines, isReached, holdsAll }: Bearing,
  self: Bearing,
  within: number,
) {
  if (!isReached || !holdsAll) return false
  for (const line of lines) if (!self.lines.includes(line)) return false
  return covers(places, entry, within)
}

const isPlain = ({ place, statement }: Entry): boolean =>
  place !== 'trust' && statement.resources !== undefined && statement.resourceElement === 'Resource'

function covers(places: RepresentativeResources, entry: Entry, within: number): boolean {
  if (!isPlain(entry)) return false
  for (const number of entry.resources) if (places.relation(number, within) === 'covers') return true
  return false
}

function isApart(places: RepresentativeResources, entry: Entry, within: number): boolean {
  if (!isPlain(entry)) return false
  for (const number of entry.resources) if (places.relation(number, within) !== 'apart') return false
  return true
}
