import { isObject, type JsonObject } from './fields.ts'

export type Path = readonly (string | number)[]

/** A policy of a scenario: where its object stands, and under which name its document. */
export interface PolicyPlace {
  readonly path: Path
  readonly documentField: 'document' | 'policy'
  readonly value: JsonObject
}

const SINGLE = ['vpcEndpointPolicy', 'resourcePolicy', 'permissionsBoundary']
const LISTS = ['identityPolicies', 'sessionPolicies']
const LEVELS = ['serviceControlPolicies', 'resourceControlPolicies']

/** Every policy of a scenario that has a document, wherever it stands. */
export function policyPlaces(scenario: unknown): readonly PolicyPlace[] {
  const found: PolicyPlace[] = []
  const add = (value: unknown, path: Path, documentField: 'document' | 'policy'): void => {
    if (isObject(value) && Object.hasOwn(value, documentField)) found.push({ path, documentField, value })
  }
  const policies = own(scenario, 'policies')
  for (const name of SINGLE) add(own(policies, name), ['policies', name], 'document')
  for (const name of LISTS)
    for (const [index, policy] of items(own(policies, name))) add(policy, ['policies', name, index], 'document')
  for (const name of LEVELS)
    for (const [level, place] of items(own(policies, name)))
      for (const [index, policy] of items(own(place, 'policies')))
        add(policy, ['policies', name, level, 'policies', index], 'document')
  for (const [index, resource] of items(own(scenario, 'resources'))) add(resource, ['resources', index], 'policy')
  return found
}

const own = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined

const items = (value: unknown): Iterable<[number, unknown]> => (Array.isArray(value) ? value.entries() : [])
