import type { WorkerCounts } from './worker-pool.ts'

/** Counts of the service, in the text format of Prometheus. */
export interface HttpMetrics {
  readonly observe: (route: string, method: string, status: number, seconds: number) => void
  readonly text: (workers: WorkerCounts) => string
}

/** Upper bounds of the histogram, in seconds. */
const BOUNDS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

interface Histogram {
  readonly counts: number[]
  sum: number
  total: number
}

export function openMetrics(): HttpMetrics {
  const requests = new Map<string, number>()
  const durations = new Map<string, Histogram>()
  return {
    observe: (route, method, status, seconds) => {
      const labels = `route="${route}",method="${method}",status="${status}"`
      requests.set(labels, (requests.get(labels) ?? 0) + 1)
      const held = durations.get(route) ?? { counts: BOUNDS.map(() => 0), sum: 0, total: 0 }
      durations.set(route, held)
      held.sum += seconds
      held.total++
      for (const [i, bound] of BOUNDS.entries()) if (seconds <= bound) held.counts[i] = (held.counts[i] ?? 0) + 1
    },
    text: (workers) =>
      [
        ...metric(
          'denytrace_http_requests_total',
          'counter',
          'HTTP requests by route, method and status.',
          [...requests].map(([labels, count]) => `{${labels}} ${count}`),
        ),
        ...histogram(durations),
        ...metric('denytrace_judge_running', 'gauge', 'Questions that are judged now.', [` ${workers.running}`]),
        ...metric('denytrace_judge_waiting', 'gauge', 'Questions that wait for a thread.', [` ${workers.waiting}`]),
        ...metric('denytrace_judge_timed_out_total', 'counter', 'Questions ended when their time was over.', [
          ` ${workers.timedOut}`,
        ]),
        '',
      ].join('\n'),
  }
}

const metric = (name: string, type: string, help: string, samples: readonly string[]): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
  ...samples.map((sample) => `${name}${sample}`),
]

function histogram(durations: ReadonlyMap<string, Histogram>): string[] {
  const name = 'denytrace_http_request_duration_seconds'
  const samples = [...durations].flatMap(([route, { counts, sum, total }]) => [
    ...BOUNDS.map((bound, i) => `_bucket{route="${route}",le="${bound}"} ${counts[i] ?? 0}`),
    `_bucket{route="${route}",le="+Inf"} ${total}`,
    `_sum{route="${route}"} ${sum}`,
    `_count{route="${route}"} ${total}`,
  ])
  return metric(name, 'histogram', 'Seconds from the request to the end of its answer.', samples)
}
