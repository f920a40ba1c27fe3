import type { ConditionLine } from '#iam/condition/condition.ts'
import type { Statement } from '#iam/policy.ts'
import type { AccessSet, ConditionBlock } from '#space/access-set.ts'
import type { ActionClass } from '#space/known-actions.ts'
import type { Entry } from './document-set.ts'
import { sameJson } from './same-json.ts'
import {
  actionTexts,
  type Compared,
  mayHold,
  meet,
  resourceTexts,
  sharedActions,
  sharedResources,
  type GrantPath,
  grantPathsOf,
} from './grant-paths.ts'

/** A changed statement and actions that came out differently because of it. */
export interface Found {
  readonly region: Entry
  readonly actions: ActionClass
  /** The pattern of the region that was asked for. */
  readonly within: number | undefined
}

/**
 * Access sets as people read them: the region of each changed statement, in its own wildcards, without what other
 * statements cut out of it.
 */
export function accessSets(difference: Compared, wins: readonly Found[]): readonly AccessSet[] {
  const regions: Entry[] = []
  for (const { region } of wins) if (!regions.includes(region)) regions.push(region)
  const sets: AccessSet[] = []
  for (const region of regions) {
    const own = regions.length === 1 ? wins : wins.filter((win) => win.region === region)
    for (const set of setsOf(difference, region, own)) if (!sets.some((known) => sameJson(known, set))) sets.push(set)
  }
  return sets
}

function setsOf(difference: Compared, region: Entry, wins: readonly Found[]): AccessSet[] {
  const won: ActionClass[] = []
  for (const { actions } of wins) if (!won.includes(actions)) won.push(actions)
  const paths = grantPathsOf(difference, region, won)
  // The root user is given everything by no statement.
  const grantPaths = paths.length === 0 ? [{ parts: [region], won }] : paths
  return grantPaths.map((path) => wayAsSet(difference, region, path, wins))
}

/** The region with what else must hold for it to make the difference, and the actions found there. */
function wayAsSet(difference: Compared, region: Entry, { parts, won }: GrantPath, wins: readonly Found[]): AccessSet {
  const actions = sharedActions(parts, won)
  const resources = sharedResources(parts, resourcesOf(difference, region, wins))
  const except = parts.flatMap(leftOut)
  for (const [i, entry] of difference.documents.entries.entries()) {
    if (parts.includes(entry) || !cuts(difference, entry, region)) continue
    const isHeld = holdsAny(won, i) || (entry.isDeny && mayHold(entry.statement, actions))
    if (!isHeld || !meet(difference, region, entry)) continue
    const cut = cutSet(difference, entry, won)
    // A request was found: an Allow over all of them allowed nothing by itself, as a public one that the service blocks.
    if (entry.isDeny || !isOver(cut, actions, resources)) except.push(cut)
  }
  const principals = principalTexts(parts)
  const conditions = parts.flatMap(({ statement }) => blocksOf(statement.conditions))
  return except.length === 0
    ? { principals, actions, resources, conditions }
    : { principals, actions, resources, conditions, except }
}

/** Whether a set has all of the actions and resources, whoever asks and whenever. */
const isOver = (
  { principals, actions, resources, conditions }: AccessSet,
  allActions: readonly string[],
  allResources: readonly string[],
): boolean =>
  conditions.length === 0 &&
  principals.includes('*') &&
  (actions.includes('*') || allActions.every((action) => actions.includes(action))) &&
  (resources.includes('*') || allResources.every((resource) => resources.includes(resource)))

/** The patterns of a changed statement on which something was found; all where nothing was asked for by pattern. */
function resourcesOf({ documents }: Compared, region: Entry, wins: readonly Found[]): readonly string[] {
  const within: string[] = []
  for (const win of wins) if (win.within !== undefined) within.push(documents.patterns[win.within]?.source ?? '')
  const all = resourceTexts(region.statement)
  return within.length === 0 ? all : all.filter((text) => within.includes(text))
}

/** Whether a statement holds some of the actions. */
function holdsAny(won: readonly ActionClass[], statement: number): boolean {
  for (const { holds } of won) if (holds.includes(statement)) return true
  return false
}

/**
 * Whether a statement takes something away: a Deny of the side that allows, or an Allow of the other side in the layer of the
 * region. An Allow of another layer may have allowed nothing by itself, as across accounts: that a request was found shows it.
 */
const cuts = ({ side }: Compared, { isDeny, sides, unit }: Entry, region: Entry): boolean =>
  isDeny ? sides[side] : !region.isDeny && unit === region.unit && sides[(1 - side) as 0 | 1]

/** An Allow of the other side cuts only where no Deny of that side takes it back, of the actions that it cuts. */
function cutSet(difference: Compared, entry: Entry, won: readonly ActionClass[]): AccessSet {
  const { entries } = difference.documents
  const set = setOf(entry, won)
  if (entry.isDeny) return set
  const other = (1 - difference.side) as 0 | 1
  const back = entries.filter(
    (deny) => deny.isDeny && deny.sides[other] && mayHold(deny.statement, set.actions) && meet(difference, entry, deny),
  )
  if (back.length === 0) return set
  const except = [...(set.except ?? []), ...back.map((entry) => setOf(entry, won))]
  const { principals, actions, resources, conditions } = set
  return { principals, actions, resources, conditions, except }
}

function setOf(entry: Entry, won: readonly ActionClass[]): AccessSet {
  const { statement } = entry
  const except = leftOut(entry)
  const principals = principalTexts([entry])
  const actions = actionTexts(statement, won)
  const resources = resourceTexts(statement)
  const conditions = blocksOf(statement.conditions)
  return except.length === 0
    ? { principals, actions, resources, conditions }
    : { principals, actions, resources, conditions, except }
}

/** Access sets that `NotAction`, `NotResource` and `NotPrincipal` leave out of a statement. */
function leftOut({ statement, place }: Entry): AccessSet[] {
  const everything: AccessSet = { principals: ['*'], actions: ['*'], resources: ['*'], conditions: [] }
  const sets: AccessSet[] = []
  if (statement.actionElement === 'NotAction') sets.push({ ...everything, actions: statement.actionSource })
  if (statement.resourceElement === 'NotResource')
    sets.push({ ...everything, resources: (statement.resources ?? []).map(({ source }) => source) })
  if ((place === 'resource' || place === 'trust') && statement.principalElement === 'NotPrincipal')
    sets.push({ ...everything, principals: listedPrincipals(statement) })
  return sets
}

function principalTexts(parts: readonly Entry[]): readonly string[] {
  const named = parts.find(
    ({ statement, place }) =>
      (place === 'resource' || place === 'trust') &&
      statement.principalElement === 'Principal' &&
      statement.principal?.any !== true,
  )
  return named === undefined ? ['*'] : listedPrincipals(named.statement)
}

const listedPrincipals = ({ principal }: Statement): readonly string[] =>
  principal?.entries.map(({ value }) => value) ?? []

/** `Condition` blocks of some condition lines as policies write them: none, or a single block with every line. */
export const blocksOf = (lines: readonly ConditionLine[]): readonly ConditionBlock[] => {
  if (lines.length === 0) return []
  // By entries: a policy may call a key `__proto__`, which is then a key like any other.
  const operators = new Map<string, [string, unknown][]>()
  for (const { operator, key, values } of lines) {
    const texts = values.map(({ template }) => template.source)
    const listed = operators.get(operator) ?? []
    listed.push([key, texts.length === 1 ? texts[0] : texts])
    operators.set(operator, listed)
  }
  return [Object.fromEntries([...operators].map(([operator, keys]) => [operator, Object.fromEntries(keys)]))]
}
