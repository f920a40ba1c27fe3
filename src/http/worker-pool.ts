import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { AnswererOptions, LoadedSnapshot, Question } from '#app/answer-question.ts'
import type { StoreQuestion } from '#app/store/reader.ts'
import { type Code, UserError } from '../errors.ts'
import type { Answered, Ready, ThreadData, WorkerQuestion } from './worker-thread.ts'
import { WORKER_FILE } from './places.ts'
import { END, type PLAIN } from './wire.ts'

/**
 * Threads that answer questions, so that a hard question holds up neither `/healthz` nor the next caller, and can be ended when its
 * time is over: judging is one long computation that nothing else can interrupt.
 */
export interface WorkerPool {
  readonly snapshots: readonly LoadedSnapshot[]
  readonly ask: (
    question: Question | StoreQuestion | typeof PLAIN,
    text: string,
    signal: AbortSignal,
  ) => Promise<Answered>
  readonly counts: () => WorkerCounts
  readonly close: () => Promise<void>
}

export interface WorkerCounts {
  readonly running: number
  readonly waiting: number
  readonly timedOut: number
}

export interface ThreadsOptions {
  readonly threads: number
  readonly timeoutSeconds: number
  /** Questions that may wait for a thread; one more is told to come back. */
  readonly maxWaiting: number
}

interface Job {
  readonly asked: WorkerQuestion
  readonly signal: AbortSignal
  readonly settle: (answered: Answered) => void
}

export type WorkerPoolOptions = ThreadsOptions & AnswererOptions

export async function openWorkerPool(options: WorkerPoolOptions): Promise<WorkerPool> {
  const { snapshots, expectPrincipal, budget } = options
  const answerer = { snapshots, budget, ...(expectPrincipal === undefined ? {} : { expectPrincipal }) }
  return openPool({ answerer }, options)
}

/** Opens a thread that reads the store: what it asks takes long there and not here, and it keeps what the detector read. */
export const openStoreThread = (
  url: string | undefined,
  options: Omit<ThreadsOptions, 'threads'>,
): Promise<WorkerPool> => openPool({ store: { url } }, { ...options, threads: 1 })

const openPool = async (data: ThreadData, options: ThreadsOptions): Promise<WorkerPool> =>
  new Workers(data, options, await startThread(data))

class Workers implements WorkerPool {
  readonly snapshots: readonly LoadedSnapshot[]
  readonly #data: ThreadData
  readonly #options: ThreadsOptions
  readonly #idle: Worker[]
  readonly #all: Set<Worker>
  readonly #waiting: Job[] = []
  #timedOut = 0
  #starting = 0
  #isClosed = false

  constructor(data: ThreadData, options: ThreadsOptions, { worker, snapshots }: Started) {
    this.snapshots = snapshots
    this.#data = data
    this.#options = options
    this.#idle = [worker]
    this.#all = new Set([worker])
  }

  ask(question: Question | StoreQuestion | typeof PLAIN, text: string, signal: AbortSignal): Promise<Answered> {
    return new Promise((settle) => {
      if (this.#waiting.length >= this.#options.maxWaiting) return settle(this.#refusal('http/busy'))
      this.#waiting.push({ asked: { question, text }, signal, settle })
      return this.#next()
    })
  }

  counts(): WorkerCounts {
    const running = this.#all.size - this.#idle.length
    return { running, waiting: this.#waiting.length, timedOut: this.#timedOut }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#all].map((worker) => this.#end(worker)))
  }

  /** Gives the first question whose caller still waits to a thread that has nothing to do. */
  #next(): void {
    while (this.#waiting[0]?.signal.aborted === true) this.#waiting.shift()
    if (this.#waiting.length === 0 || this.#isClosed) return
    const worker = this.#idle.pop()
    if (worker === undefined) return this.#grow()
    const job = this.#waiting.shift()
    if (job !== undefined) this.#work(worker, job)
  }

  /** Threads are started when they are needed: each holds the snapshots for itself. */
  #grow(): void {
    if (this.#all.size + this.#starting >= this.#options.threads) return
    this.#starting++
    const started = startThread(this.#data).then(({ worker }) => {
      if (this.#isClosed) return void worker.terminate()
      this.#all.add(worker)
      this.#idle.push(worker)
    })
    // A snapshot that has become unreadable since: the other threads have it still.
    const failed = (): void => {
      if (this.#all.size === 0) for (const { settle } of this.#waiting.splice(0)) settle(this.#refusal('http/busy'))
    }
    void started.catch(failed).finally(() => {
      this.#starting--
      this.#next()
    })
  }

  #work(worker: Worker, { asked, settle }: Job): void {
    const end = (answered: Answered, keep: boolean): void => {
      clearTimeout(timer)
      worker.off('message', onMessage).off('error', onFailure).off('exit', onFailure)
      if (keep) this.#idle.push(worker)
      else this.#drop(worker)
      settle(answered)
      this.#next()
    }
    const timer = setTimeout(() => {
      this.#timedOut++
      end(this.#refusal('http/timed-out'), false)
    }, this.#options.timeoutSeconds * 1000)
    const onMessage = (answered: Answered): void => end(answered, true)
    const onFailure = (): void => end(this.#refusal('http/too-hard'), false)
    worker.on('message', onMessage).on('error', onFailure).on('exit', onFailure)
    // A thread of ours and no window: it has no origin to name.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    worker.postMessage(asked)
  }

  #drop(worker: Worker): void {
    this.#all.delete(worker)
    // One that dies late says so; nobody is left to tell.
    worker.on('error', () => undefined)
    void this.#end(worker)
  }

  /** A thread that may be within DuckDB ends by itself where it can: ended from without, DuckDB may end the whole process. */
  async #end(worker: Worker): Promise<void> {
    if ('store' in this.#data) {
      const isGone = new Promise((resolve) => worker.once('exit', resolve))
      // oxlint-disable-next-line unicorn/require-post-message-target-origin
      worker.postMessage(END)
      await Promise.race([isGone, sleep(END_MILLISECONDS, undefined, { ref: false })])
    }
    await worker.terminate()
  }

  #refusal(code: keyof typeof REFUSALS): Answered {
    const error = { code: code satisfies Code, ...REFUSALS[code](this.#options.timeoutSeconds) }
    return { status: 503, body: JSON.stringify({ error }) }
  }
}

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

/** Megabytes of its old generation: a question that needs more ends its thread, and not the service. */
const MAX_HEAP_MB = 1024

/** How long a thread may take to close its store. */
const END_MILLISECONDS = 5000

interface Started {
  readonly worker: Worker
  readonly snapshots: readonly LoadedSnapshot[]
}

function startThread(workerData: ThreadData): Promise<Started> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(WORKER_FILE, { workerData, resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } })
    worker.once('error', reject)
    worker.once('message', (ready: Ready) => {
      worker.off('error', reject)
      if ('snapshots' in ready) return resolve({ worker, snapshots: ready.snapshots })
      void worker.terminate()
      const { code, message, hint } = ready.fault
      return reject(new UserError(code as Code, message, hint))
    })
  })
}
