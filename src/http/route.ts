import { jsonText } from '#quote/json.ts'
import type { IncomingMessage } from 'node:http'
import type { ReadableStream } from 'node:stream/web'
import type { z } from 'zod'
import type { Detector } from '#app/spikes/detector.ts'
import type { WorkerPool } from './worker-pool.ts'
import type { HttpMetrics } from './metrics.ts'

/** Services that the routes answer from. */
export interface Services {
  readonly workers: WorkerPool
  /** The store's own thread. */
  readonly store: WorkerPool
  readonly detector: Detector
  readonly metrics: HttpMetrics
  readonly version: string
  readonly expectPrincipal: string | undefined
  /** For a fault of ours: its stack. */
  readonly logBug: (stack: string) => void
}

export interface Asking {
  readonly request: IncomingMessage
  readonly url: URL
  /** The parts of the path that stand in braces in the route's. */
  readonly parts: Readonly<Record<string, string>>
  /** The body as text, of at most `maxBodyBytes`. */
  readonly body: () => Promise<string>
  /** Ends when the caller has gone. */
  readonly signal: AbortSignal
}

export interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string | Uint8Array | ReadableStream<Uint8Array>
  readonly headers?: Readonly<Record<string, string>>
}

/** Groups that `openapi.json` and its rendered page list paths by. */
export const TAGS = {
  judge: 'A denial, a request or two sets of policies, judged',
  ask: 'What is asked of a snapshot without a denial',
  denials: 'Denials of the store',
  service: 'The service itself',
} as const

/** Path of the service with its method and answer; `openapi.json` is made of these. */
export interface Route {
  readonly method: 'GET' | 'POST'
  /** `/api/denials/{eventId}` */
  readonly path: string
  /** Name of the path's function in a client that is made of `openapi.json`. */
  readonly operationId: string
  readonly tag: keyof typeof TAGS
  readonly summary: string
  /** More than the summary says, as Markdown. */
  readonly description?: string
  /** Answered without a token. */
  readonly open?: true
  readonly maxBodyBytes?: number
  /** What the parts of the path are, by their names. */
  readonly parts?: Readonly<Record<string, z.ZodType>>
  readonly query?: Readonly<Record<string, z.ZodType>>
  readonly takes?: z.ZodType
  /** What a body is that is sent as text/plain. */
  readonly takesText?: z.ZodType
  /** Schema of the answer, or the media type of one that is no JSON. */
  readonly gives: z.ZodType | string
  /** Schema of each line of an answer to whoever takes `application/x-ndjson`. */
  readonly lines?: z.ZodType
  /** Answers with another status that are no faults. */
  readonly also?: Readonly<Record<number, z.ZodType | string>>
  readonly faults?: readonly number[]
  readonly handle: (asking: Asking, services: Services) => Answer | Promise<Answer>
}

export const json = (status: number, value: unknown): Answer => ({
  status,
  type: 'application/json; charset=utf-8',
  body: jsonText(value),
})

/** A fault with the status that tells it, in the form of every error. */
export class HttpFault extends Error {
  readonly status: number
  readonly code: string
  readonly hint: string
  readonly headers: Answer['headers']

  constructor(status: number, code: string, message: string, hint: string, headers: Answer['headers'] = {}) {
    super(message)
    this.status = status
    this.code = code
    this.hint = hint
    this.headers = headers
  }
}

export const faultAnswer = ({ status, code, message, hint, headers = {} }: HttpFault): Answer => ({
  ...json(status, { error: { code, message, hint } }),
  headers,
})
