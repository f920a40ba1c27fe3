import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Worker } from 'node:worker_threads'
import { isUserError } from '../errors.ts'
import { openThreadPool, type ThreadPool } from './thread-pool.ts'

/** A thread out of the text of its module. */
const fileOf = (text: string): URL => new URL(`data:text/javascript,${encodeURIComponent(text)}`)
const READY = `import { parentPort as port, threadId, workerData } from 'node:worker_threads'; port.postMessage({ ready: threadId });`
const nobody = { signal: new AbortController().signal }

type Pool = ThreadPool<string, number | string, number>
const open = (text: string, more: { readonly data?: Int32Array } = {}): Promise<Pool> =>
  openThreadPool({ file: fileOf(text), data: undefined, threads: 1, maxWaiting: 4, ...more })

/** The thread that is started next. */
const firstThread = (): Promise<Worker> => new Promise((resolve) => process.once('worker', resolve))

describe('threads that answer questions', { timeout: 60_000 }, () => {
  test('one that dies while it has nothing to do is replaced, and takes nothing with it', async () => {
    const started = firstThread()
    const hasAnswered = new Int32Array(new SharedArrayBuffer(4))
    const pool = await open(
      `${READY} port.on('message', () => {
        port.postMessage({ answer: threadId })
        setInterval(() => { if (Atomics.load(workerData, 0) === 1) throw new Error('late') }, 1)
      })`,
      { data: hasAnswered },
    )
    const first = await pool.ask('a', nobody)
    assert.ok('answer' in first)
    const worker = await started
    const death = new Promise((resolve) => worker.once('exit', resolve))
    Atomics.store(hasAnswered, 0, 1)
    await death
    const second = await pool.ask('b', nobody)
    assert.ok('answer' in second)
    assert.notEqual(second.answer, first.answer)
    await pool.close()
  })

  test('one that dies right after its answer has answered, whichever is told first', async () => {
    const pool = await open(
      `${READY} port.on('message', () => { port.postMessage({ answer: threadId }); throw new Error('at once') })`,
    )
    assert.ok('answer' in (await pool.ask('a', nobody)))
    await pool.close()
  })

  test('one that ends before it is ready is a fault, and nobody waits for it', async () => {
    await assert.rejects(open(`process.exit(3)`), /ended before it was ready/)
    await assert.rejects(open(`throw new Error('unreadable')`), /unreadable/)
    const fault = `{ code: 'snapshot/not-found', message: 'm', hint: 'h' }`
    await assert.rejects(
      open(`import { parentPort } from 'node:worker_threads'; parentPort.postMessage({ fault: ${fault} })`),
      isUserError,
    )
  })

  test('questions that still wait or are worked at when it is closed are aborted, and none is taken after', async () => {
    const pool = await open(`${READY} port.on('message', () => undefined)`)
    const answers = ['a', 'b'].map((question) => pool.ask(question, nobody))
    await pool.close()
    assert.deepEqual(await Promise.all(answers), [{ none: 'aborted' }, { none: 'aborted' }])
    assert.deepEqual(await pool.ask('c', nobody), { none: 'aborted' })
  })

  test('a thread that is started while it is closed is ended', async () => {
    const pool = await open(READY)
    const renewing = pool.renew()
    await pool.close()
    await renewing
    assert.equal(pool.counts().running, 0)
    assert.deepEqual(await pool.ask('a', nobody), { none: 'aborted' })
  })
})
