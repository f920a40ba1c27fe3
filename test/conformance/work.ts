/** What every `DenialStore` does for workers: alerts and the ledger of objects to read. */
import assert from 'node:assert/strict'
import { LeaseLost } from '#store/ledger.ts'
import { type Check, sampleRow } from './sample-rows.ts'

const ALERT = { detector: 'nb-1', family: 'action', key: 's3:PutObject', bucketStart: '2026-04-27T10:00:00Z' }

export function alertsConformance(check: Check): void {
  check('an hour that changes again while it is looked at stays dirty', async (store) => {
    await store.add({ rows: [sampleRow()] })
    const [before] = await store.dirtyBuckets()
    assert.equal(before?.bucketStart, '2026-04-27T10:00:00Z')
    await store.add({ rows: [sampleRow()] })
    const nothing = { series: [], alerts: [], deliveries: [] }
    await store.saveDetection({ ...nothing, cleaned: before === undefined ? [] : [before] })
    const again = await store.dirtyBuckets()
    assert.equal(again.length, 1)
    await store.saveDetection({ ...nothing, cleaned: again })
    assert.deepEqual(await store.dirtyBuckets(), [])
  })

  check('an alert is revised, not doubled, and told once to each sink', async (store) => {
    const series = {
      family: 'action',
      key: 's3:PutObject',
      lastBucket: ALERT.bucketStart,
      modelVersion: 1,
      state: '{}',
    }
    const found = (revision: number, body: string) =>
      store.saveDetection({
        series: [{ ...series, state: body }],
        alerts: [{ ...ALERT, id: 'a-1', revision, body }],
        deliveries: [{ dedupeKey: `a-1/${revision}`, sink: 'slack', alertId: 'a-1', body }],
        cleaned: [],
      })
    await found(1, '1')
    await found(2, '2')
    await found(1, 'late')
    assert.deepEqual(
      (await store.alerts({})).map(({ body, state, revision }) => [body, state, revision]),
      [['2', 'open', 2]],
    )
    assert.deepEqual(
      (await store.series(series.family)).map(({ state }) => state),
      ['late'],
    )
    assert.deepEqual(await store.series('another'), [])
    assert.equal(await store.setAlertState('a-1', 'closed'), true)
    assert.equal(await store.setAlertState('none', 'closed'), false)
    await found(3, '3')
    assert.deepEqual(
      (await store.alerts({})).map(({ state }) => state),
      ['open'],
    )
    const taken = await store.claimDeliveries(10, 60)
    assert.deepEqual(taken.map(({ dedupeKey }) => dedupeKey).toSorted(), ['a-1/1', 'a-1/2', 'a-1/3'])
    assert.deepEqual(await store.claimDeliveries(10, 60), [])
    const [first, second, third] = taken
    assert.ok(first !== undefined && second !== undefined && third !== undefined)
    await store.endDelivery(first)
    await store.endDelivery(second, 0)
    await store.endDelivery({ ...third, token: 'stale' })
    const again = await store.claimDeliveries(10, 60)
    assert.deepEqual(
      again.map(({ dedupeKey, attempts }) => [dedupeKey, attempts]),
      [[second.dedupeKey, 2]],
    )
  })
}

export function ledgerConformance(check: Check): void {
  const objects = ['a', 'b'].map((key) => ({ bucket: 'logs', key, version: '1' }))

  check('an object is read by one, and done with what it held', async (store) => {
    assert.equal(await store.enqueue(objects), 2)
    assert.equal(await store.enqueue(objects), 0)
    const leases = await store.claim(10, 60)
    assert.equal(leases.length, 2)
    assert.deepEqual(await store.claim(10, 60), [])
    const counts = { records: 1, denials: 1 }
    await store.add({ rows: [sampleRow()], done: leases.map((lease) => ({ lease, counts })) })
    assert.deepEqual(await store.ledger(), { ready: 0, leased: 0, done: 2, dead: 0 })
  })

  check('who lost a lease writes nothing', async (store) => {
    await store.enqueue(objects.slice(0, 1))
    const [stale] = await store.claim(1, 0)
    const [lease] = await store.claim(1, 60)
    assert.ok(stale !== undefined && lease !== undefined)
    assert.equal(await store.extend(stale, 60), false)
    assert.equal(await store.extend(lease, 60), true)
    const counts = { records: 1, denials: 1 }
    await assert.rejects(store.add({ rows: [sampleRow()], done: [{ lease: stale, counts }] }), LeaseLost)
    assert.deepEqual(await store.find({}, 10), [])
    assert.deepEqual(await store.dirtyBuckets(), [])
  })

  check('data that cannot be read is tried three times; other faults do not count', async (store) => {
    await store.enqueue(objects.slice(0, 1))
    for (const isData of [true, false, true, false, true]) {
      const [lease] = await store.claim(1, 60)
      assert.ok(lease !== undefined)
      await store.release(lease, 'cut short', isData)
    }
    assert.deepEqual(await store.claim(1, 60), [])
    assert.deepEqual(await store.ledger(), { ready: 0, leased: 0, done: 0, dead: 1 })
  })
}
