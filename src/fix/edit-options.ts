import type { Guard } from '#iam/layers.ts'
import type { Leaf } from '#engine/requirement-tree.ts'
import type { Edit } from './edit.ts'
import { documentValue } from '#iam/json-value.ts'
import { endpointEdits, identityEdits, levelEdits, limitEdits, resourceEdits } from './edits/add-statement.ts'
import { objectAclEdit, ownershipEdit, publicPolicyEdits } from './edits/non-policy-grants.ts'
import { policyHolderOf } from './edits/policy-holder.ts'
import { regionEdits, requestEdits, ruleEdits } from './edits/edit-request.ts'
import { isSecretOfOther, namingEdits } from './edits/name-resource.ts'
import { principalTagEdits, resourceTagEdits } from './edits/edit-tags.ts'
import { extensions } from './edits/extend-statement.ts'
import { isBoundaryAction } from './edits/boundary-protection.ts'
import { mends } from './edits/mend/mend-statement.ts'
import { allowedValueEdits } from './edits/allow-value.ts'
import { denyEdits } from './edits/narrow-deny.ts'
import { isNotSeen, isUnread, NOT_SEEN } from '#diagnose/evidence/likely-scenario.ts'
import { areOfPolicyInForce } from './unknown-placeholders.ts'
import { holderOf } from './policy-location.ts'
import type { GrantGoal } from './grant-goal.ts'

/** A way to satisfy a leaf of the requirement: edits that belong together. */
export type EditOption = readonly Edit[]

/**
 * Edit options that satisfy a refusing layer, level or policy, the narrowest first: another request where the caller can
 * make one, then the policy (R-FIX-01, R-FIX-02). Empty: nobody can, or only by what is never proposed (R-FIX-06).
 */
export function editOptionsOf(leaf: Leaf, goal: GrantGoal): readonly EditOption[] {
  const inRequest: readonly EditOption[] = [
    ...ruleEdits(leaf, goal),
    ...requestEdits(leaf, goal),
    ...regionEdits(leaf, goal),
    ...namingEdits(leaf, goal),
    ...principalTagEdits(leaf, goal),
  ].map((edit) => [edit])
  const tagged = alone(resourceTagEdits(leaf, goal))
  return [
    ...inRequest,
    ...(leaf.needs === 'no-explicit-deny' ? againstDeny(leaf, goal) : towardsAllow(leaf, goal)),
    ...tagged,
  ].filter((option) => option.every(canBeMade))
}

/** Not of a policy that the snapshot holds only in part, where it would have to be known to be written (R-FIX-02). */
function canBeMade(edit: Edit): boolean {
  if (edit.is === 'attribute') return true
  if (edit.is === 'request') return areOfPolicyInForce(null, edit.operations)
  // A placeholder is nobody's policy. Only a policy of which a resource has just one can get a statement unread (R-ADV-02).
  const { name, layer, where } = edit.location
  if (
    where === NOT_SEEN ||
    (isNotSeen(name) && !(isUnread(name) && layer === 'resource-policy' && edit.adds !== undefined))
  )
    return false
  const document = documentValue(edit.location.document)
  return areOfPolicyInForce(document, edit.operationsOn(document))
}

const alone = (edits: readonly Edit[]): readonly EditOption[] => edits.map((edit) => [edit])

function againstDeny({ finding }: Leaf, goal: GrantGoal): readonly EditOption[] {
  if (finding.guard === 'block-public-access') return alone(publicPolicyEdits(finding, goal))
  const on = locationWords(finding, goal)
  if (on === undefined) return []
  const listed = allowedValueEdits(finding, goal, on)
  return [...(listed === undefined ? [] : [listed]), ...denyEdits(finding, goal, on)]
}

/** The principal, resource or level that the policies of a finding are attached to. */
function locationWords({ layer, where }: Leaf['finding'], goal: GrantGoal): string | undefined {
  const { caller } = goal.input
  switch (layer) {
    case 'identity-policy':
    case 'permissions-boundary':
      return holderOf(caller)
    case 'session-policy':
      return caller.arn
    case 'resource-policy':
      return policyHolderOf(goal)
    default:
      return where ?? layer
  }
}

function towardsAllow(leaf: Leaf, goal: GrantGoal): readonly EditOption[] {
  const { finding, needs } = leaf
  const on = locationWords(finding, goal)
  // A session's name is another next time; and an account is let in for nobody but its root user.
  const isRoot = goal.input.caller.kind === 'root'
  if (isSecretOfOther(goal)) return []
  if (needs === 'allow-naming-session' || (needs === 'allow-to-account' && !isRoot)) return []
  switch (finding.layer) {
    case 'identity-policy':
      return withExtensions(identityEdits(finding, goal), leaf, goal, on)
    case 'permissions-boundary':
      // What a boundary keeps from changing boundaries is never opened (R-ADV-11).
      return isBoundaryAction(goal) ? [] : withExtensions(limitEdits(finding, goal), leaf, goal, on)
    case 'session-policy':
      return withExtensions(limitEdits(finding, goal), leaf, goal, on)
    case 'service-control-policy':
      return isBoundaryAction(goal) ? [] : withExtensions(levelEdits(finding, goal), leaf, goal, on)
    case 'vpc-endpoint-policy':
      return withExtensions(endpointEdits(finding, goal), leaf, goal, on)
    case 'resource-policy':
      return withExtensions(resourceEdits(finding, goal), leaf, goal, on)
    case 'service-guard': {
      const edits = finding.guard === undefined ? [] : EDITS_OF_GUARD[finding.guard](goal)
      return edits.flatMap((edit) => (edit === undefined ? [] : [[edit]]))
    }
    case 'resource-control-policy':
      return []
  }
}

/** The edits that let a guard allow; a KMS grant is an option of its own (`grantOptions`), and the others only refuse. */
const EDITS_OF_GUARD: Readonly<Record<Guard, (goal: GrantGoal) => readonly (Edit | undefined)[]>> = {
  acl: (goal) => [ownershipEdit(goal), objectAclEdit(goal)],
  'block-public-access': () => [],
  'kms-grant': () => [],
  'hard-rule': () => [],
}

/** New statements first: a statement that is mended or extended opens whatever else it is about. */
const withExtensions = (
  edits: readonly Edit[],
  { finding }: Leaf,
  goal: GrantGoal,
  on: string | undefined,
): readonly EditOption[] =>
  alone([...edits, ...(on === undefined ? [] : [...mends(finding, goal, on), ...extensions(finding, goal, on)])])
