import type { Spike } from './spike.ts'
import { SEVERITIES } from './spike.ts'

export interface Reconciled {
  /** Under the ids by which they are known, each with its revision. */
  readonly spikes: readonly Spike[]
  /** Spikes that are new or say something else than before. */
  readonly changed: readonly Spike[]
}

/**
 * Holds what was found now against what was told before. A late denial can move the beginning of an alert or show another
 * cause; it stays the same alert, with a higher revision, and is never told twice as two.
 */
export function reconcile(before: readonly Spike[], now: readonly Spike[]): Reconciled {
  const free = new Map(before.map((spike) => [spike.id, spike]))
  const exact = now.map((spike) => take(free, free.get(spike.id)))
  const olds = now.map(
    (spike, i) =>
      exact[i] ??
      take(
        free,
        [...free.values()].find((old) => isSame(old, spike)),
      ),
  )
  const spikes = now.map((spike, i) => revised(olds[i], spike))
  return { spikes, changed: spikes.filter((spike, i) => spike.revision !== olds[i]?.revision) }
}

function take(free: Map<string, Spike>, old: Spike | undefined): Spike | undefined {
  if (old !== undefined) free.delete(old.id)
  return old
}

/** Whether two alerts are of one series or one cause, at overlapping times. */
function isSame(old: Spike, now: Spike): boolean {
  const overlaps = old.from < now.to && now.from < old.to
  const isSeries = old.family === now.family && old.key === now.key && old.cause.layer === now.cause.layer
  const isPolicy = now.cause.policyArn !== null && old.cause.policyArn === now.cause.policyArn
  return overlaps && (isSeries || isPolicy)
}

function revised(old: Spike | undefined, found: Spike): Spike {
  if (old === undefined) return found
  const now = old.from < found.from ? withBeginning(old, found) : found
  if (!isNews(old, now)) return { ...now, id: old.id, revision: old.revision, state: old.state }
  // Who closed it had seen less than this.
  const state = old.state === 'closed' ? 'open' : old.state
  return { ...now, id: old.id, revision: old.revision + 1, state }
}

/** Only the later part was assessed again: what was told of the beginning stays. */
const withBeginning = (old: Spike, now: Spike): Spike => ({
  ...now,
  from: old.from,
  to: now.to > old.to ? now.to : old.to,
  count: Math.max(old.count, now.count),
  fanOut: Math.max(old.fanOut, now.fanOut),
})

/** What grows from minute to minute is news when it has doubled. */
function isNews(old: Spike, now: Spike): boolean {
  return (
    now.from < old.from ||
    now.to > old.to ||
    now.kind !== old.kind ||
    now.count >= 2 * old.count ||
    now.fanOut >= 2 * old.fanOut ||
    SEVERITIES.indexOf(now.severity) < SEVERITIES.indexOf(old.severity) ||
    now.cause.layer !== old.cause.layer ||
    (now.cause.layers ?? []).length > (old.cause.layers ?? []).length ||
    now.cause.policyArn !== old.cause.policyArn ||
    now.cause.statement !== old.cause.statement ||
    (now.cause.change !== null && now.cause.change.eventId !== old.cause.change?.eventId)
  )
}
