import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, test } from 'node:test'
import { isUserError } from '../errors.ts'
import { openThreadPool, type ThreadPool } from './thread-pool.ts'

/** A thread out of the text of its module. */
const fileOf = (text: string): URL => new URL(`data:text/javascript,${encodeURIComponent(text)}`)
const READY = `import { parentPort as port, threadId } from 'node:worker_threads'; port.postMessage({ ready: threadId });`
const nobody = { signal: new AbortController().signal }

type Pool = ThreadPool<string, number | string, number>
const open = (text: string, more: { readonly threads?: number } = {}): Promise<Pool> =>
  openThreadPool({ file: fileOf(text), data: undefined, threads: 1, maxWaiting: 4, ...more })

describe('threads that answer questions', { timeout: 60_000 }, () => {
  test('one that dies while it has nothing to do is replaced, and takes nothing with it', async () => {
    const pool = await open(
      `${READY} port.on('message', () => { port.postMessage({ answer: threadId }); setTimeout(() => { throw new Error('late') }, 0) })`,
    )
    const first = await pool.ask('a', nobody)
    assert.ok('answer' in first)
    // Its death is told in a turn of its own.
    while (pool.counts().running > 0 || pool.counts().waiting > 0) await sleep(1)
    await sleep(200)
    const second = await pool.ask('b', nobody)
    assert.ok('answer' in second)
    assert.notEqual(second.answer, first.answer)
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
