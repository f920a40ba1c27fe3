import { actionFacts, actionsOf, isWildcardOnlyAction } from '#iam/facts/actions.ts'
import { compileGlob, globMatches } from '#iam/glob.ts'
import { allServices, isService } from '#iam/facts/services.ts'
import { type Check, type Found, NONE, oneEditApart, statementCheck, when } from './check.ts'
import { hasVariable, hasWildcard, type Item, type StatementView } from './view.ts'
import { shown, shownList } from './shown.ts'

/** `Action` and `NotAction` (docs/rules.md). Names our data does not know may be newer than it: they are no error. */
export const ACTION_CHECKS: readonly Check[] = [
  statementCheck('error', 'Invalid action', 'R-ACT-03', ({ actions }) => actions.flatMap(malformed)),
  statementCheck('error', 'Invalid service in action', 'R-ACT-02', ({ actions }) =>
    actions.flatMap(({ text, pointer }) =>
      when(
        text !== '*:*' && text.includes(':') && hasWildcard(prefixOf(text)),
        pointer,
        `${shown(text)} has a wildcard for a service and matches nothing`,
      ),
    ),
  ),
  statementCheck('warning', 'service-case', 'R-ACT-01', ({ actions }) =>
    actions.flatMap(({ text, pointer }) => {
      const prefix = prefixOf(text)
      const lower = prefix.toLowerCase()
      return prefix === lower
        ? NONE
        : when(isService(lower), pointer, `AWS writes the service of ${shown(text)} \`${lower}\``)
    }),
  ),
  statementCheck('warning', 'unknown-service', 'R-ACT-05', ({ actions }) => actions.flatMap(almostService)),
  statementCheck('warning', 'unknown-action', 'R-ACT-05', ({ actions }) => actions.flatMap(almostAction)),
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

/** A name no service has is legal and matches nothing; one that misses a known name by a letter is likely a slip. */
function almostAction({ text, pointer }: Item): readonly Found[] {
  const service = prefixOf(text).toLowerCase()
  const name = nameOf(text).toLowerCase()
  if (name.length < 6 || hasWildcard(text) || !isService(service)) return NONE
  if (actionFacts(service, name) !== undefined) return NONE
  const meant = actionsOf(service).find((known) => oneEditApart(known.toLowerCase(), name))
  return meant === undefined ? NONE : [[pointer, `${shown(text)} is not known; \`${service}:${meant}\` is`]]
}

function almostService({ text, pointer }: Item): readonly Found[] {
  const service = prefixOf(text).toLowerCase()
  if (service.length < 4 || hasWildcard(service) || isService(service)) return NONE
  const meant = allServices().find((known) => known.length > 3 && oneEditApart(known, service))
  return meant === undefined ? NONE : [[pointer, `the service of ${shown(text)} is not known; \`${meant}\` is`]]
}

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
