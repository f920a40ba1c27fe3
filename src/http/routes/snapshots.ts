import { json, type Route } from '../route.ts'
import { fields, list, orNull, text, version } from '../schemas/schema.ts'
import type { SnapshotsAnswer } from '../wire.ts'

/** `GET /api/snapshots`: the names that were given at start, and never where they lie. */
export const snapshotsRoute: Route = {
  method: 'GET',
  path: '/api/snapshots',
  summary: 'The snapshots a denial can be held against',
  gives: fields({
    schemaVersion: version,
    snapshots: list(fields({ name: text, collectedAt: orNull(text), problems: list(text) })),
    expectPrincipal: orNull(text),
  }),
  faults: [400],
  handle: (_, { workers, expectPrincipal }) => {
    const answer: SnapshotsAnswer = {
      schemaVersion: 1,
      snapshots: workers.snapshots,
      expectPrincipal: expectPrincipal ?? null,
    }
    return json(200, answer)
  },
}
