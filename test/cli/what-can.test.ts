import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXAMPLE } from './run-cli.ts'
import { denytraceInside as denytrace } from './run-inside.ts'

const SNAPSHOT = ['--snapshot', `${EXAMPLE}/snapshot`]
const READER = 'arn:aws:iam::111122223333:role/artifact-reader'
const BUCKET = 'arn:aws:s3:::prod-artifacts'

test('what a role can do, in the words of its policies, without what others take away', async () => {
  const { code, out, err } = await denytrace(['what-can', READER, ...SNAPSHOT, '--format', 'json'])
  assert.equal(err, '')
  assert.equal(code, 0)
  const { schemaVersion, access, undetermined } = JSON.parse(out)
  assert.equal(schemaVersion, 1)
  assert.deepEqual(undetermined, [])
  const set = (action: string, resource: string): object => {
    const of = { principals: [READER], actions: [action], resources: [resource] }
    const tls = { ...of, conditions: [{ Bool: { 'aws:SecureTransport': 'false' } }] }
    return { ...of, conditions: [], except: [tls] }
  }
  const ofS3 = access.filter(({ actions }: { actions: string[] }) => actions[0]?.startsWith('s3:'))
  assert.deepEqual(ofS3, [set('s3:GetObject', `${BUCKET}/releases/*`), set('s3:ListBucket', BUCKET)])
})

test('as text, within 80 columns', async () => {
  const { out } = await denytrace(['what-can', READER, ...SNAPSHOT], { env: { COLUMNS: '80' } })
  assert.match(
    out,
    /\n {2}s3:GetObject\n {4}on arn:aws:s3:::prod-artifacts\/releases\/\*\n {4}unless aws:SecureTransport is false\n/,
  )
  for (const line of out.split('\n')) assert.ok(line.length <= 80 || line.startsWith('    on arn:'), line)
})

test('a principal that is not there is told with the one that was meant', async () => {
  for (const [args, hint] of [
    [['arn:aws:iam::111122223333:role/artifact-readr', ...SNAPSHOT], READER],
    [['arn:aws:iam::111122223333:user/nobody-of-this-name', ...SNAPSHOT], 'ARN'],
    [['arn:aws:iam::123456789012:role/artifact-reader', ...SNAPSHOT], READER],
    [['s3.amazonaws.com', ...SNAPSHOT], 'ARN'],
  ] as const) {
    const { code, out, err } = await denytrace(['what-can', ...args])
    assert.equal(out, '')
    assert.match(err, /^usage\/unknown-principal: .+\nhint: .+\n$/)
    assert.ok(err.includes(hint), err)
    assert.equal(code, 2)
  }
  const { code, err } = await denytrace(['what-can', ...SNAPSHOT])
  assert.match(err, /^usage\/missing-operand: /)
  assert.equal(code, 2)
})
