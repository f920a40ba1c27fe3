import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { duckdbFile } from './duckdb-file.ts'
import { MEMORY_LIMIT } from './memory-instance.ts'

const TEXTS = `select md5(i::varchar) || md5((i + 1e9)::varchar) || md5((i + 2e9)::varchar) as text`
const BLOCKS = `select coalesce(sum(memory_usage_bytes), 0)::double from duckdb_memory() where tag = 'BASE_TABLE'`
const SETTINGS = `select name, value from duckdb_settings() where name in ('max_vacuum_tasks', 'memory_limit') order by name`

async function inFolder(work: (file: ReturnType<typeof duckdbFile>) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-duckdb-'))
  const file = duckdbFile(join(folder, 'store.duckdb'), async () => async (connection) => {
    await connection.run('create table if not exists texts (text varchar)')
  })
  try {
    await work(file)
  } finally {
    await file.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What one statement answers, row by row. */
async function ask(file: ReturnType<typeof duckdbFile>, text: string): Promise<readonly unknown[][]> {
  return file.use('write', 0, async (connection) => (await connection.runAndReadAll(text)).getRowsJS())
}

test('blocks that are written do not stay in memory while much is written', () =>
  inFolder(async (file) => {
    const all = 20 * 30_000
    for (let from = 0; from < all; from += 30_000)
      await file.use('write', 0, async (connection) => {
        await connection.run(`insert into texts ${TEXTS} from range(${from}, ${from + 30_000}) r(i)`)
      })
    const most = await file.use('write', 0, async (connection) => {
      await connection.run('checkpoint')
      await connection.run('select sum(length(text)) from texts')
      return Number((await connection.runAndReadAll(BLOCKS)).getRowsJS()[0]?.[0])
    })
    assert.ok(most > 10_000_000, `there was something to give back: ${most} bytes`)
    const [[kept] = []] = await ask(file, BLOCKS)
    assert.ok(Number(kept) <= 2_000_000, `${String(kept)} bytes of blocks are kept`)
    const settings = await ask(file, SETTINGS)
    assert.match(String(settings[1]?.[1]), /^48\d\.\d MiB$/, MEMORY_LIMIT)
    assert.deepEqual(await ask(file, 'select count(*)::int, count(distinct text)::int from texts'), [
      [600_000, 600_000],
    ])
  }))

test('while much waits for its place, parts are not put together', () =>
  inFolder(async (file) => {
    for (let part = 0; part < 3; part += 1)
      await file.use('write', 0, async (connection) => {
        await connection.run(`insert into texts select repeat(md5(i::varchar), 80) from range(3000) r(i)`)
      })
    assert.deepEqual((await ask(file, SETTINGS))[0], ['max_vacuum_tasks', '0'])
  }))

test('what comes little by little is put together', () =>
  inFolder(async (file) => {
    for (let part = 0; part < 12; part += 1) {
      await file.use('write', 0, async (connection) => {
        await connection.run(`insert into texts ${TEXTS} from range(${part * 100}, ${(part + 1) * 100}) r(i)`)
      })
      await file.close()
    }
    const [[parts] = []] = await ask(file, `select count(distinct row_group_id)::int from pragma_storage_info('texts')`)
    assert.ok(Number(parts) <= 2, `${String(parts)} parts of 1,200 rows`)
    assert.deepEqual((await ask(file, SETTINGS))[0], ['max_vacuum_tasks', '1'])
  }))
