import { DENIAL_COLUMNS, type DenialRow, sqlName } from '../denial-row.ts'
import { dayOf } from '../hours.ts'
import type { SqlRow } from './session.ts'

const NAMES = DENIAL_COLUMNS.map(([field]) => [field, sqlName(field)] as const)

/** As the table `denial` has it. */
export function tableRow(row: DenialRow): SqlRow {
  const cells: Record<string, SqlRow[string]> = { event_day: dayOf(row.eventTime) }
  for (const [field, name] of NAMES) cells[name] = row[field]
  return cells
}

export function denialRow(cells: SqlRow): DenialRow {
  const row: Record<string, unknown> = {}
  for (const [field, name] of NAMES) row[field] = cells[name] ?? null
  return row as unknown as DenialRow
}

/** `bucket_start` → `bucketStart`, for rows whose fields are named as their columns are. */
export function fieldsOf<T>(cells: SqlRow): T {
  const row: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(cells)) row[fieldName(name)] = value
  return row as T
}

const FIELD_NAMES = new Map<string, string>()

function fieldName(name: string): string {
  const known = FIELD_NAMES.get(name)
  if (known !== undefined) return known
  const made = name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  FIELD_NAMES.set(name, made)
  return made
}

/** The reverse, for plain rows of few fields. */
export const cellsOf = (row: object): SqlRow =>
  Object.fromEntries(Object.entries(row).map(([field, value]) => [sqlName(field), value as SqlRow[string]]))

type InTime = Pick<DenialRow, 'eventTime' | 'eventId'>

/** By time, then by event id, as statements order them. */
export const inOrder = (a: InTime, b: InTime): number =>
  a.eventTime === b.eventTime ? (a.eventId < b.eventId ? -1 : 1) : a.eventTime < b.eventTime ? -1 : 1
