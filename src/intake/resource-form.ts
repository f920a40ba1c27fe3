import { parseArn } from '#iam/arn.ts'
import { partitionOf } from './cloudtrail/account-id.ts'

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
export function canonicalResource(printed: string | null, principal: string | null): ResourceForm {
  if (printed === null) return { resource: null, from: 'stated' }
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

const SQS_ADDRESS = /^https:\/\/(?:sqs\.[a-z0-9-]{5,20}|[a-z0-9-]{5,20}\.queue)\.amazonaws\.com(?:\.cn)?\/?$/

/** Amazon SQS prints the queue's URL (R-CT-31). */
function queueArn(printed: string): ResourceForm {
  const url =
    /^https:\/\/(?:sqs\.([a-z0-9-]{5,20})|([a-z0-9-]{5,20})\.queue)\.amazonaws\.com(?:\.cn)?\/(\d{12})\/([\w.-]{1,84})$/.exec(
      printed,
    )
  // The address of the service alone is no resource: the call was for no queue yet.
  if (url === null) return { resource: SQS_ADDRESS.test(printed) ? null : printed, from: 'stated' }
  const region = url[1] ?? url[2] ?? ''
  return { resource: `arn:${partitionOf(null, region)}:sqs:${region}:${url[3] ?? ''}:${url[4] ?? ''}`, from: 'derived' }
}
