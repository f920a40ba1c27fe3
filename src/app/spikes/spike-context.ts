import { type ChangeEvent, isPolicyChange } from '#alert/policy-change.ts'
import type { Row } from '#alert/refusal.ts'
import type { AllowedRow, DenialStore, Tuple } from '#store/denial-store.ts'

/** The text that stands for what an event does not tell. */
export const UNTOLD = '-'

/** Successes, first refusals, marks, new principals and changes around the denials, read once. */
export interface SpikeContext {
  /** Tuple → when it was first allowed, in milliseconds; undefined: successes are not kept. */
  readonly allowed: ReadonlyMap<string, number> | undefined
  /** Tuple → when it was first refused, in milliseconds. */
  readonly firstRefused: ReadonlyMap<string, number>
  /** Tuples that somebody marked as noise, or accepted. */
  readonly marked: ReadonlySet<string>
  /** ARN of a role or user → when it was made, in milliseconds. */
  readonly created: ReadonlyMap<string, number>
  readonly changes: readonly ChangeEvent[]
  /** The first and the newest event, in milliseconds; undefined: the store holds none. */
  readonly oldest: number | undefined
  readonly newest: number | undefined
}

const tupleText = ({ principalKey, action, resourceFamily }: Tuple): string =>
  [principalKey, action, resourceFamily].map((part) => (part === '' ? UNTOLD : part)).join(' ')

/** Facts known before a time: only what came since is looked for. */
export interface Earlier {
  /** ISO 8601. */
  readonly until: string
  readonly firstRefused: SpikeContext['firstRefused']
  readonly oldest: number
  readonly newest: number
}

/** `changes`: of CloudTrail files that were given besides. `now` in milliseconds: what claims to be later is not the newest. */
export async function spikeContextOf(
  store: DenialStore,
  changes: readonly ChangeEvent[],
  now: number,
  earlier?: Earlier,
): Promise<SpikeContext> {
  const tuples = await store.tuples(earlier === undefined ? {} : { from: earlier.until })
  const [allowed, marks] = [await store.allowed(), await store.marks()]
  const times = [
    ...(earlier === undefined ? [] : [earlier.oldest, earlier.newest]),
    ...tuples.flatMap(({ firstSeen, lastSeen }) => [Date.parse(firstSeen), Date.parse(lastSeen)]),
    ...allowed.flatMap(({ firstAllowed, lastAllowed }) => [Date.parse(firstAllowed), Date.parse(lastAllowed)]),
  ].filter((time) => time <= now)
  const all = [...changes, ...allowed.flatMap(changesOf)]
  return {
    allowed:
      allowed.length === 0
        ? undefined
        : new Map(allowed.map((row) => [tupleText(row), Date.parse(row.firstAllowed)] as const)),
    firstRefused: new Map([
      ...tuples.map((row) => [tupleText(row), Date.parse(row.firstSeen)] as const),
      ...(earlier?.firstRefused ?? []),
    ]),
    marked: new Set(marks.filter(({ state }) => state !== 'fixed').map(tupleText)),
    created: new Map(
      all.flatMap(({ action, target, time }) => (isMaking(action) && target !== null ? [[target, time] as const] : [])),
    ),
    changes: all.filter(({ action }) => isPolicyChange(action)),
    oldest: times.reduce<number | undefined>((least, time) => Math.min(least ?? time, time), undefined),
    newest: times.reduce<number | undefined>((most, time) => Math.max(most ?? time, time), undefined),
  }
}

const isMaking = (action: string): boolean => action === 'iam:CreateRole' || action === 'iam:CreateUser'

/**
 * Change events of a call that was allowed, two at most: of a call that was allowed often only the first and the last time
 * is kept.
 */
function changesOf({
  account,
  principalKey,
  action,
  resourceFamily,
  firstAllowed,
  lastAllowed,
}: AllowedRow): ChangeEvent[] {
  if (!isPolicyChange(action) && !isMaking(action)) return []
  const target = resourceFamily === '' || resourceFamily === '*' ? null : resourceFamily
  return [...new Set([firstAllowed, lastAllowed])].map((time) => ({
    time: Date.parse(time),
    eventId: null,
    action,
    by: principalKey === '' ? null : principalKey,
    target,
    account: account === '' ? null : account,
  }))
}

export const allowedBefore =
  ({ allowed }: SpikeContext) =>
  ({ principal, action, resourceFamily, first }: Row): boolean | undefined => {
    if (allowed === undefined) return undefined
    const since = allowed.get(`${principal} ${action} ${resourceFamily}`)
    return since !== undefined && since < first
  }
