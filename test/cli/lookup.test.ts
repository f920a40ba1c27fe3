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
