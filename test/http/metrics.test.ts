/** `GET /metrics`: the names that dashboards and rules ask for, and its manners while the service ends. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startService } from './start-service.ts'

const NAMES = [
  'denytrace_http_requests_total',
  'denytrace_http_request_duration_seconds',
  'denytrace_judge_running',
  'denytrace_judge_waiting',
  'denytrace_judge_timed_out_total',
  'process_resident_memory_bytes',
  'process_cpu_seconds_total',
  'nodejs_eventloop_lag_seconds',
]

test('the service counts its requests and tells of its process, each name once and by its type', async () => {
  const service = await startService()
  try {
    await fetch(new URL('/healthz', service.url)).then((answer) => answer.text())
    const answer = await fetch(new URL('/metrics', service.url))
    assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
    const lines = (await answer.text()).split('\n')
    for (const name of NAMES) assert.equal(lines.filter((line) => line.startsWith(`# TYPE ${name} `)).length, 1, name)
    assert.ok(lines.includes('denytrace_http_requests_total{route="/healthz",method="GET",status="200"} 1'))
    assert.ok(lines.includes('denytrace_http_request_duration_seconds_count{route="/healthz"} 1'))
    assert.ok(lines.includes('denytrace_judge_timed_out_total 0'))
  } finally {
    await service.stop()
  }
})

test('services of one process count apart', async () => {
  const [one, other] = [await startService(), await startService()]
  try {
    await fetch(new URL('/healthz', one.url)).then((answer) => answer.text())
    const text = await fetch(new URL('/metrics', other.url)).then((answer) => answer.text())
    assert.doesNotMatch(text, /route="\/healthz"/)
  } finally {
    await one.stop()
    await other.stop()
  }
})

test('asked for while the service ends, nothing fails and nobody waits', async () => {
  for (let i = 0; i < 3; i++) {
    const service = await startService()
    const asked = Array.from({ length: 4 }, () =>
      fetch(new URL('/metrics', service.url)).then(
        (answer) => answer.text(),
        () => 'gone',
      ),
    )
    if (i > 0) await new Promise((resolve) => setTimeout(resolve, 20 * i))
    await service.stop()
    for (const text of await Promise.all(asked.map((one) => one.catch(() => 'gone')))) assert.ok(text.length > 0)
    assert.deepEqual(service.bugs, [])
  }
})
