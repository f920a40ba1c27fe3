import type { FailedElement } from '#engine/decision.ts'
import { explainPolicies } from '#engine/explain.ts'
import type { LayerFinding } from '#engine/layers/finding.ts'
import type { PreparedPolicy } from '#engine/prepare.ts'
import { isStandIn, OTHER, representatives } from '#engine/representatives.ts'
import { type ConditionLine, evaluateLine } from '#iam/condition/condition.ts'
import { CALL_FACTS } from '#iam/call-facts.ts'
import { isNameOfApi } from '#iam/api-id.ts'
import { isNeverSent } from '#iam/facts/keys-of-actions.ts'
import { pointerTo, valueAt } from '#iam/json-pointer.ts'
import { documentValue } from '#iam/json-value.ts'
import { type KeyState, type Lookup, several, single, UNKNOWN } from '#iam/key-state.ts'
import { nearestStatements } from '#iam/nearest-statements.ts'
import type { Statement } from '#iam/policy.ts'
import { isKeyOfAws } from '#iam/facts/claim-keys.ts'
import type { ContextValue } from '#iam/request.ts'
import type { Truth } from '#iam/truth.ts'
import { actionTruth } from '#iam/statement.ts'
import { fill, textOf, variablesOf } from '#iam/variables.ts'
import type { Edit, LostGuard } from '../edit.ts'
import { type Conditions, type GrantGoal, TOPIC_OF_KEY, valueOf } from '../grant-goal.ts'
import { allowStatement, oneOrList, type StatementJson, type StatementParts } from '../statement.ts'
import { asksForBoundary, setsBoundary } from './boundary-protection.ts'
import { guardsOfOtherActions } from './guards-of-other-actions.ts'
import { savableConditions, savablePattern } from '../savable.ts'
import { isOwnClaim, PROTECTING } from './kept-conditions.ts'
import { isChosenByCall } from './request-keys.ts'
import { isMadeByCall } from '#engine/dependent-calls/made-by-call.ts'
import { isResourceTagKey } from '#iam/tag-keys.ts'

/**
 * Condition keys by which an Allow protects data: which rows, attributes, folders, tags or encryption contexts it is for, from where
 * and on whose behalf a call comes, and which service gets a role.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
 * https://docs.aws.amazon.com/kms/latest/developerguide/policy-conditions.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html
 * https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
 * https://docs.aws.amazon.com/sns/latest/dg/sns-using-identity-based-policies.html#sns-policy-keys
 */
const GUARDING: readonly RegExp[] = [
  PROTECTING,
  /^dynamodb:(?:leadingkeys|attributes|select|returnvalues|enclosingoperation)$/,
  /^s3:(?:prefix|existingobjecttag\/.*|dataaccesspoint(?:arn|account)|accesspointnetworkorigin|resourceaccount)$/,
  /^[a-z0-9-]+:resourcetag\//,
  /^aws:principaltag\//,
  /^aws:principal(?:orgid|orgpaths|account)$/,
  /^aws:(?:vpcsourceip|vpceaccount|vpceorg(?:id|paths)|sourcevpcarn|calledvia(?:first|last)?|viaawsservice|sourceaccount)$/,
  /^aws:resource(?:account|orgid|orgpaths)$/,
  /^iam:(?:passedtoservice|associatedresourcearn)$/,
  /^route53:changeresourcerecordsets(?:normalizedrecordnames|recordtypes|actions)$/,
  /^ses:(?:fromaddress|fromdisplayname|feedbackaddress|recipients)$/,
  /^sns:(?:endpoint|protocol)$/,
  /^kms:(?:encryptioncontext(?:keys|:.*)|viaservice|calleraccount|grant.*|resourcealiases|requestalias)$/,
]

/** Whether a condition protects data: by its key, or because it compares with the caller. */
export const isDataGuard = ({ key, values }: ConditionLine): boolean =>
  asksForBoundary({ key }) || isGuardingKey(key) || values.some(({ template }) => variablesOf(template).length > 0)

const isGuardingKey = (key: string): boolean => GUARDING.some((pattern) => pattern.test(key.toLowerCase()))

/**
 * Whether an edit gives up a condition that protects data, and puts no narrower one in its place. A statement that names the principal is
 * narrower than its organization or account.
 */
export const isGivenUp = ({ key, values, admits }: LostGuard): boolean =>
  admits === undefined &&
  !/^aws:principal(?:orgid|orgpaths|account)$/i.test(key) &&
  (isGuardingKey(key) || values.some((value) => value.includes('${')))

/** An Allow to add, with the conditions of the nearest statement that protect data. */
export interface GuardedStatement {
  readonly statement: StatementJson
  /** Keys that the evidence leaves open, with values that meet the conditions that were kept. */
  readonly assumes: Readonly<Record<string, ContextValue>>
  /** `?` is written for characters that IAM does not save. */
  readonly writesWildcards: boolean
  /** Conditions of the nearest statement that the request does not meet, so that they are not in the new one. */
  readonly losesGuards: readonly LostGuard[]
}

/**
 * Returns the Allow for a goal, with the data guards of the nearest statement for the same action (R-ADV-04). A guard that the
 * request does not meet would make the new statement useless: it is left out, and listed as lost.
 */
export function guardedStatement(finding: LayerFinding, goal: GrantGoal, parts: StatementParts = {}): GuardedStatement {
  const { lookup } = goal.input.question
  const own = merged(goal.conditions, parts.conditions ?? {})
  const isLimit = (line: ConditionLine): boolean =>
    isOnlyLimit(goal) && evaluateLine(line, lookup(line.key), lookup) !== false
  const isKept = (line: ConditionLine): boolean =>
    (isDataGuard(line) || isLimit(line)) && !asksFor(own, line.key) && !isNeverSent(goal.action, line.key)
  const ofAction = nearAllows(finding, goal).flatMap((near) =>
    near.statement.conditions.filter(isKept).map((line) => ({ near, line })),
  )
  const ofOthers = guardsOfOtherActions(otherAllows(finding, goal), goal.action, isKept).filter(
    ({ line: { key } }, i, all) =>
      ![...ofAction, ...all.slice(0, i)].some(({ line }) => line.key.toLowerCase() === key.toLowerCase()),
  )
  const claims = claimConditions(finding, goal).filter(({ line }) => !asksFor(own, line.key))
  const guards = [...ofAction, ...ofOthers, ...claims, ...callConditions(finding, goal)]
    .map((guard) => ({ ...guard, truth: evaluateLine(guard.line, lookup(guard.line.key), lookup) }))
    .filter(
      ({ line, truth }) =>
        isDataGuard(line) || isOwnClaim(goal.input.caller, line.key) || truth === false || isOnlyLimit(goal),
    )
  // What a trust policy asks for, or a boundary for new roles, is never given up (R-FIX-06, R-ADV-11): then another request is the fix.
  const isLost = ({ truth, line }: (typeof guards)[number]): boolean =>
    truth === false && finding.kind !== 'trust' && !(asksForBoundary(line) && setsBoundary(goal))
  const kept = guards.filter((guard) => !isLost(guard))
  const lost = guards.filter(isLost).map((guard) => ({
    ...guard,
    source: sameSource(guard.line, lookup) ?? sourceOfService(guard.line, goal) ?? tagOfNew(guard.line, goal),
  }))
  const conditions = [
    ...kept.map(({ near, line, truth }) => (truth === false && claimOfToken(line, goal)) || conditionIn(near, line)),
    ...lost.map(({ line, source }) =>
      source === undefined
        ? {}
        : { [source.operator ?? line.operator]: { [source.key ?? line.key]: oneOrList(source.patterns) } },
    ),
  ].reduce(merged, {})
  return {
    writesWildcards: writesWildcards(goal),
    statement: allowStatement(goal, { ...parts, conditions: merged(savableConditions(conditions), own) }),
    assumes: Object.assign(
      {},
      goal.assumes,
      ...kept.map(({ line, truth }) => (truth === 'unknown' ? meeting(line, lookup) : {})),
      ...lost.map(({ line, source }) => exampleOf(line, source)),
    ),
    losesGuards: lost.flatMap(({ near, line, source }) =>
      source?.key === undefined ? [lostGuard(nameOf(near), line, source?.patterns)] : [],
    ),
  }
}

/**
 * Whether the conditions of a statement are all that limits it, because the action has no resource: `ecs:cluster` is for
 * `ecs:ListTasks` what the name of the cluster is for other actions.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
const isOnlyLimit = ({ resources }: GrantGoal): boolean => resources.every((arn) => arn === '*')

/**
 * The patterns of `aws:SourceArn` that name the same source and leave open the rest: each up to its first wildcard. Undefined: the
 * request's own source is known, or nothing but the rest is named. So a stage or method of the API that the policy names may differ, and
 * no other API is let in (R-ADV-04). https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html#apigateway-permissions
 */
function sameSource({ key, operator, values }: ConditionLine, lookup: Lookup): OtherSource | undefined {
  const state = lookup(key)
  const isOpen = state.state === 'values' && isStandIn(state.values[0])
  if (!isOpen || key.toLowerCase() !== 'aws:sourcearn' || !/^(?:arn(?:like|equals)|stringlike)$/i.test(operator))
    return undefined
  const sources = values.map(({ template }) => (template.constant ? template.source : ''))
  const heads = sources.map((source) => source.slice(0, Math.max(source.search(/[*?]/), 0)))
  const [first = ''] = heads
  const isNarrow = heads.every((head, i) => namesSource(head) && `${head}*` !== sources[i])
  return first === '' || !isNarrow
    ? undefined
    : { patterns: heads.map((head) => `${head}*`), example: `${first}${OTHER}` }
}

/** A value of the source that the evidence leaves open, by its key. */
const exampleOf = ({ key }: ConditionLine, source: OtherSource | undefined): Readonly<Record<string, string>> =>
  source === undefined || source.isKnown === true ? {} : { [source.key ?? key]: source.example }

/** What a new statement asks of the source of a request in place of a condition that the request does not meet. */
interface OtherSource {
  /** Left out: as in the condition. */
  readonly key?: string
  /** Left out: as in the condition. */
  readonly operator?: string
  readonly patterns: readonly string[]
  /** A value that meets it. */
  readonly example: string
  /** The evidence has the value. */
  readonly isKnown?: true
}

/**
 * What a service is held to where the resource that it acts for is another one than the policy names: that resource, if the evidence
 * shows it. Keys of the caller's organization and account are in no request of a service: those of the source are in their place.
 * Without any, the service could be made to call for every account. Undefined: the source is not known.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
function sourceOfService(
  { key, operator, values }: ConditionLine,
  { input, conditions }: GrantGoal,
): OtherSource | undefined {
  const [, ...other] = PRINCIPAL_KEYS.find(([principalKey]) => principalKey === key.toLowerCase()) ?? []
  const [example = '', ...more] = values.map(({ template }) => (template.constant ? template.source : ''))
  if (input.caller.kind !== 'service' || example === '') return undefined
  if (other[0] !== undefined) return { key: other[0], patterns: [example, ...more], example }
  const topic = conditions['StringEquals']?.[TOPIC_OF_KEY]
  if (typeof topic === 'string' && /^aws:source(?:arn|account|orgid)$/i.test(key))
    return { key: TOPIC_OF_KEY, operator: 'StringEquals', patterns: [topic], example: topic, isKnown: true }
  if (key.toLowerCase() !== 'aws:sourcearn' || /not|ifexists/i.test(operator)) return undefined
  const state = input.question.lookup(key)
  const known = state.state === 'values' ? state.values.filter((value) => !isStandIn(value)) : []
  return known[0] === undefined ? undefined : { patterns: known, example: known[0] }
}

/**
 * The tag that the call is to pass where a policy asks for a tag of the resource, which the call makes: before, it has none. Undefined:
 * the resource is there already, or the call passes another value.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
 */
function tagOfNew(
  { key, values, use }: ConditionLine,
  { input, action, assumedKeys }: GrantGoal,
): OtherSource | undefined {
  const { resource, question } = input
  if (
    resource.kind !== 'arn' ||
    !isResourceTagKey(key) ||
    !isMadeByCall(action, resource.arn, valueOf(input, CALL_FACTS.operation))
  )
    return undefined
  const passed = `aws:RequestTag/${key.slice(key.indexOf('/') + 1)}`
  const patterns = values.map(({ template }) => (template.constant ? template.source : ''))
  const isNull = use?.operator.family === 'null'
  const example = isNull ? OTHER : (patterns[0] ?? '').replaceAll('*', '')
  const isWanted = isNull ? patterns.every((pattern) => pattern === 'false') : use?.operator.negated === false
  const state = question.lookup(passed)
  const isOpen = state.state === 'unknown' || assumedKeys.has(passed.toLowerCase())
  if (example === '' || !isWanted || !isOpen) return undefined
  return { key: passed, patterns, example }
}

/** Keys that say who a caller is, each with the key that says the same of the resource that a service acts for. */
const PRINCIPAL_KEYS: readonly (readonly [principal: string, source: string])[] = [
  ['aws:principalorgid', 'aws:SourceOrgID'],
  ['aws:principalorgpaths', 'aws:SourceOrgPaths'],
  ['aws:principalaccount', 'aws:SourceAccount'],
]

/** Services whose ARNs have no resource type before the name. */
const NAME_FIRST: ReadonlySet<string> = new Set(['execute-api', 's3', 'sns', 'sqs'])

/** Whether the beginning of an ARN names a resource with its account, not only a type. */
function namesSource(head: string): boolean {
  const [, , service = '', , account = '', ...rest] = head.split(':')
  const names = rest.flatMap((part) => part.split('/')).filter((part) => part !== '')
  if (service === 'execute-api' && isNameOfApi(names[0] ?? '')) return false
  return names.length >= (NAME_FIRST.has(service) ? 1 : 2) && (service === 's3' || account !== '')
}

/** Whether the request has names that cannot be written in a policy (R-GRAM-07). */
const writesWildcards = ({ input: { request }, resources }: GrantGoal): boolean =>
  [request.resource ?? []].flat().some((arn) => savablePattern(arn) !== arn && !resources.includes(arn))

/** Data guards that a plan gives up, with the edit that does. */
export const lostDataGuards = (edits: readonly Edit[]): readonly LostGuard[] =>
  edits.flatMap((edit) => (edit.is === 'document' ? (edit.losesGuards ?? []) : []))

/** Claims of which another value says how the user signed in, and not which workflow or project it is for. */
const SIGN_IN = /:(?:aud|oaud|azp|amr|acr)$/i

/** The condition on a claim with the value that the token has: a statement for another workflow asks for that workflow. */
function claimOfToken({ key, use }: ConditionLine, { input: { caller, question } }: GrantGoal): Conditions | undefined {
  const state = question.lookup(key)
  const [value = ''] = state.state === 'values' && state.values.length === 1 ? state.values : []
  const isOpen = value === '' || isStandIn(value) || /[*?]|\$\{/.test(value) || use?.setOperator !== undefined
  return isOpen || !isOwnClaim(caller, key) || SIGN_IN.test(key) ? undefined : { StringEquals: { [key]: value } }
}

/**
 * What the nearest statement of a trust policy asks of the token or assertion: the audience, the workflow, how the user signed in. A new
 * statement without it would trust more tokens than its author does.
 */
function claimConditions(finding: LayerFinding, goal: GrantGoal): readonly { near: Near; line: ConditionLine }[] {
  const { caller } = goal.input
  if (finding.kind !== 'trust' || caller.kind !== 'identity-provider') return []
  return nearestStatements(allowsFor(finding, goal))
    .slice(0, 1)
    .flatMap((near) =>
      near.statement.conditions
        .filter(({ key }) => isOwnClaim(caller, key) && isKeyOfAws(key))
        .map((line) => ({ near, line })),
    )
}

/** What a statement that fails on nothing but conditions asks of the call: a new statement beside it leaves that out. */
const callConditions = (finding: LayerFinding, goal: GrantGoal): readonly { near: Near; line: ConditionLine }[] =>
  nearAllows(finding, goal)
    .filter(({ failedOn }) => failedOn.every(({ element }) => element === 'Condition'))
    .flatMap((near) =>
      near.statement.conditions
        .filter((line) => !isDataGuard(line) && isChosenByCall(line.key) && !isNeverSent(goal.action, line.key))
        .map((line) => ({ near, line })),
    )

/** The conditions on what the caller sends that a plan gives up, so that the call need not be as a policy asks. */
export const lostCallConditions = (edits: readonly Edit[]): readonly LostGuard[] =>
  lostDataGuards(edits).filter(({ key, admits }) => admits === undefined && isChosenByCall(key))

interface Near {
  readonly policy: PreparedPolicy
  readonly statement: Statement
}

/**
 * The Allow statements for the same action whose guards a new one keeps: all of a trust policy; else the nearest among the policies
 * that grant to this caller. Within an account either side is enough, so the guard of one must not be avoided by the other. Of
 * several, the one whose resource is most like the wanted one.
 */
function nearAllows(finding: LayerFinding, goal: GrantGoal): readonly Explained[] {
  const { action } = goal.input.question
  const alike = allowsFor(finding, goal).filter(({ statement }) => actionTruth(statement, action) !== false)
  if (finding.kind === 'trust') return alike
  return nearestStatements(alike)
    .toSorted(
      (a, b) =>
        likeness(b.statement, goal) - likeness(a.statement, goal) || guardsOf(b.statement) - guardsOf(a.statement),
    )
    .slice(0, 1)
}

/** The Allow statements that match but for their actions and conditions: on the same resource, for other actions. */
function otherAllows(finding: LayerFinding, goal: GrantGoal): readonly Near[] {
  if (finding.kind === 'trust') return []
  return allowsFor(finding, goal).filter(
    ({ failedOn }) =>
      failedOn.some(({ element }) => element === 'Action') &&
      failedOn.every(({ element }) => element === 'Action' || element === 'Condition'),
  )
}

interface Explained extends Near {
  readonly effect: 'Allow'
  readonly matches: Truth
  readonly failedOn: readonly FailedElement[]
}

/** The Allow statements that grant to this caller. */
function allowsFor(finding: LayerFinding, goal: GrantGoal): readonly Explained[] {
  const { question, relation } = goal.input
  const isEither = relation === 'same' && EITHER.has(finding.layer) && finding.kind !== 'trust'
  const findings = isEither ? goal.trace.filter(({ layer, applies }) => applies && EITHER.has(layer)) : [finding]
  return findings.flatMap(({ policies }) =>
    policies.flatMap((policy) => {
      const verdicts = explainPolicies([policy], question)
      return policy.document.statements.flatMap((statement, i) => {
        const { matches = false, failedOn = [] } = verdicts[i] ?? {}
        return statement.effect === 'Allow' && isForSuchCaller(statement, goal)
          ? [{ policy, statement, effect: statement.effect, matches, failedOn }]
          : []
      })
    }),
  )
}

const EITHER: ReadonlySet<string> = new Set(['identity-policy', 'resource-policy'])

const guardsOf = ({ conditions }: Statement): number => conditions.filter(isDataGuard).length

/** A statement for a service or a token says nothing of what a role should be held to. */
function isForSuchCaller({ principal }: Statement, { input: { caller } }: GrantGoal): boolean {
  if (principal === undefined || principal.any) return true
  const type = caller.kind === 'service' ? 'Service' : caller.kind === 'identity-provider' ? 'Federated' : 'AWS'
  return principal.entries.some((entry) => entry.type === type)
}

/** How many characters of a wanted resource a statement's resource begins with. */
function likeness({ resources = [] }: Statement, { resources: wanted }: GrantGoal): number {
  const lengths = resources.flatMap(({ source }) => wanted.map((arn) => commonLength(source, arn)))
  return Math.max(0, ...lengths)
}

function commonLength(a: string, b: string): number {
  let i = 0
  while (i < a.length && i < b.length && a[i] === b[i]) i++
  return i
}

/** A condition as it is written in its statement. */
function conditionIn({ policy, statement }: Near, { operator, key }: ConditionLine): Conditions {
  const value = valueAt(documentValue(policy.source), pointerTo(statement.pointer, 'Condition', operator, key))
  return value === undefined ? {} : { [operator]: { [key]: value as string | readonly string[] } }
}

function merged(some: Conditions, more: Conditions): Conditions {
  const all: Record<string, Readonly<Record<string, string | readonly string[]>>> = { ...some }
  for (const [operator, keys] of Object.entries(more)) all[operator] = { ...all[operator], ...keys }
  return all
}

const asksFor = (conditions: Conditions, key: string): boolean =>
  Object.values(conditions).some((block) => Object.keys(block).some((name) => name.toLowerCase() === key.toLowerCase()))

/** @param admits values that the condition lets pass in addition; left out where it is given up */
export const lostGuard = (
  statement: string,
  { operator, key, values }: ConditionLine,
  admits?: readonly string[],
): LostGuard => ({
  statement,
  operator,
  key,
  values: values.map(({ template }) => template.source),
  ...(admits === undefined ? {} : { admits }),
})

const nameOf = ({ policy, statement: { index, sid } }: Near): string =>
  `statement ${index + 1}${sid === undefined ? '' : ` "${sid}"`} of \`${policy.name}\``

/** Values that meet a condition whose key, or a variable in it, nobody knows. */
export function meeting(line: ConditionLine, lookup: Lookup): Readonly<Record<string, ContextValue>> {
  const open = line.values
    .flatMap(({ template }) => variablesOf(template))
    .filter((key) => ['unknown', 'present'].includes(lookup(key).state))
  const assumed = new Map(open.map((key) => [key.toLowerCase(), single(OTHER)]))
  const filledIn: Lookup = (key) => assumed.get(key.toLowerCase()) ?? lookup(key)
  const state = stateMeeting(line, filledIn)
  const isOpen = ['unknown', 'present'].includes(lookup(line.key).state)
  const own = isOpen && state?.state === 'values' ? { [line.key]: [...state.values] } : {}
  return {
    ...Object.fromEntries(open.map((key) => [key, OTHER])),
    ...Object.fromEntries(
      Object.entries(own).map(([key, [first = '', ...more]]) => [key, isList(line) ? [first, ...more] : first]),
    ),
  }
}

const isList = ({ use }: ConditionLine): boolean => use?.setOperator !== undefined

function stateMeeting(line: ConditionLine, lookup: Lookup): KeyState | undefined {
  const filled = line.values.flatMap(({ template }) => {
    const parts = fill(template, lookup)
    return typeof parts === 'string' ? [] : [textOf(parts).replaceAll('*', '')]
  })
  const tell = (each: ConditionLine, state: KeyState) => evaluateLine(each, state, lookup)
  const { choices } = representatives([line], UNKNOWN, isList(line), tell)
  return [
    ...filled.map((text) => (isList(line) ? several([text]) : single(text))),
    ...choices.map(({ state }) => state),
  ].find((state) => state.state === 'values' && evaluateLine(line, state, lookup) === true)
}
