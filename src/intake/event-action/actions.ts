import { apiGatewayMethod, OPERATION_ACTIONS } from '#iam/api-operations.ts'
import { canonicalAction } from '#iam/facts/actions.ts'
import { allServices } from '#iam/facts/services.ts'
import { field, isObject, listOf, objectOf, textField } from '../cloudtrail/loose-record.ts'
import { ALSO_LOGS, servicePrefix, withoutVersion } from '#iam/event-sources.ts'
import { directoryActions } from './directory-buckets.ts'
import { PASSES_ROLE } from './operation-table.ts'
import { retiredAction } from './retired-actions.ts'
import { type NeededAction, s3Actions } from './s3-operations.ts'
import { rolesHandedOn } from './named-resources.ts'

export type { NeededAction } from './s3-operations.ts'

export interface EventActions {
  /** The most likely first; none where the event is no IAM action. */
  readonly actions: readonly string[]
  readonly from: 'stated' | 'mapped' | 'guessed'
}

/** The IAM actions that an event's call needs (R-CT-20 to R-CT-25). A name no reference knows is kept and `guessed`. */
export function actionsForEvent(eventSource: string, eventName: string, requestParameters?: unknown): EventActions {
  const { needed, from } = neededForEvent(eventSource, eventName, requestParameters)
  return { actions: [...new Set(needed.map(({ action }) => action))], from }
}

/** Calls on buckets and objects that S3 on Outposts, Object Lambda or Lightsail have too: S3's are meant, as with `PutObject`. */
const ON_S3 = /^(?:Create|Delete)Bucket$|Object|^AbortMultipartUpload$/

/**
 * The IAM actions of an API operation as an SDK or CLI names it. Without a service: those of the only service that has
 * an action or operation of this name, else none.
 */
export function actionsForOperation(eventSource: string | null, operation: string): EventActions {
  if (eventSource !== null) return actionsForEvent(eventSource, operation)
  const s3 = s3Actions(operation)
  if (s3 !== undefined) return { actions: s3.map(({ action }) => action), from: 'mapped' }
  const name = withoutVersion(operation)
  const found = allServices().flatMap((service) => canonicalAction(`${service}:${name}`) ?? [])
  const ofS3 = ON_S3.test(name) ? found.filter((one) => one.startsWith('s3:')) : []
  return { actions: found.length === 1 ? found : ofS3, from: 'guessed' }
}

/** As `actionsForEvent`, with the object each action is needed on, where a call has a source and a destination. */
export function neededForEvent(
  eventSource: string,
  eventName: string,
  parameters?: unknown,
): { readonly needed: readonly NeededAction[]; readonly from: 'mapped' | 'guessed' } {
  const service = servicePrefix(eventSource)
  if (service === undefined) return { needed: [], from: 'guessed' }
  const name = withoutVersion(eventName)
  const mapped = special(service, name, parameters) ?? fromTable(service, name)
  if (mapped !== undefined) {
    return {
      needed: mapped.map((needed) => ({ ...needed, action: canonicalAction(needed.action) ?? needed.action })),
      from: 'mapped',
    }
  }
  const known = [service, ...(ALSO_LOGS.get(service) ?? [])].flatMap(
    (one) => canonicalAction(`${one}:${name}`) ?? retiredAction(`${one}:${name}`) ?? [],
  )[0]
  if (known === undefined) return { needed: [{ action: `${service}:${name}` }], from: 'guessed' }
  return { needed: [{ action: known }, ...besides(known, parameters)], from: 'mapped' }
}

function fromTable(service: string, name: string): readonly NeededAction[] | undefined {
  return OPERATION_ACTIONS.get(`${service}:${name.toLowerCase()}`)?.map((action) => ({ action }))
}

function special(service: string, name: string, parameters: unknown): readonly NeededAction[] | undefined {
  if (service === 's3express') return directoryActions(service, name, parameters)
  if (service === 's3') return directoryActions(service, name, parameters) ?? s3Actions(name, parameters)
  if (service === 'apigateway') return apiGateway(name)
  if (service === 'kms' && name === 'ReEncrypt') {
    return [
      { action: 'kms:ReEncryptFrom', on: 'source' },
      { action: 'kms:ReEncryptTo', on: 'destination' },
    ]
  }
  if (service === 'dynamodb') return dynamodb(name, parameters)
  // Requests on the data of a collection have the path of the request; all are one action.
  // https://docs.aws.amazon.com/opensearch-service/latest/developerguide/logging-using-cloudtrail-serverless.html
  if (service === 'aoss' && textField(parameters, 'pathPrefix') !== undefined) return [{ action: 'aoss:APIAccessAll' }]
  return undefined
}

function apiGateway(name: string): readonly NeededAction[] | undefined {
  const method = apiGatewayMethod(name)
  return method === undefined ? undefined : [{ action: `apigateway:${method}` }]
}

const WRITE_ITEMS: readonly (readonly [item: string, action: string])[] = [
  ['conditionCheck', 'dynamodb:ConditionCheckItem'],
  ['put', 'dynamodb:PutItem'],
  ['update', 'dynamodb:UpdateItem'],
  ['delete', 'dynamodb:DeleteItem'],
]

const PARTIQL_VERBS: ReadonlyMap<string, string> = new Map([
  ['select', 'dynamodb:PartiQLSelect'],
  ['insert', 'dynamodb:PartiQLInsert'],
  ['update', 'dynamodb:PartiQLUpdate'],
  ['delete', 'dynamodb:PartiQLDelete'],
])

/**
 * Narrows the table's list to what the request holds, where the record shows it. Records have `requestItems` in place of
 * the API's lists. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/understanding-ddb-log-entries.html
 */
function dynamodb(name: string, parameters: unknown): readonly NeededAction[] | undefined {
  if (name === 'TransactWriteItems') {
    const items = ['transactItems', 'requestItems'].flatMap((list) => listOf(field(parameters, list)))
    const has = (item: string) => (one: unknown) =>
      isObject(field(one, item)) || textField(one, 'operation')?.toLowerCase() === item.toLowerCase()
    const found = WRITE_ITEMS.filter(([item]) => items.some(has(item)))
    return found.length === 0 ? undefined : found.map(([, action]) => ({ action }))
  }
  const holders = PARTIQL_CALLS.get(name)
  if (holders === undefined) return undefined
  const statements = [parameters, ...holders.flatMap((list) => listOf(field(parameters, list)))].flatMap(
    (holder) => textField(holder, 'statement') ?? [],
  )
  const actions = statements.map((text) => PARTIQL_VERBS.get(text.trimStart().slice(0, 6).toLowerCase()))
  const known = actions.flatMap((action) => action ?? [])
  // A statement that cannot be read may need any of them.
  if (known.length === 0 || known.length < actions.length) return undefined
  return [...new Set(known)].map((action) => ({ action }))
}

/** The calls that hold statements, and the lists that these are in. */
const PARTIQL_CALLS: ReadonlyMap<string, readonly string[]> = new Map([
  ['ExecuteStatement', []],
  ['BatchExecuteStatement', ['statements', 'requestItems']],
  ['ExecuteTransaction', ['transactStatements', 'requestItems']],
])

const ASSUMES_ROLE = new Set(['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'])

/** Whether a call of STS passes session tags; those of a token or an assertion are `principalTags` (R-STS-07). */
const passesTags = (parameters: unknown): boolean =>
  listOf(field(parameters, 'tags')).length > 0 ||
  Object.keys(objectOf(field(parameters, 'principalTags')) ?? {}).length > 0

/** Actions that a call needs besides its own, by what its parameters show (R-CT-23, R-CT-25, G-20, G-21). */
function besides(action: string, parameters: unknown): readonly NeededAction[] {
  const more: NeededAction[] = []
  if (ASSUMES_ROLE.has(action)) {
    if (passesTags(parameters)) more.push({ action: 'sts:TagSession' })
    if (textField(parameters, 'sourceIdentity') !== undefined) more.push({ action: 'sts:SetSourceIdentity' })
  }
  if (action === 'ec2:RunInstances') {
    const tags = objectOf(field(parameters, 'tagSpecificationSet'))
    if (tags !== undefined && listOf(field(tags, 'items')).length > 0) more.push({ action: 'ec2:CreateTags' })
    if (isObject(field(parameters, 'iamInstanceProfile'))) more.push({ action: 'iam:PassRole' })
  } else if (PASSES_ROLE.has(action) && rolesHandedOn(parameters).length > 0) more.push({ action: 'iam:PassRole' })
  return more
}
