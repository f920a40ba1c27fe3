import assert from 'node:assert/strict'
import type { ReadableStream } from 'node:stream/web'
import { test } from 'node:test'
import { cursorOf } from '#app/store/cursor.ts'
import type { Answer, Asking, Services } from '../route.ts'
import { liveRoute } from './live.ts'

const denial = (eventId: string, second: number) => ({
  eventId,
  time: `2026-04-27T10:00:0${second}Z`,
  action: 's3:PutObject',
})

/** A store whose list is what the test says, newest first. */
function servicesOf() {
  const listed: unknown[] = []
  const asked: Record<string, string>[] = []
  let fault: object | undefined
  const store = {
    ask: async (_: string, text: string) => {
      asked.push(JSON.parse(text) as Record<string, string>)
      return fault === undefined
        ? { status: 200, body: JSON.stringify({ schemaVersion: 1, denials: listed }) }
        : { status: 503, body: JSON.stringify(fault) }
    },
  }
  const services = { store, logBug: () => undefined } as unknown as Services
  return { services, listed, asked, fail: (error: object | undefined) => (fault = error) }
}

function askingOf(query = '', lastEventId?: string) {
  const gone = new AbortController()
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
  const url = new URL(`http://localhost/api/denials/live${query}`)
  return { asking: { url, signal: gone.signal, request: { headers } } as unknown as Asking, leave: () => gone.abort() }
}

function readerOf({ body }: Answer) {
  const reader = (body as ReadableStream<Uint8Array>).getReader()
  return async (): Promise<string | undefined> => {
    const { value, done } = await reader.read()
    return done ? undefined : new TextDecoder().decode(value)
  }
}

test('what comes after the caller is sent once, oldest first, with the place behind which it goes on', async () => {
  const { services, listed, asked } = servicesOf()
  listed.push(denial('a', 1))
  const { asking, leave } = askingOf('?action=s3:PutObject')
  const answer = await liveRoute.handle(asking, services)
  assert.deepEqual([answer.status, answer.type], [200, 'text/event-stream; charset=utf-8'])
  const read = readerOf(answer)
  assert.equal(await read(), 'retry: 5000\n\n')
  listed.unshift(denial('c', 3), denial('b', 2))
  const id = (eventId: string, second: number) => cursorOf({ eventTime: `2026-04-27T10:00:0${second}Z`, eventId })
  const sent = (eventId: string, second: number) =>
    `id: ${id(eventId, second)}\nevent: denial\ndata: ${JSON.stringify(denial(eventId, second))}\n\n`
  assert.equal(await read(), `${sent('b', 2)}${sent('c', 3)}`)
  assert.deepEqual(asked[0], { action: 's3:PutObject', limit: '100' })
  leave()
  assert.equal(await read(), undefined)
})

test('who comes back with the last id gets what it missed, at once', async () => {
  const { services, listed } = servicesOf()
  listed.push(denial('c', 3), denial('b', 2), denial('a', 1))
  const { asking, leave } = askingOf('', cursorOf({ eventTime: '2026-04-27T10:00:01Z', eventId: 'a' }))
  const text = await readerOf(await liveRoute.handle(asking, services))()
  assert.deepEqual(
    [...(text ?? '').matchAll(/"eventId":"(\w)"/g)].map(([, eventId]) => eventId),
    ['b', 'c'],
  )
  leave()
})

test('a fault of the store is told once, and the stream goes on', async () => {
  const { services, listed, fail } = servicesOf()
  const { asking, leave } = askingOf()
  const read = readerOf(await liveRoute.handle(asking, services))
  await read()
  fail({ error: { code: 'store/busy', message: 'm', hint: 'h' } })
  assert.equal(await read(), 'event: fault\ndata: {"error":{"code":"store/busy","message":"m","hint":"h"}}\n\n')
  fail(undefined)
  listed.push(denial('a', 1))
  assert.match((await read()) ?? '', /"eventId":"a"/)
  leave()
})

test('a store that is not there is a fault and no stream; an id that is none of ours, too', async () => {
  const { services, fail } = servicesOf()
  await assert.rejects(async () => liveRoute.handle(askingOf('', 'nonsense').asking, services), /cannot be `nonsense`/)
  fail({ error: { code: 'store/not-found', message: 'm', hint: 'h' } })
  assert.equal((await liveRoute.handle(askingOf().asking, services)).status, 503)
})

test('no more callers follow at once than may, and who leaves makes room', async () => {
  const { services } = servicesOf()
  const all = Array.from({ length: 16 }, () => askingOf())
  for (const { asking } of all) await liveRoute.handle(asking, services)
  await assert.rejects(async () => liveRoute.handle(askingOf().asking, services), /follow the denials already/)
  all[0]?.leave()
  const { asking, leave } = askingOf()
  assert.equal((await liveRoute.handle(asking, services)).status, 200)
  leave()
  for (const { leave: end } of all) end()
})
