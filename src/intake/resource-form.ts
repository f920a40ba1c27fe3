import { parseArn } from '#iam/arn.ts'
import { isQueueEndpoint, queueArnOf } from './queue-address.ts'

export interface ResourceForm {
  readonly resource: string | null
  readonly from: 'stated' | 'derived'
}

const NOUN_TYPES = new Map([
  ['user', 'user'],
  ['role', 'role'],
  ['group', 'group'],
  ['policy', 'policy'],
  ['instance profile', 'instance-profile'],
  ['server certificate', 'server-certificate'],
])

/**
 * The ARN behind what a service printed (R-MSG-23, R-CT-30b): `role N` is the caller's account's role N, path unknown.
 * Where the account is not known, or the printed words are no name, they stay as they are.
 */
export function canonicalResource(
  printed: string | null,
  principal: string | null,
  action: string | null = null,
): ResourceForm {
  if (printed === null) return { resource: null, from: 'stated' }
  const whole = action === null ? undefined : withHead(printed, action)
  if (whole !== undefined) return { resource: whole, from: 'derived' }
  const match =
    /^(user|role|group|policy|instance profile|server certificate)[ /](\S{1,600})(?: version v\d{1,6})?$/i.exec(printed)
  const noun = match?.[1]?.toLowerCase()
  const name = match?.[2]
  if (noun === undefined || name === undefined) return queueArn(printed)
  if (name.startsWith('arn:')) return { resource: name, from: 'derived' }
  const caller = principal === null ? undefined : parseArn(principal)
  if (caller === undefined || !/^\d{1,20}$/.test(caller.account)) return { resource: printed, from: 'stated' }
  const type = NOUN_TYPES.get(noun) ?? noun
  return { resource: `arn:${caller.partition}:iam::${caller.account}:${type}/${name}`, from: 'derived' }
}

/** A bucket, or an object, by its name alone. */
export const placeResource = (place: string): ResourceForm => ({ resource: `arn:aws:s3:::${place}`, from: 'derived' })

/** Amazon SQS prints the queue's URL (R-CT-31). The address of the service alone is no resource: the call was for no queue yet. */
function queueArn(printed: string): ResourceForm {
  const arn = queueArnOf(printed)
  if (arn !== undefined) return { resource: arn, from: 'derived' }
  return { resource: isQueueEndpoint(printed) ? null : printed, from: 'stated' }
}

/** An ARN of which somebody left out the head: `...:secret:app-key-...`, `…:111122223333:table/orders`. */
const WITHOUT_HEAD = /^(?:\.{3}|…):(?:(?<account>\d{12}):)?(?<rest>[a-z][a-z-]{1,30}[:/].{1,600})$/

/**
 * The ARN with a mask for what its head lacks; the service is that of the action. A secret's name that ends in dots lacks the six
 * characters that AWS adds to it.
 */
function withHead(printed: string, action: string): string | undefined {
  const { account = '...', rest = '' } = WITHOUT_HEAD.exec(printed)?.groups ?? {}
  const service = action.split(':')[0] ?? ''
  if (rest === '' || !/^[a-z0-9-]{2,40}$/.test(service)) return undefined
  const name = service === 'secretsmanager' ? rest.replace(/-?(?:\.{3}|…|\*{2,})$/, '-??????') : rest
  return `arn:aws:${service}:...:${account}:${name}`
}
