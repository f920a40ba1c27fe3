import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenInput } from '#app/files.ts'
import type { Io } from './command.ts'
import { readingProgress } from './reading-progress.ts'

async function* parts(count: number): AsyncGenerator<string, undefined> {
  for (let i = 0; i < count; i++) yield 'x'.repeat(1_000_000)
}
const input = (count: number, size?: number): OpenInput => ({
  name: 'job.log',
  ...(size === undefined ? {} : { size }),
  chunks: () => parts(count),
})

/** What is told of a reading in which each part takes so long, and how much of it was read. */
async function told(given: OpenInput, each: number, errIsTerminal = true): Promise<{ lines: string[]; read: number }> {
  const lines: string[] = []
  const io = { errIsTerminal, err: (text: string) => void lines.push(text), page: { columns: 100 } } as unknown as Io
  let time = 0
  const { inputs, end } = readingProgress([given], io, () => (time += each))
  let read = 0
  for (const { chunks } of inputs) for await (const part of chunks()) read += part.length
  end()
  return { lines, read }
}

test('a long log is told by how much of it was read', async () => {
  const { lines, read } = await told(input(5, 10_000_000), 400)
  assert.equal(read, 5_000_000)
  assert.equal(lines[0], `\r\u001b[Kreading ${'█'.repeat(6)}${'░'.repeat(14)} 3/10 MB, job.log`)
  assert.equal(lines.at(-1), '\r\u001b[K', 'and the line is gone when it ends')
})

test('of what comes through a pipe nobody knows the end', async () => {
  assert.equal((await told(input(5), 400)).lines[0], '\r\u001b[Kreading 3 MB, job.log')
})

test('nothing is told of what takes less than a second, nor where standard error is no terminal', async () => {
  assert.deepEqual((await told(input(5), 100)).lines, [])
  assert.deepEqual(await told(input(5), 400, false), { lines: [], read: 5_000_000 })
})
