/** "As it was" out of a store: changes that `ingest --successes` kept are put back, with who made them. */
import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import { denytrace } from '../cli/run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-changes-'))
const at = (name: string): string => join(folder, name)
const ROLE = 'arn:aws:sts::111122223333:assumed-role/app/run'
const document = (...Statement: readonly unknown[]) => ({ Version: '2012-10-17', Statement })
const READ = { Sid: 'Read', Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::files/*' }
const LIST = { Sid: 'List', Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::files' }

const record = (eventTime: string, call: string, requestParameters: object, more: object = {}) => {
  const [service = '', eventName = ''] = call.split(':')
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      arn: 'arn:aws:sts::111122223333:assumed-role/platform/kim',
      accountId: '111122223333',
      accessKeyId: 'ASIAEXAMPLEEXAMPLE00',
      sessionContext: { sessionIssuer: { type: 'Role', arn: 'arn:aws:iam::111122223333:role/platform' } },
    },
    eventTime,
    eventSource: `${service}.amazonaws.com`,
    eventName,
    awsRegion: 'us-east-1',
    sourceIPAddress: '203.0.113.99',
    requestParameters,
    responseElements: null,
    requestID: `r-${eventTime}`,
    eventID: `e-${eventTime}`,
    recipientAccountId: '111122223333',
    ...more,
  }
}
const put = (time: string, roleName: string, ...statements: readonly unknown[]) =>
  record(time, 'iam:PutRolePolicy', {
    roleName,
    policyName: 'reader',
    policyDocument: JSON.stringify(document(...statements)),
  })

const refusal = record(
  '2026-05-05T07:00:00Z',
  's3:GetObject',
  { bucketName: 'files', key: 'a.txt' },
  {
    userIdentity: {
      type: 'AssumedRole',
      arn: ROLE,
      accountId: '111122223333',
      sessionContext: { sessionIssuer: { type: 'Role', arn: 'arn:aws:iam::111122223333:role/app' } },
    },
    errorCode: 'AccessDenied',
    errorMessage: `User: ${ROLE} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::files/a.txt" because no identity-based policy allows the s3:GetObject action`,
  },
)

// More changes of others than moments are looked at.
const others = Array.from({ length: 30 }, (_, i) => put(`2026-05-04T17:${10 + i}:00Z`, `other-${i}`, READ))
const changes = [put('2026-05-01T09:00:00Z', 'app', READ, LIST), put('2026-05-04T16:20:00Z', 'app', LIST), ...others]
writeFileSync(at('trail.json'), JSON.stringify({ Records: changes }))
writeFileSync(at('denial.json'), JSON.stringify(refusal))
writeFileSync(
  at('scenario.json'),
  JSON.stringify({ policies: { identityPolicies: [{ name: 'reader', document: document(LIST) }] } }),
)

const storeOf = async (name: string, ...options: readonly string[]): Promise<string> => {
  const store = `duckdb:${at(name)}`
  const { code, err } = await denytrace(['ingest', at('trail.json'), '--store', store, ...options])
  assert.equal(code, 0, err)
  return store
}
const diagnosed = async (...options: readonly string[]): Promise<string> => {
  const { out, err } = await denytrace(['diagnose', at('denial.json'), '--scenario', at('scenario.json'), ...options])
  assert.equal(err, '')
  return out
}

describe('with the changes of policies that a store kept', () => {
  test('what changed is put back first, with who changed it and when, and the printed command names the store', async () => {
    const store = await storeOf('kept.duckdb', '--successes')
    const out = await diagnosed('--store', store)
    assert.match(
      out.replaceAll(/\s+/g, ' '),
      /Put back a statement of `reader` as it was before 2026-05-04 16:20:00Z \(changed by arn:aws:sts::111122223333:assumed-role\/platform\/kim with iam:PutRolePolicy, 2026-05-04 16:20:00Z?\)/,
    )
    assert.match(out, new RegExp(`denytrace fix .* --store ${store.replaceAll('.', '\\.')} --out fix`))
    const written = await denytrace(['fix', at('denial.json'), '--scenario', at('scenario.json'), '--store', store])
    assert.match(written.out.replaceAll(/\s+/g, ' '), /as it was before 2026-05-04 16:20:00Z/)
    // A second time adds nothing.
    await storeOf('kept.duckdb', '--successes')
    assert.equal(await diagnosed('--store', store), out)
  })

  test('neither keys nor addresses of who made them are kept', async () => {
    await storeOf('lean.duckdb', '--successes')
    const instance = await DuckDBInstance.create(at('lean.duckdb'), { access_mode: 'READ_ONLY' })
    const connection = await instance.connect()
    const rows = (await connection.runAndReadAll('select record, action, principal_arn from policy_change')).getRowsJS()
    connection.closeSync()
    instance.closeSync()
    assert.equal(rows.length, changes.length)
    for (const [text] of rows) assert.doesNotMatch(String(text), /ASIA|203\.0\.113\.99|requestID/)
    assert.deepEqual(new Set(rows.map(([, action]) => action)), new Set(['iam:PutRolePolicy']))
  })

  test('without --successes, with a mask, or once they are forgotten, there are none', async () => {
    for (const options of [[], ['--successes', '--mask', 'names'], ['--successes', '--keep', '2026-05-04T18:00:00Z']]) {
      const name = `none-${options.length}${options.at(-1)?.slice(0, 4) ?? ''}.duckdb`
      const out = await diagnosed('--store', await storeOf(name, ...options))
      assert.doesNotMatch(out, /as it was/, options.join(' '))
    }
  })

  test('a store that is not there is an error where it is named, and a warning where the environment names it', async () => {
    const args = ['diagnose', at('denial.json'), '--scenario', at('scenario.json')]
    const missing = `duckdb:${at('missing.duckdb')}`
    const named = await denytrace([...args, '--store', missing])
    assert.match(named.err, /store\/not-found/)
    assert.notEqual(named.code, 0)
    const besides = await denytrace(args, { env: { DENYTRACE_STORE: missing } })
    assert.match(besides.err, /warning: the store of DENYTRACE_STORE was not read/)
    assert.match(besides.out, /^DENIED/)
    assert.equal(besides.code, 0)
  })
})
