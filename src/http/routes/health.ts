import { json, type Route } from '../route.ts'
import { count, fields, oneOf, text, version } from '../schemas/schema.ts'

/** `GET /healthz`: answered by the server itself, however busy the workers are. */
export const healthRoute: Route = {
  method: 'GET',
  path: '/healthz',
  summary: 'Whether the service is up',
  open: true,
  gives: fields({ schemaVersion: version, status: oneOf('ok'), version: text, waiting: count }),
  handle: (_, { workers, version }) =>
    json(200, { schemaVersion: 1, status: 'ok', version, waiting: workers.counts().waiting }),
}
