import type { AlertMessage, AlertSink, Sent } from './alert-sink.ts'
import { signed } from './standard-webhook.ts'

export interface HttpSinkOptions {
  readonly name: string
  readonly url: string
  readonly body: (message: AlertMessage) => unknown
  /** Signs with the headers of Standard Webhooks; left out: id and time are sent unsigned. */
  readonly secret?: string
  /** After which a receiver that does not answer counts as failed. */
  readonly timeoutMs?: number
  readonly now?: () => number
}

const TIMEOUT_MS = 10_000

/** As much of an answer as a message needs. */
const MAX_ANSWER = 200

/** POSTs JSON. Redirects are not followed: a signed body goes where the user said, and nowhere else. */
export function httpSink({
  name,
  url,
  body,
  secret,
  timeoutMs = TIMEOUT_MS,
  now = Date.now,
}: HttpSinkOptions): AlertSink {
  return {
    name,
    send: async (message) => {
      const text = JSON.stringify(body(message))
      const seconds = Math.floor(now() / 1000)
      const headers =
        secret === undefined
          ? { 'webhook-id': message.dedupeKey, 'webhook-timestamp': String(seconds) }
          : signed(message.dedupeKey, text, secret, seconds)
      try {
        const answer = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'user-agent': 'denytrace', ...headers },
          body: text,
          redirect: 'manual',
          signal: AbortSignal.timeout(timeoutMs),
        })
        return await outcomeOf(answer, now())
      } catch (error) {
        return { outcome: 'retry', why: whyOf(error, timeoutMs) }
      }
    },
  }
}

/** What may pass: too much at once, a receiver that is down or slow. The rest is wrong and stays wrong. */
const PASSING = [408, 409, 425, 429]

async function outcomeOf(answer: Response, now: number): Promise<Sent> {
  const { status } = answer
  const text = await shortText(answer)
  if (status >= 200 && status < 300) return { outcome: 'sent' }
  const why = `the receiver answered ${status}${text === '' ? '' : `: ${text}`}`
  if (status < 500 && !PASSING.includes(status)) return { outcome: 'refused', why }
  const afterSeconds = retryAfter(answer.headers.get('retry-after'), now)
  return { outcome: 'retry', why, ...(afterSeconds === undefined ? {} : { afterSeconds }) }
}

/** The beginning of the answer on one line. What comes after is not read. */
async function shortText(answer: Response): Promise<string> {
  let text = ''
  const decoder = new TextDecoder()
  try {
    for await (const part of answer.body ?? []) {
      text += decoder.decode(part as Uint8Array, { stream: true })
      if (text.length >= MAX_ANSWER) break
    }
  } catch {
    // The status is what counts.
  }
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, MAX_ANSWER)
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined
  const seconds = /^\d{1,9}$/.test(header.trim()) ? Number(header) : (Date.parse(header) - now) / 1000
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined
}

function whyOf(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`
  const cause = error instanceof Error ? error.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined
  return `no connection${code === undefined ? '' : ` (${code})`}`
}
