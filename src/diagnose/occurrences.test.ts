/** Denials of one call: the two copies of a call across accounts, repeats, and events delivered twice (R-CT-10, R-CT-12, R-CT-18). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { emptyDenial } from '#intake/build-denial.ts'
import type { Denial } from '#intake/denial.ts'
import { occurrencesOf } from './occurrences.ts'

const denial = (fields: Partial<Denial>): Denial => ({
  ...emptyDenial('cloudtrail', null),
  kind: 'aws-access-denied',
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::b/k',
  ...fields,
})
const callers = denial({ eventId: 'e1', sharedEventId: 's', principal: 'arn:aws:iam::111122223333:user/ann' })
const owners = denial({ eventId: 'e2', sharedEventId: 's', resourceAccount: '444455556666' })
const counts = (all: readonly Denial[]) =>
  occurrencesOf(all).map(({ denial, count }) => [denial.eventId, denial.principal, denial.resourceAccount, count])

describe('a call across accounts', () => {
  it('is one, by whom the caller’s copy says, on whose resource the owner’s says', () => {
    const expected = [['e1', callers.principal, '444455556666', 1]]
    assert.deepEqual(counts([callers, owners]), expected)
    assert.deepEqual(counts([owners, callers]), expected)
  })
  it('has the owner that the caller’s copy says, and takes nothing of another call', () => {
    const known = { ...callers, resourceAccount: '111122223333' }
    assert.deepEqual(counts([known, owners]), [['e1', callers.principal, '111122223333', 1]])
    const other = { ...callers, eventId: 'e3', sharedEventId: 't' }
    assert.deepEqual(counts([other, owners]), [
      ['e3', callers.principal, null, 1],
      ['e2', null, '444455556666', 1],
    ])
  })
})

describe('repeats', () => {
  it('count, and an event that was delivered twice does not', () => {
    const again = { ...callers, eventId: 'e4', sharedEventId: null }
    const first = { ...callers, sharedEventId: null }
    assert.deepEqual(counts([first, again, first]), [['e1', callers.principal, null, 2]])
  })
  it('are none where another name is printed in the place of an ARN', () => {
    const unknown = { action: null, resource: null, code: 'AccessDenied' }
    const queue = denial({ ...unknown, resourceText: 'https://sqs.us-east-1.amazonaws.com/' })
    const bucket = denial({ ...unknown, resourceText: 'amzn-s3-demo-bucket' })
    assert.deepEqual(
      occurrencesOf([queue, bucket, queue]).map(({ count }) => count),
      [2, 1],
    )
  })
})
