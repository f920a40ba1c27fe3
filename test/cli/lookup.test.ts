import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { denytrace, EXAMPLE, ROOT } from './run-cli.ts'

/** Two calls of a server that answers as AWS's API reference says: sts:GetCallerIdentity and cloudtrail:LookupEvents. */
const WHO =
  '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/ops</Arn><UserId>AIDAEXAMPLE</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>'

const events = readFileSync(join(ROOT, EXAMPLE, 'denial.json'), 'utf8')
const { Records } = JSON.parse(events) as { Records: Record<string, unknown>[] }
const denied = Records.find((record) => record['errorCode'] !== undefined) as Record<string, unknown>
const fine = { ...denied, eventID: 'e-0', requestID: 'r-0', errorCode: undefined, errorMessage: undefined }

let server: Server
let env: Record<string, string>
let asked: Record<string, unknown>[]
let throttled: number

const answer = (body: Record<string, unknown>): unknown => {
  if (body['LookupAttributes'] !== undefined) return { Events: [] }
  const page = body['NextToken'] === undefined ? [fine, fine] : [denied]
  const list = page.map((record) => ({ EventId: record['eventID'], CloudTrailEvent: JSON.stringify(record) }))
  return body['NextToken'] === undefined ? { Events: list, NextToken: 'more' } : { Events: list }
}

before(async () => {
  server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
    request.on('end', () => {
      if (request.headers['x-amz-target'] === undefined)
        return response.writeHead(200, { 'content-type': 'text/xml' }).end(WHO)
      if (throttled-- > 0) {
        const error = { __type: 'ThrottlingException', message: 'Rate exceeded' }
        return response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(error))
      }
      const body = JSON.parse(text) as Record<string, unknown>
      asked.push(body)
      return response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer(body)))
    })
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  env = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'none',
    AWS_REGION: 'us-east-1',
    AWS_CONFIG_FILE: '/dev/null',
  }
})
beforeEach(() => {
  asked = []
  throttled = 0
})
after(() => server.close())

describe('diagnose asks CloudTrail', () => {
  const snapshot = ['--snapshot', `${EXAMPLE}/snapshot`, '--format', 'json']
  const requestId = String(denied['requestID'])

  test('for a request id, page by page, through throttling', async () => {
    throttled = 2
    const { code, out } = await denytrace(['diagnose', '--lookup', requestId, ...snapshot], { env })
    const { diagnoses } = JSON.parse(out) as { diagnoses: { denial: { requestId: string }; status: string }[] }
    assert.equal(code, 0)
    assert.deepEqual(
      diagnoses.map(({ denial, status }) => [denial.requestId, status]),
      [[requestId, 'explained']],
    )
    assert.equal(asked.length, 3, 'the event id, and two pages')
    const [first] = asked
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
