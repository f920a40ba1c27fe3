import { watchMetrics, type WatchTotals } from '#report/alert-metrics.ts'
import type { Route, Services } from '../route.ts'

/** `GET /metrics`: for Prometheus. */
export const metricsRoute: Route = {
  method: 'GET',
  path: '/metrics',
  operationId: 'metrics',
  tag: 'service',
  summary: 'Counts of the service, and of the watches on its store, in the text format of Prometheus',
  gives: 'text/plain; version=0.0.4',
  handle: async (_, { workers, metrics, store }) => ({
    status: 200,
    type: 'text/plain; version=0.0.4; charset=utf-8',
    body: `${await metrics.text(workers.counts())}${await ofWatches(store)}`,
  }),
}

/** What the watches of the store last said, by the store's thread; and the question that is on its way. */
const known = new WeakMap<Services['store'], { text: string; asking: Promise<void> | undefined }>()

/**
 * What the watches of the store did, as they keep it there; nothing where there is no store. The store has one thread, which may be at
 * a long question: then it is what was known before, and the answer is for who asks next.
 */
async function ofWatches(store: Services['store']): Promise<string> {
  const held = known.get(store) ?? { text: '', asking: undefined }
  known.set(store, held)
  const isBusy = held.asking !== undefined || store.counts().running > 0
  held.asking ??= store
    .ask('watched', '{}', AbortSignal.timeout(LATEST_MS))
    .then(({ status, body }) => {
      if (status !== 200) return
      const { totals } = JSON.parse(body) as { readonly totals: WatchTotals | null }
      held.text = totals === null ? '' : watchMetrics(totals)
    })
    .finally(() => (held.asking = undefined))
  if (!isBusy) await Promise.race([held.asking, new Promise((resolve) => setTimeout(resolve, SOON_MS))])
  return held.text
}

/** Prometheus asks every 15 seconds or so, and waits for ten. */
const SOON_MS = 500
const LATEST_MS = 600_000
