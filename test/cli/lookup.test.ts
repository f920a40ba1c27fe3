import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { Fault, type Loopback, startLoopback } from '../parts/aws-loopback.ts'
import { EXAMPLE, ROOT } from './run-cli.ts'
import { denytraceInside as denytrace } from './run-inside.ts'

const LOOKUP = 'cloudtrail:LookupEvents'
const events = readFileSync(join(ROOT, EXAMPLE, 'denial.json'), 'utf8')
const { Records } = JSON.parse(events) as { Records: Record<string, unknown>[] }
const denied = Records.find((record) => record['errorCode'] !== undefined) as Record<string, unknown>
const fine = { ...denied, eventID: 'e-0', requestID: 'r-0', errorCode: undefined, errorMessage: undefined }

let aws: Loopback
let throttled: number

const answer = (input: Record<string, unknown>): object => {
  if (throttled-- > 0) return new Fault('ThrottlingException', 'Rate exceeded')
  if (input['LookupAttributes'] !== undefined) return { Events: [] }
  const page = input['NextToken'] === undefined ? [fine, fine] : [denied]
  const list = page.map((record) => ({ EventId: record['eventID'], CloudTrailEvent: JSON.stringify(record) }))
  return input['NextToken'] === undefined ? { Events: list, NextToken: 'more' } : { Events: list }
}

let env: Record<string, string>
before(async () => {
  aws = await startLoopback()
  env = aws.env
})
beforeEach(() => {
  aws.reset()
  aws.on(LOOKUP, answer)
  throttled = 0
})
afterEach(() => assert.deepEqual(aws.violations, []))
after(() => aws.close())

describe('diagnose asks CloudTrail', () => {
  const snapshot = ['--snapshot', `${EXAMPLE}/snapshot`, '--format', 'json']
  const requestId = String(denied['requestID'])

  test('for a request id, page by page, through throttling', async () => {
    throttled = 1
    const { code, out } = await denytrace(['diagnose', '--lookup', requestId, ...snapshot], { env })
    const { diagnoses } = JSON.parse(out) as { diagnoses: { denial: { requestId: string }; status: string }[] }
    assert.equal(code, 0)
    assert.deepEqual(
      diagnoses.map(({ denial, status }) => [denial.requestId, status]),
      [[requestId, 'explained']],
    )
    assert.equal(aws.calls.length, 4, 'once throttled, then the event id, and two pages')
    const first = aws.calls[1]?.input
    const hours = (Number(first?.['EndTime']) - Number(first?.['StartTime'])) / 3600
    assert.equal(Math.round(hours), 24)
  })

  test('for the newest errors; events without one are passed over', async () => {
    const { code, out } = await denytrace(['diagnose', '--last', '1', ...snapshot], { env })
    const { diagnoses } = JSON.parse(out) as { diagnoses: { denial: { requestId: string } }[] }
    assert.deepEqual([code, diagnoses.map(({ denial }) => denial.requestId)], [0, [requestId]])
  })

  test('what is not there: where else it can be', async () => {
    const { code, out, err } = await denytrace(['diagnose', '--lookup', 'nobody', ...snapshot], { env })
    assert.deepEqual([code, out], [3, ''])
    assert.match(err, /^input\/not-found: .*`nobody`\nhint: .*data events/)
  })

  for (const [args, said] of [
    [['--lookup', 'a', '--last', '1'], /^usage\/conflicting-options: /],
    [['--last', 'many'], /^usage\/not-a-value: /],
    [['--lookup', 'a', '--hours', '9999'], /^usage\/not-a-value: /],
    [['--lookup', 'a', 'file.json'], /^usage\/conflicting-options: /],
  ] as const)
    test(`wrong: ${args.join(' ')}`, async () => {
      const { code, err } = await denytrace(['diagnose', ...args], { env })
      assert.equal(code, 2)
      assert.match(err, said)
    })
})

describe('verify asks CloudTrail', () => {
  const after = '2026-04-27T12:00:00Z'
  const role = { type: 'AssumedRole', arn: 'arn:aws:sts::111122223333:assumed-role/ops/ann', accountId: '111122223333' }
  const refused = {
    ...denied,
    eventSource: 'iam.amazonaws.com',
    eventName: 'GetRole',
    awsRegion: 'us-east-1',
    userIdentity: role,
    requestParameters: { roleName: 'deploy' },
    errorMessage:
      'User: arn:aws:sts::111122223333:assumed-role/ops/ann is not authorized to perform: iam:GetRole on resource: role deploy because no identity-based policy allows the iam:GetRole action',
  }
  const succeeded = { ...refused, eventID: 'later-1', eventTime: after, errorCode: undefined, errorMessage: undefined }
  const verify = async (...found: object[]) => {
    aws.on(LOOKUP, () => ({ Events: found.map((record) => ({ CloudTrailEvent: JSON.stringify(record) })) }))
    const stdin = JSON.stringify({ Records: [refused] })
    const { code, out } = await denytrace(['verify', '--lookup', '--hours', '48', '--format', 'json'], { env, stdin })
    return { code, ...(JSON.parse(out) as { status: string; why: string; commands: string[] }) }
  }

  test('for the operation that was refused; a later success confirms', async () => {
    const { code, status } = await verify(succeeded)
    assert.deepEqual([code, status], [0, 'confirmed'])
    assert.deepEqual(aws.calls[0]?.input['LookupAttributes'], [
      { AttributeKey: 'EventName', AttributeValue: 'GetRole' },
    ])
    assert.deepEqual(
      await verify({ ...refused, eventID: 'later-2', eventTime: after }).then((one) => one.status),
      'still-denied',
    )
  })

  test('without evidence: who called instead, on what, and the command that would bring it', async () => {
    const other = { ...role, arn: 'arn:aws:sts::111122223333:assumed-role/admin/bob' }
    const none = await verify(
      { ...succeeded, userIdentity: other },
      { ...succeeded, requestParameters: { roleName: 'x' } },
    )
    assert.deepEqual([none.code, none.status], [4, 'no-evidence'])
    assert.match(none.why, /assumed-role\/admin\/bob made that call: another caller/)
    assert.match(none.why, /made it on arn:aws:iam::111122223333:role\/x: another resource/)
    assert.ok(none.commands.some((one) => one.includes('AttributeKey=EventName,AttributeValue=GetRole')))
    // The event history is of one Region, which need not be the one that is set up here.
    assert.deepEqual(
      none.commands.map((one) => one.includes(` --region ${refused.awsRegion}`)),
      [true, false, true],
    )
  })
})
