import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDenials } from './read.ts'

const message = (action: string) =>
  `User: arn:aws:iam::111122223333:user/ana is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`

const record = (action: string, error: object = { errorCode: 'AccessDenied', errorMessage: message(action) }) => ({
  eventVersion: '1.11',
  eventTime: '2026-01-05T10:02:03Z',
  eventSource: 'sqs.amazonaws.com',
  eventName: 'SendMessage',
  awsRegion: 'eu-west-1',
  userIdentity: {
    type: 'IAMUser',
    arn: 'arn:aws:iam::111122223333:user/ana',
    accountId: '111122223333',
    userName: 'ana',
  },
  requestID: '3f8a2c10-7b1d-5e44-9a0c-d2e6f0a1b2c3',
  eventID: `id-${action}`,
  ...error,
})
const A = record('sqs:SendMessage')
const B = record('sqs:DeleteQueue')
const FINE = record('sqs:ListQueues', {})

const ids = (input: unknown) =>
  readDenials(typeof input === 'string' ? input : JSON.stringify(input)).denials.map(({ action }) => action)

test('one record, a file, a list and a LookupEvents answer are records', () => {
  assert.deepEqual(ids(A), ['sqs:SendMessage'])
  assert.deepEqual(ids({ Records: [A, B] }), ['sqs:SendMessage', 'sqs:DeleteQueue'])
  assert.deepEqual(ids([A, B]), ['sqs:SendMessage', 'sqs:DeleteQueue'])
  assert.deepEqual(ids({ Events: [{ EventId: 'x', EventName: 'SendMessage', CloudTrailEvent: JSON.stringify(A) }] }), [
    'sqs:SendMessage',
  ])
  assert.deepEqual(ids({ version: '0', 'detail-type': 'AWS API Call via CloudTrail', detail: A }), ['sqs:SendMessage'])
})

test('a record that is a JSON string, as a log field is copied, is a record', () => {
  const { denials, records } = readDenials(JSON.stringify(JSON.stringify(A)))
  assert.deepEqual([denials.map(({ eventId }) => eventId), records], [['id-sqs:SendMessage'], [A]])
  assert.deepEqual(ids(JSON.stringify(JSON.stringify(FINE))), [])
  assert.deepEqual(ids(JSON.stringify(`${message('sqs:SendMessage')}\n`)), ['sqs:SendMessage'])
})

test('a record without an error is no denial', () => {
  assert.deepEqual(ids(FINE), [])
  assert.deepEqual(ids({ Records: [FINE, B] }), ['sqs:DeleteQueue'])
})

test('a line of JSON Lines that is no JSON is reported and stops nothing', () => {
  const { denials } = readDenials([JSON.stringify(A), '{"broken', '', JSON.stringify(B)].join('\n'))
  assert.deepEqual(
    denials.map(({ kind, action }) => [kind, action]),
    [
      ['aws-access-denied', 'sqs:SendMessage'],
      ['other', null],
      ['aws-access-denied', 'sqs:DeleteQueue'],
    ],
  )
  assert.equal(denials[1]?.notes[0]?.code, 'unreadable-line')
})

test('JSON without records is text', () => {
  assert.deepEqual(ids({ Message: message('sqs:SendMessage') }), ['sqs:SendMessage'])
  assert.deepEqual(
    readDenials('{}').denials.map(({ kind }) => kind),
    ['other'],
  )
})

test('a record pasted into prose is read as a record', () => {
  const { denials } = readDenials(
    `From CloudTrail:\n${JSON.stringify(A, null, 2)}\nand in the log: ${message('sqs:DeleteQueue')}\n`,
  )
  assert.deepEqual(
    denials.map(({ action, eventId }) => [action, eventId]),
    [
      ['sqs:SendMessage', 'id-sqs:SendMessage'],
      ['sqs:DeleteQueue', null],
    ],
  )
})

test('text is text, and nothing is one entry', () => {
  assert.deepEqual(ids(message('sqs:SendMessage')), ['sqs:SendMessage'])
  assert.deepEqual(
    readDenials('').denials.map(({ kind }) => kind),
    ['other'],
  )
})

test('deep nesting and prototype keys are no trouble', () => {
  assert.equal(readDenials('['.repeat(50_000)).denials[0]?.kind, 'other')
  assert.equal(readDenials('[{"__proto__":{"eventName":"x"}}]').denials[0]?.kind, 'other')
})
