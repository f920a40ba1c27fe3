/** A service that ends just after its store was opened: DuckDB's threads are within the process, and must not end it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startService } from './start-service.ts'

test('a service ends in order as soon as its store has answered', async () => {
  for (let i = 0; i < 3; i++) {
    const service = await startService()
    const metrics = await fetch(new URL('/metrics', service.url))
    assert.equal(metrics.status, 200)
    await metrics.text()
    await service.stop()
    assert.deepEqual(service.bugs, [])
  }
})
