import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DEFAULT_SETTINGS } from '#alert/settings.ts'
import type { DenialRow } from '#store/denial-row.ts'
import type { DenialStore } from '#store/denial-store.ts'
import { openMemoryStore } from '#store/memory/memory-store.ts'
import { sampleRow } from '../../../test/conformance/sample-rows.ts'
import { round } from './watch.ts'

const START = Date.parse('2026-03-02T00:00:00Z')
const HOUR = 3_600_000
const DAY = 24 * HOUR

const at = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`

let ids = 0
const row = (time: number, role: string, of: Partial<DenialRow> = {}): DenialRow =>
  sampleRow({
    eventTime: at(time),
    eventId: `e-${String((ids += 1)).padStart(6, '0')}`,
    principalKey: `arn:aws:iam::111122223333:role/${role}`,
    ...of,
  })

/** A day of everyday life; some days with a burst, and from the 25th on a role that fails a few times each day. */
function dayOf(day: number): DenialRow[] {
  const start = START + day * DAY
  const rows = Array.from({ length: 12 }, (_, i) => row(start + i * 2 * HOUR + day * 60_000, `batch-${(day + i) % 5}`))
  if (day % 9 === 4) rows.push(...Array.from({ length: 15 }, (_, i) => row(start + 6 * HOUR + i * 100_000, 'deploy')))
  if (day >= 25) rows.push(...Array.from({ length: 6 }, (_, i) => row(start + i * 3 * HOUR, 'slow')))
  if (day % 6 === 0) rows.push(row(start + HOUR, `new-${day}`))
  return rows
}

/** A store that remembers from when on it was asked to count. */
function watched(now: () => number): { readonly store: DenialStore; readonly froms: string[] } {
  const store = openMemoryStore(now)
  const froms: string[] = []
  return {
    store: {
      ...store,
      tally: (filter) => {
        froms.push(filter.from ?? '')
        return store.tally(filter)
      },
    },
    froms,
  }
}

const assess = (store: DenialStore, now: number) =>
  round(store, { settings: DEFAULT_SETTINGS, sinks: [], minSeverity: 'low', tellSince: 0, changes: [], now })

/** As if nothing had been kept of what was learnt. */
const forget = (store: DenialStore): Promise<void> =>
  store.saveDetection({
    series: ['recent', 'older'].map((key) => ({
      family: 'checkpoint',
      key,
      lastBucket: at(START),
      modelVersion: 0,
      state: '',
    })),
    alerts: [],
    deliveries: [],
    cleaned: [],
  })

const alertsOf = async (store: DenialStore): Promise<unknown[]> =>
  (await store.alerts({})).map(({ id, revision, body }) => ({ id, revision, body: JSON.parse(body) as unknown }))

describe('rounds that go on from what was learnt', () => {
  it('tell what rounds tell that learn everything anew, day after day, and count only the last days', async () => {
    let now = START
    const [quick, slow] = [watched(() => now), watched(() => now)]
    const anew: number[] = []
    for (let day = 0; day < 45; day++) {
      // What comes a day late, and once what comes two weeks late.
      const late = [...(day % 5 === 3 ? [row(now - 30 * HOUR, 'late')] : []), ...(day === 41 ? dayOf(27) : [])]
      const rows = [...dayOf(day), ...late]
      now = START + (day + 1) * DAY
      await quick.store.add({ rows })
      await slow.store.add({ rows })
      await forget(slow.store)
      quick.froms.length = 0
      await assess(quick.store, now)
      await assess(slow.store, now)
      assert.deepEqual(await alertsOf(quick.store), await alertsOf(slow.store), `day ${day}`)
      // Two days before what changed, at the beginning of a day.
      if ((quick.froms[0] ?? '') < at(START + (day - (day % 5 === 3 ? 12 : 4)) * DAY)) anew.push(day)
    }
    // At first, and after four weeks; what comes two weeks late is older than all that was kept.
    assert.deepEqual(
      anew.filter((day) => day >= 12),
      [37, 41],
    )
    assert.ok((await alertsOf(quick.store)).length > 5)
  })

  it('learn anew when a mark or a setting changed what was learnt', async () => {
    const now = START + 20 * DAY
    const { store, froms } = watched(() => now)
    for (let day = 0; day < 20; day++) await store.add({ rows: dayOf(day) })
    await assess(store, now)
    const again = async (): Promise<string | undefined> => {
      froms.length = 0
      await store.add({ rows: [row(now - HOUR, 'batch-1')] })
      await assess(store, now)
      return froms[0]?.slice(0, 10)
    }
    // The running day and the three before it.
    assert.equal(await again(), '2026-03-18')
    await store.mark({
      account: '111122223333',
      principalKey: 'arn:aws:iam::111122223333:role/deploy',
      action: 's3:PutObject',
      resourceFamily: 'arn:aws:s3:::b/*',
      state: 'noise',
      note: null,
      markedAt: at(now),
    })
    assert.equal(await again(), '2026-03-02')
    assert.equal(await again(), '2026-03-19')
  })

  it('do not go on from a writing of which a part is missing', async () => {
    const now = START + 20 * DAY
    const { store, froms } = watched(() => now)
    for (let day = 0; day < 20; day++) await store.add({ rows: dayOf(day) })
    await assess(store, now)
    const part = (await store.series('checkpoint-recent'))[0]
    assert.ok(part !== undefined)
    const other = { ...part, state: JSON.stringify({ ...(JSON.parse(part.state) as object), id: 'another' }) }
    await store.saveDetection({ series: [other], alerts: [], deliveries: [], cleaned: [] })
    froms.length = 0
    await store.add({ rows: [row(now - HOUR, 'batch-1')] })
    await assess(store, now)
    assert.equal(froms[0]?.slice(0, 10), '2026-03-11')
  })
})
