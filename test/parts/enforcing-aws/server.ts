/**
 * A server on the loopback address that stands before moto and judges each signed call as AWS would, by the second
 * evaluator: moto itself knows no resources, conditions, SCPs, boundaries or key policies. What is allowed goes on to moto.
 */
import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as readAll, buffer } from 'node:stream/consumers'
import { GetBucketEncryptionCommand, S3Client } from '@aws-sdk/client-s3'
import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns'
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { spec } from '../../spec/spec.ts'
import { neededAction, readRequest, type NeededAction, type ReadRequest, type WireRequest } from './calls.ts'
import { type Caller, readState, type State } from './in-force.ts'
import { accessOfOthers } from './others.ts'
import { refuse, sentence } from './refusals.ts'
import { recordOf } from './trail.ts'

export interface EnforcingAws {
  readonly url: string
  /** Who holds an access key that was not made by a call to this server. */
  readonly register: (accessKeyId: string, caller: Caller) => void
  /** What each caller's calls needed, in the order of the calls, whether they were allowed or not. */
  readonly needed: readonly { readonly caller: Caller; readonly needed: NeededAction }[]
  /** What everyone in the organization but `except` may do of these requests: `ARN action resource` → decision. */
  readonly accessOfOthers: (except: string, needed: readonly NeededAction[]) => Promise<ReadonlyMap<string, string>>
  /** CloudTrail's records of the calls that were judged, oldest first. */
  readonly trail: readonly Readonly<Record<string, unknown>>[]
  /** To be called after a change that was made on moto itself. */
  readonly changed: () => void
  readonly stop: () => void
}

/** `moto`: its address; `management`: its own account. Keys that nobody registered are nobody's, and are let through. */
export async function startEnforcingAws(moto: string, management: string): Promise<EnforcingAws> {
  const callers = new Map<string, Caller>()
  const trail: Readonly<Record<string, unknown>>[] = []
  const all: { caller: Caller; needed: NeededAction }[] = []
  const state = readState(moto, management)
  const server = createServer((incoming, answer) => {
    handle(incoming, answer).catch((error: unknown) => {
      answer.writeHead(500, { 'content-type': 'text/plain' })
      answer.end(error instanceof Error ? error.stack : String(error))
    })
  })

  async function handle(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await buffer(incoming)
    const wire = { method: incoming.method ?? 'GET', path: incoming.url ?? '/', headers: incoming.headers, body }
    const request = readRequest(wire)
    const caller = request === undefined ? undefined : callers.get(request.accessKeyId)
    if (request !== undefined && caller !== undefined) {
      const refusal = await firstRefusal(state, caller, request, { trail, all })
      if (refusal !== undefined) return refuse(answer, request.protocol, isBare(request) ? 'Access Denied' : refusal)
    }
    const passed = await forward(moto, wire)
    const said = await readAll(passed)
    if (!READS.test(request?.operation ?? '')) state.changed()
    if (request?.operation === 'AssumeRole') remember(said, request)
    answer.writeHead(passed.statusCode ?? 502, passed.headers)
    answer.end(said)
  }

  /** A session that was made is a caller from now on. */
  function remember(said: string, { parameters }: ReadRequest): void {
    const key = /<AccessKeyId>([^<]+)</.exec(said)?.[1]
    const arn = /<Arn>([^<]+)</.exec(said)?.[1]
    if (key === undefined || arn === undefined) return
    const policy = parameters['Policy']
    callers.set(key, {
      arn,
      account: arn.split(':')[4] ?? '',
      roleArn: String(parameters['RoleArn']),
      ...(typeof policy === 'string' ? { sessionPolicy: policy } : {}),
    })
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    register: (accessKeyId, caller) => void callers.set(accessKeyId, caller),
    needed: all,
    accessOfOthers: (except, needed) => accessOfOthers(state, except, needed),
    trail,
    changed: state.changed,
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Calls that were seen: their records, and what they needed. */
interface Seen {
  readonly trail: Readonly<Record<string, unknown>>[]
  readonly all: { caller: Caller; needed: NeededAction }[]
}

/** S3 names neither the caller nor a policy to callers of other organizations, as here for buckets of that name. */
const isBare = ({ service, parameters }: ReadRequest): boolean =>
  service === 's3' && String(parameters['bucket']).endsWith('-bare')

/** Operations that change nothing. */
const READS = /^(?:Describe|Get|Head|List|Simulate)/

/** GetCallerIdentity needs no permission. */
const PERMISSIONLESS = new Set(['sts:GetCallerIdentity'])

async function firstRefusal(
  state: State,
  caller: Caller,
  request: ReadRequest,
  { trail, all }: Seen,
): Promise<string | undefined> {
  const first = await byArn(state, caller, neededAction(request, caller.account))
  if (PERMISSIONLESS.has(first.action)) return undefined
  const everything = [first, ...(await besides(state, caller, request))]
  all.push(...everything.map((needed) => ({ caller, needed })))
  for (const needed of everything) {
    const decision = spec(await state.scenarioFor(caller, needed, request.region))
    if (decision.decision === 'undetermined')
      throw new Error(
        `the second evaluator leaves ${needed.action} on ${needed.resource} open: ${JSON.stringify(decision)}`,
      )
    const refusal =
      decision.decision === 'allowed' ? undefined : sentence(decision, { principal: caller.arn, ...needed })
    trail.push(recordOf({ caller, request, needed, refusal, isInner: needed !== first }))
    if (refusal !== undefined) return refusal
  }
  return undefined
}

/** A secret that is asked by its name is judged by its ARN. */
async function byArn(state: State, { account }: Caller, needed: NeededAction): Promise<NeededAction> {
  const { action, resource } = needed
  if (!action.startsWith('secretsmanager:') || resource === '*' || resource.startsWith('arn:')) return needed
  const client = new SecretsManagerClient(await state.configFor(account))
  return { ...needed, resource: (await client.send(new DescribeSecretCommand({ SecretId: resource }))).ARN ?? resource }
}

/** What the operation needs besides its own action: the key of a bucket, the role that is passed. */
async function besides(state: State, caller: Caller, request: ReadRequest): Promise<readonly NeededAction[]> {
  const { service, operation, parameters, region } = request
  if (service === 's3' && (operation === 'PutObject' || operation === 'GetObject')) {
    const key = await keyOfBucket(state, caller, String(parameters['bucket']))
    if (key === undefined) return []
    const action = operation === 'PutObject' ? 'kms:GenerateDataKey' : 'kms:Decrypt'
    const context = {
      'kms:ViaService': `s3.${region}.amazonaws.com`,
      'kms:CallerAccount': caller.account,
      'kms:EncryptionContext:aws:s3:arn': `arn:aws:s3:::${String(parameters['bucket'])}/${String(parameters['key'])}`,
    }
    return [{ action, resource: key, context }]
  }
  if (service === 'lambda' && operation === 'CreateFunction' && typeof parameters['Role'] === 'string')
    return [
      {
        action: 'iam:PassRole',
        resource: parameters['Role'],
        context: { 'iam:PassedToService': 'lambda.amazonaws.com' },
      },
    ]
  return keysBehind(state, caller, request)
}

/** The customer managed key that SQS, SNS or Secrets Manager uses for the call. */
async function keysBehind(
  state: State,
  { account }: Caller,
  { service, operation, parameters, region }: ReadRequest,
): Promise<readonly NeededAction[]> {
  const config = await state.configFor(account)
  const asked = (key: string | undefined, ...actions: readonly string[]): readonly NeededAction[] =>
    key === undefined
      ? []
      : actions.map((action) => ({
          action,
          resource: key,
          context: { 'kms:ViaService': `${service}.${region}.amazonaws.com`, 'kms:CallerAccount': account },
        }))
  const send = ['kms:GenerateDataKey', 'kms:Decrypt']
  if (service === 'sqs' && operation === 'SendMessage') {
    const QueueUrl = String(parameters['QueueUrl'])
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['KmsMasterKeyId'] })
    const owner = QueueUrl.split('/').at(-2) ?? account
    const client = new SQSClient({ ...(await state.configFor(owner)), useQueueUrlAsEndpoint: false })
    return asked((await client.send(command)).Attributes?.['KmsMasterKeyId'], ...send)
  }
  if (service === 'sns' && operation === 'Publish') {
    const command = new GetTopicAttributesCommand({ TopicArn: String(parameters['TopicArn']) })
    const { Attributes } = await new SNSClient(config).send(command)
    return asked(Attributes?.['KmsMasterKeyId'], ...send)
  }
  if (service !== 'secretsmanager' || operation !== 'GetSecretValue') return []
  const command = new DescribeSecretCommand({ SecretId: String(parameters['SecretId']) })
  return asked((await new SecretsManagerClient(config).send(command)).KmsKeyId, 'kms:Decrypt')
}

async function keyOfBucket(state: State, { account }: Caller, Bucket: string): Promise<string | undefined> {
  const client = new S3Client({ ...(await state.configFor(account)), forcePathStyle: true })
  try {
    const { ServerSideEncryptionConfiguration: set } = await client.send(new GetBucketEncryptionCommand({ Bucket }))
    return set?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID
  } catch {
    return undefined
  }
}

function forward(moto: string, { method, path, headers, body }: WireRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { host: _, ...kept } = headers
    const outgoing = send(`${moto}${path}`, { method, headers: { ...kept, 'content-length': body.length } }, resolve)
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
