import { pipeline, Readable, Transform } from 'node:stream'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { LimitFunction } from 'p-limit'

/**
 * What a call to AWS may cost, whatever answers it: a broken or hostile endpoint must not keep the program for ever. All
 * pages of a list count as one call. Beyond a limit the call fails, and what it would have read is unknown.
 */
export interface CallLimits {
  /** Time with all attempts, without the wait for a turn. */
  readonly milliseconds: number
  /** Milliseconds of one attempt, from the first byte sent to the last byte read. */
  readonly attempt: number
  /** Bytes of the answers. */
  readonly bytes: number
  readonly pages: number
  /** Calls of all clients together. */
  readonly calls: number
}

export const USUAL_LIMITS: CallLimits = {
  milliseconds: 600_000,
  attempt: 60_000,
  bytes: 256 * 1024 * 1024,
  pages: 10_000,
  calls: 10_000_000,
}

/** The longest that Node's timers take. */
const LONGEST_TIMER = 2 ** 31 - 1

/** An answer that is beyond a limit. Its name is in `coverage`, next to the call. */
export class BeyondLimit extends Error {
  /** The SDK would add where the raw answer is. */
  readonly $metadata = {}

  constructor(name: 'AnswerTooSlow' | 'AnswerTooLarge' | 'TooManyPages' | 'TooManyCalls', message: string) {
    super(message)
    this.name = name
  }
}

const tooSlow = (milliseconds: number): BeyondLimit =>
  new BeyondLimit('AnswerTooSlow', `no complete answer within ${milliseconds / 1000} seconds`)

interface Handler {
  readonly handle: NodeHttpHandler['handle']
  readonly destroy: () => void
}

/** Bytes that the answers to a call may still have, by the signal that the call is made with. */
const budgets = new WeakMap<object, Budget>()

interface Budget {
  bytes: number
  readonly limit: number
}

/** Sends requests for the SDK, and ends an answer that takes too long or is too large. */
export function limitedHandler({
  bytes,
  milliseconds,
  attempt: attemptLimit,
}: CallLimits): Handler & Omit<NodeHttpHandler, keyof Handler> {
  const longest = Math.min(attemptLimit, milliseconds)
  // The SDK by itself waits for an answer without end; the AWS CLI waits a minute.
  const inner = new NodeHttpHandler({
    connectionTimeout: Math.min(10_000, longest),
    requestTimeout: Math.min(60_000, longest),
    throwOnRequestTimeout: true,
  })
  const send = inner.handle.bind(inner)
  const handle: NodeHttpHandler['handle'] = async (request, options = {}) => {
    const given = options.abortSignal as AbortSignal | undefined
    const attempt = new AbortController()
    const timer = setTimeout(() => attempt.abort(tooSlow(longest)), longest)
    timer.unref()
    const signal = given === undefined ? attempt.signal : AbortSignal.any([given, attempt.signal])
    try {
      const answer = await send(request, { ...options, abortSignal: signal })
      const budget = budgets.get(given ?? signal) ?? { bytes, limit: bytes }
      const body = answer.response.body as unknown
      if (body instanceof Readable) answer.response.body = limitedBody(body, budget, signal, () => clearTimeout(timer))
      return answer
    } catch (error) {
      clearTimeout(timer)
      throw signal.aborted ? signal.reason : error
    }
  }
  return Object.assign(inner, { handle })
}

function limitedBody(body: Readable, budget: Budget, signal: AbortSignal, ended: () => void): Readable {
  const counted = new Transform({
    transform: (chunk: Buffer, _, done) => {
      budget.bytes -= chunk.length
      if (budget.bytes >= 0) return done(null, chunk)
      return done(new BeyondLimit('AnswerTooLarge', `the answer has more than ${budget.limit} bytes`))
    },
  })
  const onAbort = (): void => void counted.destroy(signal.reason as Error)
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  pipeline(body, counted, () => {
    signal.removeEventListener('abort', onAbort)
    ended()
  })
  return counted
}

/** What all clients of an access share. */
interface ClientSettings {
  readonly limits: CallLimits
  /** Calls wait here for their turn. */
  readonly turn: LimitFunction
  /** Called before each call. */
  readonly onCall?: (() => void) | undefined
}

interface SdkClient {
  send: (command: never, options?: never) => Promise<unknown>
}

/** Makes a client of AWS's SDK. Every client of this program comes from here, so that none is without limits. */
export type MakeClient = <C extends SdkClient, F extends object>(make: new (config: F) => C, config: object) => C

export function clientMaker({ limits, turn, onCall }: ClientSettings): MakeClient {
  let calls = 0
  const lists = new WeakMap<object, Spent>()
  const limited = async (input: object, call: (signal: AbortSignal) => Promise<unknown>): Promise<unknown> => {
    calls++
    if (calls > limits.calls) throw new BeyondLimit('TooManyCalls', `${limits.calls} calls were made before it`)
    onCall?.()
    // A paginator gives the same object with each page.
    const spent = lists.get(input) ?? { pages: 0, milliseconds: 0, bytes: limits.bytes, limit: limits.bytes }
    lists.set(input, spent)
    spent.pages++
    if (spent.pages > limits.pages)
      throw new BeyondLimit('TooManyPages', `the list does not end after ${limits.pages} pages`)
    return withinTime(limits.milliseconds, spent, call)
  }
  return (make, config) => {
    const client = new make({ requestHandler: limitedHandler(limits), ...config } as never)
    const send = client.send.bind(client) as (command: unknown, options?: object) => Promise<unknown>
    const inTurn = (command: { readonly input: object }, options?: object): Promise<unknown> =>
      turn(() => limited(command.input, (abortSignal) => send(command, { ...options, abortSignal })))
    return Object.assign(client, { send: inTurn as never })
  }
}

/** What the pages of a list took so far; `bytes` are those left. */
interface Spent extends Budget {
  pages: number
  milliseconds: number
}

async function withinTime(
  milliseconds: number,
  spent: Spent,
  call: (signal: AbortSignal) => Promise<unknown>,
): Promise<unknown> {
  const over = new AbortController()
  budgets.set(over.signal, spent)
  const begun = performance.now()
  const left = Math.min(LONGEST_TIMER, Math.max(0, milliseconds - spent.milliseconds))
  const timer = setTimeout(() => over.abort(tooSlow(milliseconds)), left)
  try {
    return await call(over.signal)
  } catch (error) {
    // The SDK's own words for it are `Request aborted`.
    throw over.signal.aborted ? over.signal.reason : error
  } finally {
    clearTimeout(timer)
    spent.milliseconds += performance.now() - begun
  }
}
