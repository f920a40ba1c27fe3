import { UserError } from '../../errors.ts'
import type {
  DenialFilter,
  DenialGroup,
  DenialStore,
  PlaceInTime,
  GroupBy,
  RollupRow,
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
import { tupleKey } from '../deduplicate-events.ts'
import { denialRow, fieldsOf } from '../sql/rows.ts'
import { columnsOf, type SqlRow } from '../sql/session.ts'
import { examplesOf, talliesOf } from '../sql/tallies.ts'
import type { Statement } from '../sql/statement.ts'
import { inParts, withinDay } from './by-time.ts'
import { QueryError } from './query-error.ts'
import type { HistoryEngine } from './history-engine.ts'
import { historyFault } from './history-fault.ts'

/**
 * Past denials out of Parquet, by an engine for much of it. The query texts are those of the other stores. It only reads:
 * what others note beside the denials (marks, alerts, the ledger) is not in the files, so it is empty here.
 */
export function historyStore(given: HistoryEngine): DenialStore {
  const engine = asLatest(given)
  const list = async <T>(statement: Statement, read: (cells: SqlRow) => T): Promise<readonly T[]> =>
    (await engine.run(statement)).map(read)
  const told = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw historyFault(engine.name, error)
    }
  }
  const groups = async (by: GroupBy, filter: DenialFilter): Promise<readonly DenialGroup[]> =>
    mergeGroups(await inParts(engine, filter, (part) => list(groupsQuery(by, part), groupOf)))
  return {
    ...readOnly(engine.name),
    name: engine.name,
    byId: (id) => told(() => list(byIdQuery(id), denialRow)),
    find: (filter, limit, after) => told(() => newest(engine, filter, limit, after)),
    pages: (filter) => pagesOf(engine, filter, groups),
    groups: (by, filter) => told(() => groups(by, filter)),
    rollups: (range) =>
      told(async () => (await inParts(engine, range, (part) => list(rollupsQuery(part), fieldsOf<RollupRow>))).flat()),
    tally: (filter) =>
      talliesOf(
        (statement) => told(async () => columnsOf(await engine.run(statement))),
        () => told(() => groups('day', filter)),
        filter,
      ),
    examples: (cells, most) => told(() => examplesOf(engine.run, cells, most)),
    tuples: (filter) =>
      told(async () => mergeTuples(await inParts(engine, filter, (part) => list(tuplesQuery(part), tupleRow)))),
    watermarks: () => told(() => list(watermarksQuery(), fieldsOf<Watermark>)),
    close: async () => undefined,
  }
}

/** Columns that came after the first release: tables in the engine may have been made without them. */
const LATER = ['authorization_id']

/** Asks again with null for such a column, where the engine says that there is none. */
function asLatest(engine: HistoryEngine): HistoryEngine {
  const missing = new Set<string>()
  const adapted = (text: string): string =>
    [...missing].reduce((asked, name) => asked.replaceAll(name, nullAs(name)), text)
  const run: HistoryEngine['run'] = async (statement) => {
    try {
      return await engine.run({ ...statement, text: adapted(statement.text) })
    } catch (error) {
      const name = LATER.find((column) => error instanceof QueryError && error.message.includes(column))
      if (name === undefined || missing.has(name)) throw error
      missing.add(name)
      return run(statement)
    }
  }
  return { ...engine, run }
}

const nullAs = (name: string): string => `cast(null as varchar) as ${name}`

const groupOf = (cells: SqlRow): DenialGroup => ({
  key: cells['group_key'] as string | null,
  count: Number(cells['n']),
  firstSeen: String(cells['first_seen']),
  lastSeen: String(cells['last_seen']),
})

const tupleRow = ({ n, ...cells }: SqlRow): TupleRow => ({ ...fieldsOf<TupleRow>(cells), count: Number(n) })

interface SeenCount {
  readonly count: number
  readonly firstSeen: string
  readonly lastSeen: string
}

/** Of rows of several parts those with one key become one. */
function merged<T extends SeenCount>(parts: readonly (readonly T[])[], keyOf: (row: T) => string): readonly T[] {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  const rows = new Map<string, T>()
  for (const row of parts.flat()) {
    const before = rows.get(keyOf(row))
    if (before === undefined) rows.set(keyOf(row), row)
    else
      rows.set(keyOf(row), {
        ...row,
        count: before.count + row.count,
        firstSeen: before.firstSeen < row.firstSeen ? before.firstSeen : row.firstSeen,
        lastSeen: before.lastSeen > row.lastSeen ? before.lastSeen : row.lastSeen,
      })
  }
  return [...rows.values()]
}

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** No key and an empty one are two groups, as in SQL. */
const mergeGroups = (parts: readonly (readonly DenialGroup[])[]): readonly DenialGroup[] =>
  parts.length === 1
    ? (parts[0] ?? [])
    : merged(parts, ({ key }) => JSON.stringify(key)).toSorted(
        (a, b) => b.count - a.count || inOrder(a.key ?? '', b.key ?? ''),
      )

const mergeTuples = (parts: readonly (readonly TupleRow[])[]): readonly TupleRow[] =>
  parts.length === 1 ? (parts[0] ?? []) : merged(parts, tupleKey).toSorted((a, b) => inOrder(tupleKey(a), tupleKey(b)))

/** The newest of the newest part that has so many. */
async function newest(
  engine: HistoryEngine,
  filter: DenialFilter,
  limit: number,
  after: PlaceInTime | undefined,
): Promise<readonly DenialRow[]> {
  const ask = async (part: DenialFilter) => (await engine.run(findQuery(part, limit, after))).map(denialRow)
  const parts = await inParts(engine, filter, ask)
  return parts.toReversed().flat().slice(0, limit)
}

/** So many rows are held at a time. */
const PAGE = 20_000

/** Day by day, so that each question reads the files of one day, and a day in parts. */
async function* pagesOf(
  engine: HistoryEngine,
  filter: DenialFilter,
  groups: (by: GroupBy, filter: DenialFilter) => Promise<readonly DenialGroup[]>,
): AsyncGenerator<readonly DenialRow[], undefined> {
  try {
    const days = (await groups('day', filter)).map(({ key }) => key ?? '').toSorted()
    for (const day of days) {
      let after = { eventTime: '0001-01-01T00:00:00Z', eventId: '' }
      for (;;) {
        const rows = (await engine.run(pageQuery(withinDay(filter, day), after, PAGE))).map(denialRow)
        const last = rows.at(-1)
        if (last !== undefined) yield rows
        if (last === undefined || rows.length < PAGE) break
        after = last
      }
    }
    return undefined
  } catch (error) {
    throw historyFault(engine.name, error)
  }
}

type Rest = Omit<
  DenialStore,
  'name' | 'byId' | 'find' | 'pages' | 'groups' | 'rollups' | 'tally' | 'examples' | 'tuples' | 'watermarks' | 'close'
>

function readOnly(name: string): Rest {
  const none = async (): Promise<readonly never[]> => []
  const refuse = async (): Promise<never> => {
    throw new UserError(
      'store/read-only',
      `\`${name}\` is history, which is only read`,
      'write to `--store duckdb:PATH` or `postgres://…`, and export from there: `denytrace export --format parquet`',
    )
  }
  return {
    add: refuse,
    allowed: none,
    policyChanges: none,
    dirtyBuckets: none,
    mark: refuse,
    marks: none,
    quarantined: none,
    forget: refuse,
    series: none,
    withDetectionLock: refuse,
    saveDetection: refuse,
    alerts: none,
    setAlertState: refuse,
    claimDeliveries: refuse,
    endDelivery: refuse,
    enqueue: refuse,
    claim: refuse,
    extend: refuse,
    release: refuse,
    ledger: async () => ({ ready: 0, leased: 0, done: 0, dead: 0 }),
  }
}
