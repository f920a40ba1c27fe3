import type { IncomingMessage } from 'node:http'
import { HttpFault } from './route.ts'

/** The body as UTF-8 text. One that is too long is refused as soon as that is known, by its header or by its bytes. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const said = Number(request.headers['content-length'] ?? 0)
  if (said > maxBytes) throw tooLarge(maxBytes)
  const parts: Buffer[] = []
  let length = 0
  // What is left of a refused body must still be taken in, or the caller would not hear the answer.
  try {
    for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += part.length
      if (length > maxBytes) throw tooLarge(maxBytes)
      parts.push(part)
    }
  } catch (error) {
    throw request.errored === null ? error : new CallerGone()
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts))
  } catch {
    throw new HttpFault(400, 'batch/not-json', 'the body is not UTF-8', 'send JSON as UTF-8')
  }
}

/** The caller went away before all was sent: nobody's bug, and nobody is left to hear of it. */
export class CallerGone extends Error {
  override readonly name = 'CallerGone'
}

const tooLarge = (maxBytes: number): HttpFault =>
  new HttpFault(
    413,
    'http/too-large',
    `the body is larger than ${Math.floor(maxBytes / 1024)} KB`,
    'send fewer events at once, or use `denytrace diagnose FILE`, which reads files of any length',
  )
