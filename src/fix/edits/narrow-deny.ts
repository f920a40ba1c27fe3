import { isUnnamedCaller } from '#iam/unnamed-caller.ts'
import type { LayerFinding } from '#engine/layers/finding.ts'
import type { PreparedPolicy } from '#engine/prepare.ts'
import { parseArn } from '#iam/arn.ts'
import { actionMatches, readAction, readActionPattern } from '#iam/action.ts'
import { GLOBAL_SERVICES } from '#iam/facts/global-services.ts'
import { isNeverSent } from '#iam/facts/keys-of-actions.ts'
import type { Statement } from '#iam/policy.ts'
import { matchStatement } from '#iam/statement.ts'
import { notListed, othersListed } from '../action-cover.ts'
import type { DocumentEdit } from '../edit.ts'
import { documentValue } from '#iam/json-value.ts'
import type { Operation } from '../operation.ts'
import { pointerTo, valueAt } from '#iam/json-pointer.ts'
import { isIdentityCenter, isServiceLinked } from '../owner.ts'
import { appended, oneOrList, principalOf, type StatementJson } from '../statement.ts'
import type { GrantGoal } from '../grant-goal.ts'
import { holderOf, isAwsOwned, type PolicyLocation } from '../policy-location.ts'
import { nameOfAction } from '../new-policy-name.ts'
import { assumingTls, isTls, overTls } from './assumed-tls.ts'
import { asksForBoundary, isBoundaryAction } from './boundary-protection.ts'
import { holderWords, onlyCaller, locationOf } from './add-statement.ts'

/** No fix spares more statements than this: nobody would read it. */
export const MAX_SPARED = 40

/** A Deny that refuses, with the policy it stands in. */
export interface Denying {
  readonly policy: PreparedPolicy
  readonly statement: Statement
}

/**
 * The Deny statements that refuse, or may: all must spare the request. One that only a call without TLS meets is left as it is,
 * unless the evidence shows such a call (R-ADV-07).
 */
export function denying(finding: LayerFinding, goal: GrantGoal): readonly Denying[] {
  const question = { ...goal.input.question, lookup: overTls(goal.input.question.lookup) }
  return finding.policies.flatMap((policy) =>
    policy.document.statements
      .filter((statement) => statement.effect === 'Deny')
      .filter((statement) => matchStatement(statement, policy.place, question).matches !== false)
      .map((statement) => ({ policy, statement })),
  )
}

/**
 * Explicit denies, narrowed: one more action that they leave out, where that is one line; an exception for this principal, and around
 * it the rest of the Deny for that principal, so that nothing but the request is spared (R-FIX-01); the exception alone only where the
 * rest cannot be said (R-ADV-11). A Deny of calls without TLS, and one that protects boundaries, is opened to nobody.
 */
export function denyEdits(finding: LayerFinding, goal: GrantGoal, on: string): readonly (readonly DocumentEdit[])[] {
  const found = denying(finding, goal)
  if (found.some((denied) => isNeverOpened(denied, goal))) return []
  return narrowed(finding, found, goal, on).map((edits) => edits.map((edit) => assumingTls(edit, finding, goal)))
}

/**
 * Whether a Deny is opened to nobody: it asks for TLS, or protects permissions boundaries from the action. An action that takes none,
 * such as `iam:CreateServiceLinkedRole`, can be left out of it.
 */
export const isNeverOpened = ({ statement: { conditions } }: Denying, goal: GrantGoal): boolean =>
  conditions.some((line) => isTls(line) || (asksForBoundary(line) && !isNeverSent(goal.action, line.key))) ||
  isBoundaryAction(goal)

const protectsBoundaries = ({ statement: { conditions } }: Denying): boolean => conditions.some(asksForBoundary)

function narrowed(
  finding: LayerFinding,
  found: readonly Denying[],
  goal: GrantGoal,
  on: string,
): readonly (readonly DocumentEdit[])[] {
  const unreadable = finding.policies.some(({ document }) => document.unreadable.length > 0)
  const { ArnEquals, ArnLike } = onlyCaller(goal.input.caller)
  const arn = (ArnEquals ?? ArnLike)?.['aws:PrincipalArn']
  if (goal.input.caller.kind === 'service') return forServices(finding, found, on, unreadable)
  if (found.length > MAX_SPARED) return []
  if (found.length === 0 || unreadable || found.some(({ policy }) => isAwsOwned(policy))) return []
  if (typeof arn !== 'string' || isUnnamedCaller(arn) || found.some(protectsBoundaries))
    return forAction(finding, found, goal, on)
  const isOwn = (finding.layer === 'identity-policy' || finding.layer === 'session-policy') && found.every(isInline)
  const carved = isOwn ? found.map((denying) => carvedEdit(finding, denying, goal, on)) : [undefined]
  if (carved.every((edit) => edit !== undefined)) return [carved]
  // To except its only principal would be to remove it (R-FIX-06).
  if (isOwn) return []
  const spared = found.map((denying) => exceptionEdit(finding, denying, on, arn))
  const rests = found.map((denying) => restOf(denying, finding.layer, goal, arn, on))
  const forAll = isForMany(finding) ? forAction(finding, found, goal, on) : []
  if (rests.some((rest) => rest === undefined)) return [...forAll, spared]
  const alone = rests.every((rest) => rest?.alone === true)
  const limited = spared.map((edit, i) => withRest(edit, rests[i]?.statements ?? [], alone ? 'request' : 'resource'))
  const whole = alone && isForMany(finding) ? [] : [spared]
  return [...forAll, ...exactly(finding, found, spared, goal, arn), limited, ...whole]
}

/** Whether a layer's policies are guardrails for many principals. */
const isForMany = ({ layer }: LayerFinding): boolean =>
  layer === 'service-control-policy' || layer === 'resource-control-policy' || layer === 'permissions-boundary'

/**
 * One line for everybody: the action on the list of those that the Deny leaves out, or off the list of those that it is about. Where
 * nobody can be excepted, for who called is not known, there is nothing narrower.
 */
function forAction(
  finding: LayerFinding,
  found: readonly Denying[],
  goal: GrantGoal,
  on: string,
): readonly (readonly DocumentEdit[])[] {
  const edits = found.map((denied): DocumentEdit | undefined => {
    // Nobody can ever be named who calls without credentials.
    const isAnonymous = goal.input.caller.kind === 'anonymous'
    const isForEvery = denied.statement.actionSource.includes('*')
    const operationsOn =
      (isForEvery && isAbout(denied, goal) ? undefined : leavingOut(denied, goal.action)) ??
      (isAnonymous ? listingOthers(denied, goal.action) : undefined)
    return operationsOn === undefined
      ? undefined
      : {
          is: 'document',
          kind: finding.layer === 'session-policy' ? 'edit-request' : 'edit-policy',
          location: locationOf(finding, denied.policy, on),
          operationsOn,
          does: `leave ${goal.action} out of ${nameOf(denied)}, for everybody`,
          slug: `leave-out-${finding.layer}`,
          opensDeny: isAbout(denied, goal) ? 'action' : 'left-out',
          addsDenyException: true,
        }
  })
  return edits.every((edit) => edit !== undefined) ? [edits] : []
}

/**
 * Whether a Deny is about the action. It is not where it asks for a key that the service never sends with the action, so that no call
 * meets it; nor where it limits Regions, and lists what it leaves out, as AWS's example does, or the service has no Region to choose.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
 */
const isAbout = ({ statement: { conditions, actionElement } }: Denying, { action }: GrantGoal): boolean =>
  !conditions.some(
    ({ key }) =>
      isNeverSent(action, key) ||
      (key.toLowerCase() === 'aws:requestedregion' &&
        (actionElement === 'NotAction' || GLOBAL_SERVICES.has(readAction(action)?.service ?? ''))),
  )

/** Undefined: the Deny lists the action by a pattern of a service, or alone. */
function leavingOut(
  { policy, statement }: Denying,
  action: string,
): ((document: unknown) => readonly Operation[]) | undefined {
  const source = documentValue(policy.source)
  const not = `${statement.pointer}/NotAction`
  if (valueAt(source, not) !== undefined)
    return (document) => {
      const now = valueAt(document, not)
      return Array.isArray(now)
        ? [{ op: 'add', path: `${not}/-`, value: action }]
        : [{ op: 'replace', path: not, value: [now, action] }]
    }
  const at = `${statement.pointer}/Action`
  if (listOf(valueAt(source, at)).includes('*'))
    return () => [
      { op: 'remove', path: at },
      { op: 'add', path: not, value: [action] },
    ]
  const isIt = (listed: string): boolean => listed.toLowerCase() === action.toLowerCase()
  const listed = listOf(valueAt(source, at))
  const others = listed.filter((each) => !isIt(each))
  const read = readAction(action) ?? NO_ACTION
  if (others.length === 0 || others.length === listed.length) return undefined
  if (others.some((each) => actionMatches(readActionPattern(each), read))) return undefined
  return (document) => {
    const i = listOf(valueAt(document, at)).findIndex(isIt)
    return i < 0 ? [] : [{ op: 'remove', path: `${at}/${i}` }]
  }
}

/**
 * The list of actions with the other actions of a pattern in the pattern's place, where nobody can be excepted. Undefined: no pattern of
 * the one service has the action, or the others are too many.
 */
function listingOthers(
  { policy, statement }: Denying,
  action: string,
): ((document: unknown) => readonly Operation[]) | undefined {
  const at = `${statement.pointer}/Action`
  const listed = listOf(valueAt(documentValue(policy.source), at))
  const others = othersListed(listed, action)
  if (listed.length === 0 || others === undefined || others.length === 0) return undefined
  return () => [{ op: 'replace', path: at, value: others }]
}

/**
 * A Deny that is meant for people, held to them: services of AWS's are left out by the key that AWS documents for that.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalisawsservice
 */
function forServices(
  finding: LayerFinding,
  found: readonly Denying[],
  on: string,
  unreadable: boolean,
): readonly (readonly DocumentEdit[])[] {
  if (found.length === 0 || found.length > MAX_SPARED || unreadable) return []
  if (found.some(({ policy, statement }) => isAwsOwned(policy) || statement.principal?.any !== true)) return []
  return [
    found.map(
      ({ policy, statement }): DocumentEdit => ({
        is: 'document',
        kind: 'edit-policy',
        location: locationOf(finding, policy, on),
        operationsOn: (document) => {
          const at = `${statement.pointer}/Condition`
          const flag = { 'aws:PrincipalIsAWSService': 'false' }
          const block = valueAt(document, `${at}/Bool`)
          if (valueAt(document, at) === undefined) return [{ op: 'add', path: at, value: { Bool: flag } }]
          return [{ op: 'add', path: `${at}/Bool`, value: typeof block === 'object' ? { ...block, ...flag } : flag }]
        },
        does: `leave services of AWS's out of ${nameOf({ policy, statement })}`,
        slug: `except-services-${finding.layer}`,
        mayGrantMore: true,
      }),
    ),
  ]
}

/**
 * A resource control policy has no `NotAction`, so from a pattern of actions it can spare none alone: actions to come would
 * be spared with it. A policy of the principal's own can say it: there the Deny goes on for this resource, with all but the
 * one action, and the resource control policy spares the principal on this resource alone.
 */
function exactly(
  finding: LayerFinding,
  found: readonly Denying[],
  spared: readonly DocumentEdit[],
  goal: GrantGoal,
  arn: string,
): readonly (readonly DocumentEdit[])[] {
  const holder = holderOf(goal.input.caller)
  if (finding.layer !== 'resource-control-policy' || holder === undefined || goal.resources.includes('*')) return []
  if (isServiceLinked(holder) || isIdentityCenter({ on: holder })) return []
  const parts = found.map(({ policy, statement }) => {
    const source = valueAt(documentValue(policy.source), statement.pointer) as StatementJson
    const { Sid: _, Principal, Action, Resource, NotResource, Condition, ...plain } = source
    const listed = listOf(Action)
    const not = listed.includes(goal.action) ? undefined : notListed(listed, goal.action)
    const others = allBut(Resource, NotResource, goal.resources)
    const kept = others === null ? [] : [{ ...plain, Principal, Action, ...others, ...conditionsFor(Condition, arn) }]
    const rest = {
      ...plain,
      NotAction: not,
      Resource: oneOrList(goal.resources),
      ...conditionsFor(Condition, undefined),
    }
    return not === undefined || others === undefined ? undefined : { kept, rest }
  })
  if (!parts.every((part) => part !== undefined)) return []
  const name = `deny-all-but-${nameOfAction(goal.action)}`
  const location: PolicyLocation = { layer: 'identity-policy', on: holder, name, document: null }
  const own: DocumentEdit = {
    is: 'document',
    kind: 'add-policy',
    location,
    operationsOn: (document) =>
      appended(
        document,
        parts.map(({ rest }) => ({ Sid: 'DenyTheRest', ...rest })),
      ),
    does: `refuse it the rest there by inline policy \`${name}\` of ${holderWords(holder)}`,
    slug: 'deny-the-rest',
  }
  return [[...spared.map((edit, i) => withRest(edit, parts[i]?.kept ?? [], 'resource')), own]]
}

/** Whether the Deny stands in a policy of one principal's own. */
export const isInline = ({ policy }: Denying): boolean => policy.arn === undefined && !policy.name.includes(' (group ')

/** A Deny in the caller's own policy needs no exception for its only principal: it is cut down to what it still refuses. */
function carvedEdit(finding: LayerFinding, denied: Denying, goal: GrantGoal, on: string): DocumentEdit | undefined {
  const { policy, statement } = denied
  const rest = restOf(denied, finding.layer, goal, undefined)
  if (rest === undefined) return undefined
  const [first, ...others] = rest.statements
  // An action that takes no resource is left out in one line.
  const leaveOut = first === undefined || !goal.resources.includes('*') ? undefined : leavingOut(denied, goal.action)
  return {
    is: 'document',
    kind: finding.layer === 'session-policy' ? 'edit-request' : 'edit-policy',
    location: locationOf(finding, policy, on),
    operationsOn:
      leaveOut ??
      (() => [
        first === undefined
          ? { op: 'remove', path: statement.pointer }
          : { op: 'replace', path: statement.pointer, value: withSid(first, statement.sid) },
        ...others.map((value) => ({ op: 'add', path: '/Statement/-', value }) as const),
      ]),
    does:
      leaveOut !== undefined
        ? `leave ${goal.action} out of ${nameOf(denied)}`
        : first === undefined
          ? `remove ${nameOf(denied)}, which denies nothing else`
          : `spare the request from ${nameOf(denied)}`,
    slug: `narrow-${finding.layer}`,
    opensDeny: 'exception',
  }
}

const withSid = (statement: StatementJson, sid: string | undefined): StatementJson =>
  sid === undefined ? statement : { Sid: sid, ...statement }

/** `statement 2 "Regions" of `guard``. */
export const nameOf = ({ policy, statement }: Denying): string =>
  `statement ${statement.index + 1}${statement.sid === undefined ? '' : ` "${statement.sid}"`} of \`${policy.name}\``

function exceptionEdit(finding: LayerFinding, denied: Denying, on: string, arn: string): DocumentEdit {
  const { policy, statement } = denied
  return {
    is: 'document',
    kind: finding.layer === 'session-policy' ? 'edit-request' : 'edit-policy',
    location: locationOf(finding, policy, on),
    operationsOn: (document) => exception(document, statement.pointer, arn),
    does: `except this principal from ${nameOf(denied)}`,
    slug: `except-${finding.layer}`,
    opensDeny: 'exception',
    addsDenyException: true,
  }
}

/** Negated operators on `aws:PrincipalArn` whose list is one of exceptions already. */
const EXCEPTING = ['ArnNotEquals', 'ArnNotLike', 'StringNotEquals', 'StringNotLike']

function exception(document: unknown, pointer: string, arn: string): readonly Operation[] {
  const conditions = valueAt(document, `${pointer}/Condition`)
  const operator = isPattern(arn) ? 'ArnNotLike' : 'ArnNotEquals'
  for (const excepting of EXCEPTING) {
    // A text that is compared letter by letter is no pattern.
    if (excepting === 'StringNotEquals' && isPattern(arn)) continue
    const at = keyAt(document, pointerTo(pointer, 'Condition', excepting), 'aws:PrincipalArn')
    const listed = at === undefined ? undefined : valueAt(document, at)
    if (at !== undefined && Array.isArray(listed)) return [{ op: 'add', path: `${at}/-`, value: arn }]
    if (at !== undefined && listed !== undefined) return [{ op: 'replace', path: at, value: [listed, arn] }]
  }
  if (conditions === undefined)
    return [{ op: 'add', path: `${pointer}/Condition`, value: { [operator]: { 'aws:PrincipalArn': arn } } }]
  const block = valueAt(document, `${pointer}/Condition/${operator}`)
  return block === undefined
    ? [{ op: 'add', path: `${pointer}/Condition/${operator}`, value: { 'aws:PrincipalArn': arn } }]
    : [{ op: 'add', path: pointerTo(pointer, 'Condition', operator, 'aws:PrincipalArn'), value: arn }]
}

/** The role of a permission set, whose path is not known whole (R-PRIN-07). */
const isPattern = (arn: string): boolean => arn.includes('*')

/** Keys are compared without case (R-CTX-01). */
function keyAt(document: unknown, pointer: string, key: string): string | undefined {
  const block = valueAt(document, pointer)
  if (typeof block !== 'object' || block === null) return undefined
  const found = Object.keys(block).find((name) => name.toLowerCase() === key.toLowerCase())
  return found === undefined ? undefined : pointerTo(pointer, found)
}

function withRest(edit: DocumentEdit, rest: readonly StatementJson[], of: 'request' | 'resource'): DocumentEdit {
  if (rest.length === 0) return edit
  const { addsDenyException: _, ...plain } = edit
  return {
    ...plain,
    operationsOn: (document) => {
      const spared = edit.operationsOn(document)
      const listed = valueAt(document, '/Statement')
      if (Array.isArray(listed))
        return [...spared, ...rest.map((value) => ({ op: 'add', path: '/Statement/-', value }) as const)]
      // A lone statement has become the first of a list when the rest is put behind it.
      return []
    },
    does: `${edit.does}, for this ${of} alone`,
    slug: `${edit.slug}-narrow`,
  }
}

interface Rest {
  readonly statements: readonly StatementJson[]
  /** Whether other actions on the same resource stay refused, too. */
  readonly alone: boolean
}

/**
 * Rest of a Deny, which it still refuses this principal: every other resource, and every other action on this one.
 * Undefined where no statement can say "all but this": a list of patterns of resources cannot be subtracted from.
 */
function restOf(
  { policy, statement }: Denying,
  layer: LayerFinding['layer'],
  goal: GrantGoal,
  arn: string | undefined,
  on = '',
): Rest | undefined {
  if (!Array.isArray(valueAt(documentValue(policy.source), '/Statement'))) return undefined
  const source = valueAt(documentValue(policy.source), statement.pointer) as StatementJson
  const { Sid: _, Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition, ...plain } = source
  // Statements of a resource control policy have `*` for a principal, and nothing else.
  const named = layer === 'resource-control-policy' ? '*' : principalOf(goal.input)
  const base = {
    ...plain,
    ...(Principal === undefined && NotPrincipal === undefined ? {} : { Principal: named }),
  }
  const held = conditionsFor(Condition, arn)
  const actions = Action === undefined ? { NotAction } : { Action }
  const left = allBut(Resource, NotResource, goal.resources)
  const otherResources = left === undefined ? othersInBucket(Resource, goal.resources, on) : left
  if (otherResources === undefined) return undefined
  const others = allButAction(Action, NotAction, goal, layer)
  if (otherResources === null && others === undefined) return undefined
  return {
    statements: [
      ...(otherResources === null ? [] : [{ ...base, ...actions, ...otherResources, ...held }]),
      ...(others === undefined || others === null
        ? []
        : [{ ...base, ...others, Resource: oneOrList(goal.resources), ...held }]),
    ],
    alone: others !== undefined,
  }
}

/** The conditions of the Deny; of what is for one principal alone, with its ARN. */
function conditionsFor(condition: unknown, arn: string | undefined): { readonly Condition?: unknown } {
  if (arn === undefined) return condition === undefined ? {} : { Condition: condition }
  const blocks = (condition ?? {}) as Readonly<Record<string, object>>
  const operator = isPattern(arn) ? 'ArnLike' : 'ArnEquals'
  return { Condition: { ...blocks, [operator]: { ...blocks[operator], 'aws:PrincipalArn': arn } } }
}

/** `null`: nothing is left. */
function allBut(
  resource: unknown,
  notResource: unknown,
  spared: readonly string[],
): { readonly Resource: unknown } | { readonly NotResource: unknown } | null | undefined {
  if (notResource !== undefined) return { NotResource: [...listOf(notResource), ...spared] }
  const listed = listOf(resource)
  if (listed.includes('*')) return spared.includes('*') ? null : { NotResource: oneOrList(spared) }
  if (!spared.every((value) => listed.includes(value))) return undefined
  const left = listed.filter((value) => !spared.includes(value))
  return left.length === 0 ? null : { Resource: oneOrList(left) }
}

/**
 * All else that a bucket's policy is about, where the Deny is about every object: the other objects, and the bucket where the Deny lists
 * it, too. Undefined: it is no bucket's policy, or the Deny is about some objects only.
 */
function othersInBucket(
  resource: unknown,
  spared: readonly string[],
  on: string,
): { readonly NotResource: unknown } | undefined {
  const listed = listOf(resource)
  const isObject = (arn: string): boolean => arn.startsWith(`${on}/`)
  if (parseArn(on)?.service !== 's3' || !listed.includes(`${on}/*`) || !spared.every(isObject)) return undefined
  if (!listed.every((arn) => arn === on || isObject(arn))) return undefined
  return { NotResource: oneOrList(listed.includes(on) ? spared : [...spared, on]) }
}

/**
 * The other actions of the Deny. A pattern less one action is said by what it does not list, so that actions to come stay
 * refused; where there is no resource to hold a service's pattern to, or no `NotAction`, by the actions that are known. `null`: nothing is
 * left. Undefined: it cannot be said.
 */
function allButAction(
  action: unknown,
  notAction: unknown,
  { action: spared, resources }: GrantGoal,
  layer: LayerFinding['layer'],
): StatementJson | null | undefined {
  if (notAction !== undefined) return { NotAction: [...listOf(notAction), spared] }
  const listed = listOf(action)
  const left = listed.filter((action) => action.toLowerCase() !== spared.toLowerCase())
  const holds = left.some((action) => actionMatches(readActionPattern(action), readAction(spared) ?? NO_ACTION))
  if (!holds) return left.length === 0 ? null : { Action: oneOrList(left) }
  const hasNot = layer !== 'resource-control-policy' && (!resources.includes('*') || listed.includes('*'))
  const not = hasNot ? notListed(left, spared) : undefined
  if (not !== undefined) return { NotAction: oneOrList(not) }
  const others = othersListed(left, spared)
  return others === undefined ? undefined : others.length === 0 ? null : { Action: oneOrList(others) }
}

const NO_ACTION = { service: '', name: '' }

const listOf = (value: unknown): readonly string[] =>
  [value].flat().filter((item): item is string => typeof item === 'string')
