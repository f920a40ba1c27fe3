/**
 * What every sink of alerts must do (src/notify/alert-sink.ts), towards a receiver on the loopback address that fails, stalls
 * and repeats. Each sink runs through the same suite: `sinkConformance(name, open)`.
 */
import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { Spike } from '#alert/spike.ts'
import type { AlertMessage, AlertSink } from '../../src/notify/alert-sink.ts'

export const SPIKE: Spike = {
  id: 'spike-0123456789abcdef',
  kind: 'spike',
  severity: 'high',
  family: 'action',
  key: 's3:PutObject',
  from: '2026-06-20T10:00:00Z',
  to: '2026-06-20T11:00:00Z',
  count: 400,
  expected: 0.25,
  p: 1e-30,
  fanOut: 40,
  affected: { principals: 40, actions: 1, resourceFamilies: 3 },
  allowedBefore: true,
  cause: {
    layer: 'service-control-policy',
    denyType: 'explicit',
    policyArn: 'arn:aws:organizations::999999999999:policy/o-acme/service_control_policy/p-freeze',
    statement: null,
    change: null,
  },
  examples: ['11111111-2222-4333-8444-555555555555'],
  state: 'open',
  revision: 2,
}

export const MESSAGE: AlertMessage = { dedupeKey: `${SPIKE.id}.2`, spike: SPIKE, at: '2026-06-20T11:00:05Z' }

export interface Received {
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** What the receiver does with a request: the answer's status, or nothing at all. */
export type Behaviour = (n: number, response: ServerResponse) => void

export interface Receiver {
  readonly url: string
  readonly received: Received[]
  behave: Behaviour
  readonly stop: () => Promise<void>
}

export const answer =
  (status: number, text = '', headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (_, response) =>
    void response.writeHead(status, headers).end(text)

/** A receiver on a free port that keeps what it gets. */
export async function startReceiver(): Promise<Receiver> {
  const receiver: Omit<Receiver, 'url' | 'stop'> = { received: [], behave: answer(200) }
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      receiver.received.push({ headers: request.headers, body: Buffer.concat(parts).toString('utf8') })
      receiver.behave(receiver.received.length, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${port}/hook`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  })
}

export interface Opened {
  readonly sink: AlertSink
}

/** `open` makes the sink for this address; it gives up on an answer after `timeoutMs`. */
export function sinkConformance(name: string, open: (url: string, timeoutMs: number) => AlertSink): void {
  describe(`${name} keeps what every sink promises`, () => {
    let receiver: Receiver
    before(async () => {
      receiver = await startReceiver()
    })
    after(() => receiver.stop())
    beforeEach(() => {
      receiver.received.length = 0
      receiver.behave = answer(200)
    })
    const send = (timeoutMs = 120_000) => open(receiver.url, timeoutMs).send(MESSAGE)

    it('a receiver that takes it has it once', async () => {
      assert.deepEqual(await send(), { outcome: 'sent' })
      assert.equal(receiver.received.length, 1)
    })

    it('a receiver that is down for a while is tried again', async () => {
      for (const status of [500, 502, 503, 408, 429]) {
        receiver.behave = answer(status, 'later')
        const sent = await send()
        assert.equal(sent.outcome, 'retry', String(status))
        assert.match(sent.outcome === 'retry' ? sent.why : '', new RegExp(String(status)))
      }
    })

    it('a receiver that asks for a pause gets it', async () => {
      receiver.behave = answer(503, '', { 'retry-after': '17' })
      const sent = await send()
      assert.equal(sent.outcome === 'retry' ? sent.afterSeconds : undefined, 17)
    })

    it('a receiver that says it is wrong is not asked again', async () => {
      for (const status of [400, 401, 403, 404, 410]) {
        receiver.behave = answer(status, 'no')
        assert.equal((await send()).outcome, 'refused', String(status))
      }
    })

    it('a redirect is not followed', async () => {
      receiver.behave = answer(302, '', { location: receiver.url })
      assert.equal((await send()).outcome, 'refused')
      assert.equal(receiver.received.length, 1)
    })

    it('a receiver that stalls is given up, and tried again', async () => {
      receiver.behave = () => undefined
      assert.equal((await send(150)).outcome, 'retry')
    })

    it('a receiver that hangs up is tried again', async () => {
      receiver.behave = (_, response) => void response.destroy()
      assert.equal((await send()).outcome, 'retry')
    })

    it('a receiver that is not there is tried again', async () => {
      const gone = await startReceiver()
      await gone.stop()
      assert.equal((await open(gone.url, 120_000).send(MESSAGE)).outcome, 'retry')
    })

    it('the answer of a receiver that never ends is not read to its end', async () => {
      receiver.behave = (_, response) => {
        response.writeHead(500)
        const more = setInterval(() => response.write('x'.repeat(10_000)), 1)
        response.on('close', () => clearInterval(more))
      }
      const sent = await send()
      assert.equal(sent.outcome, 'retry')
      assert.ok(sent.outcome === 'retry' && sent.why.length < 400)
    })

    it('every attempt of one revision carries the same id', async () => {
      receiver.behave = answer(500)
      await send()
      receiver.behave = answer(200)
      await send()
      const [first, second] = receiver.received
      assert.equal(first?.headers['webhook-id'], MESSAGE.dedupeKey)
      assert.equal(second?.headers['webhook-id'], MESSAGE.dedupeKey)
      assert.equal(first?.body, second?.body)
    })

    it('its name holds no part of the address but the host', () => {
      assert.doesNotMatch(open('https://example.com/secret-token', 1).name, /secret-token/)
    })
  })
}
