import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SqlRow } from '../sql/session.ts'
import type { Statement } from '../sql/statement.ts'
import { historyStore } from './history-store.ts'
import { QueryError } from './query-error.ts'

/** An engine that bears a query of so many days at most, and has one denial of `s3:A` an hour and one of `s3:B` a day. */
function engineOf(days: number) {
  const asked: string[] = []
  const run = async ({ text, params }: Statement): Promise<readonly SqlRow[]> => {
    if (text.includes('min(event_day)')) return [{ first_day: '2026-04-01', last_day: '2026-04-08' }]
    const from = String(params['from'] ?? '2000-01-01T00:00:00Z')
    const to = String(params['to'] ?? '2030-01-01T00:00:00Z')
    asked.push(`${from.slice(0, 10)} ${to.slice(0, 10)}`)
    const span = (Date.parse(to) - Date.parse(from)) / 86_400_000
    if (span > days) throw new QueryError('too-long', 'EXCEEDED_TIME_LIMIT', 'too much')
    const seen = { first_seen: from, last_seen: to }
    return [
      { group_key: 's3:A', n: span * 24, ...seen },
      { group_key: null, n: span, ...seen },
    ]
  }
  return { asked, store: historyStore({ name: 'trino://h/c/s', dialect: 'trino', run }) }
}

describe('history of more days than an engine bears', () => {
  it('is asked in halves, at midnights, and put together', async () => {
    const { asked, store } = engineOf(2)
    const groups = await store.groups('action', {})
    assert.deepEqual(groups, [
      { key: 's3:A', count: 192, firstSeen: '2026-04-01T00:00:00Z', lastSeen: '2026-04-09T00:00:00Z' },
      { key: null, count: 8, firstSeen: '2026-04-01T00:00:00Z', lastSeen: '2026-04-09T00:00:00Z' },
    ])
    assert.deepEqual(asked.slice(-2), ['2026-04-05 2026-04-07', '2026-04-07 2026-04-09'])
  })

  it('is asked once where that will do', async () => {
    const { asked, store } = engineOf(100)
    await store.groups('action', { from: '2026-04-01T00:00:00Z', to: '2026-04-03T00:00:00Z' })
    assert.deepEqual(asked, ['2026-04-01 2026-04-03'])
  })

  it('a single day that is too much is told, with what to do', async () => {
    const { store } = engineOf(0)
    await assert.rejects(store.groups('action', {}), (error: { code?: unknown; hint?: unknown }) => {
      assert.equal(error.code, 'store/query-failed')
      assert.match(String(error.hint), /single day/)
      return true
    })
  })
})
