import { parseArn } from '#iam/arn.ts'
import { isObject, type JsonObject, textField } from '../fields.ts'
import type { Content } from './piece.ts'

/**
 * Settings in an output of the AWS CLI: the KMS key and the tags that are next to the ARN of a resource, or next to the id
 * of a resource of Amazon EC2. `describe-…` and `get-…` of all services print them in one of these forms.
 */
export function settingsIn(value: unknown): readonly Content[] {
  return found(value, '', { left: MOST_MEMBERS })
}

const MOST_MEMBERS = 5000

function found(value: unknown, name: string, budget: { left: number }): readonly Content[] {
  if (budget.left-- <= 0) return []
  if (Array.isArray(value)) return value.flatMap((item) => found(item, name, budget))
  if (!isObject(value)) return []
  const own = ownSettings(value, name)
  return own === undefined ? Object.entries(value).flatMap(([key, member]) => found(member, key, budget)) : [own]
}

function ownSettings(value: JsonObject, container: string): Content | undefined {
  const arn = arnIn(value)
  const id = arn === undefined ? idIn(value, container) : undefined
  if (arn === undefined && id === undefined) return undefined
  const tags = tagsIn(value)
  const key = keyIn(value, { left: 200 })
  if (tags === undefined && key === undefined) return undefined
  return {
    is: 'resource',
    ...(arn === undefined ? {} : { arn }),
    ...(id === undefined ? {} : { name: id }),
    attributes: { ...(key === undefined ? {} : { kmsKeyArn: key }), ...(tags === undefined ? {} : { tags }) },
  }
}

/** Members that name another resource than the one described. */
const OF_ANOTHER = /^(?:sns|kms|role|cloudwatch|target|bucket|certificate|subnet|latest|vpc)/i

/** The ARN of what the object describes: `Arn`, `ResourceARN`, `TableArn`. */
export function arnIn(value: JsonObject): string | undefined {
  const names = Object.keys(value).filter((name) => /arn$/i.test(name) && !OF_ANOTHER.test(name))
  const arns = names.toSorted((a, b) => rank(a) - rank(b)).map((name) => String(value[name]))
  const own = arns.find((text) => !['iam', 'sts', undefined].includes(parseArn(text)?.service))
  return own?.replace(/^(arn:[^:]*:logs:.*):\*$/, '$1')
}

const rank = (name: string): number => (/^(?:resource)?arn$/i.test(name) ? 0 : 1)

/** `VolumeId` of an object in `Volumes`, and the names that EC2 gives security groups. */
function idIn(value: JsonObject, container: string): string | undefined {
  const names = [`${container.replace(/s$/, '')}Id`, ...(container === 'SecurityGroups' ? ['GroupId'] : [])]
  const id = names.map((name) => textField(value, name)).find((text) => text !== undefined)
  return id !== undefined && /^[a-z]{1,8}-[0-9a-z]{2,40}$/.test(id) ? id : undefined
}

/** Tags of an object, in any of the forms in which AWS prints them. */
export function tagsIn(value: JsonObject): Readonly<Record<string, string>> | undefined {
  const name = Object.keys(value).find((key) => /^(?:tags|taglist|tagset)$/i.test(key))
  return name === undefined ? undefined : tagsOf(value[name])
}

/** `[{ "Key", "Value" }]`, `[{ "TagKey", "TagValue" }]`, `{ KEY: VALUE }`. */
export function tagsOf(written: unknown): Readonly<Record<string, string>> | undefined {
  if (Array.isArray(written)) {
    const pairs = written.map((tag): [string | undefined, string] => [
      textField(tag, 'Key') ?? textField(tag, 'key') ?? textField(tag, 'TagKey'),
      textField(tag, 'Value') ?? textField(tag, 'value') ?? textField(tag, 'TagValue') ?? '',
    ])
    return pairs.every((pair): pair is [string, string] => pair[0] !== undefined)
      ? Object.fromEntries(pairs)
      : undefined
  }
  if (!isObject(written)) return undefined
  const entries = Object.entries(written)
  return entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')
    ? Object.fromEntries(entries)
    : undefined
}

/** The KMS key that encrypts what the object describes: `KmsKeyId`, `KMSMasterKeyArn`, `encryptionConfiguration.kmsKey`. */
function keyIn(value: JsonObject, budget: { left: number }): string | undefined {
  if (budget.left-- <= 0) return undefined
  for (const [name, member] of Object.entries(value)) {
    if (typeof member === 'string' && IS_KEY.test(name) && (NAMES_KEY.test(member) || isKey(member))) return member
    const inner = isObject(member) && IS_ENCRYPTION.test(name) ? keyIn(member, budget) : undefined
    if (inner !== undefined) return inner
  }
  return undefined
}

const IS_KEY = /^(?:kms_?(?:master)?key(?:id|arn|identifier)?|encryptionkey(?:arn)?|keyid|kmskeyarn|kmsmasterkeyarn)$/i
const IS_ENCRYPTION = /encryption|^sse/i
const NAMES_KEY = /^(?:alias\/.+|(?:mrk-)?[0-9a-f]{8,}(?:-[0-9a-f]{4,}){0,4})$/

const isKey = (text: string): boolean => parseArn(text)?.service === 'kms'

/** The ARN of the first resource that an output describes; undefined: it describes none. */
export function describedArn(value: unknown): string | undefined {
  if (!isObject(value)) return undefined
  const inner = Object.values(value).flatMap((member) => (Array.isArray(member) ? member.slice(0, 1) : [member]))
  return arnIn(value) ?? inner.flatMap((member) => (isObject(member) ? (arnIn(member) ?? []) : []))[0]
}
