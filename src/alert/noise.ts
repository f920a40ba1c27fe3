/** Denials that are part of everyday life: they are kept and counted apart, and alarm nobody. */
export const NOISE_CLASSES = [
  'service-probe',
  'possibly-not-found',
  'iam-access-not-activated',
  'just-created',
  'scanner',
  'marked',
] as const
/** `marked`: somebody said so of the tuple. */
export type NoiseClass = (typeof NOISE_CLASSES)[number]

/** What tells noise from a denial that means something. */
export interface NoiseEvidence {
  readonly action: string | null
  readonly principal: string | null
  readonly principalType: string | null
  readonly message: string | null
  /** Codes of the notes of a read denial (docs/json.md, "Denial"). */
  readonly notes: readonly string[]
  /** `invokedBy` or `userAgent` of the record. */
  readonly invokedBy: string | null
  /** Milliseconds. */
  readonly time: number
  /** When the role or user was made, in milliseconds, where that is known. */
  readonly principalCreated: number | undefined
}

/** IAM is eventually consistent: a role that is this young may not yet be what it was made to be. */
const JUST_CREATED_MS = 10 * 60_000

export function noiseOf(one: NoiseEvidence): NoiseClass | null {
  // Of the billing console: a setting of the account's root user, not a policy.
  if (one.message?.includes('IAM user access not activated') === true) return 'iam-access-not-activated'
  if (isServiceProbe(one)) return 'service-probe'
  if (one.notes.includes('possibly-not-found')) return 'possibly-not-found'
  if (isJustCreated(one)) return 'just-created'
  return null
}

/** A service that looks around on its own behalf: its service-linked role, or itself. */
function isServiceProbe({ principal, principalType, invokedBy, action }: NoiseEvidence): boolean {
  if (principalType === 'service') return true
  if (principal?.includes('/aws-service-role/') === true || principal?.includes('/AWSServiceRoleFor') === true)
    return true
  return invokedBy?.endsWith('.amazonaws.com') === true && isReading(action)
}

/** By the verb that AWS begins the names of reading actions with. */
export function isReading(action: string | null): boolean {
  const verb = action?.slice(action.indexOf(':') + 1) ?? ''
  return ['Describe', 'List', 'Get', 'Head', 'Lookup', 'Search', 'BatchGet'].some((word) => verb.startsWith(word))
}

function isJustCreated({ time, principalCreated, notes }: NoiseEvidence): boolean {
  if (notes.includes('eventual-consistency')) return true
  return principalCreated !== undefined && time >= principalCreated && time - principalCreated < JUST_CREATED_MS
}
