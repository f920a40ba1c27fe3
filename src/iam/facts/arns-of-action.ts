import { memoizeText } from '../memoize.ts'
import { type ActionFacts, actionFacts } from './actions.ts'
import { resourceTypeFacts } from './resource-types.ts'

/** Whose ARNs are meant; undefined: anyone's. */
export interface ArnsWithin {
  readonly partition: string | undefined
  readonly account: string | undefined
}

/**
 * Patterns of all ARNs that an action can be asked on. Undefined: it may be asked on none, or the reference does not say. An action
 * that stars one of its types always has a resource; so has one that stars none of several (`ActionResourceType`).
 */
export function arnsOfAction(action: string, { partition, account }: ArnsWithin): readonly string[] | undefined {
  const forms = formsOf(action)
  if (forms === 'none') return undefined
  const filled = forms.map((form) =>
    form
      .replace(PARTITION, partition ?? '*')
      .replace(ACCOUNT, account ?? '*')
      .replaceAll(/\$\{[^}]*\}/g, '*'),
  )
  return [...new Set(filled)]
}

/** Whether `*` cannot be what such an action is asked on (R-REQ-05). */
export const hasAlwaysResource = (action: string): boolean => formsOf(action) !== 'none'

const PARTITION = '${Partition}'
const ACCOUNT = '${Account}'

const formsOf = memoizeText((action): readonly string[] | 'none' => {
  const colon = action.indexOf(':')
  const facts = colon < 0 ? undefined : actionFacts(action.slice(0, colon), action.slice(colon + 1))
  if (facts === undefined || !isOnSomething(facts)) return 'none'
  const forms = facts.resourceTypes.map(({ name }) => resourceTypeFacts(facts.service, name)?.arnPatterns ?? [])
  return forms.some((patterns) => patterns.length === 0) ? 'none' : forms.flat()
})

const isOnSomething = ({ resourceTypes }: ActionFacts): boolean =>
  resourceTypes.length > 1 || resourceTypes.some(({ required }) => required)
