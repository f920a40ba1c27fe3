import type { CachingEvaluator } from '#engine/caching-evaluator.ts'
import type { PoliciesInForce, Policy } from '#engine/scenario.ts'
import type { OlderPolicies } from '#diagnose/replay-context.ts'
import { pointerTo, stepsOf, valueAt } from '#iam/json-pointer.ts'
import { documentValue } from '#iam/json-value.ts'
import { type DocumentEdit, editedBy, withEdits } from '../edit.ts'
import { attachmentWords } from '../attachment-words.ts'
import type { GrantGoal } from '../grant-goal.ts'
import { changesBack, inOrder } from '../json-changes.ts'
import type { Operation } from '../operation.ts'
import { holderOf, isAwsOwned, keyOfLocation, type PolicyLocation } from '../policy-location.ts'
import { leavesOf } from '../satisfying-sets.ts'
import { statementsOf } from '../statement.ts'
import { locationOf } from './add-statement.ts'
import { attachmentChanges, type ChangedPart } from './attachments.ts'
import { policyHolderOf } from './policy-holder.ts'

/** More changes than are told apart: then all that changed is put back, or nothing. */
const MAX_CHANGES = 48

/**
 * Edits that put back what changed since older policies, as far as it takes for all that is wanted to be allowed again, and
 * no further: of each change it is tried whether it can stay. Undefined: nothing changed that does it, or it was refused
 * then, too.
 *
 * @param older what was in force then
 */
export function putBackEdits(
  goals: readonly GrantGoal[],
  older: OlderPolicies,
  { effect }: CachingEvaluator,
): readonly DocumentEdit[] | undefined {
  const then = goals.map(({ scenario }) => older.scenarioFor(scenario.request))
  if (goals.length === 0 || then.some((scenario) => effect(scenario) === 'denied')) return undefined
  const all = distinct(goals.flatMap((goal, i) => changedParts(goal, then[i]?.policies ?? {})))
  const allows = (parts: readonly ChangedPart[]): boolean => {
    const edits = editsOf(parts, older)
    return goals.every(({ scenario }) => effect(withEdits(scenario, editedBy(edits, [scenario]))) === 'allowed')
  }
  if (all.length === 0 || !allows(all)) return undefined
  let kept = all
  if (all.length <= MAX_CHANGES)
    for (const part of all) {
      const fewer = kept.filter((other) => other !== part)
      if (fewer.length > 0 && allows(fewer)) kept = fewer
    }
  return editsOf(kept, older)
}

const distinct = (parts: readonly ChangedPart[]): readonly ChangedPart[] => [
  ...new Map(
    parts.map((part) => [JSON.stringify([keyOfLocation(part.location), part.operation]), part] as const),
  ).values(),
]

/** Changed parts of each policy that bears on the goal, against what it said then; and what was the caller's, and is gone. */
function changedParts(goal: GrantGoal, then: PoliciesInForce): readonly ChangedPart[] {
  const places = leavesOf(goal.tree).flatMap(({ finding }) => {
    const on = onOf(finding, goal)
    return on === undefined
      ? []
      : finding.policies
          .filter((policy) => !isAwsOwned(policy) && policy.source !== undefined)
          .map((policy) => locationOf(finding, policy, on))
  })
  const changed = places.flatMap((location) => {
    const was = policyThen(then, location)
    return was === undefined ? [] : documentChanges(location, documentValue(was.document))
  })
  return [...changed, ...goneSince(goal, then), ...attachmentChanges(goal, then)]
}

function onOf(
  { layer, where }: { readonly layer: PolicyLocation['layer']; readonly where?: string | undefined },
  goal: GrantGoal,
): string | undefined {
  const { caller } = goal.input
  switch (layer) {
    case 'identity-policy':
    case 'permissions-boundary':
      return holderOf(caller)
    case 'resource-policy':
      return policyHolderOf(goal)
    case 'session-policy':
    case 'service-guard':
      return undefined
    default:
      return where ?? layer
  }
}

/** The policy of that name at that place, as it was. */
function policyThen(then: PoliciesInForce, { layer, name, arn, where }: PolicyLocation): Policy | undefined {
  const isIt = (policy: Policy | null | undefined): boolean =>
    policy?.document !== undefined && (arn === undefined ? policy.name === name : policy.arn === arn)
  const levels = layer === 'service-control-policy' ? then.serviceControlPolicies : then.resourceControlPolicies
  switch (layer) {
    case 'identity-policy':
      return then.identityPolicies?.find(isIt)
    case 'permissions-boundary':
      return isIt(then.permissionsBoundary) ? (then.permissionsBoundary ?? undefined) : undefined
    case 'vpc-endpoint-policy':
      return then.vpcEndpointPolicy?.document === undefined ? undefined : then.vpcEndpointPolicy
    case 'resource-policy':
      return then.resourcePolicy?.document === undefined ? undefined : then.resourcePolicy
    case 'service-control-policy':
    case 'resource-control-policy':
      return levels?.find(({ target }) => target === where)?.policies?.find(isIt)
    default:
      return undefined
  }
}

function documentChanges(location: PolicyLocation, was: unknown): readonly ChangedPart[] {
  const now = documentValue(location.document)
  const [listed, before] = [valueAt(now, '/Statement'), valueAt(was, '/Statement')]
  if (JSON.stringify(now) === JSON.stringify(was) || before === undefined) return []
  const operations =
    Array.isArray(listed) && Array.isArray(before)
      ? statementChanges(listed, before)
      : changesBack(listed, before, '/Statement')
  return operations.map((operation) => ({ location, operation }))
}

/** Statements are the same by their Sid; else by what they say; else by their place among the rest. */
function statementChanges(now: readonly unknown[], was: readonly unknown[]): readonly Operation[] {
  const pairs = pairsOf(now, was)
  const [kept, matched] = [new Set(pairs.map(([i]) => i)), new Set(pairs.map(([, then]) => then))]
  return [
    ...pairs.flatMap(([i, then]) => changesBack(now[i], was[then], pointerTo('/Statement', i))),
    ...was.flatMap((value, i) => (matched.has(i) ? [] : [{ op: 'add', path: '/Statement/-', value } as const])),
    ...now.flatMap((_, i) => (kept.has(i) ? [] : [{ op: 'remove', path: pointerTo('/Statement', i) } as const])),
  ]
}

function pairsOf(now: readonly unknown[], was: readonly unknown[]): readonly (readonly [number, number])[] {
  const found: [number, number][] = []
  const [paired, taken] = [new Set<number>(), new Set<number>()]
  const pair = (keyOf: (statement: unknown) => string | undefined): void => {
    const free = new Map<string, number[]>()
    for (const [then, statement] of was.entries()) {
      const key = taken.has(then) ? undefined : keyOf(statement)
      if (key === undefined) continue
      const alike = free.get(key)
      if (alike === undefined) free.set(key, [then])
      else alike.push(then)
    }
    for (const [i, statement] of now.entries()) {
      const then = paired.has(i) ? undefined : free.get(keyOf(statement) ?? '')?.shift()
      if (then === undefined) continue
      found.push([i, then])
      paired.add(i)
      taken.add(then)
    }
  }
  pair((statement) => JSON.stringify(statement))
  pair(sidOf)
  if (now.length === was.length)
    pair((statement) => (sidOf(statement) === undefined ? JSON.stringify(valueAt(statement, '/Effect')) : undefined))
  return found
}

const sidOf = (statement: unknown): string | undefined => JSON.stringify(valueAt(statement, '/Sid'))

/** An inline policy of the caller, or the policy of the resource, that is not there any more. */
function goneSince(goal: GrantGoal, then: PoliciesInForce): readonly ChangedPart[] {
  const { policies } = goal.scenario
  const holder = holderOf(goal.input.caller)
  const own = policies?.identityPolicies
  const inline = (then.identityPolicies ?? []).filter(
    ({ arn, name, document }) =>
      arn === undefined &&
      document !== undefined &&
      !name.includes(' (group ') &&
      !own?.some((policy) => policy.name === name),
  )
  const gone = holder === undefined || own === undefined || own === null ? [] : inline
  return gone.map(({ name, document }) => ({
    location: { layer: 'identity-policy', on: holder ?? '', name, document: null },
    operation: { op: 'add', path: '', value: documentValue(document) },
  }))
}

/** Edits of the changed parts, a document edit for each policy. */
function editsOf(parts: readonly ChangedPart[], older: OlderPolicies): readonly DocumentEdit[] {
  const byPlace = new Map<string, ChangedPart[]>()
  for (const part of parts) {
    const key = keyOfLocation(part.location)
    byPlace.set(key, [...(byPlace.get(key) ?? []), part])
  }
  return [...byPlace.values()].flatMap(([first, ...rest]) =>
    first === undefined
      ? []
      : [
          editOf(
            first.location,
            [first, ...rest].map(({ operation }) => operation),
            older,
          ),
        ],
  )
}

function editOf(
  location: PolicyLocation,
  operations: readonly Operation[],
  { when, changes }: OlderPolicies,
): DocumentEdit {
  const by = changeOf(location, changes)
  return {
    is: 'document',
    kind: location.document === null ? 'add-policy' : 'edit-policy',
    location,
    operationsOn: () => inOrder(operations),
    does: `${backWords(location, operations)} as it was ${when}${by === undefined ? '' : ` (changed by ${by})`}`,
    slug: `put-back-${location.layer}`,
    mayGrantMore: true,
    replaces: true,
    putsBack: true,
  }
}

function backWords(location: PolicyLocation, operations: readonly Operation[]): string {
  if (location.attachment !== undefined) return `${attachmentWords(location)},`
  const now = documentValue(location.document)
  const places = [...new Set(operations.map(({ path }) => placeOf(path, now)))]
  return `put back ${now === null ? 'policy' : `${places.join(', ')} of`} \`${location.name}\``
}

/** `Resource of statement 2 "Read"` */
function placeOf(path: string, document: unknown): string {
  const [, ...below] = stepsOf(path)
  // A document may hold its one statement without a list.
  const [index = '', element] = Array.isArray(valueAt(document, '/Statement')) ? below : ['0', ...below]
  if (index === '-') return 'a statement'
  const sid = valueAt(statementsOf(document)[Number(index)], '/Sid')
  const statement = `statement ${Number(index) + 1}${typeof sid === 'string' ? ` "${sid}"` : ''}`
  return element === undefined ? statement : `${element} in ${statement}`
}

/** Who changed the policy last, as far as the events of the input tell: `arn:… with iam:PutRolePolicy, 2026-…`. */
function changeOf({ on, arn, where }: PolicyLocation, changes: OlderPolicies['changes']): string | undefined {
  const names = [arn, on, where].filter((name) => name !== undefined)
  const found = changes
    .filter(({ requests, named }) =>
      [...requests.map(({ resource }) => resource), ...named].some((name) => name !== null && names.includes(name)),
    )
    .toSorted((a, b) => (b.time ?? '').localeCompare(a.time ?? ''))
  const [last] = found
  if (last === undefined) return undefined
  const service = last.eventSource.split('.')[0] ?? ''
  return `${last.principal ?? 'somebody'} with ${service}:${last.eventName}${last.time === null ? '' : `, ${last.time.replace('T', ' ')}`}`
}
