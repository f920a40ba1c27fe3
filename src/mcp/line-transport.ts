import { jsonText } from '#quote/json.ts'
import type { Readable, Writable } from 'node:stream'
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/server'
import { readMessage, tooLong } from './wire-check.ts'

/** CloudTrail files are pasted whole. */
const MAX_MEGABYTES = 64
const MAX_BYTES = MAX_MEGABYTES * 1024 * 1024
const NEWLINE = 0x0a

/** Is open for as long as the client likes: its end is that of the connection. */
const SUBSCRIBE = 'subscriptions/listen'

/**
 * Messages as lines. The SDK's own transport says nothing to a line that is no message, and forgets the calls that still run
 * when the input ends; here both are answered (ADR 0046). https://modelcontextprotocol.io/specification/2026-07-28/basic/transports
 */
export class LineTransport implements Transport {
  onclose?: () => void
  onerror?: (error: Error) => void
  onmessage?: (message: JSONRPCMessage) => void
  /** Nothing more comes, and what came is answered; or nobody hears it any more. */
  readonly ended: Promise<void>
  readonly #input: Readable
  readonly #output: Writable
  readonly #unanswered = new Set<unknown>()
  #end: () => void = () => undefined
  #parts: Buffer[] = []
  #length = 0
  #hasEnded = false
  #isClosed = false

  readonly #inputEnded: () => void

  constructor(input: Readable, output: Writable, inputEnded: () => void) {
    this.#input = input
    this.#output = output
    this.#inputEnded = inputEnded
    this.ended = new Promise((resolve) => (this.#end = resolve))
  }

  async start(): Promise<void> {
    this.#input.on('data', this.#onData)
    for (const event of ['end', 'close', 'error'] as const) this.#input.on(event, this.#onEnd)
    // It stays: a write may fail after the end, and nobody is left to tell.
    this.#output.on('error', () => this.#end())
    if (this.#input.readableEnded || this.#input.destroyed) this.#onEnd()
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (this.#isClosed) throw new Error('the connection is closed')
    await this.#write(message)
    if (!('method' in message) && message.id !== undefined) this.#answered(message.id)
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#input.off('data', this.#onData)
    this.#input.pause()
    this.#end()
    this.onclose?.()
  }

  readonly #onData = (chunk: Buffer): void => {
    let from = 0
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      this.#hold(chunk.subarray(from, at))
      this.#take()
      from = at + 1
    }
    this.#hold(chunk.subarray(from))
  }

  /** What was written last may lack its end of line. */
  readonly #onEnd = (): void => {
    if (this.#hasEnded) return
    this.#take()
    this.#hasEnded = true
    this.#inputEnded()
    if (this.#unanswered.size === 0) this.#end()
  }

  /** Of a line that is too long nothing is kept but how long it is. */
  #hold(part: Buffer): void {
    this.#length += part.length
    if (this.#length > MAX_BYTES) this.#parts = []
    else if (part.length > 0) this.#parts.push(part)
  }

  #take(): void {
    const isTooLong = this.#length > MAX_BYTES
    const line = Buffer.concat(this.#parts).toString('utf8')
    this.#parts = []
    this.#length = 0
    if (isTooLong) void this.#write(tooLong(MAX_MEGABYTES))
    else if (line.trim() !== '') this.#read(line)
  }

  #read(line: string): void {
    const read = readMessage(line)
    if ('message' in read) this.#deliver(read.message)
    else if (read.refusal !== undefined) void this.#write(read.refusal)
  }

  #deliver(message: JSONRPCMessage): void {
    if ('method' in message) {
      if ('id' in message && message.method !== SUBSCRIBE) this.#unanswered.add(message.id)
      // What is cancelled is not answered.
      if (message.method === 'notifications/cancelled') this.#answered(message.params?.['requestId'])
    }
    this.onmessage?.(message)
  }

  #answered(id: unknown): void {
    this.#unanswered.delete(id)
    if (this.#hasEnded && this.#unanswered.size === 0) this.#end()
  }

  #write(message: object): Promise<void> {
    return new Promise((resolve) => this.#output.write(`${jsonText(message)}\n`, () => resolve()))
  }
}
