import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Undefined: Trino is here. Else why its tests are skipped; scripts/test.mjs makes that a failure where it is required. */
export const noTrino: string | undefined =
  spawnSync('trino-server', ['--version'], { stdio: 'ignore' }).error === undefined
    ? undefined
    : 'Trino is not here; `.ci/install-parts` gets it'

export interface Trino {
  readonly port: number
  /** Tables may lie below it, as `local:///…`. */
  readonly warehouse: string
  readonly workers: readonly ChildProcess[]
  readonly stop: () => void
}

/** One coordinator, which does no work itself, and two workers, on loopback. The catalog is `hive`. */
export async function startTrino(): Promise<Trino> {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-trino-'))
  const warehouse = join(folder, 'warehouse')
  mkdirSync(warehouse)
  const port = await freePort()
  const children = ['coordinator', 'worker-1', 'worker-2'].map((name) => startNode({ folder, warehouse, name, port }))
  const stop = (): void => {
    for (const child of children) child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  process.once('exit', stop)
  try {
    await ready(port, children)
  } catch (error) {
    const logs = ['coordinator', 'worker-1', 'worker-2'].map((name) => readFileSync(join(folder, name, 'log'), 'utf8'))
    stop()
    throw new Error(`Trino did not start: ${logs.map((log) => log.slice(-2000)).join('\n')}`, { cause: error })
  }
  return { port, warehouse, workers: children.slice(1), stop }
}

interface Node {
  readonly folder: string
  readonly warehouse: string
  readonly name: string
  readonly port: number
}

function startNode({ folder, warehouse, name, port }: Node): ChildProcess {
  const home = join(folder, name)
  const etc = join(home, 'etc')
  mkdirSync(join(etc, 'catalog'), { recursive: true })
  mkdirSync(join(home, 'data'))
  const isCoordinator = name === 'coordinator'
  const write = (file: string, lines: readonly string[]): void =>
    writeFileSync(join(etc, file), lines.map((line) => `${line}\n`).join(''))
  write('config.properties', [
    `coordinator=${isCoordinator}`,
    ...(isCoordinator ? ['node-scheduler.include-coordinator=false'] : []),
    `http-server.http.port=${isCoordinator ? port : 0}`,
    `discovery.uri=http://127.0.0.1:${port}`,
    'node.internal-address=127.0.0.1',
    `catalog.config-dir=${etc}/catalog`,
    'query.max-memory-per-node=256MB',
    'memory.heap-headroom-per-node=200MB',
    // How long a node that does not answer is waited for; a minute by default.
    'exchange.max-error-duration=10s',
    'query.remote-task.max-error-duration=10s',
  ])
  write('node.properties', ['node.environment=test', `node.id=${name}`, `node.data-dir=${home}/data`])
  write('log.properties', ['io.trino=WARN'])
  write('jvm.config', [...JVM, `-Djava.io.tmpdir=${home}/data`])
  write('catalog/hive.properties', [
    'connector.name=hive',
    'hive.metastore=file',
    'hive.metastore.catalog.dir=local:///metastore',
    'fs.native-local.enabled=true',
    `local.location=${warehouse}`,
    'hive.security=allow-all',
    'hive.partition-projection-enabled=true',
    'hive.ignore-absent-partitions=true',
  ])
  const log = openSync(join(home, 'log'), 'w')
  // Logs of requests go below the working directory.
  return spawn('trino-server', ['run', '--etc-dir', etc], { cwd: join(home, 'data'), stdio: ['ignore', log, log] })
}

/** Three of them share two cores with other tests: quick to start rather than quick for long. */
const JVM = [
  '-Xmx1G',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Djdk.attach.allowAttachSelf=true',
  '-XX:+EnableDynamicAgentLoading',
  '--enable-native-access=ALL-UNNAMED',
  '--sun-misc-unsafe-memory-access=allow',
]

const PATIENCE_MS = 300_000

async function ready(port: number, children: readonly ChildProcess[]): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  while (Date.now() < end) {
    if (children.some(({ exitCode }) => exitCode !== null)) throw new Error('a node ended')
    if ((await activeNodes(port)) === children.length) return
    await sleep(500)
  }
  throw new Error('no answer in time')
}

/** How many nodes the coordinator counts as alive; 0 while it starts. */
export async function activeNodes(port: number): Promise<number> {
  const headers = { 'X-Trino-User': 'test' }
  const signal = AbortSignal.timeout(20_000)
  try {
    const body = "select count(*) from system.runtime.nodes where state = 'active'"
    let answer = await fetch(`http://127.0.0.1:${port}/v1/statement`, { method: 'POST', headers, body, signal })
    for (;;) {
      const { data, nextUri } = (await answer.json()) as { data?: number[][]; nextUri?: string }
      if (data !== undefined) return data[0]?.[0] ?? 0
      if (nextUri === undefined) return 0
      answer = await fetch(nextUri, { headers, signal })
    }
  } catch {
    return 0
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  server.close()
  if (typeof address !== 'object' || address === null) throw new Error('no free port')
  return address.port
}
