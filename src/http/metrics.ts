import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { ThreadCounts } from '#app/thread-pool.ts'

/** Counts of the service and of its process, in the text format of Prometheus. */
export interface HttpMetrics {
  readonly observe: (route: string, method: string, status: number, seconds: number) => void
  readonly text: (workers: ThreadCounts) => Promise<string>
}

/** Upper bounds of the histogram, in seconds. */
const BOUNDS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Gauges of the process that are called as counters are, which Prometheus's own check refuses. */
const CALLED_AS_COUNTERS = ['handles', 'requests', 'resources'].map((name) => `nodejs_active_${name}_total`)

/** Makes a registry of its own: several services may run in one process. */
export function openMetrics(): HttpMetrics {
  const registry = new Registry()
  const registers = [registry]
  const requests = new Counter({
    name: 'denytrace_http_requests_total',
    help: 'HTTP requests by route, method and status.',
    labelNames: ['route', 'method', 'status'],
    registers,
  })
  const durations = new Histogram({
    name: 'denytrace_http_request_duration_seconds',
    help: 'Seconds from the request to the end of its answer.',
    labelNames: ['route'],
    buckets: BOUNDS,
    registers,
  })
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers })
  const running = gauge('denytrace_judge_running', 'Questions that are judged now.')
  const waiting = gauge('denytrace_judge_waiting', 'Questions that wait for a thread.')
  const timedOut = new Counter({
    name: 'denytrace_judge_timed_out_total',
    help: 'Questions ended when their time was over.',
    registers,
  })
  collectDefaultMetrics({ register: registry })
  for (const name of CALLED_AS_COUNTERS) registry.removeSingleMetric(name)
  return {
    observe: (route, method, status, seconds) => {
      requests.inc({ route, method, status })
      durations.observe({ route }, seconds)
    },
    text: (workers) => {
      running.set(workers.running)
      waiting.set(workers.waiting)
      timedOut.reset()
      timedOut.inc(workers.timedOut)
      return registry.metrics()
    },
  }
}
