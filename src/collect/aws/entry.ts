import type { AskedAuthorization, AuthorizationAnswer } from './troubleshooter.ts'
import { type AwsSettings, openAccess } from './account-access.ts'

// What the rest of the program uses of this folder, `collect` apart. The build makes it a file of its own, so that the SDK is
// read only by the commands that call AWS (ADR 0019).
export { athenaCalls } from './athena.ts'
export { askEvaluators } from './cross-check.ts'
export { decodeMessages } from './decode.ts'
export { lookupRecords } from './lookup.ts'
export { openTrail } from './trail-objects.ts'
export { openRunbooks } from './runbook.ts'
export { snsPublisher } from './publish.ts'

/** Answer of sts:GetCallerIdentity: it needs no permission, and no policy can refuse it. */
export interface CallerIdentity {
  readonly arn: string
  readonly accountId: string
  /** `AIDA…`, or `AROA…:session`. */
  readonly userId: string
}

export async function askCallerIdentity(settings: Omit<AwsSettings, 'concurrency'>): Promise<CallerIdentity> {
  const { caller, own, userId } = await openAccess({ ...settings, concurrency: 1 })
  return { arn: caller, accountId: own.account, userId }
}

/**
 * Evaluations that AWS keeps, by authorization id. Its client is made when it is asked for: it is described, and larger
 * than the others.
 */
export async function authorizationDetails(
  settings: Omit<AwsSettings, 'concurrency'>,
  asked: readonly AskedAuthorization[],
): Promise<ReadonlyMap<string, AuthorizationAnswer>> {
  const troubleshooter = await import('./troubleshooter.ts')
  return troubleshooter.authorizationDetails(settings, asked)
}
