import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DEFAULT_SETTINGS } from '#alert/settings.ts'
import { recordOf } from '#intake/cloudtrail/record.ts'
import { readRecord } from '#intake/cloudtrail/read-record.ts'
import type { DenialRow } from '#store/denial-row.ts'
import type { DenialStore } from '#store/denial-store.ts'
import { openMemoryStore } from '#store/memory/memory-store.ts'
import { rowOf } from '#store/row-of-denial.ts'
import { alertRow } from './watch.ts'
import { backTestOf, findSpikes, type SpikesOptions } from './find-spikes.ts'

const NOW = Date.parse('2026-06-30T00:00:00Z')
const OPTIONS: SpikesOptions = {
  since: undefined,
  until: undefined,
  settings: DEFAULT_SETTINGS,
  withNoise: false,
  changes: [],
  now: NOW,
}

interface Event {
  readonly time: string
  readonly role?: string
  readonly bucket?: string
  readonly why?: string
  readonly invokedBy?: string
}

let ids = 0

/** A CloudTrail record as S3 writes it for a refused PutObject, made into a row as ingestion does. */
function denied({ time, role = 'deploy', bucket = 'artifacts', why, invokedBy }: Event): DenialRow {
  ids += 1
  const record = {
    eventVersion: '1.09',
    userIdentity: {
      type: 'AssumedRole',
      arn: `arn:aws:sts::111122223333:assumed-role/${role}/ci`,
      accountId: '111122223333',
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          arn: `arn:aws:iam::111122223333:role/${role}`,
          accountId: '111122223333',
          userName: role,
        },
      },
      ...(invokedBy === undefined ? {} : { invokedBy }),
    },
    eventTime: time,
    eventSource: 's3.amazonaws.com',
    eventName: 'PutObject',
    awsRegion: 'eu-west-1',
    errorCode: 'AccessDenied',
    errorMessage: `User: arn:aws:sts::111122223333:assumed-role/${role}/ci is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::${bucket}/app-${ids}.zip" ${why ?? 'because no identity-based policy allows the s3:PutObject action'}`,
    requestParameters: { bucketName: bucket, key: `app-${ids}.zip` },
    requestID: `R${ids}`,
    eventID: `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`,
    recipientAccountId: '111122223333',
  }
  const denial = readRecord(record)
  const read = recordOf(record)
  assert.ok(denial !== undefined && read !== undefined)
  const row = rowOf(denial, read, { kind: 'file', name: 'test', at: time })
  assert.ok(row !== undefined)
  return row
}

const at = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`
const START = Date.parse('2026-06-01T00:00:00Z')

const history = (): DenialRow[] =>
  Array.from({ length: 80 }, (_, i) =>
    denied({ time: at(START + i * 8 * 3_600_000 + 60_000), role: `batch-${i % 4}`, bucket: 'data' }),
  )

const burst = (start: string, count: number, of: Partial<Event> = {}): DenialRow[] =>
  Array.from({ length: count }, (_, i) => denied({ ...of, time: at(Date.parse(start) + i * 150_000) }))

async function storeOf(rows: readonly DenialRow[]): Promise<DenialStore> {
  const store = openMemoryStore(() => NOW)
  await store.add({ rows })
  return store
}

describe('spikes of a store', () => {
  it('a role that begins to fail is found, with who, what, where and why', async () => {
    const store = await storeOf([...history(), ...burst('2026-06-20T10:00:00Z', 15)])
    const { spikes, history: spikeHistory, expectedFalseAlarmsPerWeek } = await findSpikes(store, OPTIONS)
    assert.equal(spikes.length, 1)
    const [spike] = spikes
    assert.equal(spike?.key, 'arn:aws:iam::111122223333:role/deploy s3:PutObject arn:aws:s3:::artifacts/*')
    assert.deepEqual(
      [spike?.kind, spike?.family, spike?.from, spike?.to, spike?.count, spike?.fanOut, spike?.state],
      ['spike', 'tuple', '2026-06-20T10:00:00Z', '2026-06-20T11:00:00Z', 15, 1, 'open'],
    )
    assert.deepEqual(spike?.cause, {
      layer: 'identity-policy',
      denyType: 'implicit',
      policyArn: null,
      statement: null,
      change: null,
    })
    assert.equal(spikeHistory?.from, '2026-06-01T00:00:00Z')
    assert.equal(spikeHistory?.judgedFrom, '2026-06-02T00:00:00Z')
    assert.ok(expectedFalseAlarmsPerWeek > 0 && expectedFalseAlarmsPerWeek < 1)
  })

  it('what was allowed before makes it grave, and a change of the policy before it is its cause', async () => {
    const store = await storeOf([...history(), ...burst('2026-06-20T10:00:00Z', 15)])
    const tuple = { account: '111122223333', principalKey: 'arn:aws:iam::111122223333:role/deploy' }
    await store.add({
      rows: [],
      allowed: [
        {
          ...tuple,
          action: 's3:PutObject',
          resourceFamily: 'arn:aws:s3:::artifacts/*',
          firstAllowed: '2026-06-05T10:00:00Z',
          lastAllowed: '2026-06-20T09:40:00Z',
        },
        {
          account: '111122223333',
          principalKey: 'arn:aws:iam::111122223333:role/admin',
          action: 'iam:DeleteRolePolicy',
          resourceFamily: 'arn:aws:iam::111122223333:role/deploy',
          firstAllowed: '2026-06-20T09:55:00Z',
          lastAllowed: '2026-06-20T09:55:00Z',
        },
      ],
    })
    const [spike] = (await findSpikes(store, OPTIONS)).spikes
    assert.deepEqual([spike?.severity, spike?.allowedBefore], ['high', true])
    assert.deepEqual(spike?.cause.change, {
      time: '2026-06-20T09:55:00Z',
      eventId: null,
      action: 'iam:DeleteRolePolicy',
      by: 'arn:aws:iam::111122223333:role/admin',
      target: 'arn:aws:iam::111122223333:role/deploy',
    })
  })

  it('a tuple that is marked as noise alarms nobody', async () => {
    const rows = [...history(), ...burst('2026-06-20T10:00:00Z', 15)]
    const store = await storeOf(rows)
    await store.mark({
      account: '111122223333',
      principalKey: 'arn:aws:iam::111122223333:role/deploy',
      action: 's3:PutObject',
      resourceFamily: 'arn:aws:s3:::artifacts/*',
      state: 'noise',
      note: null,
      markedAt: '2026-06-21T00:00:00Z',
    })
    const { spikes, leftOut } = await findSpikes(store, OPTIONS)
    assert.deepEqual(spikes, [])
    assert.deepEqual(leftOut, { marked: 15 })
    assert.equal((await findSpikes(store, { ...OPTIONS, withNoise: true })).spikes.length, 1)
  })

  it('late events are judged in their own hour', async () => {
    const [first, late] = [burst('2026-06-20T10:00:00Z', 8), burst('2026-06-20T10:20:00Z', 6)]
    const store = await storeOf([...history(), ...first, ...burst('2026-06-22T03:00:00Z', 1)])
    const before = (await findSpikes(store, OPTIONS)).spikes.find(({ kind }) => kind === 'spike')
    await store.add({ rows: late })
    const after = (await findSpikes(store, OPTIONS)).spikes.find(({ kind }) => kind === 'spike')
    assert.deepEqual([before?.id, before?.count, after?.count], [after?.id, 8, 14])
  })

  it('`since` and `until` bound what is told and not what is learnt', async () => {
    const store = await storeOf([
      ...history(),
      ...burst('2026-06-10T10:00:00Z', 15),
      ...burst('2026-06-20T10:00:00Z', 15),
    ])
    const of = async (since: string | undefined, until: string | undefined) =>
      (
        await findSpikes(store, {
          ...OPTIONS,
          since: since === undefined ? undefined : Date.parse(since),
          until: until === undefined ? undefined : Date.parse(until),
        })
      ).spikes.map(({ from }) => from.slice(0, 10))
    assert.deepEqual(await of(undefined, undefined), ['2026-06-10', '2026-06-20'])
    assert.deepEqual(await of('2026-06-15T00:00:00Z', undefined), ['2026-06-20'])
    assert.deepEqual(await of(undefined, '2026-06-15T00:00:00Z'), ['2026-06-10'])
  })

  it('what was told stays, though it would not be found again, until its tuple is marked', async () => {
    const store = await storeOf([...history(), ...burst('2026-06-20T10:00:00Z', 15)])
    const { spikes } = await findSpikes(store, OPTIONS)
    const alerts = spikes.map((spike) => alertRow({ ...spike, id: 'spike-told' }))
    await store.saveDetection({ series: [], alerts, deliveries: [], cleaned: [] })
    await store.setAlertState('spike-told', 'acknowledged')
    const strict = { ...OPTIONS, settings: { ...DEFAULT_SETTINGS, control: { kind: 'fixed', p: 1e-200 } } } as const
    const shown = async () => (await findSpikes(store, strict)).spikes.map(({ id, state }) => [id, state])
    assert.ok((await shown()).some(([id, state]) => id === 'spike-told' && state === 'acknowledged'))
    await store.mark({
      account: '111122223333',
      principalKey: 'arn:aws:iam::111122223333:role/deploy',
      action: 's3:PutObject',
      resourceFamily: 'arn:aws:s3:::artifacts/*',
      state: 'accepted',
      note: null,
      markedAt: '2026-06-21T00:00:00Z',
    })
    assert.deepEqual(await shown(), [])
  })

  it('a store without denials says so', async () => {
    const report = await findSpikes(
      openMemoryStore(() => NOW),
      OPTIONS,
    )
    assert.deepEqual([report.spikes, report.history], [[], null])
    assert.equal(
      await backTestOf(
        openMemoryStore(() => NOW),
        OPTIONS,
      ),
      undefined,
    )
  })

  it('the back-test tells expected and observed false alarms of each week', async () => {
    const store = await storeOf([...history(), ...burst('2026-06-20T10:00:00Z', 15)])
    const test = await backTestOf(store, OPTIONS)
    assert.deepEqual(
      test?.weeks.map(({ from, alerts }) => [from.slice(0, 10), alerts]),
      [
        ['2026-06-02', 0],
        ['2026-06-09', 0],
        ['2026-06-16', 1],
        ['2026-06-23', 0],
      ],
    )
    assert.ok((test?.expectedPerWeek ?? 0) > 0)
  })
})
