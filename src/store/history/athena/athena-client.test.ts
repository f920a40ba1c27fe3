import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { UserError } from '../../../errors.ts'
import { QueryError } from '../query-error.ts'
import {
  type AthenaCalls,
  type AthenaPage,
  athenaQuery,
  type AthenaSettings,
  type AthenaState,
} from './athena-client.ts'
import { athenaPlace } from './athena-url.ts'

const quick = { firstMs: 1, longestMs: 2, chance: () => 1 }
const SETTINGS: AthenaSettings = { polls: quick, queries: { ...quick, tries: 3 } }

const state = (name: string, why = '', isRetryable = false): AthenaState => ({ state: name, why, isRetryable })
const columns = [{ name: 'n', type: 'bigint' }]
const page = (rows: AthenaPage['rows'], next?: string): AthenaPage => ({ columns, rows, next })
const named = (name: string): Error => Object.assign(new Error(`it said ${name}`), { name })

/** Answers in their order; a state of a list of states, for each start one. */
function callsOf({
  starts = [],
  states,
  pages = [],
}: Partial<Record<'starts', (Error | string)[]>> & {
  states: AthenaState[]
  pages?: AthenaPage[]
}) {
  const log: string[] = []
  const tokens = new Set<string>()
  const calls: AthenaCalls = {
    start: async (_, token) => {
      tokens.add(token)
      log.push('start')
      const next = starts.shift() ?? 'q'
      if (typeof next !== 'string') throw next
      return next
    },
    state: async () => {
      log.push('state')
      return states.shift() ?? state('RUNNING')
    },
    page: async (_, next) => {
      log.push(`page ${next ?? ''}`.trim())
      return pages.shift() ?? page([])
    },
    stop: async () => void log.push('stop'),
  }
  return { calls, log, tokens }
}

const kindOf = (query: Promise<unknown>): Promise<string> =>
  query.then(
    () => 'fine',
    (error) => (error instanceof QueryError ? `${error.kind} ${error.code}` : String(error)),
  )

describe('a query of Athena', () => {
  it('is started, waited for and read page by page, without the row of names', async () => {
    const { calls, log } = callsOf({
      states: [state('QUEUED'), state('RUNNING'), state('SUCCEEDED')],
      pages: [page([['n'], ['1'], [null]], 'a'), page([['n']], 'b'), page([['']])],
    })
    const result = await athenaQuery(calls, 'q', 60, SETTINGS)
    assert.deepEqual(result, { columns, rows: [['1'], [null], ['n'], ['']] })
    assert.deepEqual(log, ['start', 'state', 'state', 'state', 'page', 'page a', 'page b'])
  })

  it('a result without a row of names keeps all its rows', async () => {
    const { calls } = callsOf({ states: [state('SUCCEEDED')], pages: [page([['1']])] })
    assert.deepEqual((await athenaQuery(calls, 'q', 60, SETTINGS)).rows, [['1']])
  })

  it('is asked again, with another token, where Athena was busy or lost it', async () => {
    const lost = state('FAILED', 'INTERNAL_ERROR: gone', true)
    const { calls, log, tokens } = callsOf({
      starts: [named('TooManyRequestsException')],
      states: [lost, lost, state('SUCCEEDED')],
    })
    await athenaQuery(calls, 'q', 60, SETTINGS)
    assert.deepEqual(log, ['start', 'start', 'state', 'state', 'start', 'state', 'page'])
    assert.equal(tokens.size, 3)
    const throttled = callsOf({ starts: Array.from({ length: 3 }, () => named('ThrottlingException')), states: [] })
    assert.equal(await kindOf(athenaQuery(throttled.calls, 'q', 60, SETTINGS)), 'lost ThrottlingException')
  })

  it('a failure is believed when it stays: Athena may put the query back into its queue', async () => {
    const { calls, log } = callsOf({ states: [state('FAILED'), state('QUEUED'), state('SUCCEEDED')] })
    await athenaQuery(calls, 'q', 60, SETTINGS)
    assert.equal(log.filter((what) => what === 'start').length, 1)
  })

  it('says what kind of failure it is', async () => {
    for (const [name, why, want] of [
      ['FAILED', "TABLE_NOT_FOUND: line 1:15: Table 'denial' does not exist", 'refused TABLE_NOT_FOUND'],
      ['FAILED', 'Query exhausted resources at this scale factor', 'too-long FAILED'],
      ['FAILED', 'Query timeout', 'too-long FAILED'],
      ['CANCELLED', 'Query cancelled! : Bytes scanned limit was exceeded', 'too-long CANCELLED'],
      ['CANCELLED', 'Query was cancelled by user', 'refused CANCELLED'],
    ] as const) {
      const { calls, log } = callsOf({ states: [state(name, why), state(name, why)] })
      assert.equal(await kindOf(athenaQuery(calls, 'q', 60, SETTINGS)), want)
      assert.ok(!log.includes('stop'))
    }
  })

  it('is stopped where nobody waits any longer, or where the calls fail', async () => {
    const late = callsOf({ states: [] })
    assert.equal(await kindOf(athenaQuery(late.calls, 'q', -1, SETTINGS)), 'too-long TIMEOUT')
    assert.equal(late.log.at(-1), 'stop')
    const { calls, log } = callsOf({ states: [] })
    const broken = { ...calls, state: () => Promise.reject(named('ExpiredTokenException')) }
    assert.match(await kindOf(athenaQuery(broken, 'q', 60, SETTINGS)), /ExpiredToken/)
    assert.deepEqual(log, ['start', 'stop'])
  })
})

describe('the address of Athena', () => {
  it('is a database, and what else is said', () => {
    const usual = { catalog: 'AwsDataCatalog', workgroup: 'primary', region: undefined, output: undefined }
    assert.deepEqual(athenaPlace('athena:denytrace'), {
      database: 'denytrace',
      ...usual,
      timeoutSeconds: 1800,
      name: 'athena:denytrace',
    })
    const url = 'athena://sec?region=eu-west-1&workgroup=audit&output=s3://bucket/athena/&timeout=60&catalog=other'
    assert.deepEqual(athenaPlace(url), {
      database: 'sec',
      catalog: 'other',
      workgroup: 'audit',
      region: 'eu-west-1',
      output: 's3://bucket/athena/',
      timeoutSeconds: 60,
      name: 'athena:sec?region=eu-west-1',
    })
  })

  it('refuses anything else', () => {
    for (const url of ['athena:', 'athena:a b', 'athena:d?x=1', 'athena:d?timeout=0', 'athena:d?output=/tmp'])
      assert.throws(() => athenaPlace(url), UserError, url)
  })
})
