import type { DependentCall } from './dependent-call.ts'
import { BEDROCK_CALLS } from './rows-bedrock.ts'
import { CONTAINER_CALLS } from './rows-containers.ts'
import { EVENT_CALLS } from './rows-events.ts'
import { FLEET_CALLS } from './rows-fleets.ts'
import { JOB_CALLS } from './rows-jobs.ts'
import { KEY_CALLS } from './rows-keys.ts'
import { LAMBDA_CALLS } from './rows-lambda.ts'
import { OTHER_CALLS } from './rows-others.ts'
import { PARAMETER_CALLS } from './rows-parameters.ts'
import { ROLE_PASSING_CALLS } from './rows-passing.ts'
import { PERHAPS_CALLS } from './rows-perhaps.ts'
import { ROLE_CALLS } from './rows-roles.ts'
import { DELIVERY_CALLS } from './rows-s3-delivery.ts'
import { S3_CALLS } from './rows-s3.ts'
import { TAG_CALLS } from './rows-tags.ts'
import { VOLUME_CALLS } from './rows-volumes.ts'

/** Every known hop that a request can show (docs/hops.md); what needs no further request stands in `elsewhere.ts`. */
export const DEPENDENT_CALLS: readonly DependentCall[] = [
  ...ROLE_CALLS,
  ...ROLE_PASSING_CALLS,
  ...TAG_CALLS,
  ...S3_CALLS,
  ...DELIVERY_CALLS,
  ...KEY_CALLS,
  ...PARAMETER_CALLS,
  ...VOLUME_CALLS,
  ...FLEET_CALLS,
  ...LAMBDA_CALLS,
  ...CONTAINER_CALLS,
  ...EVENT_CALLS,
  ...JOB_CALLS,
  ...BEDROCK_CALLS,
  ...OTHER_CALLS,
  ...PERHAPS_CALLS,
]

const BY_ACTION = byAction(DEPENDENT_CALLS)

/** The rows an action sets off; action names are compared without case (R-ACT-01). */
export const dependentCallsOn = (action: string): readonly DependentCall[] => BY_ACTION.get(action.toLowerCase()) ?? []

function byAction(calls: readonly DependentCall[]): ReadonlyMap<string, readonly DependentCall[]> {
  const found = new Map<string, DependentCall[]>()
  for (const call of calls)
    for (const action of call.on) {
      const key = action.toLowerCase()
      const known = found.get(key)
      if (known === undefined) found.set(key, [call])
      else known.push(call)
    }
  return found
}
