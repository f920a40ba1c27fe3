import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utcTime } from './event-time.ts'
import { addressKind } from './ip-address.ts'
import { isRecord, recordsIn } from './record.ts'
import { errorKind, plainCode } from './error-kind.ts'

test('times of every format become UTC; others stay out (R-CT-09)', () => {
  assert.equal(utcTime('2026-03-01T09:30:00Z'), '2026-03-01T09:30:00Z')
  assert.equal(utcTime('2026-03-01 09:30:00.000'), '2026-03-01T09:30:00Z')
  assert.equal(utcTime('20260301T093000Z'), '2026-03-01T09:30:00Z')
  assert.equal(utcTime('2026-03-01T11:30:00+02:00'), '2026-03-01T09:30:00Z')
  assert.equal(utcTime('2026-02-28T23:30:00-01:30'), '2026-03-01T01:00:00Z')
  // As the console shows it.
  assert.equal(utcTime('March 1, 2026, 10:30:00 (UTC+01:00)'), '2026-03-01T09:30:00Z')
  assert.equal(utcTime('March 31, 2026, 09:30:00 (UTC)'), '2026-03-31T09:30:00Z')
  assert.equal(utcTime('February 30, 2026, 09:30:00 (UTC)'), undefined)
  assert.equal(utcTime(1772357400), '2026-03-01T09:30:00Z')
  assert.equal(utcTime(1772357400000), '2026-03-01T09:30:00Z')
  assert.equal(utcTime('1772357400'), '2026-03-01T09:30:00Z')
  for (const bad of ['yesterday', '2026-13-01T00:00:00Z', '', null, {}, -1, Number.NaN])
    assert.equal(utcTime(bad), undefined)
})

test('a day that no calendar has is no time (R-CT-09)', () => {
  for (const bad of [
    '2026-02-29T10:00:00Z',
    '2026-02-30',
    '2026-04-31T10:00:00Z',
    '2100-02-29',
    '0000-01-01T00:00:00Z',
    '2026-03-01T10:00:00+24:00',
    '2026-03-01T10:00:00+01:60',
    '9999-12-31T23:59:59-01:00',
  ])
    assert.equal(utcTime(bad), undefined, bad)
  for (const day of ['2026-01-31', '2028-02-29', '2000-02-29', '2026-12-31', '0001-01-01', '9999-12-31'])
    assert.equal(utcTime(`${day}T10:00:00Z`), `${day}T10:00:00Z`)
  assert.equal(utcTime('1971-01-01T00:00:00+01:00'), '1970-12-31T23:00:00Z')
  assert.equal(utcTime('1969-07-20T20:17:40-05:00'), '1969-07-21T01:17:40Z')
})

test('a leap second is counted as the first second of the next day; elsewhere there is none (R-CT-09)', () => {
  assert.equal(utcTime('2016-12-31T23:59:60Z'), '2017-01-01T00:00:00Z')
  assert.equal(utcTime('2017-01-01T08:59:60+09:00'), '2017-01-01T00:00:00Z')
  assert.equal(utcTime('2016-12-31T22:59:60Z'), undefined)
  assert.equal(utcTime('2016-12-31T23:59:61Z'), undefined)
})

test('addresses are told apart by their ranges', () => {
  for (const text of ['203.0.113.9', '172.32.0.1', '2001:db8::1', '::ffff:198.51.100.7'])
    assert.equal(addressKind(text), 'public', text)
  for (const text of [
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.1.1',
    '127.0.0.1',
    'fd00::1',
    'fe80::1',
    '::1',
  ])
    assert.equal(addressKind(text), 'private', text)
  for (const text of [
    '',
    '0.0.0.0',
    '256.1.1.1',
    '1.2.3',
    's3.amazonaws.com',
    'AWS Internal',
    'abcd',
    '1::2::3',
    '12345::',
  ])
    assert.equal(addressKind(text), undefined, text)
})

test('records are found in log files, lookups, deliveries and lists (R-CT-09)', () => {
  const one = { eventName: 'X', eventSource: 'x.amazonaws.com' }
  assert.equal(recordsIn({ Records: [one, one, 7] }).length, 2)
  assert.equal(recordsIn(JSON.stringify({ Records: [one] })).length, 1)
  assert.equal(recordsIn({ Events: [{ EventName: 'X', CloudTrailEvent: JSON.stringify(one) }] }).length, 1)
  assert.equal(recordsIn({ logEvents: [{ id: '1', message: JSON.stringify(one) }] }).length, 1)
  const text = JSON.stringify(one)
  const field = (name: string, value: string) => ({ field: name, value })
  const insights = {
    results: [[field('@timestamp', '2026-03-01 09:30:00.000'), field('@message', text)]],
    status: 'Complete',
  }
  assert.equal(recordsIn(insights).length, 1)
  assert.equal(recordsIn({ Messages: [{ MessageId: 'm', Body: JSON.stringify({ detail: one }) }] }).length, 1)
  assert.equal(recordsIn({ hits: { total: 1, hits: [{ _source: { event: { original: text } } }] } }).length, 1)
  assert.equal(recordsIn([one, one]).length, 2)
  assert.deepEqual(recordsIn({ id: 'line of a batch', record: one }), [one])
  assert.equal(recordsIn(one).length, 1)
  assert.deepEqual(recordsIn('no json'), [])
  assert.equal(isRecord(one), true)
  for (const value of [null, 1, 'text', [], {}, { eventName: 'X' }, { Records: [one] }, { message: 'text' }])
    assert.equal(isRecord(value), false)
})

test('error codes are freed of what services put around them (R-MSG-30)', () => {
  assert.equal(plainCode('Client.UnauthorizedOperation'), 'UnauthorizedOperation')
  assert.equal(plainCode('com.amazonaws.kms#AccessDeniedException:http://x/y.z'), 'AccessDeniedException')
  assert.equal(errorKind('NotAuthorizedException', 'Incorrect username or password.'), 'aws-authentication')
  assert.equal(errorKind(null, 'User is not authorized to perform: s3:GetObject'), 'aws-access-denied')
  assert.equal(errorKind(null, 'Something'), undefined)
})

test('records lie where Wazuh puts them: in `data.aws` of an alert and in `aws` of an archived event (R-CT-09)', () => {
  const record = { eventSource: 'ec2.amazonaws.com', eventName: 'DeleteSecurityGroup', awsRegion: 'us-west-1' }
  const event = { integration: 'aws', aws: { log_info: { s3bucket: 'b' }, ...record } }
  for (const value of [event, { rule: { id: '80202' }, data: event }, { hits: [{ _source: { data: event } }] }])
    assert.equal(recordsIn(value)[0]?.['eventName'], 'DeleteSecurityGroup', JSON.stringify(value))
  assert.ok(!isRecord({ data: { aws: { region: 'us-west-1' } } }))
})
