/** Policies made to cost as much as they can, asked of the service all at once: each question ends by its own budget, and no thread is lost. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Service, startService } from './start-service.ts'

const FOLDER = join(import.meta.dirname, '..', 'corpus', 'hostile-policies')
const ROLE = 'arn:aws:iam::111122223333:role/app'
const RESOURCE = 'arn:aws:s3:::bucket/data/a.txt'
const TEXT = `User: ${ROLE} is not authorized to perform: s3:GetObject on resource: "${RESOURCE}" with no explanation`
const THREADS = 2

interface Document {
  readonly Version: string
  readonly Statement: readonly Readonly<Record<string, unknown>>[]
}

const corpus = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, document: JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Document }))

const scenarioOf = (document: Document) => ({
  request: { principal: ROLE, action: 's3:GetObject', resource: RESOURCE },
  policies: { complete: true, identityPolicies: [{ name: 'hostile', document }] },
})

/** The same without its second statement, and back to front. */
const changed = ({ Version, Statement }: Document): Document => ({
  Version,
  Statement: Statement.filter((_, i) => i !== Math.min(1, Statement.length - 1)).toReversed(),
})

/** The shapes are those of docs/json.md, which other tests hold. */
type Body = ReturnType<typeof JSON.parse>

async function ask(
  path: string,
  body: unknown,
  of: Service,
): Promise<{ readonly status: number; readonly body: Body }> {
  const answer = await fetch(new URL(path, of.url), { method: 'POST', body: JSON.stringify(body) })
  return { status: answer.status, body: (await answer.json()) as Body }
}

const DECISIONS = ['allowed', 'denied', 'undetermined']

/** That each question has an answer of its own, which says so where something was left. */
const ANSWERED: Readonly<Record<string, (body: Body) => void>> = {
  '/api/diagnose': ({ diagnoses }) => {
    assert.equal(diagnoses.length, 1)
    assert.ok(DECISIONS.includes(diagnoses[0].steps[0].decision.decision))
  },
  '/api/evaluate': ({ decision }) => assert.ok(DECISIONS.includes(decision)),
  '/api/compare': ({ newAccess, lostAccess, reason }) => {
    for (const access of [newAccess, lostAccess]) assert.ok(['some', 'none', 'undecided'].includes(access))
    if ([newAccess, lostAccess].includes('undecided')) assert.match(reason, /\w/)
  },
}

const questions = corpus.flatMap(({ name, document }) => [
  { name, path: '/api/compare', body: { old: document, new: changed(document) } },
  { name, path: '/api/diagnose', body: { text: TEXT, scenario: scenarioOf(document) } },
  { name, path: '/api/evaluate', body: { scenario: scenarioOf(document), chain: true } },
])

describe('hostile questions, many more at once than there are threads', () => {
  let service: Service
  before(async () => {
    service = await startService({ threads: THREADS, maxWaiting: 2 * questions.length })
  })
  after(() => service.stop())

  test('are all answered, and so is whoever asks meanwhile; no thread is lost', async () => {
    assert.ok(questions.length > 10 * THREADS)
    const answers = questions.map(async (question) => ({
      ...question,
      answer: await ask(question.path, question.body, service),
    }))
    const health = await fetch(new URL('/healthz', service.url))
    assert.equal(health.status, 200)
    const ordinary = await ask('/api/diagnose', { text: TEXT, snapshot: null }, service)
    assert.equal(ordinary.body.diagnoses[0].status, 'likely')

    for (const { name, path, answer } of await Promise.all(answers)) {
      assert.equal(answer.status, 200, `${name} ${path}: ${JSON.stringify(answer.body)}`)
      ANSWERED[path]?.(answer.body)
    }
    const metrics = await (await fetch(new URL('/metrics', service.url))).text()
    for (const name of ['running', 'waiting', 'timed_out_total'])
      assert.match(metrics, new RegExp(`^denytrace_judge_${name} 0$`, 'm'))
    assert.deepEqual(service.bugs, [])
  })
})

test('the budget that the service was given is that of its questions', async () => {
  const service = await startService({ budget: 10 })
  try {
    const document = corpus.find(({ name }) => name === 'mixed.json')?.document
    assert.ok(document !== undefined)
    const compared = await ask('/api/compare', { old: document, new: changed(document) }, service)
    assert.deepEqual([compared.body.newAccess, compared.body.lostAccess], ['undecided', 'undecided'])
    assert.match(compared.body.reason, /work budget of 10 steps was used up/)
    const { body } = await ask('/api/diagnose', { text: TEXT, scenario: scenarioOf(document) }, service)
    assert.ok(DECISIONS.includes(body.diagnoses[0].steps[0].decision.decision))
    assert.match(JSON.stringify(body), /work budget of 10 steps was used up/)
  } finally {
    await service.stop()
  }
})
