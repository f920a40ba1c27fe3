import type { Collected, CollectSettings, Progress } from '#collect/aws/collect.ts'
import { awsFault } from './aws-fault.ts'

/** Reads an organization from AWS into a snapshot directory. Faults of credentials or network are told with a hint. */
export async function collectSnapshot(
  settings: CollectSettings,
  tell: (progress: Progress) => void,
): Promise<Collected> {
  const { collect } = await import('#collect/aws/collect-entry.ts')
  try {
    return await collect(settings, tell)
  } catch (error) {
    throw awsFault(error)
  }
}

/** The IAM policy that `collect` needs. */
export async function neededPolicy(services: readonly string[] | undefined, role: string | undefined): Promise<object> {
  const { collectPolicy } = await import('#collect/aws/collect-entry.ts')
  return collectPolicy(services, role)
}

/** Names of the services that `--services` takes. */
export async function servicesToCollect(): Promise<readonly string[]> {
  const { collectedServices } = await import('#collect/aws/collect-entry.ts')
  return collectedServices()
}
