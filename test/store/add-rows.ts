/**
 * A process that writes denials batch by batch, at the end of its arguments by a spool, and says which are acknowledged: to be killed by
 * duckdb-processes.test.ts.
 */
import { openDuckdbStore } from '#store/duckdb/duckdb-store.ts'
import { sampleRow } from '../conformance/sample-rows.ts'

const [path = '', prefix = '', batches = '0', size = '0', first = '0', how = ''] = process.argv.slice(2)
const store = await openDuckdbStore(path)
const spool = how === 'spool' ? store.spool?.() : undefined
for (let b = Number(first); b < Number(batches); b += 1) {
  const rows = Array.from({ length: Number(size) }, (_, i) =>
    sampleRow({
      eventId: `${prefix}-${b}-${i}`,
      eventTime: `2026-04-${String(1 + (b % 28)).padStart(2, '0')}T10:00:00Z`,
    }),
  )
  for (const row of rows) spool?.put(row)
  await (spool?.add({}, b % 2 === 1) ?? store.add({ rows }))
  process.stdout.write(`${b}\n`)
}
await store.close()
