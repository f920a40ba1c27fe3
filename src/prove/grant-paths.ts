import { actionPatternOf } from '#iam/compilers.ts'
import type { Statement } from '#iam/policy.ts'
import type { ResourcePattern } from '#iam/resource.ts'
import { coversArn, meet as meetTexts, meetArns } from '#space/glob-meet.ts'
import { type ActionClass, holdsSome } from '#space/known-actions.ts'
import { patternsMeet } from '#space/patterns-meet.ts'
import type { Entry } from './document-set.ts'

/** The statements of both sides of a comparison, and the side whose access is described. */
export interface Compared {
  readonly documents: { readonly entries: readonly Entry[]; readonly patterns: readonly ResourcePattern[] }
  readonly side: 0 | 1
}

/** Statements that must all match for a changed one to make its difference, itself first, and the actions that they share. */
export interface GrantPath {
  readonly parts: readonly Entry[]
  readonly won: readonly ActionClass[]
}

/** More ways than this tell less than fewer, wider ones. */
const MAX_PATHS = 8
/** More patterns than this are not laid over each other. */
const MAX_PATTERNS = 64

/** An Allow that gives access, where the region does not; and of each layer that limits it, one that lets it through. */
export function grantPathsOf(difference: Compared, region: Entry, won: readonly ActionClass[]): readonly GrantPath[] {
  const { entries } = difference.documents
  const gives = !region.isDeny && region.grants !== false
  let paths: readonly GrantPath[] = gives
    ? [{ parts: [region], won }]
    : entries.flatMap((allow) => (allow.grants === false ? [] : withAllow(difference, { parts: [region], won }, allow)))
  for (const [unit, allows] of limitsOf(difference, region)) {
    const narrowed = paths.flatMap((path) => (isUnder(path, unit) ? letThrough(difference, path, allows) : [path]))
    if (narrowed.length <= Math.max(MAX_PATHS, paths.length)) paths = narrowed
  }
  return paths
}

function withAllow(difference: Compared, { parts, won }: GrantPath, allow: Entry): readonly GrantPath[] {
  const { documents, side } = difference
  if (allow.isDeny || !allow.sides[side]) return []
  const i = documents.entries.indexOf(allow)
  const held = won.filter(({ holds }) => holds.includes(i))
  if (held.length === 0 || !parts.every((part) => meet(difference, part, allow))) return []
  return [{ parts: [...parts, allow], won: held }]
}

/** The Allows of each layer or level that only lets through, but for the region's own: that is one of them. */
function limitsOf({ documents, side }: Compared, region: Entry): ReadonlyMap<string, readonly Entry[]> {
  const found = new Map<string, Entry[]>()
  for (const entry of documents.entries) {
    const { unit, isDeny, grants, sides } = entry
    if (unit === undefined || isDeny || grants !== false || !sides[side]) continue
    if (unit === region.unit && !region.isDeny) continue
    const listed = found.get(unit)
    if (listed === undefined) found.set(unit, [entry])
    else listed.push(entry)
  }
  return found
}

/** A resource's policy may let in whom boundary and session do not (R-EVAL-30..34); not every call comes through an endpoint. */
const isUnder = ({ parts }: GrantPath, unit: string): boolean =>
  unit.startsWith('scp') ||
  ((unit === 'boundary' || unit === 'session') && parts.every(({ unit: own, isDeny }) => isDeny || own !== 'resource'))

/** Ways that a layer leaves of a way; all of it where it lets everything through, or does not hold the caller after all. */
function letThrough(difference: Compared, path: GrantPath, allows: readonly Entry[]): readonly GrantPath[] {
  if (allows.some(isEverything)) return [path]
  const ways = allows.flatMap((allow) => withAllow(difference, path, allow))
  const isWhole = path.won.every((actions) => ways.some(({ won }) => won.includes(actions)))
  return isWhole ? ways : [path]
}

const isEverything = ({ statement }: Entry): boolean =>
  statement.actionElement === 'Action' &&
  statement.actionSource.includes('*') &&
  statement.resourceElement === 'Resource' &&
  statement.conditions.length === 0 &&
  (statement.resources?.some(({ kind }) => kind === 'any') ?? true)

/** The actions that all hold, in their own words where one is within the other's. */
export function sharedActions(parts: readonly Entry[], won: readonly ActionClass[]): readonly string[] {
  let shared: readonly string[] | undefined
  for (const { statement } of parts) {
    if (statement.actionElement === 'NotAction') continue
    const own = actionTexts(statement, won)
    const found =
      shared === undefined ? own : laidOver(shared, own, meetActions)?.filter((text) => holdsAnyOf(text, won))
    if (found !== undefined && found.length > 0) shared = found
  }
  return shared ?? ['*']
}

/** Whether a statement may hold some action that the texts hold, found or not. */
export const mayHold = ({ actionElement, actionSource }: Statement, texts: readonly string[]): boolean =>
  actionElement === 'NotAction' ||
  actionSource.some((pattern) => texts.some((text) => meetActions(pattern, text)?.length !== 0))

const holdsAnyOf = (text: string, won: readonly ActionClass[]): boolean => {
  const pattern = actionPatternOf(text)
  return won.some((actions) => holdsSome(pattern, actions))
}

/** Names are compared without case (R-ACT-01). */
function meetActions(a: string, b: string): readonly string[] | undefined {
  const written = meetTexts(a, b)
  return written?.length === 0 ? meetTexts(a.toLowerCase(), b.toLowerCase()) : written
}

/** The resources that all hold; `own`: those of the region that matter. */
export function sharedResources([, ...others]: readonly Entry[], own: readonly string[]): readonly string[] {
  let shared = own
  for (const { statement } of others) {
    const found = laidOver(shared, resourceTexts(statement), meetArns)
    if (found !== undefined && found.length > 0) shared = found
  }
  return shared
}

/** Patterns that two lists share; undefined: that cannot be told in a few. */
function laidOver(
  a: readonly string[],
  b: readonly string[],
  meets: (pattern: string, other: string) => readonly string[] | undefined,
): readonly string[] | undefined {
  if (a.length * b.length > MAX_PATTERNS) return undefined
  const found = new Set<string>()
  for (const pattern of a)
    for (const other of b) {
      const shared = meets(pattern, other)
      if (shared === undefined) return undefined
      for (const text of shared) found.add(text)
    }
  const all = [...found]
  return all.filter((text) => !all.some((other) => other !== text && coversArn(other, text)))
}

/** The elements that hold an action of the difference; `*` for `NotAction`. */
export function actionTexts(statement: Statement, won: readonly ActionClass[]): readonly string[] {
  if (statement.actionElement === 'NotAction') return ['*']
  const held = statement.actionSource.filter((text) => {
    const pattern = actionPatternOf(text)
    return won.some((actions) => holdsSome(pattern, actions))
  })
  return held.length === 0 ? statement.actionSource : held
}

export const resourceTexts = (statement: Statement): readonly string[] =>
  statement.resourceElement === 'NotResource' || statement.resources === undefined
    ? ['*']
    : statement.resources.map(({ source }) => source)

/** Whether some resource is held by both. */
export function meet({ documents }: Compared, a: Entry, b: Entry): boolean {
  if (a.statement.resourceElement === 'NotResource' || b.statement.resourceElement === 'NotResource') return true
  if (a.place === 'trust' || b.place === 'trust') return true
  for (const i of a.resources)
    for (const j of b.resources) {
      const [pattern, other] = [documents.patterns[i], documents.patterns[j]]
      if (pattern !== undefined && other !== undefined && patternsMeet(pattern, other)) return true
    }
  return false
}
