import { decideRequest } from '#engine/decide.ts'
import type { PreparedScenario } from '#engine/read-request.ts'
import type { AccessSet } from '#space/access-set.ts'

/** When something is allowed, as sets of requests. */
export interface Description {
  readonly allowed: readonly AccessSet[]
  /** Sets in which it hangs on facts that are not at hand: a layer not known, a construct that sets do not hold. */
  readonly undetermined: readonly AccessSet[]
}

/** One action on one resource, or `*` for an action that has none. */
export interface Asked {
  readonly action: string
  readonly resource: string
}

/** In which contexts the principal of the scenario may do it; every key that the scenario does not list may have any value. */
export function describeAllowed({ policies, scenario }: PreparedScenario, { action, resource }: Asked): Description {
  const { decision } = decideRequest(policies, { ...scenario.request, action, resource }, scenario)
  const set: AccessSet = {
    principals: [scenario.request.principal],
    actions: [action],
    resources: [resource],
    conditions: [],
  }
  if (decision === 'denied') return { allowed: [], undetermined: [] }
  return decision === 'allowed' ? { allowed: [set], undetermined: [] } : { allowed: [], undetermined: [set] }
}
