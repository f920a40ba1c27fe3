import { createHash, randomBytes } from 'node:crypto'
import type { NoAnswer, Outcome } from '#app/thread-pool.ts'
import { type Code, UserError } from '../errors.ts'
import { written } from './ask.ts'
import { partOf } from './fitted.ts'
import { charactersOf, KeptAnswers } from './kept-answers.ts'
import type { Caller, Finished, ToolOutcome, ToolQuestion, ToolResult, WorkTool } from './tool.ts'
import type { ToolArguments } from './tool-arguments.ts'

/** The threads that do the work. */
export interface ToolThreads {
  readonly ask: (
    question: ToolQuestion,
    how: {
      readonly signal: AbortSignal
      readonly onAbort: 'finish' | 'end'
      readonly onNotice: (notice: string) => void
    },
  ) => Promise<Outcome<ToolOutcome>>
  /** Starts them anew. */
  readonly renew: () => Promise<void>
}

/** Time, so that tests need not wait. */
export interface Clock {
  /** Milliseconds. */
  readonly now: () => number
  /** Calls after so many milliseconds; what it gives takes that back. */
  readonly after: (milliseconds: number, then: () => void) => () => void
}

export interface CallsOptions {
  readonly threads: ToolThreads
  /** A text that changes with the snapshots. */
  readonly stamp: () => string
  /** As it was before the threads were started. */
  readonly stampAtStart: string
  /** How long a call is waited for before it is answered with a token; 0: not at all. */
  readonly answerWithinSeconds: number
  readonly clock: Clock
}

/** Calls that are answered with a token at once, and the characters that their answers have in all. */
const MAX_WAITED = 16
const MAX_CHARACTERS = 64 * 1024 * 1024

/** A token is good for so long after its call began. */
const MAX_MINUTES = 30

const BEAT_MS = 1000

interface Work {
  readonly tool: WorkTool
  /** Question, by its tool, its arguments and the snapshots. */
  readonly key: string
  readonly part: unknown
  readonly begunAt: number
  readonly end: AbortController
  readonly finished: Promise<Finished>
  readonly onNotice: Set<() => void>
  doing: string
  /** Characters of the answer; undefined: it is not there yet. */
  characters: number | undefined
  /** It came to no answer: who asks the same again has it tried again. */
  hasFailed: boolean
}

/**
 * Calls of tools that take work: done in threads, told of while they run, answered with a token where they take long, and read off
 * the answers that were given last where only a part is asked for.
 */
export class Calls {
  readonly #options: CallsOptions
  readonly #kept = new KeptAnswers()
  /** By their tokens, the oldest first. */
  readonly #waited = new Map<string, Work>()
  readonly #running = new Set<Work>()
  readonly #lapses = new Map<string, () => void>()
  #stamp: string
  #checked: Promise<unknown> = Promise.resolve()
  #isLast = false

  constructor(options: CallsOptions) {
    this.#options = options
    this.#stamp = options.stampAtStart
  }

  /**
   * @throws UserError what is wrong with the call; `http/busy`, `http/too-hard`
   */
  async call(tool: WorkTool, { part, ...args }: ToolArguments, caller: Caller): Promise<ToolResult> {
    await this.refresh()
    const text = written(Object.fromEntries(Object.entries(args).toSorted(([a], [b]) => (a < b ? -1 : 1))))
    const key = createHash('sha256').update(`${tool.name}\n${this.#stamp}\n${text}`).digest('base64url')
    const kept = this.#kept.get(key)
    if (kept !== undefined) return shown(kept, part)
    const same = [...this.#waited].find(([, work]) => work.key === key && !work.hasFailed && tool.readsStore !== true)
    if (same !== undefined) return this.#wait(same[1], part, caller, same[0])
    return this.#wait(this.#begin(tool, text, key, part), part, caller, undefined)
  }

  /**
   * The answer that a token stands for, or how far it is. It is waited for as long as a call is.
   *
   * @throws UserError `mcp/unknown-token`
   */
  async waited({ token, part }: ToolArguments, caller: Caller): Promise<ToolResult> {
    const work = this.#waited.get(String(token))
    if (work === undefined) throw refusal('aborted')
    return this.#wait(work, part ?? work.part, caller, String(token))
  }

  /**
   * Starts the threads anew where a snapshot has changed on disk since: nothing is answered from what it was.
   *
   * @throws UserError where it cannot be read any more
   */
  refresh(): Promise<void> {
    const check = async (): Promise<void> => {
      const stamp = this.#options.stamp()
      if (stamp === this.#stamp) return
      await this.#options.threads.renew()
      this.#kept.clear()
      this.#stamp = stamp
    }
    const checked = this.#checked.then(check)
    this.#checked = checked.catch(() => undefined)
    return checked
  }

  /** From now on what runs is waited for, however long it takes: nobody can come back with a token. */
  inputEnded(): void {
    this.#isLast = true
  }

  /** Ends all work, and waits for what is within the store. */
  async close(): Promise<void> {
    for (const stop of this.#lapses.values()) stop()
    for (const work of this.#running) work.end.abort()
    const within = [...this.#running].filter(({ tool }) => tool.readsStore === true)
    await Promise.allSettled(within.map(({ finished }) => finished))
  }

  #begin(tool: WorkTool, text: string, key: string, part: unknown): Work {
    const end = new AbortController()
    const onNotice = new Set<() => void>()
    const how = {
      signal: end.signal,
      onAbort: tool.readsStore === true ? ('finish' as const) : ('end' as const),
      onNotice: (notice: string) => {
        work.doing = notice
        for (const tell of onNotice) tell()
      },
    }
    const finished = this.#options.threads
      .ask({ tool: tool.name, text }, how)
      .then((outcome) => this.#finish(work, outcome))
    const work: Work = {
      tool,
      key,
      part,
      begunAt: this.#options.clock.now(),
      end,
      finished,
      onNotice,
      doing: 'waits for a thread',
      characters: undefined,
      hasFailed: false,
    }
    this.#running.add(work)
    const over = (): void => void this.#running.delete(work)
    // Whoever waits is told of what is wrong; here it only is over.
    finished.then(over, () => {
      work.characters ??= 0
      work.hasFailed = true
      over()
    })
    return work
  }

  #finish(work: Work, outcome: Outcome<ToolOutcome>): Finished {
    if ('none' in outcome) throw refusal(outcome.none)
    const { answer } = outcome
    if ('bug' in answer) throw new Error(answer.bug)
    if ('fault' in answer) throw new UserError(answer.fault.code as Code, answer.fault.message, answer.fault.hint)
    work.characters = charactersOf(answer.finished)
    if (work.tool.readsStore !== true) this.#kept.put(work.key, answer.finished)
    this.#trim(work)
    return answer.finished
  }

  /** The answer; or a token, when it is not there in time. */
  async #wait(work: Work, part: unknown, caller: Caller, token: string | undefined): Promise<ToolResult> {
    const { clock, answerWithinSeconds } = this.#options
    const stopTelling = this.#tell(work, caller)
    const isDone = work.finished.then(
      () => 'done' as const,
      () => 'done' as const,
    )
    let stopClock: () => void = () => undefined
    let onAborted: () => void = () => undefined
    const isLate = new Promise<'late'>((resolve) => {
      const late = (): void => {
        if (!this.#isLast) resolve('late')
      }
      if (answerWithinSeconds === 0 && work.characters === undefined) late()
      else stopClock = clock.after(answerWithinSeconds * 1000, late)
    })
    const isCancelled = new Promise<'cancelled'>((resolve) => {
      onAborted = () => resolve('cancelled')
      if (caller.signal.aborted) onAborted()
      caller.signal.addEventListener('abort', onAborted, { once: true })
    })
    const came = await Promise.race([isDone, isCancelled, isLate])
    stopTelling()
    stopClock()
    caller.signal.removeEventListener('abort', onAborted)
    if (came === 'late') return this.#computing(work, token ?? this.#tokenFor(work))
    // Whoever asked for a token may come back: what is cancelled then is the waiting.
    if (came === 'cancelled' && token === undefined) work.end.abort()
    return came === 'cancelled' ? CANCELLED : shown(await work.finished, part)
  }

  /** Tells the caller at once, in every second and whenever the thread says what it does; gives what ends that. */
  #tell(work: Work, { notify }: Caller): () => void {
    if (notify === undefined) return () => undefined
    const { clock } = this.#options
    let last = -1
    const tell = (): void => {
      const seconds = Math.round(clock.now() - work.begunAt) / 1000
      last = seconds > last ? seconds : Math.round(last * 1000 + 1) / 1000
      notify({ progress: last, message: work.doing })
    }
    let stopBeat: () => void = () => undefined
    const beat = (): void => {
      tell()
      stopBeat = clock.after(BEAT_MS, beat)
    }
    work.onNotice.add(tell)
    beat()
    return () => {
      work.onNotice.delete(tell)
      stopBeat()
    }
  }

  #computing(work: Work, token: string): ToolResult {
    const seconds = Math.floor((this.#options.clock.now() - work.begunAt) / 1000)
    return {
      text: `not done after ${seconds} seconds: ${work.doing}\nask \`get_answer\` with the token \`${token}\``,
      result: { schemaVersion: 1, status: 'computing', token, tool: work.tool.name, seconds, doing: work.doing },
    }
  }

  #tokenFor(work: Work): string {
    if (this.#waited.size >= MAX_WAITED) {
      const done = [...this.#waited].find(([, { characters }]) => characters !== undefined)
      if (done === undefined) {
        work.end.abort()
        throw refusal('busy')
      }
      this.#lapse(done[0])
    }
    const token = randomBytes(18).toString('base64url')
    this.#waited.set(token, work)
    this.#lapses.set(
      token,
      this.#options.clock.after(MAX_MINUTES * 60_000, () => this.#lapse(token)),
    )
    return token
  }

  /** Forgets a token and its answer; what is still at work for it is ended. */
  #lapse(token: string): void {
    this.#waited.get(token)?.end.abort()
    this.#waited.delete(token)
    this.#lapses.get(token)?.()
    this.#lapses.delete(token)
  }

  /** Lets the oldest answers go but the one that just came, as far as those that wait have more characters than they may. */
  #trim(latest: Work): void {
    const done = [...this.#waited].filter(([, { characters }]) => characters !== undefined)
    let all = done.reduce((sum, [, { characters = 0 }]) => sum + characters, 0)
    for (const [token, work] of done) {
      if (all <= MAX_CHARACTERS) return
      if (work === latest) continue
      all -= work.characters ?? 0
      this.#lapse(token)
    }
  }
}

/** Nobody hears it: what is cancelled is not answered. */
const CANCELLED: ToolResult = { text: 'cancelled', result: { schemaVersion: 1, status: 'cancelled' } }

/** The answer as far as it fits, or the part that is asked for. */
function shown({ text, long, whole, fitted }: Finished, part: unknown): ToolResult {
  if (part === 'all') return { text: long ?? text, result: JSON.parse(whole) as object }
  if (typeof part === 'string') return { text, result: partOf(JSON.parse(whole) as object, part) }
  return { text, result: JSON.parse(fitted ?? whole) as object }
}

const REFUSALS: Readonly<Record<NoAnswer, readonly [Code, string, string]>> = {
  busy: ['http/busy', 'too many questions wait already', 'ask for the answers that wait, or try again in a moment'],
  'too-hard': ['http/too-hard', 'the question took more memory than it may', 'send less at once'],
  'timed-out': ['http/timed-out', 'no answer was found in time', 'send less at once'],
  aborted: [
    'mcp/unknown-token',
    'no call waits under that token',
    `ask the question again: a token is good for ${MAX_MINUTES} minutes, and the last ${MAX_WAITED} of them are kept`,
  ],
}

const refusal = (none: NoAnswer): UserError => new UserError(...REFUSALS[none])
