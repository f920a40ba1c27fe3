import type { Note } from '../note.ts'
import { accountOfArn, type ReadAccount, readAccount } from './account-id.ts'
import { field, type JsonObject, listOf, textField } from './loose-record.ts'

/**
 * The account that owns the resource: as the record's `resources` say, else as the ARN says, else, in the owner's copy
 * of a cross-account call, the account of that copy. In the caller's copy of a refused S3 call AWS removes the owner:
 * a missing account means "unknown", never the caller's own (R-CT-10, R-CT-18).
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-receive-logs-from-multiple-accounts.html
 */
export function resourceAccountOf(
  record: JsonObject,
  resource: string | null,
): { id: string | null; notes: readonly Note[] } {
  const listed = listedAccount(record, resource)
  if (listed.id !== null) return { id: listed.id, notes: listed.note === undefined ? [] : [listed.note] }
  const inArn = accountOfArn(resource)
  if (inArn !== null) return { id: inArn, notes: [] }
  return { id: resource === null || resource === '*' ? null : ownersCopy(record), notes: [] }
}

/** The entry of the resource itself or of the bucket around it, else the only account that the entries name. */
function listedAccount(record: JsonObject, resource: string | null): ReadAccount {
  const entries = listOf(field(record, 'resources'))
  const own = entries.filter((entry) => {
    const arn = textField(entry, 'ARN')
    return resource !== null && arn !== undefined && (arn === resource || resource.startsWith(`${arn}/`))
  })
  for (const entry of own) {
    const account = readAccount(field(entry, 'accountId'))
    if (account.id !== null) return account
  }
  const accounts = entries.map((entry) => readAccount(field(entry, 'accountId'))).filter(({ id }) => id !== null)
  const [only] = accounts
  const agree = accounts.every(({ id }) => id === only?.id)
  return only !== undefined && agree && accountOfArn(resource) === null && resource !== '*' ? only : { id: null }
}

/** Network activity events go to the endpoint's owner, which is not the resource's. */
function ownersCopy(record: JsonObject): string | null {
  const type = (textField(record, 'userIdentity', 'type') ?? '').toLowerCase()
  if (type !== 'awsaccount' || isNetworkActivity(record)) return null
  const recipient = readAccount(field(record, 'recipientAccountId')).id
  return recipient === readAccount(field(record, 'userIdentity', 'accountId')).id ? null : recipient
}

/** `AwsVpceEvent` in AWS's sample record, `AwsVpceEvents` in its list of fields (R-CT-15). */
export const isNetworkActivity = (record: JsonObject): boolean =>
  /^awsvpceevents?$/i.test(textField(record, 'eventType') ?? '') ||
  textField(record, 'eventCategory')?.toLowerCase() === 'networkactivity'
