/** `ingest --mask`: what people named is in no table, in no export, and still counts as before. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openDuckdbStore } from '#store/duckdb/duckdb-store.ts'
import { EXAMPLE, ROOT } from './run-cli.ts'
import { denytraceInside as denytrace } from './run-inside.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-mask-'))
const EVENTS = join(ROOT, EXAMPLE, 'denial.json')
const NAMES = ['deploy-role', 'GitHubActions', 'prod-artifacts', 'app.zip', '1234abcd', 'DenyWithout']

const { Records } = JSON.parse(readFileSync(EVENTS, 'utf8')) as { Records: Record<string, unknown>[] }
const denied = Records.find(({ errorCode }) => errorCode !== undefined) ?? {}
const { errorCode: _, errorMessage: __, ...allowed } = denied
const success = join(folder, 'success.json')
writeFileSync(
  success,
  JSON.stringify({ Records: [{ ...allowed, eventID: 'success-1', eventTime: '2026-04-27T08:00:00Z' }] }),
)

const run = async (...args: string[]) => {
  const { code, out, err } = await denytrace(args)
  assert.equal(code, 0, err)
  return out
}

test('masked names are in no table and no export; what the snapshot decides and what worked before stay', async () => {
  const file = join(folder, 'masked.duckdb')
  const store = ['--store', `duckdb:${file}`]
  const snapshot = ['--snapshot', join(EXAMPLE, 'snapshot')]
  await run('ingest', EVENTS, success, '--mask', 'names', '--successes', ...snapshot, ...store)
  const opened = await openDuckdbStore(file)
  const [rows, worked] = [await opened.find({}, 100), await opened.allowed()]
  await opened.close()
  const texts = [JSON.stringify(rows), JSON.stringify(worked), await run('export', '--as', 'csv', ...store)]
  texts.push(await run('export', '--as', 'ocsf', ...store), await run('denials', '--format', 'json', ...store))
  for (const text of texts)
    for (const name of NAMES) assert.ok(!text.includes(name), `${name} in ${text.slice(0, 2000)}`)
  assert.ok(rows.every(({ blockedBy, snapshotHash }) => blockedBy !== null && snapshotHash !== null))
  assert.ok(worked.length > 0)
  const { regressions } = JSON.parse(await run('regressions', '--format', 'json', ...store)) as {
    regressions: { reason: string }[]
  }
  assert.deepEqual(
    regressions.map(({ reason }) => reason),
    ['was-allowed'],
  )
})
