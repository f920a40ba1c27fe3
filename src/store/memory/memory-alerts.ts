import type { AlertStore } from '../denial-store.ts'
import type { Delivery, DirtyBucket, NewDelivery, SeriesRow, StoredAlert } from '../detection.ts'
import { isoTime } from '../iso-time.ts'

interface Pending extends NewDelivery {
  attempts: number
  token: string
  /** Milliseconds since 1970: not before. */
  due: number
  isDone: boolean
}

export function memoryAlerts(dirty: Map<string, DirtyBucket>, now: () => number): AlertStore {
  const series = new Map<string, SeriesRow>()
  const alerts = new Map<string, StoredAlert>()
  const outbox = memoryOutbox(now)
  return {
    dirtyBuckets: async () => [...dirty.values()].toSorted((a, b) => (a.bucketStart < b.bucketStart ? -1 : 1)),
    series: async (family) => [...series.values()].filter((row) => row.family === family),
    withDetectionLock: (work) => work(),
    saveDetection: async ({ series: changed, alerts: found, deliveries, cleaned }) => {
      for (const row of changed) series.set(JSON.stringify([row.family, row.key]), row)
      for (const row of found) {
        const before = alerts.get(row.id)
        if (before !== undefined && before.revision >= row.revision) continue
        const state = before === undefined || before.state === 'closed' ? 'open' : before.state
        alerts.set(row.id, { ...row, state, changedAt: isoTime(now()) })
      }
      for (const one of deliveries) outbox.put(one)
      for (const { bucketStart, version } of cleaned)
        if (dirty.get(bucketStart)?.version === version) dirty.delete(bucketStart)
    },
    alerts: async ({ from = '', to = '~' }) =>
      [...alerts.values()]
        .filter(({ bucketStart }) => bucketStart >= from && bucketStart < to)
        .toSorted((a, b) => (`${a.bucketStart} ${a.id}` < `${b.bucketStart} ${b.id}` ? -1 : 1)),
    setAlertState: async (id, state) => {
      const alert = alerts.get(id)
      if (alert === undefined) return false
      alerts.set(id, { ...alert, state, changedAt: isoTime(now()) })
      return true
    },
    claimDeliveries: outbox.claim,
    endDelivery: outbox.end,
  }
}

function memoryOutbox(now: () => number) {
  const outbox = new Map<string, Pending>()
  let tokens = 0
  const claim: AlertStore['claimDeliveries'] = async (limit, leaseSeconds) => {
    const due = [...outbox.values()].filter((one) => !one.isDone && one.due <= now()).slice(0, limit)
    for (const one of due) {
      one.token = String((tokens += 1))
      one.attempts += 1
      one.due = now() + leaseSeconds * 1000
    }
    return due.map(shown)
  }
  const end: AlertStore['endDelivery'] = async ({ dedupeKey, token }, retryAfterSeconds) => {
    const one = outbox.get(dedupeKey)
    if (one === undefined || one.token !== token) return
    one.isDone = retryAfterSeconds === undefined
    one.due = now() + (retryAfterSeconds ?? 0) * 1000
  }
  const put = (one: NewDelivery): void => {
    if (outbox.has(one.dedupeKey)) return
    outbox.set(one.dedupeKey, { ...one, attempts: 0, token: '', due: 0, isDone: false })
  }
  return { claim, end, put }
}

const shown = ({ dedupeKey, sink, alertId, body, attempts, token }: Pending): Delivery => ({
  dedupeKey,
  sink,
  alertId,
  body,
  attempts,
  token,
})
