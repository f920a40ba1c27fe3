import type { ColumnType } from '../denial-row.ts'
import type { SqlRow } from '../sql/session.ts'
import type { Dialect, Statement } from '../sql/statement.ts'

/** An engine that reads tables which others write. `run` rejects with `QueryError`. */
export interface HistoryEngine {
  /** For messages; holds no secret. */
  readonly name: string
  readonly dialect: Dialect
  readonly run: (statement: Statement) => Promise<readonly SqlRow[]>
}

export interface Column {
  readonly name: string
  /** As Trino and Athena name types: `timestamp(3)`, `bigint`, … */
  readonly type: string
}

/** Rows as every engine of ours gives them. Cells come as JSON values or as texts. */
export const rowsOf = (columns: readonly Column[], rows: readonly (readonly unknown[])[]): readonly SqlRow[] => {
  const readers = columns.map(({ name, type }) => [name, READERS[kindOf(type)]] as const)
  return rows.map((cells) => Object.fromEntries(readers.map(([name, read], i) => [name, cellOf(cells[i], read)])))
}

type Cell = SqlRow[string]

const cellOf = (value: unknown, read: (text: string) => Cell): Cell =>
  value === null || value === undefined ? null : read(String(value))

const kindOf = (type: string): ColumnType => {
  if (type.startsWith('timestamp')) return 'time'
  if (type === 'boolean') return 'boolean'
  return NUMBERS.includes(type) ? 'integer' : 'text'
}

const NUMBERS = ['tinyint', 'smallint', 'integer', 'int', 'bigint', 'double', 'real', 'float']

const READERS: Readonly<Record<ColumnType, (text: string) => Cell>> = {
  text: (text) => text,
  integer: Number,
  boolean: (text) => text === 'true',
  // `2026-04-27 10:00:00.000`, in UTC.
  time: (text) => `${text.slice(0, 10)}T${text.slice(11, 19)}Z`,
}
