import { RCP_SERVICES } from '#iam/facts/rcp-services.ts'
import { prefixOf } from './actions.ts'
import { type Check, documentCheck, type Found, NONE, statementCheck, when } from './check.ts'
import { sizeOf } from './sizes.ts'
import { has, type PolicyView, type StatementView, tests } from './view.ts'
import { shown } from './shown.ts'

/**
 * SCPs and RCPs (docs/rules.md). SCPs have had IAM's full language since September 2025, so that of their older checks
 * only the one on Principal is left (R-GRAM-20).
 */
export const ORGANIZATION_CHECKS: readonly Check[] = [
  statementCheck('error', 'SCP syntax error principal', 'R-GRAM-09', ({ raw, principalElement }, { place }) =>
    when(
      place === 'scp' && has(raw, principalElement),
      `/${principalElement}`,
      `an SCP has no ${principalElement}: test \`aws:PrincipalArn\` instead`,
    ),
  ),
  documentCheck('error', 'Policy size exceeds SCP quota', 'R-QUOTA-01', (policy) => tooLong(policy, 'scp', 10_240)),
  documentCheck('error', 'Policy size exceeds RCP quota', 'R-QUOTA-01', (policy) => tooLong(policy, 'rcp', 5120)),
  ofRcps('error', 'RCP syntax error principal', 'R-GRAM-09', ({ raw, principals }) => {
    if (has(raw, 'NotPrincipal')) return [['/NotPrincipal', 'an RCP has no NotPrincipal']]
    const principal = raw['Principal']
    if (principal === '*' || principal === undefined) return NONE
    const everyone = principals.length === 1 && principals[0]?.key === 'AWS' && principals[0].text === '*'
    return when(!everyone, '/Principal', 'an RCP speaks of everyone, `*`: narrow it in Condition')
  }),
  ofRcps('error', 'RCP syntax error NotAction', 'R-GRAM-09', ({ raw }) =>
    when(has(raw, 'NotAction'), '/NotAction', 'an RCP has no NotAction'),
  ),
  ofRcps('error', 'RCP syntax error allow', 'R-RCP-01', ({ allows, resources, lines }) => {
    const all = resources.length === 1 && resources[0]?.text === '*' && lines.length === 0
    return when(allows && !all, '/Effect', 'an RCP of your own only denies')
  }),
  ofRcps('error', 'RCP syntax error action', 'R-RCP-02', ({ denies, actions }) =>
    actions.flatMap(({ text, pointer }) =>
      when(denies && !text.includes(':'), pointer, `an RCP that denies names a service: ${shown(text)} does not`),
    ),
  ),
  ofRcps('warning', 'rcp-service-not-listed', 'R-RCP-02', ({ denies, actions }) =>
    actions.flatMap(({ text, pointer }) =>
      when(
        denies && text.includes(':') && !RCP_SERVICES.has(prefixOf(text).toLowerCase()),
        pointer,
        `RCPs do not reach the service of ${shown(text)}, as far as our list goes`,
      ),
    ),
  ),
  ofRcps('warning', 'RCP missing related principal condition key', 'R-SVC-03', (statement) =>
    related(
      statement,
      (key) => key.startsWith('aws:principal') && !OF_SERVICES.has(key),
      'AWS services are denied too',
    ),
  ),
  ofRcps('warning', 'RCP missing related service principal condition key', 'R-SVC-03', (statement) =>
    related(statement, (key) => SOURCES.has(key), 'users and roles are denied too'),
  ),
  ofRcps('warning', 'RCP missing service condition key null check', 'R-SVC-03', ({ denies, lines }) => {
    const organization = lines.find(({ folded }) => folded === 'aws:sourceorgid' || folded === 'aws:sourceorgpaths')
    const checked = lines.some(
      ({ folded, use }) =>
        use?.operator.family === 'null' && (folded === 'aws:sourceaccount' || folded === 'aws:sourcearn'),
    )
    return organization === undefined || checked || !denies
      ? NONE
      : [
          [
            organization.pointer,
            `not every integration sends ${shown(organization.key)}: add Null of \`aws:SourceAccount\``,
          ],
        ]
  }),
]

const OF_SERVICES: ReadonlySet<string> = new Set([
  'aws:principalisawsservice',
  'aws:principalservicename',
  'aws:principalservicenameslist',
  'aws:principaltype',
])

const SOURCES: ReadonlySet<string> = new Set([
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:sourceaccount',
  'aws:sourcearn',
])

function related(
  { denies, lines, ...rest }: StatementView,
  is: (key: string) => boolean,
  effect: string,
): readonly Found[] {
  const line = denies ? lines.find(({ folded, use }) => is(folded) && use?.operator.family !== 'null') : undefined
  if (line === undefined || tests({ ...rest, denies, lines }, 'aws:principalisawsservice')) return NONE
  return [[line.pointer, `with ${shown(line.key)} alone ${effect}: add \`aws:PrincipalIsAWSService\``]]
}

function ofRcps(
  severity: Check['severity'],
  id: string,
  rule: string,
  check: (statement: StatementView) => readonly Found[],
): Check {
  return statementCheck(severity, id, rule, (statement, { place }) => (place === 'rcp' ? check(statement) : NONE))
}

/** Organizations counts a document as it was saved; one given as an object is measured without whitespace (R-QUOTA-01). */
function tooLong(policy: PolicyView, place: PolicyView['place'], quota: number): readonly Found[] {
  if (policy.place !== place) return NONE
  const size = sizeOf(policy, 'counts whitespace')
  return when(size > quota, '', `${size} characters, of at most ${quota}`)
}
