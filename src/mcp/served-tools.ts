import type { LoadedSnapshot } from '#app/answer-question.ts'
import { openThreadPool, type ThreadPool } from '#app/thread-pool.ts'
import { snapshotStamps } from '#app/snapshot-stamps.ts'
import { Calls, type Clock } from './calls.ts'
import { WAITED } from './fields.ts'
import { lookUpDenials, readGuide } from './library-tools.ts'
import { THREAD_FILE } from './places.ts'
import { listSnapshots, snapshotTools } from './snapshot-tools.ts'
import type { ServedTool, ToolOutcome, ToolQuestion, ToolThreadData, ToolThreadReady, WorkTool } from './tool.ts'
import { policyTools } from './tools.ts'

export interface ServedToolsOptions extends ToolThreadData {
  readonly answerWithinSeconds: number
  /** ISO 8601, a day. */
  readonly today: string
  readonly nearest: Parameters<typeof readGuide>[1]
}

/** The tools as they are served, and the threads behind them. */
export interface ServedTools {
  readonly tools: readonly ServedTool[]
  readonly snapshots: readonly LoadedSnapshot[]
  readonly inputEnded: () => void
  readonly close: () => Promise<void>
}

/** A long question holds up one thread, and not the next question. */
const THREADS = 2

const MAX_WAITING = 64

/**
 * Starts the threads that do the tools' work.
 *
 * @throws UserError where a snapshot cannot be read
 */
export async function openServedTools(options: ServedToolsOptions): Promise<ServedTools> {
  const { snapshots, expectPrincipal, budget, store } = options
  const stampAtStart = snapshotStamps(snapshots)
  const data: ToolThreadData = { snapshots, expectPrincipal, budget, store }
  const threads: ThreadPool<ToolQuestion, ToolOutcome, ToolThreadReady> = await openThreadPool({
    file: THREAD_FILE,
    data,
    threads: THREADS,
    maxWaiting: MAX_WAITING,
  })
  const calls = new Calls({
    threads,
    stampAtStart,
    stamp: () => snapshotStamps(snapshots),
    answerWithinSeconds: options.answerWithinSeconds,
    clock: CLOCK,
  })
  const loaded = async (): Promise<readonly LoadedSnapshot[]> => {
    await calls.refresh()
    return threads.ready().snapshots
  }
  const served = (tool: WorkTool): ServedTool => ({ ...tool, call: (args, caller) => calls.call(tool, args, caller) })
  return {
    tools: [
      ...policyTools().map(served),
      listSnapshots(loaded, expectPrincipal),
      ...snapshotTools().map(served),
      served(lookUpDenials),
      readGuide(options.today, options.nearest),
      getAnswer(calls),
    ],
    snapshots: threads.ready().snapshots,
    inputEnded: () => calls.inputEnded(),
    close: async () => {
      await calls.close()
      await threads.close()
    },
  }
}

const getAnswer = (calls: Calls): ServedTool => ({
  name: 'get_answer',
  title: 'Get an answer that took long',
  description:
    'The answer of a call that was not done in time and gave a `token` with the status `computing`; or, while it still runs, that status again and what it does.',
  fields: WAITED,
  call: (args, caller) => calls.waited(args, caller),
})

const CLOCK: Clock = {
  now: () => performance.now(),
  after: (milliseconds, then) => {
    const timer = setTimeout(then, milliseconds)
    return () => clearTimeout(timer)
  },
}
