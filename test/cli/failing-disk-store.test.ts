/** A disk that fails at each write of a command: the error is clear, the old is intact or the new is whole, and a later run repairs it: the store. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { base, everyFault, TRAIL } from './every-fault.ts'
import { PROGRAM, type Ran } from './run-cli.ts'
import { denytraceInside } from './run-inside.ts'

async function countedIn(folder: string): Promise<number> {
  const store = join(folder, 'store.duckdb')
  if (!existsSync(store)) return 0
  const { out } = await denytraceInside(['denials', '--store', `duckdb:${store}`, '--format', 'json'])
  return out === '' ? 0 : (JSON.parse(out) as { denials: unknown[] }).denials.length
}

test('ingest: what waits on the disk cannot be written; nothing is counted twice after it', async () => {
  await everyFault(
    {
      before: () => undefined,
      run: (folder) => denytraceInside(['ingest', TRAIL, '--store', `duckdb:${join(folder, 'store.duckdb')}`]),
      look: countedIn,
    },
    1,
  )
})

/** Files may not grow beyond so many blocks of 512 bytes: the calls of DuckDB itself fail, as on a full disk. */
const BLOCKS = [4, 8, 16, 200, 600, 1200, 2400]

test('ingest: DuckDB cannot write; nothing of it is lost or counted twice', {
  skip: process.platform === 'win32',
}, async () => {
  let failed = 0
  for (const blocks of BLOCKS) {
    const folder = join(base, `blocks-${blocks}`)
    mkdirSync(folder)
    const store = `duckdb:${join(folder, 'store.duckdb')}`
    const limited = await underLimit(blocks, ['ingest', TRAIL, '--store', store])
    if (limited.code !== 0) {
      failed++
      assert.equal(limited.code, 3, limited.err)
      assert.match(limited.err, /^(?:output\/not-written|store\/full|store\/unreadable): .+\nhint: .+\n$/m, limited.err)
    }
    const again = await denytraceInside(['ingest', TRAIL, '--store', store])
    assert.equal(again.code, 0, `${blocks} blocks, then ${again.err}`)
    assert.equal(await countedIn(folder), 20)
  }
  assert.ok(failed > 1, `only ${failed} could not be written`)
})

/** In another process, which is not ended by the signal that comes with such a failure. */
function underLimit(blocks: number, words: readonly string[]): Promise<Ran> {
  const shell = `trap '' XFSZ; ulimit -f ${blocks}; exec "$@"`
  const child = spawn('sh', ['-c', shell, 'sh', ...PROGRAM, ...words], { stdio: ['ignore', 'ignore', 'pipe'] })
  const err: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out: '', err: Buffer.concat(err).toString('utf8') }))
  })
}

test('what is written is for its owner alone: store, Parquet, exports, snapshots', async () => {
  const folder = join(base, 'modes')
  const store = `duckdb:${join(folder, 'data', 'store.duckdb')}`
  for (const words of [
    ['ingest', TRAIL, '--store', store],
    ['export', '--out', join(folder, 'parquet'), '--store', store],
    ['export', '--as', 'csv', '--out', join(folder, 'a.csv'), '--store', store],
  ]) {
    const { code, err } = await denytraceInside(words)
    assert.equal(code, 0, err)
  }
  const open = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) => (statSync(join(folder, path)).mode & 0o077) !== 0,
  )
  assert.deepEqual(open, [])
})
