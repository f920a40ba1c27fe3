import { actionMatches, readAction, readActionPattern } from '#iam/action.ts'
import type { ConditionLine } from '#iam/condition/condition.ts'
import { actionsOf } from '#iam/facts/actions.ts'
import { conditionKeyFacts } from '#iam/facts/condition-keys.ts'
import { carries } from '#iam/facts/keys-of-actions.ts'
import type { Statement } from '#iam/policy.ts'
import { variablesOf } from '#iam/variables.ts'
import { PROTECTING } from './kept-conditions.ts'

/**
 * Returns the conditions that say which data of a resource the caller may reach, where its statements for other actions agree on them
 * (R-ADV-04): every Allow of the service on this resource whose actions can have the key asks for it, and the action can have it, too.
 * So `dynamodb:LeadingKeys` of a statement for `GetItem` is asked of `Query`, and never of `DescribeTable`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_attribute-based-access-control.html
 *
 * @param statements Allow statements that match the request but for their actions and conditions
 */
export function guardsOfOtherActions<S extends { readonly statement: Statement }>(
  statements: readonly S[],
  action: string,
  isGuard: (line: ConditionLine) => boolean,
): readonly { readonly near: S; readonly line: ConditionLine }[] {
  const service = serviceOf(action)
  const ofService = statements.filter(({ statement }) => namesService(statement, service))
  return ofService.flatMap((near) =>
    near.statement.conditions
      .filter((line) => isGuard(line) && saysWhichData(line) && canHave(action, line.key))
      .filter(({ key }) =>
        ofService.every(({ statement }) => asksFor(statement, key) || !someCanHave(statement, service, key)),
      )
      .map((line) => ({ near, line })),
  )
}

const serviceOf = (action: string): string => action.slice(0, Math.max(action.indexOf(':'), 0)).toLowerCase()

const namesService = ({ actionElement, actionSource }: Statement, service: string): boolean =>
  actionElement === 'NotAction' || actionSource.some((pattern) => serviceOf(pattern) === service)

/** MFA, an external id or a network say who calls and from where. That one action needs them says nothing about another. */
const saysWhichData = ({ key, values }: ConditionLine): boolean =>
  !PROTECTING.test(key) &&
  (!key.toLowerCase().startsWith('aws:') ||
    key.toLowerCase().startsWith('aws:resourcetag/') ||
    values.some(({ template }) => variablesOf(template).length > 0))

const asksFor = ({ conditions }: Statement, key: string): boolean =>
  conditions.some((line) => line.key.toLowerCase() === key.toLowerCase())

/** Keys of the caller come with every request; those of a service or a resource with the actions that the reference lists. */
function canHave(action: string, key: string): boolean {
  const folded = key.toLowerCase()
  if (folded.startsWith('aws:') && !/^aws:(?:resourcetag|requesttag|tagkeys)/.test(folded)) return true
  const facts = conditionKeyFacts(key)
  return facts !== undefined && carries(action, (facts.template ?? facts.name).toLowerCase()) === true
}

function someCanHave({ actionElement, actionSource }: Statement, service: string, key: string): boolean {
  if (actionElement === 'NotAction') return true
  return actionSource.some((pattern) => {
    if (!/[*?]/.test(pattern)) return canHave(pattern, key)
    const elements = readActionPattern(pattern)
    return actionsOf(service).some((name) => {
      const action = readAction(`${service}:${name}`)
      return action !== undefined && actionMatches(elements, action) && canHave(`${service}:${name}`, key)
    })
  })
}
