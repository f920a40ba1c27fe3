/** A worker on the ledger, to be killed and frozen by test/parts/workers.test.ts: each object "holds" five denials. */
import { setTimeout as sleep } from 'node:timers/promises'
import { LeaseLost } from '#store/ledger.ts'
import { openPostgresStore } from '#store/postgres/postgres-store.ts'
import { sampleRow } from '../conformance/sample-rows.ts'

const [url = '', leaseSeconds = '2'] = process.argv.slice(2)
const store = await openPostgresStore(url, { connections: 2 })
process.stdout.write('ready\n')
for (;;) {
  const leases = await store.claim(4, Number(leaseSeconds))
  const { ready, leased } = await store.ledger()
  if (leases.length === 0 && ready + leased === 0) break
  await sleep(60)
  const rows = leases.flatMap(({ key }) =>
    Array.from({ length: 5 }, (_, i) =>
      sampleRow({ eventId: `${key}-${i}`, eventTime: `2026-04-27T10:0${i}:00Z`, action: `s3:Action${i}` }),
    ),
  )
  try {
    if (leases.length > 0)
      await store.add({ rows, done: leases.map((lease) => ({ lease, counts: { records: 5, denials: 5 } })) })
    process.stdout.write('done\n')
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error
    process.stdout.write('lost\n')
  }
}
await store.close()
