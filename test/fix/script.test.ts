/** What fix.sh does, run with a stand-in for the AWS CLI. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { PolicyLocation } from '#fix/policy-location.ts'
import { A, B, hostileFix } from './hostile.ts'
import { type Ran, type Stand, standFor } from './stub/stand.ts'

const document = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'A', Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
}
const PLACES: readonly PolicyLocation[] = [
  { layer: 'identity-policy', on: `arn:aws:iam::${A}:role/app`, name: 'own', document },
  { layer: 'resource-policy', on: `arn:aws:kms:eu-west-1:${B}:key/1`, name: 'key policy', kind: 'key', document },
  { layer: 'resource-policy', on: `arn:aws:sqs:eu-west-1:${B}:q`, name: 'queue policy of q', kind: 'queue', document },
  { layer: 'resource-policy', on: 'arn:aws:s3:::b', name: 'bucket policy of b', kind: 'bucket', document: null },
]
const ACCOUNTS = { '': A, other: B }
const AS_B = `${B}=other`
const stands: Stand[] = []
after(() => {
  for (const one of stands) one.close()
})

function stand(compares: 'node' | 'python3' = 'node', accounts: Readonly<Record<string, string>> = ACCOUNTS): Stand {
  const one = standFor(hostileFix(PLACES, 'AllowMore'), accounts, compares)
  stands.push(one)
  return one
}

const WRITES = /^(?:put|set|update|modify|create|attach|delete|detach|tag)/
const writes = (one: Stand): readonly string[] =>
  one
    .calls()
    .map(([service, verb]) => `${service} ${verb}`)
    .filter((call) => WRITES.test(call.split(' ')[1] ?? ''))
const ALL = ['iam put-role-policy', 'kms put-key-policy', 'sqs set-queue-attributes', 's3api put-bucket-policy']
const isGood = ({ code, err }: Ran): void => assert.equal(code, 0, err)

for (const compares of ['node', 'python3'] as const)
  test(`with ${compares}: it looks at everything, changes everything once, and takes it back`, (t) => {
    if (spawnSync(compares, ['--version']).status !== 0) {
      t.skip(`${compares} is not here`)
      return
    }
    const one = stand(compares)
    const ran = one.run([AS_B])
    isGood(ran)
    assert.match(ran.out, /^To be changed:\n {2}1\. account 111122223333: own: add a statement/)
    const calls = one.calls().map(([, verb = '']) => verb)
    const first = calls.findIndex((verb) => WRITES.test(verb))
    assert.ok(
      calls.slice(first).every((verb) => WRITES.test(verb)),
      'the last look comes before the first change',
    )
    assert.deepEqual(
      calls.slice(0, 2),
      Array(2).fill('get-caller-identity'),
      'who calls is asked first, for each account',
    )
    assert.deepEqual(writes(one), ALL)

    const again = one.run([AS_B])
    isGood(again)
    assert.deepEqual(writes(one), [], 'a second run changes nothing')
    assert.match(again.out, /^already {2}1\. own$/m)

    isGood(one.run(['--undo', AS_B]))
    assert.deepEqual(writes(one), ['s3api delete-bucket-policy', ...ALL.slice(0, 3).toReversed()])
    isGood(one.run(['--undo', AS_B]))
    assert.deepEqual(writes(one), [])
    isGood(one.run(['--check', AS_B]))
    assert.deepEqual(writes(one), [], '--check changes nothing')
  })

test('it stops before the first change where one document is another, and shows how', () => {
  const one = stand()
  one.changeAll({ ...document, Statement: [...document.Statement, { Effect: 'Deny', Action: '*', Resource: '*' }] })
  const { code, err } = one.run([AS_B])
  assert.equal(code, 1)
  assert.match(err, /\+ .*"Effect": "Deny"[^]*fix\.sh: 1\. own has been changed since .* nothing was changed/)
  assert.deepEqual(writes(one), [])
})

test('what means the same is the same: keys in another order, a list of one, actions in another order', () => {
  const one = stand()
  one.changeAll({
    Statement: { Resource: ['*'], Action: ['s3:GetObject', 's3:GetObject'], Effect: 'Allow', Sid: 'A' },
    Version: '2012-10-17',
  })
  isGood(one.run([AS_B]))
})

test('it stops before the first change where one caller is of another account, and says how to name its profile', () => {
  const one = stand()
  const { code, err } = one.run()
  assert.equal(code, 1)
  assert.match(
    err,
    /the caller is of account 111122223333, not of 444455556666: nothing was changed\. .*444455556666=PROFILE/,
  )
  assert.deepEqual(writes(one), [])
})

test('where a change fails, it says what was done and how to take it back, and a second run goes on', () => {
  const one = stand()
  one.failAt('set-queue-attributes')
  const { code, err } = one.run([AS_B])
  assert.equal(code, 1)
  assert.match(err, /3\. queue policy of q failed\. Done before it: 1\. own; 2\. key policy;.*--undo/)
  assert.deepEqual(writes(one), ALL.slice(0, 3))
})

test('it stops before it reads anything, until each kind of consequence is accepted by its option (R-ADV-10)', () => {
  const hostile = "it's $(touch x) `id`"
  const consequences = [
    { kind: 'escalation', change: 0, text: `Lets the caller gain more permissions: ${hostile}.` },
    { kind: 'whole-account', change: 1, text: 'Lets in the complete account.' },
  ] as const
  const one = standFor(hostileFix(PLACES, 'AllowMore', consequences), ACCOUNTS)
  stands.push(one)
  const head = readFileSync(join(one.folder, 'fix.sh'), 'utf8')
  assert.match(head, /^# {6}! Lets in the complete account\.$/m)
  const refused = one.run([AS_B])
  assert.equal(refused.code, 1)
  assert.ok(refused.err.includes(`${hostile}. If you accept that, run it with --yes-escalation.`), refused.err)
  assert.deepEqual(one.calls(), [])
  assert.match(one.run(['--yes-escalation', AS_B]).err, /run it with --yes-whole-account\./)
  assert.deepEqual(one.calls(), [])
  isGood(one.run(['--check', AS_B]))
  isGood(one.run(['--yes-escalation', '--yes-whole-account', AS_B]))
  assert.deepEqual(writes(one), ALL)
  isGood(one.run(['--undo', AS_B]))
})

test('it does not know other words, and changes nothing for one', () => {
  const one = stand()
  const { code, err } = one.run(['--force'])
  assert.deepEqual([code, one.calls().length], [1, 0])
  assert.match(err, /it takes --check, --undo and/)
})

test('sh runs it as bash does, and it writes no file', () => {
  const one = stand()
  const before = readdirSync(one.folder)
  isGood(one.run([AS_B], 'sh'))
  assert.deepEqual(readdirSync(one.folder), before)
  assert.deepEqual(readdirSync(join(one.folder, '..', 'elsewhere')), [])
})

test('two policies that come to one name for a file get two files', () => {
  const places = ['a/b', 'a-b', 'A/B'].map(
    (name): PolicyLocation => ({ layer: 'identity-policy', on: `arn:aws:iam::${A}:role/app`, name, document }),
  )
  const one = standFor(hostileFix(places, 'More'), ACCOUNTS)
  stands.push(one)
  assert.deepEqual(
    readdirSync(one.folder)
      .filter((name) => /^app\.[^.]*\.json$/.test(name))
      .toSorted(),
    ['app.A-B-3.json', 'app.a-b-2.json', 'app.a-b.json'],
  )
  assert.match(readFileSync(join(one.folder, 'fix.sh'), 'utf8'), /app\.a-b-2\.json/)
})
