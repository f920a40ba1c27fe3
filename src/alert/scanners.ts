import { isReading } from './noise.ts'
import type { Row } from './refusal.ts'
import type { Hour } from './season.ts'

/** So many distinct actions of one principal in an hour, nearly all of them reading ones, are somebody looking around. */
const ACTIONS = 20

const MOSTLY = 0.75

/** Days in the last fortnight on which the same principal looked around: then it is its job. */
const DAYS = 3

const FORTNIGHT = 14

/** Principal → the days on which it scanned. */
export type Scans = ReadonlyMap<string, ReadonlySet<number>>

/**
 * Tells the rows of scanners: security tools that try every reading action, day after day. The first days of one are assessed
 * like everybody's, because whoever looks around for the first time may be an intruder.
 */
export const isScannerIn =
  (scans: Scans) =>
  (row: Row): boolean => {
    const days = scans.get(row.principal)
    const today = Math.floor(row.hour / 24)
    if (days?.has(today) !== true || row.noise !== null || !isReading(row.action)) return false
    return [...days].filter((day) => day < today && today - day <= FORTNIGHT).length >= DAYS
  }

/** Who scanned on which days; `before`: on days before those of the rows. */
export function scansIn(rows: Iterable<Row>, before: Scans = new Map()): Scans {
  const scans = new Map([...before].map(([principal, days]) => [principal, new Set(days)]))
  let actions = new Map<string, Set<string>>()
  let hour: Hour | undefined
  const close = (): void => {
    for (const [principal, tried] of actions)
      if (tried.size >= ACTIONS && [...tried].filter(isReading).length >= MOSTLY * tried.size && hour !== undefined)
        scans.set(principal, (scans.get(principal) ?? new Set()).add(Math.floor(hour / 24)))
    actions = new Map()
  }
  for (const row of rows) {
    if (row.hour !== hour) close()
    hour = row.hour
    actions.set(row.principal, (actions.get(row.principal) ?? new Set()).add(row.action))
  }
  close()
  return scans
}
