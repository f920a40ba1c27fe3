import { type NoiseClass, noiseOf } from '#alert/noise.ts'
import { type ChangeEvent, isPolicyChange } from '#alert/policy-change.ts'
import type { Refusal, Row } from '#alert/refusal.ts'
import type { ReportedLayer } from '#intake/denial.ts'
import type { DenialRow } from '#store/denial-row.ts'
import type { AllowedRow, DenialStore, Tuple } from '#store/denial-store.ts'

/** What stands for what an event does not tell. */
const UNTOLD = '-'

/** What is known around the denials, read once. */
export interface Known {
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

/** `changes`: of CloudTrail files that were given besides. `now` in milliseconds: what claims to be later is not the newest. */
export async function knownOf(store: DenialStore, changes: readonly ChangeEvent[], now: number): Promise<Known> {
  const [tuples, allowed, marks] = [await store.tuples({}), await store.allowed(), await store.marks()]
  const times = [
    ...tuples.flatMap(({ firstSeen, lastSeen }) => [Date.parse(firstSeen), Date.parse(lastSeen)]),
    ...allowed.flatMap(({ firstAllowed, lastAllowed }) => [Date.parse(firstAllowed), Date.parse(lastAllowed)]),
  ].filter((time) => time <= now)
  const all = [...changes, ...allowed.flatMap(changesOf)]
  return {
    allowed:
      allowed.length === 0
        ? undefined
        : new Map(allowed.map((row) => [tupleText(row), Date.parse(row.firstAllowed)] as const)),
    firstRefused: new Map(tuples.map((row) => [tupleText(row), Date.parse(row.firstSeen)] as const)),
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

/** Of a call that was allowed often only the first and the last time is kept. */
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

/** As the detector counts it. */
export function refusalOf(row: DenialRow, known: Known): Refusal {
  const refusal = {
    eventId: row.eventId,
    time: Date.parse(row.eventTime),
    principal: row.principalKey ?? row.principalArn ?? UNTOLD,
    action: row.action ?? actionUntold(row),
    resourceFamily: row.resourceFamily ?? UNTOLD,
    account: row.callerAccount,
    layer: layerOf(row),
    denyType: row.effect as Refusal['denyType'],
    policyArn: row.policyArn,
    statement: row.statement,
  }
  return { ...refusal, noise: noiseOfRow(row, refusal, known) }
}

/** The layer AWS named; where it named none, the one that refuses by the snapshot, if it is the only one. */
function layerOf({ layer, blockedBy }: DenialRow): ReportedLayer | null {
  if (layer !== null) return layer as ReportedLayer
  return blockedBy === null || blockedBy.includes(',') ? null : (blockedBy as ReportedLayer)
}

/** The API's name where the event does not tell which action it stands for. */
const actionUntold = ({ service, eventName }: DenialRow): string =>
  service === null || eventName === null ? UNTOLD : `${service}:${eventName}`

function noiseOfRow(row: DenialRow, refusal: Omit<Refusal, 'noise'>, known: Known): NoiseClass | null {
  if (known.marked.has(`${refusal.principal} ${row.action ?? UNTOLD} ${refusal.resourceFamily}`)) return 'marked'
  return noiseOf({
    action: refusal.action,
    principal: refusal.principal,
    principalType: row.principalType,
    message: row.errorMessage,
    notes: notesOf(row.rest),
    invokedBy: row.invokedBy,
    time: refusal.time,
    principalCreated: known.created.get(refusal.principal),
  })
}

function notesOf(rest: string): readonly string[] {
  // Most rows have no note, and parsing each would cost more than all else.
  if (!rest.includes('"notes"')) return []
  const { notes = [] } = JSON.parse(rest) as { readonly notes?: readonly { readonly code: string }[] }
  return notes.map(({ code }) => code)
}

export const allowedBefore =
  ({ allowed }: Known) =>
  ({ principal, action, resourceFamily, first }: Row): boolean | undefined => {
    if (allowed === undefined) return undefined
    const since = allowed.get(`${principal} ${action} ${resourceFamily}`)
    return since !== undefined && since < first
  }
