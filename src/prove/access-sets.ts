import type { ConditionLine } from '#iam/condition/condition.ts'
import type { Statement } from '#iam/policy.ts'
import type { ResourcePattern } from '#iam/resource.ts'
import type { AccessSet, ConditionBlock } from '#space/access-set.ts'
import { type ActionClass, holdsSome } from '#space/known-actions.ts'
import { patternsMeet } from '#space/patterns-meet.ts'
import { patternOf } from '#space/statement-actions.ts'
import type { Entry } from './document-set.ts'

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
  const all = [...new Set(wins.map((win) => win.region))].flatMap((region) =>
    setsOf(
      difference,
      region,
      wins.filter((win) => win.region === region),
    ),
  )
  if (all.length < 2) return all
  const sets = new Map<string, AccessSet>()
  for (const set of all) {
    const text = JSON.stringify(set)
    if (!sets.has(text)) sets.set(text, set)
  }
  return [...sets.values()]
}

function setsOf(difference: Compared, region: Entry, wins: readonly Found[]): AccessSet[] {
  const { entries } = difference.documents
  const { side } = difference
  const won = [...new Set(wins.map((win) => win.actions))]
  if (!region.isDeny && region.grants !== false) return [regionSet(difference, region, undefined, won, wins)]
  const allows = entries.filter(
    ({ isDeny, grants, sides }, i) =>
      !isDeny && grants !== false && sides[side] && won.some(({ holds }) => holds.includes(i)),
  )
  return allows
    .filter((allow) => meet(difference, region, allow))
    .map((allow) => regionSet(difference, region, allow, won, wins))
}

/** The region, of a gone Deny together with an Allow that now reaches it. */
function regionSet(
  difference: Compared,
  region: Entry,
  allow: Entry | undefined,
  won: readonly ActionClass[],
  wins: readonly Found[],
): AccessSet {
  const { entries, patterns } = difference.documents
  const parts = allow === undefined ? [region] : [region, allow]
  const narrow = parts.filter(
    ({ statement }) => statement.actionElement === 'Action' && !statement.actionSource.includes('*'),
  )
  const actions = actionTexts((narrow.at(-1) ?? region).statement, won)
  const narrowest =
    parts.filter(({ statement }) => statement.resourceElement === 'Resource' && !isEverything(statement)).at(-1) ??
    region
  const within = new Set(wins.flatMap((win) => (win.within === undefined ? [] : [patterns[win.within]?.source ?? ''])))
  const resources = resourceTexts(narrowest.statement).filter(
    (text) => narrowest !== region || within.size === 0 || within.has(text),
  )
  const own = new Set(parts)
  const cut = entries.filter(
    (entry, i) =>
      !own.has(entry) &&
      cuts(difference, entry, region) &&
      won.some(({ holds }) => holds.includes(i)) &&
      meet(difference, region, entry),
  )
  const except = [...parts.flatMap(leftOut), ...cut.map((entry) => cutSet(difference, entry, won))]
  return {
    principals: principalTexts(parts),
    actions,
    resources,
    conditions: parts.flatMap(({ statement }) => blocksOf(statement.conditions)),
    ...(except.length === 0 ? {} : { except }),
  }
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
  const except = [...(set.except ?? []), ...back.map((one) => setOf(one, won))]
  return except.length === 0 ? set : { ...set, except }
}

function setOf(entry: Entry, won: readonly ActionClass[]): AccessSet {
  const { statement } = entry
  const except = leftOut(entry)
  return {
    principals: principalTexts([entry]),
    actions: actionTexts(statement, won),
    resources: resourceTexts(statement),
    conditions: blocksOf(statement.conditions),
    ...(except.length === 0 ? {} : { except }),
  }
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
    const pattern = patternOf(text)
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
  const block: Record<string, Record<string, unknown>> = {}
  for (const { operator, key, values } of lines) {
    const texts = values.map(({ template }) => template.source)
    const keys = Object.hasOwn(block, operator) ? block[operator] : undefined
    const listed = { ...keys, [key]: texts.length === 1 ? texts[0] : texts }
    Object.defineProperty(block, operator, { value: listed, enumerable: true, configurable: true })
  }
  return [block]
}

/** Whether some resource is held by both. */
function meet({ documents }: Compared, a: Entry, b: Entry): boolean {
  const patternsOf = ({ resources }: Entry): readonly ResourcePattern[] =>
    resources.flatMap((i) => documents.patterns[i] ?? [])
  if (a.statement.resourceElement === 'NotResource' || b.statement.resourceElement === 'NotResource') return true
  if (a.place === 'trust' || b.place === 'trust') return true
  const others = patternsOf(b)
  return patternsOf(a).some((one) => others.some((two) => patternsMeet(one, two)))
}
