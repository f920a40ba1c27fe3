/** CloudTrail records as a program's console prints its values: a function that logs the event it was called with (R-CT-03). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDenials } from './read.ts'

const ARN = 'arn:aws:iam::111122223333:user/ana'

const PYTHON = `{'eventVersion': '1.09', 'userIdentity': {'type': 'IAMUser', 'principalId': 'AIDACKCEVSQ6C2EXAMPLE', 'arn': '${ARN}', 'accountId': '111122223333', 'userName': "o'ana"}, 'eventTime': '2026-01-02T03:04:05Z', 'eventSource': 's3.amazonaws.com', 'eventName': 'GetObject', 'awsRegion': 'eu-west-1', 'sourceIPAddress': '203.0.113.9', 'userAgent': 'say "it\\'s \\x41"', 'errorCode': 'AccessDenied', 'errorMessage': 'Access Denied', 'requestParameters': {'bucketName': 'amzn-s3-demo-bucket', 'key': 'a b.txt'}, 'responseElements': None, 'additionalEventData': {'bytesTransferredIn': 0.0}, 'readOnly': True, 'managementEvent': False, 'resources': [], 'eventID': '11111111-2222-3333-4444-555555555555'}`

const JAVASCRIPT = `{
  eventVersion: '1.09',
  userIdentity: { type: 'IAMUser', principalId: 'AIDACKCEVSQ6C2EXAMPLE', arn: '${ARN}', accountId: '111122223333', userName: "o'ana" },
  eventTime: '2026-01-02T03:04:05Z',
  eventSource: 's3.amazonaws.com',
  eventName: 'GetObject',
  awsRegion: 'eu-west-1',
  sourceIPAddress: '203.0.113.9',
  userAgent: \`say "it's A"\`,
  errorCode: 'AccessDenied',
  errorMessage: 'Access Denied',
  requestParameters: { bucketName: 'amzn-s3-demo-bucket', key: 'a b.txt' },
  responseElements: null,
  vpcEndpointId: undefined,
  'readOnly': true
}`

const PRINTED: Readonly<Record<string, string>> = {
  'a dict': PYTHON,
  'a list of dicts': `[${PYTHON}]`,
  'a dict between prose': `My function logs this:\n${PYTHON}\nWhat is missing?`,
  'an EventBridge event': `{'version': '0', 'detail-type': 'AWS API Call via CloudTrail', 'detail': ${PYTHON}}`,
  'strings of Python 2': PYTHON.replaceAll(/(?<=[ {[])'/g, "u'"),
  'a dict over many lines': PYTHON.replaceAll(", '", ",\n '"),
  'an object of JavaScript': JAVASCRIPT,
  'an object in a line of a log': `2026-01-02T03:04:06Z 1234 INFO ${JAVASCRIPT}`,
}

for (const [name, text] of Object.entries(PRINTED))
  test(`a record is read as a program prints it: ${name}`, () => {
    const { denials, records } = readDenials(text)
    assert.deepEqual([denials.length, records.length], [1, 1])
    const [denial] = denials
    assert.deepEqual(
      [denial?.kind, denial?.principal, denial?.action, denial?.resource, denial?.region],
      ['aws-access-denied', ARN, 's3:GetObject', 'arn:aws:s3:::amzn-s3-demo-bucket/a b.txt', 'eu-west-1'],
    )
    assert.equal(denial?.context['aws:UserAgent'], 'say "it\'s A"')
    assert.equal(denial?.context['aws:SourceVpce'], null)
  })

test('two records one after the other are two, and one of a success is no denial', () => {
  const success = PYTHON.replace(" 'errorCode': 'AccessDenied', 'errorMessage': 'Access Denied',", '')
  const { denials, records } = readDenials(`${PYTHON}\n${success}\n${PYTHON.replace('GetObject', 'PutObject')}`)
  assert.deepEqual([denials.map(({ action }) => action), records.length], [['s3:GetObject', 's3:PutObject'], 3])
})

test('an object with parts that were not printed is not read as a whole record', () => {
  const { records } = readDenials(JAVASCRIPT.replace(/requestParameters: \{.*\}/, 'requestParameters: [Object]'))
  assert.deepEqual(records, [])
})

test('hostile text takes no long', () => {
  const began = performance.now()
  readDenials(`${"{'a': ".repeat(60_000)} 'eventName': `)
  readDenials(`'eventName': ${"{'".repeat(120_000)}`)
  readDenials(`'eventName': ${"{'a': '\n".repeat(60_000)}`)
  assert.ok(performance.now() - began < 6000)
})
