import { type DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api'
import duckdb from '@duckdb/node-bindings'
import type { ColumnType } from '../denial-row.ts'
import type { SqlRow } from '../sql/session.ts'

/** A column, and where its value comes from. */
export interface Appended<Row> {
  readonly type: ColumnType | 'hash'
  readonly of: (row: Row) => SqlRow[string]
}

/** Rows that DuckDB takes at a time. */
const MOST = 2048

/**
 * Puts rows into a table, column by column; DuckDB's appender is five times as fast as an insert of values. What all rows of a
 * part have alike, as they have of a third of the columns of denials, is told once.
 */
export async function appendRows<Row>(
  connection: DuckDBConnection,
  { table, catalog }: { readonly table: string; readonly catalog?: string },
  columns: readonly Appended<Row>[],
  rows: readonly Row[],
): Promise<void> {
  const appender = await connection.createAppender(table, 'main', catalog)
  const chunk = chunkOf(columns)
  for (let from = 0; from < rows.length; from += MOST) {
    const part = rows.slice(from, from + MOST)
    duckdb.data_chunk_reset(chunk)
    duckdb.data_chunk_set_size(chunk, part.length)
    for (const [i, { type, of }] of columns.entries())
      putColumn(duckdb.data_chunk_get_vector(chunk, i), type, part.map(of))
    appender.appendDataChunk(new DuckDBDataChunk(chunk))
  }
  // It would hold the texts until it is used again.
  duckdb.data_chunk_reset(chunk)
  appender.closeSync()
}

const TYPES: Readonly<Record<Appended<never>['type'], duckdb.Type>> = {
  text: duckdb.Type.VARCHAR,
  time: duckdb.Type.TIMESTAMP,
  boolean: duckdb.Type.BOOLEAN,
  integer: duckdb.Type.INTEGER,
  hash: duckdb.Type.UINTEGER,
}

/** A chunk has room for all its rows, and V8 does not see how much that is: so there is one for each list of types. */
const chunks = new Map<string, duckdb.DataChunk>()

function chunkOf(columns: readonly Pick<Appended<never>, 'type'>[]): duckdb.DataChunk {
  const key = columns.map(({ type }) => type).join()
  const known = chunks.get(key)
  if (known !== undefined) return known
  const chunk = duckdb.create_data_chunk(columns.map(({ type }) => duckdb.create_logical_type(TYPES[type])))
  chunks.set(key, chunk)
  return chunk
}

type Values = readonly SqlRow[string][]

function putColumn(vector: duckdb.Vector, type: Appended<never>['type'], values: Values): void {
  const [first = null] = values
  if (first !== null && values.length > 1 && values.every((value) => value === first) && !hasNul(first))
    return duckdb.vector_reference_value(vector, constantOf(type, first))
  putValidity(vector, values)
  if (first === null && values.every((value) => value === null)) return
  if (type === 'text') putTexts(vector, values)
  else putNumbers(vector, type, values)
}

/** A text of C ends there. */
const hasNul = (value: SqlRow[string]): boolean => typeof value === 'string' && value.includes('\0')

function constantOf(type: Appended<never>['type'], value: NonNullable<SqlRow[string]>): duckdb.Value {
  if (type === 'text') return duckdb.create_varchar(String(value))
  if (type === 'time') return duckdb.create_timestamp({ micros: microsOf(String(value)) })
  if (type === 'boolean') return duckdb.create_bool(value === true)
  return type === 'hash' ? duckdb.create_uint32(Number(value)) : duckdb.create_int32(Number(value))
}

/** A bit for each row: it has a value. */
function putValidity(vector: duckdb.Vector, values: Values): void {
  if (!values.includes(null)) return
  const bits = new Uint8Array(Math.ceil(values.length / 64) * 8)
  for (let i = 0; i < values.length; i += 1) if (values[i] !== null) bits[i >> 3] = (bits[i >> 3] ?? 0) | (1 << (i & 7))
  duckdb.vector_ensure_validity_writable(vector)
  duckdb.copy_data_to_vector_validity(vector, 0, bits.buffer, 0, bits.byteLength)
}

function putTexts(vector: duckdb.Vector, values: Values): void {
  for (let i = 0; i < values.length; i += 1) {
    const text = values[i] as string | null
    if (text === null) continue
    if (text.includes('\0')) duckdb.vector_assign_string_element_len(vector, i, Buffer.from(text))
    else duckdb.vector_assign_string_element(vector, i, text)
  }
}

function putNumbers(vector: duckdb.Vector, type: Exclude<Appended<never>['type'], 'text'>, values: Values): void {
  const numbers =
    type === 'time'
      ? BigInt64Array.from(values, (value) => (value === null ? 0n : microsOf(String(value))))
      : new NUMBERS[type](values.map(Number))
  duckdb.copy_data_to_vector(vector, 0, numbers.buffer as ArrayBuffer, 0, numbers.byteLength)
}

const NUMBERS = { boolean: Uint8Array, integer: Int32Array, hash: Uint32Array } as const

/** Rows come in order of time, and are read at one time. */
let lastTime = { text: '', micros: 0n }

function microsOf(text: string): bigint {
  if (lastTime.text !== text) lastTime = { text, micros: BigInt(Date.parse(text)) * 1000n }
  return lastTime.micros
}
