import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluate as evaluateInBrowser } from '../../src/engine-library.ts'
import { evaluate, parse } from '../../src/library.ts'
import { EXAMPLE, linesOf } from './run-cli.ts'
import { denytraceInside as denytrace } from './run-inside.ts'

const lines = (...values: readonly unknown[]): string =>
  `${values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('\n')}\n`

const TEXT =
  'User: arn:aws:iam::111122223333:user/ann is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/k'

const scenario = (effect: string) => ({
  request: {
    principal: 'arn:aws:iam::111122223333:user/ann',
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::b/k',
    resourceAccount: '111122223333',
    contextComplete: true,
  },
  policies: {
    complete: true,
    identityPolicies: [
      {
        name: 'p',
        document: { Version: '2012-10-17', Statement: [{ Effect: effect, Action: 's3:*', Resource: '*' }] },
      },
    ],
  },
})

test('the library takes what a batch line has, and tells what it cannot take', () => {
  assert.equal(parse({ text: TEXT }).denials[0]?.action, 's3:GetObject')
  assert.deepEqual(parse({ text: TEXT }), parse(TEXT))
  for (const judge of [evaluate, evaluateInBrowser]) {
    assert.equal(judge({ scenario: scenario('Allow') }).decision, 'allowed')
    assert.deepEqual(judge({ scenario: scenario('Deny') }), judge(scenario('Deny')))
    for (const wrong of [{}, { scenario: {} }, { policies: {} }, null])
      assert.throws(() => judge(wrong as never), /scenario|request/)
  }
  assert.throws(() => evaluate(5 as never), /^UserError: the scenario has the wrong form: it is not an object/)
})

test('an id of more digits than a number has, or in an object, comes back as it was given', async () => {
  const ids = ['12345678901234567890', '1e400', '-0', '[1.0, {"a": 1e2}]', '"a\\u0062"', 'true', 'null']
  const { out } = await denytrace(['parse', '--batch', '-'], {
    stdin: ids.map((id) => ` { "text": "x" , "id" : ${id} }`).join('\n'),
  })
  const back = out
    .trimEnd()
    .split('\n')
    .map((line) => line.slice('{"id":'.length, line.indexOf(',"result"')))
  assert.deepEqual(back, ids.with(4, '"ab"'))
})

test('every line has its answer in its place, with its id as given', async () => {
  const stdin = lines({ id: 7, text: TEXT }, '', { id: 'b', text: 'hello' }, { id: { x: 1 }, text: TEXT })
  const { code, out } = await denytrace(['parse', '--batch', '-'], { stdin })
  assert.equal(code, 0)
  const answers = linesOf(out)
  assert.deepEqual(
    answers.map(({ id }) => id),
    [7, 'b', { x: 1 }],
  )
  for (const answer of answers) assert.deepEqual(Object.keys(answer), ['id', 'result'])
})

test('a bad line has an error with its number, and never stops the rest', async () => {
  const stdin = lines({ id: 1, text: TEXT }, 'no json', '[1]', { id: 4 }, { id: 5, text: 6 }, { id: 6, text: TEXT })
  const { code, out } = await denytrace(['parse', '--batch', '-'], { stdin })
  assert.equal(code, 3)
  const answers = linesOf(out)
  assert.deepEqual(
    answers.map(({ id, line }) => [id, line ?? null]),
    [
      [1, null],
      [null, 2],
      [null, 3],
      [4, 4],
      [5, 5],
      [6, null],
    ],
  )
  for (const { error } of answers.filter((answer) => 'error' in answer))
    assert.deepEqual(Object.keys(error as object), ['code', 'message', 'hint'])
})

test('what has the wrong type is told, and a field that is not known is linted', async () => {
  const tell = async (command: string, ...given: readonly object[]) => {
    const answers = linesOf((await denytrace([command, '--batch', '-'], { stdin: lines(...given) })).out)
    return answers.map(({ error, result }) =>
      error === undefined
        ? (result as { lint: { id: string }[] }).lint.map(({ id }) => id)
        : (error as { code: string }).code,
    )
  }
  const wrong = 'batch/missing-field'
  assert.deepEqual(await tell('parse', { record: 5 }, { record: 'x' }, { record: null }), [wrong, wrong, wrong])
  assert.deepEqual(await tell('diagnose', { records: true }), [wrong])
  const given = { id: 1, scenario: scenario('Allow') }
  assert.deepEqual(
    await tell('evaluate', { ...given, chain: 'x' }, { ...given, chian: true }, { ...given, chain: true }),
    [wrong, ['unknown-field'], []],
  )
})

test('decisions do not change the exit code of a batch', async () => {
  const stdin = lines({ id: 1, scenario: scenario('Allow') }, { id: 2, scenario: scenario('Deny') })
  const { code, out } = await denytrace(['evaluate', '--batch', '-'], { stdin })
  assert.equal(code, 0)
  assert.deepEqual(
    linesOf(out).map(({ result }) => (result as { decision: string }).decision),
    ['allowed', 'denied'],
  )
})

test('with a snapshot a line is a request', async () => {
  const request = {
    principal: 'arn:aws:sts::111122223333:assumed-role/deploy-role/ci',
    action: 's3:PutObject',
    resource: 'arn:aws:s3:::prod-artifacts/releases/app.zip',
  }
  const stdin = lines({ id: 1, request }, { id: 2, request: { action: 's3:PutObject' } })
  const { code, out } = await denytrace(['evaluate', '--batch', '-', '--snapshot', `${EXAMPLE}/snapshot`], { stdin })
  assert.equal(code, 3)
  const [first, second] = linesOf(out)
  assert.equal((first?.['result'] as { decision: string } | undefined)?.decision, 'denied')
  assert.equal((second?.['error'] as { code: string } | undefined)?.code, 'request/wrong-form')
})

test('a policy with a key that stands twice is unreadable, and never an allow', async () => {
  const twice = JSON.stringify(scenario('Deny')).replace('"Effect":"Deny"', '"Effect":"Deny","Effect":"Allow"')
  const { out } = await denytrace(['evaluate', '--batch', '-'], { stdin: lines(`{"id":1,"scenario":${twice}}`) })
  assert.equal((linesOf(out)[0]?.['result'] as { decision: string } | undefined)?.decision, 'undetermined')
})

test('a denial in a batch is diagnosed with the scenario of its line', async () => {
  const stdin = lines({ id: 1, text: TEXT, scenario: scenario('Deny') }, { id: 2, text: TEXT })
  const { code, out } = await denytrace(['diagnose', '--batch', '-'], { stdin })
  assert.equal(code, 0)
  const found = linesOf(out).map(({ result }) => {
    const [first] = (result as { diagnoses: { status: string; basis: string }[] }).diagnoses
    return [first?.status, first?.basis]
  })
  // Without any policy AWS's bare "no" leaves what was not seen: the simplest is that no policy of the caller allows it.
  assert.deepEqual(found, [
    ['explained', 'policies'],
    ['likely', 'message'],
  ])
})

test('an empty batch has no answers and is no error', async () => {
  assert.deepEqual(await denytrace(['parse', '--batch', '-'], { stdin: '\n\n' }), { code: 0, out: '', err: '' })
})
