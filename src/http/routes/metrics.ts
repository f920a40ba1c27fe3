import { watchMetrics, type WatchTotals } from '#report/alert-metrics.ts'
import type { Route, Services } from '../route.ts'

/** `GET /metrics`: for Prometheus. */
export const metricsRoute: Route = {
  method: 'GET',
  path: '/metrics',
  summary: 'Counts of the service, and of the watches on its store, in the text format of Prometheus',
  gives: 'text/plain; version=0.0.4',
  handle: async ({ signal }, { judges, metrics, store }) => ({
    status: 200,
    type: 'text/plain; version=0.0.4; charset=utf-8',
    body: `${metrics.text(judges.counts())}${await ofWatches(store, signal)}`,
  }),
}

/** What the watches of the store did, as they keep it there; nothing where there is no store, or it does not answer soon. */
async function ofWatches(store: Services['store'], signal: AbortSignal): Promise<string> {
  const soon = AbortSignal.any([signal, AbortSignal.timeout(SOON_MS)])
  const late = new Promise<undefined>((resolve) => soon.addEventListener('abort', () => resolve(undefined)))
  const answered = await Promise.race([store.ask('watched', '{}', soon), late])
  if (answered?.status !== 200) return ''
  const { totals } = JSON.parse(answered.body) as { readonly totals: WatchTotals | null }
  return totals === null ? '' : watchMetrics(totals)
}

/** Prometheus waits ten seconds. */
const SOON_MS = 3000
