/**
 * AWS Access Troubleshooter, asked about the authorization id of a message: a server on this machine answers by AWS's model
 * (iam-toolbox 2018-05-10, as botocore 1.44.8 has it).
 */
import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, test } from 'node:test'
import { TOOLBOX, TOOLBOX_OPERATIONS } from '../../src/collect/aws/troubleshooter.ts'
import { denytrace } from '../cli/run-cli.ts'
import { environment } from './aws-loopback.ts'

const ID = '4k2q9x7mexample'
const ROLE = 'arn:aws:iam::111122223333:role/deploy'
const BUCKET = 'arn:aws:s3:::prod-artifacts'
const MESSAGE = `User: arn:aws:sts::111122223333:assumed-role/deploy/ci is not authorized to perform: s3:PutObject on resource: "${BUCKET}/x" because no identity-based policy allows the s3:PutObject action. For more details, use authorization id: ${ID}`
const MANAGED = 'arn:aws:iam::111122223333:policy/upload'

const DETAILS = {
  requestContext: { 'aws:PrincipalArn': ROLE, 'aws:userid': 'AROAEXAMPLE:ci', 'aws:SecureTransport': true },
  evaluations: [
    {
      action: 's3:PutObject',
      resource: `${BUCKET}/x`,
      context: {},
      evaluatedEffect: 'IMPLICIT_DENY',
      checks: [
        { checkType: 'PRINCIPAL', evaluatedEffect: 'IMPLICIT_DENY', relevantPolicyTypes: ['IDENTITY_BASED_POLICY'] },
      ],
    },
  ],
  policies: [{ type: 'IDENTITY_BASED_POLICY', inline: false, uri: MANAGED, attachedTo: [{ arn: ROLE }] }],
}
const DOCUMENT = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'Upload', Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::staging-artifacts/*' }],
}

type Answer = readonly [status: number, body: object, error?: string]
let answers: Map<string, Answer>
let asked: { readonly path: string; readonly signedFor: string }[]
let server: Server

function answer(request: IncomingMessage, response: ServerResponse): void {
  if (request.method === 'POST') {
    response.end(
      '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/ops</Arn><UserId>AIDAEXAMPLE</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
    )
    return
  }
  const path = decodeURIComponent(request.url ?? '')
  const [, signedFor = ''] = /Credential=[^/]+\/\d{8}\/([^,]+)/.exec(request.headers.authorization ?? '') ?? []
  asked.push({ path: `${request.method} ${path}`, signedFor })
  const [status, body, error] = answers.get(path) ?? [404, { message: 'no such id' }, 'ResourceNotFoundException']
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(error === undefined ? {} : { 'x-amzn-errortype': error }),
  })
  response.end(JSON.stringify(body))
}

const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const run = (...words: readonly string[]) =>
  denytrace(['diagnose', '--decode', ...words], { stdin: MESSAGE, env: { ...environment(url()), COLUMNS: '120' } })

const of = `/authorization-details/${ID}`
const policyOf = (uri: string): string => `${of}/policy?policyUri=${uri}`

describe('an authorization id', () => {
  before(async () => {
    server = createServer(answer)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  after(() => server.close())
  beforeEach(() => {
    asked = []
    answers = new Map<string, Answer>([
      [of, [200, DETAILS]],
      [policyOf(MANAGED), [200, { policyDocument: DOCUMENT }]],
    ])
  })

  test('is asked for where its model says, signed for IAM', async () => {
    assert.deepEqual(TOOLBOX.described, { id: 'IAM Toolbox', host: 'iam-toolbox', signs: 'iam', protocol: 'rest-json' })
    assert.deepEqual(
      TOOLBOX_OPERATIONS.map(({ name, at, input }) => [name, ...at, input]),
      [
        [
          'GetRequestAuthorizationDetails',
          'GET',
          '/authorization-details/{authorizationId}',
          { authorizationId: 'path', nextToken: 'query' },
        ],
        [
          'GetRequestAuthorizationPolicy',
          'GET',
          '/authorization-details/{authorizationId}/policy',
          { authorizationId: 'path', policyUri: 'query' },
        ],
      ],
    )
    const { err } = await run()
    assert.deepEqual(
      asked,
      [
        { path: `GET ${of}`, signedFor: 'us-east-1/iam/aws4_request' },
        { path: `GET ${policyOf(MANAGED)}`, signedFor: 'us-east-1/iam/aws4_request' },
      ],
      err,
    )
    assert.match(err, /^asking AWS: iam-toolbox:GetRequestAuthorizationDetails, sending the authorization id$/m)
  })

  test('gives the policies that were evaluated, with the statement that comes nearest, and a fix', async () => {
    const { code, out, err } = await run()
    assert.equal(code, 0, err)
    assert.match(out, /Nearest: policy upload, statement Upload/)
    assert.match(out, /^Fix/m)
  })

  test('settles every requirement, and each is held against ours', async () => {
    const { out } = await run('--format', 'json')
    const { diagnoses } = JSON.parse(out) as {
      diagnoses: readonly {
        causes: readonly { layer: string; certainty: string; from: readonly string[] }[]
        reconciliation: { checks: readonly object[]; agrees: boolean }
      }[]
    }
    const [found] = diagnoses
    assert.equal(diagnoses.length, 1)
    assert.deepEqual([found?.causes[0]?.layer, found?.causes[0]?.certainty], ['identity-policy', 'certain'])
    assert.ok(found?.causes[0]?.from.includes('authorization'))
    assert.equal(found?.reconciliation.checks.length, 1)
  })

  test('answered in pages is read whole, and what else was refused is a denial of its own', async () => {
    const second = { ...DETAILS.evaluations[0], action: 's3:PutObjectTagging' }
    answers.set(of, [200, { ...DETAILS, nextToken: 'p2' }])
    answers.set(`${of}?nextToken=p2`, [200, { ...DETAILS, evaluations: [second] }])
    const { out } = await run('--format', 'json')
    const { diagnoses } = JSON.parse(out) as { diagnoses: readonly { denial: { action: string } }[] }
    assert.deepEqual(
      diagnoses.map(({ denial }) => denial.action),
      ['s3:PutObject', 's3:PutObjectTagging'],
    )
  })

  test('that AWS does not know, or may not be read, leaves the denial as it was, with a note', async () => {
    answers.set(of, [404, { message: 'no such id' }, 'ResourceNotFoundException'])
    const gone = await run()
    assert.equal(gone.code, 0, gone.err)
    assert.match(gone.out, /does not know the authorization id/)
    answers.set(of, [403, { message: 'not allowed' }, 'AccessDeniedException'])
    assert.match((await run()).out, /that needs `iam:GetRequestAuthorizationDetails`/)
  })

  test('whose policies may not be read still settles what was evaluated', async () => {
    answers.set(policyOf(MANAGED), [403, { message: 'not allowed' }, 'AccessDeniedException'])
    const { code, out } = await run()
    assert.equal(code, 0)
    assert.match(out, /that needs `iam:GetRequestAuthorizationPolicy`/)
    assert.match(out, /^Cause {4}No identity policy/m)
  })

  test('is not sent where nobody asks for it', async () => {
    await denytrace(['diagnose'], { stdin: MESSAGE, env: environment(url()) })
    assert.deepEqual(asked, [])
  })
})
