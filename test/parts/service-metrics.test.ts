/** `GET /metrics` of the service, held against Prometheus's own tool. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { startService } from '../http/start-service.ts'
import { noPromtool } from './promtool.ts'

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
