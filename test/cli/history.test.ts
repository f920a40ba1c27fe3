/** `verify`, `regressions`, `replay`, `export` and `schema`, as a user runs them. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { EXAMPLE, ROOT } from './run-cli.ts'
import { denytraceInside as denytrace } from './run-inside.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-history-'))
const store = `duckdb:${join(folder, 'store.duckdb')}`
const snapshot = join(EXAMPLE, 'snapshot')

interface CloudTrail {
  readonly Records: readonly Record<string, unknown>[]
}
const example = JSON.parse(readFileSync(join(ROOT, EXAMPLE, 'denial.json'), 'utf8')) as CloudTrail
const denied = example.Records.find(({ errorCode }) => errorCode !== undefined) ?? {}
const { errorCode: _, errorMessage: __, ...allowed } = denied

const later = (minutes: number): string =>
  `${new Date(Date.parse(String(denied['eventTime'])) + minutes * 60_000).toISOString().slice(0, 19)}Z`

let made = 0
function fileOf(...records: Record<string, unknown>[]): string {
  const path = join(folder, `events-${(made += 1)}.json`)
  writeFileSync(path, JSON.stringify({ Records: records }))
  return path
}

const success = { ...allowed, eventID: 'success-1', eventTime: later(30) }
const refused = { ...denied, eventID: 'again-1', eventTime: later(60) }

before(async () => {
  const { code, err } = await denytrace(['ingest', `${EXAMPLE}/denial.json`, '--store', store, '--snapshot', snapshot])
  assert.equal(code, 0, err)
})

const answer = async (args: string[], code = 0) => {
  const ran = await denytrace([...args, '--store', store, '--format', 'json'])
  assert.equal(ran.code, code, `${ran.err}${ran.out}`)
  return JSON.parse(ran.out) as Record<string, unknown>
}

test('verify: a later success confirms, a later refusal does not, and without either the way to one is told', async () => {
  const original = `${EXAMPLE}/denial.json`
  const confirmed = await answer(['verify', original, '--events', fileOf(success)])
  assert.equal(confirmed['status'], 'confirmed')
  assert.deepEqual(
    (confirmed['events'] as { eventId: string }[]).map(({ eventId }) => eventId),
    ['success-1'],
  )
  const still = await answer(['verify', original, fileOf(success, refused)], 1)
  assert.equal(still['status'], 'still-denied')
  assert.match(String(still['why']), /was denied at .*: (?:refused by [a-z-]+|AWS named no layer)/)
  const none = await answer(['verify', original], 4)
  assert.equal(none['status'], 'no-evidence')
  assert.notDeepEqual(none['commands'], [])
})

test('verify takes the answer of diagnose and a denial of the store', async () => {
  const diagnosis = join(folder, 'diagnosis.json')
  const { out } = await denytrace(['diagnose', `${EXAMPLE}/denial.json`, '--snapshot', snapshot, '--format', 'json'])
  writeFileSync(diagnosis, out)
  const told = await answer(['verify', diagnosis, '--events', fileOf(success)])
  assert.equal(told['status'], 'confirmed')
  assert.ok((told['steps'] as unknown[]).length > 1, 'the chain is looked for too')
  const fix = join(folder, 'fix.json')
  const fixed = await denytrace(['fix', `${EXAMPLE}/denial.json`, '--snapshot', snapshot, '--format', 'json'])
  writeFileSync(fix, fixed.out)
  assert.equal((await answer(['verify', fix, '--events', fileOf(success)]))['status'], 'confirmed')
  const id = String(denied['eventID'])
  assert.equal((await answer(['verify', '--denial', id, fileOf(success)]))['status'], 'confirmed')
  assert.equal((await answer(['verify', '--denial', id, fileOf(refused)], 1))['status'], 'still-denied')
  assert.equal(
    (await answer(['verify', '--denial', id, '--after', later(45), fileOf(success)], 4))['status'],
    'no-evidence',
  )
})

test('a denial that was stored with a snapshot keeps the layers that refused and the hash', async () => {
  const { denials } = await answer(['denials'])
  const [first] = denials as { blockedBy: string[]; snapshotHash: string }[]
  assert.ok((first?.blockedBy.length ?? 0) > 0)
  assert.match(first?.snapshotHash ?? '', /^[0-9a-f]{64}$/)
  const { diagnoses } = await answer(['denials', 'show', String(denied['eventID'])])
  assert.deepEqual(
    (diagnoses as { status: string }[]).map(({ status }) => status),
    ['explained'],
  )
})

test('replay says what a snapshot still refuses, and what it would refuse that succeeded', async () => {
  const same = await answer(['replay', '--snapshot', snapshot, '--report'])
  assert.equal((same['counts'] as Record<string, number>)['still-denied'], 1)
  const [report] = same['report'] as { agrees: number; reported: number }[]
  assert.deepEqual(report?.agrees, report?.reported)
  const worse = await answer(['replay', '--snapshot', snapshot, fileOf(success)], 1)
  assert.equal((worse['counts'] as Record<string, number>)['newly-refused'], 1)
  const { code, err } = await denytrace(['replay', '--store', store])
  assert.equal(code, 2)
  assert.match(err, /^usage\/missing-option: /)
})

test('regressions: what was allowed before, and what was marked fixed', async () => {
  assert.deepEqual((await answer(['regressions']))['regressions'], [])
  const before = { ...success, eventID: 'success-0', eventTime: later(-600) }
  await answer(['ingest', fileOf(before), '--successes'])
  const [worked] = (await answer(['regressions']))['regressions'] as { reason: string; lastAllowed: string }[]
  assert.deepEqual([worked?.reason, worked?.lastAllowed], ['was-allowed', later(-600)])
  await answer(['denials', 'mark', String(denied['eventID']), 'fixed'])
  assert.deepEqual((await answer(['regressions']))['regressions'], [])
  const future = `${new Date(Date.now() + 5000).toISOString().slice(0, 19)}Z`
  await answer(['ingest', fileOf({ ...refused, eventID: 'again-2', eventTime: future })])
  const [back] = (await answer(['regressions']))['regressions'] as { reason: string }[]
  assert.equal(back?.reason, 'marked-fixed')
})

test('test --from-denial takes a denial of the store', async () => {
  const id = String(denied['eventID'])
  const { code, out, err } = await denytrace([
    'test',
    '--from-denial',
    '--denial',
    id,
    '--store',
    store,
    '--snapshot',
    snapshot,
  ])
  assert.equal(code, 0, err)
  assert.match(out, /s3:PutObject/)
  assert.equal((await denytrace(['test', '--denial', id, '--store', store])).code, 2)
})

test('export writes Parquet by day, CSV and OCSF', async () => {
  const out = join(folder, 'export')
  const { days } = await answer(['export', '--out', out])
  for (const { day } of days as { day: string }[])
    assert.ok(existsSync(join(out, 'denial', `event_day=${day}`, 'denials.parquet')), day)
  const csv = await denytrace(['export', '--as', 'csv', '--store', store])
  const [head = '', ...lines] = csv.out.split('\r\n').filter((line) => line !== '')
  assert.match(head, /^event_time,event_id,/)
  assert.equal(lines.length, 2)
  const ocsf = await denytrace(['export', '--format', 'ocsf', '--store', store])
  for (const line of ocsf.out.trim().split('\n')) {
    const event = JSON.parse(line) as Record<string, unknown>
    assert.deepEqual([event['class_uid'], event['status_id'], event['category_uid']], [6003, 2, 6])
    assert.equal(event['type_uid'], 600_300 + Number(event['activity_id']))
  }
})

test('an export of a store that is not there prints nothing and leaves no file', async () => {
  const file = join(folder, 'nothing.csv')
  for (const args of [
    ['--as', 'csv'],
    ['--as', 'ocsf'],
    ['--as', 'csv', '--out', file],
  ]) {
    const { code, out, err } = await denytrace(['export', ...args, '--store', `duckdb:${join(folder, 'none.duckdb')}`])
    assert.deepEqual([code, out], [3, ''], args.join(' '))
    assert.match(err, /^store\/not-found: /)
  }
  assert.equal(existsSync(file), false)
})

test('schema prints the tables of each engine, with the places that are given', async () => {
  for (const engine of ['trino', 'athena', 'postgres', 'duckdb']) {
    const { code, out } = await denytrace(['schema', engine])
    assert.equal(code, 0)
    assert.match(out, /create (?:external )?table \S*denial/)
  }
  const { out } = await denytrace(['schema', 'athena', '--location', "s3://b/o'neil", '--name', 'sec'])
  assert.match(out, /create external table sec\.denial/)
  assert.match(out, /'s3:\/\/b\/o''neil\/denial\/'?/)
  assert.equal((await denytrace(['schema', 'oracle'])).code, 2)
})

test('a folder with links in a circle is read without them, and a file that is named must be read', async () => {
  const inner = join(folder, 'circles')
  mkdirSync(inner)
  writeFileSync(join(inner, 'a.json'), JSON.stringify({ Records: [success] }))
  symlinkSync('circle.json', join(inner, 'circle.json'))
  symlinkSync('..', join(inner, 'up.json'))
  const verify = await denytrace(['verify', `${EXAMPLE}/denial.json`, '--events', inner, '--store', store])
  assert.notEqual(verify.code, 3, verify.err)
  assert.match(verify.err, /^warning: `[^`]*circle\.json` is a symbolic link that leads back to itself/)
  const replay = await denytrace(['replay', inner, '--snapshot', snapshot, '--store', store])
  assert.notEqual(replay.code, 3, replay.err)
  const named = await denytrace(['replay', join(inner, 'circle.json'), '--snapshot', snapshot, '--store', store])
  assert.equal(named.code, 3)
})
