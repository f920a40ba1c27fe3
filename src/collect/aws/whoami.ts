import { type AwsSettings, openAccess } from './account-access.ts'

/** What sts:GetCallerIdentity answers: it needs no permission, and no policy can refuse it. */
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
