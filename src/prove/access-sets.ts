import type { ConditionLine } from '#iam/condition/condition.ts'
import type { Statement } from '#iam/policy.ts'
import type { ResourcePattern } from '#iam/resource.ts'
import type { AccessSet, ConditionBlock } from '#space/access-set.ts'
import { type ActionClass, holdsSome } from '#space/known-actions.ts'
import { patternsMeet } from '#space/patterns-meet.ts'
import { actionPatternOf } from '#iam/compilers.ts'
import type { Entry } from './document-set.ts'
import { sameJson } from './same-json.ts'

/** What was compared: the statements of both sides, and the side whose access is described. */
export interface Compared {
  readonly documents: { readonly entries: readonly Entry[]; readonly patterns: readonly ResourcePattern[] }
  readonly side: 0 | 1
}

/** A changed statement and actions that came out differently because of it. */
export interface Found {
  readonly region: Entry
  readonly actions: ActionClass
  /** The pattern of the region that was asked for. */
  readonly within: number | undefined
}

/**
 * What was found, as sets that people read: the region of each changed statement, in its own wildcards, without what
 * other statements cut out of it.
 */
export function accessSets(difference: Compared, wins: readonly Found[]): readonly AccessSet[] {
  const regions: Entry[] = []
  for (const { region } of wins) if (!regions.includes(region)) regions.push(region)
  const sets: AccessSet[] = []
  for (const region of regions) {
    const own = regions.length === 1 ? wins : wins.filter((win) => win.region === region)
    for (const set of setsOf(difference, region, own)) if (!sets.some((one) => sameJson(one, set))) sets.push(set)
  }
  return sets
}

function setsOf(difference: Compared, region: Entry, wins: readonly Found[]): AccessSet[] {
  const { entries } = difference.documents
  const { side } = difference
  const won: ActionClass[] = []
  for (const { actions } of wins) if (!won.includes(actions)) won.push(actions)
  if (!region.isDeny && region.grants !== false) return [regionSet(difference, region, undefined, won, wins)]
  const sets: AccessSet[] = []
  for (const [i, allow] of entries.entries()) {
    const { isDeny, grants, sides } = allow
    if (isDeny || grants === false || !sides[side] || !holdsAny(won, i) || !meet(difference, region, allow)) continue
    sets.push(regionSet(difference, region, allow, won, wins))
  }
  return sets
}

/** Whether a statement holds some of the actions. */
function holdsAny(won: readonly ActionClass[], statement: number): boolean {
  for (const { holds } of won) if (holds.includes(statement)) return true
  return false
}

/** The region, of a gone Deny together with an Allow that now reaches it. */
function regionSet(
  difference: Compared,
  region: Entry,
  allow: Entry | undefined,
  won: readonly ActionClass[],
  wins: readonly Found[],
): AccessSet {
  const parts = allow === undefined ? [region] : [region, allow]
  const narrow = allow !== undefined && namesActions(allow) ? allow : region
  const actions = actionTexts(narrow.statement, won)
  const narrowest = allow !== undefined && namesResources(allow) ? allow : region
  const resources = narrowest === region ? resourcesOf(difference, region, wins) : resourceTexts(narrowest.statement)
  const except = parts.flatMap(leftOut)
  for (const [i, entry] of difference.documents.entries.entries()) {
    if (entry === region || entry === allow || !cuts(difference, entry, region)) continue
    if (holdsAny(won, i) && meet(difference, region, entry)) except.push(cutSet(difference, entry, won))
  }
  const principals = principalTexts(parts)
  const conditions = parts.flatMap(({ statement }) => blocksOf(statement.conditions))
  return except.length === 0
    ? { principals, actions, resources, conditions }
    : { principals, actions, resources, conditions, except }
}

const namesActions = ({ statement }: Entry): boolean =>
  statement.actionElement === 'Action' && !statement.actionSource.includes('*')

const namesResources = ({ statement }: Entry): boolean =>
  statement.resourceElement === 'Resource' && !isEverything(statement)

/** The patterns of a changed statement on which something was found; all where nothing was asked for by pattern. */
function resourcesOf({ documents }: Compared, region: Entry, wins: readonly Found[]): readonly string[] {
  const within: string[] = []
  for (const win of wins) if (win.within !== undefined) within.push(documents.patterns[win.within]?.source ?? '')
  const all = resourceTexts(region.statement)
  return within.length === 0 ? all : all.filter((text) => within.includes(text))
}

/** Whether a statement takes something away: a Deny of the side that allows, an Allow of the other beside the region. */
function cuts({ side }: Compared, { isDeny, sides, grants, unit }: Entry, region: Entry): boolean {
  if (isDeny) return sides[side]
  const beside = region.grants === false ? unit === region.unit : grants !== false
  return !region.isDeny && beside && sides[(1 - side) as 0 | 1]
}

/** An Allow of the other side cuts only where no Deny of that side takes it back. */
function cutSet(difference: Compared, entry: Entry, won: readonly ActionClass[]): AccessSet {
  const { entries } = difference.documents
  const set = setOf(entry, won)
  if (entry.isDeny) return set
  const other = (1 - difference.side) as 0 | 1
  const back = entries.filter((one) => one.isDeny && one.sides[other] && meet(difference, entry, one))
  if (back.length === 0) return set
  const except = [...(set.except ?? []), ...back.map((one) => setOf(one, won))]
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

/** What `NotAction`, `NotResource` and `NotPrincipal` leave out. */
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

/** The elements that hold an action of the difference; `*` for `NotAction`. */
function actionTexts(statement: Statement, won: readonly ActionClass[]): readonly string[] {
  if (statement.actionElement === 'NotAction') return ['*']
  const held = statement.actionSource.filter((text) => {
    const pattern = actionPatternOf(text)
    return won.some((actions) => holdsSome(pattern, actions))
  })
  return held.length === 0 ? statement.actionSource : held
}

const resourceTexts = (statement: Statement): readonly string[] =>
  statement.resourceElement === 'NotResource' || statement.resources === undefined
    ? ['*']
    : statement.resources.map(({ source }) => source)

const isEverything = (statement: Statement): boolean => statement.resources?.some(({ kind }) => kind === 'any') ?? true

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

/** One block per line: a Condition as policies write it. */
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

/** Whether some resource is held by both. */
function meet({ documents }: Compared, a: Entry, b: Entry): boolean {
  if (a.statement.resourceElement === 'NotResource' || b.statement.resourceElement === 'NotResource') return true
  if (a.place === 'trust' || b.place === 'trust') return true
  for (const i of a.resources)
    for (const j of b.resources) {
      const [one, other] = [documents.patterns[i], documents.patterns[j]]
      if (one !== undefined && other !== undefined && patternsMeet(one, other)) return true
    }
  return false
}
