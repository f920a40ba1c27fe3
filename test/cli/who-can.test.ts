import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXAMPLE, type Ran } from './run-cli.ts'
import { denytraceInside as denytrace } from './run-inside.ts'

const SNAPSHOT = ['--snapshot', `${EXAMPLE}/snapshot`]
const OBJECT = 'arn:aws:s3:::prod-artifacts/releases/app.zip'
const READERS = ['role/artifact-reader', 'root', 'user/alice'].map((name) => `arn:aws:iam::111122223333:${name}`)

function assertFault({ code, out, err }: Ran, exit: number, name: string, hint: string): void {
  assert.equal(out, '')
  const [first = '', second = '', ...rest] = err.split('\n')
  assert.ok(first.startsWith(`${name}: `), err)
  assert.ok(second.startsWith('hint: ') && second.includes(hint), err)
  assert.deepEqual(rest, [''])
  assert.equal(code, exit)
}

test('who can read an object, with what the bucket policy asks for', async () => {
  const { code, out, err } = await denytrace(['who-can', 's3:GetObject', OBJECT, ...SNAPSHOT, '--format', 'json'])
  assert.equal(err, '')
  assert.equal(code, 0)
  const { schemaVersion, principals, notExamined } = JSON.parse(out)
  assert.equal(schemaVersion, 1)
  assert.deepEqual(notExamined, [])
  assert.deepEqual(
    principals.map(({ principal }: { principal: string }) => principal),
    READERS,
  )
  for (const { principal, decision, access } of principals) {
    assert.equal(decision, 'allowed')
    const of = { principals: [principal], actions: ['s3:GetObject'], resources: [OBJECT] }
    const tls = { ...of, conditions: [{ Bool: { 'aws:SecureTransport': 'false' } }] }
    assert.deepEqual(access, [{ ...of, conditions: [], except: [tls] }])
  }
})

test('a key that is said is no longer free', async () => {
  const args = ['who-can', 's3:GetObject', OBJECT, ...SNAPSHOT, '--context']
  const clear = await denytrace([...args, 'aws:SecureTransport=false'])
  assert.match(clear.out, /^nobody of 5 looked at$/m)
  assert.equal(clear.code, 0)
  assert.match((await denytrace([...args, 'aws:SecureTransport=true'])).out, /^Allowed$/m)
})

test('with --all those who cannot are listed too', async () => {
  const { out } = await denytrace(['who-can', 's3:getobject', OBJECT, ...SNAPSHOT, '--all'])
  assert.match(out, /\nDenied\n(?: {2}\S+\n)* {2}arn:aws:iam::111122223333:role\/deploy-role\n/)
})

test('an action without a resource needs none; an account whose principals are not at hand is named', async () => {
  const { code, out } = await denytrace(['who-can', 'sts:GetCallerIdentity', ...SNAPSHOT])
  assert.equal(code, 4)
  assert.match(out, /\nNot looked at\n {2}account 444455556666: its users and roles are not in the snapshot\n/)
  assert.match(out, /^Who can {2}sts:GetCallerIdentity {2}\*$/m)
})

test('lines keep to the width of the page', async () => {
  const { out } = await denytrace(['who-can', 's3:GetObject', OBJECT, ...SNAPSHOT, '--all'], { env: { COLUMNS: '80' } })
  for (const line of out.split('\n')) assert.ok(line.length <= 80, line)
})

test('an ARN with wildcards stands for all that it holds; who may do some of it says which', async () => {
  const { code, out } = await denytrace(['who-can', 's3:GetObject', 'arn:aws:s3:::prod-artifacts/*', ...SNAPSHOT])
  assert.equal(code, 0)
  assert.match(
    out,
    /\nAllowed on arn:aws:s3:::prod-artifacts\/releases\/\* unless aws:SecureTransport is false\n {2}arn:aws:iam::111122223333:role\/artifact-reader\n/,
  )
  assert.match(
    out,
    /\nAllowed unless aws:SecureTransport is false\n(?: {2}\S+\n)* {2}arn:aws:iam::111122223333:user\/alice\n/,
  )
})

test('what is not asked well is told with what was meant', async () => {
  const can = (...args: readonly string[]): Promise<Ran> => denytrace(['who-can', ...args])
  assertFault(await can(), 2, 'usage/missing-operand', 'ACTION RESOURCE')
  assertFault(await can('s3:GetObjct', OBJECT, ...SNAPSHOT), 2, 'usage/unknown-action', '`s3:GetObject`')
  assertFault(await can('s33:GetObject', OBJECT, ...SNAPSHOT), 2, 'usage/unknown-action', '`s3`')
  assertFault(await can('GetObject', OBJECT, ...SNAPSHOT), 2, 'usage/unknown-action', 's3:GetObject')
  assertFault(await can('s3:*', OBJECT, ...SNAPSHOT), 2, 'usage/unknown-action', 'one action')
  assertFault(await can('s3:GetObject', ...SNAPSHOT), 2, 'usage/missing-operand', 'ARN')
  assertFault(await can('s3:GetObject', 'prod-artifacts', ...SNAPSHOT), 2, 'usage/not-an-arn', 'arn:aws:s3')
  assertFault(await can('s3:GetObject', '*', ...SNAPSHOT), 2, 'usage/not-an-arn', 'ARN')
  assertFault(await can('s3:GetObject', OBJECT), 2, 'usage/missing-option', '--snapshot')
  assertFault(await can('s3:GetObject', OBJECT, '--snapshot', 'nowhere'), 3, 'snapshot/not-found', '')
})
