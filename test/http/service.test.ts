/** The service over a real socket: the answers are those of the command line, and what is wrong is told as it is everywhere. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readFileSync } from 'node:fs'
import { request as send } from 'node:http'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { openApi } from '#http/openapi.ts'
import { ROUTES } from '#http/routes.ts'
import { denytrace, linesOf, PROGRAM, ROOT } from '../cli/run-cli.ts'
import { type Service, startService } from './start-service.ts'

const EXAMPLE = join(ROOT, 'examples', 'kms-behind-s3')
const EVENTS = readFileSync(join(EXAMPLE, 'denial.json'), 'utf8')
const SENTENCE =
  'User: arn:aws:sts::111122223333:assumed-role/deploy-role/ci is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::prod-artifacts/releases/app.zip" because no identity-based policy allows the s3:PutObject action'

let service: Service
before(async () => {
  service = await startService({ snapshots: ['kms-behind-s3', 'scp-overnight'] })
})
after(() => service.stop())

interface Got {
  readonly status: number
  readonly body: Record<string, unknown>
  readonly headers: Headers
}

async function ask(path: string, body?: unknown, headers: Record<string, string> = {}, of = service): Promise<Got> {
  const init =
    body === undefined
      ? { headers }
      : {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }
  const answer = await fetch(new URL(path, of.url), init)
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown>, headers: answer.headers }
}

const codeOf = ({ status, body }: Got): string => {
  const error = body['error'] as { code: string; message: string; hint: string }
  assert.deepEqual(Object.keys(error), ['code', 'message', 'hint'])
  return `${status} ${error.code}`
}

describe('the answers are the results of batch lines', () => {
  test('diagnose', async () => {
    const line = { text: EVENTS }
    const { status, body } = await ask('/api/diagnose', line)
    assert.equal(status, 200)
    const { out } = await denytrace(['diagnose', '--batch', '-', '--snapshot', join(EXAMPLE, 'snapshot')], {
      stdin: JSON.stringify({ id: 1, ...line }),
    })
    assert.deepEqual(body, linesOf(out)[0]?.['result'])
  })

  test('evaluate, of a scenario and of a request on the snapshot', async () => {
    const request = {
      principal: 'arn:aws:iam::111122223333:role/deploy-role',
      action: 's3:ListBucket',
      resource: 'arn:aws:s3:::prod-artifacts',
    }
    const scenario = { request, policies: { complete: true, identityPolicies: [] } }
    const { out } = await denytrace(['evaluate', '--batch', '-', '--snapshot', join(EXAMPLE, 'snapshot')], {
      stdin: `${JSON.stringify({ id: 1, request })}\n${JSON.stringify({ id: 2, scenario })}`,
    })
    const [first, second] = linesOf(out)
    assert.deepEqual((await ask('/api/evaluate', { request })).body, first?.['result'])
    assert.deepEqual((await ask('/api/evaluate', { scenario })).body, second?.['result'])
  })

  test('who-can, what-can and suggest, of a snapshot', async () => {
    const [action, resource] = ['s3:GetObject', 'arn:aws:s3:::prod-artifacts/releases/app.zip']
    const principal = 'arn:aws:iam::111122223333:role/artifact-reader'
    const folder = ['--snapshot', join(EXAMPLE, 'snapshot'), '--format', 'json']
    const who = await denytrace(['who-can', action, resource, '--all', ...folder])
    assert.deepEqual((await ask('/api/who-can', { action, resource })).body, JSON.parse(who.out))
    const what = await denytrace(['what-can', principal, ...folder])
    assert.deepEqual((await ask('/api/what-can', { principal })).body, JSON.parse(what.out))
    const values = async (body: object): Promise<readonly string[]> =>
      ((await ask('/api/suggest', body)).body['suggestions'] as { value: string }[]).map(({ value }) => value)
    assert.deepEqual(await values({ of: 'principal', text: 'Reader' }), [principal])
    assert.equal((await values({ of: 'action', text: 's3:putobj' }))[0], 's3:PutObject')
    assert.deepEqual(await values({ of: 'resource', text: 'prod-artifacts' }), [
      'arn:aws:s3:::prod-artifacts',
      'arn:aws:s3:::prod-artifacts/*',
    ])
    assert.equal(codeOf(await ask('/api/what-can', { principal: `${principal}x` })), '400 usage/unknown-principal')
    assert.equal(codeOf(await ask('/api/who-can', { action, resource, snapshot: null })), '400 http/unknown-snapshot')
    assert.equal(codeOf(await ask('/api/suggest', { of: 'action' })), '400 batch/missing-field')
  })

  test('evaluate for a session that was made without a policy', async () => {
    const request = {
      principal: 'arn:aws:iam::111122223333:role/artifact-reader',
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::prod-artifacts/releases/app.zip',
      context: { 'aws:SecureTransport': true, 'aws:SourceVpce': null, 'aws:SourceVpc': null },
    }
    assert.equal((await ask('/api/evaluate', { request })).body['decision'], 'undetermined')
    assert.equal((await ask('/api/evaluate', { request, sessionPolicies: null })).body['decision'], 'allowed')
    assert.equal(codeOf(await ask('/api/evaluate', { request, sessionPolicies: [] })), '400 batch/missing-field')
  })

  test('compare', async () => {
    const allow = (Action: string) => ({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
    })
    const line = { old: allow('s3:GetObject'), new: allow('s3:*') }
    const { out } = await denytrace(['compare', '--batch', '-'], { stdin: JSON.stringify({ id: 1, ...line }) })
    const { status, body } = await ask('/api/compare', line)
    assert.equal(status, 200)
    assert.equal(body['newAccess'], 'some')
    assert.deepEqual(body, linesOf(out)[0]?.['result'])
  })
})

test('without fixes the answer is the same but for them, and with the scenarios', async () => {
  const [whole, first] = await Promise.all([
    ask('/api/diagnose', { text: EVENTS, scenarios: true }),
    ask('/api/diagnose', { text: EVENTS, fixes: false }),
  ])
  const { tests, ...rest } = whole.body
  assert.ok(Array.isArray(tests))
  const diagnoses = (rest['diagnoses'] as object[]).map((one) => ({ ...one, fixes: [] }))
  assert.deepEqual(first.body, { ...rest, diagnoses })
})

describe('what a denial is held against', () => {
  test('a snapshot is chosen by its name; null is none', async () => {
    const basisOf = async (snapshot?: unknown): Promise<unknown> => {
      const { body } = await ask('/api/diagnose', { text: SENTENCE, snapshot })
      const [first] = body['diagnoses'] as { status: string; basis: string }[]
      return [first?.status, first?.basis]
    }
    assert.deepEqual(await basisOf(), ['explained', 'policies'])
    assert.deepEqual(await basisOf('kms-behind-s3'), ['explained', 'policies'])
    // Who named the layer is AWS; no policy was held against it (R-EVID-03).
    assert.deepEqual(await basisOf(null), ['explained', 'message'])
  })

  test('a name that is none, a path among them, is refused, and no path is told', async () => {
    for (const snapshot of ['nowhere', '../secrets', join(EXAMPLE, 'snapshot')]) {
      const got = await ask('/api/diagnose', { text: SENTENCE, snapshot })
      assert.equal(codeOf(got), '400 http/unknown-snapshot')
    }
    const { body } = await ask('/api/snapshots')
    assert.doesNotMatch(JSON.stringify(body), /examples\//)
    assert.deepEqual(
      (body['snapshots'] as { name: string }[]).map(({ name }) => name),
      ['kms-behind-s3', 'scp-overnight'],
    )
  })

  test('a key that stands twice is refused, wherever it stands', async () => {
    for (const body of [
      '{"text":"a","text":"b"}',
      '{"snapshot":"kms-behind-s3","text":"a","snapsho\\u0074":"scp-overnight"}',
      '{"event":{"errorCode":"AccessDenied","errorCode":"x"}}',
    ])
      assert.equal(codeOf(await ask('/api/diagnose', body)), '400 batch/duplicate-key', body)
    const twice =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}]}'
    assert.equal(codeOf(await ask('/api/compare', `{"old":{},"new":${twice}}`)), '400 batch/duplicate-key')
  })

  test('a scenario comes as an object or as the text of a file', async () => {
    const object = {
      request: { principal: 'arn:aws:iam::111122223333:user/a', action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' },
      policies: { complete: true, identityPolicies: [] },
    }
    const yaml =
      'request:\n  principal: arn:aws:iam::111122223333:user/a\n  action: s3:GetObject\n  resource: arn:aws:s3:::b/k\npolicies:\n  complete: true\n  identityPolicies: []\n'
    const [one, two] = await Promise.all([
      ask('/api/evaluate', { scenario: object }),
      ask('/api/evaluate', { scenario: yaml }),
    ])
    assert.deepEqual([one.status, one.body['decision']], [200, 'denied'])
    assert.deepEqual(two.body, one.body)
  })

  test('the scenario of every step is given to whoever asks, and judged it gives the step again', async () => {
    const { body } = await ask('/api/diagnose', { text: EVENTS, scenarios: true })
    const scenarios = (body['scenarios'] as object[][])[0] ?? []
    const steps = (body['diagnoses'] as { steps: { decision: { decision: string } }[] }[])[0]?.steps ?? []
    assert.equal(scenarios.length, steps.length)
    assert.ok(steps.length > 1)
    for (const [i, scenario] of scenarios.entries()) {
      const judged = await ask('/api/evaluate', { scenario })
      assert.equal(judged.body['decision'], steps[i]?.decision.decision)
    }
  })
})

const DEEP = `{"old":${'['.repeat(20_000)}${']'.repeat(20_000)},"new":[]}`
// biome-ignore format: a table is read by its columns
const WRONG: readonly (readonly [what: string, path: string, body: string | undefined, said: string])[] = [
  ['no JSON',                  '/api/diagnose', 'nonsense',                              '400 batch/not-json'],
  ['JSON that is no object',   '/api/diagnose', '[1]',                                   '400 batch/not-an-object'],
  ['no field',                 '/api/diagnose', '{}',                                    '400 batch/missing-field'],
  ['two fields',               '/api/diagnose', '{"text":"a","record":{}}',              '400 batch/missing-field'],
  ['text that is none',        '/api/diagnose', '{"text":1}',                            '400 batch/missing-field'],
  ['a text of no denial',      '/api/diagnose', '{"text":"hello"}',                      '422 input/no-denial'],
  ['an empty text',            '/api/diagnose', '{"text":""}',                           '422 input/no-denial'],
  ['a record that succeeded',  '/api/diagnose', '{"record":{"eventName":"GetObject"}}',  '422 input/no-denial'],
  ['another kind of fault',    '/api/diagnose', '{"text":"An error occurred (ExpiredToken) when calling the ListBuckets operation: expired"}', '422 input/no-denial'],
  ['no scenario',              '/api/evaluate', '{"scenario":[]}',                       '400 scenario/not-a-scenario'],
  ['a request of wrong form',  '/api/evaluate', '{"request":{"principal":1}}',           '400 request/wrong-form'],
  ['one side',                 '/api/compare',  '{"old":{}}',                            '400 batch/missing-field'],
  ['a side too deep',          '/api/compare',  DEEP,                                    '400 documents/not-a-policy'],
  ['a flag that is none',      '/api/evaluate', '{"request":{},"chain":"x"}',            '400 batch/missing-field'],
  ['fixes that is no flag',    '/api/diagnose', '{"text":"a","fixes":"no"}',             '400 batch/missing-field'],
  ['scenarios likewise',       '/api/diagnose', '{"text":"a","scenarios":"x"}',          '400 batch/missing-field'],
  ['a record that is a number', '/api/diagnose', '{"record":5}',                          '400 batch/missing-field'],
  ['no such parameter',        '/api/denials?bogus=1', undefined,                        '400 usage/unknown-option'],
  ['a parameter elsewhere',    '/api/snapshots?snapshot=x', undefined,                   '400 usage/unknown-option'],
  ['an end before the start',  '/api/spikes?since=2020-01-01&until=2019-01-01', undefined, '400 usage/not-a-value'],
  ['nothing there',            '/api/nothing',  undefined,                               '404 http/not-found'],
  ['a file above the page',    '/..%2f..%2fpackage.json', undefined,                     '404 http/not-found'],
  ['another method',           '/api/diagnose', undefined,                               '405 http/wrong-method'],
  ['another method again',     '/healthz',      '{}',                                    '405 http/wrong-method'],
]
for (const [what, path, body, said] of WRONG)
  test(`wrong: ${what}`, async () => {
    const got = await ask(path, body)
    assert.equal(codeOf(got), said)
    assert.deepEqual(service.bugs, [])
  })

test('a path that does not take a method says which it takes (RFC 9110, 15.5.6)', async () => {
  const allowed = async (path: string, method: string) =>
    (await fetch(new URL(path, service.url), { method })).headers.get('allow')
  assert.deepEqual(
    [await allowed('/api/diagnose', 'GET'), await allowed('/healthz', 'DELETE'), await allowed('/healthz', 'GET')],
    ['POST', 'GET, HEAD', null],
  )
})

test('of what is no denial the answer still says what it is', async () => {
  const { body } = await ask('/api/diagnose', {
    text: 'An error occurred (SignatureDoesNotMatch) when calling the ListBuckets operation: no',
  })
  const { diagnoses } = body['result'] as { diagnoses: { denial: { kind: string } }[] }
  assert.equal(diagnoses[0]?.denial.kind, 'aws-authentication')
})

describe('a body that is not said to be JSON', () => {
  const post = async (body: string, type: string, query = ''): Promise<Got> =>
    ask(`/api/diagnose${query}`, body, { 'content-type': type })
  // What `curl --data-binary @error.txt` says of any file.
  const FORM = 'application/x-www-form-urlencoded'

  test('is the text of the error, as a file of it is sent by curl', async () => {
    const want = (await ask('/api/diagnose', { text: SENTENCE })).body
    for (const type of ['text/plain', 'text/plain; charset=utf-8', FORM]) {
      const { status, body } = await post(SENTENCE, type)
      assert.deepEqual([status, body], [200, want], type)
    }
  })

  test('is the records of CloudTrail, where it holds those', async () => {
    const want = (await ask('/api/diagnose', { text: EVENTS })).body
    for (const type of ['text/plain', FORM]) assert.deepEqual((await post(EVENTS, type)).body, want, type)
  })

  test('is held against the snapshot that the address names', async () => {
    const want = (await ask('/api/diagnose', { text: SENTENCE, snapshot: 'scp-overnight' })).body
    assert.deepEqual((await post(SENTENCE, 'text/plain', '?snapshot=scp-overnight')).body, want)
    const wrong = await post(SENTENCE, 'text/plain', '?snapshot=nowhere')
    assert.equal(codeOf(wrong), '400 http/unknown-snapshot')
    const both = await post(JSON.stringify({ text: SENTENCE }), 'text/plain', '?snapshot=scp-overnight')
    assert.equal(codeOf(both), '400 usage/unknown-option')
  })

  test('is JSON all the same where it has a field of ours', async () => {
    for (const type of ['text/plain', FORM]) {
      assert.equal((await post(JSON.stringify({ text: SENTENCE, snapshot: null }), type)).status, 200)
      assert.equal(codeOf(await post('{"text":1}', type)), '400 batch/missing-field')
    }
  })

  // biome-ignore format: a table is read by its columns
  const NO_ERROR: readonly (readonly [body: string, type: string, said: string])[] = [
    ['hello',              'text/plain', '422 input/no-denial'],
    ['hello',              FORM,         '400 batch/not-json'],
    ['{"text": "cut off',  'text/plain', '400 batch/not-json'],
    ['{"text": "cut off',  FORM,         '400 batch/not-json'],
    ['{}',                 FORM,         '400 batch/missing-field'],
    ['[1]',                FORM,         '400 batch/not-an-object'],
    ['An error occurred (ExpiredToken) when calling the ListBuckets operation: expired', FORM, '422 input/no-denial'],
  ]
  for (const [body, type, said] of NO_ERROR)
    test(`${body} as ${type} is ${said}`, async () => {
      const { status, body: answer } = await post(body, type)
      assert.equal(`${status} ${(answer['error'] as { code: string }).code}`, said)
    })
})

test('a body that is too large is refused, whether its length is told or not', async () => {
  const large = 'x'.repeat(9 * 1024 * 1024)
  assert.equal(codeOf(await ask('/api/diagnose', large)), '413 http/too-large')
  const parts = new ReadableStream({
    start(controller) {
      for (let i = 0; i < 9; i++) controller.enqueue(new TextEncoder().encode(large.slice(0, 1024 * 1024)))
      controller.close()
    },
  })
  const answer = await fetch(new URL('/api/diagnose', service.url), { method: 'POST', body: parts, duplex: 'half' })
  assert.equal(answer.status, 413)
})

test('a field that is not known is told in the lint of a decision, with the one it was meant for', async () => {
  const request = {
    principal: 'arn:aws:iam::111122223333:role/deploy-role',
    action: 's3:ListBucket',
    resource: 'arn:aws:s3:::b',
  }
  const lintOf = async (more: object) => (await ask('/api/evaluate', { request, ...more })).body['lint'] as object[]
  const known = await lintOf({ chain: true })
  assert.deepEqual(await lintOf({ chian: true }), [
    ...known,
    {
      id: 'unknown-field',
      severity: 'warning',
      policy: '',
      pointer: '/chian',
      message: '`chian` is no field we know; did you mean `chain`?',
    },
  ])
})

test('a caller that goes away before its body is whole is no bug, and no fault of the service', async () => {
  await new Promise<void>((resolve) => {
    const asking = send(new URL('/api/diagnose', service.url), {
      method: 'POST',
      headers: { 'content-length': '1000' },
    })
    asking.on('error', () => resolve())
    asking.write('{"text":', () => setTimeout(() => asking.destroy(), 100))
  })
  const counted = /route="\/api\/diagnose",method="POST",status="499"} 1\n/
  let metrics = ''
  for (let i = 0; i < 50 && !counted.test(metrics); i++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    metrics = await (await fetch(new URL('/metrics', service.url))).text()
  }
  assert.match(metrics, counted)
  assert.doesNotMatch(metrics, /status="5/)
  assert.deepEqual(service.bugs, [])
})

test('a deeply nested body is refused, and the service goes on', async () => {
  const got = await ask('/api/diagnose', `{"record":${'['.repeat(200_000)}${']'.repeat(200_000)}}`)
  assert.ok([400, 422].includes(got.status), `${got.status}`)
  assert.equal((await ask('/healthz')).status, 200)
})

/** `fetch` sends its own Host. */
const statusUnder = (host: string, headers: Record<string, string> = {}, of = service): Promise<number> =>
  new Promise((resolve, reject) => {
    send(new URL('/healthz', of.url), { headers: { ...headers, host } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })

test('the service answers under its own names only, so that no other name can be made to point here', async () => {
  for (const host of ['127.0.0.1', 'localhost', 'localhost:9999', '[::1]:80', '127.0.0.1:1'])
    assert.equal(await statusUnder(host), 200, host)
  for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1', 'a@localhost'])
    assert.equal(await statusUnder(host), 403, host)
})

test('a page of another origin gets nothing, and nobody is told that it may', async () => {
  const host = new URL(service.url).host
  assert.equal(await statusUnder(host, { origin: `http://${host}` }), 200)
  for (const origin of ['http://evil.example', 'null', 'http://localhost:1'])
    assert.equal(await statusUnder(host, { origin }), 403, origin)
  assert.equal(await statusUnder(host, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' }), 403)
  const { headers } = await ask('/healthz')
  assert.equal(headers.get('access-control-allow-origin'), null)
  assert.match(headers.get('content-security-policy') ?? '', /^default-src 'none'; script-src 'self';/)
})

test('a token is asked for where one is set, but not for the page, its description and whether it is up', async () => {
  const guarded = await startService({ token: 'a-token-of-many-letters', hosts: ['denytrace.example'] })
  try {
    assert.equal(codeOf(await ask('/api/diagnose', { text: SENTENCE }, {}, guarded)), '401 http/no-token')
    const as = (token: string) =>
      ask('/api/diagnose', { text: SENTENCE }, { authorization: `Bearer ${token}` }, guarded)
    assert.equal((await as('another')).status, 401)
    assert.equal((await as('a-token-of-many-letters')).status, 200)
    assert.equal((await fetch(new URL('/metrics', guarded.url))).status, 401)
    assert.equal((await ask('/healthz', undefined, {}, guarded)).status, 200)
    assert.equal((await ask('/openapi.json', undefined, {}, guarded)).status, 200)
    assert.equal(await statusUnder('denytrace.example:8086', {}, guarded), 200)
  } finally {
    await guarded.stop()
  }
})

test('no connection is closed while its question is answered, however long that may take', async () => {
  const seen: (number | undefined)[] = []
  const look = (message: unknown) => {
    const { socket } = message as { socket: Socket }
    setImmediate(() => seen.push(socket.timeout))
  }
  subscribe('http.server.request.start', look)
  try {
    assert.equal((await ask('/api/diagnose', { text: SENTENCE })).status, 200)
  } finally {
    unsubscribe('http.server.request.start', look)
  }
  assert.deepEqual(seen, [0])
})

test('a question whose time is over is ended, and the next one is answered by a new thread', async () => {
  const hurried = await startService({ timeoutSeconds: 0.001 })
  try {
    const got = await ask('/api/diagnose', { text: EVENTS }, {}, hurried)
    assert.equal(codeOf(got), '503 http/timed-out')
    assert.equal(got.headers.get('retry-after'), '1')
    assert.equal((await ask('/healthz', undefined, {}, hurried)).status, 200)
    assert.equal(codeOf(await ask('/api/diagnose', { text: EVENTS }, {}, hurried)), '503 http/timed-out')
    assert.equal(hurried.workers.counts().timedOut, 2)
  } finally {
    await hurried.stop()
  }
})

test('more questions than may wait are told to come back', async () => {
  const small = await startService({ maxWaiting: 1 })
  try {
    const all = await Promise.all(Array.from({ length: 6 }, () => ask('/api/diagnose', { text: EVENTS }, {}, small)))
    const statuses = all.map(({ status }) => status)
    assert.ok(statuses.includes(200) && statuses.includes(503), statuses.join(' '))
    for (const got of all) if (got.status === 503) assert.equal(codeOf(got), '503 http/busy')
  } finally {
    await small.stop()
  }
})

describe('openapi.json', () => {
  const open = async () => {
    const { body } = await ask('/openapi.json')
    const ajv = new Ajv2020({ strict: false, allErrors: true })
    ajv.addSchema({ $id: 'https://denytrace.invalid/api', ...body })
    const validator = (name: string) => {
      const validate = ajv.getSchema(`https://denytrace.invalid/api#/components/schemas/${name}`)
      assert.ok(validate, name)
      return (value: unknown): void => {
        validate(value)
        assert.deepEqual(validate.errors ?? [], [], name)
      }
    }
    return { body, validator }
  }

  test('the answers are as it says', async () => {
    const { validator } = await open()
    const diagnoses = validator('Diagnoses')
    for (const name of ['kms-behind-s3', 'scp-overnight'])
      diagnoses(
        (
          await ask('/api/diagnose', {
            text: readFileSync(join(ROOT, 'examples', name, 'denial.json'), 'utf8'),
            snapshot: name,
            scenarios: true,
          })
        ).body,
      )
    diagnoses((await ask('/api/diagnose', { text: SENTENCE, snapshot: null })).body)
    validator('Comparison')((await ask('/api/compare', { old: [], new: [] })).body)
    validator('Error')((await ask('/api/nothing')).body)
    validator('DiagnoseBody')({ text: SENTENCE, snapshot: null, scenarios: true })
  })

  test('every reference leads somewhere, and every path is there', async () => {
    const { body } = await open()
    const schemas = (body['components'] as { schemas: object }).schemas
    for (const [, name = ''] of JSON.stringify(body).matchAll(/"#\/components\/schemas\/(\w+)"/g))
      assert.ok(Object.hasOwn(schemas, name), name)
    const paths = Object.keys(body['paths'] as object)
    for (const path of ['/api/diagnose', '/api/evaluate', '/api/compare', '/healthz', '/metrics', '/openapi.json'])
      assert.ok(paths.includes(path), path)
  })
})

test('serve prints its address, and wants a token where others can reach it', async () => {
  const refused = await denytrace(['serve', '--address', '0.0.0.0', '--port', '0'])
  assert.equal(refused.code, 2)
  assert.match(refused.err, /^usage\/missing-option: .+\nhint: .*--token-file/)
  const wrong = await denytrace(['serve', '--snapshot', 'nowhere', '--port', '0'])
  assert.deepEqual([wrong.code, wrong.out], [3, ''])
  assert.match(wrong.err, /^snapshot\/not-found: /)
  const twice = await denytrace(['serve', '--snapshot', 'a=x', '--snapshot', 'a=y'])
  assert.equal(twice.code, 2)
})

test('serve tells where it listens as JSON, too', async () => {
  const [program, ...first] = PROGRAM
  const child = spawn(program, [...first, 'serve', '--port', '0', '--format', 'json'], { cwd: ROOT })
  let out = ''
  for await (const part of child.stdout) {
    out += String(part)
    if (out.includes('\n}')) child.kill('SIGTERM')
  }
  const { url, ...rest } = JSON.parse(out) as { url: string }
  assert.deepEqual(rest, { schemaVersion: 1, snapshots: [] })
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/?$/)
})

test('the reference library is served as pages with one script, ours, by the links they have', async () => {
  const index = await fetch(new URL('/guide/index.html', service.url))
  assert.deepEqual([index.status, index.headers.get('content-type')], [200, 'text/html; charset=utf-8'])
  const [, href = ''] = /href="(aws-access-denied[^"]*)"/.exec(await index.text()) ?? []
  const page = await fetch(new URL(href, index.url))
  assert.match(await page.text(), /<h1>AWS: AccessDenied<\/h1>/)
  assert.match(
    page.headers.get('content-security-policy') ?? '',
    /default-src 'none'; script-src 'self';.*trusted-types 'none'/,
  )
  assert.equal((await fetch(new URL('/guide/identity-policy', service.url))).status, 200)
  assert.equal((await ask('/guide/nowhere.html')).status, 404)
  // The search needs no script: a form asks for it, and what was typed is text in the answer.
  const search = async (query: string): Promise<string> =>
    (await fetch(new URL(`/guide/search.html?${new URLSearchParams({ q: query }).toString()}`, service.url))).text()
  const main = (html: string): string => html.slice(html.indexOf('<main'), html.indexOf('</main>'))
  const [first] = main(await search('ExpiredToken')).match(/<li>.*<\/li>/) ?? []
  assert.match(first ?? '', /href="expired-token\.html"/)
  assert.match(main(await search('block public access')), /href="service-guard\.html"/)
  const hostile = await search('"><script>alert(1)</script>')
  assert.deepEqual(hostile.match(/<script[^>]*>/g), ['<script src="/guide.js">'])
  assert.match(main(hostile), /Nothing is called so/)
  assert.match(await search('qqqqqq '.repeat(1000)), /Nothing is called so/)
})

test('docs/openapi.json is what the routes give', async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
  const page: unknown = JSON.parse(readFileSync(join(ROOT, 'docs', 'openapi.json'), 'utf8'))
  assert.deepEqual(page, JSON.parse(JSON.stringify(openApi(ROUTES, version))), 'run `npm run openapi`')
})
