import { isAccountId, parseArn } from '#iam/arn.ts'
import type { ActionFacts } from '#iam/facts/actions.ts'
import { field, objectOf } from '../cloudtrail/loose-record.ts'
import { parameterIndex, type ParameterIndex } from './parameter-index.ts'
import { apiGatewayPath } from './api-gateway-paths.ts'
import { directoryBucket } from './directory-buckets.ts'
import { ec2 } from './ec2-resources.ts'
import type { EventResources, FoundResources } from './event-resources.ts'
import { all, regional } from './regional-arn.ts'
import { queueArnOf } from '../queue-address.ts'
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
  ['sns', sns],
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
  ['sts', sts],
  ['elasticloadbalancing', loadBalancing],
  ['s3express', (_index, event) => directoryBucket(event)],
])

/**
 * Topics are SNS's only resources; a subscription's ARN is that of its topic and an id.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-using-identity-based-policies.html
 */
function sns(index: ParameterIndex): readonly string[] {
  const arns = index.values('subscriptionArn').filter((arn) => arn.startsWith('arn:'))
  return arns.map((arn) => arn.split(':').slice(0, 6).join(':'))
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html */
function sqs(index: ParameterIndex, event: EventResources): readonly string[] | undefined {
  return index.values('queueUrl').flatMap((url) => queueArnOf(url, event.region) ?? [])
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

/**
 * Partial ARN of a Lambda function: what stands before the name may be left out from the left, and `function:` with it
 * (R-CT-31).
 */
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
  const ids = id === undefined ? index.values('secretIdList') : [id]
  return all(
    event,
    'secretsmanager',
    ids.map((one) => (one.startsWith('arn:') ? one : `secret:${one}-??????`)),
  )
}

/** An index is judged in place of its table; batch calls have the tables as keys. */
function dynamodb(
  index: ParameterIndex,
  event: EventResources,
  facts: ActionFacts | undefined,
): readonly string[] | undefined {
  if (event.operation === 'GetRecords') return streamOf(index)
  if (facts?.resourceTypes.some(({ name }) => name === 'table') !== true) return undefined
  const batch = Object.keys(objectOf(field(event.parameters, 'requestItems')) ?? {})
  const tables = [...index.values('tableName'), ...batch]
  const [indexName] = index.values('indexName')
  const takesIndex = facts.resourceTypes.some(({ name }) => name === 'index')
  return tables.flatMap((table) => {
    const listed = event.listed.find((one) => one.endsWith(`:table/${table}`))
    const arn = table.startsWith('arn:') ? table : (listed ?? regional(event, 'dynamodb', `table/${table}`))
    if (arn === undefined) return []
    return [indexName !== undefined && takesIndex && !arn.includes('/index/') ? `${arn}/index/${indexName}` : arn]
  })
}

/** The ARN of the stream, a bar, and what only DynamoDB reads. */
const streamOf = (index: ParameterIndex): readonly string[] =>
  index.values('shardIterator').flatMap((iterator) => {
    const [arn = ''] = iterator.split('|')
    return arn.startsWith('arn:') && arn !== iterator ? [arn] : []
  })

const BALANCERS: ReadonlyMap<string, string> = new Map([
  ['application', 'app'],
  ['network', 'net'],
  ['gateway', 'gwy'],
])

/**
 * The tags of whatever has an ARN. What is made has no id yet, and AWS prints `loadbalancer/app/NAME/*` (R-MSG-25). A classic load balancer's call has
 * `loadBalancerName` and no id in its ARN.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
 */
function loadBalancing(index: ParameterIndex, event: EventResources): readonly string[] | undefined {
  if (/^(?:Add|Remove|Describe)Tags$/.test(event.operation)) return index.values('resourceArns')
  const [name] = index.values('name')
  if (name === undefined) return undefined
  const kind = BALANCERS.get(index.values('type')[0] ?? 'application')
  if (event.operation === 'CreateLoadBalancer')
    return kind === undefined ? undefined : all(event, 'elasticloadbalancing', [`loadbalancer/${kind}/${name}/*`])
  return event.operation === 'CreateTargetGroup'
    ? all(event, 'elasticloadbalancing', [`targetgroup/${name}/*`])
    : undefined
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
