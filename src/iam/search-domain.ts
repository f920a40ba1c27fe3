import type { Action } from './action.ts'

const CALLS: ReadonlySet<string> = new Set(['document', 'search', 'suggest'])

/**
 * Whether the policy of a CloudSearch domain bears on an action: on the calls of the domain, and on none that configures it.
 * Its statements have no Resource element, as it hangs on the domain (R-OTH-15).
 * https://docs.aws.amazon.com/cloudsearch/latest/developerguide/configuring-access.html
 */
export const isOfSearchDomain = ({ service, name }: Pick<Action, 'service' | 'name'>): boolean =>
  service === 'cloudsearch' && CALLS.has(name)

/** A call that configures CloudSearch: policies of identities alone decide it. */
export const configuresSearch = (action: Pick<Action, 'service' | 'name'>): boolean =>
  action.service === 'cloudsearch' && !isOfSearchDomain(action)
