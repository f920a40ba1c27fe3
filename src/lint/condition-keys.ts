import { conditionKeyFacts, isKeyPrefix } from '#iam/facts/condition-keys.ts'
import { GLOBAL_KEYS } from '#iam/facts/global-keys.ts'
import { carries, KEYS_LISTED_WELL } from '#iam/facts/keys-of-actions.ts'
import { FACTS, isService, serviceTable } from '#iam/facts/services.ts'
import { isServiceAwsWrites } from '#iam/facts/written-by-aws.ts'
import { OPEN_KEY } from '#iam/open-value.ts'
import { oneEditApart } from '#iam/nearest-name.ts'
import { type Check, type Found, NONE, statementCheck, when } from './check.ts'
import { covers, prefixOf } from './actions.ts'
import { hasWildcard, type Line, type PolicyView, type StatementView, tests } from './view.ts'
import { shown, shownList } from './shown.ts'

/** The keys of a Condition (docs/rules.md, C). */
export const KEY_CHECKS: readonly Check[] = [
  statementCheck('error', 'Duplicate keys with different case', 'R-GRAM-06', ({ lines }) => {
    const seen = new Set<string>()
    return lines.flatMap(({ operator, key, folded, pointer }) => {
      const name = `${operator} ${folded}`
      if (!seen.has(name)) {
        seen.add(name)
        return NONE
      }
      return [[pointer, `${shown(key)} stands under \`${operator}\` in another letter case too`]] as const
    })
  }),
  ofKeys('error', 'Invalid condition key format', 'R-CTX-01', ({ key }) =>
    isKey(key) ? undefined : 'has not the form `service:name`',
  ),
  ofKeys('error', 'Invalid service', 'R-CTX-01', ({ key, folded }) => {
    const prefix = prefixOf(key)
    // What an imported file leaves open stands in a key of our own, which is no mistake of the policy's (ADR 0021).
    if (folded.startsWith(OPEN_KEY)) return undefined
    if (hasWildcard(prefix)) return 'has a wildcard for a service; a key is named in full'
    const known = isKeyPrefix(prefix) || isServiceAwsWrites(prefix.toLowerCase())
    return known || !isKey(key) ? undefined : `is of a service that does not exist in the reference of ${FACTS.date}`
  }),
  ofKeys('error', 'Invalid global condition key', 'R-COND-06', ({ folded, facts }) =>
    facts === undefined && folded.startsWith('aws:') ? slip(folded, globalNames()) : undefined,
  ),
  ofKeys('error', 'Invalid service condition key', 'R-COND-06', ({ folded, facts }) => {
    const service = prefixOf(folded)
    return facts === undefined && service !== 'aws' && isService(service) ? slip(folded, namesOf(service)) : undefined
  }),
  ofKeys('error', 'Unsupported global condition key', 'R-COND-06', ({ folded }) =>
    folded === 'aws:arn' ? 'does not exist; `aws:PrincipalArn` is the caller, `aws:SourceArn` a resource' : undefined,
  ),
  ofKeys('error', 'Missing tag key in condition', 'R-CTX-01', ({ folded, facts }) => {
    const bare = folded.endsWith('/') ? folded.slice(0, -1) : folded
    const isTagKey = bare.endsWith('tag') && facts === undefined && conditionKeyFacts(`${bare}/k`) !== undefined
    return isTagKey ? 'lacks the key of the tag behind a slash' : undefined
  }),
  statementCheck('error', 'Unsupported action for condition key', 'R-COND-06', (statement) =>
    unsupportedActions(statement, (service) => KEYS_LISTED_WELL.has(service)),
  ),
  statementCheck('warning', 'condition-key-not-listed', 'R-COND-06', (statement) =>
    unsupportedActions(statement, (service) => !KEYS_LISTED_WELL.has(service)),
  ),
  statementCheck('error', 'Missing action for condition key', 'R-STS-08', missingActions),
  ofKeys('security', 'Untrustworthy condition key', 'R-CTX-01', ({ folded }) =>
    folded === 'aws:referer' || folded === 'aws:useragent' ? 'holds what the caller chooses to send' : undefined,
  ),
  statementCheck('security', 'Missing paired condition keys', 'R-CTX-03', (statement) =>
    statement.lines.flatMap(({ key, folded, pointer }) =>
      when(
        folded === 'aws:vpcsourceip' && !PLACES_OF_VPCS.some((one) => tests(statement, one)),
        pointer,
        `${shown(key)} is the same address in many VPCs: test \`aws:SourceVpc\` too`,
      ),
    ),
  ),
  statementCheck('security', 'DynamoDB attributes without select', 'R-COND-06', (statement) =>
    statement.lines.flatMap(({ folded, pointer }) =>
      when(
        statement.allows && folded === 'dynamodb:attributes' && !tests(statement, 'dynamodb:select'),
        pointer,
        'a request that names no attribute gets them all: test `dynamodb:Select` too',
      ),
    ),
  ),
  statementCheck(
    'warning',
    'Use condition key only with supported services',
    'R-CTX-03',
    ({ lines, actions, actionElement }) =>
      actionElement === 'Action' && !actions.some(({ text }) => text === '*' || text === '*:*')
        ? NONE
        : lines.flatMap(({ key, folded, pointer }) =>
            when(OF_FEW_SERVICES.has(folded), pointer, `only some services send ${shown(key)}`),
          ),
  ),
  statementCheck('suggestion', 'Irrelevant condition key in policy', 'R-CTX-03', ({ lines }, { kind }) =>
    kind !== 'bucket' && kind !== 'access-point'
      ? NONE
      : lines.flatMap(({ key, folded, pointer }) =>
          when(
            folded === 's3:resourceaccount',
            pointer,
            `${shown(key)} is always the account of the policy's own bucket`,
          ),
        ),
  ),
]

/** What stands behind a slash is the caller's: the key of a tag may hold spaces. */
function isKey(key: string): boolean {
  const colon = key.indexOf(':')
  return colon > 0 && colon < key.length - 1 && !/\s/.test(key.split('/')[0] ?? '')
}

const PLACES_OF_VPCS = ['aws:sourcevpc', 'aws:sourcevpce', 'aws:sourcevpcarn']
const OF_FEW_SERVICES: ReadonlySet<string> = new Set(['aws:vpceaccount', 'aws:vpceorgid', 'aws:vpceorgpaths'])

/** A check of every key; what `problem` says follows the key in the message. */
function ofKeys(
  severity: Check['severity'],
  id: string,
  rule: string,
  problem: (line: Line) => string | undefined,
): Check {
  return statementCheck(severity, id, rule, ({ lines }) =>
    lines.flatMap((line): readonly Found[] => {
      const message = problem(line)
      return message === undefined ? NONE : [[line.pointer, `${shown(line.key)} ${message}`]]
    }),
  )
}

/** A key that no list has may be newer than the list; one that misses a listed key by a letter is a slip. */
function slip(folded: string, names: readonly string[]): string | undefined {
  const meant = names.find((name) => oneEditApart(name.toLowerCase(), folded))
  return meant === undefined ? undefined : `is not known; \`${meant}\` is`
}

let global: readonly string[] | undefined

function globalNames(): readonly string[] {
  global ??= GLOBAL_KEYS.map(([key]) => key).filter((key) => !key.includes('${'))
  return global
}

const namesOf = (service: string): readonly string[] =>
  [...(serviceTable(service)?.keys.values() ?? [])]
    .map((line) => line.split('|')[0] ?? '')
    .filter((key) => !key.includes('${') && !key.includes('<'))

/** A key of a service that actions named here never carry. Wildcards are not looked into, as AWS does not. */
function unsupportedActions(
  { actions, actionElement, lines }: StatementView,
  concerns: (service: string) => boolean,
): readonly Found[] {
  if (actionElement !== 'Action') return NONE
  return lines.flatMap(({ folded, facts, key, pointer, use }) => {
    const service = prefixOf(folded)
    if (
      facts === undefined ||
      service === 'aws' ||
      !concerns(service) ||
      use?.operator.family === 'null' ||
      use?.ifExists === true
    )
      return NONE
    const name = (facts.template ?? facts.name).toLowerCase()
    const own = actions.filter(({ text }) => prefixOf(text).toLowerCase() === service && !hasWildcard(text))
    const without = own.filter(({ text }) => carries(text, name) === false).map(({ text }) => text)
    return when(without.length > 0, pointer, `${shown(key)} is never part of ${shownList(without)}`)
  })
}

/** Keys that a session only gets through an action of its own. */
const SET_BY: readonly (readonly [key: string, action: string])[] = [
  ['aws:requesttag/', 'sts:TagSession'],
  ['aws:tagkeys', 'sts:TagSession'],
  ['sts:transitivetagkeys', 'sts:TagSession'],
  ['sts:sourceidentity', 'sts:SetSourceIdentity'],
]

function missingActions(statement: StatementView, policy: PolicyView): readonly Found[] {
  if (policy.place !== 'trust' || !statement.allows || statement.actionElement !== 'Action') return NONE
  return SET_BY.flatMap(([key, action]) => {
    const line = statement.lines.find(({ folded }) => (key.endsWith('/') ? folded.startsWith(key) : folded === key))
    if (line === undefined || line.use?.operator.family === 'null' || line.use?.ifExists === true) return NONE
    const granted = policy.statements.some(
      ({ allows, actions }) => allows && actions.some(({ text }) => covers(text, action)),
    )
    return when(!granted, line.pointer, `nobody can set ${shown(line.key)} unless \`${action}\` is allowed as well`)
  })
}
