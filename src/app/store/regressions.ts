import type { AllowedRow, DenialFilter, DenialStore, Mark, TupleRow } from '#store/denial-store.ts'
import { tupleKey } from '#store/settle.ts'

/** A tuple that is refused although it was allowed before, or was marked fixed. */
export interface Regression {
  readonly account: string
  readonly principal: string
  readonly action: string
  readonly resourceFamily: string
  readonly reason: 'marked-fixed' | 'was-allowed'
  readonly count: number
  readonly firstSeen: string
  readonly lastSeen: string
  readonly lastAllowed: string | null
  readonly markedAt: string | null
  readonly note: string | null
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
  return { schemaVersion: 1, regressions: regressions.toSorted((a, b) => (a.lastSeen > b.lastSeen ? -1 : 1)) }
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
  const { principalKey, count, firstSeen, lastSeen, account, action, resourceFamily } = tuple
  return {
    account,
    principal: principalKey,
    action,
    resourceFamily,
    reason: cameBack ? 'marked-fixed' : 'was-allowed',
    count,
    firstSeen,
    lastSeen,
    lastAllowed: allowed?.lastAllowed ?? null,
    markedAt: mark?.markedAt ?? null,
    note: mark?.note ?? null,
  }
}
