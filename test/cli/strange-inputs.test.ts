/** What the program says of stores it cannot have, and of files that are larger than they look. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { denytrace, ROOT } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-strange-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const skip = existsSync(join(ROOT, 'dist', 'cli', 'main.js')) ? false : 'it needs what `npm run build` makes'

test('without DuckDB beside it, every command that wants the store says what to type', { skip }, () => {
  const there = join(folder, 'installed')
  cpSync(join(ROOT, 'dist'), join(there, 'dist'), { recursive: true })
  cpSync(join(ROOT, 'package.json'), join(there, 'package.json'))
  writeFileSync(
    join(folder, 'denial.txt'),
    'User: arn:aws:iam::111122223333:user/ann is not authorized to perform: s3:ListAllMyBuckets',
  )
  for (const args of [
    ['denials'],
    ['denials', 'show', 'x'],
    ['regressions'],
    ['spikes'],
    ['ingest', join(folder, 'denial.txt')],
    ['export', '--as', 'csv', '--out', join(folder, 'x.csv')],
  ]) {
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(there, 'dist', 'cli', 'main.js'), ...args, '--store', `duckdb:${join(folder, 's.duckdb')}`],
      { encoding: 'utf8', env: { PATH: process.env['PATH'] } },
    )
    assert.match(
      stderr,
      /^store\/not-installed: .*\nhint: .*npm install --include=optional @duckdb\/node-api@/m,
      args.join(' '),
    )
    assert.equal(status, 3)
  }
})

test('a store URL that cannot be read is told without its password', async () => {
  for (const url of [
    'postgres://ann:hun/ter2@db.example/denials',
    'postgres://ann:hunter2@db.example:port/denials',
    'mysql://ann:hunter2@db.example/denials',
    'trino://ann:hun/ter2@db.example/hive/denials',
  ]) {
    const { code, out, err } = await denytrace(['denials', '--store', url])
    assert.equal(code, 2, err)
    assert.doesNotMatch(out + err, /hun|ter2/)
  }
})

test('a gzip that inflates to more than the bound is refused with the bound, by every reader', async () => {
  const bomb = join(folder, 'bomb.json.gz')
  writeFileSync(bomb, gzipSync(Buffer.alloc(3 * 1024 * 1024, ' ')))
  const env = { DENYTRACE_MAX_INFLATED: '1' }
  for (const command of ['parse', 'diagnose']) {
    const { code, err } = await denytrace([command, bomb], { env })
    assert.match(err, /input\/too-large: `.*` inflates to more than 1 MB\nhint: .*DENYTRACE_MAX_INFLATED/)
    assert.equal(code, 3)
  }
  const store = join(folder, 'bomb.duckdb')
  const { out, err } = await denytrace(['ingest', bomb, '--format', 'json', '--store', `duckdb:${store}`], { env })
  assert.match(out + err, /it inflates to more than 1 MB: set `DENYTRACE_MAX_INFLATED`/)
})
