import type { FailedElement, StatementVerdict } from '#engine/decision.ts'
import { explainPolicies } from '#engine/explain.ts'
import type { LayerFinding } from '#engine/layers/finding.ts'
import type { PreparedPolicy } from '#engine/prepare.ts'
import { evaluateLine } from '#iam/condition/condition.ts'
import { isWildcardOnlyAction } from '#iam/facts/actions.ts'
import { pointerTo, valueAt } from '#iam/json-pointer.ts'
import type { Statement } from '#iam/policy.ts'
import type { DocumentEdit } from '../../edit.ts'
import type { GrantGoal } from '../../grant-goal.ts'
import { applyOperations, type Operation } from '../../operation.ts'
import { principalOf } from '../../statement.ts'
import { editable, locationOf } from '../add-statement.ts'
import { meeting } from '../data-guards.ts'
import { lacksSubject } from '../kept-conditions.ts'
import { connectingAction, mendedAction } from './action-slip.ts'
import { mendedCondition } from './condition-slip.ts'
import { ownAccounts } from './own-accounts.ts'
import { isNotForPublic } from './not-for-public.ts'
import { mendedPrincipal } from './principal-slip.ts'
import { type Mended, mendedResource } from './resource-slip.ts'

const MAX_MENDS = 3

/**
 * Allow statements that say almost what was asked, each mended where it stands: every element that fails is a slip of the
 * pen. Nothing is added beside it; what the mended statement lets through is for the proof to say.
 */
export function mends(finding: LayerFinding, goal: GrantGoal, on: string): readonly DocumentEdit[] {
  if (goal.scope !== 'exact') return []
  return editable(finding, goal)
    .flatMap((policy) =>
      explainPolicies([policy], goal.input.question).flatMap(
        (verdict) => mendOf(finding, policy, verdict, goal, on) ?? [],
      ),
    )
    .slice(0, MAX_MENDS)
}

/** Slip of a statement: what is wrong, and the edit that mends it. */
interface Slip {
  readonly element: FailedElement['element']
  readonly words: string
  readonly isBeside: boolean
  readonly takesNothing: boolean
  readonly operationsOn: (document: unknown) => readonly Operation[]
  readonly assumes?: Readonly<Record<string, string>>
}

function mendOf(
  finding: LayerFinding,
  policy: PreparedPolicy,
  verdict: StatementVerdict,
  goal: GrantGoal,
  on: string,
): DocumentEdit | undefined {
  if (verdict.effect !== 'Allow' || verdict.matches !== false) return undefined
  const statement = policy.document.statements.find(({ index }) => index === verdict.index)
  if (statement === undefined) return undefined
  if (lacksSubject(goal) && !statement.conditions.some(({ key }) => /:sub$/i.test(key))) return undefined
  // The policy of an endpoint grants nothing by itself, and a gateway's has no other principal (R-VPCE-04).
  const isForEveryone = finding.layer !== 'vpc-endpoint-policy' && statement.principal?.any === true
  if (isForAll(statement) || (isForEveryone && !isHeldTogether(statement))) return undefined
  const slips = slipsOf(statement, verdict, goal)
  if (slips === undefined || (isForEveryone && !slips.every(isOfCall))) return undefined
  const name = `statement ${verdict.index + 1}${verdict.sid === undefined ? '' : ` "${verdict.sid}"`} of \`${policy.name}\``
  const assumes = Object.assign({}, openConditions(statement, goal), ...slips.map((slip) => slip.assumes))
  return {
    is: 'document',
    kind: finding.layer === 'session-policy' ? 'edit-request' : 'edit-policy',
    location: locationOf(finding, policy, on),
    operationsOn: (document) => mendedBy(document, slips, verdict.pointer, goal),
    does: `mend ${[...new Set(slips.map(({ element }) => element))].join(' and ')} of ${name}`,
    slug: `mend-${finding.layer === 'resource-policy' ? (finding.kind ?? 'resource') : finding.layer}`,
    grantingPointer: () => verdict.pointer,
    mayGrantMore: true,
    mends: {
      statement: name,
      slips: slips.map(({ words }) => words),
      pointer: verdict.pointer,
      elements: slips.map(({ element }) => element),
      neverAsked: statement.actionSource.filter((action) => isWildcardOnlyAction(action) === true),
      ...(isForEveryone ? { isForEveryone } : {}),
    },
    ...(slips.every(({ isBeside, takesNothing }) => isBeside || takesNothing) ? {} : { replaces: true }),
    ...(Object.keys(assumes).length === 0 ? {} : { assumes }),
  }
}

/** Values for the other conditions of the statement that the evidence leaves open: the mended statement keeps asking for them. */
function openConditions(
  { conditions }: Statement,
  { input: { question } }: GrantGoal,
): DocumentEdit['assumes'] & object {
  const { lookup } = question
  const open = conditions.filter((line) => evaluateLine(line, lookup(line.key), lookup) === 'unknown')
  return Object.assign({}, ...open.map((line) => meeting(line, lookup)))
}

/** Whether a statement is for every action, or names what it is not for: it is not opened any further (R-FIX-06). */
const isForAll = ({ actionElement, actionSource, resourceElement, principalElement }: Statement): boolean =>
  actionElement === 'NotAction' ||
  resourceElement === 'NotResource' ||
  principalElement === 'NotPrincipal' ||
  actionSource.some((action) => action === '*' || action === '*:*')

/**
 * Whether a statement for everyone is for the callers of a condition, which stays, and for less than all actions of its service. Who is
 * let in does not change then (R-FIX-06).
 */
const isHeldTogether = ({ conditions, actionSource }: Statement): boolean =>
  conditions.some(isNotForPublic) && !actionSource.some((action) => action.endsWith(':*'))

/** What is called, and not who may call. */
const isOfCall = ({ element }: Slip): boolean => element === 'Action' || element === 'Resource'

/** A slip for every element that fails; undefined where one of them is none. */
function slipsOf(
  statement: Statement,
  { failedOn, pointer }: StatementVerdict,
  goal: GrantGoal,
): readonly Slip[] | undefined {
  const slips = failedOn.map((failed) => slipOf(statement, failed, pointer, goal))
  return slips.length > 0 && slips.every((slip) => slip !== undefined) ? slips : undefined
}

function slipOf(statement: Statement, failed: FailedElement, pointer: string, goal: GrantGoal): Slip | undefined {
  switch (failed.element) {
    case 'Action':
      return listedSlip(
        'Action',
        [pointerTo(pointer, 'Action')],
        statement.actionSource,
        (written) =>
          ofNoAction(mendedAction(written, goal.action)) ??
          federatedSlip(written, statement, goal) ??
          connectingAction(written, goal.action),
      )
    case 'Resource': {
      const { resource } = goal.input
      if (resource.kind !== 'arn') return undefined
      const patterns = (statement.resources ?? []).map(({ source }) => source)
      return listedSlip('Resource', [pointerTo(pointer, 'Resource')], patterns, (written) =>
        mendedResource(written, resource.arn, actionsAfter(statement, goal), ownAccounts(statement, goal)),
      )
    }
    case 'Principal': {
      const [wanted] = Object.entries(principalOf(goal.input) ?? {})
      if (wanted === undefined) return undefined
      const [type, name] = wanted
      const entries = (statement.principal?.entries ?? []).filter((entry) => entry.type === type)
      return listedSlip(
        'Principal',
        [pointerTo(pointer, 'Principal', type)],
        entries.map(({ value }) => value),
        (written) => mendedPrincipal(type, written, name, ownAccounts(statement, goal)),
      )
    }
    case 'Condition':
      return conditionSlip(statement, failed, pointer, goal)
    default:
      return undefined
  }
}

/**
 * The call that an identity provider can make, in a statement for identity providers alone that allows another one: a principal of the
 * type `Federated` never makes it. https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
 */
function federatedSlip(written: string, { principal }: Statement, { action, input }: GrantGoal): Mended | undefined {
  const isForProviders =
    principal?.any !== true && principal?.entries.every(({ type }) => type === 'Federated') === true
  const isAssuming = /^sts:assumerole(?:withsaml|withwebidentity)?$/i
  return input.caller.kind === 'identity-provider' &&
    isForProviders &&
    isAssuming.test(written) &&
    isAssuming.test(action)
    ? { text: action, why: `is a call that no identity provider makes; this one makes ${action}` }
    : undefined
}

const ofNoAction = (mended: Mended | undefined): Mended | undefined => mended && { ...mended, takesNothing: true }

/** The actions as they will be: one that is mended, too, is on what the request is on. */
const actionsAfter = ({ actionSource }: Statement, { action }: GrantGoal): readonly string[] =>
  actionSource.map((written) => mendedAction(written, action)?.text ?? written)

/** The first value of an element's list that is a slip. */
function listedSlip(
  element: FailedElement['element'],
  [path = '']: readonly string[],
  written: readonly string[],
  mended: (text: string) => Mended | undefined,
): Slip | undefined {
  for (const text of written) {
    const found = mended(text)
    if (found === undefined) continue
    return {
      element,
      words: `its ${element} \`${text}\` ${found.why}`,
      isBeside: found.isBeside === true,
      takesNothing: found.takesNothing === true,
      operationsOn: (document) => listed(document, path, text, found),
    }
  }
  return undefined
}

function listed(document: unknown, path: string, written: string, { text, isBeside }: Mended): readonly Operation[] {
  const now = valueAt(document, path)
  if (Array.isArray(now)) {
    const i = now.indexOf(written)
    if (i < 0) return []
    return isBeside === true
      ? [{ op: 'add', path: `${path}/-`, value: text }]
      : [{ op: 'replace', path: `${path}/${i}`, value: text }]
  }
  if (now !== written) return []
  return [{ op: 'replace', path, value: isBeside === true ? [now, text] : text }]
}

function conditionSlip(
  statement: Statement,
  { key, operator }: FailedElement,
  pointer: string,
  goal: GrantGoal,
): Slip | undefined {
  const line = statement.conditions.find((line) => line.key === key && line.operator === operator)
  const found = line === undefined ? undefined : mendedCondition(line, goal, ownAccounts(statement, goal))
  return found === undefined
    ? undefined
    : {
        element: 'Condition',
        words: `its Condition ${found.why}`,
        isBeside: false,
        takesNothing: found.takesNothing === true,
        operationsOn: (document) => found.operationsOn(document, pointer),
        assumes: found.assumes ?? {},
      }
}

/**
 * The slips mended one after another. A statement for a token is held to the claims that a new one would ask for, too, where
 * it says nothing of them: without an audience it would let in what was made for somebody else.
 */
function mendedBy(document: unknown, slips: readonly Slip[], pointer: string, goal: GrantGoal): readonly Operation[] {
  const all: Operation[] = []
  let after = document
  const apply = (operations: readonly Operation[]): void => {
    all.push(...operations)
    after = applyOperations(after, operations)
  }
  for (const slip of slips) apply(slip.operationsOn(after))
  if (goal.input.caller.kind === 'identity-provider')
    for (const [operator, keys] of Object.entries(goal.conditions))
      for (const [key, value] of Object.entries(keys))
        if (!asksFor(after, pointer, key)) apply(asking(after, pointer, operator, key, value))
  return all
}

function asksFor(document: unknown, pointer: string, key: string): boolean {
  const blocks = Object.values((valueAt(document, `${pointer}/Condition`) ?? {}) as Readonly<Record<string, object>>)
  return blocks.some((block) => Object.keys(block).some((name) => name.toLowerCase() === key.toLowerCase()))
}

function asking(
  document: unknown,
  pointer: string,
  operator: string,
  key: string,
  value: unknown,
): readonly Operation[] {
  if (valueAt(document, `${pointer}/Condition`) === undefined)
    return [{ op: 'add', path: `${pointer}/Condition`, value: { [operator]: { [key]: value } } }]
  const at = pointerTo(pointer, 'Condition', operator)
  return valueAt(document, at) === undefined
    ? [{ op: 'add', path: at, value: { [key]: value } }]
    : [{ op: 'add', path: pointerTo(at, key), value }]
}
