import { ReadableStream } from 'node:stream/web'
import { answerLine, faultLine, isProgressLine, LINES } from './answer-lines.ts'
import type { Answer } from './route.ts'
import type { Answered } from './worker-thread.ts'

/** Where nothing is told for so many milliseconds, what was told last is told again: proxies end a connection that says nothing. */
const BEAT = 10_000

/** Characters that may wait for a caller who reads slowly; of more nothing is told but layers and answer. */
const MAX_WAITING = 65_536

/**
 * An answer in lines: `progress` while it is made, then `layers`, then the `answer`, or the `fault` with its `status`. What is refused
 * before there was anything to tell is answered as it is without lines.
 */
export async function answerInLines(
  ask: (onLine: (line: string) => void) => Promise<Answered>,
  onFault: (answered: Answered) => void,
): Promise<Answer> {
  let begin: () => void = () => undefined
  const isFirst = new Promise<'line'>((resolve) => {
    begin = () => resolve('line')
  })
  const lines = new Lines(begin)
  const finished = ask((line) => lines.tell(line)).then((answered) => {
    onFault(answered)
    return answered
  })
  const first = await Promise.race([isFirst, finished])
  if (first !== 'line' && first.status !== OK) return jsonAnswer(first)
  void finished.then(
    (answered) => lines.end(lastLine(answered)),
    (error: unknown) => lines.fail(error),
  )
  return { status: OK, type: `${LINES}; charset=utf-8`, headers: { 'x-accel-buffering': 'no' }, body: lines.stream }
}

const OK = 200

/** The answer as a thread gave it. */
export const jsonAnswer = ({ status, body }: Answered): Answer => ({
  status,
  type: 'application/json; charset=utf-8',
  body,
})

const lastLine = ({ status, body }: Answered): string => (status === OK ? answerLine(body) : faultLine(status, body))

/** Lines on their way to a caller. */
class Lines {
  readonly stream: ReadableStream<Uint8Array>
  readonly #begin: () => void
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #isOpen = true
  #last = ''
  #beat: NodeJS.Timeout | undefined

  constructor(begin: () => void) {
    this.#begin = begin
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller
        },
        cancel: () => this.#close(),
      },
      { highWaterMark: MAX_WAITING, size: (bytes) => bytes.byteLength },
    )
  }

  tell(line: string): void {
    if (!this.#isOpen || line === '') return
    const isProgress = isProgressLine(line)
    if (isProgress) this.#last = line
    this.#beat = this.#beat?.refresh() ?? setInterval(() => this.tell(this.#last), BEAT).unref()
    if (!isProgress || (this.#controller?.desiredSize ?? 0) > 0) this.#put(line)
    this.#begin()
  }

  end(line: string): void {
    if (!this.#isOpen) return
    this.#put(line)
    this.#controller?.close()
    this.#close()
  }

  /** The stream is cut, so that nobody takes it for whole. */
  fail(error: unknown): void {
    if (this.#isOpen) this.#controller?.error(error)
    this.#close()
  }

  #put(line: string): void {
    this.#controller?.enqueue(new TextEncoder().encode(`${line}\n`))
  }

  #close(): void {
    this.#isOpen = false
    clearInterval(this.#beat)
  }
}
