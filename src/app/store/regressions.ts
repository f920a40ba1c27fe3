import type { RegressionLine } from '#report/store/text-regressions.ts'
import type { AllowedRow, DenialFilter, DenialStore, Mark, Tuple, TupleRow } from '#store/denial-store.ts'
import { tupleKey } from '#store/deduplicate-events.ts'
import type { PolicySource } from '#diagnose/diagnosis.ts'
import { type Deciding, decided } from './decide.ts'
import {
  changeOf,
  decisionOf,
  newestOf,
  type RegressionChange,
  type RegressionDecision,
  type Sides,
} from './regression-cause.ts'

export interface Regression extends Omit<RegressionLine, 'decision' | 'change'> {
  readonly account: string
}

/** A regression, and what refused. */
export interface ExplainedRegression extends Regression {
  /** Null: beyond the newest 200, or the store has no such row any more. */
  readonly decision: RegressionDecision | null
  /** Where two snapshots are given. */
  readonly change?: RegressionChange | null
}

/** Newest first. What was allowed is known where `ingest --successes` kept it. */
export async function regressionsOf(
  store: DenialStore,
  filter: DenialFilter,
): Promise<{ readonly schemaVersion: 1; readonly regressions: readonly Regression[] }> {
  const marks = new Map((await store.marks()).map((mark) => [tupleKey(mark), mark]))
  const allowed = new Map((await store.allowed()).map((row) => [tupleKey(row), row]))
  const tuples = await store.tuples(filter)
  const regressions = tuples.flatMap((tuple) => {
    const key = tupleKey(tuple)
    return regressionOf(tuple, marks.get(key), allowed.get(key)) ?? []
  })
  return { schemaVersion: 1, regressions: newestFirst(regressions) }
}

const newestFirst = (regressions: readonly Regression[]): readonly Regression[] =>
  regressions.toSorted((a, b) => (a.lastSeen > b.lastSeen ? -1 : 1))

/** Each is a look into the store, and two judgements where there are snapshots. */
const MOST_EXPLAINED = 200

export interface Snapshots {
  /** Decides the newest denials; undefined: what they were stored with says it. */
  readonly now: Deciding | undefined
  /** With both, what changed between them is told. */
  readonly before: PolicySource | undefined
}

/** Regressions of the store, those that were quiet before `from` among them, each with what refused. */
export async function explainedRegressions(
  store: DenialStore,
  filter: DenialFilter,
  { now, before }: Snapshots,
): Promise<{ readonly schemaVersion: 1; readonly regressions: readonly ExplainedRegression[] }> {
  const { regressions: known } = await regressionsOf(store, filter)
  const all = newestFirst([...known, ...(await quietBefore(store, filter, new Set(known.map(keyOf))))])
  const sides: Sides | undefined = now === undefined || before === undefined ? undefined : [before, now.subject]
  const explained: ExplainedRegression[] = []
  for (const regression of all) {
    const row = explained.length < MOST_EXPLAINED ? await newestOf(store, tupleIn(regression), filter) : undefined
    const change = row === undefined || sides === undefined ? null : changeOf(row, sides)
    const decision = row === undefined ? null : decisionOf(now === undefined ? row : decided(row, now))
    explained.push({ ...regression, decision, ...(sides === undefined ? {} : { change }) })
  }
  return { schemaVersion: 1, regressions: explained }
}

const tupleIn = ({ principal, ...rest }: Regression): Tuple => ({ ...rest, principalKey: principal })
const keyOf = (regression: Regression): string => tupleKey(tupleIn(regression))

/** In a younger history half of all tuples are new. */
const HISTORY_MS = 72 * 3_600_000

/** Tuples that were never refused before the time asked for, in a store that was watching well before it. */
async function quietBefore(
  store: DenialStore,
  filter: DenialFilter,
  known: ReadonlySet<string>,
): Promise<readonly Regression[]> {
  const { from, ...rest } = filter
  if (from === undefined) return []
  const marked = new Set((await store.marks()).map(tupleKey))
  const tuples = await store.tuples(rest)
  const oldest = await oldestIn(store)
  if (oldest === undefined || Date.parse(oldest) > Date.parse(from) - HISTORY_MS) return []
  return tuples
    .filter((tuple) => tuple.firstSeen >= from && !known.has(tupleKey(tuple)) && !marked.has(tupleKey(tuple)))
    .map((tuple) => asRegression(tuple, 'was-quiet', undefined, undefined))
}

async function oldestIn(store: DenialStore): Promise<string | undefined> {
  const days = (await store.groups('day', {})).map(({ firstSeen }) => firstSeen)
  return days.reduce<string | undefined>((least, day) => (least === undefined || day < least ? day : least), undefined)
}

function regressionOf(
  tuple: TupleRow,
  mark: Mark | undefined,
  allowed: AllowedRow | undefined,
): Regression | undefined {
  const cameBack = mark?.state === 'fixed' && tuple.lastSeen > mark.markedAt
  // What succeeds again after its last denial is none any more.
  const worked = allowed !== undefined && allowed.firstAllowed < tuple.lastSeen && allowed.lastAllowed < tuple.lastSeen
  // What somebody said of it holds until it comes back.
  if (!cameBack && (!worked || mark !== undefined)) return undefined
  return asRegression(tuple, cameBack ? 'marked-fixed' : 'was-allowed', mark, allowed)
}

function asRegression(
  { principalKey, count, firstSeen, lastSeen, account, action, resourceFamily }: TupleRow,
  reason: Regression['reason'],
  mark: Mark | undefined,
  allowed: AllowedRow | undefined,
): Regression {
  return {
    account,
    principal: principalKey,
    action,
    resourceFamily,
    reason,
    count,
    firstSeen,
    lastSeen,
    lastAllowed: allowed?.lastAllowed ?? null,
    markedAt: mark?.markedAt ?? null,
    note: mark?.note ?? null,
  }
}
