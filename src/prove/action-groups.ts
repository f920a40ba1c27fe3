import { isWildcardOnlyAction } from '#iam/facts/actions.ts'
import { saysOwner } from '#engine/owner-keys.ts'
import { formatArn, parseArn } from '#iam/arn.ts'
import { compileGlob, globMatches } from '#iam/glob.ts'
import type { AccessSet, ConditionBlock } from '#space/access-set.ts'
import { coversArn, meetArns } from '#space/glob-meet.ts'
import { actionOf, inFewWords } from './action-names.ts'
import { type Answer, accessSet, conjunctionsWhere } from './answer.ts'
import { idsOf } from './formula.ts'

/** The answer on some actions on some resources. */
export interface AnsweredGroup {
  readonly names: readonly string[]
  readonly resources: readonly string[]
  readonly except: readonly string[]
  readonly answer: Answer
  /** In which words the policies speak of the actions. */
  readonly patterns: readonly string[]
  /** The Allow that gives it: its words, and all actions that they stand for. */
  readonly grant?: { readonly actions: readonly string[]; readonly names: readonly string[] }
}

/** Answers of one key are told together. */
export function keyOf(answer: Answer): string {
  const known = keys.get(answer)
  if (known !== undefined) return known
  const { decision, conjunctions: ways, perhaps = [], missing } = answer
  const made = JSON.stringify([decision, ways.map(idsOf), perhaps.map(idsOf), missing.map(({ fact }) => fact)])
  keys.set(answer, made)
  return made
}

const keys = new WeakMap<Answer, string>()

/** Pieces that differ in their actions alone are one. */
export function mergeGroups(groups: readonly AnsweredGroup[]): readonly AnsweredGroup[] {
  const found = new Map<
    string,
    { readonly piece: AnsweredGroup; readonly names: Set<string>; readonly patterns: Set<string> }
  >()
  for (const group of groups) {
    const key = JSON.stringify([keyOf(group.answer), group.resources, group.except, allSayOwner(group.names)])
    const known = found.get(key)
    if (known === undefined) {
      found.set(key, { piece: group, names: new Set(group.names), patterns: new Set(group.patterns) })
      continue
    }
    for (const name of group.names) known.names.add(name)
    for (const pattern of group.patterns) known.patterns.add(pattern)
  }
  return [...found.values()].map(({ piece: group, names, patterns }) => ({
    ...group,
    names: [...names],
    patterns: [...patterns],
  }))
}

/** Whether all requests for the actions say whose the resource is; for some actions none does. */
function allSayOwner(names: readonly string[]): boolean {
  const known = sayOwner.get(names)
  if (known !== undefined) return known
  const made = names.every((name) => saysOwner(actionOf(name)) === true)
  sayOwner.set(names, made)
  return made
}

/** Cache of `allSayOwner`: the same list of action names is asked about for each of its resources. */
const sayOwner = new WeakMap<readonly string[], boolean>()

/** Actions on resources whose own policies say more than the principal's side does. */
export interface ExcludedAccess {
  readonly names: readonly string[]
  readonly resources: readonly string[]
}

/** A piece, and what is told apart of it. */
export interface DescribedGroup {
  readonly piece: AnsweredGroup
  readonly cuts: readonly ExcludedAccess[]
}

/** The piece without what is told apart; undefined: nothing is left. */
export function excludeFrom(group: AnsweredGroup, cuts: readonly ExcludedAccess[]): DescribedGroup | undefined {
  let names = group.names
  const kept: ExcludedAccess[] = []
  for (const cut of cuts) {
    const of = new Set(cut.names)
    const shared = names.filter((name) => of.has(name))
    if (shared.length === 0 || !overlap(group.resources, cut.resources)) continue
    const isWhole = group.resources.every((resource) => cut.resources.some((all) => coversArn(all, resource)))
    if (isWhole) names = names.filter((name) => !of.has(name))
    else kept.push({ names: shared, resources: cut.resources })
  }
  return names.length === 0 ? undefined : { piece: { ...group, names }, cuts: kept }
}

const overlap = (a: readonly string[], b: readonly string[]): boolean =>
  a.some((arn) => b.some((other) => meetArns(arn, other)?.length !== 0))

interface OwnerAccount {
  readonly principal: string
  readonly account: string
}

/**
 * Access sets of a piece whose decision is this one, a set for each way to it. Where its ARNs are held to the account,
 * actions that are asked of no resource are told besides: no ARN covers them (R-REQ-04).
 */
export function setsOf(
  described: DescribedGroup,
  decision: Answer['decision'],
  whose: OwnerAccount,
): readonly AccessSet[] {
  const { grant, names, resources } = described.piece
  const isHeld = grant !== undefined && !allSayOwner(names) && resources.includes('*')
  const alone = isHeld ? names.filter(hasNoResource) : []
  const sets = setsWithin(described, decision, whose)
  if (alone.length === 0 || alone.length === names.length) return sets
  const piece = { ...described.piece, names: alone, resources: ['*'], except: [] }
  return [...setsWithin({ piece, cuts: [] }, decision, whose), ...sets]
}

const hasNoResource = (name: string): boolean => isWildcardOnlyAction(name) === true

function setsWithin(
  { piece: group, cuts }: DescribedGroup,
  decision: Answer['decision'],
  { principal, account }: OwnerAccount,
): readonly AccessSet[] {
  const ways = conjunctionsWhere(group.answer, decision)
  if (ways.length === 0) return []
  const { names, except, patterns } = group
  const principals = [principal]
  const { actions, left } = wordsOf(group)
  const isOwned = group.grant === undefined || names.every(hasNoResource)
  const owned = isOwned ? { resources: group.resources, conditions: [] } : ofAccount(group, account)
  const of = { principals, actions, resources: owned.resources }
  const out: AccessSet[] = [
    ...(except.length === 0 ? [] : [{ ...of, resources: except, conditions: [] }]),
    ...(left.length === 0 ? [] : [{ principals, actions: left, resources: ['*'], conditions: [] }]),
    ...cuts.map((cut) => ({
      principals,
      actions: inFewWords(cut.names, patterns),
      resources: cut.resources,
      conditions: [],
    })),
  ]
  return ways.map((way) => {
    const set = accessSet(way, of)
    const all = [...(set.except ?? []), ...out]
    const conditions = [...set.conditions, ...owned.conditions]
    return { ...of, conditions, ...(all.length === 0 ? {} : { except: all }) }
  })
}

/**
 * Resources and `aws:ResourceAccount` condition that hold a grant to the account: what it allows is no word of another's,
 * and a resource's account does not stand in every pattern.
 */
function ofAccount({ resources, names }: AnsweredGroup, account: string): Pick<AccessSet, 'resources' | 'conditions'> {
  if (resources.every((resource) => parseArn(resource)?.account === account)) return { resources, conditions: [] }
  const conditions: ConditionBlock[] = [{ StringEqualsIfExists: { 'aws:ResourceAccount': account } }]
  if (allSayOwner(names)) return { resources, conditions }
  return { resources: resources.flatMap((resource) => narrowed(resource, account)), conditions }
}

/** The ARNs of the account, and those that name none. */
function narrowed(pattern: string, account: string): readonly string[] {
  const parts = parseArn(pattern === '*' ? 'arn:*:*:*:*:*' : pattern)
  if (parts === undefined) return [pattern]
  const fits = [account, ''].filter((owner) => globMatches(compileGlob(parts.account), owner))
  return fits.map((fit) => formatArn({ ...parts, account: fit }))
}

/** In whichever words are fewer: the grant's own without what is left out, or the actions themselves. */
function wordsOf({ names, patterns, grant }: AnsweredGroup): {
  readonly actions: readonly string[]
  readonly left: readonly string[]
} {
  if (grant === undefined) return { actions: inFewWords(names, patterns), left: [] }
  const wanted = new Set(names)
  const rest = grant.names.filter((name) => !wanted.has(name))
  if (rest.length === 0) return { actions: grant.actions, left: [] }
  const direct = inFewWords(names, patterns)
  const left = inFewWords(rest, patterns)
  return left.length + grant.actions.length < direct.length
    ? { actions: grant.actions, left }
    : { actions: direct, left: [] }
}

/** Sets that differ in their resources alone are one. */
export function merged(sets: readonly AccessSet[]): readonly AccessSet[] {
  const found = new Map<string, AccessSet>()
  for (const set of sets) {
    const hasExcept = set.except !== undefined
    const key = JSON.stringify([set.actions, set.conditions, hasExcept ? set : null])
    const known = found.get(key)
    if (known === undefined) found.set(key, set)
    else if (!hasExcept) found.set(key, { ...known, resources: [...new Set([...known.resources, ...set.resources])] })
  }
  return [...found.values()]
}
