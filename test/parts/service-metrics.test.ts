/** `GET /metrics` of the service, held against Prometheus's own tool. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { NO_TOTALS, keepTotals } from '#app/spikes/watch-totals.ts'
import { openStore } from '#app/store/open-store.ts'
import { startService } from '../http/start-service.ts'
import { noPromtool } from './promtool.ts'

test('what the watches of the store did is told too', { skip: noPromtool ?? false }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-service-metrics-'))
  const url = `duckdb:${join(folder, 'denials.duckdb')}`
  const store = await openStore(url, { env: {}, create: true })
  await keepTotals(store, { ...NO_TOTALS, rounds: 4, lastRound: 1_781_000_000 }, false, Date.now())
  await store.close()
  const service = await startService({ store: url })
  try {
    // The answer does not wait behind the store: what the store says stands in a later one where it is slow.
    let text = ''
    for (let round = 0; round < 200 && !/^denytrace_watch_rounds_total /m.test(text); round++) {
      if (round > 0) await setTimeout(100)
      text = await fetch(new URL('/metrics', service.url)).then((answer) => answer.text())
    }
    assert.match(text, /^denytrace_watch_rounds_total 4$/m)
    assert.match(text, /^denytrace_alerts_total\{kind="spike",severity="high"\} 0$/m)
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })
    assert.deepEqual([status, `${stdout}${stderr}`], [0, ''])
  } finally {
    await service.stop()
    rmSync(folder, { recursive: true })
  }
})

test('promtool finds nothing wrong with the metrics of the service', { skip: noPromtool ?? false }, async () => {
  const service = await startService()
  try {
    for (const path of ['/healthz', '/api/nothing', '/api/snapshots', '/api/denials'])
      await fetch(new URL(path, service.url)).then((answer) => answer.text())
    const text = await fetch(new URL('/metrics', service.url)).then((answer) => answer.text())
    assert.match(text, /denytrace_http_requests_total\{route="\/api\/snapshots",method="GET",status="200"\} 1/)
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })
    assert.deepEqual([status, `${stdout}${stderr}`], [0, ''])
  } finally {
    await service.stop()
  }
})
