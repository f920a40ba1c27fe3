/** Runs Trino for real: a coordinator and two workers over the Parquet that the embedded store wrote. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type TrinoClient, trinoClient } from '#store/history/trino/trino-client.ts'
import { trinoPlace } from '#store/history/trino/trino-url.ts'
import { noTrino, startTrino, type Trino } from './trino.ts'

describe('Trino over what the embedded store wrote', { skip: noTrino }, () => {
  let trino: Trino
  let client: TrinoClient
  before(async () => {
    trino = await startTrino()
    client = trinoClient(trinoPlace(`trino://127.0.0.1:${trino.port}/hive/denytrace`, {}))
  })
  after(() => trino.stop())

  it('has a coordinator and two workers', async () => {
    const { columns, rows } = await client.query(
      "select coordinator, count(*) as n from system.runtime.nodes where state = 'active' group by coordinator order by 1",
    )
    assert.deepEqual(columns, [
      { name: 'coordinator', type: 'boolean' },
      { name: 'n', type: 'bigint' },
    ])
    assert.deepEqual(rows, [
      [false, 2],
      [true, 1],
    ])
  })
})
