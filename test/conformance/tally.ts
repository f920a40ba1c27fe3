/** Denials counted by hour and kind: every engine counts alike, and as the rows themselves say. */
import assert from 'node:assert/strict'
import type { DenialRow } from '#store/denial-row.ts'
import type { DenialFilter, DenialStore } from '#store/denial-store.ts'
import { type DenialKind, kindOf } from '#store/tally.ts'
import { type Check, sampleRow } from './sample-rows.ts'

const note = (code: string): string =>
  `{"context":{},"notes":[{"code":"other","text":"…"},{"code":"${code}","text":"…"}]}`

/** One row for each way in which kinds differ. */
const KINDS: readonly Partial<DenialRow>[] = [
  {},
  { principalKey: null },
  { principalKey: null, principalArn: null, principalType: null },
  { action: null },
  { action: null, service: null },
  { action: 's3:PutObject', eventName: 'CopyObject' },
  { resourceFamily: null },
  { callerAccount: null },
  { layer: null },
  { layer: null, blockedBy: 'permissions-boundary' },
  { layer: null, blockedBy: 'permissions-boundary,identity-policy' },
  { layer: 'service-control-policy', blockedBy: 'identity-policy' },
  { effect: null },
  { effect: 'explicit', policyArn: 'arn:aws:iam::111122223333:policy/x' },
  { statement: 'identity-policy p\'1 "Sid" :name' },
  { principalType: 'service', principalArn: 'config.amazonaws.com', principalKey: 'config.amazonaws.com' },
  { invokedBy: 'cloudformation.amazonaws.com' },
  { invokedBy: 'aws-cli/2.15 amazonaws.com/x' },
  { errorMessage: 'x: IAM user access not activated.' },
  { errorMessage: 'iam user access not activated' },
  { rest: note('possibly-not-found') },
  { rest: note('eventual-consistency') },
  { rest: note('something-else') },
  { rest: '{"context":{"x":"\\"notes\\":[\\"code\\":\\"possibly-not-found\\""}}' },
]

const TIMES = ['2026-04-27T10:00:00Z', '2026-04-27T10:04:59Z', '2026-04-27T10:59:59Z', '2026-04-28T23:30:07Z']

const rowsOfKinds = (): readonly DenialRow[] =>
  KINDS.flatMap((of, i) =>
    TIMES.slice(i % 2).map((eventTime, t) =>
      sampleRow({ ...of, eventTime, eventId: `k-${String(i).padStart(2, '0')}-${t}` }),
    ),
  )

interface Counted {
  readonly n: number
  readonly slots: number
  readonly first: number
  readonly last: number
}

async function counted(store: DenialStore, filter: DenialFilter): Promise<ReadonlyMap<string, Counted>> {
  const all = new Map<string, Counted>()
  for await (const { kinds, counts } of store.tally(filter))
    for (const { kind, bucketStart, ...count } of counts) {
      const key = keyOf(bucketStart, kinds[kind] as DenialKind)
      assert.ok(!all.has(key), `${key} is counted in two places`)
      all.set(key, count)
    }
  return all
}

const keyOf = (bucketStart: string, kind: DenialKind): string =>
  JSON.stringify([bucketStart, kind.principal, kind.action, kind])

function expected(rows: readonly DenialRow[]): ReadonlyMap<string, Counted> {
  const all = new Map<string, Counted>()
  for (const row of rows) {
    const key = keyOf(`${row.eventTime.slice(0, 13)}:00:00Z`, kindOf(row))
    const second = (Date.parse(row.eventTime) / 1000) % 3600
    const slot = 2 ** Math.floor(second / 300)
    const before = all.get(key) ?? { n: 0, slots: 0, first: 3600, last: 0 }
    all.set(key, {
      n: before.n + 1,
      slots: Math.floor(before.slots / slot) % 2 === 1 ? before.slots : before.slots + slot,
      first: Math.min(before.first, second),
      last: Math.max(before.last, second),
    })
  }
  return all
}

export function tallyConformance(check: Check): void {
  check('denials are counted by hour and kind, as the rows say', async (store) => {
    const rows = rowsOfKinds()
    await store.add({ rows })
    const all = await counted(store, {})
    assert.deepEqual(new Map([...all].toSorted()), new Map([...expected(rows)].toSorted()))
    // Three kinds come to the same as another: a message in other letters, an unknown note, and quotes within a text.
    assert.equal(new Set([...all.keys()].map((key) => key.slice(key.indexOf(',')))).size, KINDS.length - 6)
  })

  check('only what is counted and in the filter is in the tally', async (store) => {
    const rows = rowsOfKinds()
    const pair = ['111122223333', '444455556666'].map((recipientAccount) =>
      sampleRow({ recipientAccount, sharedEventId: 's-1', eventTime: '2026-04-27T10:20:00Z' }),
    )
    await store.add({ rows: [...rows, ...pair] })
    const within = async (filter: DenialFilter) =>
      [...(await counted(store, filter)).values()].reduce((sum, { n }) => sum + n, 0)
    assert.equal(await within({}), rows.length + 1)
    assert.equal(await within({ from: '2026-04-27T10:20:00Z', to: '2026-04-27T10:21:00Z' }), 1)
    assert.equal(await within({ from: '2026-04-28T00:00:00Z' }), KINDS.length)
    assert.equal(await within({ principal: 'config.amazonaws.com' }), 3)
    assert.equal(await within({ from: '2027-01-01T00:00:00Z' }), 0)
  })

  check('a cell is shown by its first events', async (store) => {
    const rows = rowsOfKinds()
    await store.add({ rows: rows.toReversed() })
    const cells = [16, 0, 15].map((i) => ({
      bucketStart: '2026-04-27T10:00:00Z',
      kind: kindOf(sampleRow(KINDS[i] ?? {})),
    }))
    const [forService, plain, service] = await store.examples(cells, 2)
    assert.deepEqual(forService, ['k-16-0', 'k-16-1'])
    assert.deepEqual(service, ['k-15-0', 'k-15-1'])
    assert.deepEqual(plain, ['k-00-0', 'k-22-0'])
    assert.deepEqual(await store.examples([], 2), [])
    assert.deepEqual(await store.examples([{ bucketStart: '2020-01-01T00:00:00Z', kind: kindOf(sampleRow({})) }], 2), [
      [],
    ])
  })
}
