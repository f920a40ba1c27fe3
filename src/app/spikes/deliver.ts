import type { Spike } from '#alert/spike.ts'
import type { AlertMessage, AlertSink, Sent } from '#notify/alert-sink.ts'
import type { DenialStore } from '#store/denial-store.ts'
import type { Delivery, NewDelivery } from '#store/detection.ts'

/** Attempts at delivery, for the log and the metrics. */
export interface Attempt {
  readonly sink: string
  readonly alertId: string
  readonly outcome: 'sent' | 'retry' | 'refused' | 'gave-up'
  readonly why?: string
  /** Until the next attempt. */
  readonly seconds?: number
}

/** An alert for each sink, as it goes into the outbox; the same revision goes in once. */
export const deliveriesOf = (
  spikes: readonly Spike[],
  sinks: readonly AlertSink[],
  at: string,
): readonly NewDelivery[] =>
  spikes.flatMap((spike) =>
    sinks.map(({ name }) => ({
      dedupeKey: `${name} ${keyOf(spike)}`,
      sink: name,
      alertId: spike.id,
      body: JSON.stringify({ dedupeKey: keyOf(spike), at, spike }),
    })),
  )

const keyOf = ({ id, revision }: Spike): string => `${id}.${revision}`

const BATCH = 50

/**
 * Lease of a worker on what it has claimed: the alerts of a worker that was killed wait for so long. One that lives renews
 * it three times in it, so that no other worker sends the same, however long the sinks take.
 */
const LEASE_SECONDS = 15

/** After so many attempts, about ten hours, it is given up. */
export const MAX_ATTEMPTS = 15

const FIRST_PAUSE_SECONDS = 10
const LONGEST_PAUSE_SECONDS = 3600

/**
 * Sends what is due in the outbox. What was sent and not yet noted when a process dies is sent again, with the same key: at
 * least once, and a receiver can tell. A sink that fails holds up no other.
 */
export async function deliver(
  store: DenialStore,
  sinks: readonly AlertSink[],
  leaseSeconds = LEASE_SECONDS,
): Promise<readonly Attempt[]> {
  const byName = new Map(sinks.map((sink) => [sink.name, sink]))
  const attempts: Attempt[] = []
  // Without a sink, what others have to tell is theirs.
  if (sinks.length === 0) return attempts
  for (;;) {
    const claimed = await store.claimDeliveries(BATCH, leaseSeconds)
    if (claimed.length === 0) return attempts
    const queues = bySink(claimed)
    const sendEach = () => Promise.all([...queues].map(([name, queue]) => sendAll(byName.get(name), queue)))
    const done = await holding(store, claimed, leaseSeconds, sendEach)
    // One after the other: the outbox is one table, and a write waits for the one before it.
    for (const { delivery, attempt } of done.flat()) {
      await store.endDelivery(delivery, attempt.seconds)
      attempts.push(attempt)
    }
  }
}

/** Does the work while it renews the lease on what is claimed. At its end nothing is renewed any more. */
async function holding<T>(
  store: DenialStore,
  claimed: readonly Delivery[],
  leaseSeconds: number,
  work: () => Promise<T>,
): Promise<T> {
  let beat = Promise.resolve()
  const renew = async (): Promise<void> => {
    // Due after another lease, for who has the token. A lease that is lost is no fault: the receiver can tell.
    for (const delivery of claimed) await store.endDelivery(delivery, leaseSeconds).catch(() => undefined)
  }
  const heart = setInterval(
    () => {
      beat = beat.then(renew)
    },
    (leaseSeconds * 1000) / 3,
  )
  try {
    return await work()
  } finally {
    clearInterval(heart)
    await beat
  }
}

function bySink(deliveries: readonly Delivery[]): ReadonlyMap<string, readonly Delivery[]> {
  const queues = new Map<string, Delivery[]>()
  for (const delivery of deliveries) queues.set(delivery.sink, [...(queues.get(delivery.sink) ?? []), delivery])
  return queues
}

interface Done {
  readonly delivery: Delivery
  readonly attempt: Attempt
}

async function sendAll(sink: AlertSink | undefined, queue: readonly Delivery[]): Promise<readonly Done[]> {
  const done: Done[] = []
  let down: Sent | undefined
  for (const delivery of queue) {
    // A receiver that is down is not asked for each of fifty alerts.
    const sent = down ?? (await sendOne(sink, delivery))
    if (sent.outcome === 'retry') down = sent
    done.push({ delivery, attempt: attemptOf(delivery, sent) })
  }
  return done
}

async function sendOne(sink: AlertSink | undefined, { body, sink: name }: Delivery): Promise<Sent> {
  if (sink === undefined) return { outcome: 'retry', why: `this process has no sink \`${name}\`` }
  return sink.send(JSON.parse(body) as AlertMessage)
}

function attemptOf({ sink, alertId, attempts }: Delivery, sent: Sent): Attempt {
  if (sent.outcome === 'sent') return { sink, alertId, outcome: 'sent' }
  if (sent.outcome === 'refused') return { sink, alertId, outcome: 'refused', why: sent.why }
  if (attempts >= MAX_ATTEMPTS) return { sink, alertId, outcome: 'gave-up', why: sent.why }
  const usual = Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (attempts - 1))
  const seconds = Math.max(usual, Math.min(sent.afterSeconds ?? 0, LONGEST_PAUSE_SECONDS))
  return { sink, alertId, outcome: 'retry', why: sent.why, seconds }
}
