import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startReceiver } from '../conformance/alert-sinks.ts'
import { burst, everyday, writeTrail } from './cloudtrail-history.ts'
import { denytrace, PROGRAM, ROOT } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-watch-'))
const trail = join(folder, 'trail')
const store = `duckdb:${join(folder, 'denials.duckdb')}`
const HOUR = 3_600_000
/** The beginning of an hour a while ago, so that what comes after is news. */
const RECENT = Math.floor(Date.now() / HOUR) * HOUR - 6 * HOUR
const START = RECENT - 20 * 24 * HOUR

/** Of another layer, so that it is another cause. */
const because = (what: string): string => `because no ${what} allows the s3:PutObject action`

interface Round {
  readonly ingest: { readonly files: number; readonly new: number }
  readonly alerts: readonly {
    readonly id: string
    readonly kind: string
    readonly count: number
    readonly revision: number
  }[]
  readonly deliveries: readonly { readonly outcome: string }[]
}

const round = async (env: Readonly<Record<string, string>>, ...args: string[]): Promise<Round> => {
  const all = ['watch', '--once', '--format', 'json', '--store', store, ...args, trail]
  const { code, out, err } = await denytrace(all, { env })
  assert.equal(code, 0, err)
  return JSON.parse(out) as Round
}

before(() => {
  mkdirSync(trail)
  writeTrail(join(trail, 'a.json'), everyday(START, 20))
})
after(() => rmSync(folder, { recursive: true, force: true }))

test('rounds of cron: what is new is read once, an alert is told once, and a receiver that was down gets it later', async () => {
  const receiver = await startReceiver()
  const sink = ['--sink', `webhook=${receiver.url}`]
  const env = { DENYTRACE_WEBHOOK_SECRET: 'a secret' }
  const quiet = await round(env, ...sink)
  assert.deepEqual([quiet.ingest.files, quiet.alerts, receiver.received.length], [1, [], 0])

  writeTrail(join(trail, 'b.json'), burst(RECENT, 15), 1000)
  const found = await round(env, ...sink)
  assert.deepEqual(
    [
      found.ingest.files,
      found.ingest.new,
      found.alerts.map(({ kind, count }) => [kind, count]),
      found.deliveries.length,
    ],
    [1, 15, [['spike', 15]], 1],
  )
  assert.equal(receiver.received.length, 1)
  assert.match(String(receiver.received[0]?.headers['webhook-signature']), /^v1,/)
  const body = JSON.parse(receiver.received[0]?.body ?? '') as { type: string; data: { id: string } }
  assert.deepEqual([body.type, body.data.id], ['denytrace.alert', found.alerts[0]?.id])

  const again = await round(env, ...sink)
  assert.deepEqual([again.ingest.files, again.alerts, again.deliveries], [0, [], []])

  receiver.behave = (_, response) => void response.writeHead(503).end()
  writeTrail(join(trail, 'c.json'), burst(RECENT + HOUR, 20), 2000)
  const down = await round(env, ...sink)
  assert.deepEqual(
    [down.alerts.map(({ id, revision }) => [id, revision]), down.deliveries.map(({ outcome }) => outcome)],
    [[[found.alerts[0]?.id, 2]], ['retry']],
  )
  await receiver.stop()
})

test('an alert from an archive is kept and told to nobody', async () => {
  const receiver = await startReceiver()
  writeTrail(join(trail, 'd.json'), burst(RECENT - 5 * 24 * HOUR, 15, { role: 'archive', bucket: 'old' }), 3000)
  const { alerts } = await round({}, '--sink', `webhook=${receiver.url}`)
  assert.ok(alerts.some(({ count }) => count === 15))
  assert.equal(receiver.received.length, 0)
  await receiver.stop()
})

test('metrics go into a file, and alerts to standard output as JSON lines', async () => {
  const file = join(folder, 'denytrace.prom')
  writeTrail(
    join(trail, 'e.json'),
    burst(RECENT + 2 * HOUR, 15, { role: 'lines', why: because('permissions boundary') }),
    4000,
  )
  const { code, out, err } = await denytrace(
    ['watch', '--once', '--store', store, '--sink', 'stdout', '--metrics-file', file, trail],
    {},
  )
  assert.equal(code, 0, err)
  const [line] = out.split('\n').filter((text) => text.includes('role/lines'))
  assert.equal((JSON.parse(line ?? '') as { type: string }).type, 'denytrace.alert')
  const text = readFileSync(file, 'utf8')
  assert.match(text, /^denytrace_watch_rounds_total 1$/m)
  assert.match(text, /^denytrace_watch_denials_total 15$/m)
  assert.match(text, /^denytrace_deliveries_total\{sink="stdout",outcome="sent"\} \d$/m)
})

test('beside the lines of a sink the round is a line, and all of them are JSON of a known version', async () => {
  writeTrail(join(trail, 'f.json'), burst(RECENT + 3 * HOUR, 15, { role: 'beside' }), 5000)
  const { code, out, err } = await denytrace(
    ['watch', '--once', '--store', store, '--sink', 'stdout', '--format', 'json', trail],
    {},
  )
  assert.equal(code, 0, err)
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  assert.ok(lines.length > 1)
  for (const { schemaVersion } of lines) assert.equal(schemaVersion, 1)
  assert.deepEqual(
    lines.map((line) => line['type'] ?? Object.keys(line).includes('ingest')),
    [...lines.slice(1).map(() => 'denytrace.alert'), true],
  )
})

test('a watch that runs serves metrics, finds new files, lets others read, and ends when it is told to', async (t) => {
  const [program, ...first] = PROGRAM
  const child = spawn(
    program,
    [...first, 'watch', '--store', store, '--interval', '1', '--metrics-port', '0', '--format', 'json', trail],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  t.after(() => child.kill('SIGKILL'))
  let [out, err] = ['', '']
  child.stdout.on('data', (part: Buffer) => (out += part.toString('utf8')))
  child.stderr.on('data', (part: Buffer) => (err += part.toString('utf8')))
  const until = async (what: () => boolean): Promise<void> => {
    const end = Date.now() + 600_000
    while (!what()) {
      assert.ok(Date.now() < end, `${out}${err}`)
      assert.equal(child.exitCode, null, err)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  await until(() => err.includes('/metrics'))
  const url = /http:\S+/.exec(err)?.[0] ?? ''
  writeTrail(
    join(trail, 'f.json'),
    burst(RECENT + 3 * HOUR, 25, { role: 'live', why: because('session policy') }),
    5000,
  )
  await until(() => out.includes('role/live'))
  // Another process reads the store while this one goes on.
  const other = await denytrace(['denials', '--by', 'principal', '--store', store, '--format', 'json'])
  assert.equal(other.code, 0, other.err)
  assert.ok(other.out.includes('role/live'))
  const answer = await fetch(url)
  assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  assert.match(await answer.text(), /^denytrace_alerts_total\{kind="spike",severity="medium"\} [1-9]/m)
  const foreign = await fetch(url, { headers: { 'x-forwarded-host': 'evil.example' }, method: 'POST' })
  assert.equal(foreign.status, 405)
  child.kill('SIGTERM')
  const [code] = (await once(child, 'exit')) as [number]
  assert.equal(code, 130)
})

test('an address that everybody on the way can read is warned of', async () => {
  const plain = [
    'watch',
    '--once',
    '--store',
    store,
    '--sink',
    'webhook=http://alerts.example.com/x',
    join(trail, 'a.json'),
  ]
  const { code, err } = await denytrace(plain)
  assert.equal(code, 0)
  assert.match(err, /without encryption/)
})

test('what cannot be is a usage error, and no secret is repeated', async () => {
  const bad = [
    [],
    ['--sink', 'pigeon', trail],
    ['--sink', 'webhook', trail],
    ['--sink', 'webhook=', trail],
    ['--sink', 'webhook=ftp://example.com/', trail],
    ['--sink', 'stdout=there', trail],
    ['--sink', 'emf=there', trail],
    ['--sink', 'sns', trail],
    ['--sink', 'slack', trail],
    ['--sink', 'pagerduty', trail],
    ['--sink', 'webhook=https://a:b@example.com/', trail],
    ['--sink', 'sns=topic', trail],
  ]
  for (const args of bad)
    assert.equal((await denytrace(['watch', '--once', '--store', store, ...args])).code, 2, args.join(' '))
  assert.equal((await denytrace(['watch', '--interval', '0', '--store', store, trail])).code, 2)
  const interval = await denytrace(['watch', '--once', '--interval', '5', '--store', store, trail])
  assert.deepEqual([interval.code, interval.out], [2, ''])
  assert.match(interval.err, /^usage\/conflicting-options: .*`--once`.*\nhint: leave out one of the two\n/)
  const port = await denytrace(['watch', '--once', '--metrics-port', '9464', '--store', store, trail])
  assert.deepEqual([port.code, port.out], [2, ''])
  assert.match(port.err, /^usage\/conflicting-options: .*`--once`.*\nhint: .*`--metrics-file FILE`/)
  const { err } = await denytrace(['watch', '--once', '--store', store, '--sink', 'webhook=nonsense', trail])
  assert.match(err, /^usage\/not-a-value: the address of `--sink webhook` is not one of http or https\nhint: write /)
  const secret = await denytrace(['watch', '--once', '--store', store, '--sink', 'slack=hunter2', trail])
  assert.deepEqual([secret.code, secret.err.includes('hunter2')], [2, false])
  for (const spec of ['webhook=http://u:hunter2@alerts.example/in', 'webhook=http:\\\\u:hunter2@alerts.example']) {
    const named = await denytrace(['watch', '--once', '--store', store, '--sink', spec, trail])
    assert.deepEqual([named.code, `${named.out}${named.err}`.includes('hunter2')], [2, false], named.err)
    assert.match(named.err, /`webhook` on alerts\.example/)
  }
})
