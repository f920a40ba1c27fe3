import { Health } from '#schemas/stored.ts'
import { json, type Route } from '../route.ts'

/** `GET /healthz`: answered by the server itself, however busy the workers are. */
export const healthRoute: Route = {
  method: 'GET',
  path: '/healthz',
  operationId: 'health',
  tag: 'service',
  summary: 'Whether the service is up',
  open: true,
  gives: Health,
  handle: (_, { workers, version }) =>
    json(200, { schemaVersion: 1, status: 'ok', version, waiting: workers.counts().waiting }),
}
