import type { Leaf } from '#engine/requirement-tree.ts'
import type { Edit } from './edit.ts'
import { documentValue } from '#iam/json-value.ts'
import { endpointEdits, identityEdits, levelEdits, limitEdits, resourceEdits } from './edits/add-statement.ts'
import { objectAclEdit, ownershipEdit, publicPolicyEdits } from './edits/beside-policies.ts'
import { carrierOfRequest } from './edits/carrier.ts'
import { regionEdits, requestEdits, ruleEdits } from './edits/edit-request.ts'
import { principalTagEdits, resourceTagEdits } from './edits/edit-tags.ts'
import { extensions } from './edits/extend-statement.ts'
import { denyEdits } from './edits/narrow-deny.ts'
import { areOfPolicyInForce } from './left-open.ts'
import { holderOf } from './place.ts'
import type { Wanted } from './wanted.ts'

/** One way to satisfy a leaf of the requirement: edits that belong together. */
export type Cure = readonly Edit[]

/**
 * What satisfies one refusing layer, level or policy, the narrowest first: another request where the caller can make one,
 * then the policy (R-FIX-01, R-FIX-02). Empty: nobody can, or only by what is never proposed (R-FIX-06).
 */
export function curesOf(leaf: Leaf, wanted: Wanted): readonly Cure[] {
  const inRequest: readonly Cure[] = [
    ...ruleEdits(leaf, wanted),
    ...requestEdits(leaf, wanted),
    ...regionEdits(leaf, wanted),
    ...principalTagEdits(leaf, wanted),
  ].map((edit) => [edit])
  const tagged = alone(resourceTagEdits(leaf, wanted))
  return [
    ...inRequest,
    ...(leaf.needs === 'no-explicit-deny' ? againstDeny(leaf, wanted) : towardsAllow(leaf, wanted)),
    ...tagged,
  ].filter((cure) => cure.every(canBeMade))
}

/** Not of a policy that the snapshot holds only in part, where it would have to be known to be written (R-FIX-02). */
function canBeMade(edit: Edit): boolean {
  if (edit.is === 'attribute') return true
  if (edit.is === 'request') return areOfPolicyInForce(null, edit.operations)
  const document = documentValue(edit.place.document)
  return areOfPolicyInForce(document, edit.operationsOn(document))
}

const alone = (edits: readonly Edit[]): readonly Cure[] => edits.map((edit) => [edit])

function againstDeny({ finding }: Leaf, wanted: Wanted): readonly Cure[] {
  if (finding.guard === 'block-public-access') return alone(publicPolicyEdits(finding, wanted))
  const on = placeWords(finding, wanted)
  return on === undefined ? [] : denyEdits(finding, wanted, on)
}

/** What the policies of a finding are attached to. */
function placeWords({ layer, where }: Leaf['finding'], wanted: Wanted): string | undefined {
  const { caller } = wanted.facts
  switch (layer) {
    case 'identity-policy':
    case 'permissions-boundary':
      return holderOf(caller)
    case 'session-policy':
      return caller.arn
    case 'resource-policy':
      return carrierOfRequest(wanted)
    default:
      return where ?? layer
  }
}

function towardsAllow(leaf: Leaf, wanted: Wanted): readonly Cure[] {
  const { finding, needs } = leaf
  const on = placeWords(finding, wanted)
  // A session's name is another next time; and an account is let in for nobody but its root user.
  const isRoot = wanted.facts.caller.kind === 'root'
  if (needs === 'allow-naming-session' || (needs === 'allow-to-account' && !isRoot)) return []
  switch (finding.layer) {
    case 'identity-policy':
      return withExtensions(identityEdits(finding, wanted), leaf, wanted, on)
    case 'permissions-boundary':
    case 'session-policy':
      return withExtensions(limitEdits(finding, wanted), leaf, wanted, on)
    case 'service-control-policy':
      return withExtensions(levelEdits(finding, wanted), leaf, wanted, on)
    case 'vpc-endpoint-policy':
      return withExtensions(endpointEdits(finding, wanted), leaf, wanted, on)
    case 'resource-policy':
      return withExtensions(resourceEdits(finding, wanted), leaf, wanted, on)
    case 'service-guard': {
      const edits = finding.guard === 'acl' ? [ownershipEdit(wanted), objectAclEdit(wanted)] : []
      return edits.flatMap((edit) => (edit === undefined ? [] : [[edit]]))
    }
    case 'resource-control-policy':
      return []
  }
}

/** New statements first: an extended statement opens whatever else it is about. */
const withExtensions = (
  edits: readonly Edit[],
  { finding }: Leaf,
  wanted: Wanted,
  on: string | undefined,
): readonly Cure[] => alone([...edits, ...(on === undefined ? [] : extensions(finding, wanted, on))])
