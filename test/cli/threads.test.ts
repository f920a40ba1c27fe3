/** Folders so large that threads read them: the same as file by file, in bounded memory, and an end where no store can be opened. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { burst, writeTrail } from './cloudtrail-history.ts'
import { denytrace } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-threads-'))
const logs = join(folder, 'logs')
const RECORDS = 3000
const DENIED = 60

/** Three kilobytes each; one of fifty refused. */
const record = (file: number, i: number): object => ({
  eventVersion: '1.11',
  userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/ann', accountId: '111122223333' },
  eventTime: '2026-04-27T10:03:00Z',
  eventSource: 's3.amazonaws.com',
  eventName: 'GetObject',
  awsRegion: 'us-east-1',
  userAgent: `agent/${'x'.repeat(2700)}`,
  requestParameters: { bucketName: 'prod-artifacts', key: `${file}/${i}` },
  ...(i % 50 === 7 ? { errorCode: 'AccessDenied', errorMessage: 'Access Denied' } : {}),
  eventID: `${file}-${i}`,
  recipientAccountId: '111122223333',
})

const textOf = (file: number): string =>
  JSON.stringify({ Records: Array.from({ length: RECORDS }, (_, i) => record(file, i)) })

mkdirSync(logs)
writeFileSync(join(logs, 'a.json'), textOf(1))
writeFileSync(join(logs, 'b.json'), textOf(2))
writeFileSync(join(logs, 'c.json.gz'), gzipSync(textOf(3), { level: 1 }))
writeFileSync(join(logs, 'cut.json.gz'), gzipSync(textOf(4)).subarray(0, 4000))

/** A thread is started from a file that Node itself can read. */
const BUILT = { skip: process.env['TEST_AS_BUILT'] === '1' ? false : 'the program is not built' }

test('threads find what reading one file after the other finds', BUILT, async () => {
  const store = `duckdb:${join(folder, 'store.duckdb')}`
  const ingest = async (...paths: string[]) => {
    const { code, out, err } = await denytrace(['ingest', ...paths, '--store', store, '--format', 'json'])
    assert.equal(code, 0, err)
    return JSON.parse(out) as Record<string, unknown>
  }
  const all = await ingest(logs)
  assert.deepEqual([all['files'], all['records'], all['denials'], all['new']], [4, 3 * RECORDS, 3 * DENIED, 3 * DENIED])
  assert.deepEqual(all['bad'], [{ path: join(logs, 'cut.json.gz'), reason: 'its gzip is cut short' }])
  for (const name of ['a.json', 'b.json', 'c.json.gz']) {
    const one = await ingest(join(logs, name))
    assert.deepEqual([one['records'], one['denials'], one['new']], [RECORDS, DENIED, 0])
  }
})

test('where no store can be opened, threads that were begun end with the command', BUILT, async () => {
  const { code, out, err } = await denytrace(['ingest', logs, '--store', `duckdb:${join(logs, 'a.json')}`])
  assert.deepEqual([code, out], [3, ''])
  assert.match(err, /^store\/unreadable: /)
})

test('where everything was refused, no more is in memory at once than where little was', BUILT, async () => {
  const refused = join(folder, 'refused')
  const [files, each] = [64, 650]
  mkdirSync(refused)
  for (let n = 0; n < files; n += 1) {
    const calls = burst(Date.parse('2026-04-27T10:03:00Z') + n * 1000, each)
    writeTrail(join(refused, `${n}.json`), calls, n * each)
  }
  const store = `duckdb:${join(folder, 'refused.duckdb')}`
  const { code, out, err } = await denytrace(['ingest', refused, '--store', store, '--format', 'json'], {
    env: { NODE_OPTIONS: '--max-old-space-size=68' },
  })
  assert.equal(code, 0, err)
  const { files: read, denials, new: fresh } = JSON.parse(out) as Record<string, unknown>
  assert.deepEqual([read, denials, fresh], [files, files * each, files * each])
})
