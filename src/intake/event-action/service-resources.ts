import { isAccountId, parseArn } from '#iam/arn.ts'
import type { ActionFacts } from '#iam/facts/actions.ts'
import { field, listOf, objectOf, textField } from '../cloudtrail/loose-record.ts'
import { parameterIndex, type ParameterIndex } from './parameter-index.ts'
import { apiGatewayPath } from './api-gateway-paths.ts'
import { directoryBucket } from './directory-buckets.ts'
import { ec2ArnsOfIds } from './ec2-ids.ts'
import type { EventResources, FoundResources } from './event-resources.ts'
import { all, regional } from './regional-arn.ts'
import { s3Resources } from './s3-resources.ts'
import { ssm } from './ssm-resources.ts'

/**
 * Services whose parameters do not fill the reference's ARN patterns by name (R-CT-31, R-CT-31a). Undefined: the general
 * way applies.
 */
export function ownResources(
  service: string,
  facts: ActionFacts | undefined,
  event: EventResources,
): FoundResources | undefined {
  if (service === 's3') return s3Resources(facts, event)
  if (service === 'apigateway') {
    const path = apiGatewayPath(event)
    return { resources: path === undefined ? [] : [path], from: 'derived' }
  }
  const rule = RULES.get(service)
  if (rule === undefined) return undefined
  const arns = rule(parameterIndex(event.parameters), event, facts)
  return arns === undefined || arns.length === 0 ? undefined : { resources: [...new Set(arns)], from: 'derived' }
}

type Rule = (
  index: ParameterIndex,
  event: EventResources,
  facts: ActionFacts | undefined,
) => readonly string[] | undefined

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['sqs', sqs],
  ['kms', kms],
  ['lambda', lambda],
  ['logs', logs],
  ['events', events],
  ['secretsmanager', secretsManager],
  ['ssm', ssm],
  ['dynamodb', dynamodb],
  ['ecs', ecs],
  ['ec2', ec2],
  ['bedrock', bedrock],
  ['elasticloadbalancing', elasticLoadBalancing],
  ['sts', sts],
  ['s3express', (_index, event) => directoryBucket(event)],
])

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html */
function sqs(index: ParameterIndex, event: EventResources): readonly string[] | undefined {
  return index.values('queueUrl').flatMap((url) => queueArn(url, event) ?? [])
}

function queueArn(url: string, event: { readonly partition: string; readonly region: string | null }) {
  const parts = /^https?:\/\/([a-z0-9.-]{1,200})\/(\d{12})\/([A-Za-z0-9_.-]{1,80})\/?$/i.exec(url)
  if (parts === null) return undefined
  const [, host = '', account = '', name = ''] = parts
  const labels = host.split('.')
  const named =
    labels[0] === 'sqs' || labels[0] === 'sqs-fips' ? labels[1] : labels[1] === 'queue' ? labels[0] : undefined
  const region = named ?? event.region
  return region === null ? undefined : `arn:${event.partition}:sqs:${region}:${account}:${name}`
}

/** `keyId` is a key id, an alias name or the ARN of either; the record's own ARN comes first, since an alias hides the key. */
function kms(
  index: ParameterIndex,
  event: EventResources,
  facts: ActionFacts | undefined,
): readonly string[] | undefined {
  const source = event.on === 'source'
  const given = [
    ...index.values(source ? 'sourceKeyId' : 'destinationKeyId'),
    ...index.values('keyId'),
    ...index.values('targetKeyId'),
  ][0]
  const listed = event.listed.filter((arn) => parseArn(arn)?.service === 'kms')
  const keys = listed.filter((arn) => parseArn(arn)?.resource.startsWith('key/'))
  const wantsAlias = facts?.resourceTypes.some(({ name }) => name === 'alias') === true
  const alias = wantsAlias ? all(event, 'kms', index.values('aliasName')) : []
  if (event.on !== undefined) return keyOf(given, event, keys)
  return [...(keys.length > 0 ? keys : (keyOf(given, event, []) ?? [])), ...alias]
}

function keyOf(
  given: string | undefined,
  event: EventResources,
  listed: readonly string[],
): readonly string[] | undefined {
  if (given === undefined) return listed.length === 1 ? listed : undefined
  if (given.startsWith('arn:')) return [given]
  const byId = listed.find((arn) => arn.endsWith(`/${given}`))
  return byId === undefined ? all(event, 'kms', [given.startsWith('alias/') ? given : `key/${given}`]) : [byId]
}

/** Name, part of an ARN, or ARN; each with or without a qualifier. */
function lambda(
  index: ParameterIndex,
  event: EventResources,
  facts: ActionFacts | undefined,
): readonly string[] | undefined {
  const [name] = index.values('functionName')
  if (name === undefined || facts?.resourceTypes.some((type) => type.name.startsWith('function')) !== true)
    return undefined
  const qualifier = index.values('qualifier')[0]
  const arn = lambdaArn(name, event)
  if (arn === undefined) return undefined
  const unqualified = (parseArn(arn)?.resource.split(':').length ?? 0) <= 2
  return [unqualified && qualifier !== undefined ? `${arn}:${qualifier}` : arn]
}

/** What an ARN has before the name may be left out from the left, and `function:` with it (R-CT-31). */
const PARTIAL =
  /^(?:([a-z]{2}(?:-[a-z]{2,10}){1,3}-\d{1,2}):)?(?:(\d{12}):)?(?:function:)?([^:]{1,140}(?::[^:]{1,128})?)$/

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html, `FunctionName` */
function lambdaArn(name: string, event: EventResources): string | undefined {
  if (name.startsWith('arn:')) return name
  const [, region = event.region, account = event.account, rest = ''] = PARTIAL.exec(name) ?? []
  return rest === '' ? undefined : regional({ ...event, region, account }, 'lambda', `function:${rest}`)
}

/**
 * CloudWatch Logs judges a group's actions on `log-group:G:log-stream:`, which `log-group:G:*` matches and `log-group:G`
 * does not (R-CT-30b). Queries name several groups, and a group of another account by its ARN.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html
 */
function logs(index: ParameterIndex, event: EventResources): readonly string[] | undefined {
  const [stream = ''] = index.values('logStreamName')
  return GROUP_PARAMETERS.flatMap((parameter) => index.values(parameter)).flatMap((group) => {
    const arn = group.startsWith('arn:') ? group.replace(/:\*$/, '') : regional(event, 'logs', `log-group:${group}`)
    return arn === undefined ? [] : [`${arn}:log-stream:${stream}`]
  })
}

const GROUP_PARAMETERS = [
  'logGroupName',
  'logGroupNames',
  'logGroupIdentifier',
  'logGroupIdentifiers',
  'logGroupArnList',
]

/** Rules on the default bus have no bus in their ARN. */
function events(
  index: ParameterIndex,
  event: EventResources,
  facts: ActionFacts | undefined,
): readonly string[] | undefined {
  if (facts?.resourceTypes.some(({ name }) => name.startsWith('rule-')) !== true) return undefined
  const [rule] = [...index.values('rule'), ...index.values('name')]
  if (rule === undefined) return undefined
  const bus = index.values('eventBusName')[0] ?? 'default'
  const name = bus.startsWith('arn:') ? (bus.split('/').at(-1) ?? '') : bus
  return all(event, 'events', [name === 'default' || name === '' ? `rule/${rule}` : `rule/${name}/${rule}`])
}

/** A secret's ARN ends in six letters of its own, which the name does not tell. */
function secretsManager(index: ParameterIndex, event: EventResources): readonly string[] | undefined {
  const [id] = [...index.values('secretId'), ...index.values('name')]
  if (id === undefined) return undefined
  return all(event, 'secretsmanager', [id.startsWith('arn:') ? id : `secret:${id}-??????`])
}

/** An index is judged in place of its table; batch calls have the tables as keys. */
function dynamodb(
  index: ParameterIndex,
  event: EventResources,
  facts: ActionFacts | undefined,
): readonly string[] | undefined {
  if (facts?.resourceTypes.some(({ name }) => name === 'table') !== true) return undefined
  const batch = Object.keys(objectOf(field(event.parameters, 'requestItems')) ?? {})
  const tables = [...index.values('tableName'), ...batch]
  const [indexName] = index.values('indexName')
  const takesIndex = facts.resourceTypes.some(({ name }) => name === 'index')
  return tables.flatMap((table) => {
    const arn = table.startsWith('arn:') ? table : regional(event, 'dynamodb', `table/${table}`)
    if (arn === undefined) return []
    return [indexName !== undefined && takesIndex && !arn.includes('/index/') ? `${arn}/index/${indexName}` : arn]
  })
}

/** `family`, `family:revision` or an ARN. */
function ecs(
  index: ParameterIndex,
  event: EventResources,
  facts: ActionFacts | undefined,
): readonly string[] | undefined {
  const types = facts?.resourceTypes.filter(({ required }) => required).map(({ name }) => name) ?? []
  if (!types.includes('task-definition') || types.length !== 1) return undefined
  const [given] = [...index.values('taskDefinition'), ...index.values('family')]
  if (given === undefined) return undefined
  return all(event, 'ecs', [
    given.startsWith('arn:') ? given : `task-definition/${given.includes(':') ? given : `${given}:*`}`,
  ])
}

/** Tags are set on resources by their ids; on what a call makes CreateTags is judged on `instance/*` and the like (G-21). */
function ec2(
  index: ParameterIndex,
  event: EventResources,
  facts: ActionFacts | undefined,
): readonly string[] | undefined {
  if (facts?.name === 'CopyImage')
    return copied('image', index.values('sourceImageId'), ['image', 'snapshot'], index, event)
  if (facts?.name === 'CopySnapshot')
    return copied('snapshot', index.values('sourceSnapshotId'), ['snapshot'], index, event)
  if (facts?.name !== 'CreateTags' && facts?.name !== 'DeleteTags') return undefined
  if (event.operation === facts.name) return ec2ArnsOfIds(index.values('resourceId'), event)
  const items = listOf(field(field(event.parameters, 'tagSpecificationSet'), 'items'))
  const types = items.flatMap((item) => textField(item, 'resourceType') ?? [])
  return all(
    event,
    'ec2',
    types.map((type) => `${type}/*`),
  )
}

/**
 * What is copied, in the Region that it is copied from, and what the call makes in its own; neither has an account.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/copy-ami-permissions.html
 * https://aws.amazon.com/blogs/storage/enhancing-resource-level-permissions-for-copying-amazon-ebs-snapshots
 */
function copied(
  type: string,
  sources: readonly string[],
  makes: readonly string[],
  index: ParameterIndex,
  event: EventResources,
): readonly string[] {
  const own = { ...event, account: '' }
  const from = { ...own, region: index.values('sourceRegion')[0] ?? event.region }
  return [
    ...all(
      from,
      'ec2',
      sources.map((id) => `${type}/${id}`),
    ),
    ...all(
      own,
      'ec2',
      makes.map((one) => `${one}/*`),
    ),
  ]
}

/** Load balancers of the newer API say their kind in the ARN; the id at its end is not made yet. */
function elasticLoadBalancing(index: ParameterIndex, event: EventResources): readonly string[] | undefined {
  const [name] = index.values('name')
  if (name === undefined) return undefined
  if (event.operation === 'CreateTargetGroup') return all(event, 'elasticloadbalancing', [`targetgroup/${name}/*`])
  if (event.operation !== 'CreateLoadBalancer') return undefined
  const kind = KINDS.get(index.values('type')[0] ?? 'application')
  return kind === undefined ? undefined : all(event, 'elasticloadbalancing', [`loadbalancer/${kind}/${name}/*`])
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html, `Type` */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['application', 'app'],
  ['network', 'net'],
  ['gateway', 'gwy'],
])

/** Geographies of cross-Region inference: their profiles are the account's, the models belong to nobody's. */
const PROFILE = /^(?:us|us-gov|eu|apac|jp|au|ca|global)\./

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html, `modelId` */
function bedrock(index: ParameterIndex, event: EventResources): readonly string[] | undefined {
  const [id] = index.values('modelId')
  if (id === undefined) return undefined
  if (id.startsWith('arn:')) return [id]
  if (PROFILE.test(id)) return all(event, 'bedrock', [`inference-profile/${id}`])
  const isModel = /^[a-z0-9-]{2,40}\.[a-z0-9]/.test(id)
  return isModel ? all({ ...event, account: '' }, 'bedrock', [`foundation-model/${id}`]) : undefined
}

/** The member account whose root user is meant. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html */
function sts(index: ParameterIndex, event: EventResources): readonly string[] {
  const [target = ''] = index.values('targetPrincipal')
  if (target.startsWith('arn:')) return [target]
  return isAccountId(target) ? [`arn:${event.partition}:iam::${target}:root`] : []
}
