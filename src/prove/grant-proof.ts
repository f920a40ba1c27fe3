import type { Scenario } from '#engine/scenario.ts'
import type { AttributeEdit } from '#fix/edit.ts'
import { isTagEdit } from '#fix/edits/edit-tags.ts'
import type { Judge } from '#fix/judge.ts'
import type { Wanted } from '#fix/wanted.ts'
import type { ContextValue, Request } from '#iam/request.ts'
import type { AccessSet } from '#space/access-set.ts'
import type { Compared } from './fix.ts'

/**
 * A grant of a key allows its grantee its operations on that key, and nothing else (R-KMS-06): that set is what is newly
 * allowed. It cannot be held to a service; where the intent is, a direct call shows that it reaches further.
 */
export function grantProof(
  edit: AttributeEdit,
  before: Scenario,
  after: Scenario,
  wanted: Wanted | undefined,
  { effect }: Judge,
): Compared {
  if (edit.kind !== 'create-grant')
    return {
      ...EMPTY,
      status: 'not-proved',
      beyondIntent: true,
      reason: isTagEdit(edit)
        ? 'a tag of the resource changes, not a policy: what else hangs on it, and for whom, is not compared'
        : 'a setting of the resource changes, not a policy: who gains by it depends on every object',
    }
  const context = contextOf(edit)
  const set: AccessSet = {
    principals: [edit.grantee ?? before.request.principal],
    actions: [before.request.action],
    resources: [edit.resource],
    conditions: Object.keys(context).length === 0 ? [] : [{ StringEquals: context }],
  }
  const asked = Object.keys(wanted?.conditions['StringEquals'] ?? {})
  const witness = asked.length === 0 ? undefined : withoutKeys(before.request, asked)
  const reaches =
    witness !== undefined &&
    effect({ ...before, request: witness }) === 'denied' &&
    effect({ ...after, request: witness }) === 'allowed'
  if (asked.length === 0) return { ...EMPTY, newlyAllowed: [set] }
  return reaches
    ? { ...EMPTY, status: 'refuted', newlyAllowed: [set], beyondIntent: true, beyond: [set], witness }
    : {
        ...EMPTY,
        status: 'not-proved',
        newlyAllowed: [set],
        beyondIntent: true,
        reason: 'a grant is held to no service',
      }
}

const EMPTY: Compared = { status: 'proved', newlyAllowed: [], beyondIntent: false, witness: null, newlyDenied: [] }

const contextOf = ({ constraints = {} }: AttributeEdit): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(constraints).map(([key, value]) => [`kms:EncryptionContext:${key}`, value]))

/** The same call made by the principal itself. */
function withoutKeys(request: Request, keys: readonly string[]): Request {
  const folded = new Set([...keys, ...OF_SERVICES].map((key) => key.toLowerCase()))
  const context = Object.entries(request.context ?? {}).map(([key, value]): [string, ContextValue] => [
    key,
    key.toLowerCase() === 'aws:viaawsservice' ? false : folded.has(key.toLowerCase()) ? null : value,
  ])
  return { ...request, context: Object.fromEntries(context) }
}

const OF_SERVICES = ['aws:CalledVia', 'aws:CalledViaFirst', 'aws:CalledViaLast']
