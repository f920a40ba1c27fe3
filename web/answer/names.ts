import type { PolicyLayer } from '#http/wire.ts'
import { layerLabel as labelOf, layerName } from '#iam/layers.ts'
import { layerInWords } from '#answer/layer-in-words.ts'

/** An ARN cut where people read it: its end is what they call it, its account stands behind. */
export interface NamedArn {
  readonly name: string
  readonly account: string
}

const ACCOUNT = /^\d{12}$/

/** `deploy-role / GitHubActions` and its account; of what is no ARN, the text. */
export function callerName(arn: string): NamedArn {
  const [scheme, , service, , account = '', ...rest] = arn.split(':')
  if (scheme !== 'arn') return { name: arn, account: '' }
  const path = rest.join(':').split('/')
  if (service === 'sts' && path[0] === 'assumed-role')
    return { name: [path[1], ...path.slice(2)].filter(Boolean).join(' / '), account }
  return { name: path.length > 1 ? (path.at(-1) ?? '') : path[0] === 'root' ? 'root user' : rest.join(':'), account }
}

/** Short name of a caller in a sentence: the role, not its session. */
export const shortCaller = (arn: string | null): string => {
  if (arn === null || arn === '') return ''
  const { name } = callerName(arn)
  return name.split(' / ')[0] ?? name
}

/** A resource without the account that stands beside it: `role/KarpenterNodeRole-prod`, `arn:aws:s3:::b/k`. */
export function resourceName(arn: string): NamedArn {
  const parts = arn.split(':')
  const account = parts[4] ?? ''
  if (parts[0] !== 'arn' || parts.length < 6 || !ACCOUNT.test(account)) return { name: arn, account: '' }
  if (parts[2] === 'iam') return { name: parts.slice(5).join(':'), account }
  return { name: `${parts[2] ?? ''}:${parts.slice(5).join(':')}`, account }
}

/** A caller or resource in a list: `role/deploy`, `prod-artifacts/app.zip`, the account behind where the ARN has one. */
export function listName(arn: string): NamedArn {
  const [scheme, , service, , account = '', ...rest] = arn.split(':')
  if (scheme !== 'arn' || rest.length === 0) return { name: arn, account: '' }
  if (service === 'sts') return callerName(arn)
  return { name: rest.join(':'), account: ACCOUNT.test(account) ? account : '' }
}

/** The bucket of an ARN of S3, else the end of the ARN. */
export function placeName(arn: string): string {
  const parts = arn.split(':')
  if (parts[0] !== 'arn' || parts.length < 6) return arn
  const rest = parts.slice(5).join(':')
  return parts[2] === 's3' ? (rest.split('/')[0] ?? rest) : (rest.split('/').at(-1) ?? rest)
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** `Key policy` rather than `Resource policy`, where it is known of what. */
export const layerLabel = (layer: PolicyLayer, kind?: string): string =>
  layer === 'resource-policy' && kind !== undefined ? upper(layerInWords(layer, kind)) : labelOf(layer)

/** `Resource control policy` */
export const layerTitle = (layer: PolicyLayer): string => upper(layerName(layer))

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])

/** A value of a request or policy in a few words. */
export const valueWords = (value: unknown): string =>
  listOf(value)
    .map((one) => (one === '(other)' ? 'another value, or none' : typeof one === 'string' ? one : JSON.stringify(one)))
    .join(', ')

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `27 Apr 2026, 10:03:00 UTC`; what is no time in UTC comes back as it is. */
export function timeWords(time: string): string {
  const [, year, month, day, clock] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z$/.exec(time) ?? []
  if (clock === undefined) return time
  return `${Number(day)} ${MONTHS[Number(month) - 1] ?? ''} ${year ?? ''}, ${clock} UTC`
}
