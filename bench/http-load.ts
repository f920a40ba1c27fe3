/**
 * The service under load: the built program, with the example's snapshot, asked by many at once.
 * What an answer costs the service in processor time hangs little on what else the machine does; the rest does.
 * Usage: node --conditions=denytrace-src --import tsx bench/http-load.ts [SECONDS]. Prints a table; bench/http.md keeps one.
 */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { loadavg } from 'node:os'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const SECONDS = Number(process.argv[2] ?? 8)
const EXAMPLE = join(ROOT, 'examples', 'kms-behind-s3')

const events = readFileSync(join(EXAMPLE, 'denial.json'), 'utf8')
const SENTENCE =
  'User: arn:aws:sts::111122223333:assumed-role/deploy-role/ci is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::prod-artifacts/releases/app.zip" because no identity-based policy allows the s3:PutObject action'
const REQUEST = {
  principal: 'arn:aws:iam::111122223333:role/deploy-role',
  action: 's3:ListBucket',
  resource: 'arn:aws:s3:::prod-artifacts',
}

const ROWS = [
  {
    name: '`POST /api/diagnose`, an event, all fixes proved',
    path: '/api/diagnose',
    body: { text: events },
    clients: 8,
  },
  {
    name: '`POST /api/diagnose`, the message alone',
    path: '/api/diagnose',
    body: { text: SENTENCE, snapshot: null },
    clients: 8,
  },
  { name: '`POST /api/evaluate`, a request', path: '/api/evaluate', body: { request: REQUEST }, clients: 8 },
  { name: '`GET /healthz`', path: '/healthz', body: undefined, clients: 32 },
  { name: 'the same, while 60 ask for diagnoses', path: '/healthz', body: undefined, clients: 4, beside: 60 },
] as const

interface Got {
  readonly status: number
  readonly milliseconds: number
}

function ask(url: URL, body: unknown, agent: Agent): Promise<Got> {
  const start = performance.now()
  return new Promise((resolve) => {
    const done = (status: number): void => resolve({ status, milliseconds: performance.now() - start })
    const sent = request(url, { method: body === undefined ? 'GET' : 'POST', agent }, (answer) => {
      answer.resume()
      answer.on('end', () => done(answer.statusCode ?? 0))
    })
    sent.on('error', () => done(0))
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

async function load(url: URL, body: unknown, clients: number, until: number): Promise<readonly Got[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients })
  const all: Got[] = []
  const client = async (): Promise<void> => {
    while (performance.now() < until) all.push(await ask(url, body, agent))
  }
  await Promise.all(Array.from({ length: clients }, client))
  agent.destroy()
  return all
}

const rank = (sorted: readonly number[], share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0

const child = spawn(
  process.execPath,
  [join(ROOT, 'dist', 'cli', 'main.js'), 'serve', '--port', '0', '--snapshot', join(EXAMPLE, 'snapshot')],
  { stdio: ['ignore', 'pipe', 'ignore'] },
)
const base = await new Promise<string>((resolve) =>
  child.stdout.once('data', (chunk: Buffer) => resolve(String(chunk).trim())),
)
const memory = (): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

/** Processor time of the service so far, all threads, user and system: fields 14 and 15 of proc(5), in hundredths. */
function processorMilliseconds(): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

console.log(
  '| | clients | answers/s | CPU an answer | p50 | p95 | p99 | 503 | errors |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
)
for (const { name, path, body, clients, ...row } of ROWS) {
  const url = new URL(path, base)
  await load(url, body, clients, performance.now() + 1500)
  const until = performance.now() + SECONDS * 1000
  const beside = 'beside' in row ? load(new URL('/api/diagnose', base), { text: events }, row.beside, until) : undefined
  const spent = processorMilliseconds()
  const got = await load(url, body, clients, until)
  const cost = (processorMilliseconds() - spent) / Math.max(1, got.length)
  await beside
  const good = got
    .filter(({ status }) => status === 200)
    .map(({ milliseconds }) => milliseconds)
    .sort((a, b) => a - b)
  const busy = got.filter(({ status }) => status === 503).length
  const cells = [
    name,
    clients,
    (good.length / SECONDS).toFixed(0),
    beside === undefined ? `${cost.toFixed(cost < 10 ? 2 : 0)} ms` : '',
    ...[0.5, 0.95, 0.99].map((share) => `${rank(good, share).toFixed(1)} ms`),
    busy,
    got.length - good.length - busy,
  ]
  console.log(`| ${cells.join(' | ')} |`)
}
console.log(
  `\nLoad of the machine meanwhile: ${loadavg()
    .map((one) => one.toFixed(1))
    .join(', ')}.`,
)
console.log(`Peak of resident memory: ${memory().toFixed(0)} MB.`)
child.kill('SIGTERM')
