import { actionOfOperation, severalActionsOf } from '#iam/api-operations.ts'
import { actionFacts, actionsOf, isWildcardOnlyAction } from '#iam/facts/actions.ts'
import { compileGlob, globMatches } from '#iam/glob.ts'
import { allServices, FACTS, isService } from '#iam/facts/services.ts'
import { isActionAwsWrites, isServiceAwsWrites } from '#iam/facts/written-by-aws.ts'
import { oneEditApart } from '#iam/nearest-name.ts'
import { type Check, type Found, NONE, statementCheck, when } from './check.ts'
import { hasVariable, hasWildcard, type Item, type StatementView } from './view.ts'
import { shown, shownList } from './shown.ts'

/**
 * `Action` and `NotAction` (docs/rules.md). A name that the reference does not have does not exist, as far as is known at
 * its date; one that AWS's own policies write did, or will.
 */
export const ACTION_CHECKS: readonly Check[] = [
  statementCheck('error', 'Invalid action', 'R-ACT-03', ({ actions }) => actions.flatMap(malformed)),
  statementCheck('error', 'Invalid action', 'R-ACT-05', ({ actions }) => actions.flatMap(noAction)),
  statementCheck('error', 'Invalid service in action', 'R-ACT-02', ({ actions }) =>
    actions.flatMap(({ text, pointer }) =>
      when(
        text !== '*:*' && text.includes(':') && hasWildcard(prefixOf(text)),
        pointer,
        `${shown(text)} has a wildcard for a service and matches nothing`,
      ),
    ),
  ),
  statementCheck('error', 'Invalid service in action', 'R-ACT-05', ({ actions }) => actions.flatMap(noService)),
  statementCheck('warning', 'service-case', 'R-ACT-01', ({ actions }) =>
    actions.flatMap(({ text, pointer }) => {
      const prefix = prefixOf(text)
      const lower = prefix.toLowerCase()
      return prefix === lower
        ? NONE
        : when(isService(lower), pointer, `AWS writes the service of ${shown(text)} \`${lower}\``)
    }),
  ),
  statementCheck('warning', 'unknown-service', 'R-ACT-05', ({ actions }) =>
    actions.flatMap(({ text, pointer }) =>
      when(
        isServiceAwsWrites(prefixOf(text).toLowerCase()),
        pointer,
        `the service of ${shown(text)} is not in the reference, though AWS's managed policies name it`,
      ),
    ),
  ),
  statementCheck('warning', 'unknown-action', 'R-ACT-05', ({ actions }) => actions.flatMap(doubtfulAction)),
  statementCheck('warning', 'action-needs-any-resource', 'R-REQ-04', needsAnyResource),
]

export const prefixOf = (action: string): string => {
  const colon = action.indexOf(':')
  return colon < 0 ? '' : action.slice(0, colon)
}

/** Whether an element of `Action` covers an action (R-ACT-01). */
export function covers(pattern: string, action: string): boolean {
  if (pattern === '*' || pattern === '*:*') return true
  const folded = pattern.toLowerCase()
  return hasWildcard(folded) ? globMatches(compileGlob(folded), action.toLowerCase()) : folded === action.toLowerCase()
}

const nameOf = (action: string): string => action.slice(action.indexOf(':') + 1)

function malformed({ text, pointer }: Item): readonly Found[] {
  if (text === '*' || hasVariable(text)) return NONE
  if (text.includes(',')) return [[pointer, `${shown(text)} is one text, not a list, and matches nothing`]]
  if (/\s/.test(text)) return [[pointer, `${shown(text)} holds a space and matches nothing`]]
  const colon = text.indexOf(':')
  const whole = colon > 0 && colon < text.length - 1 && !text.includes(':', colon + 1)
  return when(!whole, pointer, `${shown(text)} has not the form \`service:Name\` and matches nothing`)
}

/** `service:Name` with a known service, in lower case; undefined: not of that form. */
function readName({ text }: Item): { readonly service: string; readonly name: string } | undefined {
  const service = prefixOf(text).toLowerCase()
  const name = nameOf(text).toLowerCase()
  if (name === '' || name.includes(':') || /[\s,]/.test(name) || hasVariable(text)) return undefined
  return isService(service) ? { service, name } : undefined
}

/** Such a name is legal and matches nothing (R-ACT-05). */
function noAction(item: Item): readonly Found[] {
  const { service, name } = readName(item) ?? {}
  if (service === undefined || name === undefined || hasWildcard(name)) return NONE
  if (actionFacts(service, name) !== undefined || isActionAwsWrites(service, name)) return NONE
  return [[item.pointer, notThere(`action ${shown(item.text)}`, operation(item) ?? nearest(service, name))]]
}

/** An API operation is no action where IAM asks for others in its place (R-CT-20). */
function operation({ text }: Item): string | undefined {
  const actions = severalActionsOf(text)?.actions ?? [actionOfOperation(text) ?? []].flat()
  return actions.length === 0 ? undefined : `for that call IAM asks for ${shownList(actions)}`
}

function nearest(service: string, name: string): string | undefined {
  const meant = actionsOf(service).find((known) => oneEditApart(known.toLowerCase(), name))
  return meant === undefined ? undefined : `\`${service}:${meant}\` does`
}

/** What is known to be written without being in the reference, and wildcards that cover nothing of it. */
function doubtfulAction(item: Item): readonly Found[] {
  const { service, name } = readName(item) ?? {}
  if (service === undefined || name === undefined) return NONE
  if (!hasWildcard(name))
    return when(
      actionFacts(service, name) === undefined && isActionAwsWrites(service, name),
      item.pointer,
      `${shown(item.text)} is not in the reference, though AWS's managed policies name it`,
    )
  const glob = compileGlob(name)
  const covers = actionsOf(service).some((known) => globMatches(glob, known.toLowerCase()))
  return when(!covers, item.pointer, `${shown(item.text)} covers no action of the reference of ${DATE}`)
}

function noService({ text, pointer }: Item): readonly Found[] {
  const service = prefixOf(text).toLowerCase()
  if (!/^[a-z0-9-]+$/.test(service) || hasWildcard(service) || isService(service) || isServiceAwsWrites(service))
    return NONE
  const meant = service.length < 3 ? undefined : allServices().find((known) => oneEditApart(known, service))
  return [[pointer, notThere(`service of ${shown(text)}`, meant === undefined ? undefined : `\`${meant}\` does`)]]
}

const notThere = (what: string, instead: string | undefined): string =>
  `the ${what} does not exist${instead === undefined ? ` in the reference of ${DATE}` : `; ${instead}`}`

const DATE = FACTS.date

function needsAnyResource({
  actions,
  resources,
  actionElement,
  resourceElement,
  raw,
}: StatementView): readonly Found[] {
  if (actionElement !== 'Action' || resourceElement !== 'Resource' || resources.length === 0) return NONE
  if (resources.some(({ text }) => text === '*')) return NONE
  if (Array.isArray(raw['Resource']) && raw['Resource'].length !== resources.length) return NONE
  const listing = actions.filter(({ text }) => text.toLowerCase() === 's3:listallmybuckets')
  const without = actions.filter(
    ({ text }) =>
      !hasWildcard(text) && !listing.some((one) => one.text === text) && isWildcardOnlyAction(text) === true,
  )
  const found: Found[] = []
  if (without.length > 0) {
    const names = without.map(({ text }) => text)
    found.push(['/Action', `only the resource \`*\` covers ${shownList(names)}, which names no resource type`])
  }
  if (listing.length > 0) found.push(['/Resource', listsBuckets(resources)])
  return found
}

const listsBuckets = (resources: readonly Item[]): string =>
  resources.some(({ text }) => text.endsWith(':s3:::*'))
    ? 'that `arn:aws:s3:::*` covers `s3:ListAllMyBuckets` is disputed; `*` surely does'
    : 'only the resource `*` covers `s3:ListAllMyBuckets`'
