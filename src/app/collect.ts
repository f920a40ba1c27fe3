import type { Collected, CollectSettings, Progress } from '#collect/aws/collect.ts'
import { awsFault } from './aws-fault.ts'
import { notWritten } from './files.ts'

/** Reads an organization from AWS into a snapshot directory. Faults of credentials or network are told with a hint. */
export async function collectSnapshot(
  settings: CollectSettings,
  tell: (progress: Progress) => void,
): Promise<Collected> {
  const { collect } = await import('#collect/aws/collect-entry.ts')
  try {
    return await collect(settings, tell)
  } catch (error) {
    throw isOfFolder(error, settings.out) ? notWritten(settings.out, error) : awsFault(error)
  }
}

/** A call of the system that failed on a file below the folder, and not one of the network. */
const isOfFolder = (error: unknown, folder: string): boolean =>
  error instanceof Error && 'path' in error && typeof error.path === 'string' && error.path.startsWith(folder)

/** The IAM policy that `collect` needs; its parts, each of which is a managed policy; and what to say of its size. */
export async function neededPolicy(
  services: readonly string[] | undefined,
  role: string | undefined,
): Promise<{ readonly policy: object; readonly parts: readonly object[]; readonly tooLarge?: string }> {
  const { collectPolicy, collectPolicyParts, INLINE_POLICY_SIZE, MANAGED_POLICY_SIZE, sizeOf } = await import(
    '#collect/aws/collect-entry.ts'
  )
  const policy = collectPolicy(services, role)
  const parts = collectPolicyParts(services, role)
  const size = sizeOf(policy)
  if (size <= MANAGED_POLICY_SIZE) return { policy, parts }
  const sizes = [size, INLINE_POLICY_SIZE, MANAGED_POLICY_SIZE].map((length) => length.toLocaleString('en'))
  return {
    policy,
    parts,
    tooLarge: `${sizes[0]} characters: an inline policy of a role holds them (${sizes[1]}), a managed policy does not (${sizes[2]}); \`--policy-part 1\` to \`${parts.length}\` print it as ${parts.length} managed policies`,
  }
}

/** Names of the services that `--services` takes. */
export async function servicesToCollect(): Promise<readonly string[]> {
  const { collectedServices } = await import('#collect/aws/collect-entry.ts')
  return collectedServices()
}
