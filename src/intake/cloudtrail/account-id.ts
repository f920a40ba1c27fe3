import { isAccountId, parseArn } from '#iam/arn.ts'
import type { Note } from '../note.ts'

export interface ReadAccount {
  readonly id: string | null
  readonly note?: Note
}

/**
 * An account id as records give it. A number has lost its leading zeros and is filled up to twelve digits, with a note;
 * digits of another length are kept with a note; masks give null and a note (R-MSG-15e).
 */
export function readAccount(value: unknown): ReadAccount {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) {
    const id = String(value).padStart(12, '0')
    return { id, note: { code: 'account-number', text: `The account id came as a number and was read as ${id}.` } }
  }
  if (typeof value !== 'string' || value.trim() === '') return { id: null }
  const text = value.trim()
  if (isAccountId(text)) return { id: text }
  if (/^\d{1,20}$/.test(text)) {
    return {
      id: text,
      note: { code: 'account-length', text: `The account id \`${text}\` does not have twelve digits.` },
    }
  }
  if (text === 'ANONYMOUS_PRINCIPAL' || text === 'anonymous') return { id: null }
  return { id: null, note: { code: 'account-masked', text: 'The account id is masked.' } }
}

/** The account of an ARN, where it is twelve digits. */
export function accountOfArn(arn: string | null | undefined): string | null {
  const account = typeof arn === 'string' ? parseArn(arn)?.account : undefined
  return account !== undefined && isAccountId(account) ? account : null
}

/**
 * The partition that ARNs of this event have: that of the caller's ARN, else by the Region's name (R-REQ-06).
 * https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
 */
export function partitionOf(arn: string | null | undefined, region: string | null | undefined): string {
  const stated = typeof arn === 'string' ? parseArn(arn)?.partition : undefined
  if (stated !== undefined && stated !== '') return stated
  return partitionOfRegion(region ?? '')
}

const BY_REGION: readonly (readonly [string, string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
  ['eusc-', 'aws-eusc'],
]

const partitionOfRegion = (region: string): string =>
  BY_REGION.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws'
