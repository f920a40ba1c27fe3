import { Snapshots } from '#schemas/stored.ts'
import { json, type Route } from '../route.ts'
import type { SnapshotsAnswer } from '../wire.ts'

/** `GET /api/snapshots`: the names that were given at start, and never where they lie. */
export const snapshotsRoute: Route = {
  method: 'GET',
  path: '/api/snapshots',
  operationId: 'listSnapshots',
  tag: 'ask',
  summary: 'The snapshots a denial can be held against',
  gives: Snapshots,
  faults: [400, 503],
  handle: async (_, { workers, expectPrincipal }) => {
    const answer: SnapshotsAnswer = {
      schemaVersion: 1,
      snapshots: await workers.snapshots(),
      expectPrincipal: expectPrincipal ?? null,
    }
    return json(200, answer)
  },
}
