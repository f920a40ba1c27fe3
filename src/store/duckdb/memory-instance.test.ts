import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { memoryInstance } from './memory-instance.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-duckdb-'))

test('what does not fit into memory goes beside the file, and is gone afterwards', async () => {
  const before = readdirSync('.')
  const instance = await memoryInstance(join(folder, 'store.duckdb'), {}, { memory_limit: '40MB', threads: '1' })
  const connection = await instance.connect()
  try {
    await connection.run('create table texts as select md5(i::varchar) as text from range(1_500_000) r(i)')
    const spilled = readdirSync(folder)
    assert.equal(spilled.length, 1)
    assert.match(spilled[0] ?? '', /^store\.duckdb\.\d+-[0-9a-f]{12}\.spill$/)
    assert.deepEqual(readdirSync('.'), before)
    const counted = await connection.runAndReadAll('select count(distinct text)::int from texts')
    assert.deepEqual(counted.getRowsJS(), [[1_500_000]])
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
  assert.deepEqual(readdirSync(folder), [])
  rmSync(folder, { recursive: true })
})

test('no two use one place', async () => {
  const place = join(tmpdir(), 'denytrace-nowhere', 'store.duckdb')
  const instances = await Promise.all([memoryInstance(place, {}), memoryInstance(place, {})])
  const folders = await Promise.all(
    instances.map(async (instance) => {
      const connection = await instance.connect()
      const [[said] = []] = (await connection.runAndReadAll(`select current_setting('temp_directory')`)).getRowsJS()
      connection.closeSync()
      instance.closeSync()
      return said
    }),
  )
  assert.equal(new Set(folders).size, 2)
})
