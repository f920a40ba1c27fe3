import { type DuckDBConnection, DuckDBTypeId, type DuckDBVector, JSDuckDBValueConverter } from '@duckdb/node-api'
import { isoTime } from '../iso-time.ts'
import type { Columns, SqlColumns, SqlRow, SqlSession } from '../sql/session.ts'
import { numbered, type Statement } from '../sql/statement.ts'
import { columnLines, DENIAL_TABLE, typeIn } from '../sql/tables.ts'
import { type Appended, appendRows } from './append-rows.ts'
import { HASH_COLUMNS, HASHES_IN_SQL } from './id-hash.ts'
import { quoted } from './quoted.ts'
import { LINES, type SpoolPart } from './spool.ts'

export interface DuckdbSession extends SqlSession {
  /** Straight into a table; nothing is looked for first. */
  readonly append: <Row>(table: string, columns: readonly Appended<Row>[], rows: readonly Row[]) => Promise<void>
  /** Lines of a file into `denial`, each by its number. */
  readonly insertLines: (part: SpoolPart, lines: readonly { readonly line: number }[]) => Promise<void>
}

export const duckdbSession = (connection: DuckDBConnection): DuckdbSession => ({
  dialect: 'duckdb',
  run: (statement) => runIn(connection, statement),
  runColumns: (statement) => columnsIn(connection, statement),
  load: async (name, columns, rows) => {
    await loadTemp(connection, name, columns, rows)
    return { text: name, params: {} }
  },
  append: (table, columns, rows) => appendRows(connection, { table }, columns, rows),
  insertLines: (part, lines) => insertLines(connection, part, lines),
})

const NAMES = DENIAL_TABLE.map(([name]) => name)
const CHOSEN: Columns = [['line', 'integer']]
const LINE_COLUMNS = [...CHOSEN, ...DENIAL_TABLE]
  .map(([name, type]) => `${name}: '${typeIn('duckdb', type)}'`)
  .join(', ')

async function insertLines(
  connection: DuckDBConnection,
  { path, rows, aside }: SpoolPart,
  lines: readonly { readonly line: number }[],
): Promise<void> {
  const isAll = lines.length === rows.length - aside.size
  if (!isAll) await loadTemp(connection, 'chosen', CHOSEN, lines)
  await connection.run(`insert into denial (${[...NAMES, ...HASH_COLUMNS].join(', ')})
select ${[...NAMES, ...HASHES_IN_SQL].join(', ')} from read_csv(${quoted(path)}, ${LINES}, columns = {${LINE_COLUMNS}})
${isAll ? '' : 'where line in (select line from chosen)'}`)
}

async function loadTemp(
  connection: DuckDBConnection,
  name: string,
  columns: Columns,
  rows: readonly SqlRow[],
): Promise<void> {
  await connection.run(`create or replace temp table ${name} (\n${columnLines('duckdb', columns)}\n)`)
  await appendRows(connection, { table: name, catalog: 'temp' }, cellsOf(columns), rows)
}

/** Cells of rows that have a value for each column, in the columns' order. */
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

/** Whose items in a vector are cells as they are. */
const PLAIN: ReadonlySet<DuckDBTypeId> = new Set([DuckDBTypeId.BOOLEAN, DuckDBTypeId.INTEGER, DuckDBTypeId.VARCHAR])

/**
 * Pieces of an answer are taken as they lie in memory: the driver's readers wait for a thread for each piece, and once more to be told
 * that there are no more. Texts lie in the answer itself, so it is asked for its names last.
 */
async function columnsIn(connection: DuckDBConnection, statement: Statement): Promise<SqlColumns> {
  const { text, values } = numbered(statement)
  const result = await (values.length === 0 ? connection.run(text) : connection.run(text, [...values]))
  const columns = Array.from({ length: result.columnCount }, (): SqlRow[string][] => [])
  const { chunkCount } = result
  for (let at = 0; at < chunkCount; at += 1) {
    const chunk = result.getChunk(at)
    for (const [i, column] of columns.entries()) addCells(column, chunk.getColumnVector(i))
  }
  return Object.fromEntries(result.deduplicatedColumnNames().map((name, i) => [name, columns[i] ?? []]))
}

function addCells(column: SqlRow[string][], vector: DuckDBVector): void {
  const { type, itemCount } = vector
  if (PLAIN.has(type.typeId)) for (let i = 0; i < itemCount; i += 1) column.push(vector.getItem(i) as SqlRow[string])
  else
    for (let i = 0; i < itemCount; i += 1)
      column.push(cellOf(JSDuckDBValueConverter(vector.getItem(i), type, JSDuckDBValueConverter)))
}

function cellOf(value: unknown): SqlRow[string] {
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof Date) return isoTime(value.getTime())
  return (value ?? null) as SqlRow[string]
}
