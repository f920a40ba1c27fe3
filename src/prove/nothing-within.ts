import type { Entry } from './document-set.ts'
import type { Places } from './places.ts'

/** A statement that lists an action and may match its asker, with the lines it asks of the context. */
export interface Bearing {
  readonly i: number
  readonly entry: Entry
  readonly lines: readonly number[]
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
export function nothingWithin(
  places: Places,
  self: Bearing,
  bearing: readonly Bearing[],
  within: number,
  side: 0 | 1,
): boolean {
  const other = (1 - side) as 0 | 1
  const liesOver = ({ entry, lines, isReached, holdsAll }: Bearing): boolean =>
    isReached && holdsAll && lines.every((line) => self.lines.includes(line)) && covers(places, entry, within)
  const isAway = ({ entry }: Bearing): boolean => isApart(places, entry, within)
  if (bearing.some((one) => one.entry.isDeny && one.entry.sides[side] && liesOver(one))) return true
  if (bearing.every((one) => one.entry.isDeny || !one.entry.sides[side] || isAway(one))) return true
  const takesBack = ({ entry }: Bearing): boolean => entry.isDeny && entry.sides[other] && !entry.sides[side]
  return (
    bearing.some((one) => !one.entry.isDeny && one.entry.sides[other] && liesOver(one)) &&
    bearing.every((one) => !takesBack(one) || isAway(one))
  )
}

const isPlain = ({ place, statement }: Entry): boolean =>
  place !== 'trust' && statement.resources !== undefined && statement.resourceElement === 'Resource'

const covers = (places: Places, entry: Entry, within: number): boolean =>
  isPlain(entry) && entry.resources.some((number) => places.relation(number, within) === 'covers')

const isApart = (places: Places, entry: Entry, within: number): boolean =>
  isPlain(entry) && entry.resources.every((number) => places.relation(number, within) === 'apart')
