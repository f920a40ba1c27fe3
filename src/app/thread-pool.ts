import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { type Code, UserError } from '../errors.ts'

/**
 * Threads of one file that answer questions, so that a hard question holds up neither what the program serves nor the next caller, and
 * can be ended: judging is one long computation that nothing else can interrupt.
 */
export interface ThreadPool<Question, Answer, Ready> {
  /** What the thread that was started last said when it was ready. */
  readonly ready: () => Ready
  readonly ask: (question: Question, how: HowAsked) => Promise<Outcome<Answer>>
  readonly counts: () => ThreadCounts
  /**
   * Starts a thread anew, for what threads are started with has changed, and then ends those that were there, each when it has answered.
   *
   * @throws UserError that the new thread ended with; those that were there go on
   */
  readonly renew: () => Promise<void>
  readonly close: () => Promise<void>
}

export interface HowAsked {
  /** Aborted: nobody waits any more. A question that still waits for a thread is dropped. */
  readonly signal: AbortSignal
  /**
   * What becomes of the thread that works at it then: it goes on (when left out), it is ended with its work, or it is ended where it
   * has not answered within a second: a thread is started anew in no less.
   */
  readonly onAbort?: 'finish' | 'end' | 'end-soon'
  /** Told what the thread says of its work, before it answers. */
  readonly onNotice?: (notice: string) => void
}

/** An answer, or why there is none. */
export type Outcome<Answer> = { readonly answer: Answer } | { readonly none: NoAnswer }
export type NoAnswer = 'busy' | 'timed-out' | 'too-hard' | 'aborted'

export interface ThreadCounts {
  readonly running: number
  readonly waiting: number
  readonly timedOut: number
}

export interface ThreadPoolOptions {
  /** File that a thread runs; its first message is a `ReadyMessage`, and each question is followed by one `answer`. */
  readonly file: URL
  readonly data: unknown
  readonly threads: number
  /** Questions that may wait for a thread. */
  readonly maxWaiting: number
  /** Left out: an answer may take as long as it does. */
  readonly timeoutSeconds?: number
  /** Sent to a thread that must end by itself, for it may be within a library that does not bear to be ended. */
  readonly end?: string
}

export type ReadyMessage<Ready> = { readonly ready: Ready } | { readonly fault: ThreadFault }
export interface ThreadFault {
  readonly code: string
  readonly message: string
  readonly hint: string
}
export type ThreadMessage<Answer> = { readonly answer: Answer } | { readonly notice: string }

export async function openThreadPool<Question, Answer, Ready>(
  options: ThreadPoolOptions,
): Promise<ThreadPool<Question, Answer, Ready>> {
  const { worker, ready } = await startThread<Ready>(options)
  return new Threads<Question, Answer, Ready>(options, worker, ready)
}

interface Job<Question, Answer> extends HowAsked {
  readonly question: Question
  readonly settle: (outcome: Outcome<Answer>) => void
  /** Called when it waits no longer: one signal may be that of many questions. */
  readonly leaveQueue: () => void
}

class Threads<Question, Answer, Ready> implements ThreadPool<Question, Answer, Ready> {
  readonly #options: ThreadPoolOptions
  readonly #all: Set<Worker>
  /** Of those that are renewed none is left here. */
  #current: Set<Worker>
  #idle: Worker[]
  #ready: Ready
  #waiting: Job<Question, Answer>[] = []
  #timedOut = 0
  #starting = 0
  #generation = 0
  #isClosed = false

  constructor(options: ThreadPoolOptions, worker: Worker, ready: Ready) {
    this.#options = options
    this.#ready = ready
    this.#idle = []
    this.#all = new Set()
    this.#current = new Set()
    this.#take(worker)
  }

  ready(): Ready {
    return this.#ready
  }

  ask(question: Question, how: HowAsked): Promise<Outcome<Answer>> {
    return new Promise((settle) => {
      if (how.signal.aborted || this.#isClosed) return settle({ none: 'aborted' })
      if (this.#waiting.length >= this.#options.maxWaiting) return settle({ none: 'busy' })
      const onAborted = (): void => this.#forget(job)
      const job: Job<Question, Answer> = {
        ...how,
        question,
        settle,
        leaveQueue: () => how.signal.removeEventListener('abort', onAborted),
      }
      this.#waiting.push(job)
      how.signal.addEventListener('abort', onAborted, { once: true })
      return this.#next()
    })
  }

  counts(): ThreadCounts {
    const running = this.#all.size - this.#idle.length
    return { running, waiting: this.#waiting.length, timedOut: this.#timedOut }
  }

  async renew(): Promise<void> {
    const generation = ++this.#generation
    const { worker, ready } = await startThread<Ready>(this.#options)
    // It was closed meanwhile, or renewed once more.
    if (this.#isClosed || generation !== this.#generation) return void (await worker.terminate())
    const former = this.#idle
    this.#ready = ready
    this.#idle = []
    this.#current = new Set()
    this.#take(worker)
    for (const old of former) this.#drop(old)
    this.#next()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const job of this.#waiting.splice(0)) {
      job.leaveQueue()
      job.settle({ none: 'aborted' })
    }
    await Promise.all([...this.#all].map((worker) => this.#end(worker)))
  }

  /** A thread that has nothing to do yet. One that dies so says why to nobody, and is asked nothing more. */
  #take(worker: Worker): void {
    this.#all.add(worker)
    this.#current.add(worker)
    this.#idle.push(worker)
    const leave = (): void => {
      this.#all.delete(worker)
      this.#current.delete(worker)
      this.#idle = this.#idle.filter((other) => other !== worker)
    }
    worker.on('error', leave).once('exit', leave)
  }

  #forget(job: Job<Question, Answer>): void {
    if (!this.#waiting.includes(job)) return
    this.#waiting = this.#waiting.filter((other) => other !== job)
    job.settle({ none: 'aborted' })
  }

  /** Gives the first question to a thread that has nothing to do. */
  #next(): void {
    if (this.#waiting.length === 0 || this.#isClosed) return
    const worker = this.#idle.pop()
    if (worker === undefined) return this.#grow()
    const job = this.#waiting.shift()
    job?.leaveQueue()
    if (job !== undefined) this.#work(worker, job)
  }

  /** Threads are started when they are needed: each holds what it was started with for itself. */
  #grow(): void {
    if (this.#current.size + this.#starting >= this.#options.threads) return
    this.#starting++
    const generation = this.#generation
    const started = startThread<Ready>(this.#options).then(({ worker }) => {
      this.#starting--
      if (this.#isClosed || generation !== this.#generation) void worker.terminate()
      else this.#take(worker)
      this.#next()
    })
    // What a thread is started with has become unreadable since: the other threads have it still, and take the next question.
    started.catch(() => {
      this.#starting--
      if (this.#current.size > 0) return
      for (const job of this.#waiting.splice(0)) {
        job.leaveQueue()
        job.settle({ none: 'busy' })
      }
    })
  }

  #work(worker: Worker, { question, signal, onAbort, onNotice, settle }: Job<Question, Answer>): void {
    const { timeoutSeconds } = this.#options
    const end = (outcome: Outcome<Answer>, keep: boolean): void => {
      clearTimeout(timer)
      clearTimeout(soon)
      signal.removeEventListener('abort', onAborted)
      worker.off('message', onMessage).off('exit', onFailure)
      if (keep && this.#current.has(worker)) this.#idle.push(worker)
      else this.#drop(worker)
      settle(outcome)
      this.#next()
    }
    const onTimeout = (): void => {
      this.#timedOut++
      end({ none: 'timed-out' }, false)
    }
    const timer = timeoutSeconds === undefined ? undefined : setTimeout(onTimeout, timeoutSeconds * 1000)
    let soon: NodeJS.Timeout | undefined
    const onAborted = (): void => {
      const giveUp = (): void => end({ none: 'aborted' }, false)
      if (onAbort === 'end') giveUp()
      else if (onAbort === 'end-soon') soon = setTimeout(giveUp, SOON_MILLISECONDS)
    }
    const onMessage = (message: ThreadMessage<Answer>): void => {
      if ('notice' in message) onNotice?.(message.notice)
      else end({ answer: message.answer }, true)
    }
    const onFailure = (): void => end({ none: this.#isClosed ? 'aborted' : 'too-hard' }, false)
    signal.addEventListener('abort', onAborted)
    // An error may be told before the answer that was posted first; the end of the thread comes after both.
    worker.on('message', onMessage).on('exit', onFailure)
    // A thread of ours and no window: it has no origin to name.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    worker.postMessage(question)
  }

  #drop(worker: Worker): void {
    this.#all.delete(worker)
    this.#current.delete(worker)
    void this.#end(worker)
  }

  async #end(worker: Worker): Promise<void> {
    if (this.#options.end !== undefined) {
      const isGone = new Promise((resolve) => worker.once('exit', resolve))
      // oxlint-disable-next-line unicorn/require-post-message-target-origin
      worker.postMessage(this.#options.end)
      await Promise.race([isGone, sleep(END_MILLISECONDS, undefined, { ref: false })])
    }
    await worker.terminate()
  }
}

/** Megabytes of its old generation: a question that needs more ends its thread, and not the program. */
const MAX_HEAP_MB = 1024

/** How long a thread may still work at what nobody waits for. */
const SOON_MILLISECONDS = 1000

/** How long a thread that ends by itself may take. */
const END_MILLISECONDS = 5000

interface Started<Ready> {
  readonly worker: Worker
  readonly ready: Ready
}

function startThread<Ready>({ file, data }: ThreadPoolOptions): Promise<Started<Ready>> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(file, { workerData: data, resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } })
    const onExit = (): void => reject(new Error('a thread ended before it was ready'))
    worker.once('error', reject).once('exit', onExit)
    worker.once('message', (message: ReadyMessage<Ready>) => {
      worker.off('error', reject).off('exit', onExit)
      if ('ready' in message) return resolve({ worker, ready: message.ready })
      void worker.terminate()
      const { code, message: text, hint } = message.fault
      return reject(new UserError(code as Code, text, hint))
    })
  })
}
