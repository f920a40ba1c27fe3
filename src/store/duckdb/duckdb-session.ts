import { DuckDBTypeId, type DuckDBConnection } from '@duckdb/node-api'
import { isoTime } from '../iso-time.ts'
import type { Columns, SqlColumns, SqlRow, SqlSession } from '../sql/session.ts'
import { numbered, type Statement } from '../sql/statement.ts'
import { columnLines } from '../sql/tables.ts'
import { type Appended, appendRows } from './append-rows.ts'

export interface DuckdbSession extends SqlSession {
  /** Straight into a table; nothing is looked for first. */
  readonly append: <Row>(table: string, columns: readonly Appended<Row>[], rows: readonly Row[]) => Promise<void>
}

export const duckdbSession = (connection: DuckDBConnection): DuckdbSession => ({
  dialect: 'duckdb',
  run: (statement) => runIn(connection, statement),
  runColumns: (statement) => columnsIn(connection, statement),
  load: async (name, columns, rows) => {
    await connection.run(`create or replace temp table ${name} (\n${columnLines('duckdb', columns)}\n)`)
    await appendRows(connection, { table: name, catalog: 'temp' }, cellsOf(columns), rows)
    return { text: name, params: {} }
  },
  append: (table, columns, rows) => appendRows(connection, { table }, columns, rows),
})

/** Of rows that have a cell for each column. */
export const cellsOf = (columns: Columns): readonly Appended<SqlRow>[] =>
  columns.map(([name, type]) => ({ type, of: (row) => row[name] ?? null }))

/** Column by column, each with one look at its type: a row at a time takes DuckDB's driver three times as long. */
export async function runIn(connection: DuckDBConnection, statement: Statement): Promise<readonly SqlRow[]> {
  const columns = Object.entries(await columnsIn(connection, statement))
  return Array.from({ length: columns[0]?.[1].length ?? 0 }, (_, row) => {
    const cells: Record<string, SqlRow[string]> = {}
    for (const [name, column] of columns) cells[name] = column[row] ?? null
    return cells
  })
}

async function columnsIn(connection: DuckDBConnection, statement: Statement): Promise<SqlColumns> {
  const { text, values } = numbered(statement)
  const reader = await (values.length === 0
    ? connection.runAndReadAll(text)
    : connection.runAndReadAll(text, [...values]))
  const types = reader.columnTypes()
  const columns = reader.getColumnsJS()
  return Object.fromEntries(
    reader.deduplicatedColumnNames().map((name, i) => {
      const column = columns[i] ?? []
      // Numbers and texts come as they are.
      const isPlain = types[i]?.typeId === DuckDBTypeId.INTEGER || types[i]?.typeId === DuckDBTypeId.VARCHAR
      return [name, isPlain ? (column as SqlRow[string][]) : column.map(cellOf)]
    }),
  )
}

function cellOf(value: unknown): SqlRow[string] {
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof Date) return isoTime(value.getTime())
  return (value ?? null) as SqlRow[string]
}
