/** What every `DenialStore` does; each engine runs it from a test of its own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DenialRow } from '#store/denial-row.ts'
import type { DenialStore } from '#store/denial-store.ts'
import { filtersConformance } from './filters.ts'
import { alertsConformance, ledgerConformance } from './work.ts'
import { type Check, sampleRow } from './sample-rows.ts'
import { tallyConformance } from './tally.ts'

/** `open` gives an empty store each time. */
export function storeConformance(name: string, open: () => Promise<DenialStore>): void {
  const check = (what: string, run: (store: DenialStore) => Promise<void>): void =>
    void test(`${name}: ${what}`, async () => {
      const store = await open()
      try {
        await run(store)
      } finally {
        await store.close()
      }
    })
  rowsConformance(check)
  filtersConformance(check)
  countsConformance(check)
  tallyConformance(check)
  alertsConformance(check)
  ledgerConformance(check)
}

function rowsConformance(check: Check): void {
  check('a row comes back as it was put in', async (store) => {
    const row = sampleRow({
      requestId: 'r-1',
      errorMessage: 'it\'s "quoted", with ünïcode 🙂, \\ and \n a line',
      encodedMessage: 'x'.repeat(10_240),
      statement: 'p#Deny/0',
      rest: '{"context":{"aws:SourceIp":"203.0.113.9","aws:SourceVpce":null}}',
    })
    await store.add({ rows: [row] })
    assert.deepEqual(await store.byId(row.eventId), [row])
    assert.deepEqual(await store.byId('r-1'), [row])
    assert.deepEqual(await store.byId("none' or 1=1"), [])
  })

  check('letters that a text of a database cannot hold lose no event, and no other of its batch', async (store) => {
    const resources = [
      'arn:aws:s3:::b/a\u0000b',
      'arn:aws:s3:::b/\uD83D',
      'arn:aws:s3:::b/\uDE42\uFFFF',
      'arn:aws:s3:::b/c',
    ]
    const rows = resources.map((resource) =>
      sampleRow({ resource, errorMessage: resource, rest: JSON.stringify({ context: { 'aws:x\u0000': resource } }) }),
    )
    assert.deepEqual(await store.add({ rows }), { fresh: 4, duplicates: 0 })
    assert.deepEqual(await store.add({ rows }), { fresh: 0, duplicates: 4 })
    // A NUL may be left out; half of a pair becomes the sign for what cannot be read.
    const asText = (resource: string | null) => resource?.replaceAll('\0', '').replace(/[\uD800-\uDFFF]/, '\uFFFD')
    const found = (await store.find({}, 10)).map(({ resource }) => asText(resource))
    const plain = ['arn:aws:s3:::b/ab', 'arn:aws:s3:::b/\uFFFD', 'arn:aws:s3:::b/\uFFFD\uFFFF', 'arn:aws:s3:::b/c']
    assert.deepEqual(found.toSorted(), plain.toSorted())
  })

  check('an event is stored once: in a batch, in the next, in any order', async (store) => {
    const rows = ['a', 'b', 'c'].map((eventId) => sampleRow({ eventId }))
    assert.deepEqual(await store.add({ rows: [...rows, ...rows] }), { fresh: 3, duplicates: 3 })
    assert.deepEqual(await store.add({ rows: rows.toReversed() }), { fresh: 0, duplicates: 3 })
    assert.deepEqual(await store.add({ rows: [] }), { fresh: 0, duplicates: 0 })
    assert.equal((await store.find({}, 100)).length, 3)
  })

  check('a request id may be of several events; they come oldest first', async (store) => {
    const late = sampleRow({ requestId: 'r', eventTime: '2026-04-27T11:00:00Z' })
    const early = sampleRow({ requestId: 'r', eventTime: '2026-04-27T10:00:00Z' })
    await store.add({ rows: [late, early] })
    assert.deepEqual(await store.byId('r'), [early, late])
  })

  check('what comes behind a place is found, newest first, though many are of one second', async (store) => {
    const times = ['10:00:00', '10:00:01', '10:00:01', '10:00:01', '10:00:02', '09:00:00']
    const rows = times.map((time, i) =>
      sampleRow({ eventId: `e-${i}`, eventTime: `2026-04-2${time.startsWith('09') ? 6 : 7}T${time}Z` }),
    )
    await store.add({ rows })
    const found: string[] = []
    let after: Parameters<DenialStore['find']>[2]
    for (;;) {
      const page = await store.find({}, 2, after)
      found.push(...page.map(({ eventId }) => eventId))
      after = page.at(-1)
      if (after === undefined) break
    }
    assert.deepEqual(found, ['e-4', 'e-3', 'e-2', 'e-1', 'e-0', 'e-5'])
    assert.deepEqual(
      await store.find({ action: 'kms:Decrypt' }, 9, { eventTime: '2026-04-27T10:00:01Z', eventId: 'e-2' }),
      [],
    )
  })

  check('filters find by every field, newest first, at most so many', async (store) => {
    const one = sampleRow({ eventTime: '2026-04-27T10:00:00Z' })
    const other = sampleRow({
      eventTime: '2026-04-28T09:00:00Z',
      principalKey: 'arn:aws:iam::444455556666:role/x',
      callerAccount: '444455556666',
      action: 'kms:Decrypt',
      service: 'kms',
      resource: 'arn:aws:kms:us-east-1:444455556666:key/k',
      resourceFamily: 'arn:aws:kms:us-east-1:444455556666:key/k',
      layer: null,
      requestId: 'r-2',
    })
    await store.add({ rows: [one, other] })
    const found = async (filter: Parameters<DenialStore['find']>[0]) =>
      (await store.find(filter, 10)).map(({ eventId }) => eventId)
    assert.deepEqual(await found({}), [other.eventId, one.eventId])
    assert.equal((await store.find({}, 1)).length, 1)
    assert.deepEqual(await found({ from: '2026-04-28T09:00:00Z' }), [other.eventId])
    assert.deepEqual(await found({ to: '2026-04-28T09:00:00Z' }), [one.eventId])
    assert.deepEqual(await found({ principal: 'arn:aws:sts::444455556666:assumed-role/x/any' }), [other.eventId])
    assert.deepEqual(await found({ action: 'kms:Decrypt' }), [other.eventId])
    assert.deepEqual(await found({ resource: 'arn:aws:s3:::b/k' }), [one.eventId])
    assert.deepEqual(await found({ resourceFamily: 'arn:aws:s3:::b/*' }), [one.eventId])
    assert.deepEqual(await found({ service: 'kms' }), [other.eventId])
    assert.deepEqual(await found({ account: '111122223333' }), [other.eventId, one.eventId])
    assert.deepEqual(await found({ account: '444455556666' }), [other.eventId])
    assert.deepEqual(await found({ layer: 'identity-policy', requestId: 'r-2' }), [])
  })

  check('pages give all of a filter, oldest first', async (store) => {
    const rows = Array.from({ length: 2500 }, (_, i) =>
      sampleRow({ eventId: `p-${String(i).padStart(5, '0')}`, eventTime: `2026-04-27T10:0${i % 3}:00Z` }),
    )
    await store.add({ rows })
    const seen: string[] = []
    for await (const page of store.pages({})) for (const row of page) seen.push(`${row.eventTime} ${row.eventId}`)
    assert.deepEqual(seen, rows.map((row) => `${row.eventTime} ${row.eventId}`).toSorted())
  })

  check('what is older than the time is forgotten, and nothing else', async (store) => {
    const old = sampleRow({ eventTime: '2026-01-01T00:30:00Z' })
    const young = sampleRow({ eventTime: '2026-04-27T10:00:00Z' })
    await store.add({ rows: [old, young] })
    assert.equal(await store.forget('2026-04-01T00:00:00Z'), 1)
    assert.deepEqual(await store.find({}, 10), [young])
    assert.equal((await store.rollups({})).length, 1)
  })
}

const sum = (rows: readonly { readonly n: number }[]): number => rows.reduce((total, { n }) => total + n, 0)

function countsConformance(check: Check): void {
  check('groups count by every key, the most frequent first', async (store) => {
    await store.add({
      rows: [
        sampleRow({ action: 'b:B', service: 'b', eventTime: '2026-04-27T10:00:00Z' }),
        sampleRow({ action: 'b:B', service: 'b', eventTime: '2026-04-28T10:00:00Z' }),
        sampleRow({ action: 'a:A', service: 'a', layer: null }),
        sampleRow({ action: null, service: 'c', statement: 'p#s/0' }),
      ],
    })
    const groups = async (by: Parameters<DenialStore['groups']>[0]) =>
      (await store.groups(by, {})).map(({ key, count }) => [key, count])
    assert.deepEqual(await store.groups('action', {}), [
      { key: 'b:B', count: 2, firstSeen: '2026-04-27T10:00:00Z', lastSeen: '2026-04-28T10:00:00Z' },
      { key: null, count: 1, firstSeen: '2026-04-27T10:03:00Z', lastSeen: '2026-04-27T10:03:00Z' },
      { key: 'a:A', count: 1, firstSeen: '2026-04-27T10:03:00Z', lastSeen: '2026-04-27T10:03:00Z' },
    ])
    assert.deepEqual(await groups('principal'), [['arn:aws:iam::111122223333:role/ci/deploy', 4]])
    assert.deepEqual(await groups('resource-family'), [['arn:aws:s3:::b/*', 4]])
    assert.deepEqual(await groups('service'), [
      ['b', 2],
      ['a', 1],
      ['c', 1],
    ])
    assert.deepEqual(await groups('layer'), [
      ['identity-policy', 3],
      [null, 1],
    ])
    assert.deepEqual(await groups('statement'), [
      [null, 3],
      ['p#s/0', 1],
    ])
    assert.deepEqual(await groups('account'), [['111122223333', 4]])
    assert.deepEqual(await groups('day'), [
      ['2026-04-27', 3],
      ['2026-04-28', 1],
    ])
    assert.deepEqual(await store.groups('action', { from: '2026-04-28T00:00:00Z' }), [
      { key: 'b:B', count: 1, firstSeen: '2026-04-28T10:00:00Z', lastSeen: '2026-04-28T10:00:00Z' },
    ])
  })

  check('hours hold what the rows hold, in batches as at once', async (store) => {
    const at = (minute: string) => sampleRow({ eventTime: `2026-04-27T10:${minute}:00Z` })
    await store.add({ rows: [at('00'), at('04')] })
    await store.add({ rows: [at('59'), sampleRow({ eventTime: '2026-04-27T11:00:00Z', action: null })] })
    const rollups = await store.rollups({})
    assert.deepEqual(
      rollups.map(({ bucketStart, action, n, slots }) => [bucketStart, action, n, slots]),
      [
        ['2026-04-27T10:00:00Z', 's3:PutObject', 3, (1 << 11) | 1],
        ['2026-04-27T11:00:00Z', '', 1, 1],
      ],
    )
    assert.equal(sum(await store.rollups({ from: '2026-04-27T11:00:00Z' })), 1)
    assert.deepEqual(await store.watermarks(), [{ account: '111122223333', latest: '2026-04-27T11:00:00Z' }])
    const tuples = await store.tuples({})
    assert.deepEqual(
      tuples.map(({ action, count }) => [action, count]),
      [
        ['', 1],
        ['s3:PutObject', 3],
      ],
    )
  })

  check('the two events of a request across accounts count once, in either order (R-CT-13)', async (store) => {
    const pair = (shared: string) => [
      sampleRow({ sharedEventId: shared, recipientAccount: '111122223333' }),
      sampleRow({ sharedEventId: shared, recipientAccount: '444455556666', principalKey: null }),
    ]
    const [a1, a2] = pair('s-1')
    const [b1, b2] = pair('s-2')
    for (const row of [a1, a2, b2, b1]) await store.add({ rows: row === undefined ? [] : [row] })
    assert.deepEqual(await store.add({ rows: pair('s-3').toReversed() }), { fresh: 1, duplicates: 1 })
    assert.equal(sum(await store.rollups({})), 3)
    assert.deepEqual(
      (await store.groups('principal', {})).map(({ key, count }) => [key, count]),
      [['arn:aws:iam::111122223333:role/ci/deploy', 3]],
    )
    assert.equal((await store.byId(a2?.eventId ?? ''))[0]?.isPrimary, false)
    assert.equal((await store.find({ uncounted: true }, 10)).length, 6)
  })

  check('a correction counts instead of its event, in either order', async (store) => {
    const event = sampleRow({ eventId: 'e-1' })
    const addendum = sampleRow({ originalEventId: 'e-1', action: 's3:GetObject' })
    await store.add({ rows: [event] })
    assert.deepEqual(await store.add({ rows: [addendum] }), { fresh: 0, duplicates: 1 })
    await store.add({ rows: [sampleRow({ originalEventId: 'e-2', action: 's3:GetObject' })] })
    assert.deepEqual(await store.add({ rows: [sampleRow({ eventId: 'e-2' })] }), { fresh: 0, duplicates: 1 })
    assert.deepEqual(
      (await store.groups('action', {})).map(({ key, count }) => [key, count]),
      [['s3:GetObject', 2]],
    )
  })

  check('a pasted denial counts once with the event of its request, in either order', async (store) => {
    const event = (requestId: string, fields: Partial<DenialRow> = {}) => sampleRow({ requestId, ...fields })
    const pasted = (requestId: string, fields: Partial<DenialRow> = {}) =>
      sampleRow({ requestId, sourceKind: 'paste', eventTime: '2026-04-28T09:00:00Z', ...fields })
    const counted = async () => (await store.find({}, 100)).map(({ eventId }) => eventId).toSorted()
    const [first, second, third] = [event('p-1'), event('p-2'), event('p-3')]
    assert.deepEqual(await store.add({ rows: [pasted('p-1')] }), { fresh: 1, duplicates: 0 })
    assert.deepEqual(await store.add({ rows: [first] }), { fresh: 0, duplicates: 1 })
    await store.add({ rows: [second] })
    assert.deepEqual(await store.add({ rows: [pasted('p-2')] }), { fresh: 0, duplicates: 1 })
    assert.deepEqual(await store.add({ rows: [pasted('p-3', { callerAccount: null }), third] }), {
      fresh: 1,
      duplicates: 1,
    })
    const events = [first, second, third].map(({ eventId }) => eventId)
    assert.deepEqual(await counted(), events.toSorted())
    assert.equal(sum(await store.rollups({})), 3)
    assert.equal((await store.byId('p-1')).length, 2)
    // Another action, another account, no request id: another denial. Two texts of one request are one.
    const others = [
      pasted('p-1', { action: 's3:GetObject' }),
      pasted('p-1', { callerAccount: '444455556666' }),
      sampleRow({ sourceKind: 'paste' }),
      pasted('p-9', { eventId: 'paste-a' }),
    ]
    await store.add({ rows: [...others, pasted('p-9', { eventId: 'paste-b' })] })
    assert.deepEqual(await counted(), [...events, ...others.map(({ eventId }) => eventId)].toSorted())
    // Two events of one request id stay two, though a text tells of it.
    await store.add({ rows: [event('p-9'), event('p-9')] })
    assert.equal((await counted()).length, 3 + 3 + 2)
    assert.equal(sum(await store.rollups({})), 8)
  })

  check('an event and a text that somebody pasted with the id of the event are both found by it', async (store) => {
    const event = sampleRow({ requestId: 'r-9' })
    const pasted = sampleRow({ requestId: event.eventId, sourceKind: 'paste', eventTime: '2026-04-27T10:04:00Z' })
    await store.add({ rows: [event, pasted] })
    const found = await store.byId(event.eventId)
    assert.deepEqual(
      found.map(({ eventId }) => eventId),
      [event.eventId, pasted.eventId],
    )
  })

  check('marks and what was allowed are kept by tuple', async (store) => {
    const tuple = { account: '1', principalKey: 'p', action: 'a:A', resourceFamily: 'f' }
    const mark = { ...tuple, state: 'fixed', note: "it's done", markedAt: '2026-04-27T10:00:00Z' } as const
    await store.mark({ ...mark, state: 'noise', note: null })
    await store.mark(mark)
    assert.deepEqual(await store.marks(), [mark])
    const day = (d: string) => ({
      ...tuple,
      firstAllowed: `2026-04-${d}T00:00:00Z`,
      lastAllowed: `2026-04-${d}T00:00:00Z`,
    })
    for (const d of ['20', '25', '15', '20']) await store.add({ rows: [], allowed: [day(d)] })
    assert.deepEqual(await store.allowed(), [
      { ...tuple, firstAllowed: '2026-04-15T00:00:00Z', lastAllowed: '2026-04-25T00:00:00Z' },
    ])
    const bad = { hash: 'h', source: 'f', position: 3, reason: 'no time' }
    await store.add({ rows: [], quarantined: [bad] })
    await store.add({ rows: [], quarantined: [bad] })
    assert.deepEqual(await store.quarantined(), [bad])
  })
  check('changes of policies are kept once, newest first, and forgotten with the denials', async (store) => {
    const change = (day: string, eventId: string) => ({
      eventId,
      changedAt: `2026-04-${day}T10:00:00Z`,
      account: '111122223333',
      principalArn: 'arn:aws:sts::111122223333:assumed-role/platform/kim',
      action: 'iam:PutRolePolicy',
      record: `{"text":"it's \\"${day}\\" é"}`,
    })
    const [first, second, third] = [change('01', 'c-1'), change('02', 'c-2'), change('03', 'c-3')]
    assert.deepEqual(await store.policyChanges({}, 10), [])
    await store.add({ rows: [sampleRow()], changes: [second, first, second] })
    await store.add({ rows: [], changes: [{ ...first, record: '{"another":"text"}' }, third] })
    assert.deepEqual(await store.policyChanges({}, 10), [third, second, first])
    assert.deepEqual(await store.policyChanges({}, 2), [third, second])
    assert.deepEqual(await store.policyChanges({ from: second.changedAt, to: third.changedAt }, 10), [second])
    assert.equal(await store.forget('2026-04-02T10:00:00Z'), 0)
    assert.deepEqual(await store.policyChanges({}, 10), [third, second])
  })
}
