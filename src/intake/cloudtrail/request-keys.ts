import { parseArn } from '#iam/arn.ts'
import { CALL_FACTS, TOLD_OPERATIONS } from '#iam/call-facts.ts'
import { servicePrefix } from '#iam/event-sources.ts'
import type { ContextEntry } from './context-entry.ts'
import { ec2Keys, tagSpecifications, tagsWithin } from './ec2-keys.ts'
import { tagPairs, tagsOf } from './event-context.ts'
import { identityType, invokedBy, isMarkedConsole } from './identity-type.ts'
import { addressKind } from './ip-address.ts'
import { field, isRedacted, type JsonObject, listOf, objectOf, textField, textOf } from './loose-record.ts'
import { ADDITIONAL_DATA_KEYS, LISTED_KEYS, PARAMETER_KEYS } from './request-key-table.ts'
import { stsKeys } from './sts-keys.ts'

/** Keys of the service and the request's tags, from its parameters (F.2, R-CTX-13 to R-CTX-15, R-CT-31b). */
export function requestKeys(record: JsonObject, accountId: string | null): readonly ContextEntry[] {
  const service = servicePrefix(textField(record, 'eventSource') ?? '') ?? ''
  const parameters = parametersOf(record)
  const own = OWN.get(service)?.(record, parameters, accountId) ?? []
  return [
    ...fromTable(service, parameters),
    ...fromLists(service, parameters),
    ...fromAdditionalData(service, record),
    ...requestTags(parameters),
    ...own,
  ]
}

/** Newer calls of EC2 have theirs one level down: `{"CreateNatGatewayRequest": {…}}`. */
function parametersOf(record: JsonObject): JsonObject | undefined {
  const parameters = objectOf(field(record, 'requestParameters'))
  if (parameters === undefined || Object.keys(parameters).length !== 1) return parameters
  return objectOf(field(parameters, `${textField(record, 'eventName') ?? ''}Request`)) ?? parameters
}

function fromLists(service: string, parameters: JsonObject | undefined): readonly ContextEntry[] {
  if (parameters === undefined) return []
  return (LISTED_KEYS.get(service) ?? []).flatMap(([path, key]): readonly ContextEntry[] => {
    const values = path.reduce<readonly unknown[]>(
      (found, name) => found.flatMap((one) => listOf(field(one, name))),
      [parameters],
    )
    const texts = values.slice(0, MAX_LISTED).flatMap((value) => textOf(value) ?? [])
    return texts.length === 0 || texts.some(isRedacted) ? [] : [[key, texts]]
  })
}

const MAX_LISTED = 100

function fromTable(service: string, parameters: JsonObject | undefined): readonly ContextEntry[] {
  if (parameters === undefined || !hasAny(parameters, PARAMETER_NAMES.get(service))) return []
  return (PARAMETER_KEYS.get(service) ?? []).flatMap(([parameter, key]): readonly ContextEntry[] => {
    const value = textOf(listOf(field(parameters, parameter))[0])
    return value === undefined || isRedacted(value) ? [] : [[key, value]]
  })
}

/** In small letters. */
const PARAMETER_NAMES: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  [...PARAMETER_KEYS].map(([service, keys]) => [service, new Set(keys.map(([name]) => name.toLowerCase()))]),
)

/** Whether one of the names, in any letter case, is there at all: most are not. */
function hasAny(holder: JsonObject, names: ReadonlySet<string> | undefined): boolean {
  if (names !== undefined) for (const name in holder) if (names.has(name.toLowerCase())) return true
  return false
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html */
function fromAdditionalData(service: string, record: JsonObject): readonly ContextEntry[] {
  if (service !== 's3') return []
  const data = objectOf(field(record, 'additionalEventData'))
  const entries: ContextEntry[] = []
  for (const [name, key, values] of ADDITIONAL_DATA_KEYS) {
    const value = values.get(textField(data, name) ?? '')
    if (value !== undefined) entries.push([key, value])
  }
  return entries
}

/** Tags passed with a call become `aws:RequestTag/…` and `aws:TagKeys`; a call that removes tags has only the keys. */
function requestTags(parameters: JsonObject | undefined): readonly ContextEntry[] {
  if (parameters === undefined || !hasAny(parameters, TAG_PARAMETERS)) return []
  const specified = tagSpecifications(parameters).map(tagsWithin)
  const lists = [
    field(parameters, 'tags'),
    field(parameters, 'tagSet', 'items'),
    field(parameters, 'tagList'),
    ...specified,
  ]
  const pairs = lists.flatMap((list) => tagPairs(typeof list === 'string' ? undefined : list))
  const removed = listOf(field(parameters, 'tagKeys')).flatMap((key) => textOf(key) ?? [])
  const keys = [...new Set([...pairs.map(([key]) => key), ...removed])]
  if (keys.length === 0) return []
  return [
    ...lists.flatMap((list) => tagsOf('aws:RequestTag/', typeof list === 'string' ? undefined : list)),
    ['aws:TagKeys', keys],
  ]
}

const TAG_PARAMETERS: ReadonlySet<string> = new Set([
  'tagspecificationset',
  'tagspecification',
  'tags',
  'tagset',
  'taglist',
  'tagkeys',
])

type OwnKeys = (
  record: JsonObject,
  parameters: JsonObject | undefined,
  accountId: string | null,
) => readonly ContextEntry[]

const OWN: ReadonlyMap<string, OwnKeys> = new Map<string, OwnKeys>([
  ['kms', kms],
  ['sts', stsKeys],
  ['s3', s3],
  ['ec2', ec2Keys],
  ['autoscaling', autoscaling],
  ['secretsmanager', secretsmanager],
  ['route53', route53],
])

/** The key of a secret by ARN, which a bare id or an alias does not say. */
function secretsmanager(_record: JsonObject, parameters: JsonObject | undefined): readonly ContextEntry[] {
  const key = textField(parameters, 'kmsKeyId')
  return key !== undefined && parseArn(key)?.resource.startsWith('key/') === true
    ? [['secretsmanager:KmsKeyArn', key]]
    : []
}

/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html */
function route53(_record: JsonObject, parameters: JsonObject | undefined): readonly ContextEntry[] {
  const id = textField(parameters, 'vPC', 'vPCId')
  const region = textField(parameters, 'vPC', 'vPCRegion')
  if (id === undefined || region === undefined || isRedacted(id) || isRedacted(region)) return []
  return [['route53:VPCs', `VPCId=${id.toLowerCase()},VPCRegion=${region.toLowerCase()}`]]
}

/** Whether the call names a version of its launch template other than the default and the latest. */
function autoscaling(_record: JsonObject, parameters: JsonObject | undefined): readonly ContextEntry[] {
  const mixed = field(parameters, 'mixedInstancesPolicy', 'launchTemplate', 'launchTemplateSpecification')
  const template = objectOf(field(parameters, 'launchTemplate') ?? mixed)
  if (template === undefined) return []
  const version = textField(template, 'version') ?? '$Default'
  return [['autoscaling:LaunchTemplateVersionSpecified', !version.startsWith('$')]]
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html */
function kms(
  record: JsonObject,
  parameters: JsonObject | undefined,
  accountId: string | null,
): readonly ContextEntry[] {
  const entries: ContextEntry[] = accountId === null ? [] : [['kms:CallerAccount', accountId]]
  const pairs = tagPairs(field(parameters, 'encryptionContext')).filter(([, value]) => value !== undefined)
  for (const [key, value] of pairs) entries.push([`kms:EncryptionContext:${key}`, value ?? ''])
  if (pairs.length > 0) entries.push(['kms:EncryptionContextKeys', pairs.map(([key]) => key)])
  // By name or by ARN; the key has the name.
  const named = textField(parameters, 'keyId') ?? ''
  const alias = named.startsWith('arn:') ? named.slice(named.lastIndexOf(':') + 1) : named
  if (alias.startsWith('alias/')) entries.push(['kms:RequestAlias', alias])
  const service = invokedBy(record)
  const region = textField(record, 'awsRegion')
  const called = /^([a-z0-9-]{1,60})\.amazonaws\.com$/.exec(service ?? '')
  const isService = identityType(field(record, 'userIdentity')) === 'awsservice'
  if (called !== null && region !== undefined && !isService) {
    entries.push(['kms:ViaService', `${called[1] ?? ''}.${region}.amazonaws.com`])
  } else if (
    service === undefined &&
    !isMarkedConsole(record) &&
    addressKind(textField(record, 'sourceIPAddress') ?? '') !== undefined
  ) {
    entries.push(['kms:ViaService', null])
  }
  return entries
}

function s3(record: JsonObject, parameters: JsonObject | undefined): readonly ContextEntry[] {
  const operation = textField(record, 'eventName') ?? ''
  return [
    ...(TOLD_OPERATIONS.has(operation) ? [[CALL_FACTS.operation, operation] as const] : []),
    ...emptyKeys(parameters),
    ...objectTags(parameters),
  ]
}

/**
 * An empty prefix is sent as one, by the CLI and the console: policies list `""` for the top of a bucket.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/walkthrough1.html
 */
const emptyKeys = (parameters: JsonObject | undefined): readonly ContextEntry[] =>
  ['prefix', 'delimiter'].flatMap((name): readonly ContextEntry[] =>
    listOf(field(parameters, name))[0] === '' ? [[`s3:${name}`, '']] : [],
  )

/** `x-amz-tagging` is a URL query: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
function objectTags(parameters: JsonObject | undefined): readonly ContextEntry[] {
  const tagging = textOf(listOf(field(parameters, 'x-amz-tagging'))[0])
  if (tagging === undefined || isRedacted(tagging)) return []
  const pairs = tagging
    .split('&')
    .slice(0, 50)
    .map((pair) => pair.split('='))
  const keys = pairs.map(([key = '']) => decoded(key))
  return [
    ...pairs.map(([key = '', ...value]) => [`s3:RequestObjectTag/${decoded(key)}`, decoded(value.join('='))] as const),
    ['s3:RequestObjectTagKeys', keys],
  ]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
