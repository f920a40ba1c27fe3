import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDenials } from '../read.ts'

const HEADING =
  'Event name,Event time,User name,Event source,Resource type,Resource name,AWS access key,Source IP address,Error code,Read-only,AWS region,Request ID,Event ID,Recipient account ID'
const row = (kind: string, name: string, operation = 'PutBucketPolicy') =>
  `${operation},"April 27, 2026, 12:03:00 (UTC+02:00)",ci,s3.amazonaws.com,${kind},${name},ASIAEXAMPLE,203.0.113.9,AccessDenied,false,us-east-1,4XBGT7W2QHEXAMPL,e-1,111122223333`

test("the download of the console's event history names the resource in a column of its own", () => {
  const [denial] = readDenials(`${HEADING}\n${row('AWS::S3::Bucket', 'prod-assets')}\n`).denials
  assert.deepEqual(
    [denial?.action, denial?.resource, denial?.time, denial?.requestId, denial?.region],
    ['s3:PutBucketPolicy', 'arn:aws:s3:::prod-assets', '2026-04-27T10:03:00Z', '4XBGT7W2QHEXAMPL', 'us-east-1'],
  )
})

test('a column that names several, or what is no ARN, names no resource', () => {
  for (const name of ['"prod-assets, other"', '-', 'i-0abc'])
    assert.equal(readDenials(`${HEADING}\n${row('AWS::EC2::Instance', name)}`).denials[0]?.resource ?? null, null, name)
})
