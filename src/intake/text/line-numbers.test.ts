import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDenials } from '../read.ts'
import { withoutLineNumbers } from './line-numbers.ts'

const RECORD = JSON.stringify(
  {
    eventVersion: '1.09',
    userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/ana', accountId: '111122223333' },
    eventSource: 's3.amazonaws.com',
    eventName: 'GetObject',
    awsRegion: 'eu-west-1',
    errorCode: 'AccessDenied',
    requestParameters: { bucketName: 'amzn-s3-demo-bucket', key: 'a.txt' },
  },
  null,
  2,
)

const numbered = (write: (number: number) => string, first = 1): string =>
  RECORD.split('\n')
    .map((line, i) => write(i + first) + line)
    .join('\n')

const FORMS: Readonly<Record<string, string>> = {
  'a pastebin': numbered((n) => `  ${n}. `),
  'cat -n': numbered((n) => `${String(n).padStart(6)}\t`),
  'grep -n': numbered((n) => `${n}: `),
  'bat, after prose': `I see this:\n${numbered((n) => `${String(n).padStart(4)} | `, 17)}`,
}

for (const [name, text] of Object.entries(FORMS))
  test(`a record is read with the numbers of its lines: ${name} (R-CT-03)`, () => {
    const { denials, records } = readDenials(text)
    assert.deepEqual([denials.length, records.length], [1, 1])
    assert.deepEqual(
      [denials[0]?.principal, denials[0]?.action, denials[0]?.resource],
      ['arn:aws:iam::111122223333:user/ana', 's3:GetObject', 'arn:aws:s3:::amzn-s3-demo-bucket/a.txt'],
    )
  })

test('only lines that count on by one lose their numbers, and every offset is kept', () => {
  assert.equal(withoutLineNumbers('1. a\n2. b\n3. c'), '1. a\n2. b\n3. c')
  assert.equal(withoutLineNumbers('8 a\n9 b\n10 c\n11 d\n13 e'), '  a\n  b\n   c\n   d\n13 e')
  assert.equal(withoutLineNumbers('1,\n2,\n3,\n4,'), '1,\n2,\n3,\n4,')
})
