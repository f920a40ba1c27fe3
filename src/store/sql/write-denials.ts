import type { DenialRow } from '../denial-row.ts'
import type { Added, DenialBatch, RollupRow } from '../denial-store.ts'
import { dayOf } from '../hours.ts'
import { type Deduplicated, deduplicateEvents } from '../deduplicate-events.ts'
import { finishObjects } from './sql-ledger.ts'
import { cellsOf, fieldsOf, inOrder } from './rows.ts'
import type { Columns, Source, SqlSession } from './session.ts'
import { sql } from './statement.ts'
import { ALLOWED_TABLE, DENIAL_TABLE, POLICY_CHANGE_TABLE, QUARANTINE_TABLE, ROLLUP_TABLE } from './tables.ts'

/** How an engine does what is not written alike everywhere. */
export interface DenialWriter<S extends SqlSession = SqlSession, Row extends Deduplicated = DenialRow> {
  /** Inserts what is not there of rows in order of time. */
  readonly insertNew: (session: S, rows: readonly Row[]) => Promise<Inserted>
  readonly addToHours: (session: S, source: Source) => Promise<void>
}

export interface Inserted {
  /** Event ids. */
  readonly fresh: ReadonlySet<string>
  /** Of all rows at least `KEY_TABLE`'s columns. */
  readonly source: Source
}

/** Columns that tell which stored rows belong to those of a batch. */
export const KEY_TABLE: Columns = DENIAL_TABLE.filter(([name]) =>
  ['event_id', 'shared_event_id', 'original_event_id', 'request_id', 'source_kind'].includes(name),
)

/** Told the days of which denials came or are counted no longer. */
export type Changed = (days: readonly string[]) => void

/** A batch whose rows the writer has, or finds by these. */
type BatchOf<Row> = Omit<DenialBatch, 'rows'> & { readonly rows: readonly Row[] }

/** Adds all rows of a batch in the caller's transaction (docs/store.md, "Counted once"). */
export async function addBatch<S extends SqlSession, Row extends Deduplicated>(
  session: S,
  writer: DenialWriter<S, Row>,
  batch: BatchOf<Row>,
  changed: Changed,
): Promise<Added> {
  const rows = [...new Map(batch.rows.map((row) => [row.eventId, row])).values()].toSorted(inOrder)
  const fresh = rows.length === 0 ? 0 : await addRows(session, writer, rows, changed)
  await addAllowed(session, batch.allowed ?? [])
  await addQuarantined(session, batch.quarantined ?? [])
  await addChanges(session, batch.changes ?? [])
  await finishObjects(session, batch.done ?? [])
  return { fresh, duplicates: batch.rows.length - fresh }
}

async function addRows<S extends SqlSession, Row extends Deduplicated>(
  session: S,
  writer: DenialWriter<S, Row>,
  rows: readonly Row[],
  changed: Changed,
): Promise<number> {
  const { fresh: inserted, source } = await writer.insertNew(session, rows)
  const fresh = rows.filter(({ eventId }) => inserted.has(eventId))
  if (fresh.length === 0) return 0
  const related = (await relatedRows(session, fresh, source)).filter(({ eventId }) => !inserted.has(eventId))
  const { notPrimary, demoted, deltas, fresh: count } = deduplicateEvents(fresh, related)
  await demote(session, [...notPrimary, ...demoted])
  const left = new Set(demoted)
  changed([...fresh, ...related.filter(({ eventId }) => left.has(eventId))].map(({ eventTime }) => dayOf(eventTime)))
  if (deltas.length > 0) await changeHours(session, writer, deltas)
  return count
}

const SETTLED = `event_id, event_time, shared_event_id, original_event_id, caller_account, recipient_account,
principal_key, action, resource_family, is_primary, request_id, source_kind`

/** Stored rows that tell of the same requests; each arm only where the batch can have some. */
async function relatedRows(
  session: SqlSession,
  fresh: readonly Deduplicated[],
  { text, params }: Source,
): Promise<readonly Deduplicated[]> {
  const arms = [
    `select ${SETTLED} from denial where original_event_id is not null and original_event_id in (select event_id from ${text})`,
  ]
  if (fresh.some(({ requestId }) => requestId !== null))
    arms.push(
      `select ${SETTLED} from denial where source_kind = 'paste' and request_id in (select request_id from ${text} where request_id is not null)`,
    )
  if (fresh.some(({ sourceKind, requestId }) => sourceKind === 'paste' && requestId !== null))
    arms.push(
      `select ${SETTLED} from denial where request_id in (select request_id from ${text} where source_kind = 'paste' and request_id is not null)`,
    )
  if (fresh.some(({ sharedEventId }) => sharedEventId !== null))
    arms.push(
      `select ${SETTLED} from denial where shared_event_id in (select shared_event_id from ${text} where shared_event_id is not null)`,
    )
  if (fresh.some(({ originalEventId }) => originalEventId !== null)) {
    const originals = `(select original_event_id from ${text} where original_event_id is not null)`
    arms.push(`select ${SETTLED} from denial where event_id in ${originals}`)
    arms.push(`select ${SETTLED} from denial where original_event_id in ${originals}`)
  }
  const found = await session.run(sql(arms.join(' union '), params))
  return found.map((cells) => fieldsOf<Deduplicated>(cells))
}

const ID: Columns = [['id', 'text']]

async function demote(session: SqlSession, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const { text, params } = await session.load(
    'demoted',
    ID,
    ids.map((id) => ({ id })),
  )
  await session.run(sql(`update denial set is_primary = false where event_id in (select id from ${text})`, params))
}

async function changeHours<S extends SqlSession>(
  session: S,
  writer: Pick<DenialWriter<S>, 'addToHours'>,
  deltas: readonly RollupRow[],
): Promise<void> {
  const source = await session.load('deltas', ROLLUP_TABLE, deltas.map(cellsOf))
  await writer.addToHours(session, source)
  await session.run(
    sql(
      `insert into dirty_bucket (bucket_start, version)
select distinct bucket_start, 1 from ${source.text} order by bucket_start
on conflict (bucket_start) do update set version = dirty_bucket.version + 1`,
      source.params,
    ),
  )
}

async function addAllowed(session: SqlSession, rows: NonNullable<DenialBatch['allowed']>): Promise<void> {
  if (rows.length === 0) return
  const names = ALLOWED_TABLE.map(([name]) => name).join(', ')
  const { text, params } = await session.load('allowing', ALLOWED_TABLE, rows.map(cellsOf))
  await session.run(
    sql(
      `insert into allowed (${names})
select account, principal_key, action, resource_family, min(first_allowed), max(last_allowed) from ${text}
group by account, principal_key, action, resource_family
order by account, principal_key, action, resource_family
on conflict (account, principal_key, action, resource_family) do update set
first_allowed = least(allowed.first_allowed, excluded.first_allowed),
last_allowed = greatest(allowed.last_allowed, excluded.last_allowed)`,
      params,
    ),
  )
}

async function addQuarantined(session: SqlSession, rows: NonNullable<DenialBatch['quarantined']>): Promise<void> {
  if (rows.length === 0) return
  const names = QUARANTINE_TABLE.map(([name]) => name).join(', ')
  const { text, params } = await session.load('quarantining', QUARANTINE_TABLE, rows.map(cellsOf))
  await session.run(
    sql(`insert into quarantine (${names}) select distinct ${names} from ${text} on conflict do nothing`, params),
  )
}

/** An event that is delivered twice is one change. */
async function addChanges(session: SqlSession, changes: NonNullable<DenialBatch['changes']>): Promise<void> {
  if (changes.length === 0) return
  const names = POLICY_CHANGE_TABLE.map(([name]) => name).join(', ')
  const once = [...new Map(changes.map((change) => [change.eventId, change])).values()]
  const { text, params } = await session.load('changing', POLICY_CHANGE_TABLE, once.map(cellsOf))
  await session.run(
    sql(`insert into policy_change (${names}) select ${names} from ${text} on conflict (event_id) do nothing`, params),
  )
}
