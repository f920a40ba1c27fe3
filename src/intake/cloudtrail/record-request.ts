import { actionsForOperation, neededForEvent } from '../event-action/actions.ts'
import { withoutVersion } from '#iam/event-sources.ts'
import { furtherResources, isFurtherAction } from '../event-action/further-resources.ts'
import type { EventResources } from '../event-action/event-resources.ts'
import { resourcesForAction } from '../event-action/resources.ts'
import type { MessageFields } from '../messages/message-fields.ts'
import { canonicalResource } from '../resource-form.ts'
import { accountOfArn, partitionOf } from './account-id.ts'
import { field, type JsonObject, textField } from './loose-record.ts'
import { bareNameArn } from './printed-name.ts'
import { resourcesOf } from './record.ts'
import type { Caller } from './who.ts'

export interface RequestPart {
  readonly action: string
  readonly resource: string | null
}

/** The request of a record: the action and resource refused, or all that the call needed where nothing says which (R-CT-25). */
export interface RecordRequest {
  readonly action: string | null
  readonly actionFrom?: 'stated' | 'mapped' | 'guessed'
  readonly resource: string | null
  readonly resourceText?: string
  readonly resourceFrom?: 'stated' | 'derived' | 'guessed'
  readonly candidates: readonly RequestPart[]
  /** The text names an action of another service than the event's: a further request of the call (R-CT-25a). */
  readonly isFurther: boolean
}

/** Action from the text, else from the event's name; resource by R-CT-30; principal and account from the record (R-CT-24c). */
export function requestOf(record: JsonObject, caller: Caller, message: MessageFields | undefined): RecordRequest {
  const operation = textField(record, 'eventName') ?? ''
  const recorded = textField(record, 'eventSource')
  const source = recorded ?? onlyServiceOf(operation)
  if (message?.action != null) return stated(record, caller, message, message.action)
  const base = eventResources(record, caller, operation)
  const { needed, from } = neededForEvent(source, operation, base.parameters)
  const actionFrom = recorded === undefined ? 'guessed' : from
  const parts = needed.map(({ action, on }) => {
    const event = on === undefined ? base : { ...base, on }
    return {
      action,
      found: isFurtherAction(action, source) ? furtherResources(action, event) : resourcesForAction(action, event),
    }
  })
  const pairs = parts.flatMap(({ action, found }): readonly RequestPart[] =>
    found.resources.length === 0
      ? [{ action, resource: null }]
      : found.resources.map((resource) => ({ action, resource })),
  )
  const [first] = parts
  const said =
    message?.resource == null || isOfFurther(message, source)
      ? undefined
      : printedResource(message, caller, first?.action ?? null, base.region)
  const printed = said === undefined ? undefined : (ofParameters(said, first?.found.resources ?? []) ?? said)
  return {
    action: first?.action ?? null,
    ...(first === undefined ? {} : { actionFrom }),
    ...(printed ?? derived(first?.found)),
    candidates: printed === undefined && pairs.length > 1 ? pairs : [],
    isFurther: false,
  }
}

/** Whether the text stands for a request to another service: what it names is not a resource of the call of the record. */
function isOfFurther({ impliedAction, oneOf }: MessageFields, source: string): boolean {
  const meant = [...oneOf, ...(impliedAction === null ? [] : [impliedAction])]
  return meant.length > 0 && meant.every((action) => isFurtherAction(action, source))
}

/** A record that was shortened to its point may lack its source; a name that one service alone has says it as well. */
function onlyServiceOf(operation: string): string {
  const [action] = operation === '' ? [] : actionsForOperation(null, operation).actions
  return action?.slice(0, action.indexOf(':')) ?? ''
}

function stated(record: JsonObject, caller: Caller, message: MessageFields, action: string): RecordRequest {
  const isFurther = isFurtherAction(action, textField(record, 'eventSource') ?? '')
  const actionFrom = 'stated'
  if (message.resource !== null) {
    const region = textField(record, 'awsRegion') ?? null
    const { resource, resourceFrom, resourceText } = printedResource(message, caller, action, region)
    const words = resourceText === undefined ? undefined : { resourceText }
    return { action, actionFrom, resource, resourceFrom, candidates: [], isFurther, ...words }
  }
  const base = eventResources(record, caller, textField(record, 'eventName') ?? '')
  const found = isFurther ? furtherResources(action, base) : resourcesForAction(action, withSide(record, action, base))
  const candidates = found.resources.length > 1 ? found.resources.map((resource) => ({ action, resource })) : []
  const words = message.resourceText === null ? {} : { resourceText: message.resourceText }
  return { action, actionFrom, candidates, isFurther, ...words, ...derived(found) }
}

/** Resources of the event, and, of a call with two objects, the side that the action is needed on. */
function withSide(record: JsonObject, action: string, base: EventResources): EventResources {
  const needed = neededForEvent(textField(record, 'eventSource') ?? '', base.operation, base.parameters).needed
  const on = needed.find((needed) => needed.action.toLowerCase() === action.toLowerCase())?.on
  return on === undefined ? base : { ...base, on }
}

function derived(found: { readonly resources: readonly string[]; readonly from: 'derived' | 'guessed' } | undefined) {
  const [resource] = found?.resources ?? []
  return resource === undefined || found === undefined ? { resource: null } : { resource, resourceFrom: found.from }
}

interface PrintedResource {
  readonly resource: string | null
  readonly resourceFrom: 'stated' | 'derived'
  readonly resourceText?: string
}

/** The printed resource as an ARN where it follows (R-CT-30b, R-MSG-23), the printed form beside it. */
function printedResource(
  message: MessageFields,
  caller: Caller,
  action: string | null,
  region: string | null,
): PrintedResource {
  const printed = message.resourceText ?? message.resource ?? ''
  if (message.resource?.startsWith('arn:') === true || message.resource === '*') {
    const { resource, resourceFrom, resourceText } = message
    return resourceText === null ? { resource, resourceFrom } : { resource, resourceFrom, resourceText }
  }
  const form = canonicalResource(printed, caller.principal)
  const arn = form.from === 'derived' ? form.resource : bareNameArn(action, printed, caller, region)
  if (arn === null || arn === printed) return { resource: message.resource, resourceFrom: message.resourceFrom }
  return { resource: arn, resourceText: printed, resourceFrom: 'derived' as const }
}

/** The one ARN of the parameters that ends in the bare name which was printed: `orders`, of `table/sales/orders`. */
function ofParameters({ resource }: PrintedResource, found: readonly string[]): PrintedResource | undefined {
  if (resource === null || resource === '*' || resource.startsWith('arn:')) return undefined
  const [only, ...more] = found.filter((arn) => arn.endsWith(`/${resource}`) || arn.endsWith(`:${resource}`))
  return only === undefined || more.length > 0
    ? undefined
    : { resource: only, resourceText: resource, resourceFrom: 'derived' }
}

export function eventResources(record: JsonObject, caller: Caller, operation: string): EventResources {
  const region = textField(record, 'awsRegion') ?? null
  return {
    operation: withoutVersion(operation),
    parameters: field(record, 'requestParameters'),
    partition: partitionOf(caller.principal ?? caller.roleArn, region),
    region,
    account: caller.accountId ?? accountOfArn(caller.roleArn),
    listed: resourcesOf(record).flatMap(({ arn }) => (arn === undefined ? [] : [arn])),
  }
}
