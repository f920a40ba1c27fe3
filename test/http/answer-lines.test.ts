/** An answer that tells how far it is, over a real socket: the same answer as without, with the same limits and refusals. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { AnswerLine, AnswerProgress } from '#http/wire.ts'
import { ROOT } from '../cli/run-cli.ts'
import { type Service, startService } from './start-service.ts'

const EVENTS = readFileSync(join(ROOT, 'examples', 'kms-behind-s3', 'denial.json'), 'utf8')
const LINES = 'application/x-ndjson'

/** A log of so many refusals, a second apart, of so many objects in turn. */
const logOf = (denials: number, kinds: number): string =>
  Array.from({ length: denials }, (_, i) => {
    const time = new Date(Date.UTC(2026, 3, 27) + i * 1000).toISOString()
    const resource = `arn:aws:s3:::prod-artifacts/releases/app-${i % kinds}.zip`
    return `${time} ERROR upload failed: User: arn:aws:sts::111122223333:assumed-role/deploy-role/ci is not authorized to perform: s3:PutObject on resource: "${resource}" because no identity-based policy allows the s3:PutObject action\n`
  }).join('')

let service: Service
before(async () => {
  service = await startService()
})
after(() => service.stop())

const post = (body: unknown, headers: Record<string, string> = {}, signal?: AbortSignal, of = service) =>
  fetch(new URL('/api/diagnose', of.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: LINES, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    signal: signal ?? null,
  })

const linesIn = async (answer: Response): Promise<readonly AnswerLine[]> => {
  assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, `${LINES}; charset=utf-8`])
  const text = await answer.text()
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as AnswerLine)
}

const plain = async (body: object): Promise<unknown> => (await post(body, { accept: 'application/json' })).json()

describe('an answer in lines', () => {
  test('of a log of thousands: how far it is read, its denials and kinds, the layers, the fixes, and the plain answer', async () => {
    const body = { text: logOf(6000, 3), scenarios: true }
    const lines = await linesIn(await post(body))
    const progress = lines.flatMap((line) => line.progress ?? [])
    const stages = [...new Set(progress.map(({ stage }) => stage))]
    assert.deepEqual(stages.slice(-2), ['judging', 'fixing'])
    for (const [i, { stage, done, of, denials, kinds }] of progress.entries()) {
      const before: AnswerProgress | undefined = progress[i - 1]
      assert.ok(done <= of && of === (stage === 'reading' ? body.text.length : 3), JSON.stringify(progress[i]))
      assert.ok(denials >= (before?.denials ?? 0) && kinds >= (before?.kinds ?? 0), 'what is found stays found')
      if (before?.stage === stage) assert.ok(done >= before.done)
      if (stage !== 'reading') assert.deepEqual([denials, kinds], [6000, 3])
    }
    const layers = lines.findIndex((line) => line.layers !== undefined)
    const fixing = lines.findIndex((line) => line.progress?.stage === 'fixing')
    assert.ok(layers >= 0 && layers < fixing)
    assert.deepEqual(lines[layers]?.layers, await plain({ ...body, fixes: false }))
    assert.deepEqual(lines.at(-1)?.answer, await plain(body))
    assert.equal(lines.filter((line) => line.answer !== undefined || line.fault !== undefined).length, 1)
  })

  test('of a log of many kinds: how many of them are judged', async () => {
    const gone = new AbortController()
    const reader = (await post({ text: logOf(600, 600) }, {}, gone.signal)).body?.getReader()
    let text = ''
    // The first kind takes long; what is judged later is told on the way.
    while (!/"stage":"judging","done":[1-9]/.test(text)) {
      const { value, done = true } = (await reader?.read()) ?? {}
      assert.ok(!done, text.slice(-500))
      text += new TextDecoder().decode(value)
    }
    gone.abort()
  })

  test('of events, and of a log beside policies', async () => {
    const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:Get*', Resource: '*' }] }
    const files = [
      { name: 'job.log', text: logOf(800, 2) },
      { name: 'role.json', text: JSON.stringify(policy) },
    ]
    for (const body of [
      { text: EVENTS },
      { files, snapshot: null },
      { files: [{ name: 'events.json', text: EVENTS }] },
    ]) {
      const lines = await linesIn(await post(body))
      assert.deepEqual(lines.at(-1)?.answer, await plain(body))
      const layers = lines.find((line) => line.layers !== undefined)?.layers
      const { scenarios, ...first } = (await plain({ ...body, fixes: false })) as Readonly<Record<string, unknown>>
      assert.deepEqual(layers, { ...first, scenarios })
    }
  })

  test('of a body that is a text, as curl sends it', async () => {
    const lines = await linesIn(await post(EVENTS, { 'content-type': 'text/plain' }))
    assert.deepEqual(lines.at(-1)?.answer, await plain({ text: EVENTS }))
  })

  test('without fixes it is the answer alone', async () => {
    const body = { text: EVENTS, fixes: false }
    const lines = (await linesIn(await post(body))).filter((line) => line.progress === undefined)
    assert.deepEqual(lines, [{ schemaVersion: 1, answer: await plain(body) }])
  })

  // biome-ignore format: a table is read by its columns
  const REFUSED: readonly (readonly [what: string, body: string, headers: Record<string, string>, said: string])[] = [
    ['what is no JSON',     'nonsense',                    {},                                '400 batch/not-json'],
    ['what has no denial',  '{"text":"hello"}',            {},                                '422 input/no-denial'],
    ['a key twice',         '{"text":"a","text":"b"}',     {},                                '400 batch/duplicate-key'],
    ['no such snapshot',    '{"text":"a","snapshot":"x"}', {},                                '400 http/unknown-snapshot'],
    ['another origin',      '{}',                          { origin: 'http://evil.example' }, '403 http/other-origin'],
    ['what is too large',   'x'.repeat(9 * 1024 * 1024),   {},                                '413 http/too-large'],
  ]
  for (const [what, body, headers, said] of REFUSED)
    test(`${what} is refused as it is without lines`, async () => {
      const answer = await post(body, headers)
      const { error } = (await answer.json()) as { error: { code: string } }
      assert.equal(`${answer.status} ${error.code}`, said)
      assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
    })

  test('who goes away ends the work, and the next question is answered', async () => {
    // So many kinds take minutes to judge.
    const gone = new AbortController()
    const answer = await post({ text: logOf(20_000, 20_000) }, {}, gone.signal)
    const reader = answer.body?.getReader()
    assert.match(new TextDecoder().decode((await reader?.read())?.value), /^\{"schemaVersion":1,"progress":/)
    assert.equal(service.workers.counts().running, 1)
    gone.abort()
    const lines = await linesIn(await post({ text: EVENTS }))
    assert.ok(lines.at(-1)?.answer)
    assert.deepEqual(service.workers.counts(), { running: 0, waiting: 0, timedOut: 0 })
    assert.deepEqual(service.bugs, [])
  })

  test('what takes too long ends with the fault, after what was told', async () => {
    const hasty = await startService({ timeoutSeconds: 10 })
    try {
      const lines = await linesIn(await post({ text: logOf(20_000, 20_000) }, {}, undefined, hasty))
      assert.ok(lines.length > 1)
      assert.deepEqual([lines.at(-1)?.status, lines.at(-1)?.fault?.error.code], [503, 'http/timed-out'])
    } finally {
      await hasty.stop()
    }
  })
})
