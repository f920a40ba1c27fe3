import type { Scenario } from '#engine/scenario.ts'
import { readCaller } from '#iam/caller.ts'
import { parseArn } from '#iam/arn.ts'
import type { DocumentEdit, Edit, Edited } from './edit.ts'
import { addTo, holderWords } from './edits/add-statement.ts'
import { freeName } from './new-policy-name.ts'
import { isIdentityCenter } from './owner.ts'
import { holderOf, keyOfLocation, type PolicyLocation } from './policy-location.ts'
import { quotaOf } from './quotas.ts'

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: attached managed policies, without asking for more. */
const MAX_ATTACHED = 10
/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html (R-QUOTA-01) */
const MAX_AT_LEVEL = 10

/**
 * The edits with each statement that does not fit into its policy put into a policy of its own (R-QUOTA-02). Undefined:
 * there is no room there either. The same edits where all fits.
 */
export function fitting(
  edits: readonly Edit[],
  edited: readonly Edited[],
  scenarios: readonly Scenario[],
): readonly Edit[] | undefined {
  const full = new Set<string>()
  for (const { edits: on, after } of edited) {
    const [first] = on
    if (first?.is !== 'document') continue
    if (quotaOf(first.location, after, scenarios)?.fits === false) full.add(keyOfLocation(first.location))
  }
  if (full.size === 0) return edits
  const moved = edits.map((edit) =>
    edit.is === 'document' && full.has(keyOfLocation(edit.location)) ? apart(edit, scenarios) : edit,
  )
  return moved.every((edit) => edit !== undefined) ? moved : undefined
}

function apart(edit: DocumentEdit, scenarios: readonly Scenario[]): DocumentEdit | undefined {
  if (edit.adds === undefined) return undefined
  const action = String(edit.adds['Action'])
  if (edit.location.layer === 'identity-policy') return ownManagedPolicy(edit, action, scenarios)
  return edit.location.layer === 'service-control-policy' ? ownControlPolicy(edit, action, scenarios) : undefined
}

function ownManagedPolicy(
  edit: DocumentEdit,
  action: string,
  scenarios: readonly Scenario[],
): DocumentEdit | undefined {
  const { on } = edit.location
  if (isIdentityCenter({ on })) return undefined
  const held = scenarios.find(({ request }) => holderOf(readCaller(request)) === on)?.policies?.identityPolicies ?? []
  const attached = held.filter(({ arn, name }) => arn !== undefined && !name.includes(' (group '))
  const holder = parseArn(on)
  if (attached.length >= MAX_ATTACHED || holder === undefined || edit.adds === undefined) return undefined
  const name = freeName(new Set(held.map((policy) => policy.name)), action)
  const arn = `arn:${holder.partition}:iam::${holder.account}:policy/${name}`
  const location: PolicyLocation = { layer: 'identity-policy', on, name, arn, document: null }
  return addTo(
    location,
    edit.adds,
    `managed policy \`${name}\` and attach it to ${holderWords(on)}, whose policy is full`,
    'managed-policy',
    edit,
  )
}

function ownControlPolicy(
  edit: DocumentEdit,
  action: string,
  scenarios: readonly Scenario[],
): DocumentEdit | undefined {
  const { where = '' } = edit.location
  const levels = scenarios.flatMap(({ policies }) => policies?.serviceControlPolicies ?? [])
  const here = levels.find(({ target }) => target === where)?.policies ?? []
  if (here.length >= MAX_AT_LEVEL || edit.adds === undefined) return undefined
  const name = freeName(new Set(here.map((policy) => policy.name)), action)
  const location: PolicyLocation = { layer: 'service-control-policy', on: where, name, where, document: null }
  const what = `service control policy \`${name}\` at ${where}, where the other is full`
  return addTo(location, edit.adds, what, 'scp', edit)
}
