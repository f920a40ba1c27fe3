/**
 * An AWS on this machine with one role, and either a bucket with its key, four levels below the root of an organization, or a
 * queue alone: answers of AWS's form to the calls that `--live` makes, as soon as a test lets them go. It says how many calls
 * there were, and in how many rounds: a round is what is asked before an answer to it came.
 */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export const ACCOUNT = '111122223333'
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/deploy-role`
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:jobs`
/** The account that manages the organization. */
const MANAGEMENT = '999988887777'
/** From the account up: what each is below. */
const PARENTS: Readonly<Record<string, string>> = {
  [ACCOUNT]: 'ou-ab12-team0001',
  'ou-ab12-team0001': 'ou-ab12-prod0001',
  'ou-ab12-prod0001': 'r-ab12',
}

export type World = 'bucket in an organization' | 'queue alone'

const sentence = (action: string, resource: string): string =>
  `User: arn:aws:sts::${ACCOUNT}:assumed-role/deploy-role/ci is not authorized to perform: ${action} on resource: "${resource}" because no identity-based policy allows the ${action} action`

/** The denial that is looked into. */
export const DENIALS: Readonly<Record<World, string>> = {
  'bucket in an organization': sentence('s3:GetObject', 'arn:aws:s3:::prod-artifacts/releases/app.zip'),
  'queue alone': sentence('sqs:SendMessage', QUEUE),
}

export interface AnsweringAws {
  readonly url: string
  readonly env: Readonly<Record<string, string>>
  readonly calls: () => readonly string[]
  readonly rounds: () => number
  readonly reset: () => void
  readonly close: () => void
}

/**
 * Answers all calls of a round when so many milliseconds went by in which there was none; with `each`, every call so many
 * milliseconds after it came, and then rounds are not counted.
 */
export async function startAnsweringAws(
  world: World,
  delay: number,
  { each = false }: { readonly each?: boolean } = {},
): Promise<AnsweringAws> {
  let calls: string[] = []
  let rounds = 0
  let waiting: (() => void)[] = []
  let timer: NodeJS.Timeout | undefined
  const answerAll = (): void => {
    rounds++
    const now = waiting
    waiting = []
    for (const answer of now) answer()
  }
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const name = nameOf(request, body.toString('utf8'))
      calls.push(name)
      const answer = (): void => {
        const { status = 200, type, text } = answerTo(world, name, body.toString('utf8'))
        response.writeHead(status, { 'content-type': type, 'x-amzn-requestid': 'r' }).end(text)
      }
      if (each) return void setTimeout(answer, delay)
      waiting.push(answer)
      clearTimeout(timer)
      timer = setTimeout(answerAll, delay)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    env: {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'none',
      AWS_REGION: 'us-east-1',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    calls: () => calls,
    rounds: () => rounds,
    reset: () => {
      calls = []
      rounds = 0
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function nameOf({ method, url = '', headers }: IncomingMessage, body: string): string {
  const target = headers['x-amz-target']
  if (typeof target === 'string') return target.split('.').slice(-1)[0] ?? ''
  const action = new URLSearchParams(body).get('Action')
  return action ?? `${method} ${url.split('?')[0] ?? ''}?${(url.split('?')[1] ?? '').split('&')[0] ?? ''}`
}

interface Reply {
  readonly status?: number
  readonly type: string
  readonly text: string
}

const json = (value: object, status = 200): Reply => ({
  status,
  type: 'application/x-amz-json-1.1',
  text: JSON.stringify(value),
})
const xml = (text: string, status = 200): Reply => ({ status, type: 'text/xml', text })
const refused = (type: string): Reply => json({ __type: type, message: 'no' }, 400)
const query = (operation: string, inside: string): Reply =>
  xml(
    `<${operation}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${operation}Result>${inside}</${operation}Result></${operation}Response>`,
  )
const policy = (Action: string, Resource: string, Effect = 'Allow'): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action, Resource }] })
const encoded = (text: string): string => encodeURIComponent(text)

function answerTo(world: World, name: string, body: string): Reply {
  const ofS3 = /^GET \/prod-artifacts\/?\?(?<what>\w*)/.exec(name)?.groups?.['what']
  if (ofS3 !== undefined) return ofBucket(ofS3)
  if (name.includes('/v20180820/configuration/publicAccessBlock'))
    return xml('<Error><Code>NoSuchPublicAccessBlockConfiguration</Code></Error>', 404)
  return (ANSWERS[name] ?? (() => refused(`InvalidAction ${name}`)))(world, body)
}

/** What there is of a bucket: encryption by a key; all else is not set. */
function ofBucket(what: string): Reply {
  switch (what) {
    case 'encryption':
      return xml(
        `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>${KEY}</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`,
      )
    case 'acl':
      return xml(
        '<AccessControlPolicy><Owner><ID>abc</ID></Owner><AccessControlList></AccessControlList></AccessControlPolicy>',
      )
    case 'requestPayment':
      return xml('<RequestPaymentConfiguration><Payer>BucketOwner</Payer></RequestPaymentConfiguration>')
    default:
      return xml(`<Error><Code>${NOT_SET[what] ?? 'NotImplemented'}</Code><Message>none</Message></Error>`, 404)
  }
}

const NOT_SET: Readonly<Record<string, string>> = {
  policy: 'NoSuchBucketPolicy',
  publicAccessBlock: 'NoSuchPublicAccessBlockConfiguration',
  ownershipControls: 'OwnershipControlsNotFoundError',
  tagging: 'NoSuchTagSet',
  abac: 'NoSuchAbac',
}

const isMember = (world: World): boolean => world === 'queue alone'

const ANSWERS: Readonly<Record<string, (world: World, body: string) => Reply>> = {
  GetCallerIdentity: () =>
    query(
      'GetCallerIdentity',
      `<Arn>arn:aws:iam::${ACCOUNT}:user/ops</Arn><UserId>AIDAEXAMPLE</UserId><Account>${ACCOUNT}</Account>`,
    ),
  GetRole: () =>
    query(
      'GetRole',
      `<Role><Path>/</Path><RoleName>deploy-role</RoleName><RoleId>AROAEXAMPLE</RoleId><Arn>${ROLE}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate><AssumeRolePolicyDocument>${encoded(policy('sts:AssumeRole', '*'))}</AssumeRolePolicyDocument></Role>`,
    ),
  ListRolePolicies: (world) =>
    query(
      'ListRolePolicies',
      `<IsTruncated>false</IsTruncated><PolicyNames><member>put</member>${isMember(world) ? '' : '<member>list</member>'}</PolicyNames>`,
    ),
  GetRolePolicy: (_, body) =>
    query(
      'GetRolePolicy',
      `<RoleName>deploy-role</RoleName><PolicyName>${new URLSearchParams(body).get('PolicyName')}</PolicyName><PolicyDocument>${encoded(policy('s3:PutObject', 'arn:aws:s3:::prod-artifacts/*'))}</PolicyDocument>`,
    ),
  ListAttachedRolePolicies: () =>
    query(
      'ListAttachedRolePolicies',
      `<IsTruncated>false</IsTruncated><AttachedPolicies><member><PolicyName>base</PolicyName><PolicyArn>arn:aws:iam::${ACCOUNT}:policy/base</PolicyArn></member></AttachedPolicies>`,
    ),
  GetPolicy: () =>
    query(
      'GetPolicy',
      `<Policy><PolicyName>base</PolicyName><PolicyId>ANPAEXAMPLE</PolicyId><Arn>arn:aws:iam::${ACCOUNT}:policy/base</Arn><Path>/</Path><DefaultVersionId>v1</DefaultVersionId></Policy>`,
    ),
  GetPolicyVersion: () =>
    query(
      'GetPolicyVersion',
      `<PolicyVersion><VersionId>v1</VersionId><IsDefaultVersion>true</IsDefaultVersion><Document>${encoded(policy('logs:*', '*'))}</Document></PolicyVersion>`,
    ),
  DescribeKey: () =>
    json({ KeyMetadata: { KeyId: KEY.split('/')[1], Arn: KEY, AWSAccountId: ACCOUNT, KeyManager: 'CUSTOMER' } }),
  GetKeyPolicy: () =>
    json({
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' },
        ],
      }),
    }),
  ListGrants: () => json({ Grants: [], Truncated: false }),
  ListAliases: () => json({ Aliases: [], Truncated: false }),
  ListResourceTags: () => json({ Tags: [], Truncated: false }),
  GetQueueUrl: () => json({ QueueUrl: `http://127.0.0.1/${ACCOUNT}/jobs` }),
  GetQueueAttributes: () => json({ Attributes: { QueueArn: QUEUE } }),
  ListQueueTags: () => json({ Tags: {} }),
  DescribeOrganization: () =>
    json({ Organization: { Id: 'o-abcdefghij', MasterAccountId: MANAGEMENT, FeatureSet: 'ALL' } }),
  ListParents: (world, body) => {
    const { ChildId } = JSON.parse(body) as { ChildId: string }
    const Id = PARENTS[ChildId]
    return isMember(world) || Id === undefined
      ? refused('AccessDeniedException')
      : json({ Parents: [{ Id, Type: Id.startsWith('r-') ? 'ROOT' : 'ORGANIZATIONAL_UNIT' }] })
  },
  ListPoliciesForTarget: (world, body) => {
    if (isMember(world)) return refused('AccessDeniedException')
    const { Filter, TargetId } = JSON.parse(body) as { Filter: string; TargetId: string }
    if (Filter !== 'SERVICE_CONTROL_POLICY')
      return json({
        Policies: [{ Id: 'p-RCPFullAWSAccess', Name: 'RCPFullAWSAccess', Type: Filter, AwsManaged: true }],
      })
    const own = { Id: `p-${TargetId.slice(-8)}`, Name: TargetId, Type: Filter, AwsManaged: false }
    return json({ Policies: [{ Id: 'p-FullAWSAccess', Name: 'FullAWSAccess', Type: Filter, AwsManaged: true }, own] })
  },
  DescribePolicy: (_, body) => {
    const { PolicyId } = JSON.parse(body) as { PolicyId: string }
    const summary = { Id: PolicyId, Name: PolicyId, Arn: `arn:aws:organizations::${MANAGEMENT}:policy/${PolicyId}` }
    return json({
      Policy: {
        PolicySummary: { ...summary, Type: 'SERVICE_CONTROL_POLICY' },
        Content: policy('account:CloseAccount', '*', 'Deny'),
      },
    })
  },
}
