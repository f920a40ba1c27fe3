import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UserError } from '../errors.ts'
import { bodyOf, withoutFolders } from './fault-body.ts'

test('an answer over the network names a file, and not where on the machine it lies', () => {
  for (const [text, want] of [
    ['there is no store `/srv/data/denytrace/denials.duckdb` yet', 'there is no store `denials.duckdb` yet'],
    ['`duckdb:/srv/my stores/a.duckdb` is busy', '`duckdb:a.duckdb` is busy'],
    ["ENOENT: no such file, open '/srv/secret/x.json'", "ENOENT: no such file, open 'x.json'"],
    ['`C:\\Users\\ann\\x.duckdb` is busy', '`x.duckdb` is busy'],
    ['see `/openapi.json` and `/api/denials/{eventId}`', 'see `/openapi.json` and `/api/denials/{eventId}`'],
    ['`arn:aws:iam::111122223333:role/ci/deploy` is no user', '`arn:aws:iam::111122223333:role/ci/deploy` is no user'],
    ['type `denytrace ingest PATH…`', 'type `denytrace ingest PATH…`'],
  ] as const)
    assert.equal(withoutFolders(text), want)
  const { error } = bodyOf(new UserError('store/busy', 'another program keeps `/a/b/c.duckdb` open', 'end it'))
  assert.equal(error.message, 'another program keeps `c.duckdb` open')
})

test('a fault of ours says nothing of the machine', () => {
  const { error } = bodyOf(new Error("EACCES: permission denied, open '/srv/.aws/credentials'"))
  assert.equal(error.code, 'internal/bug')
  assert.doesNotMatch(JSON.stringify(error), /srv|credentials/)
})
