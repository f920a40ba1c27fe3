import type { ColumnType } from '../denial-row.ts'
import type { Dialect, Statement } from './statement.ts'

/** Times are ISO 8601 in UTC to the second, whatever the driver gives. */
export type SqlRow = Readonly<Record<string, string | number | boolean | null>>

/** An answer by its columns, for those that are long: a million objects take longer than the question. */
export type SqlColumns = Readonly<Record<string, readonly SqlRow[string][]>>

export const columnsOf = (rows: readonly SqlRow[]): SqlColumns =>
  Object.fromEntries(Object.keys(rows[0] ?? {}).map((name) => [name, rows.map((row) => row[name] ?? null)]))

export type Columns = readonly (readonly [name: string, type: ColumnType])[]

/** Rows that statements of the same transaction can select from, by `from ${text}`. */
export interface Source {
  readonly text: string
  readonly params: Statement['params']
}

export interface SqlSession {
  readonly dialect: Dialect
  readonly run: (statement: Statement) => Promise<readonly SqlRow[]>
  readonly runColumns: (statement: Statement) => Promise<SqlColumns>
  /** Makes many rows readable; `name` is the source's alias. */
  readonly load: (name: string, columns: Columns, rows: readonly SqlRow[]) => Promise<Source>
}

/** A database: sessions are given for the time of one transaction. */
export interface SqlEngine<S extends SqlSession = SqlSession> {
  readonly name: string
  readonly dialect: Dialect
  readonly read: <T>(run: (session: S) => Promise<T>) => Promise<T>
  readonly write: <T>(run: (session: S) => Promise<T>) => Promise<T>
  readonly close: () => Promise<void>
}
