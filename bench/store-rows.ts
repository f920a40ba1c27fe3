import { existsSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDuckdbStore } from '#store/duckdb/duckdb-store.ts'
import { duckdbFile } from '#store/duckdb/duckdb-file.ts'
import { duckdbSession } from '#store/duckdb/duckdb-session.ts'
import { rowsOfId } from '#store/duckdb/id-hash.ts'
import type { SqlSession } from '#store/sql/session.ts'
import { busiestHoursQuery } from '#store/queries/hours.ts'
import { sampleRow } from '../test/conformance/sample-rows.ts'
import { type Command, interleavedProcesses, type ProcessFigure } from './process.ts'
import type { Row } from './rows.ts'
import { rounds, sized } from './size.ts'
import { makeTrail, type Trail } from './trail.ts'

const CLI = join(import.meta.dirname, '..', 'dist', 'cli', 'main.js')
const ROUNDS = rounds(7)
/** Of 1.05 MB each: the bars are stated for 1.5 GB. */
const FILES = sized(1430, 10)

const ms = (n: number): string => `${n.toFixed(0)} ms`
const megabytes = (n: number | undefined): string => (n === undefined ? 'unknown' : `${n.toFixed(0)} MB`)

/** Rows 8 and 9: CloudTrail scanned and put into the store, whole processes; row 10: a store of a million denials. */
export async function storeRows(): Promise<readonly Row[]> {
  const trail = makeTrail(Number(process.env['BENCH_TRAIL_FILES'] ?? FILES))
  return [...(await ingestRows(trail)), ...(await growthRows(trail)), ...(await storeOfMillion())]
}

/** A store of its own for each run: what is there already would make the next one quick. */
const freshIngest = (folder: string, store: string): Command => ({
  args: [CLI, 'ingest', folder, '--store', `duckdb:${store}`],
  before: () => {
    for (const end of ['', '.wal', '.parquet']) rmSync(store + end, { recursive: true, force: true })
  },
})

const twoGzips = (folder: string): Command => ({
  program: 'sh',
  args: ['-c', 'ls "$0"/AWSLogs/*.gz | xargs -P2 -n 50 gzip -dc >/dev/null', folder],
})

async function ingestRows({ folder, events, rawBytes }: Trail): Promise<readonly Row[]> {
  const store = join(mkdtempSync(join(tmpdir(), 'denytrace-bench-')), 'store.duckdb')
  const limit = [join(import.meta.dirname, 'gunzip-only.mjs'), folder]
  const scan = [CLI, 'ingest', folder, '--store', 'memory:']
  const again = [CLI, 'ingest', folder, '--store', `duckdb:${store}`]
  const [gunzip, scanned, gzips, ingested] = await interleavedProcesses(
    [limit, scan, twoGzips(folder), freshIngest(folder, store)],
    ROUNDS,
  )
  const [second] = await interleavedProcesses([again], 1)
  const size = `${(rawBytes / 1e6).toFixed(0)} MB, ${events.toLocaleString('en')} events, 2 threads`
  const kept = await openDuckdbStore(store)
  const rows = await kept.groups('account', {})
  const count = rows.reduce((sum, one) => sum + one.count, 0)
  await kept.close()
  rmSync(join(store, '..'), { recursive: true, force: true })
  return [
    ratioRow('8', `scan CloudTrail, ${size}, against two threads that only gunzip`, 1.75, scanned, gunzip),
    memoryRow('8', scanned, 256),
    ratioRow('9', `ingest with de-duplication and hours, ${size}, against \`gzip -dc\` x2`, 0.9, ingested, gzips),
    memoryRow('9', ingested, 256),
    {
      row: '9',
      what: 'the same a second time: rows that it adds',
      bar: '0',
      ours: `${ms(second?.wallMilliseconds ?? Number.NaN)}`,
      yardstick: '-',
      result: `${count - Math.round(events / 50)}`,
      met: count === Math.round(events / 50),
    },
  ]
}

function ratioRow(row: string, what: string, bar: number, ours?: ProcessFigure, other?: ProcessFigure): Row {
  const [a = Number.NaN, b = Number.NaN] = [ours?.wallMilliseconds, other?.wallMilliseconds]
  return {
    row,
    what,
    bar: `<= ${bar}x`,
    ours: ms(a),
    yardstick: ms(b),
    result: `${(a / b).toFixed(2)}x`,
    met: a / b <= bar,
  }
}

const memoryRow = (row: string, figure: ProcessFigure | undefined, bar: number): Row => ({
  row,
  what: 'the same: peak of resident memory',
  bar: `<= ${bar} MB`,
  ours: megabytes(figure?.peakMegabytes),
  yardstick: '-',
  result: megabytes(figure?.peakMegabytes),
  met: figure?.peakMegabytes === undefined ? undefined : figure.peakMegabytes <= bar,
})

/** Row 12: time per file and memory must not grow with the files. A hundredth of the files is mostly start. */
async function growthRows(largest: Trail): Promise<readonly Row[]> {
  const sizes = [100, 10, 1].map((part) => Math.max(1, Math.round(largest.files / part)))
  const trails = sizes.map((files) => (files === largest.files ? largest : makeTrail(files)))
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-bench-'))
  const commands = trails.map((trail, i) => freshIngest(trail.folder, join(folder, `${i}.duckdb`)))
  const [start, ...runs] = await interleavedProcesses([['-e', '0'], ...commands], ROUNDS)
  rmSync(folder, { recursive: true, force: true })
  const perFile = runs.map((run, i) => (run.wallMilliseconds - (start?.wallMilliseconds ?? 0)) / (sizes[i] ?? 1))
  const peaks = runs.map(({ peakMegabytes }) => peakMegabytes ?? Number.NaN)
  const row = (what: string, ours: readonly string[], growth: number): Row => ({
    row: '12',
    what,
    bar: '<= 1.3x',
    ours: ours.join(', '),
    yardstick: '-',
    result: `${growth.toFixed(2)}x`,
    met: Number.isNaN(growth) ? undefined : growth <= 1.3,
  })
  return [
    row(
      `ingest over ${sizes.join(', ')} files: time per file`,
      perFile.map((one) => `${one.toFixed(1)} ms`),
      growthOf(perFile),
    ),
    row('the same: peak of resident memory', peaks.map(megabytes), growthOf(peaks)),
  ]
}

/** By how much any is more than one before it. */
const growthOf = (values: readonly number[]): number =>
  Math.max(...values.slice(1).map((value, i) => value / Math.min(...values.slice(0, i + 1))))

const MILLION = sized(1_000_000, 20_000)
const BATCH = 20_000

async function storeOfMillion(): Promise<readonly Row[]> {
  const path = join(tmpdir(), `denytrace-bench-${MILLION}-3.duckdb`)
  if (!existsSync(path)) await fillMillion(path)
  const file = duckdbFile(path, async () => async () => undefined)
  const range = { from: dayAt(18), to: dayAt(30) }
  const timed = (ask: (session: SqlSession) => Promise<readonly unknown[]>): Promise<number> =>
    file.use('read', 10_000, async (connection) => {
      const session = duckdbSession(connection)
      const times: number[] = []
      for (let i = 0; i < 21; i += 1) {
        const from = performance.now()
        if ((await ask(session)).length === 0) throw new Error('the store has nothing of what is asked')
        times.push(performance.now() - from)
      }
      return times.toSorted((a, b) => a - b)[10] ?? Number.NaN
    })
  const spike = await timed((session) => session.run(busiestHoursQuery(range, 20)))
  const point = await timed((session) => rowsOfId(session, `request-${MILLION / 2}`))
  const event = await timed((session) => rowsOfId(session, millionRow(MILLION / 2).eventId))
  await file.close()
  const size = statSync(path).size / 1e6
  const [spikes] = await interleavedProcesses([[CLI, 'spikes', '--format', 'json', '--store', `duckdb:${path}`]], 1)
  const row = (what: string, value: number, unit: string, bar: number): Row => ({
    row: '10',
    what,
    bar: `<= ${bar} ${unit}`,
    ours: `${value.toFixed(1)} ${unit}`,
    yardstick: '-',
    result: `${value.toFixed(1)} ${unit}`,
    met: value <= bar,
  })
  return [
    row('a store of 1 M denials: busiest principals, actions and hours of 40 % of the time', spike, 'ms', 20),
    row('the same: one request id', point, 'ms', 5),
    { ...row('the same: one event id', event, 'ms', 5), bar: 'none', met: undefined },
    row('the same: the file', size, 'MB', 130),
    {
      row: '10',
      what: '`spikes` over it, the whole process: time and peak of resident memory',
      bar: 'none',
      ours: ms(spikes?.wallMilliseconds ?? Number.NaN),
      yardstick: '-',
      result: megabytes(spikes?.peakMegabytes),
      met: undefined,
    },
  ]
}

const dayAt = (day: number): string => new Date(Date.UTC(2026, 3, 1 + day)).toISOString().slice(0, 19) + 'Z'

async function fillMillion(path: string): Promise<void> {
  const draft = `${path}.draft`
  for (const end of ['', '.wal', '.parquet']) rmSync(draft + end, { recursive: true, force: true })
  const store = await openDuckdbStore(draft)
  for (let at = 0; at < MILLION; at += BATCH)
    await store.add({ rows: Array.from({ length: BATCH }, (_, i) => millionRow(at + i)) })
  await store.close()
  renameSync(draft, path)
}

/** Thirty days in order of time; a job that fails tries again a dozen times, and there are 1,500 such jobs. */
function millionRow(n: number) {
  const job = (Math.floor(n / 12) * 7919) % 1500
  const account = String(111_122_223_333 + (job % 120))
  const role = job % 400
  const time = new Date(Date.UTC(2026, 3, 1) + Math.floor((n / MILLION) * 30 * 86_400_000))
  const id = ((n * 2_654_435_761) >>> 0).toString(16).padStart(8, '0')
  return sampleRow({
    eventId: `${id}-${n.toString(16).padStart(12, '0')}`,
    requestId: `request-${n}`,
    eventTime: `${time.toISOString().slice(0, 19)}Z`,
    callerAccount: account,
    recipientAccount: account,
    principalKey: `arn:aws:iam::${account}:role/team/role-${role}`,
    principalArn: `arn:aws:sts::${account}:assumed-role/role-${role}/session-${n % 97}`,
    sessionName: `session-${n % 97}`,
    action: ['s3:GetObject', 's3:PutObject', 'kms:Decrypt', 'sts:AssumeRole'][job % 4] ?? null,
    resource: `arn:aws:s3:::bucket-${job % 50}/data/${n % 1000}`,
    resourceFamily: `arn:aws:s3:::bucket-${job % 50}/*`,
    rest: `{"context":{"aws:SourceIp":"203.0.113.${n % 250}","aws:SecureTransport":true,"aws:MultiFactorAuthPresent":false}}`,
  })
}
