import { CHANGE_SUBJECTS } from '../change-kinds.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { AttributeEdit } from '../edit.ts'
import { openAfter } from '../edits/edit-tags.ts'
import type { BudgetedEvaluator } from '../budgeted-evaluator.ts'
import type { GrantGoal } from '../grant-goal.ts'
import type { ContextValue, Request } from '#iam/request.ts'
import type { AccessSet } from '#space/access-set.ts'
import type { Proof } from './fix.ts'

/** The proof of one step: what the plan grants and takes away there. */
export interface StepProof {
  readonly status: Proof['status']
  /** Sets of newly allowed requests that are not meant. */
  readonly beyond: readonly AccessSet[]
  /** A request of them; null: none was found. */
  readonly witness: Request | null
  readonly reason?: string
  /** Searches for all that is newly allowed, meant or not. */
  readonly newlyAllowed: () => readonly AccessSet[]
  readonly newlyDenied: () => readonly AccessSet[]
  readonly newlyDeniedElse: () => string | undefined
}

/**
 * A grant of a key allows its grantee its operations on that key, and nothing else (R-KMS-06): that set is what is newly
 * allowed. It cannot be held to a service; where the intent is, a direct call shows that it reaches further.
 */
export function grantProof(
  edit: AttributeEdit,
  before: Scenario,
  after: Scenario,
  wanted: GrantGoal | undefined,
  { effect }: BudgetedEvaluator,
): StepProof {
  if (CHANGE_SUBJECTS[edit.kind] !== 'grant')
    return {
      ...EMPTY,
      status: 'not-proved',
      reason: openAfter(edit),
    }
  const context = contextOf(edit)
  const set: AccessSet = {
    principals: [edit.grantee ?? before.request.principal],
    actions: [before.request.action],
    resources: [edit.resource],
    conditions: Object.keys(context).length === 0 ? [] : [{ StringEquals: context }],
  }
  const requiredKeys = Object.keys(wanted?.conditions['StringEquals'] ?? {})
  const witness = requiredKeys.length === 0 ? undefined : withoutKeys(before.request, requiredKeys)
  const reaches =
    witness !== undefined &&
    effect({ ...before, request: witness }) === 'denied' &&
    effect({ ...after, request: witness }) === 'allowed'
  const allowed: StepProof = { ...EMPTY, newlyAllowed: () => [set] }
  if (requiredKeys.length === 0) return allowed
  return reaches
    ? { ...allowed, status: 'refuted', beyond: [set], witness }
    : { ...allowed, status: 'not-proved', reason: 'a grant is held to no service' }
}

const EMPTY: StepProof = {
  status: 'proved',
  beyond: [],
  witness: null,
  newlyAllowed: () => [],
  newlyDenied: () => [],
  newlyDeniedElse: () => undefined,
}

const contextOf = ({ constraints = {} }: AttributeEdit): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(constraints).map(([key, value]) => [`kms:EncryptionContext:${key}`, value]))

/** The request made by the principal itself, without the keys of a service. */
function withoutKeys(request: Request, keys: readonly string[]): Request {
  const folded = new Set([...keys, ...OF_SERVICES].map((key) => key.toLowerCase()))
  const context = Object.entries(request.context ?? {}).map(([key, value]): [string, ContextValue] => [
    key,
    key.toLowerCase() === 'aws:viaawsservice' ? false : folded.has(key.toLowerCase()) ? null : value,
  ])
  return { ...request, context: Object.fromEntries(context) }
}

const OF_SERVICES = ['aws:CalledVia', 'aws:CalledViaFirst', 'aws:CalledViaLast']
