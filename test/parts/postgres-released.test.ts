/** PostgreSQL stores of every released version, out of dumps that were made of them; and databases that somebody else changed. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { openPool } from '#store/postgres/driver.ts'
import { POSTGRES_RELEASES } from '#store/postgres/postgres-releases.ts'
import { openPostgresStore } from '#store/postgres/postgres-store.ts'
import { sampleRow } from '../conformance/sample-rows.ts'
import { type DatabaseServer, noPostgres, usePostgres } from './postgres.ts'

const FOLDER = new URL('../store/released/', import.meta.url)
const skip = noPostgres ?? false
let server: DatabaseServer | undefined
if (noPostgres === undefined) {
  before(async () => void (server = await usePostgres()))
  after(() => server?.remove())
}

async function databaseWith(...texts: readonly string[]): Promise<string> {
  if (server === undefined) throw new Error('PostgreSQL did not start')
  const url = await server.database()
  await run(url, ...texts)
  return url
}

async function run(url: string, ...texts: readonly string[]): Promise<void> {
  const pool = openPool(url, 1)
  const client = await pool.connect()
  for (const text of texts) await client.query(text)
  client.release(true)
  await pool.end()
}

/** Versions that had no column for it. */
const AUTHORIZATION_IN_REST: ReadonlySet<string> = new Set(['postgres-1.sql', 'postgres-2.sql'])
const CHANGE = {
  eventId: 'c-1',
  changedAt: '2026-04-27T09:00:00Z',
  account: '111122223333',
  principalArn: 'arn:aws:iam::111122223333:user/kim',
  action: 'iam:PutRolePolicy',
  record: '{}',
}
const dumps = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.sql'))
  .toSorted()

test('there is a dump of every version but that of today', () => {
  assert.deepEqual(
    dumps,
    POSTGRES_RELEASES.slice(0, -1).map((_, i) => `postgres-${i + 1}.sql`),
  )
})

for (const name of dumps)
  test(`${name}: it is brought to what is known now, and all of it is there`, { skip }, async () => {
    const url = await databaseWith(
      readFileSync(new URL(name, FOLDER), 'utf8'),
      AUTHORIZATION_IN_REST.has(name)
        ? `update public.denial set rest = '{"given":{},"authorizationId":"a-1"}' where request_id = 'REQUEST1'`
        : `update public.denial set authorization_id = 'a-1' where request_id = 'REQUEST1'`,
    )
    for (const times of [1, 2]) {
      const store = await openPostgresStore(url)
      const rows = (await store.find({}, 10)).toSorted((a, b) => (a.eventTime < b.eventTime ? -1 : 1))
      assert.deepEqual(
        rows.slice(0, 3).map(({ requestId, authorizationId }) => [requestId, authorizationId]),
        [
          ['REQUEST1', 'a-1'],
          ['REQUEST2', null],
          ['REQUEST3', null],
        ],
        `opened ${times} times`,
      )
      assert.deepEqual(
        (await store.marks()).map(({ state, note }) => [state, note]),
        [['accepted', 'known']],
      )
      assert.equal((await store.quarantined())[0]?.reason, 'it is no JSON')
      const more = sampleRow({ eventId: 'e-4', eventTime: '2026-04-28T00:00:00Z', authorizationId: 'a-4' })
      assert.equal((await store.add({ rows: [...rows.slice(0, 3), more] })).fresh, times === 1 ? 1 : 0)
      assert.equal((await store.byId('e-4'))[0]?.authorizationId, 'a-4')
      assert.deepEqual(await store.policyChanges({}, 10), times === 1 ? [] : [CHANGE])
      await store.add({ rows: [], changes: [CHANGE] })
      await store.close()
    }
  })

const HOSTILE: readonly (readonly [what: string, ...texts: string[]])[] = [
  [
    'a view in place of the denials',
    'alter table denial rename to d',
    `create view denial as select * from d where pg_sleep(0) is not null`,
  ],
  ['a view in place of the marks', 'alter table mark rename to m', 'create view mark as select * from m'],
  [
    'a trigger',
    `create function f() returns trigger language plpgsql as 'begin return new; end'`,
    'create trigger t before insert on mark for each row execute function f()',
  ],
  ['a rule', 'create rule r as on insert to mark do also notify x'],
  ['a default', `alter table mark alter column note set default current_user`],
  ['a generated column', `alter table mark add column spare text generated always as (state || 'x') stored`],
  ['a constraint', `alter table mark add constraint k check (length(note) < 10)`],
  ['an index over an expression', 'create index i on mark (lower(note))'],
  ['a column more', 'alter table mark add column spare integer'],
  ['a column less', 'alter table mark drop column note'],
  ['a column of another type', 'alter table mark alter column note type varchar(10)'],
]

for (const [what, ...texts] of HOSTILE)
  test(`${what}: the database is refused`, { skip }, async () => {
    const url = await databaseWith()
    await (await openPostgresStore(url)).close()
    await run(url, ...texts)
    await assert.rejects(openPostgresStore(url), { code: 'store/unreadable' })
  })

test('a store of a newer version is refused', { skip }, async () => {
  const url = await databaseWith()
  await (await openPostgresStore(url)).close()
  await run(url, 'insert into store_version values (99)')
  await assert.rejects(openPostgresStore(url), { code: 'store/newer', message: /tables 99, known 4/ })
})

test('tables of another schema, and of the session, do not stand in for ours', { skip }, async () => {
  const url = await databaseWith('create schema other')
  const store = await openPostgresStore(url)
  await store.add({ rows: [sampleRow()] })
  await run(
    url,
    'create table other.denial as select * from public.denial limit 0',
    `alter role denytrace set search_path = other, public`,
  )
  assert.equal((await store.find({}, 10)).length, 1)
  await store.close()
  await run(url, 'alter role denytrace reset search_path')
})
