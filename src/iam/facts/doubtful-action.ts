import { actionOfOperation, severalActionsOf } from '../api-operations.ts'
import { nearestOf } from '../nearest-name.ts'
import { actionFacts, actionsOf } from './actions.ts'
import { allServices, FACTS, isService } from './services.ts'
import { isActionAwsWrites, isServiceAwsWrites } from './written-by-aws.ts'

/** Reason to doubt that an action exists: neither AWS's reference nor its own policies have it (R-ACT-05). */
export interface DoubtfulAction {
  readonly of: 'action' | 'service'
  /** A sentence without its full stop: what is not there, as of when, and the nearest name that is. */
  readonly text: string
  /** `service:Name`, or the service where that is not known; null: none is near. */
  readonly nearest: string | null
}

/**
 * Whether an action that a request names may not exist: a slip of the pen, or newer than the reference, which lists every
 * action of a service at its date. An API operation that IAM judges by actions of another name is none of them. Undefined:
 * it exists.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function doubtfulAction(action: string): DoubtfulAction | undefined {
  const colon = action.indexOf(':')
  const service = action.slice(0, Math.max(colon, 0)).toLowerCase()
  const name = action.slice(colon + 1).toLowerCase()
  if (!isService(service)) return isServiceAwsWrites(service) ? undefined : noService(service)
  if (actionFacts(service, name) !== undefined || isActionAwsWrites(service, name)) return undefined
  if (actionOfOperation(action) !== undefined || severalActionsOf(action) !== undefined) return undefined
  const near = nearestOf(name, actionsOf(service))
  const nearest = near === null ? null : `${service}:${near}`
  return { of: 'action', text: notThere(`\`${action}\` is no action in`, nearest), nearest }
}

function noService(service: string): DoubtfulAction {
  const nearest = service.length < MIN_SERVICE ? null : nearestOf(service, allServices())
  return { of: 'service', text: notThere(`\`${service}\` is no service in`, nearest), nearest }
}

/** A shorter one is near to many. */
const MIN_SERVICE = 5

const notThere = (what: string, nearest: string | null): string =>
  `${what} AWS's reference of ${FACTS.date}${nearest === null ? '' : `; the nearest is \`${nearest}\``}`
