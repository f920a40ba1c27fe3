import { randomUUID } from 'node:crypto'
import type { DenialBatch, LedgerStore } from '../denial-store.ts'
import { type Lease, LeaseLost, MAX_DATA_ATTEMPTS, type ObjectName } from '../ledger.ts'
import { nowIn, SECONDS } from './clock.ts'
import type { Columns, SqlEngine, SqlSession } from './session.ts'
import { sql } from './statement.ts'

const NAME: Columns = [
  ['bucket', 'text'],
  ['object_key', 'text'],
  ['object_version', 'text'],
]

const MINE = `bucket = :bucket and object_key = :key and object_version = :version and state = 'leased' and token = :token`

const asParams = ({ bucket, key, version, token }: Lease) => ({ bucket, key, version, token })

/** Marks objects as read, in the transaction that writes what they held; a lease that was lost undoes all of it. */
export async function finishObjects(session: SqlSession, done: NonNullable<DenialBatch['done']>): Promise<void> {
  const inOrder = done.toSorted((a, b) => (a.lease.key < b.lease.key ? -1 : 1))
  for (const { lease, counts } of inOrder) {
    const rows = await session.run(
      sql(
        `update ingest_object set state = 'done', records = :records#integer, denials = :denials#integer
where ${MINE} returning token`,
        { ...asParams(lease), records: counts.records, denials: counts.denials },
      ),
    )
    if (rows.length === 0) throw new LeaseLost(lease)
  }
}

export function sqlLedger(engine: SqlEngine): LedgerStore {
  return {
    enqueue: (objects) => engine.write((session) => enqueue(session, objects)),
    claim: (limit, leaseSeconds) => engine.write((session) => claim(session, limit, leaseSeconds)),
    extend: (lease, leaseSeconds) =>
      engine.write(async (session) => {
        const rows = await session.run(
          sql(
            `update ingest_object set lease_until = ${nowIn(session)} + :seconds#integer * ${SECONDS}
where ${MINE} returning token`,
            { ...asParams(lease), seconds: leaseSeconds },
          ),
        )
        return rows.length > 0
      }),
    release: (lease, reason, isData) =>
      engine.write(async (session) => {
        await session.run(
          sql(
            `update ingest_object set attempts = attempts + :used#integer, last_error = :reason,
state = case when attempts + :used#integer >= ${MAX_DATA_ATTEMPTS} then 'dead' else 'ready' end
where ${MINE}`,
            { ...asParams(lease), reason, used: isData ? 1 : 0 },
          ),
        )
      }),
    ledger: () => engine.read(countStates),
  }
}

async function countStates(session: SqlSession) {
  const counts = { ready: 0, leased: 0, done: 0, dead: 0 }
  for (const { state, n } of await session.run(sql('select state, count(*) as n from ingest_object group by state')))
    counts[state as keyof typeof counts] = Number(n)
  return counts
}

async function enqueue(session: SqlSession, objects: readonly ObjectName[]): Promise<number> {
  if (objects.length === 0) return 0
  const rows = objects.map(({ bucket, key, version }) => ({ bucket, object_key: key, object_version: version }))
  const { text, params } = await session.load('objects', NAME, rows)
  const added = await session.run(
    sql(
      `insert into ingest_object (bucket, object_key, object_version, state, attempts, token, records, denials)
select distinct bucket, object_key, object_version, 'ready', 0, '', 0, 0 from ${text}
order by bucket, object_key, object_version on conflict do nothing returning bucket`,
      params,
    ),
  )
  return added.length
}

/** Workers of PostgreSQL step over what another is taking; DuckDB has one writer at a time. */
async function claim(session: SqlSession, limit: number, leaseSeconds: number): Promise<readonly Lease[]> {
  const now = nowIn(session)
  const free = `select bucket, object_key, object_version from ingest_object
where state = 'ready' or (state = 'leased' and lease_until <= ${now})
order by bucket, object_key, object_version limit :most#integer${session.dialect === 'postgres' ? ' for update skip locked' : ''}`
  const rows = await session.run(
    sql(
      `with free as (${free})
update ingest_object set state = 'leased', token = :token, lease_until = ${now} + :seconds#integer * ${SECONDS}
from free where ingest_object.bucket = free.bucket and ingest_object.object_key = free.object_key
and ingest_object.object_version = free.object_version
returning ingest_object.bucket, ingest_object.object_key, ingest_object.object_version, token, lease_until, attempts`,
      { most: limit, token: randomUUID(), seconds: leaseSeconds },
    ),
  )
  return rows.map((row) => ({
    bucket: String(row['bucket']),
    key: String(row['object_key']),
    version: String(row['object_version']),
    token: String(row['token']),
    until: String(row['lease_until']),
    attempts: Number(row['attempts']),
  }))
}
