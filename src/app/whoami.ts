import type { CallerIdentity } from '#collect/aws/entry.ts'
import { compareCaller } from '#diagnose/identity.ts'
import { awsFault } from './aws-fault.ts'

export interface Whoami {
  readonly schemaVersion: 1
  readonly caller: string
  readonly accountId: string
  readonly userId: string
  readonly expected: string | null
  /** `null`: nobody was expected. */
  readonly agrees: boolean | null
  readonly explanation: string
}

interface Where {
  readonly profile?: string
  readonly region?: string
  readonly endpoint?: string
}

/** Asks AWS who calls (sts:GetCallerIdentity), and holds it against who was expected. */
export async function whoami(where: Where, expected: string | undefined): Promise<Whoami> {
  const { arn, accountId, userId } = await identityNow(where)
  return { schemaVersion: 1, caller: arn, accountId, userId, ...compareCaller(arn, expected) }
}

async function identityNow(where: Where): Promise<CallerIdentity> {
  const { askCallerIdentity } = await import('#collect/aws/entry.ts')
  try {
    return await askCallerIdentity(where)
  } catch (error) {
    throw awsFault(error)
  }
}
