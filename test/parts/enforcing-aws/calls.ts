/** A request on the wire, read as the calls of IAM that AWS would judge for it; only for the operations that jobs of the tests make. */
import type { IncomingHttpHeaders } from 'node:http'

export interface WireRequest {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export type Protocol = 'query' | 'ec2' | 'json' | 's3' | 'rest-json'

export interface ReadRequest {
  readonly protocol: Protocol
  readonly service: string
  readonly region: string
  readonly accessKeyId: string
  /** As the API names it: `PutObject`. */
  readonly operation: string
  /** What stands in the body or the query, by name. */
  readonly parameters: Readonly<Record<string, unknown>>
}

const CREDENTIAL = /Credential=([^/,]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/

/** Undefined: not signed by Signature Version 4. */
export function readRequest(request: WireRequest): ReadRequest | undefined {
  const [, accessKeyId = '', region = '', service = ''] = CREDENTIAL.exec(request.headers.authorization ?? '') ?? []
  if (service === '') return undefined
  const common = { service, region, accessKeyId }
  const target = request.headers['x-amz-target']
  if (typeof target === 'string')
    return { ...common, protocol: 'json', operation: target.split('.').at(-1) ?? '', parameters: json(request.body) }
  if (service === 's3') return { ...common, protocol: 's3', ...readS3(request) }
  if (service === 'lambda') return { ...common, protocol: 'rest-json', ...readLambda(request) }
  const parameters = Object.fromEntries(new URLSearchParams(request.body.toString('utf8')))
  const protocol = service === 'ec2' ? 'ec2' : 'query'
  return { ...common, protocol, operation: parameters['Action'] ?? '', parameters }
}

function json(body: Buffer): Record<string, unknown> {
  return body.length === 0 ? {} : (JSON.parse(body.toString('utf8')) as Record<string, unknown>)
}

type Operation = Pick<ReadRequest, 'operation' | 'parameters'>

const BUCKET_CALLS: readonly (readonly [query: string, name: string])[] = [
  ['policy', 'BucketPolicy'],
  ['publicAccessBlock', 'PublicAccessBlock'],
  ['encryption', 'BucketEncryption'],
  ['tagging', 'BucketTagging'],
  ['acl', 'BucketAcl'],
  ['ownershipControls', 'BucketOwnershipControls'],
  ['location', 'BucketLocation'],
]
const VERBS: Readonly<Record<string, string>> = { GET: 'Get', PUT: 'Put', DELETE: 'Delete', HEAD: 'Head' }

/** Path style alone: `/bucket/key`. */
function readS3({ method, path, body }: WireRequest): Operation {
  const url = new URL(path, 'http://s3')
  // S3 Control signs as S3, and asks about the account.
  if (url.pathname.startsWith('/v20180820/'))
    return { operation: `${VERBS[method] ?? method}AccountPublicAccessBlock`, parameters: {} }
  const [, bucket = '', ...rest] = decodeURIComponent(url.pathname).split('/')
  const key = rest.join('/')
  const parameters = { bucket, key, text: body.toString('utf8') }
  if (bucket === '') return { operation: 'ListBuckets', parameters }
  if (key !== '') return { operation: `${VERBS[method] ?? method}Object`, parameters }
  const [, name] = BUCKET_CALLS.find(([query]) => url.searchParams.has(query)) ?? []
  if (name !== undefined) return { operation: `${VERBS[method] ?? method}${name}`, parameters }
  const operation = method === 'GET' ? 'ListObjectsV2' : method === 'HEAD' ? 'HeadBucket' : 'CreateBucket'
  return { operation, parameters }
}

function readLambda({ method, path, body }: WireRequest): Operation {
  const [, , functions, name = '', ...rest] = path.split('?')[0]?.split('/') ?? []
  const parameters = { name: decodeURIComponent(name), ...(method === 'GET' ? {} : lenient(body)) }
  if (functions !== 'functions') return { operation: `${method} ${path}`, parameters }
  if (rest[0] === 'invocations') return { operation: 'Invoke', parameters }
  if (rest[0] === 'policy') return { operation: 'GetPolicy', parameters }
  if (name === '') return { operation: method === 'POST' ? 'CreateFunction' : 'ListFunctions', parameters }
  return { operation: method === 'GET' ? 'GetFunction' : 'UpdateFunction', parameters }
}

function lenient(body: Buffer): Record<string, unknown> {
  try {
    return json(body)
  } catch {
    return {}
  }
}

/** One action on one resource that the operation needs. */
export interface NeededAction {
  readonly action: string
  readonly resource: string
  readonly context?: Readonly<Record<string, string | readonly string[]>>
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** S3's operations whose action has another name. */
const S3_ACTIONS: Readonly<Record<string, string>> = {
  HeadObject: 'GetObject',
  ListObjectsV2: 'ListBucket',
  HeadBucket: 'ListBucket',
  ListBuckets: 'ListAllMyBuckets',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  PutBucketEncryption: 'PutEncryptionConfiguration',
}

/** The action of the operation itself, with the ARN that AWS judges it on; what it needs besides is asked by the server. */
export function neededAction(request: ReadRequest, account: string): NeededAction {
  const { service, operation, parameters: p, region } = request
  const arn = (rest: string): string => `arn:aws:${service}:${region}:${account}:${rest}`
  const action = `${service}:${operation}`
  switch (service) {
    case 's3': {
      const [bucket, key] = [text(p['bucket']), text(p['key'])]
      const resource = bucket === '' ? '*' : `arn:aws:s3:::${bucket}${key === '' ? '' : `/${key}`}`
      return { action: `s3:${S3_ACTIONS[operation] ?? operation}`, resource }
    }
    case 'sts': {
      const externalId = text(p['ExternalId'])
      const context = externalId === '' ? {} : { context: { 'sts:ExternalId': externalId } }
      return { action, resource: text(p['RoleArn']) || '*', ...context }
    }
    case 'sqs': {
      // `…/ACCOUNT/NAME`
      const [owner = account, name = ''] = text(p['QueueUrl']).split('/').slice(-2)
      return { action, resource: p['QueueUrl'] === undefined ? '*' : `arn:aws:sqs:${region}:${owner}:${name}` }
    }
    case 'sns':
      return { action, resource: text(p['TopicArn']) || '*' }
    case 'dynamodb': {
      const resource = p['TableName'] === undefined ? '*' : arn(`table/${text(p['TableName'])}`)
      const leading = leadingKeys(p['Key'])
      return { action, resource, ...(leading.length === 0 ? {} : { context: { 'dynamodb:LeadingKeys': leading } }) }
    }
    case 'ssm':
      return {
        action,
        resource: p['Name'] === undefined ? '*' : arn(`parameter/${text(p['Name']).replace(/^\//, '')}`),
      }
    case 'secretsmanager':
      return { action, resource: text(p['SecretId']) || '*' }
    case 'kms':
      return { action, resource: text(p['KeyId']).startsWith('arn:') ? text(p['KeyId']) : '*' }
    case 'lambda': {
      const name = text(p['name']) || text(p['FunctionName'])
      return {
        action: operation === 'Invoke' ? 'lambda:InvokeFunction' : action,
        resource: name === '' ? '*' : arn(`function:${name}`),
      }
    }
    case 'iam':
      return { action, resource: iamResource(p, account) }
    default:
      return { action, resource: '*' }
  }
}

/** The value of the partition key, which is the table's `id` in these tests. */
function leadingKeys(key: unknown): readonly string[] {
  const id = (key as { readonly id?: { readonly S?: string } } | undefined)?.id?.S
  return id === undefined ? [] : [id]
}

function iamResource(p: Readonly<Record<string, unknown>>, account: string): string {
  if (typeof p['PolicyArn'] === 'string' && p['RoleName'] === undefined && p['UserName'] === undefined)
    return p['PolicyArn']
  for (const [name, kind] of [
    ['RoleName', 'role'],
    ['UserName', 'user'],
    ['GroupName', 'group'],
  ] as const)
    if (typeof p[name] === 'string') return `arn:aws:iam::${account}:${kind}/${p[name]}`
  return '*'
}
