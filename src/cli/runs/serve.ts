import { readText } from '#app/files.ts'
import { openDetector } from '#app/spikes/detector.ts'
import { isLoopback } from '#http/guard.ts'
import { type WorkerPool, openWorkerPool, openStoreThread } from '#http/worker-pool.ts'
import { openMetrics } from '#http/metrics.ts'
import { listen } from '#http/server.ts'
import { toJson } from '#report/json.ts'
import { safeLine } from '#quote/terminal.ts'
import { UserError } from '../../errors.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import { budgetOf } from '../budget-option.ts'
import { expectedPrincipal } from '../expected-caller.ts'
import { namedFolders } from '../named-folders.ts'
import type { SERVE_OPTIONS } from '../serve-options.ts'
import { packageVersion } from '../version.ts'

type Args = Arguments<typeof SERVE_OPTIONS>

const DEFAULT_PORT = 8086

/** Serves until the program is interrupted. */
export async function runServe({ values }: Args, io: Io): Promise<number> {
  const address = values.address ?? '127.0.0.1'
  const port = wholeNumber('port', values.port, DEFAULT_PORT, 0, 65_535)
  const token = await tokenOf(values['token-file'], address, io)
  const expectPrincipal = expectedPrincipal(values)
  const limits = { timeoutSeconds: wholeNumber('timeout', values.timeout, 20, 1, 600), maxWaiting: 64 }
  const workers = await openWorkerPool({
    ...limits,
    snapshots: namedFolders(values.snapshot),
    ...(expectPrincipal === undefined ? {} : { expectPrincipal }),
    threads: wholeNumber('threads', values.threads, 2, 1, 64),
    budget: budgetOf(values.budget),
  })
  const store = await openStoreThread(values.store, { ...limits, timeoutSeconds: Math.max(60, limits.timeoutSeconds) })
  const logBug = (line: string): void => {
    if (values.debug) io.err(`${line}\n`)
    else io.err('internal/bug: a request failed by our fault\nhint: start with `--debug` to see the stack\n')
  }
  const detector = openDetector({
    self: io.self,
    store: values.store,
    waitSeconds: 1,
    freshSeconds: 60,
    timeoutSeconds: 1800,
  })
  const services = {
    workers,
    store,
    detector,
    metrics: openMetrics(),
    version: packageVersion(),
    expectPrincipal,
    logBug,
  }
  const server = await listen({ address, port, hosts: values['allow-host'], token, services }).catch((error: unknown) =>
    Promise.all([workers.close(), store.close()]).then(() => {
      throw error
    }),
  )
  await tellStarted(server.url, workers, values, io)
  await io.interrupted()
  detector.close()
  await Promise.all([server.close(), workers.close(), store.close()])
  return EXIT.interrupted
}

async function tellStarted(url: string, workers: WorkerPool, { format }: Args['values'], io: Io): Promise<void> {
  const held = await workers.snapshots()
  const snapshots = held.map(({ name }) => name)
  io.out(format === 'json' ? toJson({ schemaVersion: 1, url, snapshots }) : `${url}\n`)
  const names = snapshots.map((name) => `\`${name}\``).join(', ')
  io.err(safeLine(names === '' ? 'no snapshot: answers say what the message alone tells' : `snapshots: ${names}`))
  io.err('\n')
  for (const { name, problems } of held)
    for (const problem of problems) io.err(`warning: ${safeLine(`${name}: ${problem}`)}\n`)
}

async function tokenOf(file: string | undefined, address: string, io: Io): Promise<string | undefined> {
  if (file === undefined) {
    if (isLoopback(address)) return undefined
    throw new UserError(
      'usage/missing-option',
      `\`${address}\` can be reached from other machines, so callers must show a token`,
      'give `--token-file FILE`, or listen on 127.0.0.1',
    )
  }
  const token = (await readText(file, io.stdin)).text.trim()
  if (token.length >= 16 && !/\s/.test(token)) return token
  throw new UserError(
    'usage/not-a-value',
    `the token in \`${file}\` has fewer than 16 characters, or spaces in it`,
    'make one with `openssl rand -hex 24`',
  )
}

function wholeNumber(name: string, given: string | undefined, otherwise: number, least: number, most: number): number {
  if (given === undefined) return otherwise
  const value = /^\d{1,6}$/.test(given) ? Number(given) : Number.NaN
  if (value >= least && value <= most) return value
  throw new UserError(
    'usage/not-a-value',
    `\`--${name}\` cannot be \`${given}\``,
    `give a number from ${least} to ${most}`,
  )
}
