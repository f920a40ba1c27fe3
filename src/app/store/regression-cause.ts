import { differencesBetween, type LayerDifference, type StatementDifference } from '#diagnose/differences.ts'
import type { PolicySource } from '#diagnose/diagnosis.ts'
import type { Decision } from '#engine/decision.ts'
import type { DenialRow } from '#store/denial-row.ts'
import type { DenialStore, TimeRange, Tuple } from '#store/denial-store.ts'
import { tupleKey, tupleOf } from '#store/deduplicate-events.ts'
import { diagnosed } from './decide.ts'

/**
 * The cause of the newest denial of a tuple: what AWS named, and what the snapshot says that is given, or that it was stored
 * with.
 */
export interface RegressionDecision {
  readonly eventId: string
  readonly layer: string | null
  readonly denyType: string | null
  readonly policyArn: string | null
  readonly statement: string | null
  readonly blockedBy: readonly string[]
}

/** Decisions on a request by the snapshot of before and by that of now, and the first layer at which they part. */
export interface RegressionChange {
  readonly before: Decision['decision']
  readonly after: Decision['decision']
  /** Null: no layer differs. */
  readonly layer: string | null
  /** The level of the organization. */
  readonly where: string | null
  readonly statements: readonly ChangedStatement[]
}

export interface ChangedStatement {
  readonly how: 'added' | 'removed' | 'changed'
  readonly policy: string
  /** Its Sid, or `Statement[2]`. */
  readonly statement: string
  readonly effect: 'Allow' | 'Deny'
}

/** Before and now. */
export type Sides = readonly [before: PolicySource, after: PolicySource]

/** The newest denial of the tuple in the time; undefined: what an event does not tell cannot be asked for. */
export async function newestOf(
  store: DenialStore,
  tuple: Tuple,
  { from, to }: TimeRange,
): Promise<DenialRow | undefined> {
  const knownFields = Object.entries({
    account: tuple.account,
    principalKey: tuple.principalKey,
    action: tuple.action,
    resourceFamily: tuple.resourceFamily,
  }).filter(([, value]) => value !== '')
  const range = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
  const rows = await store.find(
    { ...Object.fromEntries(knownFields), ...range },
    knownFields.length === 4 ? 1 : UNTOLD_ROWS,
  )
  return rows.find((row) => tupleKey(tupleOf(row)) === tupleKey(tuple))
}

/** Rows looked through for a tuple of which the events do not tell all. */
const UNTOLD_ROWS = 200

export const decisionOf = (row: DenialRow): RegressionDecision => ({
  eventId: row.eventId,
  layer: row.layer,
  denyType: row.effect,
  policyArn: row.policyArn,
  statement: row.statement,
  blockedBy: row.blockedBy?.split(',') ?? [],
})

export function changeOf(row: DenialRow, [before, after]: Sides): RegressionChange | null {
  const [old, now] = [before, after].map((policySource) => diagnosed(row, policySource)?.steps[0]?.decision)
  if (old === undefined || now === undefined) return null
  const [first] = differencesBetween(now, old)
  return {
    before: old.decision,
    after: now.decision,
    layer: first?.layer ?? null,
    where: first?.where ?? null,
    statements: first === undefined ? [] : statementsOf(first),
  }
}

const statementsOf = ({ statements }: LayerDifference): readonly ChangedStatement[] =>
  statements.flatMap((difference) => changed(difference) ?? [])

function changed({ here, there }: StatementDifference): ChangedStatement | undefined {
  const statement = here ?? there
  if (statement === null) return undefined
  const { policy, policyArn, sid, index, effect } = statement
  return {
    how: there === null ? 'added' : here === null ? 'removed' : 'changed',
    policy: policyArn ?? policy,
    statement: sid ?? `Statement[${index}]`,
    effect,
  }
}
