import type { ActionPattern } from '#iam/action.ts'
import { resourceTypeNames } from '#iam/facts/actions.ts'
import { serviceTable } from '#iam/facts/services.ts'
import { globMatches } from '#iam/glob.ts'
import { memoizeText } from '#iam/memoize.ts'
import type { NamePattern } from './statement-actions.ts'

/**
 * Form of the resource that an action is evaluated on, as far as the request's own form settles it: nothing (R-REQ-03), a
 * bucket, an object (R-RES-09), a KMS key (R-KMS-09), or any resource.
 */
export type ActionForm = 'none' | 'bucket' | 'object' | 'key' | 'any'

/** Actions that the statements do not tell apart. */
export interface ActionClass {
  readonly service: string
  readonly form: ActionForm
  /** Statements that list the action, or do not where they have `NotAction`: by number, ascending. */
  readonly holds: readonly number[]
  /** The first of `names`. */
  readonly first: string
  /** In lower case, at least one. */
  readonly names: readonly string[]
  /** Of known actions, a set of their numbers in `KnownNames.names`. */
  readonly known?: NameSet
}

export interface KnownNames {
  /** In lower case. */
  readonly names: readonly string[]
  readonly index: ReadonlyMap<string, number>
  readonly forms: readonly ActionForm[]
  /** The names of each form that some name has. */
  readonly byForm: readonly (readonly [ActionForm, NameSet])[]
}

/** Names of one service by number, 32 to a word. No typed array: those cost more to make than all that is done with them here. */
export type NameSet = readonly number[]

const ACTION_FORMS: readonly ActionForm[] = ['none', 'bucket', 'object', 'key', 'any']

/** The actions of a service that the reference has. */
export const knownNames = memoizeText((service): KnownNames => {
  const names = [...(serviceTable(service)?.actions.keys() ?? [])]
  const forms = names.map((name) => formOf(service, name))
  return {
    names,
    index: new Map(names.map((name, i) => [name, i])),
    forms,
    byForm: ACTION_FORMS.filter((form) => forms.includes(form)).map(
      (form) => [form, setOf(names, (_, i) => forms[i] === form)] as const,
    ),
  }
})

function setOf(names: readonly string[], isIn: (name: string, i: number) => boolean): number[] {
  const set = emptySet(names.length)
  for (const [i, name] of names.entries()) if (isIn(name, i)) addTo(set, i)
  return set
}

function emptySet(count: number): number[] {
  const set: number[] = []
  for (let i = 0; i < count; i += 32) set.push(0)
  return set
}

function addTo(set: number[], i: number): void {
  set[i >>> 5] = (set[i >>> 5] as number) | (1 << (i & 31))
}

/** The form of an action, its name in lower case; undefined: the reference does not have it. */
export const formOfKnown = (service: string, name: string): ActionForm | undefined =>
  serviceTable(service)?.actions.has(name) === true ? formOf(service, name) : undefined

function formOf(service: string, name: string): ActionForm {
  const types = new Set(resourceTypeNames(service, name))
  if (types.size === 0) return 'none'
  if (service === 'kms') return types.has('key') && !types.has('alias') ? 'key' : 'any'
  if (service !== 's3' || types.has('object') === types.has('bucket')) return 'any'
  return types.has('object') ? 'object' : 'bucket'
}

/** The names that one of the patterns holds. */
export function matchedNames(service: string, patterns: readonly NamePattern[]): NameSet {
  const [only] = patterns
  if (only !== undefined && patterns.length === 1) return namesOf(only)
  const matched = emptySet(knownNames(service).names.length)
  for (const pattern of patterns) {
    const set = namesOf(pattern)
    for (let i = 0; i < set.length; i++) matched[i] = (matched[i] as number) | (set[i] as number)
  }
  return matched
}

/** Whether a pattern holds some action of a class. */
export function holdsSome(pattern: ActionPattern, { service, names, known }: ActionClass): boolean {
  if (pattern.kind !== 'action') return pattern.kind === 'any'
  if (pattern.service !== service) return false
  if (known === undefined) return names.some((name) => globMatches(pattern.name, name))
  const set = namesOf(pattern)
  for (let i = 0; i < set.length; i++) if (((set[i] as number) & (known[i] as number)) !== 0) return true
  return false
}

/** Actions that the reference has. There may be hundreds, and mostly one is asked for. */
export class KnownActions implements ActionClass {
  readonly service: string
  readonly form: ActionForm
  readonly holds: readonly number[]
  readonly known: NameSet
  /** Number of the first name. */
  readonly start: number
  readonly first: string
  private listed: readonly string[] | undefined

  constructor(service: string, form: ActionForm, holds: readonly number[], known: NameSet) {
    this.service = service
    this.form = form
    this.holds = holds
    this.known = known
    this.start = firstOf(known)
    this.first = knownNames(service).names[this.start] as string
  }

  get names(): readonly string[] {
    return (this.listed ??= namesIn(this.service, this.known))
  }
}

/** In the order of the reference. */
function namesIn(service: string, set: NameSet): string[] {
  const { names } = knownNames(service)
  const found: string[] = []
  for (let word = 0; word < set.length; word++)
    for (let bits = set[word] as number; bits !== 0; bits &= bits - 1)
      found.push(names[word * 32 + lowest(bits)] as string)
  return found
}

function firstOf(set: NameSet): number {
  let word = 0
  while (set[word] === 0) word++
  return word * 32 + lowest(set[word] as number)
}

const lowest = (bits: number): number => 31 - Math.clz32(bits & -bits)

/** Names that a pattern holds. Few patterns come back in every policy, and each is read once (`patternOf`). */
function namesOf(pattern: NamePattern): NameSet {
  const known = byPattern.get(pattern)
  if (known !== undefined) return known
  const { names, index } = knownNames(pattern.service)
  const { name: glob } = pattern
  let made: NameSet
  if (glob.kind === 'text') {
    const one = emptySet(names.length)
    const at = index.get(glob.text)
    if (at !== undefined) addTo(one, at)
    made = one
  } else made = setOf(names, (name) => globMatches(glob, name))
  byPattern.set(pattern, made)
  return made
}

const byPattern = new WeakMap<NamePattern, NameSet>()
