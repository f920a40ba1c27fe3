import { DuckDBTimestampValue, type DuckDBConnection } from '@duckdb/node-api'
import type { ColumnType } from '../denial-row.ts'
import { isoTime } from '../iso-time.ts'
import type { Columns, SqlRow, SqlSession } from '../sql/session.ts'
import { numbered, type Statement } from '../sql/statement.ts'
import { columnLines } from '../sql/tables.ts'

export const duckdbSession = (connection: DuckDBConnection): SqlSession => ({
  dialect: 'duckdb',
  run: (statement) => runIn(connection, statement),
  load: async (name, columns, rows) => {
    await connection.run(`create or replace temp table ${name} (\n${columnLines('duckdb', columns)}\n)`)
    await appendRows(connection, { table: name, catalog: 'temp' }, columns, rows)
    return { text: name, params: {} }
  },
})

/** Column by column, each with one look at its type: a row at a time takes DuckDB's driver three times as long. */
export async function runIn(connection: DuckDBConnection, statement: Statement): Promise<readonly SqlRow[]> {
  const { text, values } = numbered(statement)
  const reader = await connection.runAndReadAll(text, [...values])
  const names = reader.deduplicatedColumnNames()
  const columns = reader.getColumnsJS().map((column) => column.map(cellOf))
  return Array.from({ length: reader.currentRowCount }, (_, row) => {
    const cells: Record<string, SqlRow[string]> = {}
    for (let i = 0; i < names.length; i++) cells[names[i] ?? ''] = columns[i]?.[row] ?? null
    return cells
  })
}

function cellOf(value: unknown): SqlRow[string] {
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof Date) return isoTime(value.getTime())
  return (value ?? null) as SqlRow[string]
}

/** DuckDB's appender is five times as fast as an insert of values. */
export async function appendRows(
  connection: DuckDBConnection,
  { table, catalog }: { readonly table: string; readonly catalog?: string },
  columns: Columns,
  rows: readonly SqlRow[],
): Promise<void> {
  const appender = await connection.createAppender(table, 'main', catalog)
  const put: Readonly<Record<ColumnType, (value: never) => void>> = {
    text: (value) => appender.appendVarchar(value),
    time: (value) => appender.appendTimestamp(timestampOf(value)),
    boolean: (value) => appender.appendBoolean(value),
    integer: (value) => appender.appendInteger(value),
  }
  for (const row of rows) {
    for (const [name, type] of columns) {
      const value = row[name] ?? null
      if (value === null) appender.appendNull()
      else put[type](value as never)
    }
    appender.endRow()
  }
  appender.closeSync()
}

const timestampOf = (time: string): DuckDBTimestampValue => new DuckDBTimestampValue(BigInt(Date.parse(time)) * 1000n)
