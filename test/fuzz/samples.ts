/** Valid inputs of every reader, out of the examples, the samples of the tests and the pages. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

export const ROOT = join(import.meta.dirname, '..', '..')

/** What is larger takes more time than it teaches. */
const LARGEST = 60_000

function filesIn(folder: string, ending: RegExp): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(ROOT, folder, path))
    .filter((path) => ending.test(path) && statSync(path).isFile() && statSync(path).size <= LARGEST)
    .toSorted()
}

const filesOf = (folder: string, ending: RegExp): readonly Buffer[] =>
  filesIn(folder, ending).map((path) => readFileSync(path))

const printed = (values: readonly unknown[]): readonly Buffer[] =>
  values.map((value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)))

const jsonLines = (path: string): readonly Readonly<Record<string, unknown>>[] =>
  readFileSync(join(ROOT, path), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)

/** Each is read once: the samples of a run are asked for again and again. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}

export const texts = once(() => [
  ...printed(jsonLines('test/samples/intake/sentences.jsonl').map(({ text }) => text)),
  ...printed(jsonLines('test/samples/intake/pasted.jsonl').map(({ text }) => text)),
  ...filesOf('examples', /denial\.txt$|\.http$/),
])

const denials = once(() => [...filesOf('examples', /denial\.json$/), ...filesOf('test/samples/diagnose', /\.json$/)])

/** A record of every kind of caller that CloudTrail tells apart. */
const CALLERS: readonly object[] = [
  { type: 'Root', accountId: '111122223333', arn: 'arn:aws:iam::111122223333:root', principalId: '111122223333' },
  { type: 'IAMUser', accountId: '111122223333', arn: 'arn:aws:iam::111122223333:user/dev', userName: 'dev' },
  { type: 'AWSService', invokedBy: 'ecs.amazonaws.com' },
  { type: 'AWSAccount', accountId: '444455556666', principalId: 'AIDAEXAMPLE' },
  {
    type: 'AssumedRole',
    accountId: '111122223333',
    arn: 'arn:aws:sts::111122223333:assumed-role/app/i-0123456789abcdef0',
    principalId: 'AROAEXAMPLE:i-0123456789abcdef0',
    sessionContext: {
      sessionIssuer: { type: 'Role', arn: 'arn:aws:iam::111122223333:role/team/app', userName: 'app' },
      attributes: { creationDate: '2026-01-02T03:00:00Z', mfaAuthenticated: 'false' },
      webIdFederationData: { federatedProvider: 'arn:aws:iam::111122223333:oidc-provider/x', attributes: {} },
    },
  },
  {
    type: 'WebIdentityUser',
    principalId: 'accounts.google.com:x:1',
    userName: '1',
    identityProvider: 'accounts.google.com',
  },
  {
    type: 'IdentityCenterUser',
    accountId: '111122223333',
    onBehalfOf: { userId: 'x', identityStoreArn: 'arn:aws:identitystore::111122223333:identitystore/d-1' },
  },
]

const record = (userIdentity: object): object => ({
  eventVersion: '1.11',
  userIdentity,
  eventTime: '2026-01-02T03:04:05Z',
  eventSource: 's3.amazonaws.com',
  eventName: 'PutObject',
  awsRegion: 'us-east-1',
  sourceIPAddress: '192.0.2.1',
  userAgent: '[aws-cli/2.0]',
  errorCode: 'AccessDenied',
  errorMessage:
    'User: arn:aws:sts::111122223333:assumed-role/app/x is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::b/k" because no identity-based policy allows the s3:PutObject action',
  requestParameters: { bucketName: 'b', key: 'k', 'x-amz-acl': 'private', Host: 'b.s3.amazonaws.com' },
  responseElements: null,
  additionalEventData: { SignatureVersion: 'SigV4', AuthenticationMethod: 'AuthHeader' },
  requestID: 'REQ1',
  eventID: '0a0a0a0a-0000-4000-8000-000000000001',
  readOnly: false,
  resources: [{ type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::b/k', accountId: '111122223333' }],
  eventType: 'AwsApiCall',
  recipientAccountId: '111122223333',
  vpcEndpointId: 'vpce-0123456789abcdef0',
  tlsDetails: { tlsVersion: 'TLSv1.3' },
})

const made = CALLERS.map(record)

export const records = once(() => [...denials(), ...printed(made), ...printed([{ Records: made }])])
export const recordLines = once(() =>
  printed([made.map((one) => JSON.stringify(one)).join('\n'), JSON.stringify(made), JSON.stringify({ Records: made })]),
)
export const trails = once(() => [...recordLines(), ...denials()])

const object = { key: 'AWSLogs/a%2Bb.json.gz', size: 10, eTag: 'x' }
const S3_EVENT = { Records: [{ eventSource: 'aws:s3', s3: { bucket: { name: 'b' }, object } }] }

export const notifications = once(() =>
  printed([
    S3_EVENT,
    { Type: 'Notification', Message: JSON.stringify(S3_EVENT) },
    { Event: 's3:TestEvent', Bucket: 'b' },
    {
      source: 'aws.s3',
      'detail-type': 'Object Created',
      detail: { bucket: { name: 'b' }, object: { key: 'k', etag: 'x' } },
    },
    { s3Bucket: 'b', s3ObjectKey: ['AWSLogs/x.json.gz'] },
    { 'detail-type': 'AWS API Call via CloudTrail', detail: made[4] },
  ]),
)

const scenarioValues = once((): readonly unknown[] => [
  ...jsonLines('test/samples/decisions/from-the-rules.jsonl').map(({ scenario }) => scenario),
  ...filesOf('test/samples/fix', /scenario\.json$/).map((file) => JSON.parse(file.toString('utf8')) as unknown),
])

export const scenarios = once(() => printed(scenarioValues()))

const documents = once((): readonly object[] =>
  scenarioValues().flatMap((scenario) => {
    const found: object[] = []
    JSON.stringify(scenario, (_key, value: unknown) => {
      if (typeof value === 'object' && value !== null && 'Statement' in value) found.push(value)
      return value
    })
    return found
  }),
)

const pairValues = once(() =>
  documents().map((document, i) => [document, documents()[(i * 7 + 1) % documents().length]] as const),
)

export const pairs = once(() => printed(pairValues()))

function bundle(folder: string): Buffer {
  const files = filesIn(folder, /\.json$/).map((path) => [
    relative(join(ROOT, folder), path),
    JSON.parse(readFileSync(path, 'utf8')) as unknown,
  ])
  return Buffer.from(JSON.stringify(Object.fromEntries(files)))
}

export const snapshots = once(() => [
  ...readdirSync(join(ROOT, 'examples'))
    .filter((name) => existsSync(join(ROOT, 'examples', name, 'snapshot')))
    .map((name) => bundle(join('examples', name, 'snapshot'))),
  bundle('docs/drift/snapshot'),
])

const IMPORTS = 'test/samples/import'
const SOURCE = /(?<!expected)\.(?:json|yaml)$/

export const plans = once(() => [
  ...filesOf(`${IMPORTS}/terraform`, SOURCE),
  ...filesOf('examples', /terraform-plan\.json$/),
])
export const templates = once(() => [
  ...filesOf(`${IMPORTS}/cloudformation`, SOURCE),
  ...filesOf('examples', /template\.yaml$/),
])
export const configItems = once(() => filesOf(`${IMPORTS}/aws-config`, SOURCE))
export const details = once(() => filesOf('examples', /authorization-details\.json$/))

const TREE = {
  'accounts/111122223333/iam/role/app/metadata.json': {
    arn: 'arn:aws:iam::111122223333:role/team/App',
    name: 'App',
    path: '/team/',
    permissionBoundary: 'arn:aws:iam::111122223333:policy/Read',
  },
  'accounts/111122223333/iam/role/app/trust-policy.json': { Version: '2012-10-17', Statement: [] },
  'accounts/111122223333/iam/role/app/inline-policies.json': [
    {
      PolicyName: 'p',
      PolicyDocument: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
    },
  ],
  'accounts/111122223333/iam/role/app/managed-policies.json': ['arn:aws:iam::111122223333:policy/Read'],
  'accounts/111122223333/iam/role/app/tags.json': { team: 'x' },
  'accounts/111122223333/iam/user/ann/metadata.json': { arn: 'arn:aws:iam::111122223333:user/ann', name: 'ann' },
  'accounts/111122223333/iam/user/ann/groups.json': ['devs'],
  'accounts/111122223333/iam/group/devs/metadata.json': { arn: 'arn:aws:iam::111122223333:group/devs', name: 'devs' },
  'accounts/111122223333/s3/acme-data/metadata.json': { name: 'acme-data', arn: 'arn:aws:s3:::acme-data' },
  'accounts/111122223333/s3/acme-data/policy.json': { Version: '2012-10-17', Statement: [] },
  'organizations/o-a1b2c3d4e5/metadata.json': { id: 'o-a1b2c3d4e5', rootOu: 'r-ab12', masterAccountId: '999999999999' },
  'organizations/o-a1b2c3d4e5/accounts.json': {
    '111122223333': { ou: 'ou-ab12-11111111', scps: ['p-FullAWSAccess'], rcps: [] },
  },
}

export const collected = once(() => printed([TREE]))

const HCL = `variable "stage" {
  default = "prod"
}
locals {
  bucket = "b-\${var.stage}"
}
data "aws_iam_policy_document" "deploy" {
  statement {
    sid       = "Read"
    actions   = ["s3:GetObject"]
    resources = ["*"] # all
    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalTag/team"
      values   = [local.bucket]
    }
  }
}
resource "aws_iam_role_policy" "deploy" {
  count  = 1
  name   = "deploy"
  role   = "deploy-role"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Read", Effect = "Allow", Action = "s3:GetObject", Resource = "*" }]
  })
}
resource "aws_iam_role_policy" "other" {
  name   = "deploy"
  policy = <<-EOF
    {"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}
  EOF
}
`

export const terraform = once(() => [...filesOf('examples', /\.tf$/), Buffer.from(HCL)])

export const accessTests = once(() => [...filesOf('examples', /\.test\.yaml$/), Buffer.from(JSON.stringify(ACCESS))])

const ACCESS = {
  scenario: 'scenario.json',
  contexts: { 'over TLS': { 'aws:SecureTransport': true, 'aws:SourceVpce': null } },
  tests: [
    {
      name: 'one',
      principal: ['arn:aws:iam::111122223333:user/dev', 'arn:aws:iam::111122223333:role/app'],
      session: { name: 'ci', tags: {} },
      context: 'over TLS',
      allow: [{ action: ['s3:GetObject', 's3:PutObject'], resource: ['arn:aws:s3:::b/k'] }],
      deny: [{ action: 's3:DeleteObject', resource: 'arn:aws:s3:::b/k', by: 'identity-policy' }],
      from: { requestId: 'REQ1', time: '2026-04-27T10:03:00Z' },
    },
  ],
}

export const drifts = once(() => filesOf('docs/drift', /drift\.yaml$/))
export const pages = once(() => [...filesOf('docs/guide', /\.md$/), ...filesOf('docs/layers', /\.md$/)])

export const urls = once(() =>
  printed([
    'trino://analyst@trino.example.com:8443/hive/security?timeout=60',
    'trino://localhost/hive/security?tls=false',
    'athena:security?workgroup=primary&region=eu-west-1&output=s3://b/p',
    'athena:security',
    'athena://catalog/security',
  ]),
)

export const filters = once(() =>
  printed([
    'since=7d&until=2026-01-02T00:00:00Z&principal=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fapp&action=s3:PutObject&limit=5&by=action',
    'service=s3&account=111122223333&layer=identity-policy&resource-family=arn:aws:s3:::b/*&by=principal',
    'since=2026-01-01&resource=arn:aws:s3:::b/k&by=layer&limit=100000',
  ]),
)

export const diagnoseBodies = once(() => [
  ...printed(
    texts()
      .slice(0, 40)
      .map((text) => ({ id: 1, text: text.toString('utf8'), snapshot: 'mine' })),
  ),
  ...printed(made.map((one) => ({ record: one, fixes: true, expectPrincipal: 'arn:aws:iam::111122223333:role/app' }))),
  ...printed([{ records: made, scenarios: true }]),
  ...printed(
    scenarioValues()
      .slice(0, 20)
      .map((scenario) => ({ record: made[4], scenario })),
  ),
])

export const evaluateBodies = once(() => [
  ...printed(scenarioValues().map((scenario, i) => ({ id: i, scenario, chain: i % 2 === 0 }))),
  ...printed(
    scenarioValues()
      .slice(0, 40)
      .map((scenario) => ({ request: requestIn(scenario), snapshot: 'mine' })),
  ),
])

const requestIn = (scenario: unknown): unknown =>
  typeof scenario === 'object' && scenario !== null && 'request' in scenario ? scenario.request : null

export const compareBodies = once(() => printed(pairValues().map(([old, next], id) => ({ id, old, new: next }))))

export const messages = once(() =>
  printed([
    { jsonrpc: '2.0', id: 1, method: 'tools/list' },
    {
      jsonrpc: '2.0',
      id: 'a',
      method: 'tools/call',
      params: { name: 'explain_denial', arguments: { text: 'AccessDenied' } },
    },
    { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1, reason: 'x' } },
    { jsonrpc: '2.0', id: 2, result: { tools: [] } },
    { jsonrpc: '2.0', id: 3, error: { code: -32600, message: 'no', data: {} } },
  ]),
)

export const words = once(() =>
  printed([
    'diagnose\ndenial.json\n--snapshot\nsnapshot\n--format=json',
    'evaluate\n--reading\nx=y\n--action\ns3:GetObject\n-\n--',
    'denials\n--since\n7d\n--by\naction\n--limit\n5\nshow\nid',
    'test\n--reporter\njunit=a.xml\n--reporter\ntext\n-h',
    'compare\nHEAD:a\na\n--max-new\n1',
  ]),
)
