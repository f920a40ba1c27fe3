import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, test } from 'node:test'
import type { Outcome } from '#app/thread-pool.ts'
import { isUserError } from '../errors.ts'
import { Calls, type ToolThreads } from './calls.ts'
import type { Caller, Progress, ToolOutcome, ToolQuestion, ToolResult, WorkTool } from './tool.ts'
import type { ToolArguments } from './tool-arguments.ts'

const TOOL: WorkTool = {
  name: 'diagnose_denial',
  title: '',
  description: '',
  fields: {},
  work: () => Promise.reject(new Error('it is done in a thread')),
}
const LOOKUP: WorkTool = { ...TOOL, name: 'lookup_denials', readsStore: true }

interface QueuedWork {
  readonly question: ToolQuestion
  readonly how: Parameters<ToolThreads['ask']>[1]
  readonly answer: (whole: object, long?: string) => Promise<void>
  readonly settle: (outcome: Outcome<ToolOutcome>) => Promise<void>
}

/** Time that goes on when it is told to. */
class StandingClock {
  #now = 0
  #timers: { readonly at: number; readonly call: () => void }[] = []

  readonly now = (): number => this.#now

  readonly after = (milliseconds: number, call: () => void): (() => void) => {
    const timer = { at: this.#now + milliseconds, call }
    this.#timers.push(timer)
    return () => (this.#timers = this.#timers.filter((one) => one !== timer))
  }

  async pass(seconds: number): Promise<void> {
    const until = this.#now + seconds * 1000
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)
      if (next === undefined) break
      this.#timers = this.#timers.filter((one) => one !== next)
      this.#now = next.at
      next.call()
      await turn()
    }
    this.#now = until
  }

  get waiting(): number {
    return this.#timers.length
  }
}

function bench(answerWithinSeconds = 50) {
  const clock = new StandingClock()
  const asked: QueuedWork[] = []
  const state = { stamp: 'a', renewed: 0, renewFails: false }
  const threads: ToolThreads = {
    ask: (question, how) =>
      new Promise((resolve) => {
        const settle = async (outcome: Outcome<ToolOutcome>): Promise<void> => {
          resolve(outcome)
          await turn()
        }
        how.signal.addEventListener('abort', () => {
          if (how.onAbort === 'end') resolve({ none: 'aborted' })
        })
        const answer = (whole: object, long?: string) => {
          const finished = { text: 'short', whole: JSON.stringify(whole), fitted: '{"schemaVersion":1,"left":[]}' }
          return settle({ answer: { finished: { ...finished, ...(long === undefined ? {} : { long }) } } })
        }
        asked.push({ question, how, answer, settle })
      }),
    renew: async () => {
      if (state.renewFails) throw new Error('unreadable')
      state.renewed++
    },
  }
  const calls = new Calls({ threads, clock, answerWithinSeconds, stampAtStart: 'a', stamp: () => state.stamp })
  return { calls, clock, asked, state }
}

const nobody = (): Caller => ({ signal: new AbortController().signal, notify: undefined })

/** Lets what was begun come as far as it can. */
const settled = async (): Promise<void> => {
  await turn()
  await turn()
}

const at = <T>(list: readonly T[], index: number): T => {
  const value = list[index]
  assert.ok(value !== undefined, `there are ${list.length}`)
  return value
}

const tokenOf = ({ result }: ToolResult): string => {
  const { status, token } = result as { readonly status?: string; readonly token?: string }
  assert.equal(status, 'computing')
  assert.match(token ?? '', /^[\w-]{24}$/)
  return token ?? ''
}

const codeOf = (call: Promise<ToolResult>): Promise<string> =>
  call.then(
    () => 'none',
    (error: unknown) => (isUserError(error) ? error.code : String(error)),
  )

/** A call that was answered with a token. */
async function late(b: ReturnType<typeof bench>, args: ToolArguments = {}, tool = TOOL): Promise<string> {
  const call = b.calls.call(tool, args, nobody())
  await settled()
  await b.clock.pass(50)
  return tokenOf(await call)
}

describe('a call that is done in time', () => {
  test('gives its answer, and leaves no clock running', async () => {
    const { calls, clock, asked } = bench()
    const call = calls.call(TOOL, { text: 'x' }, nobody())
    await settled()
    await clock.pass(49)
    await at(asked, 0).answer({ schemaVersion: 1, a: 1 })
    assert.deepEqual(await call, { text: 'short', result: { schemaVersion: 1, left: [] } })
    assert.equal(clock.waiting, 0)
  })

  test('is told of from its beginning: in every second, and when its work says something, never less than before', async () => {
    const { calls, clock, asked } = bench()
    const told: Progress[] = []
    const call = calls.call(TOOL, {}, { ...nobody(), notify: (progress) => void told.push(progress) })
    await settled()
    at(asked, 0).how.onNotice('proves the fixes')
    at(asked, 0).how.onNotice('writes')
    await clock.pass(2)
    await at(asked, 0).answer({})
    await call
    await clock.pass(5)
    assert.deepEqual(
      told.map(({ progress, message }) => [progress, message]),
      [
        [0, 'waits for a thread'],
        [0.001, 'proves the fixes'],
        [0.002, 'writes'],
        [1, 'writes'],
        [2, 'writes'],
      ],
    )
  })

  test('tells what was wrong with it as its thread does', async () => {
    const { calls, asked } = bench()
    const call = codeOf(calls.call(TOOL, {}, nobody()))
    await settled()
    await at(asked, 0).settle({ answer: { fault: { code: 'batch/not-json', message: 'm', hint: 'h' } } })
    assert.equal(await call, 'batch/not-json')
    for (const [none, code] of [
      ['busy', 'http/busy'],
      ['too-hard', 'http/too-hard'],
    ] as const) {
      const refused = codeOf(calls.call(TOOL, { none }, nobody()))
      await settled()
      await at(asked, asked.length - 1).settle({ none })
      assert.equal(await refused, code)
    }
    const bug = codeOf(calls.call(TOOL, { bug: true }, nobody()))
    await settled()
    await at(asked, asked.length - 1).settle({ answer: { bug: 'Error: ours' } })
    assert.equal(await bug, 'Error: Error: ours')
  })

  test('and is cancelled ends its work, but for what is within the store', async () => {
    const { calls, asked } = bench()
    for (const tool of [TOOL, LOOKUP]) {
      const end = new AbortController()
      const call = calls.call(tool, {}, { signal: end.signal, notify: undefined })
      await settled()
      end.abort()
      await call
    }
    assert.deepEqual(
      asked.map(({ how }) => [how.signal.aborted, how.onAbort]),
      [
        [true, 'end'],
        [true, 'finish'],
      ],
    )
  })
})

test('when all is closed work is ended, but for what is within the store, which is waited for', async () => {
  const { calls, clock, asked } = bench()
  const [ended, looking] = [codeOf(calls.call(TOOL, {}, nobody())), calls.call(LOOKUP, {}, nobody())]
  await settled()
  let isClosed = false
  const closing = calls.close().then(() => (isClosed = true))
  await settled()
  assert.deepEqual([isClosed, asked.map(({ how }) => how.signal.aborted)], [false, [true, true]])
  await at(asked, 1).answer({ schemaVersion: 1 })
  await closing
  assert.equal((await looking).text, 'short')
  assert.equal(await ended, 'mcp/unknown-token')
  assert.equal(clock.waiting, 0)
})

describe('a call that is not done in time', () => {
  test('is answered with a token, which gives the answer once it is there, as often as it is asked for', async () => {
    const b = bench()
    const token = await late(b, { part: 'all', text: 'x' })
    const early = b.calls.waited({ token }, nobody())
    await b.clock.pass(50)
    assert.deepEqual((await early).result, {
      schemaVersion: 1,
      status: 'computing',
      token,
      tool: 'diagnose_denial',
      seconds: 100,
      doing: 'waits for a thread',
    })
    const third = b.calls.waited({ token }, nobody())
    await at(b.asked, 0).answer({ schemaVersion: 1, a: { b: 2 } }, 'long')
    assert.deepEqual(await third, { text: 'long', result: { schemaVersion: 1, a: { b: 2 } } })
    assert.deepEqual((await b.calls.waited({ token, part: 'a' }, nobody())).result, {
      schemaVersion: 1,
      part: 'a',
      value: { b: 2 },
    })
    assert.equal(b.asked.length, 1)
  })

  test('is answered at once where nobody shall wait', async () => {
    const b = bench(0)
    const token = tokenOf(await b.calls.call(TOOL, {}, nobody()))
    assert.equal(tokenOf(await b.calls.waited({ token }, nobody())), token)
    await at(b.asked, 0).answer({ schemaVersion: 1 })
    assert.equal((await b.calls.waited({ token }, nobody())).text, 'short')
  })

  test('has the fault of its work told under its token', async () => {
    const b = bench()
    const token = await late(b)
    await at(b.asked, 0).settle({ none: 'too-hard' })
    assert.equal(await codeOf(b.calls.waited({ token }, nobody())), 'http/too-hard')
  })

  test('and is asked again is the same call, unless it looks into the store', async () => {
    const b = bench()
    const token = await late(b, { text: 'x', snapshot: 'y' })
    const again = b.calls.call(TOOL, { snapshot: 'y', text: 'x' }, nobody())
    await settled()
    await b.clock.pass(50)
    assert.equal(tokenOf(await again), token)
    assert.equal(b.asked.length, 1)
    const stored = await late(b, {}, LOOKUP)
    assert.notEqual(await late(b, {}, LOOKUP), stored)
  })

  test('goes on when the waiting for its token is cancelled', async () => {
    const b = bench()
    const token = await late(b)
    const end = new AbortController()
    const waiting = b.calls.waited({ token }, { signal: end.signal, notify: undefined })
    end.abort()
    await waiting
    assert.equal(at(b.asked, 0).how.signal.aborted, false)
  })

  test('is waited for after all when nothing more can be asked', async () => {
    const b = bench()
    const call = b.calls.call(TOOL, {}, nobody())
    await settled()
    b.calls.inputEnded()
    await b.clock.pass(500)
    await at(b.asked, 0).answer({})
    assert.equal((await call).text, 'short')
  })
})

describe('a token', () => {
  test('stands for nothing when it was never given, or is half an hour old: then its work is ended', async () => {
    const b = bench()
    assert.equal(await codeOf(b.calls.waited({ token: 'x' }, nobody())), 'mcp/unknown-token')
    assert.equal(await codeOf(b.calls.waited({ token: '__proto__' }, nobody())), 'mcp/unknown-token')
    const token = await late(b)
    await b.clock.pass(30 * 60 - 1)
    assert.equal(at(b.asked, 0).how.signal.aborted, false)
    await b.clock.pass(1)
    assert.equal(at(b.asked, 0).how.signal.aborted, true)
    assert.equal(await codeOf(b.calls.waited({ token }, nobody())), 'mcp/unknown-token')
  })

  test('is one of sixteen: the oldest whose answer is there makes room, and without one the call is refused and ended', async () => {
    const b = bench()
    const tokens: string[] = []
    for (let i = 0; i < 16; i++) tokens.push(await late(b, { i }))
    assert.equal(new Set(tokens).size, 16)
    const refused = codeOf(b.calls.call(TOOL, { i: 16 }, nobody()))
    await settled()
    await b.clock.pass(50)
    assert.equal(await refused, 'http/busy')
    assert.equal(at(b.asked, 16).how.signal.aborted, true)
    await at(b.asked, 3).answer({ schemaVersion: 1 })
    await late(b, { i: 17 })
    assert.equal(await codeOf(b.calls.waited({ token: tokens[3] }, nobody())), 'mcp/unknown-token')
    assert.equal(at(b.asked, 0).how.signal.aborted, false)
  })

  test('lets its answer go when those that wait are too long together', async () => {
    const b = bench()
    const [first, second] = [await late(b, { i: 1 }), await late(b, { i: 2 })]
    const long = { a: 'x'.repeat(40 * 1024 * 1024) }
    await at(b.asked, 0).answer(long)
    await at(b.asked, 1).answer(long)
    assert.equal(await codeOf(b.calls.waited({ token: first }, nobody())), 'mcp/unknown-token')
    assert.equal((await b.calls.waited({ token: second }, nobody())).text, 'short')
  })
})

describe('a part of an answer', () => {
  const answered = async (b: ReturnType<typeof bench>, args: ToolArguments, whole: object, tool = TOOL) => {
    const call = b.calls.call(tool, args, nobody())
    await settled()
    await at(b.asked, b.asked.length - 1).answer(whole, 'long')
    return call
  }

  test('is read off the answer that was given, and is what stands there', async () => {
    const b = bench()
    const whole = { schemaVersion: 1, diagnoses: [{ steps: [1, 2] }] }
    await answered(b, { text: 'x', snapshot: 'y' }, whole)
    const part = await b.calls.call(TOOL, { snapshot: 'y', part: 'diagnoses/0/steps', text: 'x' }, nobody())
    assert.deepEqual(part.result, { schemaVersion: 1, part: 'diagnoses/0/steps', value: [1, 2] })
    const all = await b.calls.call(TOOL, { text: 'x', snapshot: 'y', part: 'all' }, nobody())
    assert.deepEqual(all, { text: 'long', result: whole })
    assert.equal(b.asked.length, 1)
    const none = b.calls.call(TOOL, { text: 'x', snapshot: 'y', part: 'nope' }, nobody())
    assert.equal(await codeOf(none), 'usage/not-a-value')
  })

  test('of another question, of another tool or of the store is worked out', async () => {
    const b = bench()
    await answered(b, { text: 'x' }, { schemaVersion: 1 })
    await answered(b, { text: 'y' }, { schemaVersion: 1 })
    await answered(b, { text: 'x' }, { schemaVersion: 1 }, { ...TOOL, name: 'propose_fixes' })
    await answered(b, { id: 'x' }, { schemaVersion: 1 }, LOOKUP)
    await answered(b, { id: 'x' }, { schemaVersion: 1 }, LOOKUP)
    assert.equal(b.asked.length, 5)
  })

  test('is worked out from the snapshots as they are now, by threads that were started anew, once', async () => {
    const b = bench()
    await answered(b, { text: 'x' }, { schemaVersion: 1, a: 1 })
    b.state.stamp = 'b'
    const [one, two] = [
      b.calls.call(TOOL, { text: 'x', part: 'a' }, nobody()),
      b.calls.call(TOOL, { text: 'y', part: 'a' }, nobody()),
    ]
    await settled()
    assert.deepEqual([b.state.renewed, b.asked.length], [1, 3])
    await at(b.asked, 1).answer({ schemaVersion: 1, a: 2 })
    await at(b.asked, 2).answer({ schemaVersion: 1, a: 3 })
    assert.deepEqual(
      [(await one).result, (await two).result].map((result) => (result as { value: number }).value),
      [2, 3],
    )
    b.state.stamp = 'a'
    await answered(b, { text: 'x', part: 'a' }, { schemaVersion: 1, a: 1 })
    assert.deepEqual([b.state.renewed, b.asked.length], [2, 4])
  })

  test('is not given while the snapshots cannot be read', async () => {
    const b = bench()
    await answered(b, { text: 'x' }, { schemaVersion: 1, a: 1 })
    b.state.stamp = 'b'
    b.state.renewFails = true
    assert.equal(await codeOf(b.calls.call(TOOL, { text: 'x', part: 'a' }, nobody())), 'Error: unreadable')
    b.state.renewFails = false
    await answered(b, { text: 'x', part: 'a' }, { schemaVersion: 1, a: 2 })
    assert.equal(b.asked.length, 2)
  })
})

test('a call that came to no answer is tried again when it is asked again, and its token says why', async () => {
  const b = bench(0)
  const token = tokenOf(await b.calls.call(TOOL, {}, nobody()))
  await at(b.asked, 0).settle({ none: 'too-hard' })
  await settled()
  assert.equal(await codeOf(b.calls.waited({ token }, nobody())), 'http/too-hard')
  const again = tokenOf(await b.calls.call(TOOL, {}, nobody()))
  assert.notEqual(again, token)
  assert.equal(b.asked.length, 2)
})

test('of answers that are too long together the one that just came stays, however old its token', async () => {
  const b = bench(0)
  const old = tokenOf(await b.calls.call(TOOL, { text: 'old' }, nobody()))
  const young = tokenOf(await b.calls.call(TOOL, { text: 'young' }, nobody()))
  const long = { schemaVersion: 1, text: 'x'.repeat(40 * 1024 * 1024) }
  await at(b.asked, 1).answer(long)
  await at(b.asked, 0).answer(long)
  await settled()
  assert.equal(await codeOf(b.calls.waited({ token: old, part: 'all' }, nobody())), 'none')
  assert.equal(await codeOf(b.calls.waited({ token: young }, nobody())), 'mcp/unknown-token')
})
