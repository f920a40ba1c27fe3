import type { DenialBatch, LedgerStore } from '../denial-store.ts'
import { isoTime } from '../iso-time.ts'
import { type Lease, LeaseLost, MAX_DATA_ATTEMPTS, type ObjectName, objectKey } from '../ledger.ts'

interface Entry extends ObjectName {
  state: 'ready' | 'leased' | 'done' | 'dead'
  attempts: number
  token: string
  /** Milliseconds since 1970. */
  until: number
}

type Done = NonNullable<DenialBatch['done']>

export interface MemoryLedger extends Omit<LedgerStore, 'ledger'> {
  readonly counts: LedgerStore['ledger']
  /** Throws `LeaseLost` where one of them is not leased under its token. */
  readonly checkLeases: (done: Done) => void
  readonly finish: (done: Done) => void
}

export function memoryLedger(now: () => number): MemoryLedger {
  const entries = new Map<string, Entry>()
  const mine = (lease: Lease): Entry | undefined => {
    const entry = entries.get(objectKey(lease))
    return entry?.state === 'leased' && entry.token === lease.token ? entry : undefined
  }
  return {
    ...queueOf(entries, now),
    extend: async (lease, leaseSeconds) => {
      const entry = mine(lease)
      if (entry !== undefined) entry.until = now() + leaseSeconds * 1000
      return entry !== undefined
    },
    release: async (lease, _reason, isData) => {
      const entry = mine(lease)
      if (entry === undefined) return
      entry.attempts += isData ? 1 : 0
      entry.state = entry.attempts >= MAX_DATA_ATTEMPTS ? 'dead' : 'ready'
    },
    checkLeases: (done) => {
      for (const { lease } of done) if (mine(lease) === undefined) throw new LeaseLost(lease)
    },
    finish: (done) => {
      for (const { lease } of done) {
        const entry = mine(lease)
        if (entry !== undefined) entry.state = 'done'
      }
    },
  }
}

/** Objects that wait, and who takes them. */
function queueOf(entries: Map<string, Entry>, now: () => number): Pick<MemoryLedger, 'enqueue' | 'claim' | 'counts'> {
  let tokens = 0
  return {
    enqueue: async (objects) => {
      const fresh = objects.filter((object) => !entries.has(objectKey(object)))
      for (const { bucket, key, version } of fresh)
        entries.set(objectKey({ bucket, key, version }), {
          bucket,
          key,
          version,
          state: 'ready',
          attempts: 0,
          token: '',
          until: 0,
        })
      return fresh.length
    },
    claim: async (limit, leaseSeconds) =>
      [...entries.values()]
        .filter(({ state, until }) => state === 'ready' || (state === 'leased' && until <= now()))
        .slice(0, limit)
        .map((entry) => {
          entry.state = 'leased'
          entry.token = String((tokens += 1))
          entry.until = now() + leaseSeconds * 1000
          return leaseOf(entry)
        }),
    counts: async () => {
      const counts = { ready: 0, leased: 0, done: 0, dead: 0 }
      for (const { state } of entries.values()) counts[state] += 1
      return counts
    },
  }
}

const leaseOf = ({ bucket, key, version, token, until, attempts }: Entry): Lease => ({
  bucket,
  key,
  version,
  token,
  until: isoTime(until),
  attempts,
})
