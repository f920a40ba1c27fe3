/** `--decode`: the encoded message goes to AWS, and its answer is the denial (R-MSG-13). The server is on this machine. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { environment, Fault, type Loopback, startLoopback } from '../parts/aws-loopback.ts'
import { denytraceInside } from './run-inside.ts'

const BLOB = 'Zx81kQmBv3TnUe7aLwPd-_'.repeat(12)
const REFUSAL = `An error occurred (UnauthorizedOperation) when calling the RunInstances operation: You are not authorized to perform this operation. Encoded authorization failure message: ${BLOB}`
const ROLE = 'arn:aws:iam::456789012345:role/app'
/** As https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html lists its fields. */
const DECODED = {
  allowed: false,
  explicitDeny: false,
  matchedStatements: { items: [] },
  failures: { items: [] },
  context: {
    principal: { id: 'AROAEXAMPLE:build-7', name: 'ci', arn: 'arn:aws:sts::456789012345:assumed-role/ci/build-7' },
    action: 'iam:PassRole',
    resource: ROLE,
    conditions: { items: [{ key: 'iam:PassedToService', values: { items: [{ value: 'ec2.amazonaws.com' }] } }] },
  },
}
const DECODE = 'sts:DecodeAuthorizationMessage'

interface Said {
  readonly action: string
  readonly resource: string
  readonly operation: string
  readonly principal: string | null
  readonly decoded?: unknown
  readonly context: Record<string, unknown>
  readonly encodedMessage: string
  readonly notes: readonly { readonly code: string; readonly text: string }[]
}

let aws: Loopback
before(async () => {
  aws = await startLoopback()
})
beforeEach(() => aws.reset())
after(() => aws.close())

async function parse(args: readonly string[] = [], stdin = REFUSAL) {
  const { code, out, err } = await denytraceInside(['parse', '--decode', '--format', 'json', ...args], {
    env: aws.env,
    stdin,
  })
  const denials = out === '' ? [] : (JSON.parse(out) as { denials: Said[] }).denials
  assert.deepEqual(aws.violations, [])
  return { code, err, denials, denial: denials[0] }
}

describe('--decode', () => {
  test('the decoded action is the refused one, where the API call has the name of another', async () => {
    aws.on(DECODE, () => ({ DecodedMessage: JSON.stringify(DECODED) }))
    const { code, err, denial } = await parse()
    assert.equal(code, 0)
    assert.deepEqual(
      [denial?.action, denial?.resource, denial?.operation, denial?.principal],
      ['iam:PassRole', ROLE, 'RunInstances', DECODED.context.principal.arn],
    )
    assert.deepEqual(denial?.context, { 'iam:PassedToService': 'ec2.amazonaws.com' })
    assert.equal(denial?.encodedMessage, BLOB)
    assert.deepEqual(aws.calls, [{ name: DECODE, input: { EncodedMessage: BLOB } }])
    assert.match(err, /^asking AWS: sts:DecodeAuthorizationMessage, sending the encoded message$/m)
  })

  test('a message that is there twice is sent once', async () => {
    aws.on(DECODE, () => ({ DecodedMessage: JSON.stringify(DECODED) }))
    const { denials } = await parse([], `${REFUSAL}\n\n${REFUSAL.replace('RunInstances', 'StartInstances')}`)
    assert.equal(aws.calls.length, 1)
    assert.deepEqual(new Set(denials.map(({ action }) => action)), new Set(['iam:PassRole']))
  })

  test('through throttling', async () => {
    let left = 1
    aws.on(DECODE, () =>
      left-- > 0 ? new Fault('Throttling', 'Rate exceeded') : { DecodedMessage: JSON.stringify(DECODED) },
    )
    const { denial } = await parse()
    assert.deepEqual([denial?.action, aws.calls.length], ['iam:PassRole', 2])
  })

  test('who may not decode gets the denial as it was, and is told what is needed', async () => {
    aws.on(DECODE, () => new Fault('AccessDenied', 'User: arn:aws:iam::111122223333:user/ops is not authorized', 403))
    const { code, denial } = await parse()
    assert.deepEqual([code, denial?.operation, denial?.decoded], [0, 'RunInstances', undefined])
    const note = denial?.notes.find((one) => one.code === 'not-decoded')
    assert.match(note?.text ?? '', /needs `sts:DecodeAuthorizationMessage` on `\*`/)
  })

  test('a message that AWS cannot read', async () => {
    aws.on(DECODE, () => new Fault('InvalidAuthorizationMessageException', 'Invalid message'))
    const { code, denial } = await parse()
    const note = denial?.notes.find((one) => one.code === 'not-decoded')
    assert.equal(code, 0)
    assert.match(note?.text ?? '', /it was cut or changed/)
  })

  test('an answer that is no such document', async () => {
    aws.on(DECODE, () => ({ DecodedMessage: 'nothing' }))
    const { code, denial } = await parse()
    assert.deepEqual([code, denial?.notes.some((one) => one.code === 'not-decoded')], [0, true])
  })

  test('credentials that have run out end the command', async () => {
    aws.on(DECODE, () => new Fault('ExpiredTokenException', 'The security token included in the request is expired'))
    const { code, err } = await parse()
    assert.equal(code, 5)
    assert.match(err, /^aws\/no-credentials: .*ExpiredTokenException$/m)
  })

  test('nobody answers', async () => {
    const { code, out, err } = await denytraceInside(['diagnose', '--decode'], {
      env: environment('http://127.0.0.1:9'),
      stdin: REFUSAL,
    })
    assert.deepEqual([code, out], [5, ''])
    assert.match(err, /^aws\/unreachable: /m)
  })

  test('nothing to decode: nobody is asked', async () => {
    const { code, err } = await parse(
      [],
      'User: arn:aws:iam::111122223333:user/a is not authorized to perform: s3:GetObject',
    )
    assert.deepEqual([code, aws.calls.length], [0, 0])
    assert.match(err, /^AWS is not asked: /m)
  })

  test('never without the option', async () => {
    const { code, out } = await denytraceInside(['diagnose'], {
      env: environment('http://127.0.0.1:9'),
      stdin: REFUSAL,
    })
    assert.equal(code, 4, 'who asked for what stands in the encoded message alone')
    assert.match(out, /aws sts decode-authorization-message.*--decode/)
  })

  test('diagnose and run take it too', async () => {
    aws.on(DECODE, () => ({ DecodedMessage: JSON.stringify(DECODED) }))
    const diagnosed = await denytraceInside(['diagnose', '--decode'], { env: aws.env, stdin: REFUSAL })
    assert.match(diagnosed.out, /iam:PassRole/)
    const script = `console.error(${JSON.stringify(REFUSAL)}); process.exit(7)`
    const ran = await denytraceInside(['run', '--offline', '--decode', '--', process.execPath, '-e', script], {
      env: aws.env,
    })
    assert.equal(ran.code, 7)
    assert.match(ran.err, /iam:PassRole/)
    const dead = await denytraceInside(['run', '--offline', '--decode', '--', process.execPath, '-e', script], {
      env: environment('http://127.0.0.1:9'),
    })
    assert.equal(dead.code, 7)
    assert.match(dead.err, /the encoded message was not decoded \(aws\/unreachable: /)
  })

  test('a batch asks nobody', async () => {
    const { code, err } = await denytraceInside(['parse', '--decode', '--batch', '-'])
    assert.equal(code, 2)
    assert.match(err, /^usage\/conflicting-options: /)
  })
})
