import { type Arn, isAccountId, parseArn } from '#iam/arn.ts'
import type { KeyState } from '#iam/key-state.ts'
import { attribute, type EvaluationInput } from '../evaluation-input.ts'
import { listedKeys } from '../context.ts'
import type { Resource } from '../scenario.ts'
import { catalogAncestors } from '../services/glue.ts'

/** A request as the rows of the table look at it. Only what is known counts; an unknown fact shows no hop. */
export interface CallView {
  readonly input: EvaluationInput
  /** The request's own resource, where it is one. */
  readonly own: string | undefined
  readonly ownArn: Arn | undefined
  /** Other resources of the scenario, and the other resources of the same request. */
  readonly others: readonly Resource[]
  readonly callerAccount: string | undefined
  /** The account that owns the request's resource. */
  readonly owner: string | undefined
  readonly region: string
  readonly partition: string
}

export function callViewOf(input: EvaluationInput): CallView {
  const own = input.resource.kind === 'arn' ? input.resource.arn : undefined
  const ownArn = own === undefined ? undefined : parseArn(own)
  const listed = input.request.resource
  const siblings = Array.isArray(listed) ? (listed as readonly string[]) : []
  const known = new Set(input.resources.map((resource) => resource.arn))
  const others = [...input.resources, ...siblings.filter((arn) => !known.has(arn)).map((arn) => ({ arn }))]
  return {
    input,
    own,
    ownArn,
    others: others.filter((other) => other.arn !== own),
    callerAccount: input.caller.account,
    owner: input.resourceAccount ?? accountOf(ownArn),
    region: regionOf(input, ownArn),
    partition: ownArn?.partition ?? input.caller.partition,
  }
}

const accountOf = (arn: Arn | undefined): string | undefined =>
  arn !== undefined && isAccountId(arn.account) ? arn.account : undefined

function regionOf(input: EvaluationInput, own: Arn | undefined): string {
  if (own !== undefined && own.region !== '') return own.region
  return own === undefined || own.service === 's3' ? (valuesOf(input, 'aws:RequestedRegion')[0] ?? '') : ''
}

/** A key of the whole call: the request's own resource need not be the one that carries it (R-REQ-02). */
function keyOfCall({ request, question, policies }: EvaluationInput, key: string): KeyState {
  const state = question.lookup(key)
  if (state.state !== 'absent') return state
  return listedKeys({ request, readings: policies.readings })(key.toLowerCase()) ?? state
}

const valuesOf = (input: EvaluationInput, key: string): readonly string[] => {
  const state = keyOfCall(input, key)
  return state.state === 'values' ? state.values : []
}

/** Whether the resource is another account's. One whose owner is not known counts as the caller's own. */
export const isForeign = (view: CallView): boolean => view.owner !== undefined && view.owner !== view.callerAccount

/** The values of a context key; none where it is absent or its value is not known. */
export const values = (view: CallView, key: string): readonly string[] => valuesOf(view.input, key)

/** Whether the request surely carries the key, its value known or not. */
export function isSent(view: CallView, key: string): boolean {
  const { state } = keyOfCall(view.input, key)
  return state === 'values' || state === 'present'
}

/** Whether the request lists a key that begins so: `s3:RequestObjectTag/`. */
export const isSentWithPrefix = ({ input }: CallView, prefix: string): boolean =>
  Object.entries(input.request.context ?? {}).some(
    ([key, value]) =>
      value !== null && key.toLowerCase().startsWith(prefix.toLowerCase()) && key.length > prefix.length,
  )

export const passesTags = (view: CallView): boolean =>
  isSent(view, 'aws:TagKeys') || isSentWithPrefix(view, 'aws:RequestTag/')

export function attributeOf(resource: Resource | undefined, name: string): unknown {
  const { attributes } = resource ?? {}
  return attributes !== undefined && Object.hasOwn(attributes, name) ? attributes[name] : undefined
}

/** An attribute of the request's resource: its own, or that of the bucket, table or group it lies in. */
export function ownAttribute(view: CallView, name: string): unknown {
  const { own: arn } = view
  const places = arn === undefined ? [] : [arn, policyHolderOf(arn)]
  const found = [
    attribute(view.input, name),
    ...places.map((place) =>
      attributeOf(
        view.input.resources.find((resource) => resource.arn === place),
        name,
      ),
    ),
  ].filter((value) => value !== undefined)
  return found.find((value) => value !== null) ?? found[0]
}

/** The resource whose policy and settings hold for an ARN: the bucket of an object, the table of an index, the log group of a stream. */
export function policyHolderOf(arn: string): string {
  const read = parseArn(arn)
  if (read === undefined) return arn
  const { resource, service } = read
  const head = arn.slice(0, arn.length - resource.length)
  if (service === 's3') return read.region === '' ? head + (resource.split('/')[0] ?? '') : arn
  if (service === 'dynamodb') return head + resource.split('/').slice(0, 2).join('/')
  if (service === 'logs') return head + resource.split(':').slice(0, 2).join(':')
  if (service === 'glue') return catalogAncestors(arn).at(-1) ?? arn
  if (service === 'lambda')
    return (
      head +
      resource
        .split(':')
        .slice(0, resource.startsWith('layer:') ? 3 : 2)
        .join(':')
    )
  return arn
}

export const isResource = (arn: string, service: string, type: string): boolean => {
  const read = parseArn(arn)
  return read?.service === service && (read.resource === type || read.resource.startsWith(type))
}

export const isBucket = (arn: string): boolean => {
  const read = parseArn(arn)
  return read?.service === 's3' && read.region === '' && !read.resource.includes('/')
}

export const isObject = (arn: string): boolean => {
  const read = parseArn(arn)
  return read?.service === 's3' && read.region === '' && read.resource.includes('/')
}
