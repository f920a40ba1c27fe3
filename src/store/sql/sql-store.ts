import type {
  AllowedRow,
  DenialFilter,
  DenialGroup,
  DenialStore,
  GroupBy,
  Mark,
  Quarantined,
  RollupRow,
  TimeRange,
  TupleRow,
  Watermark,
} from '../denial-store.ts'
import type { DenialRow } from '../denial-row.ts'
import {
  byIdQuery,
  findQuery,
  groupsQuery,
  pageQuery,
  rollupsQuery,
  tuplesQuery,
  watermarksQuery,
} from '../queries/denials.ts'
import type { PolicyChangeRow } from '../policy-change-row.ts'
import { denialRow, cellsOf, fieldsOf } from './rows.ts'
import type { Columns, SqlColumns, SqlEngine, SqlRow, SqlSession } from './session.ts'
import { sqlAlerts } from './sql-alerts.ts'
import { sqlLedger } from './sql-ledger.ts'
import { sql, type Statement } from './statement.ts'
import { examplesOf, talliesOf } from './tallies.ts'
import { ALLOWED_TABLE, MARK_TABLE, POLICY_CHANGE_TABLE, QUARANTINE_TABLE } from './tables.ts'
import { addBatch, type Changed, type DenialWriter } from './write-denials.ts'

export interface SqlStoreParts<S extends SqlSession> {
  readonly engine: SqlEngine<S>
  readonly writer: DenialWriter<S>
  /** Deletes denials and hours from before the time; gives how many denials were counted among them. */
  readonly forget: (session: SqlSession, before: string) => Promise<number>
  /** Before a batch: what must stand in a transaction of its own. */
  readonly prepare?: (rows: readonly DenialRow[]) => Promise<void>
  readonly changed?: Changed
}

/** A store over any engine that speaks our SQL: the statements are the same, the parts that are not come with the engine. */
export function sqlStore<S extends SqlSession>({
  engine,
  writer,
  forget,
  prepare,
  changed = () => undefined,
}: SqlStoreParts<S>): DenialStore {
  const ask = (statement: Statement): Promise<readonly SqlRow[]> => engine.read((session) => session.run(statement))
  const askColumns = (statement: Statement): Promise<SqlColumns> =>
    engine.read((session) => session.runColumns(statement))
  const list = async <T>(statement: Statement): Promise<readonly T[]> =>
    (await ask(statement)).map((cells) => fieldsOf<T>(cells))
  const groups = async (by: GroupBy, filter: DenialFilter): Promise<readonly DenialGroup[]> =>
    (await ask(groupsQuery(by, filter))).map((cells) => ({
      key: cells['group_key'] as string | null,
      count: Number(cells['n']),
      firstSeen: String(cells['first_seen']),
      lastSeen: String(cells['last_seen']),
    }))
  return {
    name: engine.name,
    add: async (batch) => {
      await prepare?.(batch.rows)
      return engine.write((session) => addBatch(session, writer, batch, changed))
    },
    byId: async (id) => (await ask(byIdQuery(id))).map(denialRow),
    find: async (filter, limit, after) => (await ask(findQuery(filter, limit, after))).map(denialRow),
    pages: (filter) => pagesOf(ask, filter),
    groups,
    rollups: (range) => list<RollupRow>(rollupsQuery(range)),
    tally: (filter) => talliesOf(askColumns, () => groups('day', filter), filter),
    examples: (cells, most) => examplesOf(ask, cells, most),
    tuples: async (filter) =>
      (await ask(tuplesQuery(filter))).map(({ n, ...cells }) => ({ ...fieldsOf<TupleRow>(cells), count: Number(n) })),
    allowed: () => list<AllowedRow>(inOrder('allowed', ALLOWED_TABLE, TUPLE_KEY)),
    policyChanges: async (range, limit) =>
      (await ask(policyChangesQuery(range, limit))).map((cells) => fieldsOf<PolicyChangeRow>(cells)),
    watermarks: () => list<Watermark>(watermarksQuery()),
    mark: (mark) => engine.write((session) => saveMark(session, mark)),
    marks: () => list<Mark>(inOrder('mark', MARK_TABLE, TUPLE_KEY)),
    quarantined: () => list<Quarantined>(inOrder('quarantine', QUARANTINE_TABLE, 'source, position')),
    forget: (before) => engine.write((session) => forget(session, before)),
    ...sqlAlerts(engine),
    ...sqlLedger(engine),
    close: engine.close,
  }
}

const TUPLE_KEY = 'account, principal_key, action, resource_family'

const inOrder = (table: string, columns: Columns, by: string): Statement =>
  sql(`select ${columns.map(([name]) => name).join(', ')} from ${table} order by ${by}`)

const PAGE = 5000

async function* pagesOf(
  ask: (statement: Statement) => Promise<readonly SqlRow[]>,
  filter: DenialFilter,
): AsyncGenerator<readonly DenialRow[], undefined> {
  let after = { eventTime: '0001-01-01T00:00:00Z', eventId: '' }
  for (;;) {
    const rows = (await ask(pageQuery(filter, after, PAGE))).map(denialRow)
    const last = rows.at(-1)
    if (last !== undefined) yield rows
    if (last === undefined || rows.length < PAGE) return undefined
    after = last
  }
}

async function saveMark(session: SqlSession, mark: Mark): Promise<void> {
  const columns = MARK_TABLE.map(([name]) => name).join(', ')
  const { text, params } = await session.load('marked', MARK_TABLE, [cellsOf(mark)])
  await session.run(
    sql(
      `insert into mark (${columns}) select ${columns} from ${text}
on conflict (${TUPLE_KEY}) do update set state = excluded.state, note = excluded.note, marked_at = excluded.marked_at`,
      params,
    ),
  )
}

/** Hours, denials and changes of policies from before the time, row by row. */
export async function deleteBefore(session: SqlSession, before: string): Promise<number> {
  const [row] = await session.run(
    sql('select count(*) as n from denial where is_primary = true and event_time < :before#time', { before }),
  )
  await session.run(sql('delete from denial where event_time < :before#time', { before }))
  await session.run(sql(`delete from denial_rollup where bucket_start < date_trunc('hour', :before#time)`, { before }))
  await session.run(sql('delete from policy_change where changed_at < :before#time', { before }))
  return Number(row?.['n'] ?? 0)
}

function policyChangesQuery({ from, to }: TimeRange, limit: number): Statement {
  const clauses = ['1 = 1']
  if (from !== undefined) clauses.push('changed_at >= :from#time')
  if (to !== undefined) clauses.push('changed_at < :to#time')
  return sql(
    `select ${POLICY_CHANGE_TABLE.map(([name]) => name).join(', ')} from policy_change
where ${clauses.join(' and ')} order by changed_at desc, event_id desc limit :most#integer`,
    { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }), most: limit },
  )
}
