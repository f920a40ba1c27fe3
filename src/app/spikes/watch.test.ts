import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DEFAULT_SETTINGS } from '#alert/settings.ts'
import type { AlertMessage, AlertSink, Sent } from '#notify/alert-sink.ts'
import type { DenialRow } from '#store/denial-row.ts'
import type { DenialStore } from '#store/denial-store.ts'
import { openMemoryStore } from '#store/memory/memory-store.ts'
import { deliver, deliveriesOf, MAX_ATTEMPTS } from './deliver.ts'
import { round, type RoundOptions } from './watch.ts'

let clock = Date.parse('2026-06-20T11:00:00Z')
const START = Date.parse('2026-06-01T00:00:00Z')
const at = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

let ids = 0

function row(time: number, role: string, of: Partial<DenialRow> = {}): DenialRow {
  ids += 1
  return {
    eventTime: at(time),
    eventId: `e${ids}`,
    sharedEventId: null,
    originalEventId: null,
    requestId: `r${ids}`,
    callerAccount: '111122223333',
    recipientAccount: '111122223333',
    region: 'eu-west-1',
    eventSource: 's3.amazonaws.com',
    eventName: 'PutObject',
    service: 's3',
    action: 's3:PutObject',
    principalKey: `arn:aws:iam::111122223333:role/${role}`,
    principalArn: `arn:aws:sts::111122223333:assumed-role/${role}/s`,
    principalType: 'assumed-role',
    sessionName: 's',
    invokedBy: null,
    resource: 'arn:aws:s3:::artifacts/a',
    resourceFamily: 'arn:aws:s3:::artifacts/*',
    resourceFrom: 'stated',
    errorCode: 'AccessDenied',
    layer: 'identity-policy',
    effect: 'implicit',
    policyArn: null,
    errorMessage: null,
    messageHash: null,
    encodedMessage: null,
    statement: null,
    blockedBy: null,
    snapshotHash: null,
    sourceKind: 'file',
    sourceName: null,
    ingestedAt: at(time),
    isPrimary: true,
    parserVersion: 1,
    rest: '{}',
    authorizationId: null,
    ...of,
  }
}

const history = (): DenialRow[] =>
  Array.from({ length: 58 }, (_, i) =>
    row(START + i * 8 * 3_600_000, `batch-${i % 4}`, { resourceFamily: 'arn:aws:s3:::data/*' }),
  )

const burst = (start: string, count: number): DenialRow[] =>
  Array.from({ length: count }, (_, i) => row(Date.parse(start) + i * 150_000, 'deploy'))

interface Recording extends AlertSink {
  readonly got: AlertMessage[]
  answer: Sent
}

function recording(name = 'one'): Recording {
  const sink: Recording = {
    name,
    got: [],
    answer: { outcome: 'sent' },
    send: async (message) => {
      sink.got.push(message)
      return sink.answer
    },
  }
  return sink
}

const newStore = (): DenialStore => openMemoryStore(() => clock)

const options = (sinks: readonly AlertSink[], of: Partial<RoundOptions> = {}): RoundOptions => ({
  settings: DEFAULT_SETTINGS,
  sinks,
  minSeverity: 'low',
  tellSince: START,
  changes: [],
  now: clock,
  ...of,
})

describe('a round of watch', () => {
  it('tells a new alert once, and the next round, with nothing new, tells nothing', async () => {
    const [store, sink] = [newStore(), recording()]
    await store.add({ rows: [...history(), ...burst('2026-06-20T10:00:00Z', 12)] })
    const first = await round(store, options([sink]))
    assert.equal(first.changed.length, 1)
    assert.equal(sink.got.length, 1)
    assert.equal(sink.got[0]?.dedupeKey, `${first.changed[0]?.id}.1`)
    const second = await round(store, options([sink]))
    assert.deepEqual([second.report, second.changed, second.attempts], [undefined, [], []])
    assert.equal(sink.got.length, 1)
  })

  it('late denials revise the alert and are told under the same id', async () => {
    const [store, sink] = [newStore(), recording()]
    await store.add({ rows: [...history(), ...burst('2026-06-20T10:00:00Z', 8)] })
    await round(store, options([sink]))
    await store.add({ rows: burst('2026-06-20T09:30:00Z', 12) })
    await round(store, options([sink]))
    assert.deepEqual(
      sink.got.map(({ spike }) => [spike.revision, spike.from]),
      [
        [1, '2026-06-20T10:00:00Z'],
        [2, '2026-06-20T09:00:00Z'],
      ],
    )
    assert.equal(new Set(sink.got.map(({ spike }) => spike.id)).size, 1)
    assert.equal((await store.alerts({})).length, 1)
  })

  it('a long incident that goes on for days keeps its beginning and its id', async () => {
    const [store, sink] = [newStore(), recording()]
    await store.add({ rows: history() })
    for (let hour = 0; hour < 80; hour++) {
      await store.add({ rows: burst(at(Date.parse('2026-06-15T00:00:00Z') + hour * 3_600_000), 20) })
      if (hour % 10 === 9) await round(store, options([sink]))
    }
    assert.equal(new Set(sink.got.map(({ spike }) => spike.id)).size, 1)
    assert.ok(sink.got.every(({ spike }) => spike.from === '2026-06-15T00:00:00Z'))
  })

  it('what is read from an archive is kept and told to nobody', async () => {
    const [store, sink] = [newStore(), recording()]
    await store.add({ rows: [...history(), ...burst('2026-06-12T10:00:00Z', 12)] })
    const { changed } = await round(store, options([sink], { tellSince: Date.parse('2026-06-19T00:00:00Z') }))
    assert.equal(changed.length, 1)
    assert.deepEqual(sink.got, [])
  })

  it('milder alerts than asked for are told to nobody', async () => {
    const [store, sink] = [newStore(), recording()]
    await store.add({ rows: [...history(), row(Date.parse('2026-06-19T10:00:00Z'), 'deploy')] })
    const { changed } = await round(store, options([sink], { minSeverity: 'medium' }))
    assert.deepEqual(
      changed.map(({ severity }) => severity),
      ['low'],
    )
    assert.deepEqual(sink.got, [])
  })
})

/** A delivery as an earlier round left it. */
const LEFT = { dedupeKey: 'left', alertId: 'a', body: JSON.stringify({ dedupeKey: 'left', at: '', spike: {} }) }

describe('the outbox', () => {
  const spikes = async () => {
    const store = newStore()
    await store.add({ rows: [...history(), ...burst('2026-06-20T10:00:00Z', 12)] })
    return (await round(store, options([]))).changed
  }

  const keep = async (store: DenialStore, sinks: readonly AlertSink[]) =>
    store.saveDetection({
      series: [],
      alerts: [],
      deliveries: deliveriesOf(await spikes(), sinks, at(clock)),
      cleaned: [],
    })

  it('a receiver that is down is tried again after a pause that doubles, with the same message', async () => {
    const [store, sink] = [newStore(), recording()]
    sink.answer = { outcome: 'retry', why: 'down' }
    await keep(store, [sink])
    const pauses: (number | undefined)[] = []
    for (let i = 0; i < 4; i++) {
      const [attempt] = await deliver(store, [sink])
      pauses.push(attempt?.seconds)
      assert.deepEqual(await deliver(store, [sink]), [], 'not before the pause is over')
      clock += (attempt?.seconds ?? 0) * 1000
    }
    assert.deepEqual(pauses, [10, 20, 40, 80])
    sink.answer = { outcome: 'sent' }
    assert.deepEqual(
      (await deliver(store, [sink])).map(({ outcome }) => outcome),
      ['sent'],
    )
    assert.equal(new Set(sink.got.map(({ dedupeKey, at: when }) => `${dedupeKey} ${when}`)).size, 1)
    clock += 10_000_000
    assert.deepEqual(await deliver(store, [sink]), [])
  })

  it('a receiver that asks for a longer pause gets it, but not for ever', async () => {
    const [store, sink] = [newStore(), recording()]
    sink.answer = { outcome: 'retry', why: 'busy', afterSeconds: 120 }
    await keep(store, [sink])
    assert.equal((await deliver(store, [sink]))[0]?.seconds, 120)
    clock += 121_000
    sink.answer = { outcome: 'retry', why: 'busy', afterSeconds: 1_000_000 }
    assert.equal((await deliver(store, [sink]))[0]?.seconds, 3600)
  })

  it('is given up after many attempts', async () => {
    const [store, sink] = [newStore(), recording()]
    sink.answer = { outcome: 'retry', why: 'down' }
    await keep(store, [sink])
    const outcomes: string[] = []
    for (let i = 0; i < MAX_ATTEMPTS + 3; i++) {
      outcomes.push(...(await deliver(store, [sink])).map(({ outcome }) => outcome))
      clock += 4_000_000
    }
    assert.equal(outcomes.length, MAX_ATTEMPTS)
    assert.equal(outcomes.at(-1), 'gave-up')
  })

  it('one sink that fails holds up no other', async () => {
    const [store, good, bad] = [newStore(), recording('good'), recording('bad')]
    bad.answer = { outcome: 'retry', why: 'down' }
    await keep(store, [good, bad])
    const attempts = await deliver(store, [good, bad])
    assert.deepEqual(attempts.map(({ sink, outcome }) => `${sink} ${outcome}`).toSorted(), ['bad retry', 'good sent'])
  })

  it('claims alerts for so short that those of a killed worker are sent within a minute', async () => {
    const [store, sink] = [newStore(), recording()]
    await keep(store, [sink])
    const leases: number[] = []
    const spied: DenialStore = {
      ...store,
      claimDeliveries: (limit, seconds) => {
        leases.push(seconds)
        return store.claimDeliveries(limit, seconds)
      },
    }
    await deliver(spied, [sink])
    const lease = Math.max(...leases)
    // `watch` looks at the outbox every 30 seconds.
    assert.ok(lease + 30 < 60, `${lease} seconds`)
    clock += 60_000
    await store.saveDetection({ series: [], alerts: [], deliveries: [{ ...LEFT, sink: sink.name }], cleaned: [] })
    assert.equal((await store.claimDeliveries(1, lease)).length, 1, 'claimed by a worker that is killed now')
    clock += (lease + 1) * 1000
    assert.equal((await deliver(store, [sink])).length, 1)
  })

  it('a worker whose sink is slow keeps what it has claimed', async () => {
    const [store, sink] = [newStore(), recording()]
    await keep(store, [sink])
    let [answer, beats] = [(): void => undefined, 0]
    const slow: AlertSink = {
      name: sink.name,
      send: () => new Promise((resolve) => (answer = () => resolve({ outcome: 'sent' }))),
    }
    const beaten = new Promise<void>((resolve) => {
      const spied: DenialStore = {
        ...store,
        endDelivery: async (delivery, seconds) => {
          await store.endDelivery(delivery, seconds)
          clock += 20
          beats++
          if (beats === 4) resolve()
        },
      }
      void deliver(spied, [slow], 0.03).then((attempts) => sent.push(...attempts))
    })
    const sent: unknown[] = []
    await beaten
    assert.deepEqual(await deliver(store, [sink]), [], 'it is held still')
    answer()
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.equal(sent.length, 1)
    clock += 60_000
    assert.deepEqual(await deliver(store, [sink]), [], 'what was sent is done')
  })

  it('two workers send each message once', async () => {
    const [store, sink] = [newStore(), recording()]
    await keep(store, [sink])
    await Promise.all([deliver(store, [sink]), deliver(store, [sink])])
    assert.equal(sink.got.length, 1)
  })

  it('the same revision goes in once, however often it is kept', async () => {
    const [store, sink] = [newStore(), recording()]
    await keep(store, [sink])
    await deliver(store, [sink])
    await keep(store, [sink])
    assert.deepEqual(await deliver(store, [sink]), [])
    assert.equal(sink.got.length, 1)
  })
})
