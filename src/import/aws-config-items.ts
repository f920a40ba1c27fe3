import { isAccountId, parseArn } from '#iam/arn.ts'
import { field, isObject, type JsonObject, listField, textField } from '#snapshot/fields.ts'

/** A configuration item, whichever way it was exported. */
export interface ConfigItem {
  /** What to call it in a message. */
  readonly id: string
  readonly type: string
  readonly account: string | undefined
  readonly arn: string | undefined
  readonly name: string | undefined
  readonly resourceId: string | undefined
  /** Milliseconds since 1970; undefined: the export does not say when. */
  readonly captured: number | undefined
  readonly tags: ReadonlyMap<string, string> | undefined
  readonly configuration: JsonObject
  readonly supplement: unknown
  readonly isDeleted: boolean
  /** Whether `configuration` is the whole of it, not single fields that a query selected. */
  readonly isWhole: boolean
}

const LISTS = ['Results', 'configurationItems', 'baseConfigurationItems', 'items'] as const

/** The items of an export; those that are none are given by their place. Undefined: it is no export. */
export function itemsOf(value: unknown): readonly (ConfigItem | string)[] | undefined {
  const pages: readonly unknown[] = Array.isArray(value) ? value : [value]
  const found: (ConfigItem | string)[] = []
  let isExport = false
  for (const page of pages) {
    const name = LISTS.find((one) => listField(page, one) !== undefined)
    const item = name === undefined ? itemOf(page) : undefined
    isExport ||= name !== undefined || item !== undefined
    if (name === undefined) found.push(item ?? `entry ${found.length + 1}`)
    else
      for (const [index, entry] of (listField(page, name) ?? []).entries())
        found.push(itemOf(parsed(entry)) ?? `${name}[${index}]`)
  }
  return isExport ? found : undefined
}

/** A query answers with a list of JSON texts. */
function parsed(entry: unknown): unknown {
  if (typeof entry !== 'string') return entry
  try {
    return JSON.parse(entry)
  } catch {
    return undefined
  }
}

/** Fields that every whole item of IAM has, and that nobody selects for their own sake. */
const OF_WHOLE = ['createDate', 'path', 'arn']

function itemOf(value: unknown): ConfigItem | undefined {
  const type = textField(value, 'resourceType')
  if (type === undefined) return undefined
  const configuration = parsed(field(value, 'configuration'))
  const arn = textField(value, 'arn') ?? textField(value, 'ARN')
  const inArn = parseArn(arn ?? '')?.account ?? ''
  const account = textField(value, 'accountId') ?? textField(value, 'awsAccountId') ?? inArn
  const name = textField(value, 'resourceName')
  const resourceId = textField(value, 'resourceId')
  const status = textField(value, 'configurationItemStatus') ?? ''
  return {
    id: arn ?? name ?? resourceId ?? type,
    type,
    account: isAccountId(account) ? account : undefined,
    arn,
    name,
    resourceId,
    captured: millisecondsOf(field(value, 'configurationItemCaptureTime')),
    tags: bothOf(tagsOf(field(value, 'tags')), tagsOf(field(configuration, 'tags'))),
    configuration: isObject(configuration) ? configuration : {},
    supplement: field(value, 'supplementaryConfiguration'),
    isDeleted: status.startsWith('ResourceDeleted') || status === 'ResourceNotRecorded',
    isWhole: OF_WHOLE.every((one) => field(configuration, one) !== undefined),
  }
}

/** A time as text, or as seconds since 1970, as the AWS CLI prints it in either of its versions. */
function millisecondsOf(time: unknown): number | undefined {
  const found = typeof time === 'number' ? time * 1000 : typeof time === 'string' ? Date.parse(time) : Number.NaN
  return Number.isNaN(found) ? undefined : found
}

/** Items of some types have their tags among what they configure, beside an empty object of tags. */
const bothOf = (
  tags: ReadonlyMap<string, string> | undefined,
  configured: ReadonlyMap<string, string> | undefined,
): ReadonlyMap<string, string> | undefined =>
  tags === undefined || configured === undefined ? (configured ?? tags) : new Map([...configured, ...tags])

/** An object, or a list of `{ key, value }`. */
function tagsOf(tags: unknown): ReadonlyMap<string, string> | undefined {
  const pairs: readonly (readonly [unknown, unknown])[] | undefined = Array.isArray(tags)
    ? tags.map((tag) => [field(tag, 'key'), field(tag, 'value') ?? ''] as const)
    : isObject(tags)
      ? Object.entries(tags)
      : undefined
  if (pairs === undefined) return undefined
  const isText = (pair: readonly [unknown, unknown]): pair is readonly [string, string] =>
    typeof pair[0] === 'string' && typeof pair[1] === 'string'
  return pairs.every(isText) ? new Map(pairs) : undefined
}
