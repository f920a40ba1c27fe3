/** Whom a principal and an account mean, in every store. */
import assert from 'node:assert/strict'
import type { DenialStore } from '#store/denial-store.ts'
import { type Check, sampleRow } from './sample-rows.ts'

export function filtersConformance(check: Check): void {
  check('a role is found by its session or its name wherever its path is, and no other', async (store) => {
    const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`
    const keys = ['ci/a_b', 'a_b', 'ci/axb', 'ci/xa_b', 'ci/a_b/c'].map(role)
    await store.add({ rows: keys.map((principalKey, i) => sampleRow({ principalKey, eventId: `key-${i}` })) })
    const found = async (filter: Parameters<DenialStore['find']>[0]) =>
      (await store.find(filter, 10)).map(({ principalKey }) => principalKey).toSorted()
    const both = [role('a_b'), role('ci/a_b')]
    assert.deepEqual(await found({ principal: 'arn:aws:sts::111122223333:assumed-role/a_b/any' }), both)
    assert.deepEqual(await found({ principal: role('a_b') }), both)
    assert.deepEqual(await found({ principal: role('ci/a_b') }), [role('ci/a_b')])
    assert.deepEqual(await found({ principalKey: role('a_b') }), [role('a_b')])
    assert.deepEqual(await found({ principal: 'arn:aws:iam::444455556666:role/a_b' }), [])
  })

  check("an account finds what was refused on its resources: by their ARN, or by the owner's event", async (store) => {
    const [mine, theirs] = ['111122223333', '444455556666']
    const pair = { sharedEventId: 's-1', requestId: 'r-1', resource: 'arn:aws:s3:::b/k' }
    await store.add({
      rows: [
        sampleRow({ eventId: 'by-arn', resource: `arn:aws:kms:us-east-1:${theirs}:key/k` }),
        sampleRow({ eventId: 'by-event', ...pair, recipientAccount: mine }),
        sampleRow({ eventId: 'owner', ...pair, recipientAccount: theirs }),
        sampleRow({ eventId: 'other', resource: `arn:aws:logs:us-east-1:${mine}:log-group:${theirs}:*` }),
        sampleRow({ eventId: 'no-resource', resource: null }),
      ],
    })
    const found = (await store.find({ account: theirs }, 10)).map(({ eventId }) => eventId)
    assert.deepEqual(found.toSorted(), ['by-arn', 'by-event'])
    assert.equal((await store.find({ account: mine }, 10)).length, 4)
    const day = { from: '2026-04-27T00:00:00Z', to: '2026-04-28T00:00:00Z' }
    assert.equal((await store.find({ account: theirs, ...day }, 10)).length, 2)
  })
}
