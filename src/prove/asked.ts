import type { ContextSource } from '#engine/context-source.ts'
import type { Caller } from '#iam/caller.ts'
import { GLOBAL_SERVICES } from '#iam/facts/global-services.ts'
import type { KeyState } from '#iam/key-state.ts'
import { DEFAULT_READINGS } from '#iam/readings.ts'
import { NO_RESOURCE, type RequestResource } from '#iam/resource.ts'
import type { Question } from '#iam/statement.ts'
import type { ActionClass } from '#space/known-actions.ts'
import type { Asker } from './callers.ts'

/** Somebody asks for some actions. */
export interface Asked {
  readonly asker: Asker
  readonly actions: ActionClass
}

export const listsAllBuckets = ({ service, names }: ActionClass): boolean =>
  service === 's3' && names[0] === 'listallmybuckets'

/** The action asked of nothing in particular: what a statement says of principal and resource by itself. */
export const questionAbout = ({ service, names }: ActionClass, caller: Caller): Question => ({
  action: { service, name: names[0] ?? '' },
  resource: NO_RESOURCE,
  caller,
  lookup: () => NOT_KNOWN,
  listsAllBuckets: false,
  hasBoundary: false,
})

const NOT_KNOWN: KeyState = { state: 'unknown' }

/** What condition keys follow from. */
export function sourceOf({ asker, actions }: Asked, resource: RequestResource): ContextSource {
  const account = resource.kind === 'arn' ? (resource.segments[4] ?? '') : ''
  return {
    request: { ...asker.who, action: `${actions.service}:${actions.names[0]}`, resource: null },
    caller: asker.caller,
    action: { service: actions.service, name: actions.names[0] ?? '' },
    resource,
    resourceAccount: /^\d{12}$/.test(account) ? account : undefined,
    organization: undefined,
    readings: DEFAULT_READINGS,
    resourceTags: undefined,
    throughEndpoint: false,
    globalRegion: GLOBAL_SERVICES.has(actions.service) ? 'us-east-1' : undefined,
  }
}
