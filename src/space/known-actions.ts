import { actionFacts } from '#iam/facts/actions.ts'
import { serviceTable } from '#iam/facts/services.ts'
import { globMatches } from '#iam/glob.ts'
import { rememberText } from '#iam/remember.ts'
import type { NamePattern } from './statement-actions.ts'

/**
 * What an action is evaluated on, as far as the request's own form settles it: nothing (R-REQ-03), a bucket, an object
 * (R-RES-09), a KMS key (R-KMS-09), or any resource.
 */
export type ActionForm = 'none' | 'bucket' | 'object' | 'key' | 'any'

export interface KnownNames {
  /** In lower case. */
  readonly names: readonly string[]
  readonly index: ReadonlyMap<string, number>
  readonly forms: readonly ActionForm[]
}

/** The actions of a service that the reference has. */
export const knownNames = rememberText((service): KnownNames => {
  const names = [...(serviceTable(service)?.actions.keys() ?? [])]
  return {
    names,
    index: new Map(names.map((name, i) => [name, i])),
    forms: names.map((name) => formOf(service, name)),
  }
})

function formOf(service: string, name: string): ActionForm {
  const types = new Set((actionFacts(service, name)?.resourceTypes ?? []).map((type) => type.name))
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

/** The same few patterns come back in every policy. */
function globbed(pattern: NamePattern): Uint8Array {
  const key = `${pattern.service}:${JSON.stringify(pattern.name)}`
  const known = byText.get(key)
  if (known !== undefined) return known
  const made = Uint8Array.from(knownNames(pattern.service).names, (name) => (globMatches(pattern.name, name) ? 1 : 0))
  if (byText.size >= MANY) byText.clear()
  byText.set(key, made)
  return made
}

const byText = new Map<string, Uint8Array>()
const MANY = 2048
