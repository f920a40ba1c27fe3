import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { NoiseClass } from '#alert/noise.ts'
import { hourOf } from '#alert/season.ts'
import { openMemoryStore } from '#store/memory/memory-store.ts'
import { sampleRow } from '../../../test/conformance/sample-rows.ts'
import { countDenials } from './count-denials.ts'
import type { SpikeContext } from './spike-context.ts'

const ROLE = 'arn:aws:iam::111122223333:role/ci/deploy'

const spikeContextOf = (of: Partial<SpikeContext> = {}): SpikeContext => ({
  allowed: undefined,
  firstRefused: new Map(),
  marked: new Set(),
  created: new Map(),
  changes: [],
  oldest: undefined,
  newest: undefined,
  ...of,
})

type Fields = Parameters<typeof sampleRow>[0]

/** What is counted, by noise: `[noise, count]`, sorted. */
async function counted(rows: readonly Fields[], known = spikeContextOf(), withNoise = false) {
  const store = openMemoryStore()
  await store.add({ rows: rows.map(sampleRow) })
  const counts = await countDenials(store, known, hourOf(Date.parse('2026-04-01T00:00:00Z')), withNoise)
  const byNoise = new Map<NoiseClass | null, number>()
  for (const { noise, count } of counts) byNoise.set(noise, (byNoise.get(noise) ?? 0) + count)
  return [...byNoise].toSorted(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1))
}

const at = (time: string): Fields => ({ eventTime: `2026-04-27T${time}Z` })
const created = (time: string): SpikeContext =>
  spikeContextOf({ created: new Map([[ROLE, Date.parse(`2026-04-27T${time}Z`)]]) })

describe('denials as the detector counts them', () => {
  it('those of the first ten minutes of a role are apart, to the second', async () => {
    const rows = ['10:07:59', '10:08:00', '10:17:59', '10:18:00', '10:59:59', '11:00:00'].map(at)
    assert.deepEqual(await counted(rows, created('10:08:00')), [
      [null, 4],
      ['just-created', 2],
    ])
    assert.deepEqual(await counted(rows, created('09:00:00')), [[null, 6]])
    assert.deepEqual(await counted(rows, created('12:00:00')), [[null, 6]])
  })

  it('first minutes that begin in one hour and end in the next', async () => {
    const rows = ['10:54:59', '10:55:00', '11:04:59', '11:05:00'].map(at)
    assert.deepEqual(await counted(rows, created('10:55:00')), [
      [null, 2],
      ['just-created', 2],
    ])
  })

  it('an hour that is all of the first minutes is not read again', async () => {
    assert.deepEqual(await counted([at('10:01:00'), at('10:02:00')], created('10:00:00')), [['just-created', 2]])
  })

  it('a note that IAM may not have caught up says the same', async () => {
    const rest = '{"context":{},"notes":[{"code":"eventual-consistency","text":"…"}]}'
    assert.deepEqual(await counted([{ rest }]), [['just-created', 1]])
  })

  it('what is marked is marked, and a call whose action is not told is not taken for one that is', async () => {
    const marked = (action: string) => spikeContextOf({ marked: new Set([`${ROLE} ${action} arn:aws:s3:::b/*`]) })
    assert.deepEqual(await counted([{}], marked('s3:PutObject')), [['marked', 1]])
    assert.deepEqual(await counted([{ action: null }], marked('s3:PutObject')), [[null, 1]])
    assert.deepEqual(await counted([{ action: null }], marked('-')), [['marked', 1]])
  })

  it('with noise everything counts', async () => {
    const rows = [{ principalType: 'service' }, at('10:09:00'), {}]
    assert.deepEqual(await counted(rows, created('10:08:00'), true), [[null, 3]])
  })

  it('what an event does not tell is a dash', async () => {
    const store = openMemoryStore()
    await store.add({
      rows: [sampleRow({ principalKey: null, principalArn: null, action: null, service: null, resourceFamily: null })],
    })
    const [row] = [...(await countDenials(store, spikeContextOf(), 0, false))]
    assert.equal(row?.tuple, '- - -')
    assert.deepEqual([row?.account, row?.statement, row?.count], ['111122223333', null, 1])
  })
})
