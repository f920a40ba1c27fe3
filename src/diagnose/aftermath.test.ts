import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aftermath, type Sighting, type AwaitedRequest } from './aftermath.ts'

const A = '111122223333'
const OBJECT = 'arn:aws:s3:::b/k'
const KEY = `arn:aws:kms:us-east-1:${A}:key/k`
const caller = `arn:aws:sts::${A}:assumed-role/deploy/job-1`
const awaited: readonly AwaitedRequest[] = [
  { relation: 'denied', principal: caller, action: 's3:PutObject', resource: OBJECT },
  { relation: 'next', principal: caller, action: 'kms:GenerateDataKey', resource: KEY },
]
const AFTER = '2026-04-27T10:00:00Z'

const event = (time: string, outcome: Sighting['outcome'], more: Partial<Sighting> = {}): Sighting => ({
  eventId: `${time} ${outcome}`,
  time: `2026-04-27T${time}:00Z`,
  outcome,
  principal: `arn:aws:sts::${A}:assumed-role/deploy/job-2`,
  roleArn: `arn:aws:iam::${A}:role/ci/deploy`,
  requests: [{ action: 's3:PutObject', resource: OBJECT }],
  layer: null,
  denyType: null,
  ...more,
})
const kms = { requests: [{ action: 'kms:GenerateDataKey', resource: KEY }] }
const status = (...sightings: Sighting[]) => aftermath(awaited, sightings, AFTER).status

test('a success of the refused request confirms, by another session of the role too', () => {
  assert.equal(status(event('11:00', 'allowed')), 'confirmed')
})

test('the next refusal of the chain is no success', () => {
  const found = aftermath(awaited, [event('11:00', 'denied', { ...kms, layer: 'resource-policy' })], AFTER)
  assert.deepEqual([found.status, found.refusal?.step, found.refusal?.layer], ['still-denied', 1, 'resource-policy'])
})

test('the newest says how it is: a refusal before a success is past, one after it is not, one in its second neither', () => {
  assert.equal(status(event('11:00', 'denied'), event('12:00', 'allowed')), 'confirmed')
  assert.equal(status(event('12:00', 'denied', kms), event('11:00', 'allowed')), 'still-denied')
  assert.equal(status(event('11:00', 'denied'), event('11:00', 'allowed')), 'still-denied')
})

test('what happened before, to somebody else, on something else, or only behind it shows nothing', () => {
  assert.equal(status(), 'no-evidence')
  assert.equal(status(event('09:00', 'allowed')), 'no-evidence')
  const other = `arn:aws:sts::${A}:assumed-role/other/job-2`
  assert.equal(status(event('11:00', 'allowed', { principal: other, roleArn: null })), 'no-evidence')
  assert.equal(
    status(event('11:00', 'allowed', { requests: [{ action: 's3:PutObject', resource: `${OBJECT}2` }] })),
    'no-evidence',
  )
  assert.equal(status(event('11:00', 'allowed', kms)), 'no-evidence')
  assert.equal(
    status(event('11:00', 'allowed', { requests: [{ action: 's3:PutObject', resource: null }] })),
    'no-evidence',
  )
})

test('a secret that a later call asks for by its name is the one of AWS’s sentence', () => {
  const secret = `arn:aws:secretsmanager:us-east-1:${A}:secret:prod/db`
  const action = 'secretsmanager:GetSecretValue'
  const found = (wanted: string, resource: string) =>
    aftermath(
      [{ relation: 'denied', principal: caller, action, resource: wanted }],
      [event('11:00', 'allowed', { requests: [{ action, resource }] })],
      AFTER,
    ).status
  assert.equal(found(`${secret}-hrzock`, secret), 'confirmed')
  assert.equal(found(`${secret}-hrzock`, `${secret}-a`), 'no-evidence')
  // A longer name may be another secret's.
  assert.equal(found(secret, `${secret}-hrzock`), 'no-evidence')
  assert.equal(found(`${secret}-replica-hrzock`, secret), 'no-evidence')
})
