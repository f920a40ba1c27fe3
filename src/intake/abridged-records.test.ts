/** CloudTrail records as people paste them: cut, with dots and comments in them, or a few members of one (R-MSG-16). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDenials } from './read.ts'

const ANA = 'arn:aws:iam::111122223333:user/ana'
const IDENTITY = `"userIdentity": {\n    "type": "IAMUser",\n    "arn": "${ANA}",\n    "accountId": "111122223333",\n    "userName": "ana"\n  },`
const EVENT =
  '"eventTime": "2026-01-02T03:04:05Z",\n  "eventSource": "s3.amazonaws.com",\n  "eventName": "GetObject",\n  "awsRegion": "eu-west-1",\n  "sourceIPAddress": "203.0.113.9",'
const ASKED = '"requestParameters": { "bucketName": "amzn-s3-demo-bucket", "key": "a.txt" },'
const ERROR = '"errorCode": "AccessDenied",\n  "errorMessage": "Access Denied"'

function read(text: string) {
  const { denials, records } = readDenials(text)
  assert.equal(denials.length, 1, text)
  assert.deepEqual(records, [])
  const [denial] = denials
  assert.equal(denial?.evidence.reader, 'cloudtrail', text)
  assert.ok(denial?.notes.some(({ code }) => code === 'record-abridged'))
  return denial
}

const WHOLE: Readonly<Record<string, string>> = {
  'its end was cut off': `{\n  ${IDENTITY}\n  ${EVENT}\n  ${ASKED}\n  "errorCode": "AccessDenied",\n  "errorMessage": "Access Den`,
  'cut within a fence': `It says\n\`\`\`json\n{\n  ${IDENTITY}\n  ${EVENT}\n  ${ASKED}\n  ${ERROR},\n\`\`\`\nand no more.`,
  'dots in the place of members': `{\n  ...\n  ${IDENTITY}\n  ...\n  ${EVENT}\n  ${ASKED}\n  ${ERROR},\n  ...\n}`,
  'dots in the place of values': `Look:\n{\n  ${IDENTITY}\n  ${EVENT}\n  ${ASKED}\n  ${ERROR},\n  "additionalEventData": { … },\n  "tlsDetails": {...}\n}\nWhy?`,
  comments: `{\n  ${IDENTITY} // who\n  ${EVENT}\n  /* what */\n  ${ASKED}\n  ${ERROR} # the error\n}`,
  'a comma too many': `{\n  ${IDENTITY}\n  ${EVENT}\n  ${ASKED}\n  ${ERROR},\n}`,
  'a comma too few': `{\n  ${IDENTITY}\n  ${EVENT}\n  ${ASKED}\n  ${ERROR}\n  "readOnly": true\n}`,
  'members without their braces': `  ${IDENTITY}\n  ${EVENT}\n  ${ASKED}\n  ${ERROR}`,
}

for (const [name, text] of Object.entries(WHOLE))
  test(`a record is read although it is no JSON: ${name}`, () => {
    const denial = read(text)
    assert.equal(denial?.kind, 'aws-access-denied')
    assert.deepEqual(
      [denial?.principal, denial?.action, denial?.resource, denial?.region],
      [ANA, 's3:GetObject', 'arn:aws:s3:::amzn-s3-demo-bucket/a.txt', 'eu-west-1'],
    )
    assert.equal(denial?.context['aws:SourceIp'], '203.0.113.9')
  })

test('members from the middle of a record are read as far as they go', () => {
  const denial = read(
    `    "sessionContext": { "attributes": { "mfaAuthenticated": "true" } }\n  },\n  ${EVENT}\n  "errorCode": "AccessDenied",\n  "errorMessage": "User: ${ANA} is not authorized to perform: s3:GetObject on resource: \\"arn:aws:s3:::amzn-s3-demo-bucket/a.txt\\" with an explicit deny in an identity-based policy"`,
  )
  assert.deepEqual(
    [denial?.principal, denial?.resource, denial?.reported.layer, denial?.region],
    [ANA, 'arn:aws:s3:::amzn-s3-demo-bucket/a.txt', 'identity-policy', 'eu-west-1'],
  )
})

test('what an abridged record leaves out was not absent from the request', () => {
  const whole = readDenials(`{ ${IDENTITY} ${EVENT} ${ASKED} ${ERROR} }`).denials[0]
  assert.equal(whole?.context['aws:SourceVpce'], null)
  const { context } = read(`{ ${IDENTITY} ${EVENT} ${ASKED} ${ERROR},`) ?? {}
  for (const [key, value] of Object.entries(context ?? {})) assert.equal(typeof value, 'string', key)
})

test('parameters that are not shown do not make the call one for the default', () => {
  const call = EVENT.replace('s3.amazonaws.com', 'glue.amazonaws.com').replace('GetObject', 'GetDatabases')
  const text = `{ ${IDENTITY} ${call} ${ERROR},`
  assert.deepEqual([read(text)?.action, read(text)?.resource], ['glue:GetDatabases', null])
  const whole = readDenials(`{ ${IDENTITY} ${call} ${ERROR} }`).denials[0]
  assert.equal(whole?.resource, 'arn:aws:glue:eu-west-1:111122223333:catalog')
})

test('nor do they make five candidates of one action', () => {
  const call = EVENT.replace('s3.amazonaws.com', 'ec2.amazonaws.com').replace('GetObject', 'RunInstances')
  const text = `{ ${IDENTITY} ${call} "errorCode": "Client.UnauthorizedOperation", "errorMessage": "You are not authorized`
  assert.deepEqual([read(text)?.action, read(text)?.candidates], ['ec2:RunInstances', []])
})

test('a whole record beside an abridged one is read as well', () => {
  const { denials } = readDenials(
    `One:\n{ ${IDENTITY} ${EVENT} ${ASKED} ${ERROR} }\nTwo:\n{ ${IDENTITY} ${EVENT.replace('GetObject', 'PutObject')} ${ERROR}, ...`,
  )
  assert.deepEqual(
    denials.map(({ action }) => action),
    ['s3:GetObject', 's3:PutObject'],
  )
})

test('the text around an abridged record is still read', () => {
  const { denials } = readDenials(
    `{\n  ${IDENTITY}\n  ${EVENT}\n  ${ERROR},\n  ...\n}\n\nAnd then:\nUser: ${ANA} is not authorized to perform: sqs:SendMessage`,
  )
  assert.deepEqual(
    denials.map(({ action }) => action),
    ['s3:GetObject', 'sqs:SendMessage'],
  )
})

test('two abridged records are two denials', () => {
  const one = `{\n  ${IDENTITY}\n  ${EVENT}\n  ${ERROR},\n  ...\n}`
  const { denials } = readDenials(`First:\n${one}\nThen:\n${one.replace('GetObject', 'DeleteObject')}`)
  assert.deepEqual(
    denials.map(({ operation }) => operation),
    ['GetObject', 'DeleteObject'],
  )
})

test('a pattern of EventBridge, a program and a record without an error are no denial', () => {
  for (const text of [
    `Rule:\n{ "source": ["aws.s3"], ...\n"detail": { "eventSource": ["s3.amazonaws.com"], "eventName": ["GetObject"], "errorCode": ["AccessDenied"] }`,
    `return { "eventName": event["eventName"], "eventSource": event["eventSource"], "error": event["errorCode"] }`,
    `{\n  ${IDENTITY}\n  ${EVENT}\n  ...\n}`,
  ])
    assert.ok(
      readDenials(text).denials.every(({ evidence }) => evidence.reader !== 'cloudtrail'),
      text,
    )
})

const DECODED = `After decoding it I get:
{
  "allowed": false,
  "explicitDeny": true,
  "matchedStatements": { "items": [ ... ] },
  "context": {
    "principal": { "id": "AIDAEXAMPLE", "name": "ana", "arn": "${ANA}" },
    "action": "ec2:RunInstances",
    "resource": "arn:aws:ec2:us-west-2:111122223333:instance/*",
    "conditions": {
      "items": [ { "key": "ec2:InstanceType", "values": { "items": [ { "value": "t3.micro" } ] } }, `

test('a decoded message is read where it was shortened or cut (R-MSG-13)', () => {
  for (const end of ['... ] } } }', '...\n', '']) {
    const { denials } = readDenials(`${DECODED}${end}`)
    assert.equal(denials.length, 1, end)
    const [denial] = denials
    assert.deepEqual(
      [denial?.principal, denial?.action, denial?.resource, denial?.reported.denyType],
      [ANA, 'ec2:RunInstances', 'arn:aws:ec2:us-west-2:111122223333:instance/*', 'explicit'],
      end,
    )
    assert.deepEqual(denial?.context, { 'ec2:InstanceType': 't3.micro' })
    assert.ok(denial?.notes.some(({ code }) => code === 'record-abridged'))
  }
})

test('hostile texts take no longer than their length allows', { timeout: 30_000 }, () => {
  for (const part of [
    '{"eventName":',
    '{"errorCode":"x","eventName":"',
    '"eventName"\n',
    '{{{{"eventName" "errorCode"',
    '[[[[',
  ])
    assert.ok(readDenials(`{"errorCode" ${part.repeat(20_000)}`).denials.length > 0)
})
