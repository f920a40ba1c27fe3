import type { ContextSource } from '#engine/context-source.ts'
import { isAccountId } from '#iam/arn.ts'
import type { Caller } from '#iam/caller.ts'
import { globalRegionOf } from '#iam/facts/global-services.ts'
import type { KeyState } from '#iam/key-state.ts'
import { DEFAULT_READINGS } from '#iam/readings.ts'
import type { Request } from '#iam/request.ts'
import { NO_RESOURCE, type RequestResource } from '#iam/resource.ts'
import type { Question } from '#iam/statement.ts'
import type { ActionClass } from '#space/known-actions.ts'
import type { Asker } from './callers.ts'

/** Somebody asks for some actions. */
export interface PrincipalActions {
  readonly asker: Asker
  readonly actions: ActionClass
}

export const listsAllBuckets = ({ service, first }: ActionClass): boolean =>
  service === 's3' && first === 'listallmybuckets'

/** The action asked of nothing in particular: what a statement says of principal and resource by itself. */
export const questionAbout = ({ service, first }: ActionClass, caller: Caller): Question => ({
  action: { service, name: first },
  resource: NO_RESOURCE,
  caller,
  lookup: () => NOT_KNOWN,
  listsAllBuckets: false,
  hasBoundary: false,
})

const NOT_KNOWN: KeyState = { state: 'unknown' }

/** Source of the condition keys that follow from the caller, the actions and the resource. */
export function sourceOf({ asker, actions }: PrincipalActions, resource: RequestResource): ContextSource {
  const account = resource.kind === 'arn' ? (resource.segments[4] ?? '') : ''
  return {
    request: requestBy(asker, `${actions.service}:${actions.first}`),
    caller: asker.caller,
    action: { service: actions.service, name: actions.first },
    resource,
    resourceAccount: isAccountId(account) ? account : undefined,
    organization: undefined,
    readings: DEFAULT_READINGS,
    resourceTags: undefined,
    hasControlLevels: false,
    throughEndpoint: false,
    globalRegion: globalRegionOf({ service: actions.service, name: actions.first.toLowerCase() }),
  }
}

function requestBy({ who: { principal, principalDetails } }: Asker, action: string): Request {
  const resource = null
  return principalDetails === undefined
    ? { principal, action, resource }
    : { principal, principalDetails, action, resource }
}
