import type { Policy, Scenario } from '#engine/scenario.ts'
import { isSamePolicy, type PolicyLocation } from './policy-location.ts'

/** How many versions a managed policy has, and what has to go before it can have another. */
export interface Versions {
  readonly used: number
  readonly limit: number
  /** The oldest that is not in force, where there is no room. */
  readonly deletes?: string
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_VERSIONS = 5

/** Undefined: the policy is no managed one, is new, or nothing says what versions it has. */
export function versionsOf(location: PolicyLocation, scenarios: readonly Scenario[]): Versions | undefined {
  if (location.arn === undefined || location.document === null) return undefined
  const listed = scenarios.flatMap(managedIn).find((policy) => isSamePolicy(policy, location))?.otherVersions
  if (listed === undefined) return undefined
  const used = listed.length + 1
  const [oldest] = listed.toSorted((a, b) => numberOf(a) - numberOf(b))
  return { used, limit: MAX_VERSIONS, ...(used < MAX_VERSIONS || oldest === undefined ? {} : { deletes: oldest }) }
}

const managedIn = ({ policies }: Scenario): readonly Policy[] => [
  ...(policies?.identityPolicies ?? []),
  ...[policies?.permissionsBoundary ?? []].flat(),
  ...(policies?.sessionPolicies ?? []),
]

/** `v12` → 12: IAM counts versions up and gives no number twice. */
const numberOf = (id: string): number => Number(id.slice(1)) || 0
