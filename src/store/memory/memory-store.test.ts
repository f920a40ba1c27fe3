import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { storeConformance } from '../../../test/conformance/denial-store.ts'
import { sampleRow } from '../../../test/conformance/sample-rows.ts'
import type { DenialRow } from '../denial-row.ts'
import { deduplicateEvents } from '../deduplicate-events.ts'
import { openMemoryStore } from './memory-store.ts'

storeConformance('memory', async () => openMemoryStore())

const SEED = 20_261_127

/** Few ids, so that rows share them. */
const ID = fc.constantFrom('e1', 'e2', 'e3', 'e4', 'e5', 'e6')
const ROW = fc.record({
  eventId: ID,
  sharedEventId: fc.option(fc.constantFrom('s1', 's2', 's3')),
  originalEventId: fc.option(ID),
  requestId: fc.option(fc.constantFrom('r1', 'r2')),
  sourceKind: fc.constantFrom('file' as const, 'file' as const, 'paste' as const),
  callerAccount: fc.constantFrom('111122223333', '444455556666', null),
  action: fc.constantFrom('s3:PutObject', 's3:GetObject'),
})

/** Without a look at which rows are related: each batch with all that is there. */
function counted(batches: readonly (readonly DenialRow[])[]): readonly string[] {
  let kept: DenialRow[] = []
  for (const batch of batches) {
    const fresh = batch.filter(({ eventId }) => !kept.some((one) => one.eventId === eventId))
    const { notPrimary, demoted } = deduplicateEvents(fresh, kept)
    kept = [
      ...kept.map((row) => (demoted.includes(row.eventId) ? { ...row, isPrimary: false } : row)),
      ...fresh.map((row) => ({ ...row, isPrimary: !notPrimary.has(row.eventId) })),
    ]
  }
  return kept.filter(({ isPrimary }) => isPrimary).map(({ eventId }) => eventId)
}

test('looking at related rows alone counts what looking at all counts', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(ROW, { selector: ({ eventId }) => eventId, maxLength: 6 }),
      fc.nat(3),
      async (fields, size) => {
        const rows = fields.map((one) => sampleRow(one))
        const batches = rows
          .map((_, i) => rows.slice(i * (size + 1), (i + 1) * (size + 1)))
          .filter(({ length }) => length > 0)
        const store = openMemoryStore()
        for (const batch of batches) await store.add({ rows: batch })
        const found = (await store.find({}, 100)).map(({ eventId }) => eventId)
        assert.deepEqual(found.toSorted(), counted(batches).toSorted())
      },
    ),
    { seed: SEED, numRuns: 3000 },
  )
})
