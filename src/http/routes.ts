import { json, type Route } from './route.ts'
import { suggestRoute, whatCanRoute, whoCanRoute } from './routes/asked-of-snapshot.ts'
import { compareRoute } from './routes/compare.ts'
import { denialRoute, denialsRoute, overviewRoute } from './routes/denials.ts'
import { diagnoseRoute } from './routes/diagnose.ts'
import { evaluateRoute } from './routes/evaluate.ts'
import { guideRoute } from './routes/guide.ts'
import { healthRoute } from './routes/health.ts'
import { liveRoute } from './routes/live.ts'
import { metricsRoute } from './routes/metrics.ts'
import { referenceRoute } from './routes/reference.ts'
import { spikesRoute } from './routes/spikes.ts'
import { snapshotsRoute } from './routes/snapshots.ts'
import { openApi } from './openapi.ts'
import { object } from '#schemas/described.ts'

/** `GET /openapi.json`: stands here, since it describes all others. */
const openApiRoute: Route = {
  method: 'GET',
  path: '/openapi.json',
  operationId: 'describe',
  tag: 'service',
  summary: 'This description',
  open: true,
  gives: object,
  handle: (_, { version }) => json(200, openApi(ROUTES, version)),
}

export const ROUTES: readonly Route[] = [
  diagnoseRoute,
  evaluateRoute,
  compareRoute,
  whoCanRoute,
  whatCanRoute,
  suggestRoute,
  overviewRoute,
  denialsRoute,
  liveRoute,
  denialRoute,
  spikesRoute,
  snapshotsRoute,
  guideRoute,
  healthRoute,
  metricsRoute,
  openApiRoute,
  referenceRoute((version) => openApi(ROUTES, version)),
]
