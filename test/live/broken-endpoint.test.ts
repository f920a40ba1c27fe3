/** `--live` and `collect` against an endpoint that is broken or hostile: they end, and what was not read is unknown. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, describe, it } from 'node:test'
import { IAMClient, paginateListRolePolicies } from '@aws-sdk/client-iam'
import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3'
import { openAccess } from '../../src/collect/aws/account-access.ts'
import type { CallLimits } from '../../src/collect/aws/clients.ts'
import { collect } from '../../src/collect/aws/collect.ts'
import { openLive } from '../../src/collect/aws/live/live.ts'
import { readOrganization } from '../../src/collect/aws/organization.ts'
import { environment } from '../parts/aws-loopback.ts'
import { ACCOUNT, ROLE } from './answering-aws.ts'

/** Answers a call by its name; the body is that of the request. */
type Mode = (name: string, body: string, response: ServerResponse) => void

const IDENTITY = `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::${ACCOUNT}:user/ops</Arn><UserId>AIDAEXAMPLE</UserId><Account>${ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`
/** Small, so that a test takes a moment. */
const LIMITS: Partial<CallLimits> = { milliseconds: 400, bytes: 50_000, pages: 20, calls: 3000 }

let server: Server
let env: Readonly<Record<string, string>>
let mode: Mode
const saved = { ...process.env }
const folder = mkdtempSync(join(tmpdir(), 'denytrace-broken-'))

const nameOf = ({ headers, url = '' }: IncomingMessage, body: string): string =>
  String(headers['x-amz-target'] ?? '').split('.')[1] ?? new URLSearchParams(body).get('Action') ?? url

before(async () => {
  server = createServer((request, response) => {
    void buffer(request).then((bytes) => {
      const body = bytes.toString('utf8')
      const name = nameOf(request, body)
      if (name === 'GetCallerIdentity') response.writeHead(200, { 'content-type': 'text/xml' }).end(IDENTITY)
      else mode(name, body, response)
    })
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  env = environment(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  Object.assign(process.env, env, { AWS_EC2_METADATA_DISABLED: 'true' })
})
afterEach(() => server.closeAllConnections())
after(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true, force: true })
  for (const name of [...Object.keys(env), 'AWS_EC2_METADATA_DISABLED']) {
    if (saved[name] === undefined) delete process.env[name]
    else process.env[name] = saved[name]
  }
})

const json = (response: ServerResponse, value: object): unknown =>
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(value))
const xml = (response: ServerResponse, text: string): unknown =>
  response.writeHead(200, { 'content-type': 'text/xml' }).end(text)

/** A body without an end: as fast as it is read, or a byte now and then. */
const endless =
  (chunk: Buffer, pause: number): Mode =>
  (_, __, response) => {
    response.writeHead(200, { 'content-type': 'text/xml' })
    const write = (): void => {
      if (response.destroyed) return
      response.write(chunk, () => void setTimeout(write, pause))
    }
    write()
  }

const anError: Mode = (_, __, response) =>
  void response
    .writeHead(400, { 'content-type': 'application/x-amz-json-1.1' })
    .end('{"__type":"AccessDeniedException","message":"no"}')

const LISTS: Readonly<Record<string, string>> = {
  GetAccountAuthorizationDetails: 'UserDetailList',
  ListRolePolicies: 'PolicyNames',
  ListAttachedRolePolicies: 'AttachedPolicies',
}
let token = 0
/** Every list has one more page. */
const endlessPages: Mode = (name, body, response) => {
  token++
  if (name in LISTS)
    return void xml(
      response,
      `<${name}Response><${name}Result><IsTruncated>true</IsTruncated><Marker>m${token}</Marker><${LISTS[name]}></${LISTS[name]}></${name}Result></${name}Response>`,
    )
  if (name === 'ListPoliciesForTarget' || name === 'ListRoots')
    return void json(response, { Policies: [], Roots: [], NextToken: `t${token}` })
  return anError(name, body, response)
}

async function live(limits = LIMITS): Promise<{ states: readonly string[]; why: string }> {
  const reader = await openLive({ limits })
  await reader.read({ principals: [ROLE], resources: [], endpoints: [], accounts: [ACCOUNT] })
  await reader.end()
  const parts = reader.parts()
  return { states: parts.map(({ state }) => state), why: parts.flatMap(({ why }) => why).join('\n') }
}

async function collected(
  name: string,
  limits: Partial<CallLimits>,
): Promise<{ states: readonly string[]; why: string }> {
  const out = join(folder, name)
  const settings = { out, resume: false, regions: ['us-east-1'], services: ['sqs'], tool: 'test', concurrency: 8 }
  const { coverage } = await collect({ ...settings, attempts: 2, limits }, () => undefined)
  assert.ok(readFileSync(join(out, 'meta.json'), 'utf8').includes('"coverage"'))
  return { states: coverage.map(({ state }) => state), why: JSON.stringify(coverage) }
}

describe('an endpoint whose answers do not end', { timeout: 120_000 }, () => {
  for (const [name, milliseconds, how, fault] of [
    [
      'a body that does not end',
      60_000,
      endless(Buffer.alloc(16_384, 'x'), 0),
      /AnswerTooLarge: the answer has more than 50000 bytes/,
    ],
    [
      'a byte now and then',
      400,
      endless(Buffer.from(' '), 20),
      /AnswerTooSlow: no complete answer within 0\.4 seconds/,
    ],
    ['no answer at all', 400, () => undefined, /AnswerTooSlow/],
    ['a list that does not end', 60_000, endlessPages, /TooManyPages: the list does not end after 20 pages/],
  ] as const) {
    it(`gives up with --live: ${name}`, async () => {
      mode = how
      const { states, why } = await live({ ...LIMITS, milliseconds })
      assert.match(why, fault)
      assert.ok(states.length > 0 && !states.includes('complete'), states.join())
    })
    it(`gives up with collect: ${name}`, async () => {
      mode = how
      const { states, why } = await collected(name, { ...LIMITS, milliseconds })
      assert.match(why, fault)
      assert.ok(states.length > 0 && !states.includes('complete'), states.join())
    })
  }

  it('counts the pages of every kind of paginator', async () => {
    mode = (name, body, response) =>
      name.includes('list-type=2')
        ? xml(
            response,
            `<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t${++token}</NextContinuationToken></ListBucketResult>`,
          )
        : endlessPages(name, body, response)
    const { own } = await openAccess({ concurrency: 2, limits: { ...LIMITS, milliseconds: 60_000 } })
    const s3 = own.client(S3Client, undefined, { forcePathStyle: true })
    for (const pages of [
      paginateListRolePolicies({ client: own.client(IAMClient) }, { RoleName: 'r' }),
      paginateListObjectsV2({ client: s3 }, { Bucket: 'b' }),
    ]) {
      let count = 0
      await assert.rejects(
        async () => {
          for await (const _ of pages) count++
        },
        { name: 'TooManyPages' },
      )
      assert.equal(count, 20)
    }
  })

  it('makes no more calls than it may', async () => {
    mode = (_, __, response) =>
      void xml(response, '<ListRolePoliciesResponse><ListRolePoliciesResult/></ListRolePoliciesResponse>')
    const { own } = await openAccess({ concurrency: 1, limits: { ...LIMITS, calls: 2 } })
    const once = async () => {
      for await (const _ of paginateListRolePolicies({ client: own.client(IAMClient) }, { RoleName: 'r' }));
    }
    await once()
    await once()
    await assert.rejects(once, { name: 'TooManyCalls' })
  })
})

const ROOT_ID = 'r-ab12'
const OU = 'ou-ab12-self0001'
let made = 0

/** An organization that is no tree: `below` are the OUs of a parent, `above` is the parent of a child. */
const organization =
  (below: (parent: string) => readonly string[], above: (child: string) => string): Mode =>
  (name, body, response) => {
    const {
      ParentId = '',
      ChildId = '',
      Filter,
    } = JSON.parse(body.startsWith('{') ? body : '{}') as Record<string, string>
    switch (name) {
      case 'DescribeOrganization':
        return void json(response, { Organization: { Id: 'o-abcdefghij', MasterAccountId: ACCOUNT } })
      case 'ListRoots':
        return void json(response, { Roots: [{ Id: ROOT_ID, Name: 'Root' }] })
      case 'ListOrganizationalUnitsForParent':
        return void json(response, { OrganizationalUnits: below(ParentId).map((Id) => ({ Id, Name: Id })) })
      case 'ListAccountsForParent':
        return void json(response, { Accounts: [] })
      case 'ListParents':
        return void json(response, { Parents: [{ Id: above(ChildId), Type: 'ORGANIZATIONAL_UNIT' }] })
      case 'ListPoliciesForTarget':
      case 'ListPolicies':
        return void json(response, { Policies: [{ Id: 'p-FullAWSAccess', Type: Filter, AwsManaged: true }] })
      default:
        return anError(name, body, response)
    }
  }

describe('an organization that is no tree', { timeout: 120_000 }, () => {
  for (const [name, how, above, below] of [
    [
      'an OU that is its own parent',
      organization(
        () => [OU],
        () => OU,
      ),
      /is below itself/,
      /is in the tree twice/,
    ],
    [
      'OUs without an end',
      organization(
        () => [`ou-ab12-next${++made}`],
        () => `ou-ab12-next${++made}`,
      ),
      /more than 16 levels/,
      /more than 16 levels/,
    ],
  ] as const) {
    it(`leaves SCPs and RCPs unknown with --live: ${name}`, async () => {
      mode = how
      const { states, why } = await live()
      assert.match(why, above)
      assert.ok(!states.includes('complete'), states.join())
    })
    it(`leaves the organization unread with collect: ${name}`, async () => {
      mode = how
      const { own } = await openAccess({ concurrency: 8 })
      const { parts, accounts } = await readOrganization(own)
      assert.deepEqual(accounts, [])
      assert.deepEqual(
        parts.map(({ state }) => state),
        ['missing'],
      )
      assert.match(parts.flatMap((part) => part.why).join(), below)
    })
  }
})

describe('an account that a log names', { timeout: 120_000 }, () => {
  const OTHER = '444455556666'
  /** Whether the role was assumed, and why not. */
  async function entered(
    settings: { readonly role: string; readonly roleAccounts?: readonly string[] },
    isMember: boolean,
  ) {
    const names: string[] = []
    mode = (name, body, response) => {
      names.push(name)
      if (name === 'ListParents' && isMember) return void json(response, { Parents: [{ Id: ROOT_ID, Type: 'ROOT' }] })
      return anError(name, body, response)
    }
    const reader = await openLive({ limits: { ...LIMITS, milliseconds: 20_000 }, ...settings })
    const principals = [`arn:aws:iam::${OTHER}:role/theirs`]
    await reader.read({ principals, resources: [], endpoints: [], accounts: [] }).catch(() => undefined)
    const why = reader.parts().flatMap((part) => part.why)
    return { isEntered: names.includes('AssumeRole'), why: why.join('\n') }
  }

  it('is not entered with --role where nothing says that it is in the organization', async () => {
    const { isEntered, why } = await entered({ role: 'reader' }, false)
    assert.equal(isEntered, false)
    assert.match(why, /account 444455556666 is not known to be in your organization: `--role-account 444455556666`/)
  })
  it('is entered where the organization holds it', async () => {
    assert.equal((await entered({ role: 'reader' }, true)).isEntered, true)
  })
  it('is entered where an option names it, alone or within the ARN of the role', async () => {
    assert.equal((await entered({ role: 'reader', roleAccounts: [OTHER] }, false)).isEntered, true)
    assert.equal((await entered({ role: `arn:aws:iam::${OTHER}:role/reader` }, false)).isEntered, true)
    assert.equal((await entered({ role: `arn:aws:iam::${ACCOUNT}:role/reader` }, false)).isEntered, false)
  })
})
