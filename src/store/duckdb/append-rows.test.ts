import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import { type Appended, appendRows } from './append-rows.ts'
import { runIn } from './duckdb-session.ts'

const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
const connection = await instance.connect()
await connection.run('create table t (i integer, s varchar, "at" timestamp, b boolean, h uinteger)')
after(() => {
  connection.closeSync()
  instance.closeSync()
})

interface Row {
  readonly i: number | null
  readonly s: string | null
  readonly at: string | null
  readonly b: boolean | null
  readonly h: number | null
}

const COLUMNS: readonly Appended<Row>[] = [
  { type: 'integer', of: ({ i }) => i },
  { type: 'text', of: ({ s }) => s },
  { type: 'time', of: ({ at }) => at },
  { type: 'boolean', of: ({ b }) => b },
  { type: 'hash', of: ({ h }) => h },
]

async function assertKept(rows: readonly Row[]): Promise<void> {
  await connection.run('truncate t')
  await appendRows(connection, { table: 't' }, COLUMNS, rows)
  const read = await runIn(connection, { text: 'select * from t', params: {} })
  assert.deepEqual(read, rows)
}

const ROW: Row = { i: -7, s: 'ünï 🙂', at: '2026-04-27T10:03:00Z', b: true, h: 4_294_967_295 }
const NONE: Row = { i: null, s: null, at: null, b: null, h: null }
const OTHER: Row = { i: 2_147_483_647, s: '', at: '1969-12-31T23:59:59Z', b: false, h: 0 }

test('values are kept: alike, different, some of them nothing, all of them nothing', async () => {
  for (const rows of [
    [],
    [ROW],
    [NONE],
    [ROW, ROW, ROW],
    [NONE, NONE],
    [ROW, NONE, OTHER],
    [NONE, ROW],
    [OTHER, OTHER, NONE],
  ])
    await assertKept(rows)
})

test('a column that was alike in one part may be different in the next', async () => {
  const rows = Array.from({ length: 5000 }, (_, i): Row => {
    if (i < 2048) return ROW
    if (i < 4096) return i % 3 === 0 ? NONE : OTHER
    return { ...ROW, i, s: 'x'.repeat(i % 50) + String(i), h: i }
  })
  await assertKept(rows)
  await assertKept(rows.toReversed())
})

test('nothing of a text is lost behind a NUL, be it alone, alike in all rows or not', async () => {
  for (const texts of [['a\0b'], ['a\0b', 'a\0b'], ['a\0b', 'a'], ['\0', null, '\0c']])
    await assertKept(texts.map((s) => ({ ...ROW, s })))
})
