import assert from 'node:assert/strict'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { LINES, layersLine, progressLine, wantsLines } from './answer-lines.ts'
import type { Answer } from './route.ts'
import { answerInLines } from './streamed-answer.ts'
import type { Answered } from './worker-thread.ts'

const PROGRESS = { stage: 'reading', done: 1, of: 2, denials: 0, kinds: 0 } as const

/** What a caller gets of a thread that tells some lines and then answers. */
const answerOf = (lines: readonly string[], answered: Answered | Error): Promise<Answer> =>
  answerInLines(
    async (onLine) => {
      for (const line of lines) {
        onLine(line)
        await new Promise(setImmediate)
      }
      if (answered instanceof Error) throw answered
      return answered
    },
    () => undefined,
  )

const linesOf = async ({ body }: Answer): Promise<readonly unknown[]> => {
  assert.ok(body instanceof ReadableStream)
  const whole = await text(body)
  assert.ok(whole.endsWith('\n'))
  return whole
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
}

describe('an answer in lines', () => {
  test('tells what there is to tell, and last the answer', async () => {
    const answer = await answerOf([progressLine(PROGRESS), layersLine({ a: 1 })], { status: 200, body: '{"b":2}' })
    assert.deepEqual([answer.status, answer.type], [200, `${LINES}; charset=utf-8`])
    assert.deepEqual(await linesOf(answer), [
      { schemaVersion: 1, progress: PROGRESS },
      { schemaVersion: 1, layers: { a: 1 } },
      { schemaVersion: 1, answer: { b: 2 } },
    ])
  })

  test('is one line where there was nothing to tell', async () => {
    assert.deepEqual(await linesOf(await answerOf([], { status: 200, body: '{}' })), [{ schemaVersion: 1, answer: {} }])
  })

  test('ends with the fault and its status, where it went wrong on the way', async () => {
    const body = '{"error":{"code":"http/timed-out","message":"m","hint":"h"}}'
    const [, last] = await linesOf(await answerOf([progressLine(PROGRESS)], { status: 503, body }))
    assert.deepEqual(last, { schemaVersion: 1, status: 503, fault: JSON.parse(body) })
  })

  test('is refused as without lines, where it is refused at once', async () => {
    const body = '{"error":{"code":"batch/not-json","message":"m","hint":"h"}}'
    const answer = await answerOf([], { status: 400, body })
    assert.deepEqual([answer.status, answer.body], [400, body])
    assert.match(answer.type, /^application\/json/)
    await assert.rejects(answerOf([], new Error('gone')), /gone/)
  })

  test('is cut off, and not closed, where nothing can be told any more', async () => {
    const answer = await answerOf([progressLine(PROGRESS)], new Error('gone'))
    await assert.rejects(text(answer.body as ReadableStream), /gone/)
  })

  test('to somebody who takes nothing only layers and the answer are kept', async () => {
    let isTold = false
    const ask = async (onLine: (line: string) => void): Promise<Answered> => {
      for (let i = 0; i < 5000; i++) onLine(progressLine(PROGRESS))
      onLine(layersLine({}))
      isTold = true
      return { status: 200, body: '{}' }
    }
    const answer = await answerInLines(ask, () => undefined)
    assert.ok(isTold)
    const lines = (await linesOf(answer)) as readonly object[]
    assert.ok(lines.length < 2000, `${lines.length}`)
    assert.deepEqual(lines.slice(-2), [
      { schemaVersion: 1, layers: {} },
      { schemaVersion: 1, answer: {} },
    ])
  })
})

test('lines are for whoever names them', () => {
  for (const accept of [LINES, `text/html, ${LINES};q=0.9`, 'Application/X-NDJSON'])
    assert.ok(wantsLines(accept), accept)
  for (const accept of [undefined, '', '*/*', 'application/*', 'application/json', 'application/x-ndjsonl'])
    assert.ok(!wantsLines(accept), String(accept))
})
