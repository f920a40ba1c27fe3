import type { Collector } from './collector.ts'
import { COLLECTORS } from './collectors.ts'

// What `collect` alone uses. It has most clients of the SDK, so the build makes it a file apart from entry.ts (ADR 0019).
export { collect } from './collect.ts'
export { readPermissionSetNamed } from './identity-center.ts'
export { collectPolicy, collectPolicyParts, INLINE_POLICY_SIZE, MANAGED_POLICY_SIZE, sizeOf } from './print-policy.ts'

/** Names of the services that can be chosen, which are also the folders below `resources/`. */
export const collectedServices = (): readonly string[] => COLLECTORS.map(({ service }) => service)

/** The collector of a service's resources; undefined: none keeps a policy. */
export const collectorOf = (service: string): Collector | undefined =>
  COLLECTORS.find((collector) => collector.service === service)
