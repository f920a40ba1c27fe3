import type { Route } from '../route.ts'

/** `GET /metrics`: for Prometheus. */
export const metricsRoute: Route = {
  method: 'GET',
  path: '/metrics',
  summary: 'Counts of the service in the text format of Prometheus',
  gives: 'text/plain; version=0.0.4',
  handle: (_, { judges, metrics }) => ({
    status: 200,
    type: 'text/plain; version=0.0.4; charset=utf-8',
    body: metrics.text(judges.counts()),
  }),
}
