import { UserError } from '../errors.ts'
import { awsFault } from './aws-fault.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { evidenceOfRecords } from './inputs.ts'

export interface LookupOptions {
  readonly id?: string
  readonly last?: number
  readonly event?: string
  readonly hours: number
}

/** Denials out of CloudTrail's event history. */
export async function lookedUp(
  where: { readonly profile?: string; readonly region?: string; readonly endpoint?: string },
  lookup: LookupOptions,
  tell: (events: number) => void,
): Promise<Evidence> {
  const records = await recordsOf(where, lookup, tell)
  const what = lookup.id === undefined ? 'an event with an error' : `\`${lookup.id}\``
  if (records.length > 0) return evidenceOfRecords({ Records: records }, what)
  throw new UserError(
    'input/not-found',
    `CloudTrail's event history of the last ${lookup.hours} hours has not ${what}`,
    'it holds management events of this Region and account, some minutes late; data events (objects, items) are only in a trail: give its files',
  )
}

/** Records of the event history with this API name; there may be none. */
export const lookedUpEvents = (
  where: Parameters<typeof lookedUp>[0],
  event: string,
  hours: number,
  tell: (events: number) => void,
): Promise<readonly unknown[]> => recordsOf(where, { event, hours }, tell)

async function recordsOf(...args: Parameters<typeof lookedUp>): Promise<readonly unknown[]> {
  const { lookupRecords } = await import('#collect/aws/entry.ts')
  try {
    return await lookupRecords(...args)
  } catch (error) {
    throw awsFault(error)
  }
}
