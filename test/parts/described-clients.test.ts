/** Clients that are described and not installed (ADR 0036): where they call, how they sign, and what an error becomes. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, describe, test } from 'node:test'
import { cbor } from '@smithy/core/cbor'
import { call, describedService, entries, group, json, listed, text } from '../../src/collect/aws/described-client.ts'
import { COLLECTORS } from '../../src/collect/aws/collectors.ts'
import { startReading } from '../../src/collect/aws/outcome.ts'
import { ACCOUNT, sdkStub } from './sdk-stub.ts'

/** As botocore 1.44.8 resolves them for eu-west-1, us-gov-west-1 and cn-north-1. */
const AWS = ['eu-west-1.amazonaws.com', 'us-gov-west-1.amazonaws.com', 'cn-north-1.amazonaws.com.cn']
const DUAL = ['eu-west-1.api.aws', 'us-gov-west-1.api.aws', 'cn-north-1.api.amazonwebservices.com.cn']
const HOSTS: Readonly<Record<string, readonly [host: string, suffixes: readonly string[]]>> = {
  'ACM PCA': ['acm-pca', AWS],
  AIOps: ['aiops', AWS],
  ApiGatewayV2: ['apigateway', AWS],
  'BCM Dashboards': ['bcm-dashboards', DUAL],
  Bedrock: ['bedrock', AWS],
  'Bedrock Agent': ['bedrock-agent', AWS],
  Billing: ['billing', DUAL],
  CleanRoomsML: ['cleanrooms-ml', AWS],
  'CloudHSM V2': ['cloudhsmv2', AWS],
  CloudSearch: ['cloudsearch', AWS],
  CodeGuruProfiler: ['codeguru-profiler', AWS],
  ElementalInference: ['elemental-inference', AWS],
  EventBridgeV2: ['eventsv2', AWS],
  'Lambda Web': ['lambda', AWS],
  MPA: ['mpa', DUAL],
  'Marketplace Catalog': ['catalog.marketplace', AWS],
  MediaPackageV2: ['mediapackagev2', AWS],
  MediaTailor: ['api.mediatailor', AWS],
  'Migration Hub Refactor Spaces': ['refactor-spaces', AWS],
  NetworkManager: ['networkmanager', AWS],
  OAM: ['oam', AWS],
  OSIS: ['osis', AWS],
  Omics: ['omics', AWS],
  'Payment Cryptography': ['controlplane.payment-cryptography', AWS],
  QBusiness: ['qbusiness', DUAL],
  RAM: ['ram', AWS],
  'Route53 Recovery Control Config': ['route53-recovery-control-config', AWS],
  Route53Resolver: ['route53resolver', AWS],
  S3Files: ['s3files', DUAL],
  S3Outposts: ['s3-outposts', AWS],
  'SSM Contacts': ['ssm-contacts', AWS],
  'SSM Incidents': ['ssm-incidents', AWS],
  SageMaker: ['api.sagemaker', AWS],
  ServerlessApplicationRepository: ['serverlessrepo', AWS],
  WellArchitected: ['wellarchitected', AWS],
  XRay: ['xray', AWS],
  imagebuilder: ['imagebuilder', AWS],
}

interface Made {
  readonly config: {
    readonly serviceId: string
    readonly endpointProvider: (at: object) => { readonly url: URL }
  }
}

/** The described clients that the collectors make, by service id. */
async function describedClients(): Promise<ReadonlyMap<string, Made>> {
  const found = new Map<string, Made>()
  const { access } = sdkStub(() => 'AccessDeniedException')
  const client: typeof access.client = (make, region, more) => {
    const made = access.client(make, region, more)
    if ('described' in make) found.set((made as unknown as Made).config.serviceId, made as unknown as Made)
    return made
  }
  const place = { access: { ...access, client }, account: ACCOUNT, partition: 'aws', region: 'us-east-1' }
  for (const collector of COLLECTORS)
    for await (const one of collector.collect({ ...place, list: startReading() })) assert.ok(one)
  return found
}

test('they call the hosts that botocore calls, in each partition', async () => {
  const clients = await describedClients()
  const called = [...clients].map(([id, { config }]) => [
    id,
    ['eu-west-1', 'us-gov-west-1', 'cn-north-1'].map((Region) => config.endpointProvider({ Region }).url.hostname),
  ])
  const wanted = Object.entries(HOSTS).map(([id, [host, suffixes]]) => [id, suffixes.map((one) => `${host}.${one}`)])
  assert.deepEqual(Object.fromEntries(called), Object.fromEntries(wanted))
})

interface Seen {
  readonly line: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

const seen: Seen[] = []
/** What is answered next, as JSON or as it is; then `{}`. */
const answers: (readonly [status: number, headers: Record<string, string>, body: object | string | Uint8Array])[] = []
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')))
  request.on('end', () => {
    seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, body })
    const [status, headers, value] = answers.shift() ?? [200, {}, {}]
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(typeof value === 'string' || value instanceof Uint8Array ? value : JSON.stringify(value))
  })
}).listen(0, '127.0.0.1')
await once(server, 'listening')
after(() => {
  server.close()
  server.closeAllConnections()
})

const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'none' }
const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const settings = () => ({ region: 'eu-west-1', credentials, endpoint: address() })

const pca = describedService({ id: 'ACM PCA', host: 'acm-pca', protocol: 'json-1.1', target: 'ACMPrivateCA' })
const getPolicy = pca.operation('GetPolicy', ['POST', '/'], { ResourceArn: 'body' }, { Policy: text })
const hsm = describedService({ id: 'OAM', host: 'oam', signs: 'other', protocol: 'rest-json' })
const listSinks = hsm.operation(
  'List',
  ['GET', '/list/{arn}?List'],
  { arn: 'path', nextToken: 'query' },
  { Items: json<{ Arn: string }[]>(), NextToken: text },
)
const all = async <T>(items: AsyncIterable<T>): Promise<readonly T[]> => {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

describe('on the wire', () => {
  test('a call of the JSON protocol', async () => {
    answers.push([200, {}, { Policy: '{}', Other: 1 }])
    const answer = await call(new pca.Client(settings()), getPolicy, { ResourceArn: 'arn:x' })
    assert.equal(answer.Policy, '{}')
    const last = seen.at(-1)
    assert.deepEqual([last?.line, last?.body], ['POST /', '{"ResourceArn":"arn:x"}'])
    assert.equal(last?.headers['x-amz-target'], 'ACMPrivateCA.GetPolicy')
    assert.equal(last?.headers['content-type'], 'application/x-amz-json-1.1')
    assert.match(last?.headers.authorization ?? '', /^AWS4-HMAC-SHA256 Credential=AKIA\w+\/\d{8}\/eu-west-1\/acm-pca\//)
  })

  test('a call of the REST protocol, page by page', async () => {
    answers.push([200, {}, { Items: [{ Arn: 'a' }], NextToken: 'n 1' }], [200, {}, { Items: [{ Arn: 'b' }] }])
    const from = seen.length
    const found = await all(listed(new hsm.Client(settings()), listSinks, 'Items', { arn: 'arn:aws:x/y' }))
    assert.deepEqual(found, [{ Arn: 'a' }, { Arn: 'b' }])
    const lines = seen.slice(from).map(({ line }) => line)
    assert.deepEqual(lines, ['GET /list/arn%3Aaws%3Ax%2Fy?List=', 'GET /list/arn%3Aaws%3Ax%2Fy?List=&nextToken=n%201'])
    assert.match(seen.at(-1)?.headers.authorization ?? '', /\/eu-west-1\/other\//)
  })

  test('the same page again ends the list', async () => {
    answers.push([200, {}, { Items: [], NextToken: 'x' }], [200, {}, { Items: [], NextToken: 'x' }])
    await assert.rejects(all(listed(new hsm.Client(settings()), listSinks, 'Items', { arn: 'a' })), /same page again/)
  })

  test('an error has the name that AWS gives it, in both protocols', async () => {
    answers.push([400, { 'x-amzn-errortype': 'ResourceNotFoundException:http://x' }, { message: 'gone' }])
    const refused = { name: 'ResourceNotFoundException', message: 'gone' }
    await assert.rejects(all(listed(new hsm.Client(settings()), listSinks, 'Items', { arn: 'a' })), refused)
    answers.push([400, {}, { __type: 'com.amazonaws#ResourceNotFoundException', Message: 'gone' }])
    await assert.rejects(call(new pca.Client(settings()), getPolicy, { ResourceArn: 'a' }), refused)
  })

  test('what AWS throttles is asked again', async () => {
    const from = seen.length
    answers.push([400, {}, { __type: 'ThrottlingException', message: 'slow' }], [200, {}, { Policy: 'p' }])
    assert.equal((await call(new pca.Client(settings()), getPolicy, { ResourceArn: 'a' })).Policy, 'p')
    assert.equal(seen.length - from, 2)
  })

  test('AWS_ENDPOINT_URL_<SERVICE> is followed', async () => {
    process.env['AWS_ENDPOINT_URL_ACM_PCA'] = address()
    try {
      answers.push([200, {}, { Policy: 'here' }])
      const client = new pca.Client({ region: 'eu-west-1', credentials })
      assert.equal((await call(client, getPolicy, { ResourceArn: 'a' })).Policy, 'here')
    } finally {
      delete process.env['AWS_ENDPOINT_URL_ACM_PCA']
    }
  })
})

const search = describedService({ id: 'CloudSearch', host: 'cloudsearch', protocol: 'query', version: '2013-01-01' })
const domains = search.operation('DescribeDomains', ['POST', '/'], {}, { DomainStatusList: entries({ ARN: text }) })
const access = search.operation(
  'DescribeServiceAccessPolicies',
  ['POST', '/'],
  { DomainName: 'body', Deployed: 'body' },
  { AccessPolicies: group({ Options: text }) },
)
const ask = () => call(new search.Client(settings()), access, { DomainName: 'a&b', Deployed: true })
const list = () => call(new search.Client(settings()), domains, {})
const xml = (operation: string, result: string): string =>
  `<${operation}Response xmlns="http://cloudsearch.amazonaws.com/doc/2013-01-01/"><${operation}Result>${result}</${operation}Result>` +
  `<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${operation}Response>`
const refusal = (code: string): string =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>not so</Message></Error><RequestId>1</RequestId></ErrorResponse>`

describe('on the wire, in XML', () => {
  const options = (of: string) =>
    xml(access.name, `<AccessPolicies>${of}<Status><State>Active</State></Status></AccessPolicies>`)

  test('a call is a form, and a text is the text', async () => {
    const policy = JSON.stringify({
      Statement: [{ Sid: '<a> & "b"', Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
    })
    const written = policy.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
    answers.push([200, { 'content-type': 'text/xml' }, options(`<Options>${written}</Options>`)])
    assert.equal((await ask()).AccessPolicies?.Options, policy)
    const last = seen.at(-1)
    const form = 'Action=DescribeServiceAccessPolicies&Version=2013-01-01&DomainName=a%26b&Deployed=true'
    assert.deepEqual([last?.line, last?.body], ['POST /', form])
    assert.equal(last?.headers['content-type'], 'application/x-www-form-urlencoded')
    assert.match(last?.headers.authorization ?? '', /\/eu-west-1\/cloudsearch\//)
  })

  test('an empty text is there, and one that is missing is not', async () => {
    for (const [answer, value] of [
      [options('<Options/>'), ''],
      [options('<Options></Options>'), ''],
      [options(''), undefined],
      [xml(access.name, ''), undefined],
      ['<html><body>a proxy</body></html>', undefined],
    ] as const) {
      answers.push([200, {}, answer])
      assert.equal((await ask()).AccessPolicies?.Options, value, answer)
    }
  })

  test('a list of none, of one and of two', async () => {
    const member = (name: string) => `<member><ARN>${name}</ARN><Created>true</Created></member>`
    for (const names of [[], ['a'], ['a', 'b']]) {
      answers.push([200, {}, xml(domains.name, `<DomainStatusList>${names.map(member).join('')}</DomainStatusList>`)])
      assert.deepEqual(
        (await list()).DomainStatusList,
        names.map((ARN) => ({ ARN })),
      )
      assert.equal(seen.at(-1)?.body, 'Action=DescribeDomains&Version=2013-01-01')
    }
  })

  test('an error has the name that AWS gives it', async () => {
    answers.push([409, {}, refusal('ResourceNotFound')])
    await assert.rejects(ask(), { name: 'ResourceNotFound', message: 'not so' })
    answers.push([403, {}, refusal('AccessDenied')])
    await assert.rejects(list(), { name: 'AccessDenied' })
  })

  test('what AWS throttles is asked again', async () => {
    const from = seen.length
    answers.push([400, {}, refusal('Throttling')], [200, {}, options('<Options>p</Options>')])
    assert.equal((await ask()).AccessPolicies?.Options, 'p')
    assert.equal(seen.length - from, 2)
  })
})

const buses = describedService({
  id: 'EventBridgeV2',
  host: 'eventsv2',
  signs: 'events',
  protocol: 'rpc-v2-cbor',
  target: 'AWSEventsV2',
})
const getBus = buses.operation('GetResourcePolicy', ['POST', '/'], { ResourceArn: 'body' }, { PolicyDocument: text })
const listBuses = buses.operation(
  'ListEventBuses',
  ['POST', '/'],
  { NextToken: 'body' },
  { EventBuses: json<{ EventBusArn: string }[]>(), NextToken: text },
)
/** As the protocol has it: https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html */
const CBOR = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' }

describe('on the wire, in CBOR', () => {
  test('a call names service and operation in its address', async () => {
    answers.push([200, CBOR, cbor.serialize({ PolicyDocument: '{}', RevisionId: '1' })])
    const answer = await call(new buses.Client(settings()), getBus, { ResourceArn: 'arn:x' })
    assert.equal(answer.PolicyDocument, '{}')
    const last = seen.at(-1)
    assert.equal(last?.line, 'POST /service/AWSEventsV2/operation/GetResourcePolicy')
    assert.equal(last?.headers['smithy-protocol'], 'rpc-v2-cbor')
    assert.match(last?.headers.authorization ?? '', /\/eu-west-1\/events\//)
    assert.deepEqual(Buffer.from(last?.body ?? '').includes('ResourceArn'), true)
  })

  test('a list, page by page', async () => {
    const page = (of: object): Uint8Array => cbor.serialize(of) as Uint8Array
    answers.push(
      [200, CBOR, page({ EventBuses: [{ EventBusArn: 'a', CreationTime: 1 }], NextToken: 'n' })],
      [200, CBOR, page({ EventBuses: [{ EventBusArn: 'b' }] })],
    )
    const found = await all(listed(new buses.Client(settings()), listBuses, 'EventBuses'))
    assert.deepEqual(
      found.map(({ EventBusArn }) => EventBusArn),
      ['a', 'b'],
    )
  })

  test('an error has the name that AWS gives it', async () => {
    const refused = cbor.serialize({ __type: 'com.amazonaws.x#ResourceNotFoundException', Message: 'gone' })
    answers.push([404, CBOR, refused as Uint8Array])
    await assert.rejects(call(new buses.Client(settings()), getBus, { ResourceArn: 'a' }), {
      name: 'ResourceNotFoundException',
    })
  })
})
