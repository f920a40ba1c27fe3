/** A store may come from a stranger: nothing in it may make the program read or write anything else. */
import assert from 'node:assert/strict'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import { UserError } from '../../src/errors.ts'
import { memoryInstance } from '#store/duckdb/memory-instance.ts'
import { openDuckdbStore } from '#store/duckdb/duckdb-store.ts'
import { sampleRow } from '../conformance/sample-rows.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-hostile-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const secret = join(folder, 'secret.txt')
writeFileSync(secret, 'a secret of this machine')

const ours = join(folder, 'ours.duckdb')
const store = await openDuckdbStore(ours)
await store.add({ rows: [sampleRow()] })
await store.close()

let made = 0

/** A store of ours, then changed with DuckDB itself by somebody else. */
async function storeWith(...statements: readonly string[]): Promise<string> {
  const path = join(folder, `s${(made += 1)}.duckdb`)
  copyFileSync(ours, path)
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  for (const statement of statements) await connection.run(statement)
  connection.closeSync()
  instance.closeSync()
  return path
}

const READS = `read_text('${secret}')`

const HOSTILE: readonly (readonly [what: string, ...statements: string[]])[] = [
  [
    'a view in place of the denials',
    'alter table denial rename to d',
    `create view denial as select * replace ((select content from ${READS}) as error_message) from d`,
  ],
  ['a view beside them', `create view spare as select * from ${READS}`],
  ['a view in place of the version', 'drop table store_version', 'create view store_version as select 3 as version'],
  ['a generated column', `create table mark_2 (a varchar, b varchar generated always as (a || 'x'))`],
  ['a table of somebody else', 'create table spare (a varchar)'],
  ['a schema of somebody else', 'create schema spare', 'create table spare.denial (a varchar)'],
  ['a column that is not ours', 'alter table denial add column spare varchar'],
  ['a column of another type', 'alter table denial alter column parser_version type varchar'],
  ['a column without its table', 'alter table denial drop column rest'],
  ['a default', `alter table denial alter column rest set default current_setting('secret_directory')`],
  ['a table that is missing', 'drop table mark'],
  ['a sequence', 'create sequence spare'],
  ['a type', `create type spare as enum ('a')`],
  ['an index', 'create index spare on denial (lower(rest))'],
]

for (const [what, ...statements] of HOSTILE)
  test(`${what}: the file is refused, to read and to write`, async () => {
    const path = await storeWith(...statements)
    const before = readFileSync(path)
    const refused = (error: unknown): boolean => {
      assert.ok(error instanceof UserError, String(error))
      assert.equal(error.code, 'store/unreadable')
      assert.match(error.message, /cannot be opened as a store: (?:it has|its table)/)
      assert.match(error.hint, /nothing of it was read/)
      return true
    }
    const reader = await openDuckdbStore(path, { create: false })
    await assert.rejects(reader.find({}, 10), refused)
    await assert.rejects(reader.groups('action', {}), refused)
    await reader.close()
    await assert.rejects(openDuckdbStore(path), refused)
    assert.deepEqual(readFileSync(path), before)
  })

test('functions of the file are refused to write, and to read are out of reach, also those that would hide things', async () => {
  const macros = [
    `create macro count() as 7`,
    `create macro date_trunc(a, b) as (select content from ${READS})`,
    `create macro duckdb_tables() as table select 'denial' as table_name, 'x' as sql`,
  ]
  const path = await storeWith(...macros)
  const reader = await openDuckdbStore(path, { create: false })
  assert.equal((await reader.groups('action', {}))[0]?.count, 1)
  assert.equal((await reader.find({}, 10)).length, 1)
  await reader.close()
  await assert.rejects(openDuckdbStore(path), { code: 'store/unreadable', message: /it has a macro/ })
  const hidden = await storeWith(...macros, `create view spare as select * from ${READS}`)
  const other = await openDuckdbStore(hidden, { create: false })
  await assert.rejects(other.find({}, 10), { code: 'store/unreadable', message: /it has a view `spare`/ })
  await other.close()
})

test('a store that nobody changed is opened', async () => {
  const store = await openDuckdbStore(await storeWith(), { create: false })
  assert.equal((await store.find({}, 10)).length, 1)
  await store.close()
})

test('a database that is opened reaches its files and nothing else, and cannot be unlocked', async () => {
  const own = join(folder, 'own.duckdb')
  const instance = await memoryInstance(own, { files: [own, `${own}.wal`], folders: [join(folder, 'out')] })
  const connection = await instance.connect()
  await connection.run(`attach '${own}' as store`)
  const other = join(folder, 'other')
  for (const statement of [
    `select * from ${READS}`,
    `select * from read_csv('${secret}')`,
    `select * from glob('${folder}/*')`,
    `copy (select 1) to '${other}.csv'`,
    `attach '${other}.duckdb'`,
    `export database '${other}'`,
    `load '${other}.so'`,
    'install httpfs',
    `select * from 'https://127.0.0.1:1/x.parquet'`,
    'set enable_external_access = true',
    `set allowed_paths = ['${secret}']`,
    `set allowed_configs = ['enable_external_access']`,
    'set lock_configuration = false',
    `set temp_directory = '${other}'`,
    `set home_directory = '${other}'`,
    'set autoload_known_extensions = true',
    'reset enable_external_access',
  ])
    await assert.rejects(connection.run(statement), /disabled (?:by|through) configuration|locked|[Cc]annot/, statement)
  for (const end of ['.csv', '.duckdb', '']) assert.equal(existsSync(`${other}${end}`), false)
  connection.closeSync()
  instance.closeSync()
})
