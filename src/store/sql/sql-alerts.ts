import { randomUUID } from 'node:crypto'
import type { AlertStore } from '../denial-store.ts'
import type { Delivery, Detection, DirtyBucket, SeriesRow, StoredAlert } from '../detection.ts'
import { nowIn, SECONDS } from './clock.ts'
import { cellsOf, fieldsOf } from './rows.ts'
import type { Columns, SqlEngine, SqlSession } from './session.ts'
import { sql } from './statement.ts'
import { ALERT_TABLE, DIRTY_TABLE, OUTBOX_TABLE, SERIES_TABLE } from './tables.ts'

const names = (columns: Columns): string => columns.map(([name]) => name).join(', ')

export function sqlAlerts(engine: SqlEngine): AlertStore {
  return {
    dirtyBuckets: () =>
      all<DirtyBucket>(engine, 'select bucket_start, version from dirty_bucket order by bucket_start'),
    series: async (family) =>
      (
        await engine.read((session) =>
          session.run(
            sql(`select ${names(SERIES_TABLE)} from spike_series where family = :family order by key`, { family }),
          ),
        )
      ).map((cells) => fieldsOf<SeriesRow>(cells)),
    withDetectionLock: (work) => work(),
    saveDetection: (detection) => engine.write((session) => save(session, detection)),
    alerts: async ({ from = '0001-01-01T00:00:00Z', to = '9999-01-01T00:00:00Z' }) => {
      const rows = await engine.read((session) =>
        session.run(
          sql(
            `select ${names(ALERT_TABLE)} from alert where bucket_start >= :from#time and bucket_start < :to#time
order by bucket_start, id`,
            { from, to },
          ),
        ),
      )
      return rows.map((cells) => fieldsOf<StoredAlert>(cells))
    },
    setAlertState: (id, state) =>
      engine.write(async (session) => {
        const changed = await session.run(
          sql(`update alert set state = :state, changed_at = ${nowIn(session)} where id = :id returning id`, {
            id,
            state,
          }),
        )
        return changed.length > 0
      }),
    claimDeliveries: (limit, leaseSeconds) => engine.write((session) => claim(session, limit, leaseSeconds)),
    endDelivery: ({ dedupeKey, token }, retryAfterSeconds) =>
      engine.write(async (session) => {
        await session.run(
          sql(
            `update outbox set is_done = :done, due = ${nowIn(session)} + :seconds#integer * ${SECONDS}
where dedupe_key = :key and token = :token`,
            { key: dedupeKey, token, done: retryAfterSeconds === undefined, seconds: retryAfterSeconds ?? 0 },
          ),
        )
      }),
  }
}

const all = async <T>(engine: SqlEngine, text: string): Promise<readonly T[]> =>
  (await engine.read((session) => session.run(sql(text)))).map((cells) => fieldsOf<T>(cells))

async function save(session: SqlSession, { series, alerts, deliveries, cleaned }: Detection): Promise<void> {
  if (series.length > 0) await saveSeries(session, series)
  if (alerts.length > 0) await saveAlerts(session, alerts)
  if (deliveries.length > 0) await saveDeliveries(session, deliveries)
  if (cleaned.length === 0) return
  const { text, params } = await session.load('cleaned', DIRTY_TABLE, cleaned.map(cellsOf))
  await session.run(
    sql(
      `delete from dirty_bucket where exists (select 1 from ${text}
where cleaned.bucket_start = dirty_bucket.bucket_start and cleaned.version = dirty_bucket.version)`,
      params,
    ),
  )
}

async function saveSeries(session: SqlSession, series: Detection['series']): Promise<void> {
  const columns = names(SERIES_TABLE)
  const { text, params } = await session.load('changed', SERIES_TABLE, series.map(cellsOf))
  await session.run(
    sql(
      `insert into spike_series (${columns}) select ${columns} from ${text} order by family, key
on conflict (family, key) do update set last_bucket = excluded.last_bucket, model_version = excluded.model_version,
state = excluded.state`,
      params,
    ),
  )
}

async function saveAlerts(session: SqlSession, alerts: Detection['alerts']): Promise<void> {
  const given = ALERT_TABLE.slice(0, -2)
  const columns = names(given)
  const { text, params } = await session.load('found', given, alerts.map(cellsOf))
  const now = nowIn(session)
  await session.run(
    sql(
      `insert into alert (${columns}, state, changed_at) select ${columns}, 'open', ${now} from ${text} order by id
on conflict (id) do update set revision = excluded.revision, body = excluded.body, changed_at = excluded.changed_at,
bucket_start = excluded.bucket_start,
state = case when alert.state = 'closed' then 'open' else alert.state end
where alert.revision < excluded.revision`,
      params,
    ),
  )
}

async function saveDeliveries(session: SqlSession, deliveries: Detection['deliveries']): Promise<void> {
  const given = OUTBOX_TABLE.slice(0, 4)
  const columns = names(given)
  const { text, params } = await session.load('told', given, deliveries.map(cellsOf))
  await session.run(
    sql(
      `insert into outbox (${columns}, attempts, token, due, is_done)
select ${columns}, 0, '', ${nowIn(session)}, false from ${text} order by dedupe_key on conflict do nothing`,
      params,
    ),
  )
}

async function claim(session: SqlSession, limit: number, leaseSeconds: number): Promise<readonly Delivery[]> {
  const now = nowIn(session)
  const due = `select dedupe_key from outbox where is_done = false and due <= ${now}
order by dedupe_key limit :most#integer${session.dialect === 'postgres' ? ' for update skip locked' : ''}`
  const rows = await session.run(
    sql(
      `with waiting as (${due})
update outbox set token = :token, attempts = attempts + 1, due = ${now} + :seconds#integer * ${SECONDS}
from waiting where outbox.dedupe_key = waiting.dedupe_key
returning outbox.dedupe_key, sink, alert_id, body, attempts, token`,
      { most: limit, token: randomUUID(), seconds: leaseSeconds },
    ),
  )
  return rows.map((cells) => fieldsOf<Delivery>(cells)).toSorted((a, b) => (a.dedupeKey < b.dedupeKey ? -1 : 1))
}
