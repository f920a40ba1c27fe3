/**
 * What a request writes down of its context (docs/json.md, "Scenario"). R-CTX-01, R-CTX-02.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
import type { ContextValue } from '#iam/request.ts'
import type { Question } from './question.ts'

/** `present`: there, value not known. `multi`: the key can hold several values. */
export type KeyState =
  | { readonly values: readonly string[]; readonly multi: boolean }
  | 'absent'
  | 'present'
  | 'unknown'

/** R-CTX-02. */
const MULTIVALUED = [
  'aws:calledvia',
  'aws:tagkeys',
  'aws:principalorgpaths',
  'aws:resourceorgpaths',
  'aws:sourceorgpaths',
  'aws:vpceorgpaths',
  'aws:principalservicenameslist',
]
export const isMultivalued = (key: string): boolean => MULTIVALUED.includes(key.toLowerCase())

export const one = (value: string): KeyState => ({ values: [value], multi: false })

/** docs/json.md, "Scenario": how a context value is written. */
export function written(key: string, value: ContextValue): KeyState {
  if (value === null) return 'absent'
  if (typeof value !== 'object') return { values: [String(value)], multi: isMultivalued(key) }
  if ('state' in value) return value.state === 'present' ? 'present' : 'unknown'
  return value.length === 0 ? 'absent' : { values: value.map(String), multi: true }
}

export function listedState({ request }: Question, name: string): KeyState | undefined {
  const entry = Object.entries(request.context ?? {}).find(([k]) => k.toLowerCase() === name)
  return entry === undefined ? undefined : written(name, entry[1])
}

export function listedIs(question: Question, name: string, value: string): boolean {
  const state = listedState(question, name)
  return typeof state === 'object' && state.values[0]?.toLowerCase() === value
}

/** Written down as being there: a request over a public endpoint has no endpoint keys, and the other way round. */
export function isListed(question: Question, name: string): boolean {
  const state = listedState(question, name)
  return state === 'present' || typeof state === 'object'
}
