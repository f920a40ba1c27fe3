import { setTimeout as sleep } from 'node:timers/promises'
import { type Backoff, pauseOf } from '../backoff.ts'
import { QueryError } from '../query-error.ts'
import { isLost, isTooLong } from './trino-errors.ts'
import type { TrinoPlace } from './trino-url.ts'

/** Result of a query; cells as JSON has them, times as Trino prints them. */
export interface TrinoResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly (readonly unknown[])[]
}

export interface TrinoClient {
  /** Runs one statement to its end. Rejects with `QueryError`; when the signal says so, ends the query there as well. */
  readonly query: (text: string, signal?: AbortSignal) => Promise<TrinoResult>
}

export interface ClientSettings {
  /** Between tries of one HTTP request. */
  readonly requests: Backoff & { readonly tries: number }
  /** Between tries of a query that the cluster lost. */
  readonly queries: Backoff & { readonly tries: number }
  /** A single answer; the server itself waits about a second for news. */
  readonly answerMs: number
}

export const CLIENT_SETTINGS: ClientSettings = {
  requests: { firstMs: 100, longestMs: 5000, tries: 8, chance: Math.random },
  queries: { firstMs: 1000, longestMs: 30_000, tries: 6, chance: Math.random },
  answerMs: 60_000,
}

/**
 * Trino's client protocol: a statement is posted, and each answer names the address of the next until there is none
 * (https://trino.io/docs/current/develop/client-protocol.html). Only for statements that may run twice.
 */
export function trinoClient(place: TrinoPlace, settings: ClientSettings = CLIENT_SETTINGS): TrinoClient {
  return {
    query: async (text, signal) => {
      const { queries } = settings
      for (let tries = 1; ; tries++) {
        try {
          return await runOnce({ place, settings, signal }, text)
        } catch (error) {
          const isOver = !(error instanceof QueryError) || error.kind !== 'lost' || tries >= queries.tries
          if (isOver || signal?.aborted === true) throw error
          await sleep(pauseOf(queries, tries), undefined, { signal })
        }
      }
    },
  }
}

interface Call {
  readonly place: TrinoPlace
  readonly settings: ClientSettings
  readonly signal: AbortSignal | undefined
}

/** The fields of an answer that we read. */
interface Answer {
  readonly nextUri?: string
  readonly columns?: TrinoResult['columns']
  readonly data?: readonly (readonly unknown[])[]
  readonly error?: { readonly message?: string; readonly errorName?: string }
}

async function runOnce(call: Call, text: string): Promise<TrinoResult> {
  const { place } = call
  const deadline = Date.now() + place.timeoutSeconds * 1000
  let answer = await ask(call, '/v1/statement', { method: 'POST', body: text, headers: headersOf(place) })
  let columns: TrinoResult['columns'] = []
  const rows: (readonly unknown[])[] = []
  try {
    for (;;) {
      if (answer.error !== undefined) throw failed(answer.error)
      columns = answer.columns ?? columns
      for (const row of answer.data ?? []) rows.push(row)
      if (answer.nextUri === undefined) return { columns: columns.map(({ name, type }) => ({ name, type })), rows }
      if (Date.now() > deadline)
        throw new QueryError('too-long', 'TIMEOUT', `no end after ${place.timeoutSeconds} seconds`)
      answer = await ask(call, pathOf(answer.nextUri), { method: 'GET', headers: credentialsOf(place) })
    }
  } catch (error) {
    if (answer.nextUri !== undefined) await cancel(place, answer.nextUri)
    throw error
  }
}

const credentialsOf = ({ user, authorization }: TrinoPlace): Record<string, string> => ({
  'X-Trino-User': user,
  ...(authorization === undefined ? {} : { Authorization: authorization }),
})

const headersOf = (place: TrinoPlace): Record<string, string> => ({
  ...credentialsOf(place),
  'Content-Type': 'text/plain; charset=utf-8',
  'X-Trino-Source': 'denytrace',
  'X-Trino-Catalog': place.catalog,
  'X-Trino-Schema': place.schema,
  'X-Trino-Time-Zone': 'UTC',
  'X-Trino-Session': `query_max_run_time=${place.timeoutSeconds}s`,
})

/** Only path and query are taken from an answer, so that credentials go nowhere but to the host that was named. */
function pathOf(uri: string): string {
  if (!URL.canParse(uri)) throw new QueryError('refused', 'PROTOCOL', 'the answer names no address to go on at')
  const { pathname, search } = new URL(uri)
  return pathname + search
}

const failed = ({ message, errorName = '' }: NonNullable<Answer['error']>): QueryError =>
  new QueryError(
    isLost(errorName) ? 'lost' : isTooLong(errorName) ? 'too-long' : 'refused',
    errorName,
    (message ?? errorName).slice(0, 1000),
  )

/** A request to Trino, again and again while the server is busy or cannot be reached. */
async function ask(call: Call, path: string, init: RequestInit): Promise<Answer> {
  const { requests } = call.settings
  for (let tries = 1; ; tries++) {
    const outcome = await askOnce(call, path, init)
    if ('answer' in outcome) return outcome.answer
    if (tries >= requests.tries) throw new QueryError('unreachable', outcome.code, outcome.why)
    await sleep(outcome.pauseMs ?? pauseOf(requests, tries), undefined, { signal: call.signal })
  }
}

type Outcome = { readonly answer: Answer } | { readonly code: string; readonly why: string; readonly pauseMs?: number }

async function askOnce({ place, settings, signal }: Call, path: string, init: RequestInit): Promise<Outcome> {
  const limits = [AbortSignal.timeout(settings.answerMs), ...(signal === undefined ? [] : [signal])]
  let response: Response
  let text: string
  try {
    // A redirection could carry the credentials elsewhere.
    response = await fetch(place.origin + path, { ...init, redirect: 'manual', signal: AbortSignal.any(limits) })
    text = await response.text()
  } catch (error) {
    if (signal?.aborted === true) throw error
    return { code: 'UNREACHABLE', why: `\`${place.name}\` cannot be reached: ${causeOf(error)}` }
  }
  if (response.status === 200) return { answer: answerOf(text) }
  if (!BUSY.includes(response.status)) throw refusal(init.method, response.status, text)
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  const pause = seconds > 0 && seconds <= 60 ? { pauseMs: seconds * 1000 } : {}
  return { code: `HTTP_${response.status}`, why: `\`${place.name}\` answered ${response.status}`, ...pause }
}

/** Answers after which the protocol says to ask again. */
const BUSY = [429, 502, 503, 504]

function answerOf(text: string): Answer {
  try {
    const answer: unknown = JSON.parse(text)
    if (typeof answer === 'object' && answer !== null) return answer as Answer
  } catch {
    // Said below.
  }
  throw new QueryError('refused', 'PROTOCOL', 'the answer is no JSON object; is a Trino coordinator there?')
}

function refusal(method: string | undefined, status: number, text: string): QueryError {
  // A query that a restarted coordinator no longer knows; it may be asked anew.
  if (method === 'GET' && (status === 404 || status === 410))
    return new QueryError('lost', `HTTP_${status}`, 'the query is not known there')
  const why = status === 401 || status === 403 ? 'access is refused' : text.slice(0, 200)
  return new QueryError('refused', `HTTP_${status}`, `HTTP ${status}: ${why}`)
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return cause instanceof Error
    ? cause.message || String((cause as { code?: unknown }).code ?? cause.name)
    : 'no answer'
}

/** Best effort: a query that nobody asks about ends by itself after some minutes. */
async function cancel(place: TrinoPlace, nextUri: string): Promise<void> {
  try {
    const path = pathOf(nextUri)
    const signal = AbortSignal.timeout(5000)
    await fetch(place.origin + path, { method: 'DELETE', headers: credentialsOf(place), redirect: 'manual', signal })
  } catch {
    // The failure that led here is the one to tell.
  }
}
