import type { AnswerLine } from '#http/wire.ts'

/**
 * The lines of an answer, read as they come: each but the last is told, the last is given. Undefined: it broke off before. Loaded when
 * something is asked, and imports nothing that the page has loaded already.
 */
export async function lastLineOf(
  stream: ReadableStream<Uint8Array>,
  tell: (line: AnswerLine) => void,
): Promise<AnswerLine | undefined> {
  for await (const text of linesOf(stream)) {
    const line = JSON.parse(text) as AnswerLine
    if (line.answer !== undefined || line.fault !== undefined) return line
    tell(line)
  }
  return undefined
}

/** Whole lines alone: what is cut off at the end is none. */
async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let parts: string[] = []
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return
    let text = decoder.decode(value, { stream: true })
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      yield [...parts, text.slice(0, end)].join('')
      parts = []
      text = text.slice(end + 1)
    }
    if (text !== '') parts.push(text)
  }
}
