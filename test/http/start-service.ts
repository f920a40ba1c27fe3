import { join } from 'node:path'
import type { NamedFolder } from '#app/answer-question.ts'
import { openDetector } from '#app/spikes/detector.ts'
import { type WorkerPool, openWorkerPool, openStoreThread } from '#http/worker-pool.ts'
import { openMetrics } from '#http/metrics.ts'
import { listen } from '#http/server.ts'
import { PROGRAM, ROOT } from '../cli/run-cli.ts'

export interface Service {
  readonly url: string
  readonly workers: WorkerPool
  readonly bugs: string[]
  readonly stop: () => Promise<void>
}

export interface ServiceOptions {
  /** Left out: one that is not there. */
  readonly store?: string
  readonly snapshots?: readonly string[]
  /** Instead of those. */
  readonly folders?: readonly NamedFolder[]
  readonly address?: string
  readonly hosts?: readonly string[]
  readonly token?: string
  readonly timeoutSeconds?: number
  readonly threads?: number
  readonly maxWaiting?: number
  /** Steps of work of a question. */
  readonly budget?: number
  readonly waitSeconds?: number
}

/** The service as `serve` starts it, in this process, on a free port; snapshots are names of folders of examples/. */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const bugs: string[] = []
  const workers = await openWorkerPool({
    snapshots:
      options.folders ??
      (options.snapshots ?? ['kms-behind-s3']).map((name) => ({
        name,
        folder: join(ROOT, 'examples', name, 'snapshot'),
      })),
    threads: options.threads ?? 1,
    timeoutSeconds: options.timeoutSeconds ?? 300,
    maxWaiting: options.maxWaiting ?? 8,
    budget: options.budget,
  })
  const store = await openStoreThread(options.store ?? 'duckdb:nowhere.duckdb', { timeoutSeconds: 300, maxWaiting: 8 })
  const detector = openDetector({
    self: PROGRAM,
    store: options.store,
    waitSeconds: options.waitSeconds ?? 1200,
    freshSeconds: 60,
    timeoutSeconds: 300,
  })
  const server = await listen({
    address: options.address ?? '127.0.0.1',
    port: 0,
    hosts: options.hosts ?? [],
    token: options.token,
    services: {
      workers,
      store,
      detector,
      metrics: openMetrics(),
      version: '0.0.0',
      expectPrincipal: undefined,
      logBug: (stack) => bugs.push(stack),
    },
  })
  return {
    url: server.url,
    workers,
    bugs,
    stop: async () => {
      detector.close()
      await server.close()
      await Promise.all([workers.close(), store.close()])
    },
  }
}
