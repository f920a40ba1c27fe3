/** Valid inputs of every reader, out of the examples, the samples of the tests and the pages. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { made } from './record-samples.ts'
import { filesIn, filesOf, jsonLines, once, printed, ROOT } from './sample-files.ts'

export const texts = once(() => [
  ...printed(jsonLines('test/samples/intake/sentences.jsonl').map(({ text }) => text)),
  ...printed(jsonLines('test/samples/intake/pasted.jsonl').map(({ text }) => text)),
  ...filesOf('examples', /denial\.txt$|\.http$/),
])

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
