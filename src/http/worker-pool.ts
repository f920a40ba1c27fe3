import type { AnswererOptions, LoadedSnapshot, Question } from '#app/answer-question.ts'
import { keptFresh } from '#app/fresh-threads.ts'
import { snapshotStamps } from '#app/snapshot-stamps.ts'
import type { StoreQuestion } from '#app/store/reader.ts'
import { type NoAnswer, openThreadPool, type ThreadCounts, type ThreadPool } from '#app/thread-pool.ts'
import { type Code, isUserError } from '../errors.ts'
import { bodyOf, statusOf } from './fault-body.ts'
import type { Answered, Ready, ThreadData, WorkerQuestion } from './worker-thread.ts'
import { WORKER_FILE } from './places.ts'
import { END, type PLAIN } from './wire.ts'

/** Threads that answer questions as HTTP has them. */
export interface WorkerPool {
  /**
   * The snapshots as they are on disk.
   *
   * @throws UserError where one cannot be read any more
   */
  readonly snapshots: () => Promise<readonly LoadedSnapshot[]>
  /** `onLine` is told of the answer while it is made (answer-lines.ts); then its work ends soon after `signal` says that nobody waits. */
  readonly ask: (
    question: Question | StoreQuestion | typeof PLAIN,
    text: string,
    signal: AbortSignal,
    onLine?: (line: string) => void,
  ) => Promise<Answered>
  readonly counts: () => ThreadCounts
  readonly close: () => Promise<void>
}

export interface ThreadsOptions {
  readonly threads: number
  readonly timeoutSeconds: number
  /** Questions that may wait for a thread; one more is told to come back. */
  readonly maxWaiting: number
}

export type WorkerPoolOptions = ThreadsOptions & AnswererOptions

export async function openWorkerPool(options: WorkerPoolOptions): Promise<WorkerPool> {
  const { snapshots, expectPrincipal, budget } = options
  const answerer = { snapshots, budget, ...(expectPrincipal === undefined ? {} : { expectPrincipal }) }
  const stampAtStart = snapshotStamps(snapshots)
  return openPool({ answerer }, options, (renew) =>
    keptFresh({ stamp: () => snapshotStamps(snapshots), stampAtStart, renew, between: BETWEEN_LOOKS, now: Date.now }),
  )
}

/** Milliseconds between two looks at the files of snapshots: each is a question to the disk about every file. */
const BETWEEN_LOOKS = 1000

/** Opens a thread that reads the store: what it asks takes long there and not here, and it keeps what the detector read. */
export const openStoreThread = (
  url: string | undefined,
  options: Omit<ThreadsOptions, 'threads'>,
): Promise<WorkerPool> => openPool({ store: { url } }, { ...options, threads: 1 })

async function openPool(
  data: ThreadData,
  options: ThreadsOptions,
  freshOf: (renew: () => Promise<void>) => () => Promise<void> = () => async () => undefined,
): Promise<WorkerPool> {
  const pool: ThreadPool<WorkerQuestion, Answered, Ready> = await openThreadPool({
    file: WORKER_FILE,
    data,
    ...options,
    // Ended from without, DuckDB may end the whole process.
    ...('store' in data ? { end: END } : {}),
  })
  const refresh = freshOf(() => pool.renew())
  return {
    snapshots: async () => {
      await refresh()
      return pool.ready().snapshots
    },
    ask: async (question, text, signal, onLine) => {
      try {
        await refresh()
      } catch (error) {
        return unreadable(error)
      }
      const watched = onLine === undefined ? {} : { onNotice: onLine, onAbort: 'end-soon' as const }
      const outcome = await pool.ask({ question, text, isWatched: onLine !== undefined }, { signal, ...watched })
      return 'answer' in outcome ? outcome.answer : refusal(outcome.none, options.timeoutSeconds)
    },
    counts: pool.counts.bind(pool),
    close: pool.close.bind(pool),
  }
}

/** A snapshot that was readable when the service started, and is no more. */
function unreadable(error: unknown): Answered {
  const stack = isUserError(error) || !(error instanceof Error) ? undefined : error.stack
  return { status: statusOf(error), body: JSON.stringify(bodyOf(error)), ...(stack === undefined ? {} : { stack }) }
}

function refusal(none: NoAnswer, seconds: number): Answered {
  const code = CODES[none]
  return { status: 503, body: JSON.stringify({ error: { code, ...REFUSALS[code](seconds) } }) }
}

/** Of what was aborted nobody hears. */
const CODES = {
  'timed-out': 'http/timed-out',
  'too-hard': 'http/too-hard',
  busy: 'http/busy',
  aborted: 'http/busy',
} as const satisfies Readonly<Record<NoAnswer, Code>>

const REFUSALS = {
  'http/timed-out': (seconds: number) => ({
    message: `no answer was found within ${seconds} seconds`,
    hint: 'send less at once, or start the service with a longer `--timeout`',
  }),
  'http/too-hard': () => ({
    message: 'the question took more memory than it may',
    hint: 'send less at once',
  }),
  'http/busy': () => ({
    message: 'too many questions wait already',
    hint: 'try again in a moment',
  }),
} as const
