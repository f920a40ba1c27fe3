import type { Hop } from './hop.ts'
import { CONTAINER_HOPS } from './rows-containers.ts'
import { EVENT_HOPS } from './rows-events.ts'
import { JOB_HOPS } from './rows-jobs.ts'
import { KEY_HOPS } from './rows-keys.ts'
import { LAMBDA_HOPS } from './rows-lambda.ts'
import { OTHER_HOPS } from './rows-others.ts'
import { PARAMETER_HOPS } from './rows-parameters.ts'
import { PASSING_HOPS } from './rows-passing.ts'
import { PERHAPS_HOPS } from './rows-perhaps.ts'
import { ROLE_HOPS } from './rows-roles.ts'
import { DELIVERY_HOPS } from './rows-s3-delivery.ts'
import { S3_HOPS } from './rows-s3.ts'
import { TAG_HOPS } from './rows-tags.ts'
import { VOLUME_HOPS } from './rows-volumes.ts'

/** Every known hop that a request can show (docs/hops.md); what needs no further request stands in `elsewhere.ts`. */
export const HOPS: readonly Hop[] = [
  ...ROLE_HOPS,
  ...PASSING_HOPS,
  ...TAG_HOPS,
  ...S3_HOPS,
  ...DELIVERY_HOPS,
  ...KEY_HOPS,
  ...PARAMETER_HOPS,
  ...VOLUME_HOPS,
  ...LAMBDA_HOPS,
  ...CONTAINER_HOPS,
  ...EVENT_HOPS,
  ...JOB_HOPS,
  ...OTHER_HOPS,
  ...PERHAPS_HOPS,
]

const BY_ACTION = byAction(HOPS)

/** The rows an action sets off; action names are compared without case (R-ACT-01). */
export const hopsOn = (action: string): readonly Hop[] => BY_ACTION.get(action.toLowerCase()) ?? []

function byAction(hops: readonly Hop[]): ReadonlyMap<string, readonly Hop[]> {
  const found = new Map<string, Hop[]>()
  for (const hop of hops)
    for (const action of hop.on) {
      const key = action.toLowerCase()
      found.set(key, [...(found.get(key) ?? []), hop])
    }
  return found
}
