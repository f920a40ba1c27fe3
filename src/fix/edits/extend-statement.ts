import type { FailedElement, StatementVerdict } from '#engine/decision.ts'
import { explainPolicies } from '#engine/explain.ts'
import type { LayerFinding } from '#engine/layers/finding.ts'
import type { PreparedPolicy } from '#engine/prepare.ts'
import { isStandIn } from '#engine/representatives.ts'
import { actionFacts } from '#iam/facts/actions.ts'
import { readAddress } from '#iam/condition/compare.ts'
import type { DocumentEdit, LostGuard } from '../edit.ts'
import type { Operation } from '../operation.ts'
import { pointerTo, valueAt } from '#iam/json-pointer.ts'
import { documentValue } from '#iam/json-value.ts'
import { principalOf, type StatementJson } from '../statement.ts'
import { variablesOf } from '#iam/variables.ts'
import { type GrantGoal, isSubjectWith } from '../grant-goal.ts'
import { asksForBoundary } from './boundary-protection.ts'
import { guardedStatement, isDataGuard, isGivenUp, lostGuard } from './data-guards.ts'
import { PROTECTING } from './kept-conditions.ts'
import { addTo, editable, locationOf } from './add-statement.ts'

const MAX_EXTENSIONS = 3

/**
 * Allow statements that fail on one element alone, each widened by what is wanted: one more resource, action, principal
 * or condition value (R-FIX-03). What else such a statement lets through then is for the proof to say.
 */
export function extensions(finding: LayerFinding, goal: GrantGoal, on: string): readonly DocumentEdit[] {
  const policies = editable(finding, goal)
  return policies
    .flatMap((policy) =>
      explainPolicies([policy], goal.input.question).flatMap(
        (statement) => extensionOf(finding, policy, statement, goal, on) ?? [],
      ),
    )
    .slice(0, MAX_EXTENSIONS)
}

function extensionOf(
  finding: LayerFinding,
  policy: PreparedPolicy,
  verdict: StatementVerdict,
  goal: GrantGoal,
  on: string,
): DocumentEdit | undefined {
  const [failed, ...others] = verdict.failedOn
  if (verdict.effect !== 'Allow' || verdict.matches !== false || failed === undefined || others.length > 0)
    return undefined
  const line = policy.document.statements
    .find(({ index }) => index === verdict.index)
    ?.conditions.find(({ key, operator }) => key === failed.key && operator === failed.operator)
  // A value beside one that compares with the caller would be for everybody.
  if (line?.values.some(({ template }) => variablesOf(template).length > 0) === true) return undefined
  const widened = wideningOf(failed, goal)
  const isOfResource = finding.layer === 'resource-policy'
  if (widened === undefined || isBroad(policy, verdict, failed, goal, isOfResource)) return undefined
  if (failed.element === 'Action' && goal.action === 'kms:CreateGrant')
    return isOfResource ? serviceGrants(finding, policy, verdict, on) : undefined
  const name = `statement ${verdict.index + 1}${verdict.sid === undefined ? '' : ` "${verdict.sid}"`}`
  return {
    is: 'document',
    kind: finding.layer === 'session-policy' ? 'edit-request' : 'edit-policy',
    location: locationOf(finding, policy, on),
    operationsOn: (document) => listedIn(document, pointerTo(verdict.pointer, ...widened.steps), widened.values),
    does: `add ${widened.what} to ${name} of \`${policy.name}\``,
    slug: `extend-${finding.layer === 'resource-policy' ? (finding.kind ?? 'resource') : finding.layer}`,
    grantingPointer: () => verdict.pointer,
    mayGrantMore: true,
    ...(isOfOwnThings(policy, verdict, failed, goal) ? { isOfOwnThings: true } : {}),
    ...losing(
      line === undefined || !isDataGuard(line)
        ? guardsAround(finding, policy, verdict, goal)
        : [lostGuard(`${name} of \`${policy.name}\``, line, widened.values)],
    ),
  }
}

const losing = (guards: readonly LostGuard[]): Pick<DocumentEdit, 'losesGuards'> =>
  guards.length === 0 ? {} : { losesGuards: guards }

/**
 * The conditions by which the nearest statement protects data, where the request does not meet them and this one does not ask for them: a
 * statement for other resources or actions that is widened goes around them (R-ADV-04).
 */
function guardsAround(
  finding: LayerFinding,
  policy: PreparedPolicy,
  { index }: StatementVerdict,
  goal: GrantGoal,
): readonly LostGuard[] {
  const { conditions = [] } = policy.document.statements.find((statement) => statement.index === index) ?? {}
  const keys = new Set(conditions.map(({ key }) => key.toLowerCase()))
  return guardedStatement(finding, goal).losesGuards.filter(
    (lost) => isGivenUp(lost) && !keys.has(lost.key.toLowerCase()),
  )
}

/**
 * Whether a statement lacks only the action, is for what belongs to whoever calls by a policy variable, and has an action of that level on
 * the same thing: `iam:GetAccessKeyLastUsed` where it has `iam:ListAccessKeys` on `user/${aws:username}`.
 */
function isOfOwnThings(
  policy: PreparedPolicy,
  { index }: StatementVerdict,
  { element }: FailedElement,
  { action, input }: GrantGoal,
): boolean {
  const statement = policy.document.statements.find((each) => each.index === index)
  const patterns = statement?.resources ?? []
  const [service = '', name = ''] = action.split(':')
  const levelOf = (text: string): string | undefined => actionFacts(service, text)?.accessLevel
  return (
    element === 'Action' &&
    patterns.length > 0 &&
    patterns.every(({ source }) => OF_CALLER.test(source)) &&
    input.caller.kind !== 'service' &&
    (statement?.actionSource ?? []).some((written) => {
      const own = written.toLowerCase().startsWith(`${service}:`) ? written.slice(service.length + 1) : ''
      const noun = own.replace(/^[A-Z][a-z]+/, '').replace(/s$/, '')
      return (
        noun.length > 3 &&
        name.includes(noun) &&
        LEVELS.indexOf(levelOf(own) ?? '') >= LEVELS.indexOf(levelOf(name) ?? 'none')
      )
    })
  )
}

/** A variable that says who calls. */
const OF_CALLER = /\$\{aws:(?:username|userid)\}/i

/** Access levels, each with what it gives at the most behind the one before. */
const LEVELS: readonly string[] = ['none', 'List', 'Read', 'Tagging', 'Write', 'Permissions management']

/**
 * Grants that a service makes for its resource, such as an encrypted volume, for the principals of a statement that lets them use the
 * key. A grant of any kind would let them hand the key on.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-service-integration
 */
function serviceGrants(
  finding: LayerFinding,
  policy: PreparedPolicy,
  { pointer }: StatementVerdict,
  on: string,
): DocumentEdit {
  const source = valueAt(documentValue(policy.source), pointer) as StatementJson
  const { Sid: _, Principal, Resource, Condition } = source
  const conditions = (Condition ?? {}) as Readonly<Record<string, object>>
  const statement: StatementJson = {
    Sid: 'AllowGrantsForAWSResources',
    Effect: 'Allow',
    Principal,
    Action: 'kms:CreateGrant',
    Resource,
    Condition: { ...conditions, Bool: { ...conditions['Bool'], 'kms:GrantIsForAWSResource': 'true' } },
  }
  const edit = addTo(locationOf(finding, policy, on), statement, `\`${policy.name}\``, 'key-grants-for-services', {
    assumes: { 'kms:GrantIsForAWSResource': 'true' },
  })
  return { ...edit, mayGrantMore: true }
}

/**
 * A statement for a pattern of actions, or for every resource or principal, is not opened any further (R-FIX-06). In the policy of a
 * resource `*` is that resource.
 */
function isBroad(
  policy: PreparedPolicy,
  { index }: StatementVerdict,
  { element }: FailedElement,
  goal: GrantGoal,
  isOfResource: boolean,
): boolean {
  const statement = policy.document.statements.find((statement) => statement.index === index)
  const isPattern = (text: string): boolean => text.includes('*') || text.includes('?')
  if (
    statement === undefined ||
    statement.actionElement === 'NotAction' ||
    statement.principalElement === 'NotPrincipal'
  )
    return true
  if (element !== 'Action') return statement.actionSource.some(isPattern)
  const hasAny =
    statement.resources?.some(({ kind }) => kind === 'any') === true || statement.resourceElement === 'NotResource'
  return statement.principal?.any === true || (hasAny && !isOfResource && !goal.resources.includes('*'))
}

interface Widening {
  readonly steps: readonly string[]
  readonly values: readonly string[]
  readonly what: string
}

function wideningOf(failed: FailedElement, goal: GrantGoal): Widening | undefined {
  switch (failed.element) {
    case 'Resource':
      return { steps: ['Resource'], values: goal.resources, what: 'the resource' }
    case 'Action':
      return { steps: ['Action'], values: [goal.action], what: goal.action }
    case 'Principal': {
      const [entry] = Object.entries(principalOf(goal.input) ?? {})
      return entry === undefined
        ? undefined
        : { steps: ['Principal', entry[0]], values: [entry[1]], what: 'the principal' }
    }
    case 'Condition':
      // What a trust policy asks for besides a name is not given up (R-FIX-06).
      return isProtection(failed, goal) || asksForBoundary({ key: failed.key ?? '' }) || isSubjectMeant(failed, goal)
        ? undefined
        : conditionWidening(failed)
    default:
      return undefined
  }
}

/** A subject with a placeholder in it is what a trust policy means, and no token's (R-EVID-17). */
const isSubjectMeant = ({ key = '', actual }: FailedElement, { placeholders }: GrantGoal): boolean =>
  isSubjectWith(placeholders, key, String(actual))

const isProtection = ({ key = '' }: FailedElement, { input }: GrantGoal): boolean =>
  input.question.action.service === 'sts' && PROTECTING.test(key)

/** Whole organizations and accounts: to list one more opens to all in it. */
const OF_MANY = /^aws:(?:principalorg|sourceorg|resourceorg|principalaccount$|sourceaccount$|resourceaccount$)/i

const LISTING = new Set(['stringequals', 'stringlike', 'arnequals', 'arnlike', 'stringequalsignorecase', 'ipaddress'])

/**
 * The edit that adds a value to a condition that lists the good ones; a value with wildcards of its own would say more than it
 * does.
 */
function conditionWidening({ operator = '', key = '', actual, state }: FailedElement): Widening | undefined {
  const plain = operator.toLowerCase().replace(/ifexists$/, '')
  if (
    !LISTING.has(plain) ||
    OF_MANY.test(key) ||
    typeof actual !== 'string' ||
    state !== undefined ||
    // Nobody knows the value.
    isStandIn(actual) ||
    /[*?]|\$\{/.test(actual)
  )
    return undefined
  const value = plain === 'ipaddress' ? rangeOf(actual) : actual
  return value === undefined
    ? undefined
    : { steps: ['Condition', operator, key], values: [value], what: `${key} ${value}` }
}

function rangeOf(address: string): string | undefined {
  const read = readAddress(address)
  return read === undefined ? undefined : `${address}/${read.kind() === 'ipv4' ? 32 : 128}`
}

/** Operations that add values to an element, where there is one, or a list, or none. */
function listedIn(document: unknown, pointer: string, values: readonly string[]): readonly Operation[] {
  const now = valueAt(document, pointer)
  const parent = valueAt(document, pointer.slice(0, pointer.lastIndexOf('/')))
  if (typeof parent !== 'object' || parent === null) return []
  if (Array.isArray(now)) {
    const fresh = values.filter((value) => !now.includes(value))
    return fresh.map((value) => ({ op: 'add', path: `${pointer}/-`, value }))
  }
  if (now === undefined) return [{ op: 'add', path: pointer, value: values.length === 1 ? values[0] : values }]
  return [{ op: 'replace', path: pointer, value: [now, ...values] }]
}
