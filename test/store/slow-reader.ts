/** Reads the ledger's objects slowly, for test/parts/leases.test.ts: `URL LEASE_SECONDS READING_MS`. Says what it does. */
import { setTimeout as sleep } from 'node:timers/promises'
import { drainLedger } from '#app/store/drain-ledger.ts'
import { openPostgresStore } from '#store/postgres/postgres-store.ts'
import { deniedRecord } from '../cli/cloudtrail-history.ts'

const [url = '', leaseSeconds = '', readingMs = ''] = process.argv.slice(2)
const store = await openPostgresStore(url, { connections: 2 })
const counts = { files: 0, records: 0, denials: 0, new: 0, duplicates: 0, quarantined: 0, skipped: 0 }
const get = async (_: string, key: string): Promise<Uint8Array> => {
  process.stdout.write(`reading ${key}\n`)
  await sleep(Number(readingMs))
  const number = Number(key.replace('object-', ''))
  const time = Date.parse('2026-04-27T10:03:00Z') + number * 1000
  return Buffer.from(JSON.stringify({ Records: [deniedRecord({ time, role: 'deploy', bucket: 'b' }, number)] }))
}
const run = { store, counts, bad: [], decide: <T>(one: T): T => one, options: {}, tell: () => undefined }
await drainLedger({ get }, run, 0, Number(leaseSeconds))
process.stdout.write(`new ${counts.new}\n`)
await store.close()
