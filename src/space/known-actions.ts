import type { ActionPattern } from '#iam/action.ts'
import { resourceTypeNames } from '#iam/facts/actions.ts'
import { serviceTable } from '#iam/facts/services.ts'
import { globMatches } from '#iam/glob.ts'
import { rememberText } from '#iam/remember.ts'
import type { NamePattern } from './statement-actions.ts'

/**
 * What an action is evaluated on, as far as the request's own form settles it: nothing (R-REQ-03), a bucket, an object
 * (R-RES-09), a KMS key (R-KMS-09), or any resource.
 */
export type ActionForm = 'none' | 'bucket' | 'object' | 'key' | 'any'

/** Actions that the statements do not tell apart. */
export interface ActionClass {
  readonly service: string
  readonly form: ActionForm
  /** Statements that list the action, or do not where they have `NotAction`: by number, ascending. */
  readonly holds: readonly number[]
  /** Names in lower case, at least one. */
  readonly names: readonly string[]
  /** Of known actions, their numbers in `KnownNames.names`. */
  readonly numbers?: readonly number[]
}

export interface KnownNames {
  /** In lower case. */
  readonly names: readonly string[]
  readonly index: ReadonlyMap<string, number>
  readonly forms: readonly ActionForm[]
  /** The same as numbers of `ACTION_FORMS`. */
  readonly formNumbers: Uint16Array
}

export const ACTION_FORMS: readonly ActionForm[] = ['none', 'bucket', 'object', 'key', 'any']

/** The actions of a service that the reference has. */
export const knownNames = rememberText((service): KnownNames => {
  const names = [...(serviceTable(service)?.actions.keys() ?? [])]
  const forms = names.map((name) => formOf(service, name))
  return {
    names,
    index: new Map(names.map((name, i) => [name, i])),
    forms,
    formNumbers: Uint16Array.from(forms, (form) => ACTION_FORMS.indexOf(form)),
  }
})

function formOf(service: string, name: string): ActionForm {
  const types = new Set(resourceTypeNames(service, name))
  if (types.size === 0) return 'none'
  if (service === 'kms') return types.has('key') && !types.has('alias') ? 'key' : 'any'
  if (service !== 's3' || types.has('object') === types.has('bucket')) return 'any'
  return types.has('object') ? 'object' : 'bucket'
}

/** By number of the name, 1 where one of the patterns holds it. */
export function matchedNames(service: string, patterns: readonly NamePattern[]): Uint8Array {
  const { names, index } = knownNames(service)
  const [only] = patterns
  if (only !== undefined && patterns.length === 1 && only.name.kind !== 'text') return globbed(only)
  const matched = new Uint8Array(names.length)
  for (const pattern of patterns) {
    if (pattern.name.kind === 'text') {
      const at = index.get(pattern.name.text)
      if (at !== undefined) matched[at] = 1
      continue
    }
    const flags = globbed(pattern)
    for (let i = 0; i < flags.length; i++) if (flags[i] === 1) matched[i] = 1
  }
  return matched
}

/** Whether a pattern holds some action of a class. */
export function holdsSome(pattern: ActionPattern, { service, names, numbers }: ActionClass): boolean {
  if (pattern.kind !== 'action') return pattern.kind === 'any'
  if (pattern.service !== service) return false
  if (numbers === undefined || pattern.name.kind === 'text')
    return names.some((name) => globMatches(pattern.name, name))
  const flags = globbed(pattern)
  return numbers.some((number) => flags[number] === 1)
}

/** The same few patterns come back in every policy, and each is read once (`patternOf`). */
function globbed(pattern: NamePattern): Uint8Array {
  const known = byPattern.get(pattern)
  if (known !== undefined) return known
  const made = Uint8Array.from(knownNames(pattern.service).names, (name) => (globMatches(pattern.name, name) ? 1 : 0))
  byPattern.set(pattern, made)
  return made
}

const byPattern = new WeakMap<NamePattern, Uint8Array>()
