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

/** Evidence that tells noise from a denial that means something. */
export interface NoiseEvidence {
  readonly action: string | null
  readonly principal: string | null
  /** The principal is an AWS service. */
  readonly isService: boolean
  /** An AWS service called on behalf of the principal. */
  readonly isForService: boolean
  /** The message is the billing console's: a setting of the account's root user, not a policy. */
  readonly isNotActivated: boolean
  /** A 403 that may be a 404. */
  readonly mayBeNotFound: boolean
  /** Of the first minutes of the role or user. */
  readonly isJustCreated: boolean
}

/** IAM is eventually consistent: a role that is this young may not yet be what it was made to be. */
export const JUST_CREATED_MS = 10 * 60_000

export function noiseOf(one: NoiseEvidence): NoiseClass | null {
  if (one.isNotActivated) return 'iam-access-not-activated'
  if (isServiceProbe(one)) return 'service-probe'
  if (one.mayBeNotFound) return 'possibly-not-found'
  if (one.isJustCreated) return 'just-created'
  return null
}

/** A service that looks around on its own behalf: its service-linked role, or itself. */
function isServiceProbe({ principal, isService, isForService, action }: NoiseEvidence): boolean {
  if (isService) return true
  if (principal?.includes('/aws-service-role/') === true || principal?.includes('/AWSServiceRoleFor') === true)
    return true
  return isForService && isReading(action)
}

/** By the verb that AWS begins the names of reading actions with. */
export function isReading(action: string | null): boolean {
  const verb = action?.slice(action.indexOf(':') + 1) ?? ''
  return ['Describe', 'List', 'Get', 'Head', 'Lookup', 'Search', 'BatchGet'].some((word) => verb.startsWith(word))
}
